"""Modules that are handed on as objects: whoever gets them may read any of their names."""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from onepath.facts.prefilter.words import Needles, Search, SearchByWords, has
from onepath.model import Facts, Use, UseKind
from onepath.symbols.resolve import Resolver
from onepath.symbols.world import World

_LISTED = re.compile(
    rb"from(?:\s|\\)+(\.*)(?:[\w\x80-\xff]+\.)*([\w\x80-\xff]*)(?:\s|\\)+import\b"
    rb"(?:[ \t\f]|\\\r?\n)*(?:\((?:[^()#]|#[^\r\n]*+)*+|(?:[^\r\n\\;#(]|\\\r?\n)*+)\Z"
)
"""An import statement from a package, up to one of its names."""
_STATEMENT = 2000
"""So long such a statement may be, in bytes."""
_STAR = rb"(?:\s|\\)+import[\s\\(]*\*"
_AROUND = re.compile(rb"\bfrom(?:\s|\\)+\.+" + _STAR)
"""A star import that does not spell the package."""
_BLANK = rb"(?:[ \t\f]|\\\r?\n)"
_AFTER = re.compile(rb"(%b)|%b*[.(]|%b+import\b" % (_STAR, _BLANK, _BLANK))
"""What follows a package from which names are taken; on the next line is another statement."""
ANY_NAME = re.compile(
    rb"\b(?:getattr|hasattr)\s*\(\s*[^\s,()]+(?:\([^()]*\))?\s*,\s*[^\s\"']|\b__dict__\b"
    rb"|\bgetmembers\b|(?<![\w.])(?:vars|dir)\s*\(\s*[^\s)]|\battrgetter\b"
)
"""What reads names of an object that are not spelled there."""
_HAS_STAR = has(b"import *")
_QUOTES = (b'"', b"'")
_BEFORE_PATHS = (b".", *_QUOTES)
_WORD = re.compile(rb"[\w\x80-\xff]+")
_LAST = re.compile(rb"[\w\x80-\xff]+\Z")
_RELATIVE = re.compile(rb"\bfrom\s+\.+\Z")
_PLAIN = re.compile(rb"[ \t]*import\b[^#]*\Z|[^#\r\n]*;[ \t]*import\b[^#]*\Z")
_HARMLESS = re.compile(
    rb"\b(?:reload|getsource|getsourcelines|getsourcefile|getfile|getdoc|getmodule|isinstance|print"
    rb"|str|repr|id|type|bool|hash|is_package|assertIsNotNone|assertTrue|assertIsInstance)"
    rb"\(\s*\Z|\bassert\s+\Z"
)
"""What a module may be given to that reads none of its names."""

_ALL_NAMES = re.compile(rb"\b(vars|dir|getmembers)\(\s*\Z")
_ONE_NAME = re.compile(rb"\s*(?:\[|\.\s*(?:get|pop|setdefault|update|copy)\b)")


