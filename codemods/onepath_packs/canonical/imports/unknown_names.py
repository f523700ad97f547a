"""What is said of renames whose names nobody knows: typing errors, and what is taken on trust."""

import difflib
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace

from onepath.facts.prefilter.words import Needles
from onepath.model import Facts
from onepath.symbols.near_paths import near_path, suggestion
from onepath.symbols.outside.lookup import Kind
from onepath.symbols.renames import Renames
from onepath.symbols.sites import find_sites
from onepath.symbols.world import World, read_files
from onepath_packs.canonical.imports.renames import is_bound_in_module

_IMPORTED = re.compile(rb"^[ \t]*(?:from|import)[ \t]+([A-Za-z_][A-Za-z0-9_]*)", re.M)
_MOST = 5
"""Names that are written out of a kind; the others are counted."""


def remarks_on(
    world: World, renames: Renames, followed: Iterable[str], used: Container[str]
) -> tuple[str, ...]:
    """What a reader should know of the names in a table of renames.

    Args:
        world: The code before.
        renames: What is deprecated.
        followed: Lines on renames that lead to their end by way of others.
        used: The deprecated paths that the code uses.
    """
    olds = renames.olds
    asked = {to.dotted for to in olds.values() if not to.is_builtin} | olds.keys()
    kinds = {one: renames.outside.kind(one) for one in asked if renames.is_outside(one)}
    absent: dict[str, list[str]] = {}
    for dotted in sorted(kinds):
        if kinds[dotted] is Kind.ABSENT:
            absent.setdefault(dotted.partition(".")[0], []).append(dotted)
    missing = sorted(one for one, kind in kinds.items() if kind is Kind.MISSING)
    suspects = [one for one in missing if one in olds] + list(absent)
    read = _used(world, suspects) if suspects else frozenset()
    lines = [*followed, *_on_misspelled(world, renames, used)]
    lines += _on_missing(renames, [one for one in missing if one not in read])
    for top, paths in absent.items():
        lines += _on_absent(renames, top, paths, read)
    return tuple(lines)


def _on_misspelled(world: World, renames: Renames, used: Container[str]) -> Iterator[str]:
    """What is said of paths that this code neither has nor uses, where others look like them.

    A table goes on to name what has been renamed, so the path has to be another one of its module.
    """
    for old, to in renames.olds.items():
        if old in used or renames.is_outside(old):
            continue
        if world.resolver.dotted(old).kind == "unresolved":
            near = near_path(world, old)
            is_beside = near.rpartition(".")[0] == old.rpartition(".")[0]
            if near and is_beside and near != to.dotted and near not in renames.olds:
                yield f"{no_such_path(old)}; did you mean '{near}'?"


def no_such_path(old: str) -> str:
    """The beginning of what is said of a path that this code does not have."""
    return f"'{old}' does not exist"


def unused(world: World, renames: Renames, old: str) -> str:
    """What is said of an old name of which no use changes, with what may have been meant."""
    kept = _kept_inside(world, renames, old)
    if kept:
        files = f"{len(kept)} files" if len(kept) > 1 else min(kept)
        facade = renames.olds[old].dotted.rpartition(".")[0]
        why = "; `--inside` takes them along"
        if renames.inside:
            why = ": it makes the name when it runs, and how early is not known"
        return (
            f"'{old}' is used by {files} of the package '{facade}' alone, whose own modules keep "
            f"what they import{why}"
        )
    text = f"'{old}' is used nowhere in this code"
    if renames.is_outside(old):
        return text + (_near(renames, old) or _near_in_code(world, old))
    if is_bound_in_module(world, old):
        return text  # nobody misspelled it
    return text + (suggestion(world, old) or _near_in_code(world, old))


def _kept_inside(world: World, renames: Renames, old: str) -> list[str]:
    """The files that use a name and keep it, since the package that they are of is the facade."""
    if renames.olds[old].dotted not in renames.facades:
        return []
    everywhere, leaf = replace(renames, facades={}), old.rpartition(".")[2]
    kept = []
    for path in world.fact_store.mentioning(Needles.of([leaf])):
        facts = world.facts(path)
        used, changed = find_sites(path, facts, everywhere), find_sites(path, facts, renames)
        by_star = used.stars and any(leaf in scope.free for scope in facts.scopes)
        if (used.directs or used.chains or by_star) and not (changed.directs or changed.chains):
            kept.append(path)
    return kept


