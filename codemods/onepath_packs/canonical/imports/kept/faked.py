"""Deprecated modules that tests replace in `sys.modules`, and those that are read from there.

`patch.dict("sys.modules", {"pkg.old": fake})` counts for all that import `pkg.old` meanwhile. They
stay with it: by the canonical path they would get the real thing. The same holds where the
canonical module is replaced, which they do not import today. Where a module moves as a whole its
key in `sys.modules` moves with it.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from onepath.facts.prefilter.words import Needles, Search, SearchByItself, SearchByWords
from onepath.symbols.graph.imports import import_edges, reachable
from onepath.symbols.modules import is_shared
from onepath.symbols.renames import Renames
from onepath.symbols.spelling.module_keys import WORD, ModuleKey, module_keys
from onepath.symbols.world import World
from onepath_packs.canonical.imports.strings.attributes import Stay
from onepath_packs.canonical.imports.survey import Survey

_TABLE = Needles.of([WORD])


class Faked(NamedTuple):
    """What `sys.modules` asks of files."""

    staying: Mapping[str, Mapping[str, Stay]]
    """By file, the deprecated paths that it goes on to import, with the reason."""
    read: Mapping[str, frozenset[str]]
    """By file, the deprecated modules that it reads from there: they must be loaded."""


class _Keys(SearchByWords, SearchByItself):
    """The search for files that may have some modules as keys of `sys.modules`.

    Args:
        modules: The dotted names of the modules.
    """

    def __init__(self, modules: Iterable[str]) -> None:
        self._modules = Needles.of(modules)
        self.digest = f"keys {hashlib.sha256(self._modules.digest.encode()).hexdigest()}"
        names = b"|".join(map(re.escape, self._modules.words))
        self._quoted = re.compile(b"[\"'](?:" + names + b")[\"']")

    @property
    def sought(self) -> Needles:
        """The table."""
        return _TABLE

    def hit_at(self, data: bytes, places: Sequence[int]) -> bool:
        """Whether the table and one of the modules in quotes are there."""
        return bool(places) and any(
            at and self._quoted.match(data, at - 1) for at in self._modules.places(data)
        )


def search_for_keys(renames: Renames) -> list[Search]:
    """The search by which `faked_modules` begins; none if there is nothing to look for."""
    modules = _in_question(renames)
    return [_Keys(modules)] if modules else []


def _in_question(renames: Renames) -> dict[str, list[str]]:
    """By module, deprecated or canonical, the deprecated paths for which it counts."""
    found: dict[str, list[str]] = {}
    for old, to in renames.olds.items():
        module = old.rpartition(".")[0]
        if module and old not in renames.modules and renames.module(module) is None:
            found.setdefault(module, []).append(old)
            found.setdefault(to.module, []).append(old)
    return found


def faked_modules(world: World, renames: Renames, survey: Survey) -> Faked:
    """What stays, or must go on being loaded, for the sake of `sys.modules`.

    Args:
        world: The code.
        renames: What is deprecated.
        survey: Who uses it.
    """
    by_module = _in_question(renames)
    keys = dict(_keys(world, by_module)) if by_module else {}
    staying: dict[str, dict[str, Stay]] = {}
    for path, found in keys.items():
        for key in found:
            for user, stay in _staying(world, survey, path, key):
                for old in by_module[key.value]:
                    if _is_canonical(world, path, key, renames.olds[old].module):
                        continue
                    known = staying.setdefault(user, {}).get(old)
                    if known is None or not known.is_eager:
                        staying[user][old] = stay
    read = {
        path: frozenset(key.value for key in found if key.kind == "read")
        for path, found in keys.items()
    }
    return Faked(staying, read)


def _keys(world: World, modules: Mapping[str, list[str]]) -> Iterator[tuple[str, list[ModuleKey]]]:
    """By file, the keys that are one of some modules."""
    store = world.fact_store
    for path, data in world.read(store.others_mentioning(store.python, _Keys(modules))).items():
        keys = [key for key in module_keys(data) if key.value in modules]
        if keys:
            yield path, keys


def _staying(
    world: World, survey: Survey, faking: str, key: ModuleKey
) -> Iterator[tuple[str, Stay]]:
    """The files for which a module counts that a file replaces, each with how it stays."""
    if key.kind != "replaced":
        return
    where = f"{faking}:{key.line}"
    reason = f"'{key.value}' is replaced in sys.modules by {where}: who imports it then gets that"
    afresh = _imported_late(world, faking) if key.is_late else None
    for path in survey.facts:
        if is_shared(path) or path == faking:
            is_eager = afresh is None or path in afresh or path == faking
            yield path, Stay(reason, reason, is_eager=is_eager)


def _is_canonical(world: World, path: str, key: ModuleKey, module: str) -> bool:
    """Whether what a file puts in place of a module is the canonical one."""
    meaning = world.resolver.attributes(path, key.put.split(".")) if key.put else None
    put = meaning.path if meaning is not None and meaning.kind == "module" else None
    # `sys.modules["pkg.new"]` names it in full.
    put = put or (world.modules.find(key.put, path) if "." in key.put else None)
    return put is not None and put == world.modules.find(module, path)


def _imported_late(world: World, path: str) -> frozenset[str]:
    """The files that are imported when functions of a file run, if they have not been before."""
    facts = world.facts(path)
    if facts.failure is not None:
        return frozenset()
    first = {edge.target for edge in import_edges(path, facts, world.modules) if edge.deferred}
    return reachable(first, world.imports, world.fact_store.load) | first
