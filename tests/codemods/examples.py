"""Reads and runs the examples that stand beside the codemods."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from onepath.codemod.configuration import parse_config
from onepath.codemod.packs import Pack
from onepath.model import Phase
from onepath.plan.planner import make_plan
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder, Overlay

CONFIG = '[imports]\n"pkg.old.Name" = "pkg.new.Name"\n'
WORLD = {
    "pkg/__init__.py": "",
    "pkg/new.py": "class Name:\n    pass\n\n\nclass Other:\n    pass\n",
    "pkg/old.py": "from pkg.new import Name\n\n\nclass Local:\n    pass\n",
}
_CHARACTERS = {"{CR}": "\r", "{FF}": "\f", "{TAB}": "\t", "{NUL}": "\0"}


@dataclass
class Example:
    """One situation: a world, what it becomes, and what is refused."""

    title: str
    config: str = CONFIG
    before: dict[str, bytes] = field(default_factory=dict)
    after: dict[str, bytes] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def world(self) -> dict[str, bytes]:
        """The files before."""
        return {path: text.encode() for path, text in WORLD.items()} | self.before

    @property
    def expected(self) -> dict[str, bytes]:
        """The files after."""
        files = self.world | self.after
        return {path: data for path, data in files.items() if path not in self.deleted}


def read_example(path: Path) -> Example:
    """Read an example file; its format is told in the examples' README."""
    title, *sections = path.read_text(encoding="utf-8").split("\n=== ")
    example = Example(title.strip())
    for section in sections:
        head, _, body = section.partition("\n")
        kind, *rest = head.split()
        if kind == "migrate.toml":
            example.config = body
        elif kind in ("refused", "deleted"):
            getattr(example, kind).append(" ".join(rest))
        elif kind == "remark":
            example.remarks.append(body.rstrip("\n"))
        elif kind in ("before", "after"):
            encoding = rest[1] if len(rest) > 1 else "utf-8"
            getattr(example, kind)[rest[0]] = _content(body, encoding)
        else:
            raise ValueError(f"{path}: unknown section {head!r}")
    return example


def _content(body: str, encoding: str) -> bytes:
    for written, meant in _CHARACTERS.items():
        body = body.replace(written, meant)
    if "{NONL}" in body:
        body = body.replace("{NONL}", "").removesuffix("\n")
    elif not body.endswith("\n"):
        body += "\n"
    return b"" if body == "\n" else body.encode(encoding)


@dataclass(frozen=True)
class Result:
    """What a version made of an example."""

    files: Mapping[str, bytes]
    refused: list[str]
    remarks: list[str]
    again: Phase


def run_example(example: Example, pack: Pack, phase: str, folder: Path) -> Result:
    """Plan one phase over the example's world, and once more over what it gives."""
    world = example.world
    for path, data in world.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    config = parse_config(example.config, "migrate.toml")
    snapshot = Folder(folder)
    packs = {config.packs[0]: pack}
    plan = make_plan(snapshot, config, packs, executor=SerialExecutor(), phases=[phase])
    changes = plan.phases[0].changeset.changes
    after = Overlay(snapshot, {change.path: change.new for change in changes})
    again = make_plan(after, config, packs, executor=SerialExecutor(), phases=[phase])
    files = world | {change.path: change.new for change in changes if change.new is not None}
    for change in changes:
        if change.new is None:
            del files[change.path]
    refused = [f"{r.path}:{r.line} {r.code}" for r in plan.phases[0].changeset.refusals]
    return Result(files, refused, list(plan.phases[0].remarks), again.phases[0])
