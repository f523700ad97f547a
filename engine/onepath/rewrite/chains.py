"""`import old` and `old.Name`: paths reached through a module that is bound to a name."""

from collections.abc import Sequence
from typing import NamedTuple

from onepath.model import Alias, Use
from onepath.rewrite.directs import binders, is_import_of, is_public
from onepath.rewrite.draft import Draft
from onepath.rewrite.fstrings import replace_in_fstring
from onepath.rewrite.naming import why_not
from onepath.rewrite.renames import Destination, Match
from onepath.rewrite.sites import ChainSite, DirectSite, is_written_to
from onepath.rewrite.statements import Change, Name


class Moved(NamedTuple):
    """A use that leaves its module."""

    at: int
    use: Use
    match: Match

    @property
    def written(self) -> str:
        """The deprecated path as it stands here."""
        return ".".join((self.use.name, *(name for name, _ in self.use.chain[: self.match.length])))


Binder = tuple[int, int, Alias]


def plan_chains(draft: Draft, chains: Sequence[ChainSite], directs: Sequence[DirectSite]) -> None:
    """Decide imports and uses for every module through which a deprecated path is reached."""
    whole = {
        (site.statement, site.alias): site.match.to
        for site in directs
        if not draft.facts.imports[site.statement].is_from
    }
    groups: dict[tuple[int, str], list[Moved]] = {}
    for site in chains:
        use = draft.facts.uses[site.use]
        groups.setdefault((use.bound_in, use.name), []).append(Moved(site.use, use, site.match))
    for statement, place in whole:
        fact = draft.facts.imports[statement]
        groups.setdefault((fact.scope, fact.names[place].bound), [])
    for (scope, name), moved in groups.items():
        _Group(draft, scope, name, moved, whole).plan()


