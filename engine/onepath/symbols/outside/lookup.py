"""What a dotted path outside the repository is: a module, a name, or not there."""

import builtins
import difflib
import os
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from onepath.facts.extract.file import extract
from onepath.model import LASTING_KINDS, Facts, ImportFact
from onepath.symbols.outside.environment import Environment

_EXTENSIONS = (".so", ".pyd")
_LARGEST = 4_000_000
"""Bytes of a module's file beyond which it is not read."""
_DEEPEST = 40
"""Steps of re-exports that are followed."""
_ALIKE, _ALIKE_PACKAGES = 0.6, 0.8
"""How much alike a name and what was meant must be; of hundreds of packages some always are."""


class Kind(Enum):
    """What a dotted path is, as far as files tell."""

    MODULE = "module"
    NAME = "name"
    """A class, function or value of a module."""
    ATTRIBUTE = "attribute"
    """Something of a class, which can't be imported by itself."""
    MISSING = "missing"
    """Its module is there and certainly has no such name."""
    UNKNOWN = "unknown"
    """Its module is there, and what it has can't be read: it is compiled, or computes its names."""
    ABSENT = "absent"
    """Its package is not in the environment."""


class _Source(NamedTuple):
    """A module that was found."""

    dotted: str
    file: str
    """Its `.py`; empty for what is compiled, built in, or a namespace package."""
    folders: tuple[str, ...]
    """Where its submodules lie; empty for a plain module."""
    opaque: bool
    """Whether what it binds can't be read."""


