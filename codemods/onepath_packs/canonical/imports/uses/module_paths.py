"""`import a.b.c` and `a.b.c.Name`: modules that are written out where they are used."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from onepath.edit.bindings import binders, covers, is_public
from onepath.edit.draft import Draft
from onepath.edit.imports.statements import AliasChange, Name
from onepath.importing.loaded.loading import hidden_in
from onepath.model import Use
from onepath.symbols.destinations import Destination
from onepath_packs.canonical.imports.uses.builtin_names import hides_builtin
from onepath_packs.canonical.imports.uses.chain_groups import Group, GroupBinder, Moved


class _Present(NamedTuple):
    """A module that a statement imports, now or from now on."""

    statement: int
    module: str


class ModulePaths:
    """Decides for all of a file together, so that what one of them needs another one may bring.

    Args:
        draft: The file.
        groups: The names, all of them bound by `import a.b` without an alias.
    """

    def __init__(self, draft: Draft, groups: Sequence[Group]) -> None:
        self._draft = draft
        self._groups = []
        for group in groups:
            if self._keeps_its_name(group):
                bind_under_its_name(draft, group)
            elif group.is_rebound and not _keeps_its_top(group):
                reason = f"'{group.name}' is bound in other ways as well"
                group.refuse(group.moved, "rebound", reason)
            else:
                self._groups.append(group)
        self._present: list[_Present] = []

    def plan(self) -> None:
        """Draft the imports and the uses."""
        for group in self._groups:
            for moved in list(group.moved):
                self._settle(group, moved)
        needs = [(group, self._needs(group)) for group in self._groups]
        self._keep_what_others_want(needs)
        self._present = [*self._untouched(), *self._brought()]
        for group, needed in needs:
            self._present += [
                _Present(index, alias.name)
                for number, (index, _, alias) in enumerate(group.binders)
                if number in needed.kept
            ]
        for group, needed in needs:
            for number, binder in enumerate(group.binders):
                if number in needed.wanted:
                    self._change(binder, needed.wanted[number], kept=number in needed.kept)

    def _keep_what_others_want(self, needs: Sequence[tuple[Group, "_Needs"]]) -> None:
        """Let an import that nothing of its own needs serve a use that comes to its module."""
        wanted = [
            (group.binders[number][0], module)
            for group, needed in needs
            for number, modules in needed.wanted.items()
            for module in modules
        ]
        for group, needed in needs:
            for number, (index, _, alias) in enumerate(group.binders):
                if any(
                    f"{alias.name}.".startswith(f"{module}.") and covers(self._draft, index, user)
                    for user, module in wanted
                    if user != index
                ):
                    needed.kept.add(number)

    # ------------------------------------------------------ one name, kept

    def _keeps_its_name(self, group: Group) -> bool:
        """Whether `import old` goes on binding `old`, to the new module.

        That is what a person writes where the new module is called the same, and all that can be
        done where others need the name.
        """
        renames = self._draft.renames
        new = renames.module(group.name) if group.name in renames.tops else None
        if new is None or any(binder[:2] not in group.whole for binder in group.binders):
            return False
        if any(not self._is_inherited(group, moved) for moved in group.moved):
            return False
        is_needed = group.is_rebound or group.is_read_elsewhere
        if any(alias.name != group.name for _, _, alias in group.binders):
            # `import old.sub` becomes `import new.sub`, which binds `new` as well.
            return is_needed and not self._why_top_is_taken(group, new.module)
        same = "." in new.module and new.leaf == group.name
        return is_needed or same or bool(self._why_top_is_taken(group, new.module))

    def _is_inherited(self, group: Group, moved: Moved) -> bool:
        """Whether a use leads where the new module's own attribute of that name leads."""
        new = self._draft.renames.module(group.name)
        written = ".".join(name for name, _ in moved.use.chain[: moved.match.length])
        return (
            new is not None
            and not moved.match.to.name
            and moved.match.to.module == ".".join(filter(None, (new.module, written)))
        )

    # ------------------------------------------------------ what is needed

    def _settle(self, group: Group, moved: Moved) -> None:
        """Rewrite one use, or keep it."""
        to, code = moved.match.to, "name-taken"
        package = hidden_in(self._draft.renames.resolver, to.module, self._draft.path)
        if package:
            code = "module-hidden"
            reason = f"'{to.dotted}' is not reached by its attributes: '{package}' binds "
            reason += "one of them to something else"
        elif to.is_builtin:
            taken = hides_builtin(self._draft, to.name, moved.use.scope)
            reason = f"'{to.name}' is not the builtin here" if taken else ""
        else:
            reason = self._why_taken(group, moved)
        if reason:
            group.moved.remove(moved)
            group.keep(moved, code, reason if package else f"{moved.use.dotted}: {reason}")
        else:
            group.replace(moved, to.name if to.is_builtin else to.dotted)

    def _why_taken(self, group: Group, moved: Moved) -> str:
        return self._why_top_is_taken(group, moved.match.to.module, [moved.use.scope])

    def _why_top_is_taken(
        self, group: Group, module: str, readers: Sequence[int] | None = None
    ) -> str:
        top = module.partition(".")[0]
        if top == group.name:
            return ""
        if readers is None:
            readers = [moved.use.scope for moved in group.moved]
        reason = self._draft.why_not(
            group.scope,
            top,
            Destination(top, ""),
            readers,
            already=self._is_package(group.scope, top),
        )
        return reason or ""

    def _is_package(self, scope: int, name: str) -> bool:
        """Whether a name is bound here, and always to the top package of that name."""
        draft = self._draft
        brought = {index for index, to in draft.brought.get((scope, name), ()) if to == (name, "")}
        found = list(binders(draft, scope, name))
        return (
            bool(found)
            and name not in draft.facts.scopes[scope].multiple
            and all(
                index in brought or (not draft.facts.imports[index].is_from and not alias.asname)
                for index, _, alias in found
            )
        )

    def _needs(self, group: Group) -> "_Needs":
        """Which imports of a group remain, and which modules each of them has to bring."""
        kept = {self._holder(group, use) for use in group.others}
        if self._is_bound_by_new(group):
            kept.discard(None)
        if None in kept or self._draft.spelling.reader(group.scope, group.name):
            kept = set(range(len(group.binders)))
        if group.is_rebound:  # by a `del`, which needs the name
            kept |= {
                number
                for number, binder in enumerate(group.binders)
                if binder[:2] not in group.whole
            }
        kept |= {number for number, binder in enumerate(group.binders) if group.loads(binder)}
        wanted: dict[int, list[str]] = {}
        for number, (index, place, _) in enumerate(group.binders):
            to = group.whole.get((index, place))
            if to is not None and number not in kept:
                wanted.setdefault(number, []).append(to.module)
        for moved in group.moved:
            if group.is_rebound and moved.written.rpartition(".")[0] == moved.match.to.module:
                continue
            holder = self._holder(group, moved.use) or 0
            if moved.match.to.module in self._draft.late and not self._draft.runs_late(group.scope):
                kept.add(holder)  # what loads the package loads the module in time
                continue
            modules = wanted.setdefault(holder, [])
            if not moved.match.to.is_builtin and moved.match.to.module not in modules:
                modules.append(moved.match.to.module)
        tops = {module.partition(".")[0] for modules in wanted.values() for module in modules}
        is_free = not kept and group.name not in tops and group.scope == 0
        # Last, because others may have to be searched for it.
        if is_free and is_public(self._draft, group.name):
            kept.add(0)
        kept |= {number for number in range(len(group.binders)) if number not in wanted}
        return _Needs(kept, {number: _least(modules) for number, modules in wanted.items()})

    def _is_bound_by_new(self, group: Group) -> bool:
        """Whether an import of a module that moves binds the same name at its new place.

        It loads what it loaded before, so that what is read below the name needs no other import.
        """
        return bool(self._draft.renames.homes) and any(
            to.module.partition(".")[0] == group.name
            for index, place, _ in group.binders
            if (to := group.whole.get((index, place))) is not None
        )

    def _holder(self, group: Group, use: Use) -> int | None:
        """Which of the import statements a use needs: the one with the longest path in it."""
        best, length = None, 0
        for number, (_, _, alias) in enumerate(group.binders):
            if f"{use.dotted}.".startswith(f"{alias.name}.") and len(alias.name) > length:
                best, length = number, len(alias.name)
        return best

    # ------------------------------------------------------ statements

    def _untouched(self) -> Iterator[_Present]:
        """The plain imports that no group decides about."""
        decided = {binder[:2] for group in self._groups for binder in group.binders}
        for index, statement in enumerate(self._draft.facts.imports):
            if not statement.is_from and not self._draft.is_deleted(index):
                out = self._draft.statements.get(index)
                for place, alias in enumerate(statement.names):
                    changed = out is not None and (place in out.changes or out.replacement)
                    if not alias.asname and (index, place) not in decided and not changed:
                        yield _Present(index, alias.name)

    def _brought(self) -> Iterator[_Present]:
        """Modules that this run imports by their plain names in the place of others."""
        for (_, name), found in self._draft.brought.items():
            for index, to in found:
                if not to.name and to.module == name:
                    yield _Present(index, name)

    def _change(self, binder: GroupBinder, modules: Sequence[str], *, kept: bool) -> None:
        draft, (index, place, _) = self._draft, binder
        new = [module for module in modules if not self._is_present(index, module)]
        if kept or (not new and draft.is_kept_by_comment(index)):
            draft.statement(index).imports.extend(new)
        elif new:
            draft.statement(index).changes[place] = AliasChange(place, Name(new[0]))
            draft.statement(index).imports.extend(new[1:])
        else:
            draft.take_out(index, place)
        self._present += [_Present(index, module) for module in new]

    def _is_present(self, index: int, module: str) -> bool:
        """Whether the module is imported already wherever a statement has run."""
        return any(
            f"{present.module}.".startswith(f"{module}.")
            and covers(self._draft, present.statement, index)
            for present in self._present
        )


