"""A document that can't be read as it could be before fails the proof."""

import pytest

from onepath.model import Edit, FileChange
from onepath.proof.documents import newly_unreadable

OLD = "```python\nfrom pkg.old import Name\n\nprint(Name)\n```\n"
NEW = OLD.replace("pkg.old", "pkg.new")
ODD = "\n```python\nfrom pkg.old import Name as (\n```\n"
CELL = '{"cells": [{"cell_type": "code", "source": ["from pkg.%s import Name"]}], "nbformat": 4}'


def change(new: str, path: str = "guide.md", old: str = OLD) -> FileChange:
    edit = Edit(0, len(old), new.encode(), "document", 1)
    return FileChange(path, 0o100644, "0" * 40, old.encode(), new.encode(), (edit,))


@pytest.mark.parametrize(
    ("old", "new"),
    [(OLD, NEW), (OLD + ODD, NEW + ODD), (OLD + ODD, NEW), (OLD, "no code any more\n")],
)
def test_what_could_not_be_read_before_counts_for_nothing(old: str, new: str) -> None:
    assert newly_unreadable(change(new, old=old)) == ""


@pytest.mark.parametrize("new", [NEW.replace("import Name", "import (Name"), NEW + ODD])
def test_code_that_does_not_parse_any_more_is_told(new: str) -> None:
    assert newly_unreadable(change(new)) == "unparseable as never before"


def test_notebook_that_is_no_json_any_more_is_told() -> None:
    assert newly_unreadable(change(CELL % "new", "n.ipynb", CELL % "old")) == ""
    broken = change(CELL % "new" + ",", "n.ipynb", CELL % "old")
    assert newly_unreadable(broken) == "document as never before"
