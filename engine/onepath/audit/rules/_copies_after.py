"""When what is said of copies stands although some files have changed.

Which definitions are alike is found anew, by the same functions, for the kinds that changed files
have, and which files lead to two of them in the graph of all imports.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence, Set
from posixpath import basename, dirname

from onepath.analysis.index import Index
from onepath.analysis.likeness import ancestry, content_of
from onepath.audit.changes import FilesChange, Memory, name_in
from onepath.audit.definitions import public_names
from onepath.audit.finding import Violation
from onepath.audit.rules._namesakes import (
    Kind,
    Place,
    alike,
    alike_among,
    all_grouped,
    counted,
    grouped_in,
    name_of,
)
from onepath.audit.rules._parallel import conditional_imports, is_convention
from onepath.audit.rules._texts import generated_among, source_of
from onepath.symbols.graph.imports import import_edges
from onepath.symbols.graph.meeting import meeting

_MOST = 200
"""Files that are looked at beside the changed ones: following is to cost little."""

Clusters = Mapping[Kind, Sequence[Sequence[str]]]
"""Kind -> the files whose definitions of it are alike, together those that are alike each other."""
Graph = Mapping[str, Sequence[str]]


def remember(index: Index, copies: Iterable[Sequence[str]]) -> Memory:
    """Which files have each kind of definitions, which of them are alike, and which are copies.

    Of files with some that are alike also the texts, and which are generated; whose ancestors have
    a say in what is alike; and what each file imports.

    Args:
        index: The repository.
        copies: The files of the definitions that are copies of each other.
    """
    grouped, clusters = all_grouped(index), dict[Kind, list[tuple[str, ...]]]()
    for kind, group in alike(index):
        clusters.setdefault(kind, []).append(tuple(copy.path for copy in group))
    paths = _paths(clusters)
    namesakes = [
        (path, name_of(kind)) for kind, homes in grouped.items() if len(homes) > 1 for path in homes
    ]
    return {
        "kinds": {kind: tuple(homes) for kind, homes in grouped.items()},
        "alike": clusters,
        "copies": [tuple(homes) for homes in copies],
        "texts": {path: _text(index, path, names) for path, names in _names(clusters).items()},
        "generated": generated_among(index, sorted(paths)),
        "above": {path for place in namesakes for path in ancestry(index, place)},
        "graph": {
            path: tuple(edge.target for edge in to) for path, to in index.edges.items() if to
        },
    }


def follow(
    memory: Memory, change: FilesChange, known: Sequence[Violation]
) -> list[Violation] | None:
    """What is found stands if the same definitions are copies, and the same files join them.

    What is alike in files that come or go and in others is no finding if no file leads to two of
    them.
    """
    clusters: Clusters = memory["alike"]
    passing = change.passing
    others = {kind: _others(found, passing) for kind, found in clusters.items()}
    before, after = (grouped_in(index, change.paths) for index in (change.before, change.after))
    names = {name_of(kind) for kind, found in others.items() if found}
    if not _conventions_stand(memory["kinds"], before, after, names):
        return None
    changed = _changed(memory, change, before, after)
    now = _alike_now(change.after, changed)
    graph: Graph = memory["graph"]
    new = {path: _imported(change.after, path) for path in change.paths}
    graph_after = {**graph, **new}
    alike_paths = _paths(others)
    if (
        now is None
        or any(others.get(kind, []) != _others(now.get(kind, ()), passing) for kind in changed)
        or _is_joined(clusters, changed, passing, graph)
        or _is_joined(now, changed, passing, graph_after)
        or not all(_stands(memory, change, path, names, alike_paths) for path in change.paths)
    ):
        return None
    rewritten = {path for path in change.paths if not _is_written_alike(memory, change, path)}
    # Of what is alike and leads nowhere together nothing is told, however it is written.
    if _is_joined(clusters, clusters, rewritten, graph) or (
        _is_joined(clusters, clusters, rewritten, graph_after)
    ):
        return None
    copies = memory["copies"]
    if any({*graph.get(path, ())} != {*to} for path, to in new.items()) and (
        meeting(graph, copies) != meeting(graph_after, copies)
    ):
        return None
    violations = []
    for violation in known:
        name = name_in(change.after, violation)
        definition = change.after.definitions(violation.path).get(name)
        if definition is None:
            return None
        violations.append(violation._replace(line=definition.line))
    return violations


def _others(clusters: Iterable[Sequence[str]], passing: Set[str]) -> list[tuple[str, ...]]:
    """What is alike without the files that come or go."""
    rest = (tuple(path for path in cluster if path not in passing) for cluster in clusters)
    return [cluster for cluster in rest if len(cluster) > 1]


def _paths(clusters: Clusters) -> set[str]:
    return {path for found in clusters.values() for cluster in found for path in cluster}


def _names(clusters: Clusters) -> Mapping[str, set[str]]:
    """File -> the names of what is alike in it and elsewhere."""
    found: dict[str, set[str]] = {}
    for kind, groups in clusters.items():
        for path in (path for group in groups for path in group):
            found.setdefault(path, set()).add(name_of(kind))
    return found


def _conventions_stand(
    kinds: Mapping[Kind, Sequence[str]],
    before: Mapping[Kind, Sequence[Place]],
    after: Mapping[Kind, Sequence[Place]],
    names: Set[str],
) -> bool:
    """Whether as many files as before define each of some names, or as many as make a convention
    of it before and after."""
    less, more = (
        counted({kind: [path for path, _ in places] for kind, places in grouped.items()})
        for grouped in (before, after)
    )
    differing = {name for name in names if less[name] != more[name]}
    if not differing:
        return True
    every = counted({kind: homes for kind, homes in kinds.items() if name_of(kind) in differing})
    return all(
        is_convention(every[name]) == is_convention(every[name] - less[name] + more[name])
        for name in differing
    )


def _changed(
    memory: Memory,
    change: FilesChange,
    before: Mapping[Kind, Sequence[Place]],
    after: Mapping[Kind, Sequence[Place]],
) -> Mapping[Kind, Set[str]]:
    """The kinds of definitions that are not what they were, where there are or were several -> the
    files that have one now."""

    def contents(index: Index, places: Iterable[Place]) -> list[object]:
        return [(path, content_of(index, path, definition)) for path, definition in places]

    found = {}
    for kind in before.keys() | after.keys():
        one, two = before.get(kind, ()), after.get(kind, ())
        if contents(change.before, one) != contents(change.after, two):
            then = {*memory["kinds"].get(kind, ())}
            homes = then.difference(change.paths).union(path for path, _ in two)
            if max(len(then), len(homes)) > 1:
                found[kind] = homes
    return found


def _alike_now(index: Index, changed: Mapping[Kind, Set[str]]) -> Clusters | None:
    """What is alike of some kinds; None where that takes more than to look at their files."""
    paths = frozenset[str]().union(*changed.values())
    if len(paths) > _MOST:
        return None
    wide = Index(index.world, index.settings, paths)
    for kind, homes in changed.items():
        classes = [wide.classes.get((path, name_of(kind))) for path in homes]
        if any(base.kind == "definition" for cls in classes if cls for base in wide.bases(cls)):
            return None
    grouped = {
        kind: [path for path in wide.looked_at if path in homes] for kind, homes in changed.items()
    }
    found: dict[Kind, list[tuple[str, ...]]] = {}
    for kind, group in alike_among(wide, grouped):
        found.setdefault(kind, []).append(tuple(copy.path for copy in group))
    return found


def _is_joined(clusters: Clusters, kinds: Iterable[Kind], files: Set[str], graph: Graph) -> bool:
    """Whether some files may be copies, or make copies of what else is alike."""
    concerned = [
        cluster
        for kind in kinds
        for cluster in clusters.get(kind, ())
        if not files.isdisjoint(cluster)
    ]
    return bool(concerned) and any(meeting(graph, concerned))


def _stands(
    memory: Memory, change: FilesChange, path: str, names: Set[str], alike_paths: Set[str]
) -> bool:
    """Whether all else that a file says of copies is what it was."""
    if _choices(change.before, path, names) != _choices(change.after, path, names):
        return False
    if path in change.passing:
        return not _makes_parallel(change.after, path, alike_paths)
    members = (_members(index, path) for index in (change.before, change.after))
    return path not in memory["above"] or next(members) == next(members)


def _is_written_alike(memory: Memory, change: FilesChange, path: str) -> bool:
    """Whether what a file says itself makes the same copies of what is alike."""
    if path not in memory["texts"] or path in change.passing:
        return True
    around = [one for found in memory["alike"].values() for one in found if path in one]
    others = {other for cluster in around for other in cluster} - {path}
    before, after = (public_names(index, path) for index in (change.before, change.after))
    return (
        all(
            (before ^ after).isdisjoint(public_names(index, other))
            for index in (change.before, change.after)
            for other in others
        )
        and (path in memory["generated"]) == bool(generated_among(change.after, [path]))
        and memory["texts"][path] == _text(change.after, path, _names(memory["alike"])[path])
    )


def _text(index: Index, path: str, names: Set[str]) -> bytes:
    """A digest over what a file says of some names, in their order."""
    data = index.world.read([path]).get(path, b"")
    known = index.definitions(path)
    digest = hashlib.sha256()
    for name in sorted(known.keys() & names):
        digest.update(source_of(data, known[name]) + b"\0")
    return digest.digest()


def _members(index: Index, path: str) -> Sequence[tuple[str, tuple[str, ...]]]:
    return [(definition.qualname, definition.bases) for definition in index.facts(path).definitions]


def _imported(index: Index, path: str) -> tuple[str, ...]:
    edges = import_edges(path, index.facts(path), index.world.modules)
    return tuple(edge.target for edge in edges)


def _choices(index: Index, path: str, names: Set[str]) -> Set[tuple[int, str, str]]:
    """Between which of some names a file chooses."""
    return {one for one in conditional_imports(index, path) if one[2] in names}


def _makes_parallel(index: Index, path: str, alike_paths: Set[str]) -> bool:
    """Whether folders of copies have one more name in common, or one less, by a file."""
    folders = {dirname(copy) for copy in alike_paths}
    return dirname(path) in folders and any(
        basename(other) == basename(path) and dirname(other) in folders
        for other in index.world.fact_store.python
        if other != path
    )
