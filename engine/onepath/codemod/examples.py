"""Examples of codemods and rules: read from `*.example` files, run, and compared.

`docs/examples.md` tells the format. `migrate test` runs the examples of a pack, and so
does the pytest fixture `check_example`.
"""

import ast
import difflib
import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

from onepath.analysis.index import Index
from onepath.audit.rule import Rule
from onepath.codemod.codemod import BaseCodemod
from onepath.codemod.packs.pack import Pack
from onepath.config import migrate_toml
from onepath.config.migrate_toml import Config, settings
from onepath.config.reader import Brought
from onepath.facts.store.cache import FactsCache
from onepath.model import Executor
from onepath.snapshot import Folder
from onepath.symbols.world import World

FOLDER, SUFFIX, COMMON = "examples", ".example", "common.example"
_CHARACTERS = {"{CR}": "\r", "{FF}": "\f", "{TAB}": "\t", "{NUL}": "\0"}
_LISTED = ("refused", "deleted", "finding")


class ExampleError(ValueError):
    """An example file is not written as the format asks for."""


@dataclass
class Example:
    """One situation: files, what becomes of them, and what is refused or found."""

    path: Path
    title: str = ""
    config: str = ""
    before: dict[str, bytes] = field(default_factory=dict)
    after: dict[str, bytes] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    rule: str = ""
    """The rule that it is an example of; empty: it is one of the codemod beside it."""
    finding: list[str] = field(default_factory=list)
    """`PATH:LINE words of the message`"""
    codemod: type[BaseCodemod] | None = None

    def __str__(self) -> str:
        return f"{self.rule or (self.codemod and self.codemod.name)}-{self.path.stem}"

    @property
    def expected(self) -> dict[str, bytes]:
        """The files after."""
        files = self.before | self.after
        return {path: data for path, data in files.items() if path not in self.deleted}


# ------------------------------------------------------------------ reading


def examples_of(pack: Pack) -> list[Example]:
    """Every example of a pack: those in `examples` folders beside its codemods and rules.

    Raises:
        ExampleError: One is not written as the format asks for.
    """
    by_path: dict[Path, Example] = {}
    for codemod in pack.codemods:
        for path in _files_beside(codemod):
            by_path.setdefault(path, read_example(path)).codemod = codemod
    for rule in pack.rules:
        for path in _files_beside(rule.check):
            example = by_path.setdefault(path, read_example(path))
            if not example.rule and example.codemod is None:
                raise ExampleError(f"{path}: `=== rule NAME` is missing, and no codemod is here")
    return [by_path[path] for path in sorted(by_path)]


def _files_beside(thing: type | object) -> list[Path]:
    module = inspect.getmodule(thing)
    if module is None or module.__file__ is None:
        return []
    paths = Path(module.__file__).with_name(FOLDER).rglob(f"*{SUFFIX}")
    return sorted(path for path in paths if path.name != COMMON)


def read_example(path: Path) -> Example:
    """Read an example, with the files and the configuration that it shares with others.

    Raises:
        ExampleError: It is not written as the format asks for.
    """
    example = Example(path)
    for folder in reversed(_folders_above(path)):
        if (folder / COMMON).is_file():
            _read_into(example, folder / COMMON)
    example.remarks, example.title = [], ""
    _read_into(example, path)
    return example


def _folders_above(path: Path) -> list[Path]:
    """The folders of an example, the nearest first, up to the top of its package."""
    parents = list(path.parents)
    own = next((at for at, one in enumerate(parents) if one.name == FOLDER), 0) + 1
    packages = takewhile(lambda one: (one / "__init__.py").is_file(), parents[own:])
    return [*parents[:own], *packages]


def _read_into(example: Example, path: Path) -> None:
    title, *sections = path.read_text(encoding="utf-8").split("\n=== ")
    example.title = title.strip()
    for section in sections:
        head, _, body = section.partition("\n")
        kind, *rest = head.split()
        if kind == "migrate.toml":
            example.config = body
        elif kind == "rule" and len(rest) == 1:
            example.rule = rest[0]
        elif kind in _LISTED and rest:
            getattr(example, kind).append(" ".join(rest))
        elif kind == "remark":
            example.remarks.append(body.rstrip("\n"))
        elif kind in ("before", "after") and rest:
            encoding = rest[1] if len(rest) > 1 else "utf-8"
            getattr(example, kind)[rest[0]] = _content(body, encoding)
        else:
            raise ExampleError(f"{path}: unknown section '=== {head}'")


def _content(body: str, encoding: str) -> bytes:
    for written, meant in _CHARACTERS.items():
        body = body.replace(written, meant)
    if "{NONL}" in body:
        body = body.replace("{NONL}", "").removesuffix("\n")
    elif not body.endswith("\n"):
        body += "\n"
    return b"" if body == "\n" else body.encode(encoding)


