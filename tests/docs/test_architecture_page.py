"""`docs/architecture.md` names ten invariants, and tests and folders that are there."""

import re
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
PAGE = (TOP / "docs" / "architecture.md").read_text(encoding="utf-8")
TESTS = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
FOLDERS = {path.name for path in (TOP / "engine" / "onepath").iterdir() if path.is_dir()}


def test_there_are_ten_invariants_each_with_a_test() -> None:
    parts = re.split(r"^\d+\. ", PAGE[PAGE.index("## Ten invariants") :], flags=re.M)[1:]
    assert len(parts) == 10
    assert all("::test_" in part for part in parts)


@pytest.mark.parametrize(("file", "name"), TESTS, ids=lambda one: one)
def test_a_test_that_is_named_is_there(file: str, name: str) -> None:
    assert f"\ndef {name}(" in (TOP / file).read_text(encoding="utf-8")


def test_every_folder_of_the_engine_is_on_the_map() -> None:
    rows = "\n".join(line for line in PAGE.splitlines() if line.startswith("|"))
    named = set(re.findall(r"[\w]+", "".join(re.findall(r"^\| (.*?) \|", rows, flags=re.M))))
    assert {name for name in FOLDERS if name != "__pycache__"} <= named
