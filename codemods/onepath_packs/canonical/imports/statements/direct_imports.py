"""`from old import Name`: which name it gets in the file."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from onepath.edit.bindings import binders, covers, is_import_of, is_public
from onepath.edit.draft import Draft
from onepath.edit.fstrings import replace_in_fstring
from onepath.edit.imports.statements import Name
from onepath.symbols.destinations import Destination
from onepath.symbols.renames import Match
from onepath.symbols.sites import DirectSite
from onepath_packs.canonical.imports.statements.offered import is_fixture, is_offered
from onepath_packs.canonical.imports.statements.placement import AliasMove, Placement
from onepath_packs.canonical.imports.uses.builtin_names import plan_builtins


def plan_direct_imports(draft: Draft, sites: Sequence[DirectSite]) -> None:
    """Decide names and statements for the `from` imports among `sites`."""
    sites = plan_builtins(draft, sites)
    froms = [
        site
        for site in sites
        if draft.facts.imports[site.statement].is_from and not _would_hide(draft, site)
    ]
    moves = _Names(draft, [*froms, *_aliases_beside(draft, froms)]).moves()
    for move in moves:
        draft.moved.add(move.place)
        draft.bring(move.statement, move.to, move.bound)
    Placement(draft, moves).place()


def _would_hide(draft: Draft, site: DirectSite) -> bool:
    """Whether a stub exports a name by `X as X` alone, which no import of another name can do."""
    statement = draft.facts.imports[site.statement]
    alias, exports = statement.names[site.alias], draft.facts.exports
    if not draft.path.endswith(".pyi") or alias.asname != alias.name:
        return False
    listed = exports is not None and any(alias.name == name for name, _, _ in exports.names)
    if listed or site.match.to.leaf == alias.name:
        return False
    reason = f"a stub passes on '{alias.name}' only as 'X as X', and there it is called"
    draft.refuse(statement.line, "stub-export", f"{reason} '{site.match.to.leaf}'")
    return True


def _aliases_beside(draft: Draft, sites: Sequence[DirectSite]) -> Iterator[DirectSite]:
    """Aliases of destinations that come to be imported under their plain names as well.

    They give way to the plain name like an alias that this run moves.
    """
    imports = draft.facts.imports
    chosen = {(site.statement, site.alias) for site in sites}
    plain = {
        (imports[site.statement].scope, site.match.to)
        for site in sites
        if imports[site.statement].names[site.alias].bound == site.match.to.leaf
    }
    for index, statement in enumerate(imports):
        for place, alias in enumerate(statement.names):
            for scope, to in sorted(plain) if alias.asname not in (None, alias.name) else ():
                if (
                    scope == statement.scope
                    and alias.name == to.leaf
                    and (index, place) not in chosen
                    and is_import_of(draft, statement, alias, to)
                ):
                    yield DirectSite(index, place, Match(to.dotted, to))


class _Holder(NamedTuple):
    """An import that gives a destination a name."""

    statement: int
    bound: str


class _Names:
    """Gives every moved import its name; what is one thing gets one name where that is safe."""

    def __init__(self, draft: Draft, sites: Sequence[DirectSite]) -> None:
        self._draft = draft
        self._sites = sites
        self._chosen = {(site.statement, site.alias): site for site in sites}
        self._holders: dict[tuple[int, Destination], dict[str, list[_Holder]]] = {}
        """(scope, destination) -> path by which it was written -> who gives it a name."""
        self._bound: dict[tuple[int, str], str] = {}
        """(scope, name in the file) -> its new name."""

    def moves(self) -> list[AliasMove]:
        """Where every site goes, and under which name, in the order of the sites."""
        groups: dict[tuple[int, str], list[DirectSite]] = {}
        for site in self._sites:
            statement = self._draft.facts.imports[site.statement]
            key = (statement.scope, statement.names[site.alias].bound)
            groups.setdefault(key, []).append(site)
        self._note_existing()
        for key, group in sorted(groups.items(), key=self._rank):
            self._settle(*key, group)
        return [self._move(site) for site in self._sites]

    def _rank(self, item: tuple[tuple[int, str], Sequence[DirectSite]]) -> int:
        """When the name of a group is chosen.

        A plain name stays, and aliases may give way to it. Other aliases come next: they are the
        author's choice, and what is left may take them.
        """
        (_, old), group = item
        is_plain = all(site.match.to.leaf == old for site in group)
        return 0 if is_plain else 1 if self._explicit(group) else 2

    def _explicit(self, group: Sequence[DirectSite]) -> bool:
        imports = self._draft.facts.imports
        return any(imports[site.statement].names[site.alias].asname for site in group)

    def _note_existing(self) -> None:
        wanted: dict[str, set[Destination]] = {}
        for site in self._sites:
            wanted.setdefault(site.match.to.leaf, set()).add(site.match.to)
        for index, statement in enumerate(self._draft.facts.imports):
            for place, alias in enumerate(statement.names):
                for to in wanted.get(alias.name, ()):
                    if (index, place) not in self._chosen and is_import_of(
                        self._draft, statement, alias, to
                    ):
                        holder = _Holder(index, alias.bound)
                        self._hold(statement.scope, to, to.dotted, holder)

    def _settle(self, scope: int, old: str, group: Sequence[DirectSite]) -> None:
        """Choose the name of all imports that bind `old` in a scope."""
        to = group[0].match.to
        if any(site.match.to != to for site in group):
            return
        new = old
        for name in self._candidates(scope, old, to, group):
            if name == old or self._can_rename(scope, old, name, to):
                new = name
                break
        # Others may take a name that the author chose; a leaf that had to stay says what was.
        for site in group if new == to.leaf or self._explicit(group) else ():
            self._hold(scope, to, site.match.old, _Holder(site.statement, new))
        if new != old:
            self._bound[scope, old] = self._draft.renamed[scope, old] = new
            readers = [use.scope for _, use in self._draft.uses_of(scope, old)]
            self._draft.claims.add(scope, new, to, readers)

    def _hold(self, scope: int, to: Destination, path: str, holder: _Holder) -> None:
        self._holders.setdefault((scope, to), {}).setdefault(path, []).append(holder)

    def _candidates(
        self, scope: int, old: str, to: Destination, group: Sequence[DirectSite]
    ) -> Iterator[str]:
        """Names that the imports might get, the best first."""
        if old == to.leaf:
            yield old
        explicit = self._explicit(group)
        olds = {site.match.old for site in group}
        taken = [
            holder.bound
            for path, holders in self._holders.get((scope, to), {}).items()
            if path not in olds
            for holder in holders
            if all(covers(self._draft, holder.statement, site.statement) for site in group)
        ]
        if explicit and self._draft.facts.scopes[scope].kind == "module":
            # The author's alias gives way to the plain name alone: the clash is gone.
            taken = [name for name in taken if name == to.leaf]
        yield from sorted(taken, key=lambda name: name != to.leaf)
        if not explicit:
            yield to.leaf

    def _can_rename(self, scope: int, old: str, new: str, to: Destination) -> bool:
        """Whether the name in the file can follow; if not, the import keeps it as an alias."""
        draft = self._draft
        held = draft.facts.scopes[scope]
        if held.kind == "class" or old in held.multiple or new in held.multiple:
            return False
        if any(old in other.redirected for other in draft.facts.scopes):
            return False
        if not self._all_mean(scope, old, to, moved=True) or self._is_read_elsewhere(
            scope, old, to
        ):
            return False
        if self._repeats_unused(scope, old, new):
            return False
        readers = [use.scope for _, use in draft.uses_of(scope, old)]
        already = new in held.bound
        if already and not self._all_mean(scope, new, to):
            return False
        reason = draft.why_not(scope, new, to, readers, already=already)
        return reason is None and self._fstrings_follow(scope, old, new)

    def _repeats_unused(self, scope: int, old: str, new: str) -> bool:
        """Whether an import in a function would repeat one of the module that nothing reads.

        The function's would hide the other: linters take that for a mistake (F811).
        """
        if scope:
            return any(self._is_unused(name) for name in self._imported_as(new, inside=False))
        return self._is_unused(old) and any(self._imported_as(new, inside=True))

    def _is_unused(self, name: str) -> bool:
        """Whether nothing in the file reads a name of the module, nor does `__all__` list it."""
        exports = self._draft.facts.exports
        listed = exports is not None and any(name == listed for listed, _, _ in exports.names)
        return not listed and not self._draft.uses_of(0, name)

    def _imported_as(self, new: str, *, inside: bool) -> Iterator[str]:
        """Names so far of what will be imported by a name: in the module, or inside functions."""
        for statement in self._draft.facts.imports:
            for alias in statement.names if (statement.scope > 0) is inside else ():
                if self._bound.get((statement.scope, alias.bound), alias.bound) == new:
                    yield alias.bound

    def _is_read_elsewhere(self, scope: int, name: str, to: Destination) -> bool:
        """Whether something reads a name that does not follow a change of it."""
        draft = self._draft
        if scope:
            return bool(draft.spelling.reader(scope, name))
        if not draft.is_document and not draft.uses_of(0, name) and is_offered(draft, name, to):
            return True
        return is_public(draft, name) or is_fixture(draft, to)

    def _all_mean(self, scope: int, name: str, to: Destination, *, moved: bool = False) -> bool:
        """Whether all imports of a name mean the destination; `moved`: by way of this run."""
        for index, place, alias in binders(self._draft, scope, name):
            site = self._chosen.get((index, place))
            if site is not None:
                if site.match.to != to:
                    return False
            elif moved or not is_import_of(
                self._draft, self._draft.facts.imports[index], alias, to
            ):
                return False
        return True

    def _fstrings_follow(self, scope: int, old: str, new: str) -> bool:
        draft = self._draft
        spans: dict[tuple[int, int], int] = {}
        for _, use in draft.uses_of(scope, old):
            if not use.exact:
                spans[use.start, use.end] = spans.get((use.start, use.end), 0) + 1
        return all(
            replace_in_fstring(draft.text(start, end), old, new, count) is not None
            for (start, end), count in spans.items()
        )

    def _move(self, site: DirectSite) -> AliasMove:
        draft = self._draft
        statement = draft.facts.imports[site.statement]
        alias, to = statement.names[site.alias], site.match.to
        bound = self._bound.get((statement.scope, alias.bound), alias.bound)
        marked = alias.asname == alias.name  # type checkers take it for an export
        name = Name(to.leaf, bound if bound != to.leaf or marked else None)
        return AliasMove(site.statement, site.alias, to, name, bound)
