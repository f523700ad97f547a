"""What a case of a peer's suite is, and what a run of `migrate rename` makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.peers.meaning import form, meaning

from onepath.codemod.packs.configuration import parse_config
from onepath.config.tables.rename_files import RenameTable
from onepath.errors import InputError
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath_packs.canonical.rename import RenameIdentity, plan_rename, plan_rename_table


class Verdict(StrEnum):
    """How what is made of a case compares with the peer's text."""

    RIGHT = "right"
    OTHER_FORM = "right in another form"
    REFUSED = "refused"
    SILENT = "left in silence"
    WRONG = "wrong"


@dataclass(frozen=True)
class Case:
    """One situation of a peer's suite.

    Attributes:
        name: Unique within the suite.
        before: The files, by path.
        renames: Old path -> new path.
        expected: What the peer expects of the files that are compared, by path; None where it
            expects no text but that every use means the new path.
        counts_files: Whether a case counts once, by the worst of its files, or once for each file.
    """

    name: str
    before: Mapping[str, str]
    renames: Mapping[str, str]
    expected: Mapping[str, str | None]
    counts_files: bool = False


@dataclass(frozen=True)
class Result:
    """What became of a case: the files that are compared, and all that was said of them."""

    files: Mapping[str, str]
    verdicts: Mapping[str, Verdict]
    said: tuple[str, ...]

    @property
    def worst(self) -> Verdict:
        """The verdict on the whole."""
        return max(self.verdicts.values(), key=list(Verdict).index)


def run(case: Case, folder: Path) -> Result:
    """Plan the renames of a case over its files, and compare.

    Args:
        case: What to run.
        folder: An empty folder for its files.
    """
    for path, text in case.before.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
    files, said, refused = _planned(case, folder)
    verdicts = {path: _verdict(case, path, files[path], path in refused) for path in case.expected}
    if said and len(case.expected) == 1:
        verdicts = {
            path: Verdict.REFUSED if verdict is Verdict.SILENT else verdict
            for path, verdict in verdicts.items()
        }
    return Result({path: files[path] for path in case.expected}, verdicts, said)


def _planned(case: Case, folder: Path) -> tuple[dict[str, str], tuple[str, ...], set[str]]:
    config, executor = parse_config("", "migrate.toml"), SerialExecutor()
    files = dict(case.before)
    try:
        if len(case.renames) == 1:
            [(old, new)] = case.renames.items()
            plan = plan_rename(Folder(folder), config, old, new, executor=executor)
        else:
            plan = plan_rename_table(
                Folder(folder),
                config,
                RenameTable.of(case.renames),
                RenameIdentity("table", "Rename a table", "table"),
                executor=executor,
            )
    except InputError as error:
        return files, (str(error),), set()
    said: list[str] = []
    refused: set[str] = set()
    for phase in plan.phases:
        files |= {c.path: (c.new or b"").decode() for c in phase.changeset.changes}
        refusals = phase.changeset.refusals
        said += [f"{r.path}:{r.line} {r.code}: {r.reason}" for r in refusals] + [*phase.remarks]
        refused |= {refusal.path for refusal in refusals}
    return files, tuple(said), refused


def _verdict(case: Case, path: str, ours: str, is_refused: bool) -> Verdict:
    expected, before = case.expected[path], case.before[path]
    moved = meaning(before, path, case.renames)
    if expected is None:
        if meaning(ours, path) == moved:
            return Verdict.RIGHT
    elif form(ours) == form(expected):
        return Verdict.RIGHT
    elif meaning(ours, path) == meaning(expected, path):
        return Verdict.OTHER_FORM
    if ours == before:
        return Verdict.REFUSED if is_refused else Verdict.SILENT
    is_part = meaning(ours, path, case.renames) == moved
    return Verdict.REFUSED if is_refused and is_part else Verdict.WRONG