class Imports:
    """Tells which words of a file may stand in an import statement; most do not.

    Asked from the first word to the last, and so the file is searched for `import` only once: its
    words are asked for by the hundred.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._start = -1
        self._next = data.find(b"import")
        self._ends: tuple[int, ...] = ()
        """Where the line ends, a bracket opens, one closes and a line is joined, from the last
        `import` on; -1 for nowhere."""

    def may_name(self, at: int) -> bool:
        """Whether a word that begins here may be one; none before it may be asked for later."""
        while -1 < self._next <= at - len(b"import"):
            self._start, self._ends = self._next, ()
            self._next = self._data.find(b"import", self._start + 1)
        if self._start >= max(0, at - _STATEMENT) and self._reaches(at):
            return True
        return self._data.endswith((b"from ", b"from\t", b"\\\n"), 0, at)

    def _reaches(self, at: int) -> bool:
        """Whether the statement of the last `import` may go as far as a place."""
        if not self._ends:
            start, end = self._start, self._start + _STATEMENT
            marks = (b"\n", b"(", b")", b"\\")
            self._ends = tuple(self._data.find(mark, start, end) for mark in marks)
        ends_line, opens, closes, joins = (-1 < one < at for one in self._ends)
        return not ends_line or (opens and not closes) or joins


@dataclass(frozen=True)
class _Objects(SearchByWords):
    """The search for files that may get a module itself, not only names from it."""

    modules: frozenset[tuple[bytes, bytes]]
    """The last two parts of the modules' paths."""
    is_wide: bool = False
    """Whether files that take names from the modules are looked for as well."""

    @property
    def digest(self) -> str:
        """Names this search in the cache."""
        every = b"module objects 2 %d %r" % (self.is_wide, sorted(self.modules))
        return hashlib.sha256(every).hexdigest()

    @cached_property
    def _parents(self) -> dict[bytes, frozenset[bytes]]:
        found: dict[bytes, set[bytes]] = {}
        for parent, tail in self.modules:
            found.setdefault(tail, set()).add(parent)
        return {tail: frozenset(parents) for tail, parents in found.items()}

    @cached_property
    def _tails(self) -> Needles:
        return Needles(tuple(sorted(self._parents)))

    @property
    def sought(self) -> Needles:
        """The last names of the modules."""
        return self._tails

    def hit_at(self, data: bytes, places: Sequence[int]) -> bool:
        """Whether one of the modules may be handed on, or all its names taken."""
        in_strings = False
        imports = Imports(data)
        for at in places:
            if data[at - 1 : at] not in _BEFORE_PATHS and not imports.may_name(at):
                continue
            end = _end_of_word(data, at)
            if data[end : end + 1] not in _QUOTES:
                if self._is_object(data, at, end):
                    return True
            elif not in_strings:
                in_strings = self._is_path(data, at, end)
        return (in_strings and ANY_NAME.search(data) is not None) or (
            _HAS_STAR(data) and _AROUND.search(data) is not None
        )

    def _is_path(self, data: bytes, at: int, end: int) -> bool:
        """Whether a word is behind the package of its module, or begins a string."""
        parents = self._parents.get(data[at:end], frozenset())
        if data[at - 1 : at] in _QUOTES:
            return b"" in parents
        before = _LAST.search(data, max(0, at - 100), at - 1)
        return data[at - 1 : at] == b"." and before is not None and before[0] in parents

    def within(self, other: Search) -> bool:
        """Whether another search certainly hits wherever this one does."""
        return isinstance(other, _Objects) and (
            self.modules <= other.modules and self.is_wide <= other.is_wide
        )

    def _is_object(self, data: bytes, at: int, end: int) -> bool:
        parents = self._parents.get(data[at:end], frozenset())
        after = _AFTER.match(data, end)
        if after is not None and after[1] is None:
            return self.is_wide and (
                b"" in parents
                or self._is_path(data, at, end)
                or _RELATIVE.search(data, max(0, at - 30), at) is not None
            )
        if after is not None:
            return True
        if data[at - 1 : at] == b".":
            return self._is_path(data, at, end)
        line = data.rfind(b"\n", 0, at) + 1
        if b"" in parents and _PLAIN.match(data, line, at):
            return True
        start = data.rfind(b"from", max(0, at - _STATEMENT), at)
        listed = _LISTED.match(data, start, at) if start >= 0 else None
        return listed is not None and bool(listed[1] or listed[2] in parents)


def _end_of_word(data: bytes, at: int) -> int:
    word = _WORD.match(data, at)
    return at if word is None else word.end()


def escaping_modules(world: World, paths: Collection[str], *, by_stars: bool = True) -> set[str]:
    """Those modules of `paths` that a file hands on as objects, or takes all names from.

    `getattr(module, kind)`, `vars(module)`, `register(module)`, `from module import *`: nobody
    knows from the code which names are read then.

    Args:
        world: The code.
        paths: The files of modules.
        by_stars: Whether star imports count.
    """
    modules = {name: path for path in paths for name in world.modules.names(path) if name}
    chosen = world.fact_store.others_mentioning(
        world.fact_store.python, search_for_objects(world, paths)
    )
    world.fact_store.load(chosen)
    found: set[str] = set()
    for user in chosen:
        facts = world.facts(user)
        if by_stars:
            found.update(_starred(world.resolver, user, facts, paths))
        named = {modules[string.value] for string in facts.strings if string.value in modules}
        if named - found and ANY_NAME.search(world.read([user]).get(user, b"")):
            found |= named
        for path, use in _bare(world.resolver, user, facts, paths):
            if path in found or path == user:
                continue
            data = world.read([user]).get(user, b"")
            if not _HARMLESS.search(data[max(0, use.start - 60) : use.start]):
                found.add(path)
    return found