def _on_missing(renames: Renames, missing: Sequence[str]) -> Iterator[str]:
    """What is said of paths that their package does not have."""
    if len(missing) > _MOST:  # as many as that are of another version, not misspelled
        shown = ", ".join(f"'{path}'" for path in missing[:_MOST])
        yield f"{shown} and {len(missing) - _MOST} more are not in the environment"
        return
    for dotted in missing:
        yield f"'{dotted}' is not in the environment{_near(renames, dotted)}"


def _on_absent(
    renames: Renames, top: str, paths: Sequence[str], used: Container[str]
) -> Iterator[str]:
    """What is said of paths whose package is not in the environment."""
    near = _near(renames, top)
    new = [path for path in paths if path not in renames.olds]
    if near and top not in used:
        yield f"'{top}' is neither here nor in the environment{near}"
    elif new:
        shown = ", ".join(f"'{path}'" for path in new[:_MOST])
        more = f" and {len(new) - _MOST} more" if len(new) > _MOST else ""
        verb = "are" if len(new) > 1 else "is"
        yield f"'{top}' is not in the environment: {shown}{more} {verb} taken as declared"


def _near(renames: Renames, dotted: str) -> str:
    near = renames.outside.closest(dotted)
    return f"; did you mean '{near}'?" if near else ""


def _used(world: World, dotted: Iterable[str]) -> frozenset[str]:
    """Those of some paths that a file imports, or reads something from or below."""
    asked = frozenset(dotted)
    found: set[str] = set()
    for path in world.fact_store.mentioning(Needles.of(one.rpartition(".")[2] for one in asked)):
        for one in _paths_in(world.facts(path)):
            while one:
                if one in asked:
                    found.add(one)
                one = one.rpartition(".")[0]
    return frozenset(found)


def _near_in_code(world: World, dotted: str) -> str:
    """A path that the code uses and that is spelled much like another one."""
    top = dotted.partition(".")[0]
    known = _paths_below(world, top)
    if not known:
        # The first part may be misspelled itself.
        near = difflib.get_close_matches(top, _imported_tops(world) - {top}, 1, 0.7)
        if not near:
            return ""
        dotted = near[0] + dotted.removeprefix(top)
        known = _paths_below(world, near[0])
        if dotted in known:
            return f"; did you mean '{dotted}'?"
    close = difflib.get_close_matches(dotted, known - {dotted}, 1, 0.8)
    return f"; did you mean '{close[0]}'?" if close else ""


def _paths_below(world: World, top: str) -> set[str]:
    """The dotted paths that the code uses and that begin with a name."""
    return {
        one
        for path in world.fact_store.mentioning(Needles.of([top]))
        for one in _paths_in(world.facts(path))
        if one.partition(".")[0] == top
    }


def _imported_tops(world: World) -> set[str]:
    """What the imports of the code begin with; read as text, since no name tells which files."""
    python = [path for path in world.snapshot.entries if path.endswith((".py", ".pyi"))]
    texts = read_files(world.snapshot, python).values()
    return {top.decode() for text in texts for top in _IMPORTED.findall(text)}


def _paths_in(facts: Facts) -> Iterator[str]:
    """The dotted paths that a file imports, or reads from a module that it imports."""
    bound: dict[tuple[int, str], str] = {}
    for statement in facts.imports:
        for alias in () if statement.level else statement.names:
            dotted = f"{statement.module}.{alias.name}" if statement.is_from else alias.name
            yield dotted
            is_path = not statement.is_from and not alias.asname
            bound[statement.scope, alias.bound] = alias.bound if is_path else dotted
    for use in facts.uses:
        start = bound.get((use.bound_in, use.name))
        if start is not None and use.chain:
            yield ".".join((start, *(name for name, _ in use.chain)))
