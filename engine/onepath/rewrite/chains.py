"""`import old` and `old.Name`: paths reached through a module that is bound to a name."""

from collections.abc import Sequence
from typing import NamedTuple

from onepath.importing.loading import hidden_in
from onepath.model import Alias, Use, UseKind
from onepath.rewrite.bindings import binders, covers, is_import_of, is_public
from onepath.rewrite.draft import Draft
from onepath.rewrite.fstrings import replace_in_fstring, shows_spelling
from onepath.rewrite.naming import describe
from onepath.rewrite.statements import Change, Name
from onepath.symbols.renames import Destination, Match
from onepath.symbols.sites import ChainSite, DirectSite, is_written_to


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
        self._brought: list[tuple[int, str]] = []
        """Modules that stay or come to be imported: by which statement."""
        self.moved = [one for one in moved if not self._refused(one, moved)]
        leaving = {one.at for one in self.moved}
        self.others = [use for at, use in draft.uses_of(scope, name) if at not in leaving]

    def plan(self) -> None:
        named = [binder for binder in self.binders if self._is_named(binder)]
        follows = False
        for index, place, alias in named:
            to = self.whole.get((index, place))
            if to is not None:
                self._import_change(index, place, Name(to.module, alias.asname))
                follows = True
        if self._is_rebound() or 0 < len(named) < len(self.binders):
            self._refuse(
                [] if follows else self.moved,
                "rebound", f"'{self.name}' is bound in other ways as well",
            )  # fmt: skip
        elif not named:
            self._plain_import()
        elif not follows:
            self._named_module()

    def _loads(self, name: str, index: int) -> bool:
        """Whether an import loads a module that the file must go on loading."""
        statement = self.draft.facts.imports[index]
        if statement.is_from:
            module = self.draft.renames.resolver.modules.absolute(
                self.draft.path, statement.level, statement.module
            )
            name = f"{module}.{name}"
        return name in self.draft.loads

    def _is_named(self, binder: Binder) -> bool:
        """Whether an import binds a module to a name of its own, not the top of its path."""
        index, _, alias = binder
        return self.draft.facts.imports[index].is_from or alias.asname is not None

    def _is_rebound(self) -> bool:
        scopes = self.draft.facts.scopes
        return self.name in scopes[self.scope].multiple or any(
            self.name in scope.redirected for scope in scopes
        )

    def _refuse(self, uses: Sequence[Moved], code: str, reason: str) -> None:
        """Leave uses alone, and the plain imports of whole modules with them."""
        lines = {self.draft.line_of(one.use.start) for one in uses}
        lines |= {
            self.draft.facts.imports[binder[0]].line
            for binder in self.binders
            if binder[:2] in self.whole and not self._is_named(binder)
        }
        for line in sorted(lines):
            self.draft.refuse(line, code, reason)

    def _refused(self, one: Moved, group: list[Moved]) -> bool:
        line = self.draft.line_of(one.use.start)
        if is_written_to(one.use) and one.match.length == len(one.use.chain):
            self.draft.refuse(
                line, "assigned", f"'{one.use.dotted}' is assigned to or deleted, where it is"
            )
            return True
        text = self.draft.text(
            self.draft.line_start(one.use.start), self.draft.line_end(one.use.end)
        )
        if one.use.kind & UseKind.FSTRING and shows_spelling(text, one.written):
            self.draft.refuse(
                line, "f-string", f"this f-string prints how '{one.written}' is written"
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
        modules = {one.match.to.module for one in self.moved}
        public = self._is_read_elsewhere()
        module = modules.pop() if len(modules) == 1 else ""
        parent, _, leaf = module.rpartition(".")
        from_top = not parent and any(
            self.draft.facts.imports[index].is_from for index, _, _ in self.binders
        )
        hidden = bool(module and hidden_in(self.draft.renames.resolver, module, self.draft.path))
        one_module = module and not (from_top or hidden)
        one_module = one_module and all(one.match.to.name for one in self.moved)
        loads = any(self._loads(alias.name, index) for index, _, alias in self.binders)
        if one_module and not (self.others or public or loads):
            self._replace_module(module, Destination(parent, leaf))
        elif len(self.binders) == 1:
            self._import_names(self.binders[0][0])
        else:
            self._refuse(
                self.moved, "rebound", f"'{self.name}' is imported in several places"
            )  # fmt: skip

    def _is_read_elsewhere(self) -> bool:
        """Whether something reads the module's name that does not follow a change of it."""
        spelling = self.draft.spelling
        by_spelling = bool(spelling.reader(self.scope, self.name))
        return by_spelling or (self.scope == 0 and is_public(self.draft, self.name))

    def _replace_module(self, module: str, to: Destination) -> None:
        """Import another module wherever this one is imported."""
        bound = self._follow_leaf(to)
        for index, place, alias in self.binders:
            if self.draft.facts.imports[index].is_from:
                self._import_module(index, place, to, bound)
            else:
                self._import_change(index, place, Name(module, alias.asname))
        for one in self.moved:
            self._replace(one, f"{bound}.{one.match.to.name}")

    def _import_module(self, index: int, place: int, to: Destination, bound: str) -> None:
        """Import another module from its package in the place of this one."""
        statement, out = self.draft.facts.imports[index], self.draft.statement(index)
        name = Name(to.name, bound if bound != to.name else None)
        if (
            bound != self.name
            and self._is_bound(index, to, bound)
            and self.draft.take_out(index, place)
        ):
            return
        if self.draft.imports_from(statement, to):
            out.changes[place] = Change(place, name)
        elif self.draft.names_left(index) == 1 and not out.added:
            out.module = self.draft.spelled(statement, to.module)
            out.changes[place] = Change(place, name)
        else:
            self.draft.take_out(index, place)
            out.following.append((self.draft.spelled(statement, to.module), (name,)))
        self.draft.bring(index, to, bound)

    def _follow_leaf(self, to: Destination) -> str:
        """The name of the new module, where it can have its own."""
        if to.name == self.name or any(alias.asname for _, _, alias in self.binders):
            return self.name
        readers = [one.use.scope for one in self.moved]
        already = all(self._is_bound(index, to, to.name) for index, _, _ in self.binders)
        if not already and (self.scope, to.name) in self.draft.brought:
            return self.name
        if self.draft.why_not(self.scope, to.name, to, readers, already=already) is not None:
            return self.name
        self.draft.claims.add(self.scope, to.name, to, readers)
        return to.name

    def _import_names(self, index: int) -> None:
        """The module stays; the names that leave it get imports of their own."""
        wanted: dict[Destination, list[Moved]] = {}
        for one in self.moved:
            wanted.setdefault(one.match.to, []).append(one)
        statement = self.draft.facts.imports[index]
        for to, group in wanted.items():
            if self._is_value(to):
                for one in group:
                    self.draft.refuse(
                        self.draft.line_of(one.use.start), "late-bound",
                        f"'{one.written}' is read from its module each time; imported by name it "
                        "would be read once",
                    )  # fmt: skip
                continue
            name = to.name or to.module.rpartition(".")[2]
            module = to.module if to.name else to.module.rpartition(".")[0]
            target, readers = Destination(module, name), [one.use.scope for one in group]
            present = self._is_bound(index, target, name)
            reason = self.draft.why_not(self.scope, name, target, readers, already=present)
            if reason is None and not present and (self.scope, name) in self.draft.brought:
                reason = (
                    f"'{name}' is imported elsewhere in {describe(self.draft.facts, self.scope)}"
                )
            if reason is not None or not module:
                for one in group:
                    line = self.draft.line_of(one.use.start)
                    self.draft.refuse(line, "name-taken", f"{one.use.dotted}: {reason}")
                continue
            if not present:
                entry = (self.draft.spelled(statement, module), (Name(name),))
                self.draft.statement(index).following.append(entry)
            self.draft.claims.add(self.scope, name, target, readers)
            self.draft.bring(index, target, name)
            for one in group:
                self._replace(one, name)

    def _is_value(self, to: Destination) -> bool:
        """Whether a name stands for a value that may be replaced, not for a class or function."""
        resolver = self.draft.renames.resolver
        found = resolver.dotted(to.dotted)
        if found.kind != "definition" or found.rest:
            return False
        kinds = {d.kind for d in resolver.facts(found.path).definitions if d.qualname == found.name}
        return bool(kinds) and kinds.isdisjoint(("class", "def", "async def", "type", "alias"))

    def _is_bound(self, index: int, to: Destination, name: str) -> bool:
        """Whether a name means the destination already wherever a statement has run."""
        draft = self.draft
        brought = draft.brought.get((self.scope, name), [])
        if name in draft.facts.scopes[self.scope].multiple or any(m != to for _, m in brought):
            return False
        holders = [holder for holder, _ in brought]
        for holder, place, alias in binders(draft, self.scope, name):
            if (holder, place) not in draft.moved:
                if not is_import_of(draft, draft.facts.imports[holder], alias, to):
                    return False
                holders.append(holder)
        return any(covers(draft, holder, index) for holder in holders)

    # ------------------------------------------------------------ import a.b.c

    def _plain_import(self) -> None:
        needed = {self._holder(use) for use in self.others}
        if None in needed or self.draft.spelling.reader(self.scope, self.name):
            needed = set(range(len(self.binders)))
        needed |= {
            number for number, (index, _, alias) in enumerate(self.binders)
            if self._loads(alias.name, index)
        }  # fmt: skip
        wanted: dict[int, list[str]] = {}
        for number, (index, place, _) in enumerate(self.binders):
            to = self.whole.get((index, place))
            if to is not None:
                wanted.setdefault(number, []).append(to.module)
        for one in self.moved:
            holder = self._holder(one.use)
            if not self._top_is_free(one):
                needed.add(holder or 0)
                continue
            if one.match.to.module in self.draft.late and not self.draft.runs_late(self.scope):
                needed.add(holder or 0)  # what loads the package loads the module in time
                continue
            modules = wanted.setdefault(holder or 0, [])
            if one.match.to.module not in modules:
                modules.append(one.match.to.module)
        self._brought = [
            (index, alias.name)
            for number, (index, _, alias) in enumerate(self.binders)
            if number in needed or number not in wanted
        ]
        for number, modules in wanted.items():
            self._change_binder(number, modules, keep=number in needed)
        for one in self.moved:
            if self._top_is_free(one):
                self._replace(one, one.match.to.dotted)

    def _change_binder(self, number: int, modules: list[str], *, keep: bool) -> None:
        index, place, _ = self.binders[number]
        new = [module for module in modules if not self._is_brought(index, module)]
        if not keep and new:
            module = new.pop(0)
            self._import_change(index, place, Name(module))
            self._brought.append((index, module))
        elif not keep and modules:
            self.draft.take_out(index, place)
        self.draft.statement(index).imports.extend(new)
        self._brought.extend((index, module) for module in new)

    def _is_brought(self, index: int, module: str) -> bool:
        """Whether the module is imported already wherever a statement has run."""
        return any(
            name == module and covers(self.draft, holder, index) for holder, name in self._brought
        )

    def _holder(self, use: Use) -> int | None:
        """Which of the import statements a use needs: the one with the longest path in it."""
        best, length = None, 0
        for number, (_, _, alias) in enumerate(self.binders):
            if f"{use.dotted}.".startswith(f"{alias.name}.") and len(alias.name) > length:
                best, length = number, len(alias.name)
        return best

    def _top_is_free(self, one: Moved) -> bool:
        top = one.match.to.module.partition(".")[0]
        package = hidden_in(self.draft.renames.resolver, one.match.to.module, self.draft.path)
        if package:
            words = f"'{one.match.to.dotted}' is not reached by its attributes: '{package}' binds "
            words += "one of them to something else"
            self.draft.refuse(self.draft.line_of(one.use.start), "module-hidden", words)
            return False
        if top == self.name:
            return True
        reason = self.draft.why_not(
            self.scope, top, Destination(top, ""), [one.use.scope], already=self._is_package(top)
        )
        if reason is not None:
            line = self.draft.line_of(one.use.start)
            self.draft.refuse(line, "name-taken", f"{one.use.dotted}: {reason}")
        return reason is None

    def _is_package(self, name: str) -> bool:
        """Whether a name is bound here, and always to the top package of that name."""
        found = list(binders(self.draft, self.scope, name))
        return (
            bool(found)
            and name not in self.draft.facts.scopes[self.scope].multiple
            and all(
                not self.draft.facts.imports[index].is_from and not alias.asname
                for index, _, alias in found
            )
        )

    # ------------------------------------------------------------------ edits

    def _import_change(self, index: int, place: int, name: Name) -> None:
        self.draft.statement(index).changes[place] = Change(place, name)

    def _replace(self, one: Moved, text: str) -> None:
        if one.use.exact:
            end = one.use.chain[one.match.length - 1][1]
            self.draft.edit(one.use.start, end, text, "name")
        else:
            self.draft.in_fstring(one.use.start, one.use.end, one.written, text)
