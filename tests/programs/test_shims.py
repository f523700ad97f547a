"""`--shim`: what others still find at an old path, and for how long."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.programs.conftest import Program

from onepath.analysis.index import Index
from onepath.audit.rules.overdue_shim import check
from onepath.config.settings import Settings

FILES = {
    "pkg/__init__.py": "",
    "pkg/b.py": '__all__ = ["Thing", "other"]\n\n\nclass Thing:\n    x = 1\n\n\n'
    "def other():\n    return 2\n",
    "pkg/used.py": "class Thing:\n    pass\n\n\ndef make():\n    return Thing()\n",
    "pkg/needed.py": "def help():\n    return 3\n\n\ndef Thing():\n    return help()\n",
}
LOOK = """
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import {module}
    seen = {module}.{name}
import {new_module}
print(seen is {new_module}.{new_name}, [str(one.message) for one in caught])
"""
CASES = {
    "a definition of another module": (("move", "pkg.b.Thing", "pkg.c"), "pkg.b.Thing"),
    "one that its old module uses": (("move", "pkg.used.Thing", "pkg.c"), "pkg.used.Thing"),
    "one that needs its old module": (("move", "pkg.needed.Thing", "pkg.c"), "pkg.needed.Thing"),
    "another name": (("rename", "pkg.b.Thing", "pkg.b.Better"), "pkg.b.Thing"),
    "a module": (("rename", "pkg.b", "pkg.c"), "pkg.b.Thing"),
}


def run(folder: Path, files: Mapping[str, str], script: str) -> str:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("kind", ["forward", "warn"])
@pytest.mark.parametrize("case", CASES)
def test_others_find_the_same_object_at_the_old_path(
    unchanged_by: Program, tmp_path: Path, case: str, kind: str
) -> None:
    (verb, old, new), path = CASES[case]
    arguments = (old, new, "--shim", kind, "--until", "2999-12-31")
    after = unchanged_by(FILES, **{verb: arguments})  # type: ignore[arg-type]
    module, _, name = path.rpartition(".")
    new_name = "Better" if case == "another name" else name
    new_module = "pkg.b" if case == "another name" else "pkg.c"
    script = LOOK.format(module=module, name=name, new_module=new_module, new_name=new_name)
    warned = [f"{path} is deprecated, use {new_module}.{new_name}"] if kind == "warn" else []
    assert run(tmp_path / "there", after.files, script) == f"True {warned}"
    text = after.files[f"{module.replace('.', '/')}.py"]
    uses_itself = case == "one that its old module uses" and kind == "forward"
    assert ("until 2999-12-31" in text) != uses_itself
    if case == "a definition of another module":
        assert '__all__ = ["Thing", "other"]' in text


def test_a_shim_is_told_once_its_day_is_past(make_index: Callable[..., Any]) -> None:
    text = "# migrate: shim for pkg.c.Thing until 2027-01-31\nfrom pkg.c import Thing\n"
    index: Index = make_index({"pkg/__init__.py": "", "pkg/b.py": text})
    assert not [*check(index, Settings(), date(2027, 1, 31))]
    (found,) = check(index, Settings(), date(2027, 2, 1))
    assert (found.path, found.line) == ("pkg/b.py", 1)
