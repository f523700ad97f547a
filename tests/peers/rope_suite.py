"""The cases of rope's tests of moving and renaming, once for references and once for definitions.

rope moves the definition and the references. `migrate rename` to a path that is there moves
references: for that the files that define what moves are as rope leaves them, before and after, and
the others are compared. Then the same is asked of the definitions, and all files are compared.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.peers.cases import Case
from tests.peers.definitions import DefinitionCase
from tests.peers.sources import NotReachable, library, sdist

RELEASE = "rope==1.15.2"
_RECORDER = Path(__file__).with_name("rope_recorder.py")


_SETTINGS = frozenset((
    "test_not_renaming_methods_in_hierarchies",
    "test_rename_with_superclass_not_in_hierarchy_from_caller",
    "test_rename_with_superclass_not_in_hierarchy_from_child",
    "test_rename_with_superclass_not_in_hierarchy_from_parent",
    "test_renaming_when_unsure",
    "test_performing_rename_on_parameters",
))  # fmt: skip
"""Cases of options of rope's: to rename a method in one class of a hierarchy and not in the others,
or wherever a method of this name is called."""
_OF_PYTHON_2 = frozenset((
    "test_moving_and_used_relative_imports", "test_moving_modules_and_relative_import",
))  # fmt: skip
"""Cases whose files import a module beside them by its name alone: no Python 3 finds it there."""


@cache
def _records() -> list[dict[str, Any]]:
    """Run rope's tests; what they record, each with a name of its own."""
    path = os.pathsep.join(map(str, (sdist(RELEASE), library(RELEASE))))
    command = [sys.executable, "-W", "ignore", str(_RECORDER)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=600,
        cwd=sdist(RELEASE), env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    if done.returncode:
        raise NotReachable(done.stderr[-500:])
    seen: Counter[str] = Counter()
    records: list[dict[str, Any]] = json.loads(done.stdout)
    for record in records:
        seen[record["name"]] += 1
        record["name"] += "" if seen[record["name"]] == 1 else f" {seen[record['name']]}"
    return records


def definitions() -> Iterator[DefinitionCase]:
    """What the tests move and rename, with all files."""
    for record in _records():
        if record["name"] not in _SETTINGS | _OF_PYTHON_2:
            keys = ("name", "before", "after", "old", "new")
            is_moved = record["kind"] != "Rename"
            yield DefinitionCase(*(record[key] for key in keys), is_moved)


def cases() -> Iterator[Case]:
    """The uses of what the tests move and rename."""
    for record in _records():
        before, after, old, new = (record[key] for key in ("before", "after", "old", "new"))
        if record["is_member"]:
            continue
        given = {at: text for at, text in after.items() if at not in before}
        if not given:
            homes = (path.rpartition(".")[0] for path in (old, new))
            given = {at: after[at] for home in homes for at in _files(home) if at in after}
        gone = before.keys() - after.keys()
        files = {at: text for at, text in before.items() if at not in gone} | given
        compared = {at: text for at, text in after.items() if at not in given and text.strip()}
        if compared and old != new:
            yield Case(record["name"], files, {old: new}, compared)


def _files(module: str) -> tuple[str, str]:
    folder = module.replace(".", "/")
    return f"{folder}.py", f"{folder}/__init__.py"
