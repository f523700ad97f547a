"""A new path read as the attribute of its module, where it can't be imported by its name."""

from collections.abc import Sequence

from onepath.edit.bindings import binders, covers, is_import_of
from onepath.edit.draft import Draft
from onepath.edit.imports.joining import join
from onepath.edit.imports.statements import Name
from onepath.importing.loaded.loading import hidden_in
from onepath.symbols.destinations import Destination
from onepath.symbols.graph.imports import imported_modules
from onepath_packs.canonical.imports.uses.chain_groups import Group, Moved


class ModuleAttributes:
    """Brings modules into a file beside one of its import statements.

    Args:
        draft: The file.
        scope: Where the names are bound.
        index: The statement.
    """

    def __init__(self, draft: Draft, scope: int, index: int) -> None:
        self._draft = draft
        self._scope = scope
        self._index = index

    def read_from_present(self, group: Group, uses: Sequence[Moved], to: Destination) -> bool:
        """Let uses read a name from its module, if the file imports that; False if it does not."""
        bound = self._bound_already(_module_of(to), [moved.use.scope for moved in uses])
        if bound and bound != group.name:
            self._draft.relied_on.add((self._scope, bound))
            return self._write(group, uses, f"{bound}.{to.name}")
        return False

    def read(self, group: Group, uses: Sequence[Moved], to: Destination) -> bool:
        """Let uses read a name from its module; False where the module can have no name."""
        bound = self._bring(_module_of(to), [moved.use.scope for moved in uses])
        bound = bound or self._below(group, uses, to)
        return bool(bound) and self._write(group, uses, f"{bound}.{to.name}")

    def _below(self, group: Group, uses: Sequence[Moved], to: Destination) -> str:
        """The module as an attribute of the package that the uses read, if that has loaded it."""
        resolver = self._draft.renames.resolver
        package = uses[0].match.old.rpartition(".")[0]
        init, module = resolver.modules.find(package), resolver.modules.find(to.module)
        if init is None or module is None or not to.module.startswith(f"{package}."):
            return ""
        loaded = imported_modules(init, resolver.facts(init), resolver.modules, but_under=~0)
        is_direct = all(moved.match.length == 1 for moved in uses)
        if not is_direct or module not in loaded or hidden_in(resolver, to.module):
            return ""
        return group.name + to.module.removeprefix(package)

    def _write(self, group: Group, uses: Sequence[Moved], path: str) -> bool:
        for moved in uses:
            group.replace(moved, path)
        return True

    def _bound_already(self, module: Destination, readers: Sequence[int]) -> str:
        """The name by which the file has the module where the statement has run; else empty."""
        draft = self._draft
        for index, statement in enumerate(draft.facts.imports):
            if statement.scope != self._scope or draft.is_deleted(index):
                continue
            for place, alias in enumerate(statement.names):
                out = draft.statements.get(index)
                if (index, place) in draft.moved or (out is not None and place in out.changes):
                    continue
                if is_import_of(draft, statement, alias, module) and covers(
                    draft, index, self._index
                ):
                    sole = len(list(binders(draft, self._scope, alias.bound))) == 1
                    if sole and not draft.why_not(
                        self._scope, alias.bound, module, readers, already=True
                    ):
                        return alias.bound
        return ""

    def _bring(self, module: Destination, readers: Sequence[int]) -> str:
        """Import the module under its own name; empty if that is taken."""
        draft, name = self._draft, module.leaf
        if hidden_in(draft.renames.resolver, module.dotted, draft.path):
            return ""
        known = {to for _, to in draft.brought.get((self._scope, name), ())}
        if known - {module} or draft.why_not(
            self._scope, name, module, readers, already=bool(known)
        ):
            return ""
        if not known:
            join(draft, self._index, module, Name(name))
            draft.claims.add(self._scope, name, module, readers)
            draft.bring(self._index, module, name)
        return name


def _module_of(to: Destination) -> Destination:
    """The module of a name, as something that can be imported itself."""
    parent, _, leaf = to.module.rpartition(".")
    return Destination(parent, leaf) if parent else Destination(to.module, "")
