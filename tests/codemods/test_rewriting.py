"""A result of an example that changes needs another version of what the engine does."""

from tests.codemods.rewriting import Kept, read_lock, results

from onepath.codemod.packs.code_digest import version_digest
from onepath.codemod.packs.rewriting import REWRITING_VERSION
from onepath_packs import canonical

RECORD = "python tests/codemods/rewriting.py keeps the results of today"


def changed(kept: dict[str, Kept], found: dict[str, Kept]) -> list[str]:
    """The examples that ask for another result of the same files."""
    return [
        name
        for name, one in found.items()
        if name in kept and kept[name].asked == one.asked and kept[name].result != one.result
    ]


def test_results_change_only_with_the_version_of_rewriting() -> None:
    version, kept = read_lock()
    found = results()
    if version == REWRITING_VERSION:
        told = "raise REWRITING_VERSION in engine/onepath/codemod/packs/rewriting.py; then"
        assert changed(kept, found) == [], f"{told} {RECORD}"
    assert version == REWRITING_VERSION, RECORD
    # An example that is new has no result that could change; a few of them may wait.
    assert len(found.keys() - kept.keys()) < len(found) / 10, RECORD


def test_another_result_of_the_same_files_is_a_change_and_other_files_are_none() -> None:
    kept = {"a": Kept("1", "2"), "b": Kept("1", "2"), "c": Kept("1", "2")}
    found = {"a": Kept("1", "3"), "b": Kept("2", "3"), "d": Kept("1", "2")}
    assert changed(kept, found) == ["a"]


def test_the_version_of_rewriting_is_in_every_digest(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    before = [version_digest(one) for one in canonical.CODEMODS]
    monkeypatch.setattr(
        "onepath.codemod.packs.code_digest.REWRITING_VERSION", REWRITING_VERSION + 1
    )
    after = [version_digest(one) for one in canonical.CODEMODS]
    assert not set(before) & set(after)
