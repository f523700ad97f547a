from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onepath.config.globs import Globs
from onepath.errors import InputError
from onepath.plan.chosen import chosen_paths

FILES = ["a.py", "pkg/b.py", "pkg/deep/c.py", "odd[1]*.py", "oddx.py", "caf\udce9.py"]


@pytest.fixture
def choose(tmp_path: Path) -> Callable[..., list[str]]:
    def files(*given: str, folder: str = ".") -> list[str]:
        top = tmp_path / "top"
        (top / "pkg").mkdir(parents=True, exist_ok=True)
        globs = Globs(chosen_paths(given, FILES, top=top, folder=top / folder))
        return [file for file in FILES if globs.match(file)]

    return files


@pytest.mark.parametrize("given", ["nowhere.py", "pkg/*.txt", "b.py"])
def test_what_means_nothing_is_no_silent_success(choose: Any, given: str) -> None:
    with pytest.raises(InputError, match="no such file or folder") as raised:
        choose("a.py", given)
    assert given in raised.value.message
    assert "WORKTREE" in raised.value.hint


@pytest.mark.parametrize("given", ["..", "../other/a.py", "/", "pkg/../../a.py"])
def test_what_lies_outside(choose: Any, given: str) -> None:
    with pytest.raises(InputError, match="outside of"):
        choose(given)


@pytest.mark.parametrize(
    ("given", "folder", "found"),
    [
        (["a.py"], ".", ["a.py"]),
        (["pkg"], ".", ["pkg/b.py", "pkg/deep/c.py"]),
        (["pkg/"], ".", ["pkg/b.py", "pkg/deep/c.py"]),
        (["."], ".", FILES),
        (["b.py", "../a.py"], "pkg", ["a.py", "pkg/b.py"]),
        (["."], "pkg", ["pkg/b.py", "pkg/deep/c.py"]),
        (["**/*.py"], "pkg", ["pkg/b.py", "pkg/deep/c.py"]),
        (["a.py"], "..", ["a.py"]),
        (["odd[1]*.py"], ".", ["odd[1]*.py"]),
        (["caf\udce9.py"], ".", ["caf\udce9.py"]),
    ],
)
def test_files_folders_and_globs(
    choose: Any, given: list[str], folder: str, found: list[str]
) -> None:
    assert choose(*given, folder=folder) == found


def test_an_absolute_path(tmp_path: Path) -> None:
    top = tmp_path / "top"
    top.mkdir()
    assert chosen_paths([str(top / "pkg")], FILES, top=top, folder=tmp_path) == ["/pkg"]