class WholeRead(NamedTuple):
    """A place that goes through all names of a module."""

    module: str
    """The module's file."""
    path: str
    line: int


def goes_through(world: World, paths: Collection[str]) -> Iterator[WholeRead]:
    """The places that go through all names of some modules.

    `vars(module)`, `module.__dict__.values()`, `inspect.getmembers(module)`: what leaves the module
    is not met there any more, and what is new in it is.

    Args:
        world: The code.
        paths: The modules' files.
    """
    store = world.fact_store
    chosen = store.others_mentioning(store.python, search_for_objects(world, paths))
    store.load(chosen)
    for user, data in world.read(list(chosen)).items():
        if not ANY_NAME.search(data):
            continue
        for module, use in _bare(world.resolver, user, world.facts(user), paths):
            if user != module and _is_whole(use, data):
                yield WholeRead(module, user, data.count(b"\n", 0, use.start) + 1)


def _is_whole(use: Use, data: bytes) -> bool:
    """Whether all names of a module are read here, not one of them."""
    end = next((end for name, end in use.chain if name == "__dict__"), None)
    if end is not None:
        return not _ONE_NAME.match(data, end)
    asked = _ALL_NAMES.search(data, max(0, use.start - 60), use.start)
    if asked is None or asked[1] != b"vars":
        return asked is not None
    return not _ONE_NAME.match(data, (use.chain[-1][1] if use.chain else use.end) + 1)


def search_for_objects(world: World, paths: Iterable[str], *, is_wide: bool = False) -> Search:
    """The search for files that may get a module itself.

    Args:
        world: The code.
        paths: The modules' files.
        is_wide: Whether files that take names from the modules are looked for as well.
    """
    names = [name.split(".") for path in paths for name in world.modules.names(path) if name]
    pairs = {(parts[-2] if parts[1:] else "", parts[-1]) for parts in names}
    return _Objects(frozenset((one.encode(), other.encode()) for one, other in pairs), is_wide)


def _starred(resolver: Resolver, user: str, facts: Facts, paths: Collection[str]) -> Iterator[str]:
    for statement in facts.imports:
        if statement.names[0].name == "*":
            dotted = resolver.modules.absolute(user, statement.level, statement.module)
            path = resolver.modules.find(dotted, user) if dotted else None
            if path in paths and path is not None:
                yield path


def _bare(
    resolver: Resolver, user: str, facts: Facts, paths: Collection[str]
) -> Iterator[tuple[str, Use]]:
    """The uses of a module itself, with nothing read from it in sight."""
    starts = _module_names(resolver, user, facts)
    if not starts:
        return
    by_string = {string.target for string in facts.strings if string.target >= 0}
    for index, use in enumerate(facts.uses):
        at = starts.get((use.bound_in, use.name))
        if at is None or use.kind & (UseKind.STORE | UseKind.DELETE):
            continue
        if use.kind & UseKind.COMPARED and all(name != "__dict__" for name, _ in use.chain):
            continue
        if index in by_string:
            continue
        chain: Iterable[str] = [name for name, _ in use.chain]
        for module in at:
            end = _end(resolver, module, chain)
            if end in paths:
                yield end, use


def _end(resolver: Resolver, module: str, chain: Iterable[str]) -> str:
    """The module that a chain of attributes ends at; empty if it ends at anything else."""
    for name in chain:
        if name == "__dict__":
            return module
        resolution = resolver.name(module, name)
        if resolution.kind != "module":
            return ""
        module = resolution.path
    return module


def _module_names(resolver: Resolver, user: str, facts: Facts) -> dict[tuple[int, str], list[str]]:
    """(scope, name) -> the modules that imports bind to the name there."""
    found: dict[tuple[int, str], list[str]] = {}
    for statement in facts.imports:
        for alias in statement.names:
            if alias.name != "*":
                target = resolver.imported(user, statement, alias)
                if target.kind == "module":
                    found.setdefault((statement.scope, alias.bound), []).append(target.path)
    return found
