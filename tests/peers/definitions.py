"""Cases in which a definition or a module itself moves or gets another name: all files compared."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.peers.cases import Result, Verdict
from tests.peers.meaning import form, meaning

from onepath.codemod.packs.configuration import parse_config
from onepath.errors import InputError, RefusedError
from onepath.model import Plan
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath_packs.canonical.move import WantedMove, plan_moves
from onepath_packs.canonical.rename import plan_rename

_OUTLINE = """
import contextlib, importlib, io, json, sys, types
found = {}
for name in sys.argv[1:]:
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            module = importlib.import_module(name)
    except Exception as error:
        found[name] = type(error).__name__
        continue
    found[name] = {
        key: repr(value) if isinstance(value, (int, str, list)) else str(dir(value))
        for key, value in vars(module).items()
        if not key.startswith("_") and not isinstance(value, types.ModuleType)
    }
print(json.dumps(found))
"""
"""Prints what each module has once it is imported, or the error."""


@dataclass(frozen=True)
class DefinitionCase:
    """One situation of a peer's suite.

    Attributes:
        name: Unique within the suite.
        before: The files, by path.
        after: The same as the peer leaves them.
        old: The dotted path of what moves or gets another name.
        new: What it is then.
        is_moved: Whether it goes to another module or package.
    """

    name: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    old: str
    new: str
    is_moved: bool


def run_definition(case: DefinitionCase, folder: Path) -> Result:
    """Plan what a case asks for over its files, and compare all files.

    Args:
        case: What to run.
        folder: An empty folder for its files.
    """
    _write(case.before, folder / "before")
    try:
        plan = _planned(case, folder / "before")
    except (InputError, RefusedError) as error:
        return Result({}, {"": Verdict.REFUSED}, (error.message,))
    ours, said = dict(case.before), [*plan.phases[0].remarks]
    for change in plan.phases[0].changeset.changes:
        ours.pop(change.path, None)
        if change.new is not None:
            ours[change.path] = change.new.decode()
    refusals = plan.phases[0].changeset.refusals
    said += [f"{one.path}:{one.line} {one.code}: {one.reason}" for one in refusals]
    verdict = _by_text(case, ours)
    if verdict is None and refusals:
        verdict = Verdict.REFUSED
    verdict = verdict or _by_running(case, ours, folder)
    return Result(ours, {"": verdict}, tuple(said))


def _planned(case: DefinitionCase, folder: Path) -> Plan:
    snapshot, config = Folder(folder), parse_config("", "migrate.toml")
    if not case.is_moved:
        return plan_rename(snapshot, config, case.old, case.new, executor=SerialExecutor())
    parent = case.new.rpartition(".")[0]
    old = case.old.replace(".", "/")
    files = [one for one in (f"{old}.py", f"{old}/") if (folder / one).exists()]
    wanted = WantedMove(case.old, parent)
    if files:
        wanted = WantedMove(files[0], f"{parent.replace('.', '/')}/")
    return plan_moves(snapshot, config, [wanted], executor=SerialExecutor())


def _by_text(case: DefinitionCase, ours: Mapping[str, str]) -> Verdict | None:
    """The verdict where both texts mean the same to a parser; None where they do not."""
    theirs = {path: text for path, text in case.after.items() if text.strip()}
    mine = {path: text for path, text in ours.items() if text.strip()}
    if theirs.keys() != mine.keys():
        return None
    if all(form(text) == form(mine[path]) for path, text in theirs.items()):
        return Verdict.RIGHT
    is_same = all(meaning(text, path) == meaning(mine[path], path) for path, text in theirs.items())
    return Verdict.OTHER_FORM if is_same else None


def _by_running(case: DefinitionCase, ours: Mapping[str, str], folder: Path) -> Verdict:
    """The verdict after all modules of both have been imported."""
    if ours == case.before:
        return Verdict.SILENT
    paths = case.after.keys() & ours.keys()
    names = [path.removesuffix(".py").replace("/", ".") for path in paths if "__init__" not in path]
    theirs = _outline(case.after, names, folder / "theirs")
    return Verdict.OTHER_FORM if theirs == _outline(ours, names, folder / "ours") else Verdict.WRONG


def _outline(files: Mapping[str, str], names: list[str], folder: Path) -> dict[str, object]:
    """What some modules have once Python has imported them, or the error."""
    _write(files, folder)
    done = subprocess.run(
        [sys.executable, "-c", _OUTLINE, *sorted(names)],
        capture_output=True, text=True, cwd=folder, timeout=60, check=True,
    )  # fmt: skip
    found: dict[str, object] = json.loads(done.stdout)
    return found


def _write(files: Mapping[str, str], folder: Path) -> None:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