class _Needs(NamedTuple):
    """What becomes of the imports of one group."""

    kept: set[int | None]
    """Numbers of those that remain."""
    wanted: dict[int, list[str]]
    """Number -> the modules to import where it is."""


def _least(modules: Sequence[str]) -> list[str]:
    """The modules without those that importing another one of them imports."""
    return [
        module
        for module in modules
        if not any(other.startswith(f"{module}.") for other in modules if other != module)
    ]


def _keeps_its_top(group: Group) -> bool:
    """Whether a name that is deleted in the end leads to all new paths as well."""
    modules = [group.whole.get((index, place)) for index, place, _ in group.binders]
    destinations = [*filter(None, modules), *(moved.match.to for moved in group.moved)]
    return group.is_only_deleted and all(
        not to.is_builtin and to.module.partition(".")[0] == group.name for to in destinations
    )


def bind_under_its_name(draft: Draft, group: Group) -> bool:
    """Let each `import old` bind its name to the new module; False if another plain import is left.

    What the name is read for, and what else binds it, stays as it is. `import old.sub` loads the
    module at its new place, and the name is imported beside it where no other import binds it.
    """
    done = True
    holders = [index for index, _, alias in group.binders if alias.name == group.name]
    for index, place, alias in group.binders:
        if group.is_named((index, place, alias)):
            continue
        to = group.whole.get((index, place))
        if to is None:
            done = False
            continue
        if alias.name != group.name:
            new = draft.renames.module(group.name)
            if new is None:
                done = False
                continue
            draft.statement(index).changes[place] = AliasChange(place, Name(to.module))
            if not any(covers(draft, holder, index) for holder in holders):
                draft.statement(index).imports.append(str(Name(new.module, alias.bound)))
                holders.append(index)
            continue
        parent, _, leaf = to.module.rpartition(".")
        statement, out = draft.facts.imports[index], draft.statement(index)
        if leaf != alias.name or not parent:
            out.changes[place] = AliasChange(place, Name(to.module, alias.name))
        elif len(statement.names) == 1:
            out.replacement = f"from {parent} import {leaf}"
        else:
            draft.take_out(index, place)
            out.following.append((parent, (Name(leaf),)))
    return done
