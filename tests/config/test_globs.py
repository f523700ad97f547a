"""Globs mean what they mean to git, which is asked."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onepath.config.globs import Globs, literal_globs

PATHS = (
    *("a.py", "b/a.py", "b/c/a.py", "a/b.py", "ab.py", "b/ab.py", "docs/a.txt", "b/docs/x/a.txt"),
    *("a+b/c", "with space/x.py", "b.py", "é/a.py"),
)


@pytest.fixture(scope="module")
def ignored(tmp_path_factory: pytest.TempPathFactory) -> object:
    """`ignored(globs)` asks git which of the paths an ignore file with these globs matches."""
    folder = tmp_path_factory.mktemp("house")
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    for path in PATHS:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()

    def ask(globs: Sequence[str]) -> set[str]:
        (folder / ".gitignore").write_text("".join(f"{glob}\n" for glob in globs), "utf-8")
        done = subprocess.run(
            ["git", "-c", "core.excludesFile=", "check-ignore", "--no-index", "--stdin", "-z"],
            cwd=folder,
            input=b"".join(os.fsencode(path) + b"\0" for path in PATHS),
            capture_output=True,
            check=False,
        )
        return {os.fsdecode(path) for path in done.stdout.split(b"\0")[:-1]}

    return ask


GLOBS = [
    *("a.py", "/a.py", "*.py", "/*.py", "b/", "b", "/b", "docs/", "/docs", "b/*.py", "**/a.py"),
    *("b/**", "b/**/a.py", "a?.py", "[ab].py", "[!a].py", "a+b/*", "**", "with space/", "*b/c*"),
    *("!a.py", "!b/ab.py", "!*.txt", "!/b.py"),
]


@settings(max_examples=60, deadline=None)
@given(globs=st.lists(st.sampled_from(GLOBS), max_size=4))
def test_git_agrees(ignored: object, globs: list[str]) -> None:
    assert callable(ignored)
    matches = Globs(globs).match
    # Git never looks into a folder that is ignored, so that nothing in it can be taken back.
    taken_back = any(glob.startswith("!") for glob in globs)
    ours, theirs = {path for path in PATHS if matches(path)}, ignored(globs)
    assert ours <= theirs if taken_back else ours == theirs


def test_the_last_one_decides() -> None:
    matches = Globs(["tests/*", "!tests/kept.py"]).match
    assert [matches("tests/a.py"), matches("tests/kept.py")] == [True, False]
    assert not Globs([]).match("a.py")


@given(st.text(min_size=1, max_size=12).filter(lambda path: path.strip("/") == path))
def test_a_literal_glob_matches_its_path_and_what_is_below(path: str) -> None:
    matches = Globs(literal_globs([path])).match
    assert matches(path)
    assert matches(f"{path}/below.py")
    assert not matches(f"{path}x")
    assert not matches(f"above/{path}")


def test_literal_globs_stand_after_what_takes_back(tmp_path: Path) -> None:
    matches = Globs(["!a.py", *literal_globs(["a.py", "odd *?[].py"])]).match
    assert [matches("a.py"), matches("odd *?[].py"), matches("odd x.py")] == [True, True, False]