class Outside:
    """Reads the modules of an environment from their files.

    Args:
        environment: Where they lie.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._sources: dict[str, _Source | None] = {}
        self._facts: dict[str, Facts | None] = {}
        self._kinds: dict[str, Kind] = {}

    def kind(self, dotted: str) -> Kind:
        """What a dotted path is."""
        if dotted not in self._kinds:
            self._kinds[dotted] = self._kind(dotted, 0)
        return self._kinds[dotted]

    def is_loaded_on_demand(self, dotted: str) -> bool:
        """Whether a module is a submodule that importing its package does not bind."""
        parent, _, leaf = dotted.rpartition(".")
        source = self._source(parent) if parent else None
        if source is None or self._source(dotted) is None:
            return False
        return self._bound(source, leaf, 0) is None

    def is_value(self, dotted: str) -> bool:
        """Whether it may be bound anew while its module is in use, as a class or function is not.

        What can't be read counts as a value where it is spelled like one or like a constant.
        """
        module, _, name = dotted.rpartition(".")
        source = self._source(module)
        facts = None if source is None else self._facts_of(source)
        if facts is None:
            return name.isupper()
        kinds = {definition.kind for definition in facts.definitions if definition.qualname == name}
        return bool(kinds) and kinds.isdisjoint(LASTING_KINDS)

    def closest(self, dotted: str) -> str:
        """The dotted path that was meant, if one is spelled much like it; else empty."""
        parts, meant = dotted.split("."), ""
        for count in range(1, len(parts) + 1):
            if not self._is_missing(parts[:count]):
                continue
            known = self._names_in(".".join(parts[: count - 1]))
            cutoff = _ALIKE if count > 1 else _ALIKE_PACKAGES
            close = difflib.get_close_matches(parts[count - 1], known, 1, cutoff)
            parts[count - 1 : count] = close
            # A folder that can't be imported is known by its name, and missing all the same.
            if not close or self._is_missing(parts[:count]):
                return ""
            meant = ".".join(parts)
        return meant

    def _is_missing(self, parts: Sequence[str]) -> bool:
        return self.kind(".".join(parts)) in (Kind.MISSING, Kind.ABSENT)

    # ---------------------------------------------------------------- kinds

    def _kind(self, dotted: str, depth: int) -> Kind:
        parts = dotted.split(".")
        source = self._source(parts[0])
        if source is None:
            return Kind.ABSENT
        for index, part in enumerate(parts[1:], 1):
            rest = parts[index + 1 :]
            bound = self._bound(source, part, depth)
            if bound is Kind.NAME and rest:
                return Kind.ATTRIBUTE if self._is_class(source, part) else Kind.UNKNOWN
            if bound is not None and bound is not Kind.MODULE:
                return bound
            below = self._source(f"{source.dotted}.{part}") or self._alias(source, part, depth)
            if below is None:
                if bound is Kind.MODULE:
                    return Kind.UNKNOWN if rest else Kind.MODULE
                return Kind.UNKNOWN if self._computes(source, depth) else Kind.MISSING
            source = below
        return Kind.MODULE

    def _bound(self, source: _Source, name: str, depth: int) -> Kind | None:
        """What the statements of a module bind a name to; None if they don't."""
        facts = self._facts_of(source)
        if facts is None or depth > _DEEPEST:
            return None
        kinds: set[Kind] = set()
        for definition in facts.definitions:
            if definition.qualname == name and definition.kind != "annotation":
                kinds.add(Kind.NAME)
        for statement in facts.imports:
            if statement.scope == 0:
                kinds.update(self._imported(source, statement, name, depth))
        if not kinds and facts.scopes and name in facts.scopes[0].bound:
            kinds.add(Kind.NAME)
        if not kinds:
            return None
        # What one branch of a guard shows counts more than what another one hides.
        certain = kinds & {Kind.MODULE, Kind.NAME}
        return certain.pop() if len(certain) == 1 else Kind.UNKNOWN

    def _imported(
        self, source: _Source, statement: ImportFact, name: str, depth: int
    ) -> Iterator[Kind]:
        module = _absolute(source, statement)
        for alias in statement.names:
            if alias.name == "*":
                if self._star_brings(module, name, depth):
                    yield self._kind(f"{module}.{name}", depth + 1)
            elif alias.bound == name:
                if statement.is_from:
                    kind = self._kind(f"{module}.{alias.name}", depth + 1) if module else None
                    # What can't be followed is bound all the same, to something.
                    known = kind in (Kind.MODULE, Kind.NAME)
                    yield kind if kind is not None and known else Kind.UNKNOWN
                else:
                    yield Kind.MODULE

    def _star_brings(self, module: str, name: str, depth: int) -> bool:
        source = self._source(module) if module else None
        facts = None if source is None else self._facts_of(source)
        if source is None or facts is None or depth > _DEEPEST:
            return False
        if facts.exports is not None and facts.exports.complete and not facts.exports.sources:
            return any(name == listed for listed, _, _ in facts.exports.names)
        return not name.startswith("_") and self._bound(source, name, depth + 1) is not None

    def _alias(self, source: _Source, name: str, depth: int) -> _Source | None:
        """The module that a module binds to a name: `os.path`."""
        facts = self._facts_of(source)
        if facts is None or depth > _DEEPEST:
            return None
        for statement in facts.imports:
            for alias in statement.names if statement.scope == 0 else ():
                if alias.bound == name and alias.name != "*":
                    module = _absolute(source, statement)
                    target = f"{module}.{alias.name}" if statement.is_from else alias.name
                    if not statement.is_from and alias.asname is None:
                        target = alias.bound
                    found = self._source(target)
                    if found is not None:
                        return found
        return None

    def _computes(self, source: _Source, depth: int) -> bool:
        """Whether a module may have names that its text does not show."""
        facts = self._facts_of(source)
        if facts is None:
            return source.opaque
        if facts.failure is not None or facts.has_getattr or facts.dynamic or depth > _DEEPEST:
            return True
        for statement in facts.imports:
            if statement.scope == 0 and statement.names[0].name == "*":
                module = _absolute(source, statement)
                inner = self._source(module) if module else None
                if inner is None or self._computes(inner, depth + 1):
                    return True
        return False

    def _is_class(self, source: _Source, name: str) -> bool:
        facts = self._facts_of(source)
        return facts is not None and any(
            definition.qualname == name and definition.kind == "class"
            for definition in facts.definitions
        )

    # -------------------------------------------------------------- modules

    def _source(self, dotted: str) -> _Source | None:
        if dotted not in self._sources:
            parent, _, leaf = dotted.rpartition(".")
            if not parent:
                found = self._in(dotted, leaf, self._environment.folders)
                if found is None and dotted in self._environment.builtins:
                    found = _Source(dotted, "", (), opaque=True)
            else:
                above = self._source(parent)
                found = None if above is None else self._in(dotted, leaf, above.folders)
            self._sources[dotted] = found
        return self._sources[dotted]

    def _in(self, dotted: str, leaf: str, folders: tuple[str, ...]) -> _Source | None:
        portions = []
        for folder in folders:
            stem = os.path.join(folder, leaf)
            if os.path.isfile(os.path.join(stem, "__init__.py")):
                return _Source(dotted, os.path.join(stem, "__init__.py"), (stem,), opaque=False)
            if os.path.isfile(f"{stem}.py"):
                return _Source(dotted, f"{stem}.py", (), opaque=False)
            if any(_is_extension(leaf, entry) for entry in _listing(folder)):
                return _Source(dotted, "", (), opaque=True)
            if os.path.isdir(stem) and leaf.isidentifier():
                portions.append(stem)
        return _Source(dotted, "", tuple(portions), opaque=False) if portions else None

    def _facts_of(self, source: _Source) -> Facts | None:
        """What a module's file says; None if it has none that can be read."""
        if not source.file:
            return None
        if source.file not in self._facts:
            self._facts[source.file] = _read(source.file)
        return self._facts[source.file]

    def _names_in(self, dotted: str) -> list[str]:
        """What may follow a module's name, or begin a path."""
        if not dotted:
            found = {name for folder in self._environment.folders for name in _modules_in(folder)}
            return sorted(found.union(self._environment.builtins))
        source = self._source(dotted)
        if source is None:
            return []
        names = {name for folder in source.folders for name in _modules_in(folder)}
        facts = self._facts_of(source)
        if facts is not None and facts.scopes:
            names.update(facts.scopes[0].bound)
        return sorted(names)


