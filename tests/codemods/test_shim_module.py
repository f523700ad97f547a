"""The modules that are written to forward do so, and warn at the place that asks."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from onepath.symbols.destinations import Destination
from onepath_packs.canonical.shims.module import is_shim_module, shim_module

NAMES = {
    "Name": Destination("pkg.new", "Name"),
    "Legacy": Destination("pkg.new", "Name"),
    "_private": Destination("pkg.new", "_private"),
    "whole": Destination("pkg.new", ""),
    "solo": Destination("solo", ""),
}
FILES = {
    "pkg/__init__.py": "",
    "pkg/new.py": "class Name: ...\n_private = 1\n",
    "solo.py": "x = 1\n",
    "pkg/old.py": shim_module(NAMES),
    "pkg/box/__init__.py": shim_module(NAMES),
    "pkg/box/inner.py": "x = 2\n",
}
REPORT = """
import json, sys, warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import user
print(json.dumps([user.result, [[w.category.__name__, str(w.message), w.filename, w.lineno]
                                for w in caught]]))
"""


def imported(folder: Path, user: str) -> tuple[object, list[list[object]]]:
    """What `result` is in a module that really imports the written ones, and what it warned."""
    for path, text in {**FILES, "user.py": user}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", REPORT], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    result, caught = json.loads(done.stdout)
    return result, caught


@pytest.mark.parametrize(
    ("user", "line"),
    [
        ("from pkg.old import Name\nresult = Name.__module__\n", 1),
        ("import pkg.old\n\nresult = pkg.old.Name.__module__\n", 3),
        ("from pkg import old\nresult = getattr(old, 'Legacy').__module__\n", 2),
        ("from pkg.old import whole\nresult = whole.__name__\n", 1),
        ("from pkg.old import _private\nresult = 'pkg.new' if _private == 1 else ''\n", 1),
    ],
)
def test_a_name_comes_with_a_warning_at_the_place_that_asks(
    tmp_path: Path, user: str, line: int
) -> None:
    result, [warning] = imported(tmp_path, user)
    assert result == "pkg.new"
    category, message, filename, number = warning
    assert category == "DeprecationWarning"
    assert str(message).startswith("pkg.old.")
    assert "is deprecated, use pkg.new" in str(message)
    assert (Path(str(filename)).name, number) == ("user.py", line)


def test_a_package_forwards_and_still_holds_its_modules(tmp_path: Path) -> None:
    user = "from pkg.box import Name, inner\nresult = [Name.__module__, inner.x]\n"
    result, caught = imported(tmp_path, user)
    assert result == ["pkg.new", 2]
    assert {(Path(str(one[2])).name, one[3]) for one in caught} == {("user.py", 1)}


def test_a_star_brings_the_public_names(tmp_path: Path) -> None:
    user = "from pkg.old import *\nresult = sorted(n for n in dir() if n[0] != '_')\n"
    result, caught = imported(tmp_path, user)
    assert result == ["Legacy", "Name", "solo", "whole"]
    assert len(caught) == 4


def test_importing_it_alone_says_nothing(tmp_path: Path) -> None:
    user = "import pkg.old\nresult = [n for n in dir(pkg.old) if n in ('Name', '_private')]\n"
    assert imported(tmp_path, user) == (["Name", "_private"], [])


def test_a_name_that_it_does_not_have_is_missing_as_ever(tmp_path: Path) -> None:
    user = (
        "import pkg.old\ntry:\n    pkg.old.Gone\nexcept AttributeError as e:\n    result = str(e)\n"
    )
    assert imported(tmp_path, user) == ("module 'pkg.old' has no attribute 'Gone'", [])


def test_mocks_can_replace_a_name_and_put_it_back(tmp_path: Path) -> None:
    user = (
        "from unittest.mock import patch\nimport pkg.old\n"
        "with patch('pkg.old.Name', 'mock'):\n    inside = pkg.old.Name\n"
        "result = [inside, pkg.old.Name.__name__]\n"
    )
    assert imported(tmp_path, user)[0] == ["mock", "Name"]


def test_type_checkers_see_the_names(tmp_path: Path) -> None:
    user = "from pkg.old import Name\n\nx: int = Name()\n"
    imported(tmp_path, "result = 1\n")
    (tmp_path / "user.py").write_text(user)
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "user.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert 'has type "Name"' in done.stdout
    assert done.stdout.count("error:") == 1


def test_what_was_written_is_known_again() -> None:
    text = shim_module(NAMES)
    assert is_shim_module(text.encode())
    assert is_shim_module(text.replace("\n", "\r\n").encode())
    assert not is_shim_module(text.replace("Deprecated", "Mine").encode())
    assert not is_shim_module(text.replace('"pkg.new"', "1 +", 1).encode())
    assert not is_shim_module(b"from pkg.new import Name\n")
