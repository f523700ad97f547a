"""Who goes on to read a name at its old place after everything that can follow has followed."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from onepath.codemod import Config, Needles, World
from onepath.codemod.refusals.own_text import without_own_text
from onepath.facts.extract.file import parse
from onepath.facts.prefilter.words import Search, SearchByWords
from onepath.facts.source import SourceText
from onepath.facts.spelling.file import Spelling
from onepath.model import UseKind
from onepath.symbols.find_references.targets import Target
from onepath.symbols.find_references.text_holders import holders, searches_in_python
from onepath.symbols.find_references.users import users_of_names
from onepath.symbols.modules import is_package, is_test
from onepath.symbols.spelling.module_objects import escaping_modules, search_for_objects
from onepath_packs.canonical.definitions.old_paths.composed_reads import (
    ComposedReads,
    composed_read,
)
from onepath_packs.canonical.definitions.old_paths.copied_names import Copies, copied_into
from onepath_packs.canonical.definitions.old_paths.remaining import RemainingReader
from onepath_packs.canonical.definitions.places import star_sources

_PYTHON = (".py", ".pyi")
_DATA = (".json", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".csv", ".xml", ".conf", ".env")
_FIELD = rb"%%\((?:%b)\)|\{(?:\w+\.)?(?:%b)[}!:.\[]|\$(?:\{(?:%b)\}|(?:%b)(?!\w))"
"""A name in a template: `%%(NAME)s`, `{NAME}`, `{0.NAME}`, `${NAME}`."""
_VALUE = rb"(?m)(?:^|[\"'\s,;:=>|!(\[{])(?:%b)(?=[\"'\s,;:=<|)\]}]|$)"
_NEAR = 200
"""So many bytes a table has at most between a module and a name of it."""
_QUOTES = (b"'", b'"')
_ASKING = b"startswith("
"""Who asks whether a name begins so loads nothing by it."""
_IMPORT = rb"\bfrom[ \t]+(\.*[\w.]*)[ \t]+import\b[^\r\n]*?(?<!\w)%b(?!\w)"
"""An import of a name, wherever it is written."""


def still_read(
    world: World, config: Config, targets: Sequence[Target]
) -> dict[str, RemainingReader]:
    """The modules whose name is needed, each with one that needs it.

    Args:
        world: The code after all references have been taken elsewhere.
        config: Its own file reads nothing.
        targets: The old places; each has a forwarding name.
    """
    found: dict[str, RemainingReader] = {}
    own = {target.path for target in targets}
    for holder in without_own_text(world, config, holders(world, targets)):
        if holder.breaks and not (holder.kind == "name" and holder.path in own):
            found.setdefault(holder.target.path, RemainingReader(holder.path, holder.line))
    for path, reader in (
        *_by_spelling(world, targets),
        *_in_strings(world, targets),
        *_in_tables(world, targets),
        *_by_tails(world, targets),
    ):
        found.setdefault(path, reader)
    for target in targets:
        if target.path not in found:
            asked = _by_attribute(world, target) or composed_read(world, target)
            asked = asked or copied_into(world, target)
            found |= {target.path: asked} if asked is not None else {}
    for path in escaping_modules(world, own, by_stars=False):
        asked = _by_computed_name(world, {one.name for one in targets if one.path == path})
        if asked is not None:
            found.setdefault(path, asked)
    return found


def searches_for_readers(world: World, targets: Sequence[Target]) -> list[Search]:
    """The searches over all Python files that `still_read` will ask for.

    Args:
        world: The code as it is.
        targets: The places that will be the old ones.
    """
    packages = {world.modules.name(target.path).rpartition(".")[0] for target in targets}
    return [
        search_for_objects(world, {target.path for target in targets}),
        *searches_in_python(world, targets),
        Copies(),
        *(ComposedReads(name) for name in sorted({target.name for target in targets})),
        *(_Beginnings(package) for package in packages if package),
    ]


def _by_computed_name(world: World, names: set[str]) -> RemainingReader | None:
    """A text that has one of some names, with which a module may be asked for it.

    That is a string, a field of a template, or a value in a file of data: `shape: !Circle`.
    """
    store, needles = world.fact_store, Needles.of(names)
    asked = by_string(world, names, store.mentioning(needles), "may read it by this string")
    if asked is not None:
        return asked
    word = b"|".join(re.escape(name.encode()) for name in sorted(names))
    field = re.compile(_FIELD % (word, word, word, word))
    value = re.compile(_VALUE % word)
    files = [*store.mentioning(needles), *store.texts_mentioning(_is_data, needles)]
    for path, data in world.read(sorted({*files})).items():
        pattern = field if path.endswith(_PYTHON) else value if _is_data(path) else None
        match = pattern.search(data) if pattern else None
        if match is not None:
            line = data.count(b"\n", 0, match.end()) + 1
            return RemainingReader(path, line, "may have a module read for this name")
    return None


def _is_data(path: str) -> bool:
    return path.endswith(_DATA)


def by_string(
    world: World, names: Iterable[str], paths: Iterable[str], why: str
) -> RemainingReader | None:
    """A string that is one of some names, and no type or exported name; None for none.

    Args:
        world: The code.
        names: At least one.
        paths: The files that may have it.
        why: What is said of the place.
    """
    words = b"|".join(re.escape(name.encode()) for name in sorted(names))
    quoted = re.compile(rb"[\"'](?:%b)[\"']" % words)
    for path, data in world.read(list(paths)).items():
        for at in _name_strings(world, path, data, quoted):
            return RemainingReader(path, data.count(b"\n", 0, at) + 1, why)
    return None


def _by_tails(world: World, targets: Sequence[Target]) -> Iterator[tuple[str, RemainingReader]]:
    """Strings with the end of a path: `"filters.escape"`, for code that is written at run time."""
    for target in targets:
        leaf = world.modules.name(target.path).rpartition(".")[2]
        tail = rf"(?<![\w.])(?:\w+\.)*{re.escape(leaf)}\.{re.escape(target.name)}(?!\w)"
        spelled = f"{leaf}.{target.name}".encode()
        raw, read = re.compile(tail.encode()), re.compile(tail)
        for path, data in world.read(
            list(world.fact_store.mentioning(Needles.of([target.name])))
        ).items():
            # The expression alone takes ten times as long.
            if spelled not in data or not raw.search(data):
                continue
            if world.facts(path).failure is not None:
                continue
            for node in _texts(data):
                if read.search(node.value):
                    yield (
                        target.path,
                        RemainingReader(path, node.lineno, "may read it by this string"),
                    )


class _Text(NamedTuple):
    value: str
    lineno: int


def _texts(data: bytes) -> Iterator[_Text]:
    """The strings of a file that are no docstrings."""
    tree = parse(SourceText(data).utf8)
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield _Text(node.value, node.lineno)


def named_in_part(world: World, package: str) -> RemainingReader | None:
    """A string that is the path of a package up to the name of a module: `"pkg.plugins."`.

    Whatever loads modules by it may load each of them.
    """
    for path, line in loads_by_part(world, package):
        return RemainingReader(path, line, "may load it by a name that begins so")
    return None


def loads_by_part(world: World, package: str) -> Iterator[tuple[str, int]]:
    """The files with such strings, and the line of the first one in each."""
    if not package:
        return
    store, search = world.fact_store, _Beginnings(package)
    for path in store.others_mentioning(store.python, search):
        data = world.read([path])[path]
        yield path, data.count(b"\n", 0, search.first(data)) + 1


class _Beginnings(SearchByWords):
    """The search for strings that are the path of a package, a dot, and what is known no more."""

    def __init__(self, package: str) -> None:
        self._package = package
        last = package.rpartition(".")[2]
        self._last = Needles.of([last])
        self._above = len(package.encode()) - len(last.encode())
        self.digest = f"beginnings with {package}"
        # The package comes first, so that it is searched for as it is, in a tenth of the time.
        self._path = re.compile(rb"%b\.[\"'{%%]" % re.escape(package.encode()))

    @property
    def sought(self) -> Needles:
        """The last part of the path."""
        return self._last

    def first(self, data: bytes) -> int:
        """Where the first of them begins; -1 for nowhere."""
        starts = (match.start() for match in self._path.finditer(data))
        return next((start - 1 for start in starts if _begins_string(data, start)), -1)

    def hit_at(self, data: bytes, places: Sequence[int]) -> bool:
        starts = (at - self._above for at in places if at >= self._above)
        return any(self._path.match(data, at) and _begins_string(data, at) for at in starts)

    def within(self, other: Search) -> bool:
        return other.digest == self.digest or Needles.of([self._package]).within(other)


def _begins_string(data: bytes, at: int) -> bool:
    """Whether a text begins a string, with which nobody asks how a name begins."""
    quote = max(at - 1, 0)
    return data[quote:at] in _QUOTES and not data.endswith(_ASKING, 0, quote)


def _by_attribute(world: World, target: Target) -> RemainingReader | None:
    """A place that reads an attribute of this name, of a module that may be loaded by a name."""
    package = world.modules.name(target.path).rpartition(".")[0]
    if named_in_part(world, package) is None:
        return None
    read = re.compile(rb"\.%b(?!\w)" % re.escape(target.name.encode()))
    for path, data in world.read(
        list(world.fact_store.mentioning(Needles.of([target.name])))
    ).items():
        for match in read.finditer(data):
            spans = ((string.start, string.end) for string in world.facts(path).strings)
            if path != target.path and not any(a <= match.start() < b for a, b in spans):
                line = data.count(b"\n", 0, match.start()) + 1
                return RemainingReader(
                    path, line, "may read it of a module that is loaded by its name"
                )
    return None


def _in_tables(world: World, targets: Sequence[Target]) -> Iterator[tuple[str, RemainingReader]]:
    """Modules that are named in a string near their name: in tables of what is loaded by names."""
    files = world.read(list(world.fact_store.mentioning(Needles.of({one.name for one in targets}))))
    for target in targets:
        dotted = world.modules.name(target.path).encode()
        quoted = re.compile(rb"[\"']%b[\"']" % re.escape(target.name.encode()))
        module = re.compile(
            rb"[\"'](?:%b|\.?%b)[\"']"
            % (
                re.escape(dotted),
                re.escape(dotted.rpartition(b".")[2]),
            )
        )
        for path, data in files.items():
            for at in _name_strings(world, path, data, quoted):
                if module.search(data, max(0, at - _NEAR), at + _NEAR):
                    line = data.count(b"\n", 0, at) + 1
                    yield target.path, RemainingReader(path, line, "may read it by this string")


def _name_strings(world: World, path: str, data: bytes, quoted: re.Pattern[bytes]) -> Iterator[int]:
    """Where strings are in a file that are some name, and are no types and no exported names."""
    facts = world.facts(path) if path.endswith(_PYTHON) else None
    known = {start for _, start, _ in facts.exports.names} if facts and facts.exports else set()
    if facts is not None:
        known |= {use.start - 1 for use in facts.uses if use.kind & UseKind.STRING}
    return (match.start() for match in quoted.finditer(data) if match.start() not in known)


def passed_on_by_stars(world: World, path: str, name: str) -> RemainingReader | None:
    """A module of a package, and no test, that has a name by a star import alone.

    Args:
        world: The code.
        path: The module that the name leaves.
        name: The name, as the module has it.
    """
    if name not in world.resolver.star_names(path)[0]:
        return None
    for user in users_of_names(world, [path], {name}):
        facts = world.facts(user)
        is_script = "." not in world.modules.name(user) and not is_package(user)
        if user == path or facts.failure is not None or is_test(user) or is_script:
            continue
        sources = dict(star_sources(world, user))
        if path in sources and name not in facts.scopes[0].bound:
            return RemainingReader(user, sources[path], "passes it on by a star import")
    return None


def _by_spelling(world: World, targets: Sequence[Target]) -> Iterator[tuple[str, RemainingReader]]:
    """Modules that read a name of theirs by its spelling."""
    data = world.read([target.path for target in targets])
    for path, name in targets:
        why = Spelling(data[path], world.facts(path)).reader(0, name) if path in data else ""
        if why:
            yield path, RemainingReader(path, 0, f"needs it: {why}")


def _in_strings(world: World, targets: Sequence[Target]) -> Iterator[tuple[str, RemainingReader]]:
    """Imports that stand in strings: scripts that tests run."""
    for name in {target.name for target in targets}:
        by_module = {target.path for target in targets if target.name == name}
        pattern = re.compile(_IMPORT % re.escape(name.encode()))
        for path, data in world.read(list(world.fact_store.mentioning(Needles.of([name])))).items():
            facts = world.facts(path)
            spans = [(fact.start, fact.end) for fact in facts.imports]
            for match in pattern.finditer(data):
                if any(start <= match.start() < end for start, end in spans):
                    continue
                before = data[data.rfind(b"\n", 0, match.start()) + 1 : match.start()]
                dotted = match[1].decode("utf-8", "replace")
                module = world.modules.find(dotted, path) if dotted.strip(".") else None
                if module in by_module and b"#" not in before:
                    line = data.count(b"\n", 0, match.start()) + 1
                    yield module, RemainingReader(path, line, "imports it in a string")
