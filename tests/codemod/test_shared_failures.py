"""A problem that any of several files may cause costs what causes it, and nothing else."""

import re
import subprocess
import sys
from collections.abc import Collection, Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from onepath.codemod.outcome import Outcome, Proposal, Propose, file_changes
from onepath.codemod.refusals.left_out import LeftOut, Location
from onepath.codemod.settling import settle
from onepath.facts.store.cache import FactsCache
from onepath.model import Edit
from onepath.proof.declared import Declared
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World

# `entry` can be imported because `keeper` imports `x` before `y`: the other way round `x` looks for
# a name of `y` that is not there yet. No import on the way to that failure is one that changes.
FILES = {
    "entry.py": "import keeper\nfrom y import function\n",
    "x.py": "import entry\nfrom y import function\n",
    "y.py": "import x\n\n\ndef function():\n    return x\n",
    "alone.py": "pass\n",
    "keeper.py": "import alone  # dropped\nimport x  # dropped\n",
    "before.py": "import x  # dropped\n",
    "later.py": "import x  # dropped\nimport alone  # dropped\n",
}
DROPPED = re.compile(rb"(?:import (\w+)|def .*)  # dropped\n")


def dropping(whole: Collection[str] = ()) -> Propose:
    """A codemod that removes marked lines, each by itself but for those of some files."""

    def propose(world: World, left_out: LeftOut) -> Proposal:
        edits: dict[str, list[Edit]] = {}
        places: dict[str, list[Location]] = {}
        gone = set()
        for path, text in world.read(sorted(world.snapshot.entries)).items():
            for match in DROPPED.finditer(text):
                line = text.count(b"\n", 0, match.start()) + 1
                if path in left_out or left_out.holds(path, match.start()):
                    continue
                edits.setdefault(path, []).append(
                    Edit(match.start(), match.end(), b"", "import", line)
                )
                if match[1]:
                    gone.add((path, match[1].decode()))
                if path not in whole:
                    places.setdefault(path, []).append(Location(match.start(), line))
        return Proposal(file_changes(world, edits), (), Declared(frozenset(gone)), places=places)

    return propose


def settled(folder: Path, files: Mapping[str, str], propose: Propose) -> Outcome:
    """What is left of a codemod's changes, written into a folder that is imported then."""
    for path, text in files.items():
        (folder / path).write_text(text)
    world = World.open(Folder(folder), FactsCache(None), SerialExecutor())
    outcome = settle(world, propose)
    for change in outcome.changeset.changes:
        assert change.new is not None
        (folder / change.path).write_bytes(change.new)
    command = [sys.executable, "-c", "import entry"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return outcome


def changed(outcome: Outcome) -> dict[str, bytes | None]:
    return {change.path: change.new for change in outcome.changeset.changes}


def test_only_the_import_that_another_module_needs_is_refused(tmp_path: Path) -> None:
    outcome = settled(tmp_path, FILES, dropping())
    (refusal,) = outcome.changeset.refusals
    assert (refusal.path, refusal.line, refusal.code) == ("keeper.py", 2, "proof-import-order")
    assert refusal.reason == (
        "importing 'entry' would fail: 'function' can't be imported from 'y', which is not "
        "complete by then (entry.py:2 -> y.py:1 -> x.py:2)"
    )
    assert changed(outcome) == {
        "keeper.py": b"import x  # dropped\n",
        "before.py": b"",
        "later.py": b"",
    }


@pytest.mark.parametrize("needed", ["before", "keeper", "later"])
def test_it_does_not_matter_which_of_the_files_it_is(tmp_path: Path, needed: str) -> None:
    files = FILES | {"entry.py": f"import {needed}\nfrom y import function\n"}
    outcome = settled(tmp_path, files, dropping())
    assert [refusal.path for refusal in outcome.changeset.refusals] == [f"{needed}.py"]
    assert len(outcome.changeset.changes) == (2 if needed == "before" else 3)


def test_two_of_which_one_is_enough_lose_one(tmp_path: Path) -> None:
    files = FILES | {"entry.py": "import before\nimport later\nfrom y import function\n"}
    outcome = settled(tmp_path, files, dropping())
    assert len(outcome.changeset.refusals) == 1
    assert changed(outcome)["keeper.py"] == b""


def test_a_file_without_places_is_left_whole_and_the_others_are_not(tmp_path: Path) -> None:
    outcome = settled(tmp_path, FILES, dropping(whole=["keeper.py", "later.py"]))
    (refusal,) = outcome.changeset.refusals
    assert refusal.path == "keeper.py"
    assert refusal.reason.startswith("the whole file is left as it is: importing 'entry'")
    assert changed(outcome) == {"before.py": b"", "later.py": b""}


def test_a_file_that_passes_once_another_one_is_mended_loses_nothing(tmp_path: Path) -> None:
    lines = ("from made import function", "import alone  # dropped", "import before  # dropped")
    files = {
        "entry.py": "import reader\n",
        "made.py": "import alone  # dropped\ndef function(): pass  # dropped\n",
        "reader.py": "\n".join((*lines, "function()", "")),
        "alone.py": "pass\n",
        "before.py": "pass\n",
    }
    outcome = settled(tmp_path, files, dropping())
    (refusal,) = outcome.changeset.refusals
    assert (refusal.path, refusal.line, refusal.code) == ("made.py", 2, "proof-name-lost")
    assert changed(outcome) == {
        "made.py": b"def function(): pass  # dropped\n",
        "reader.py": b"from made import function\nfunction()\n",
    }


@pytest.mark.parametrize(("between", "told"), [(0, 3), (1, 4), (2, 5), (3, 5), (9, 5)])
def test_a_long_way_is_told_by_its_ends_and_a_count(
    tmp_path: Path, between: int, told: int
) -> None:
    way = [*(f"step{number}" for number in range(between)), "y"]
    files = FILES | {f"{name}.py": f"from {to} import function\n" for name, to in pairwise(way)}
    files["entry.py"] = f"import keeper\nfrom {way[0]} import function\n"
    outcome = settled(tmp_path, files, dropping())
    (refusal,) = outcome.changeset.refusals
    shown = refusal.reason.rpartition(" (")[2].removesuffix(")").split(" -> ")
    assert (shown[0], shown[-1], len(shown)) == ("entry.py:2", "x.py:2", told)
    counts = [int(text.split()[0]) for text in shown if text.endswith(" more imports")]
    assert len(shown) - len(counts) + sum(counts) == between + 3
