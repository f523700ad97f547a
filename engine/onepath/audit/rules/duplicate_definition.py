"""Copies: one class or function that is defined in several modules.

What it finds
    Public classes of one name, and public functions of one name and one signature (names, kinds
    and defaults of the parameters), that several modules of this repository define at their top
    level, where they are alike and some file imports, directly or through others, two of them.
    Each place is a finding that names the others.

    Those are shown whose text is nearly the same: three quarters of the lines, without comments
    and docstrings, and of a function at least four. All lines have to be the same where the modules
    are of one name and their folders have three more names of modules in common: such folders are
    kept side by side. What is alike by its names alone (a class with the same members, a function
    that calls the same) mostly plays one role in two places on purpose; it is counted, and shown to
    those who name the rule.

    Functions are alike if at least 60 % of what they do is the same: calls, returns, number of
    statements. Classes are alike if they share three members, by name and signature, and at least
    half of all; or if they have equal bases and equal members, however few. What a class has
    because an ancestor of this repository has it does not count: that is how plug-ins look.

    Left out are names that are the same by convention or on purpose: what no import joins
    (scripts, migrations, plug-ins); what stands in a folder of documents or examples; what a test
    file defines, or a test double (`MockManager`, `FakeClient`, `StubX`, `DummyX`); entry points
    and hooks (`main`, `setup`, `upgrade`, ...); classes that a framework finds by name
    (`Migration`, `Command`, `Meta`, ...); a stand-in in an `except` clause, or beside an import;
    several definitions of one module (versions of a platform), and of modules between which another
    one chooses; `.pyi` stubs; a class that inherits from another of that name, and a function that
    is registered with one; small functions, and empty classes, whose name more than five modules
    define; what modules have whose paths differ in a version (`v2` and `v3`) or in `sync` and
    `async` only; what is generated, as the head of the file says; and what modules have in common
    that play one role (two stores, two dialects): of two or more public names that both define,
    three for a class, no more than half are alike, and these do little or differ.

Why it matters
    A fix reaches only one of the copies. And two classes of one name are taken for one: an
    `isinstance` check, an `except` clause or a patch that meets the wrong one fails without a word.

Example
    # app/auth/models.py        # app/billing/models.py
    class UserContext: ...      class UserContext: ...

How it is fixed
    By hand: keep one definition and import it where the others were (`migrate move` follows all
    uses), or rename those that mean something else. A canonical symbol of migrate.toml says
    which one stays.
"""

from collections.abc import Iterator, Mapping, Sequence

from onepath.analysis.index import Index
from onepath.audit.changes import Memory, Rests
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.audit.rules import _copies_after
from onepath.audit.rules._namesakes import Place, alike, all_grouped, counted, kinds_in
from onepath.audit.rules._parallel import Copy, Parallel, are_parallel, choices_of
from onepath.audit.rules._texts import generated_among, have_twins, lines_of, source_of
from onepath.config.settings import Settings
from onepath.symbols.graph.meeting import meeting

_SHOWN = 5


def check(index: Index, settings: Settings) -> Iterator[Violation]:
    """Group definitions by name and, for functions, by signature; then look for copies."""
    canonical = {
        (one.resolution.path, one.resolution.name): one.symbol.path for one in index.canonical
    }
    copies = _copies(index)
    if not copies:
        return
    graph = {path: [edge.target for edge in edges] for path, edges in index.edges.items()}
    joined = meeting(graph, [[path for path, _ in places] for places in copies])
    for places, paths in zip(copies, joined, strict=True):
        yield from _violations(index, [place for place in places if place[0] in paths], canonical)


def _copies(index: Index) -> Sequence[Sequence[Place]]:
    """The definitions that are copies of others, of all that have one name."""
    return index.passing("copies", lambda: _make_copies(index))


def _make_copies(index: Index) -> Sequence[Sequence[Place]]:
    groups = _written(index, [copies for _, copies in alike(index)])
    parallel = Parallel(index, groups, counted(all_grouped(index))) if groups else None
    found = [
        [(copy.path, copy.definition) for copy in copies if not parallel.explains(copy, copies)]
        for copies in groups
        if parallel is not None
    ]
    return [places for places in found if places]


def _written(index: Index, groups: Sequence[Sequence[Copy]]) -> list[list[Copy]]:
    """The definitions that somebody has written, where there are several."""
    generated = generated_among(index, sorted({copy.path for group in groups for copy in group}))
    written = ([copy for copy in group if copy.path not in generated] for group in groups)
    return [group for group in written if len(group) > 1]


def _violations(
    index: Index, places: Sequence[Place], canonical: Mapping[tuple[str, str], str]
) -> Iterator[Violation]:
    if len(places) < 2:
        return
    name, kind = places[0][1].qualname, places[0][1].kind
    what = "class" if kind == "class" else "function"
    wanted = [canonical[path, name] for path, _ in places if (path, name) in canonical]
    texts = index.world.read(sorted({path for path, _ in places}))
    lines = [lines_of(source_of(texts.get(path, b""), one)) for path, one in places]
    parallel = are_parallel(index, [path for path, _ in places])
    twins = have_twins(lines, functions=kind != "class", equal_only=parallel)
    for (path, definition), has_twin in zip(places, twins, strict=True):
        if (path, name) in canonical:
            continue
        others = [f"'{index.module(other)}'" for other, _ in places if other != path]
        more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
        yield Violation(
            path,
            definition.line,
            f"{what} '{name}' is defined {len(places)} times, "
            f"also in {', '.join(others[:_SHOWN])}{more}",
            f"{index.module(path)}.{name}",
            wanted[0] if len(wanted) == 1 else "",
            on_request=not (has_twin or wanted),
        )


def _remember(index: Index) -> Memory:
    return _copies_after.remember(index, ([path for path, _ in one] for one in _copies(index)))


RULE = Rule(
    name="duplicate-definition",
    summary="the same class or function defined in several modules",
    check=check,
    of_files=(kinds_in, choices_of),
    rests=Rests(_remember, _copies_after.follow),
)