class _Group:
    """One module binding and all its uses."""

    def __init__(
        self, draft: Draft, scope: int, name: str, moved: list[Moved],
        whole: dict[tuple[int, int], Destination],
    ) -> None:  # fmt: skip
        self.draft = draft
        self.scope = scope
        self.name = name
        self.binders: list[Binder] = list(binders(draft, scope, name))
        self.whole = whole
        self.moved = [one for one in moved if not self._refused(one, moved)]
        leaving = {one.at for one in self.moved}
        self.others = [use for at, use in draft.uses_of(scope, name) if at not in leaving]

    def plan(self) -> None:
        held = self.draft.facts.scopes[self.scope]
        rebound = self.name in held.multiple or any(
            self.name in scope.redirected for scope in self.draft.facts.scopes
        )
        if rebound:
            for one in self.moved:
                line = self.draft.line_of(one.use.start)
                self.draft.refuse(line, "rebound", f"'{self.name}' is bound in other ways as well")
            return
        index, _, alias = self.binders[0]
        statement = self.draft.facts.imports[index]
        if len(self.binders) == 1 and (alias.asname or statement.is_from):
            self._named_module()
        else:
            self._plain_import()

    def _refused(self, one: Moved, group: list[Moved]) -> bool:
        line = self.draft.line_of(one.use.start)
        if is_written_to(one.use) and one.match.length == len(one.use.chain):
            self.draft.refuse(
                line, "assigned", f"'{one.use.dotted}' is assigned to or deleted, where it is"
            )
            return True
        if one.use.exact:
            return False
        span = one.use.start, one.use.end
        count = sum(
            (other.use.start, other.use.end) == span and other.written == one.written
            for other in group
        )
        if replace_in_fstring(self.draft.text(*span), one.written, "x", count) is None:
            self.draft.refuse(
                line, "f-string", f"'{one.written}' means two things in this f-string"
            )
            return True
        return False

    # -------------------------------------------- import a.b as m, from a import b

    def _named_module(self) -> None:
        index, place, alias = self.binders[0]
        statement = self.draft.facts.imports[index]
        to = self.whole.get((index, place))
        if to is not None:
            self._import_change(index, place, Name(to.module, alias.asname))
            return
        modules = {one.match.to.module for one in self.moved}
        public = self.scope == 0 and is_public(self.draft, self.name)
        module = modules.pop() if len(modules) == 1 else ""
        if self.others or not module or public or not all(one.match.to.name for one in self.moved):
            self._import_names(index)
            return
        parent, _, leaf = module.rpartition(".")
        bound = self.name
        if not statement.is_from:
            self._import_change(index, place, Name(module, alias.asname))
        elif not parent:
            self._import_names(index)
            return
        else:
            bound = self._follow_leaf(alias, leaf)
            name = Name(leaf, bound if bound != leaf else None)
            out = self.draft.statement(index)
            if len(statement.names) == 1:
                out.module = self.draft.spelled(statement, parent)
                out.changes[place] = Change(place, name)
            else:
                out.changes[place] = Change(place, None)
                out.following.append((self.draft.spelled(statement, parent), (name,)))
        for one in self.moved:
            self._replace(one, f"{bound}.{one.match.to.name}")

    def _follow_leaf(self, alias: Alias, leaf: str) -> str:
        if alias.asname or leaf == self.name:
            return self.name
        readers = [one.use.scope for one in self.moved]
        return leaf if why_not(self.draft.facts, self.scope, leaf, readers) is None else self.name

    def _import_names(self, index: int) -> None:
        """The module stays; the names that leave it get imports of their own."""
        wanted: dict[Destination, list[Moved]] = {}
        for one in self.moved:
            wanted.setdefault(one.match.to, []).append(one)
        statement = self.draft.facts.imports[index]
        for to, group in wanted.items():
            name = to.name or to.module.rpartition(".")[2]
            module = to.module if to.name else to.module.rpartition(".")[0]
            present = self._already(Destination(module, name))
            reason = why_not(
                self.draft.facts, self.scope, name, [o.use.scope for o in group], already=present
            )
            if reason is not None or not module:
                for one in group:
                    line = self.draft.line_of(one.use.start)
                    self.draft.refuse(line, "name-taken", f"{one.use.dotted}: {reason}")
                continue
            if not present:
                entry = (self.draft.spelled(statement, module), (Name(name),))
                following = self.draft.statement(index).following
                if entry not in following:
                    following.append(entry)
            for one in group:
                self._replace(one, name)

    def _already(self, to: Destination) -> bool:
        found = list(binders(self.draft, self.scope, to.name))
        return bool(found) and all(
            is_import_of(self.draft, self.draft.facts.imports[index], alias, to)
            for index, _, alias in found
        )

    # ------------------------------------------------------------ import a.b.c

    def _plain_import(self) -> None:
        needed = {self._holder(use) for use in self.others}
        if None in needed:
            needed = set(range(len(self.binders)))
        wanted: dict[int, list[str]] = {}
        for number, (index, place, _) in enumerate(self.binders):
            to = self.whole.get((index, place))
            if to is not None:
                wanted.setdefault(number, []).append(to.module)
        for one in self.moved:
            holder = self._holder(one.use)
            modules = wanted.setdefault(holder or 0, [])
            if self._top_is_free(one) and one.match.to.module not in modules:
                modules.append(one.match.to.module)
        for number, modules in wanted.items():
            self._change_binder(number, modules, keep=number in needed)
        for one in self.moved:
            if self._top_is_free(one):
                self._replace(one, one.match.to.dotted)

    def _change_binder(self, number: int, modules: list[str], *, keep: bool) -> None:
        index, place, _ = self.binders[number]
        present = {alias.name for _, _, alias in self.binders if not alias.asname}
        new = [module for module in modules if module not in present]
        if not keep and new:
            self._import_change(index, place, Name(new.pop(0)))
        elif not keep and len(self.draft.facts.imports[index].names) > 1:
            self.draft.statement(index).changes[place] = Change(place, None)
        imports = self.draft.statement(index).imports
        imports.extend(module for module in new if module not in imports)

    def _holder(self, use: Use) -> int | None:
        """Which of the import statements a use needs: the one with the longest path in it."""
        best, length = None, 0
        for number, (_, _, alias) in enumerate(self.binders):
            if f"{use.dotted}.".startswith(f"{alias.name}.") and len(alias.name) > length:
                best, length = number, len(alias.name)
        return best

    def _top_is_free(self, one: Moved) -> bool:
        top = one.match.to.module.partition(".")[0]
        if top == self.name:
            return True
        reason = why_not(self.draft.facts, self.scope, top, [one.use.scope])
        if reason is not None:
            line = self.draft.line_of(one.use.start)
            self.draft.refuse(line, "name-taken", f"{one.use.dotted}: {reason}")
        return reason is None

    # ------------------------------------------------------------------ edits

    def _import_change(self, index: int, place: int, name: Name) -> None:
        self.draft.statement(index).changes[place] = Change(place, name)

    def _replace(self, one: Moved, text: str) -> None:
        if one.use.exact:
            end = one.use.chain[one.match.length - 1][1]
            self.draft.edit(one.use.start, end, text, "name")
        else:
            self.draft.in_fstring(one.use.start, one.use.end, one.written, text)