# ------------------------------------------------------------------ running


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What a codemod makes of an example."""

    files: Mapping[str, bytes]
    refused: tuple[str, ...]
    """`PATH:LINE CODE`"""
    remarks: tuple[str, ...]
    again: tuple[str, ...]
    """Files that a second run would change."""


def problems_of(example: Example, pack: Pack, folder: Path, executor: Executor) -> list[str]:
    """Run an example: what is not as it says, in words; empty if everything is.

    Args:
        example: From `examples_of` the pack.
        pack: Has the codemod or the rule.
        folder: An empty folder; the files of the example are written into it.
        executor: Runs what can run in parallel.

    Raises:
        ConfigError: The configuration of the example has errors.
        PackDefectError: The codemod failed.
    """
    if not example.rule:
        return list(_differences(example, run_example(example, pack, folder, executor)))
    with _opened(example, pack, folder, executor) as (world, config):
        return list(_unlike(example, _found(example.rule, pack, world, config)))


def run_example(example: Example, pack: Pack, folder: Path, executor: Executor) -> ExampleResult:
    """Let the codemod of an example run over its files, and once more over what it makes of them.

    The arguments and errors are those of `problems_of`.
    """
    version = next(one for one in pack.versions if one.codemod is example.codemod)
    with _opened(example, pack, folder, executor) as (world, config):
        outcome = version.plan(world, config)
        new = {change.path: change.new for change in outcome.changeset.changes}
        again = version.plan(world.after(new), config)
    files = {path: new.get(path, data) for path, data in {**example.before, **new}.items()}
    return ExampleResult(
        {path: data for path, data in files.items() if data is not None},
        tuple(
            f"{refusal.path}:{refusal.line} {refusal.code}"
            for refusal in outcome.changeset.refusals
        ),
        outcome.remarks,
        tuple(change.path for change in again.changeset.changes),
    )


@contextmanager
def _opened(
    example: Example, pack: Pack, folder: Path, executor: Executor
) -> Iterator[tuple[World, Config]]:
    for path, data in example.before.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    brought = Brought((pack.name,), pack.name, pack.all_tables, {})
    config = migrate_toml.parse_config(example.config, f"{example.path}", lambda _: brought)
    with FactsCache(None) as cache:
        yield World.open(Folder(folder), cache, executor, roots=config.roots), config


def _differences(example: Example, result: ExampleResult) -> Iterator[str]:
    yield from _other_files(example.expected, result.files)
    yield from _other_lines("remark", example.remarks, result.remarks)
    yield from _other_lines("refused", sorted(example.refused), sorted(result.refused))
    yield from (f"{path}: a second run changes it again" for path in result.again)
    for name, data in example.before.items():
        new = result.files.get(name)
        if name.endswith(".py") and new is not None and _parses(data) and not _parses(new):
            yield f"{name}: is no Python any more"


def _other_files(expected: Mapping[str, bytes], found: Mapping[str, bytes]) -> Iterator[str]:
    for path in sorted(expected.keys() | found.keys()):
        if path not in found:
            yield f"{path}: is gone"
        elif path not in expected:
            yield f"{path}: was made, or should be gone"
        elif expected[path] != found[path]:
            wanted, got = (
                data.decode("latin-1").splitlines(keepends=True)
                for data in (expected[path], found[path])
            )
            lines = difflib.unified_diff(wanted, got, f"{path} expected", f"{path} found")
            yield "".join(line if line.endswith("\n") else f"{line}\n" for line in lines).rstrip()


def _other_lines(what: str, expected: Sequence[str], found: Sequence[str]) -> Iterator[str]:
    if list(expected) == list(found):
        return
    yield from (f"{what}, and not expected: {line}" for line in found if line not in expected)
    yield from (f"not {what}: {line}" for line in expected if line not in found)
    if sorted(expected) == sorted(found) or set(expected) == set(found):
        yield f"{what}: in another order, or not as often: {list(found)}"


def _found(name: str, pack: Pack, world: World, config: Config) -> list[tuple[str, int, str]]:
    rule: Rule | None = pack.audit_rules.get(name)
    if rule is None:
        raise ExampleError(f"there is no rule '{name}'")
    world.fact_store.load(world.fact_store.python)
    index = Index(world, settings(config))
    return [
        (violation.path, violation.line, violation.message)
        for violation in rule.check(index, index.settings)
    ]


def _unlike(example: Example, found: list[tuple[str, int, str]]) -> Iterator[str]:
    """Findings that no line of the example tells of, and lines that no finding answers."""
    left = list(found)
    for line in sorted(example.finding, key=len, reverse=True):
        place, _, words = line.partition(" ")
        for one in left:
            if place == f"{one[0]}:{one[1]}" and words in one[2]:
                left.remove(one)
                break
        else:
            yield f"not found: {line}"
    yield from (f"found, and not expected: {path}:{line} {words}" for path, line, words in left)


def _parses(data: bytes) -> bool:
    try:
        ast.parse(data)
    except (SyntaxError, ValueError):
        return False
    return True


# ------------------------------------------------------------- completeness


def lacking(pack: Pack, examples: Sequence[Example]) -> list[str]:
    """What a pack has no example of: a change and a refusal of each codemod, a finding and a
    near miss of each rule."""
    lines = []
    for version in pack.versions:
        own = [
            example
            for example in examples
            if example.codemod is version.codemod and not example.rule
        ]
        if not any(example.after or example.deleted for example in own):
            lines.append(f"{version}: no example shows what it changes")
        if not any(example.refused for example in own):
            lines.append(f"{version}: no example shows what it refuses")
    for rule in pack.rules:
        own = [example for example in examples if example.rule == rule.name]
        if not any(example.finding for example in own):
            lines.append(f"rule {rule.name}: no example shows what it finds")
        if all(example.finding for example in own):
            lines.append(f"rule {rule.name}: no example shows what it does not find")
    return lines
