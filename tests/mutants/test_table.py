"""`mutants.toml` names folders and tests that are there: a table that nothing runs goes stale."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = tomllib.loads((ROOT / "tests/mutants/mutants.toml").read_text(encoding="utf-8"))["folder"]


def test_what_the_table_names_is_there() -> None:
    named = [path for folder in FOLDERS for path in (folder["modules"], *folder["tests"])]
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_codemod_with_a_table_has_mutants() -> None:
    codemods = (ROOT / "codemods/onepath_packs").glob("*/*/codemod.py")
    folders = {path.parent.relative_to(ROOT).as_posix() for path in codemods}
    assert folders <= {folder["modules"] for folder in FOLDERS}
