"""Packages that import their own modules by names from a table: while they load, and later."""

import pytest
from tests.programs.conftest import Program, Refused

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
    refused: Refused, path: str, call: str
) -> None:
    files = {**FILES, "pkg/__init__.py": FILES["pkg/__init__.py"].format("")}
    files[path] = FILES[path].format(call) if "{}VERSION" in FILES[path] else FILES[path] + call
    said = refused(files, "rename", "pkg", "lib")
    assert "pkg/table.py:4: 'pkg.items' may be imported by its name while" in said


def test_a_package_that_imports_by_names_when_it_is_asked_to_moves(unchanged_by: Program) -> None:
    after = unchanged_by(
        {**FILES, "pkg/__init__.py": FILES["pkg/__init__.py"].format("")},
        rename=("pkg", "lib"),
        script="import pkg\npkg.table.register()\nprint(sorted(pkg.table.known))\n",
        may_go=["pkg.table"],
    )
    assert ("lib/table.py", 4, "string-not-certain") in after.refusals
    assert "lib/items.py" in after.files
