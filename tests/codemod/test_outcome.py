"""A codemod is asked until all that it proposes holds."""

from collections.abc import Collection
from pathlib import Path

import pytest

from onepath.codemod.outcome import Proposal, Propose, file_changes, settle
from onepath.facts.store.cache import FactsCache
from onepath.model import Edit, Refusal
from onepath.proof.changes import Declared
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World

FILES = {"a.py": "x = 1\n", "b.py": "x = 1\n", "c.py": "x = 1\n"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    for path, text in FILES.items():
        (tmp_path / path).write_text(text)
    return World.open(Folder(tmp_path), FactsCache(None), SerialExecutor())


def replacing(old: bytes, new: dict[str, bytes]) -> Propose:
    """A codemod that puts a text in the place of another one wherever it is found."""

    def propose(world: World, left_out: Collection[str]) -> Proposal:
        data = world.read([path for path in new if path not in left_out])
        edits = {
            path: [Edit(text.index(old), text.index(old) + len(old), new[path], "name", 1)]
            for path, text in data.items()
            if old in text
        }
        refusals = (Refusal("z.py", 1, "odd", "why"),)
        return Proposal(
            file_changes(world, edits), refusals, Declared(), {"r": 3}, {"r": len(edits)}
        )

    return propose


def test_what_fails_the_proof_is_left_out_and_the_rest_stands(world: World) -> None:
    outcome = settle(world, replacing(b"1", {"a.py": b"2", "b.py": b"(", "c.py": b"3"}))
    assert [one.path for one in outcome.changeset.changes] == ["a.py", "c.py"]
    assert [(one.path, one.code) for one in outcome.changeset.refusals] == [
        ("b.py", "proof-does-not-parse"), ("z.py", "odd"),
    ]  # fmt: skip
    assert (outcome.before, outcome.after) == ({"r": 3}, {"r": 2})


def test_what_a_second_run_would_change_again_is_left_out(world: World) -> None:
    outcome = settle(world, replacing(b"1", {"a.py": b"11", "c.py": b"3"}))
    assert [one.path for one in outcome.changeset.changes] == ["c.py"]
    assert [one.code for one in outcome.changeset.refusals] == ["proof-not-idempotent", "odd"]


def test_excluded_files_are_left_out(world: World) -> None:
    outcome = settle(world, replacing(b"1", {"a.py": b"2", "c.py": b"3"}), ["a*"])
    assert [one.path for one in outcome.changeset.changes] == ["c.py"]


def test_a_codemod_that_touches_what_it_must_not_is_a_defect(world: World) -> None:
    codemod = replacing(b"1", {"a.py": b"("})
    with pytest.raises(ValueError, match=r"a\.py"):
        settle(world, lambda world, _: codemod(world, ()))


def test_files_are_deleted_and_made(world: World) -> None:
    changes = file_changes(world, {"b.py": []}, {"a.py"}, {"n.py": b"y = 1\n"})
    assert [(one.path, one.new, one.is_new) for one in changes] == [
        ("a.py", None, False), ("n.py", b"y = 1\n", True),
    ]  # fmt: skip
