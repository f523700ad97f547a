"""`import old` and `old.Name`: paths reached through a module that is bound to a name."""

from collections.abc import Sequence

from onepath.edit.bindings import binders, covers, is_import_of
from onepath.edit.draft import Draft
from onepath.edit.imports.joining import join
from onepath.edit.imports.statements import AliasChange, Name
from onepath.edit.naming import describe_scope
from onepath.importing.loaded.loading import hidden_in
from onepath.model import LASTING_KINDS
from onepath.symbols.destinations import Destination
from onepath.symbols.sites import ChainSite, DirectSite
from onepath_packs.canonical.imports.statements.unused import drop_unused
from onepath_packs.canonical.imports.uses.attributes_of_modules import ModuleAttributes
from onepath_packs.canonical.imports.uses.builtin_names import hides_builtin
from onepath_packs.canonical.imports.uses.chain_groups import Group, GroupBinder, Moved
from onepath_packs.canonical.imports.uses.module_paths import ModulePaths, bind_under_its_name


def plan_chains(draft: Draft, chains: Sequence[ChainSite], directs: Sequence[DirectSite]) -> None:
    """Decide imports and uses for every module through which a deprecated path is reached."""
    whole = {
        (site.statement, site.alias): site.match.to
        for site in directs
        if not draft.facts.imports[site.statement].is_from
    }
    found: dict[tuple[int, str], list[Moved]] = {}
    for site in chains:
        use = site.chain(draft.facts)
        string = draft.facts.strings[site.string] if site.string >= 0 else None
        moved = Moved(site.use, use, site.match, string)
        found.setdefault((use.bound_in, use.name), []).append(moved)
    for statement, place in whole:
        fact = draft.facts.imports[statement]
        found.setdefault((fact.scope, fact.names[place].bound), [])
    groups = [Group(draft, scope, name, moved, whole) for (scope, name), moved in found.items()]
    for group in groups:
        if group.named:
            _plan_named(draft, group)
    # Last, because imports that others of them need are told from those that go.
    ModulePaths(draft, [group for group in groups if not group.named]).plan()


def _plan_named(draft: Draft, group: Group) -> None:
    """`import a.b as m`, `from a import b`."""
    follows = any(binder[:2] in group.whole for binder in group.named)
    module = _NamedModule(draft, group, follows=follows)
    if group.is_rebound and not follows and module.has_new_names and group.is_only_deleted:
        module.plan()
        return
    if group.is_rebound or len(group.named) < len(group.binders):
        if not group.moved:
            _follow(draft, group)
        if group.moved or not bind_under_its_name(draft, group):
            group.refuse(group.moved, "rebound", f"'{group.name}' is bound in other ways as well")
        return
    if follows and group.moved and not group.is_needed:
        follows = group.is_read_elsewhere
    if follows:
        _follow(draft, group)
    if group.moved:
        follows = follows or any(binder[:2] in draft.moved for binder in group.binders)
        _NamedModule(draft, group, follows=follows).plan()


def _follow(draft: Draft, group: Group) -> None:
    """Let imports of a deprecated module import the new one; what is read from it follows."""
    for index, place, alias in group.named:
        to = group.whole.get((index, place))
        if to is not None:
            draft.statement(index).changes[place] = AliasChange(
                place, Name(to.module, alias.asname)
            )
            draft.bring(index, to, alias.bound)