def is_builtin(dotted: str) -> bool:
    """Whether a path is that of something that every module has: `list`, `builtins.list`."""
    return hasattr(builtins, dotted.removeprefix("builtins."))


def _absolute(source: _Source, statement: ImportFact) -> str:
    """The module from which a statement of an installed module imports; empty if that is none."""
    if not statement.level:
        return statement.module
    parts = source.dotted.split(".")
    is_package = bool(source.folders)
    kept = len(parts) - statement.level + (1 if is_package else 0)
    if kept < 1:
        return ""
    return ".".join((*parts[:kept], *filter(None, (statement.module,))))


def _is_extension(leaf: str, entry: str) -> bool:
    return entry.startswith(f"{leaf}.") and entry.endswith(_EXTENSIONS)


def _modules_in(folder: str) -> Iterator[str]:
    for entry in _listing(folder):
        stem = entry.partition(".")[0]
        is_module = entry.endswith((".py", *_EXTENSIONS)) or "." not in entry
        if is_module and stem.isidentifier() and not stem.startswith("__"):
            yield stem


_listings: dict[tuple[str, int], tuple[str, ...]] = {}


def _listing(folder: str) -> tuple[str, ...]:
    try:
        key = folder, os.stat(folder).st_mtime_ns
        if key not in _listings:
            _listings[key] = tuple(os.listdir(folder))
        return _listings[key]
    except OSError:
        return ()


def _read(file: str) -> Facts | None:
    try:
        if os.path.getsize(file) > _LARGEST:
            return None
        with open(file, "rb") as stream:
            return _extracted(stream.read())
    except OSError:
        return None


@lru_cache(maxsize=32)
def _extracted(content: bytes) -> Facts:
    """What a file says, kept for the next world: each phase and each step has one of its own."""
    return extract(content)
