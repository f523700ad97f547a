"""Digests that are kept: computed again whenever something that they rest on looks different."""

import os
import sqlite3
import sys
import time
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from onepath.codemod.packs import code_digest, known_code
from onepath.codemod.packs.known_code import keeping_known_code

FILES = {
    "known_pack/__init__.py": "from known_pack.codemod import One\n",
    "known_pack/codemod.py": "from . import texts\nimport known_helper, known_absent\n"
    "class One: ...\n",
    "known_pack/texts.py": "TEXT = 'text'\n",
    "known_pack/deep/words.txt": "words\n",
    "known_helper.py": "import known_folder.inner\n",
    "known_folder/inner.py": "x = 1\n",
    "beside.py": "y = 1\n",
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sources that were written long ago, as far as anybody can tell."""
    folder = tmp_path / "site"
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    monkeypatch.setattr(known_code, "_SETTLED", -time.time_ns())
    monkeypatch.setattr(sys, "path", [os.fspath(folder), *sys.path])
    return folder


def digests(cache: Path, is_new: bool = True) -> tuple[str, str, str, bool]:
    """What a process says of a codemod, and whether it has read any source for it.

    Args:
        cache: Where the process keeps what it knows.
        is_new: Whether nobody has asked this process before.
    """
    codemod = type("One", (), {"__module__": "known_pack.codemod"})
    if is_new:
        known_code._kept_last.clear()
        known_code._seen.clear()
        known_code._unsettled.clear()
        code_digest._found_spec.cache_clear()
    with pytest.MonkeyPatch.context() as patch, keeping_known_code(cache):
        read: list[str] = []
        add = code_digest._add
        patch.setattr(
            code_digest,
            "_add",
            lambda digest, *source: (read.append(source[0]), add(digest, *source)),
        )
        said = (
            code_digest.code_digest([codemod]),
            code_digest.reached_digest([codemod]),
            code_digest.version_digest(codemod),
        )
    return (*said, bool(read))


def test_nothing_is_read_for_what_is_known(site: Path, tmp_path: Path) -> None:
    first = digests(tmp_path / "cache")
    assert first[-1]
    assert digests(tmp_path / "cache") == (*first[:-1], False)
    assert digests(tmp_path / "another") == first


def test_a_process_reads_nothing_again_for_another_repository(site: Path, tmp_path: Path) -> None:
    first = digests(tmp_path / "cache")
    assert digests(tmp_path / "another", is_new=False) == (*first[:-1], False)
    assert digests(tmp_path / "another") == (*first[:-1], False)
    (site / "known_helper.py").write_text("x = 1\n")
    changed = digests(tmp_path / "third", is_new=False)
    assert changed[-1]
    assert changed == digests(tmp_path / "nothing kept")


@pytest.mark.parametrize("changed", ["known_helper.py", "known_absent.py", "new/module.py"])
def test_a_process_that_runs_on_reads_once_what_has_changed(
    site: Path, tmp_path: Path, changed: str
) -> None:
    digests(tmp_path / "cache")
    (site / changed).parent.mkdir(exist_ok=True)
    (site / changed).write_text("y = 2\n")
    second = digests(tmp_path / "cache", is_new=False)
    assert second[-1]
    assert digests(tmp_path / "cache", is_new=False) == (*second[:-1], False)
    assert digests(tmp_path / "another", is_new=False) == (*second[:-1], False)
    assert digests(tmp_path / "nothing kept") == second


def test_a_process_that_runs_on_keeps_what_has_settled(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(known_code, "_SETTLED", 2_000_000_000)
        first = digests(tmp_path / "cache")
        assert digests(tmp_path / "cache", is_new=False)[-1]
    assert digests(tmp_path / "cache", is_new=False)[-1]
    assert digests(tmp_path / "cache", is_new=False) == (*first[:-1], False)
    assert digests(tmp_path / "cache") == (*first[:-1], False)


def test_what_another_process_has_kept_counts_for_one_that_runs_on(
    site: Path, tmp_path: Path
) -> None:
    digests(tmp_path / "cache")
    before = dict(known_code._seen)
    (site / "known_helper.py").write_text("y = 2\n")
    digests(tmp_path / "cache")
    known_code._seen.update(before)
    with keeping_known_code(tmp_path / "cache"):
        known_code.known_of_code(("something more",), lambda: "answer")
    with keeping_known_code(tmp_path / "cache"):
        assert known_code.known_of_code(("something more",), lambda: "forgotten") == "answer"


def _with_times(path: Path, change: Callable[[Path], object]) -> None:
    """Change a file that keeps its size and the time of its content."""
    before = path.stat()
    change(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize(
    "change",
    [
        lambda top: _with_times(
            top / "known_pack/texts.py", lambda p: p.write_text("TEXT = 'TEXT'\n")
        ),
        lambda top: (top / "known_pack/deep/words.txt").write_text("other\n"),
        lambda top: (top / "known_pack/deep/more.txt").write_text("more\n"),
        lambda top: (top / "known_pack/deep/words.txt").unlink(),
        lambda top: (top / "known_helper.py").write_text("x = 1\n"),
        lambda top: (top / "known_absent.py").write_text("x = 1\n"),
        lambda top: (top / "known_folder/__init__.py").write_text("x = 1\n"),
        lambda top: (
            (top / "known_pack/texts").mkdir()
            or (top / "known_pack/texts/__init__.py").write_text("TEXT = 'package'\n")
        ),
    ],
)
def test_what_changes_is_computed_from_content(
    site: Path, tmp_path: Path, change: Callable[[Path], object]
) -> None:
    before = digests(tmp_path / "cache")
    change(site)
    after = digests(tmp_path / "cache")
    assert after == digests(tmp_path / "nothing kept")
    assert after[-1]
    assert after[:-1] != before[:-1]
    assert not digests(tmp_path / "cache")[-1]


def test_times_alone_change_no_digest(site: Path, tmp_path: Path) -> None:
    before = digests(tmp_path / "cache")
    os.utime(site / "known_pack/texts.py", (1, 1))
    assert digests(tmp_path / "cache") == before
    (site / "beside.py").write_text("y = 2\n")
    assert digests(tmp_path / "cache") == (*before[:-1], False)


def test_what_was_just_written_is_not_taken_for_settled(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_code, "_SETTLED", 2_000_000_000)
    assert digests(tmp_path / "cache")[-1]
    assert digests(tmp_path / "cache")[-1]


def test_an_answer_that_is_broken_is_none(site: Path, tmp_path: Path) -> None:
    first = digests(tmp_path / "cache")
    [file] = (tmp_path / "cache").glob("*.sqlite")
    with sqlite3.connect(file) as database:
        assert database.execute("UPDATE code SET data = x'00'").rowcount == 1
    assert digests(tmp_path / "cache") == first


def test_another_pack_of_the_same_name_is_another(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pack that a configuration names by its path is loaded under the name of its folder."""

    def loaded(folder: Path) -> tuple[str, str, str, bool]:
        for name, path in (("known_pack", "__init__.py"), ("known_pack.codemod", "codemod.py")):
            places = [os.fspath(folder)] if name == "known_pack" else None
            spec = spec_from_file_location(name, folder / path, submodule_search_locations=places)
            assert spec is not None
            monkeypatch.setitem(sys.modules, name, module_from_spec(spec))
        return digests(tmp_path / "cache")

    other = tmp_path / "other/known_pack"
    other.mkdir(parents=True)
    for name in ("__init__.py", "codemod.py"):
        (other / name).write_text("class One: ...\n")
    first = loaded(site / "known_pack")
    second = loaded(other)
    assert second[-1]
    assert second[:-1] != first[:-1]
