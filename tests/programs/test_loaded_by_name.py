"""Packages that import their own modules by names from a table: while they load, and later."""

from collections.abc import Callable

import pytest
from tests.conftest import Repository
from tests.programs.conftest import Program
from typer.testing import CliRunner

from onepath_cli.app import app

TABLE = """\
from importlib import import_module
known = {}
table = {}
table["pkg.items"] = ["first"]


def register():
    for module, names in table.items():
        loaded = import_module(module)
        known.update((name, getattr(loaded, name)) for name in names)
"""
FILES = {
    "pkg/__init__.py": "from . import table\nfrom .items import first\n{}VERSION = 1\n",
    "pkg/items.py": "def first(values):\n    return values[0]\n",
    "pkg/table.py": TABLE,
}


@pytest.mark.parametrize(
    ("path", "call"),
    [
        ("pkg/__init__.py", "table.register()\n"),
        ("pkg/__init__.py", "done = [table.register()]\n"),
        ("pkg/table.py", "\nregister()\n"),
    ],
)
def test_a_package_that_would_import_its_old_name_while_it_loads_is_left_alone(
    make_repository: Callable[..., Repository],
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    call: str,
) -> None:
    files = {**FILES, "pkg/__init__.py": FILES["pkg/__init__.py"].format("")}
    files[path] = FILES[path].format(call) if "{}VERSION" in FILES[path] else FILES[path] + call
    repository = make_repository(files)
    monkeypatch.chdir(repository.path)
    done = CliRunner().invoke(app, ["rename", "pkg", "lib", "--dry-run"])
    assert done.exit_code == 3
    assert "pkg/table.py:4: 'pkg.items' may be imported by its name while" in done.output


def test_a_package_that_imports_by_names_when_it_is_asked_to_moves(unchanged_by: Program) -> None:
    after = unchanged_by(
        {**FILES, "pkg/__init__.py": FILES["pkg/__init__.py"].format("")},
        rename=("pkg", "lib"),
        script="import pkg\npkg.table.register()\nprint(sorted(pkg.table.known))\n",
        may_go=["pkg.table"],
    )
    assert ("lib/table.py", 4, "string-not-certain") in after.refusals
    assert "lib/items.py" in after.files