class _NamedModule:
    """Names that leave a module which has a name of its own in the file.

    Args:
        draft: The file.
        group: The name and its uses.
        follows: Whether the module itself moves, and these names to other places.
    """

    def __init__(self, draft: Draft, group: Group, *, follows: bool) -> None:
        self.draft = draft
        self.group = group
        self.scope = group.scope
        self.name = group.name
        self.follows = follows

    @property
    def has_new_names(self) -> bool:
        """Whether all names are read from the same module as before."""
        return bool(self.group.moved) and all(map(self._is_of_same_module, self.group.moved))

    def plan(self) -> None:
        group = self.group
        moved = []
        for one in group.moved:
            if one.match.to.is_builtin:
                self._use_builtin(one)
            elif not self.follows and self._is_of_same_module(one):
                self._read_new_name(one)
            else:
                moved.append(one)
        modules = {one.match.to.module for one in moved}
        whole = all(one.match.to.name for one in moved)
        one_module = len(modules) == 1 and whole and not (group.is_needed or self.follows)
        if (
            one_module
            and not self._reads_from(moved[0].match.to)
            and not self._is_held(moved[0].match.to.module)
            and not group.is_read_elsewhere
        ):
            self._replace_module(moved, modules.pop())
        elif moved and len(group.binders) == 1:
            self._import_names(moved, group.binders[0])
        elif moved:
            group.refuse(moved, "rebound", f"'{self.name}' is imported in several places")
        if not self.follows and (not moved or len(group.binders) == 1):
            drop_unused(self.draft, group)

    def _is_held(self, module: str) -> bool:
        """Whether a module can't be had by its attributes, or the old one must stay loaded."""
        draft = self.draft
        return bool(hidden_in(draft.renames.resolver, module, draft.path)) or any(
            self.group.loads(binder) for binder in self.group.binders
        )

    def _reads_from(self, to: Destination) -> bool:
        """Whether the import of the module is a statement that reads the new module by names."""
        imports = self.draft.facts.imports
        return len(self.group.binders) == 1 and any(
            self.draft.imports_from(imports[index], to) for index, _, _ in self.group.binders
        )

    def _is_of_same_module(self, moved: Moved) -> bool:
        """Whether the new name is in the module that the old one is read from."""
        between = [name for name, _ in moved.use.chain[: moved.match.length - 1]]
        return bool(moved.match.to.name) and all(
            ".".join((self.group.module_of(binder), *between)) == moved.match.to.module
            for binder in self.group.binders
        )

    def _read_new_name(self, moved: Moved) -> None:
        """`m.old` becomes `m.new`, and what imports `m` is needed as before."""
        self.group.others.append(moved.use)
        self.group.replace(moved, f"{moved.written.rpartition('.')[0]}.{moved.match.to.name}")

    def _use_builtin(self, moved: Moved) -> None:
        name = moved.match.to.name
        if hides_builtin(self.draft, name, moved.use.scope):
            self.group.keep(moved, "name-taken", f"'{name}' is not the builtin here")
        else:
            self.group.replace(moved, name)

    # ------------------------------------------------------ the module goes

    def _replace_module(self, moved: Sequence[Moved], module: str) -> None:
        """Import another module wherever this one is imported."""
        parent, _, leaf = module.rpartition(".")
        to = Destination(parent, leaf) if parent else Destination(module, "")
        bound = self._follow_leaf(moved, to)
        for index, place, alias in self.group.binders:
            if self.draft.facts.imports[index].is_from:
                self._import_module(index, place, to, bound)
            else:
                change = AliasChange(place, Name(module, alias.asname))
                self.draft.statement(index).changes[place] = change
        for one in moved:
            self.group.replace(one, f"{bound}.{one.match.to.name}")

    def _import_module(self, index: int, place: int, to: Destination, bound: str) -> None:
        """Import another module from its package in the place of this one."""
        draft = self.draft
        statement, out = draft.facts.imports[index], draft.statement(index)
        name = Name(to.leaf, bound if bound != to.leaf else None)
        if (
            bound != self.name
            and is_bound(draft, self.scope, index, to, bound)
            and draft.take_out(index, place)
        ):
            return
        if not to.name:
            draft.import_beside(index, place, name)
        elif draft.imports_from(statement, to):
            out.changes[place] = AliasChange(place, name)
        elif draft.names_left(index) == 1 and not out.added:
            out.module = draft.spelled(statement, to.module)
            out.changes[place] = AliasChange(place, name)
        else:
            draft.take_out(index, place)
            out.following.append((draft.spelled(statement, to.module), (name,)))
        draft.bring(index, to, bound)

    def _follow_leaf(self, moved: Sequence[Moved], to: Destination) -> str:
        """The name of the new module, where it can have its own."""
        draft = self.draft
        if to.leaf == self.name or any(alias.asname for _, _, alias in self.group.binders):
            return self.name
        readers = [one.use.scope for one in moved]
        already = all(
            is_bound(draft, self.scope, index, to, to.leaf) for index, _, _ in self.group.binders
        )
        if not already and (self.scope, to.leaf) in draft.brought:
            return self.name
        if draft.why_not(self.scope, to.leaf, to, readers, already=already) is not None:
            return self.name
        draft.claims.add(self.scope, to.leaf, to, readers)
        return to.leaf

    # ------------------------------------------------------ the module stays

    def _import_names(self, moved: Sequence[Moved], binder: GroupBinder) -> None:
        """The names that leave the module get imports of their own."""
        wanted: dict[Destination, list[Moved]] = {}
        for one in moved:
            wanted.setdefault(one.match.to, []).append(one)
        for to, uses in wanted.items():
            module = to.module if to.name else to.module.rpartition(".")[0]
            target = Destination(module, to.leaf) if module else to
            attributes = ModuleAttributes(self.draft, self.scope, binder[0])
            if to.name and attributes.read_from_present(self.group, uses, to):
                continue
            reason = self._why_not_by_name(to, target, uses, binder)
            if reason is None:
                self._import_name(target, uses, binder)
                continue
            # The attribute of a module is read each time, and needs no name of its own.
            if not to.name or not attributes.read(self.group, uses, to):
                is_late = self._is_value(to) or uses[0].match.old in self.draft.replaced_olds
                code = "late-bound" if is_late else "name-taken"
                for one in uses:
                    self.group.keep(one, code, f"{one.use.dotted}: {reason}")

    def _why_not_by_name(
        self, to: Destination, target: Destination, uses: Sequence[Moved], binder: GroupBinder
    ) -> str | None:
        draft = self.draft
        if self._is_value(to) or any(moved.match.old in draft.replaced_olds for moved in uses):
            return "it is read from its module each time; imported by name it would be read once"
        present = is_bound(draft, self.scope, binder[0], target, target.leaf)
        readers = [moved.use.scope for moved in uses]
        reason = draft.why_not(self.scope, target.leaf, target, readers, already=present)
        if reason is None and not present and (self.scope, target.leaf) in draft.brought:
            scope = describe_scope(draft.facts, self.scope)
            return f"'{target.leaf}' is imported elsewhere in {scope}"
        return reason

    def _import_name(self, target: Destination, uses: Sequence[Moved], binder: GroupBinder) -> None:
        draft, name = self.draft, target.leaf
        if not is_bound(draft, self.scope, binder[0], target, name):
            join(draft, binder[0], target, Name(name))
        draft.claims.add(self.scope, name, target, [one.use.scope for one in uses])
        draft.bring(binder[0], target, name)
        for one in uses:
            self.group.replace(one, name)

    def _is_value(self, to: Destination) -> bool:
        """Whether a name stands for a value that may be replaced, not for a class or function."""
        renames = self.draft.renames
        if renames.is_outside(to.module):
            return bool(to.name) and renames.outside.is_value(to.dotted)
        resolver = renames.resolver
        found = resolver.dotted(to.dotted)
        if found.kind != "definition" or found.rest:
            return False
        kinds = {d.kind for d in resolver.facts(found.path).definitions if d.qualname == found.name}
        return bool(kinds) and kinds.isdisjoint(LASTING_KINDS)


def is_bound(draft: Draft, scope: int, index: int, to: Destination, name: str) -> bool:
    """Whether a name means the destination already wherever a statement has run."""
    brought = draft.brought.get((scope, name), [])
    if name in draft.facts.scopes[scope].multiple or any(m != to for _, m in brought):
        return False
    holders = [holder for holder, _ in brought]
    for holder, place, alias in binders(draft, scope, name):
        if (holder, place) not in draft.moved:
            if not is_import_of(draft, draft.facts.imports[holder], alias, to):
                return False
            holders.append(holder)
    return any(covers(draft, holder, index) for holder in holders)
