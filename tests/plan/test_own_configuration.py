"""A one-off refactor takes the configuration of a migration along; it never reads anything."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onepath.codemod.packs.configuration import load_config
from onepath.model import Plan
from onepath.run import SerialExecutor
from onepath.snapshot import open_snapshot
from onepath_packs.canonical.move import WantedMove, plan_moves
from onepath_packs.canonical.rename import plan_rename

OWN = """\
[imports]
"pkg.shim.Old" = "pkg.b.Old"

[canonical."pkg.b.Old"]
roles = ["*Old"]

[factories."pkg.b.make"]
to = "pkg.b.Old"
"""
FILES = {
    "migrate.toml": OWN,
    "pkg/__init__.py": "",
    "pkg/b.py": "class Old:\n    pass\n\n\ndef make():\n    return Old()\n",
    "pkg/shim.py": "from pkg.b import Old\n",
    "test_b.py": "from unittest.mock import patch\n\n\ndef test():\n    with patch('pkg.b.Old'):\n"
    "        from pkg.b import make\n        make()\n",
}
PYPROJECT = OWN.replace("[", "[tool.migrate.").replace("roles = [tool.migrate.", "roles = [")


def text_of(plan: Plan, path: str, text: str) -> str:
    """A file after a plan."""
    for change in plan.phases[0].changeset.changes:
        if change.path == path:
            return (change.new or b"").decode()
    return text


def renamed(folder: Path, name: str, old: str, new: str) -> Plan:
    config = load_config(folder / name)
    return plan_rename(open_snapshot(folder), config, old, new, executor=SerialExecutor())


@pytest.mark.parametrize(("name", "text"), [("migrate.toml", OWN), ("pyproject.toml", PYPROJECT)])
def test_a_renamed_definition_has_its_new_path(
    make_repository: Callable[..., Any], name: str, text: str
) -> None:
    files = {path: content for path, content in FILES.items() if path != "migrate.toml"}
    folder = make_repository({**files, name: text}).path
    plan = renamed(folder, name, "pkg.b.Old", "pkg.b.New")
    assert text_of(plan, name, text) == text.replace("pkg.b.Old", "pkg.b.New")


def test_so_has_what_is_in_a_renamed_module(make_repository: Callable[..., Any]) -> None:
    plan = renamed(make_repository(FILES).path, "migrate.toml", "pkg.b", "pkg.c")
    assert text_of(plan, "migrate.toml", OWN) == OWN.replace("pkg.b.", "pkg.c.")


def test_so_has_a_moved_definition(make_repository: Callable[..., Any]) -> None:
    folder = make_repository(FILES).path
    config = load_config(folder / "migrate.toml")
    wanted = [WantedMove("pkg.b.Old", "pkg.c")]
    plan = plan_moves(open_snapshot(folder), config, wanted, executor=SerialExecutor())
    assert text_of(plan, "migrate.toml", OWN) == OWN.replace("pkg.b.Old", "pkg.c.Old")


def test_where_only_references_move_the_old_path_stands(
    make_repository: Callable[..., Any],
) -> None:
    plan = renamed(make_repository(FILES).path, "migrate.toml", "pkg.shim.Old", "pkg.b.Old")
    assert text_of(plan, "migrate.toml", OWN) == OWN


def test_a_deprecated_path_in_it_is_no_reader(make_repository: Callable[..., Any]) -> None:
    own = '[imports]\n"pkg.b.Old" = "pkg.gone.Other"\n'
    folder = make_repository({**FILES, "migrate.toml": own}).path
    plan = renamed(folder, "migrate.toml", "pkg.b.Old", "pkg.b.New")
    assert "class New:" in text_of(plan, "pkg/b.py", "")


def test_what_it_says_of_names_in_a_module_does_not_keep_that(
    make_repository: Callable[..., Any],
) -> None:
    own = '[imports]\n"pkg.b.Old" = "pkg.Old"\n\n# "pkg.b.make" = "pkg.make"\n'
    files = {**FILES, "migrate.toml": own, "pkg/__init__.py": "from pkg.b import Old, make\n"}
    repository = make_repository(files).path
    config = load_config(repository / "migrate.toml")
    wanted = [WantedMove("pkg/b.py", "pkg/core.py")]
    plan = plan_moves(open_snapshot(repository), config, wanted, executor=SerialExecutor())
    changes = {one.path: one.new for one in plan.phases[0].changeset.changes}
    assert changes["pkg/b.py"] is None
