"""Imports of a file while a codemod needs some names and stops using others.

A codemod says which names its new text needs (`need`) and which uses its edits take out (`free`);
`edits` then gives the changes of the import statements: a name that is imported already is used,
else it goes into a statement that reads its module, else into a new one; and an import that only
the freed uses needed goes.
"""

import sys
from collections.abc import Iterable, Set
from typing import NamedTuple

from onepath.edit.bindings import is_import_of, is_public
from onepath.edit.draft import PRAGMAS, Draft
from onepath.edit.emit import emit
from onepath.edit.imports.for_types import emptied, taken_out
from onepath.edit.imports.prologue import after_prologue
from onepath.edit.imports.statements import AliasChange, Name, can_add, new_from
from onepath.edit.naming import why_not
from onepath.model import Alias, Edit, Guard, ImportFact, Use
from onepath.model.refused import Refused
from onepath.symbols.destinations import Destination
from onepath.symbols.resolve import Resolution, Step

_UNCERTAIN = Guard.TRY | Guard.HANDLER | Guard.BRANCH | Guard.WITH | Guard.TYPE_CHECKING


class _Request(NamedTuple):
    to: Destination
    beside: int | None
    """The statement after which the import goes; None: at the top of the module."""


class BringIn:
    """The imports that one file comes to need.

    Args:
        draft: The file; nothing else may change its import statements.
        avoid: Module-level names of any file by way of which nothing shall be read.
    """

    def __init__(self, draft: Draft, avoid: Set[Step] = frozenset()) -> None:
        self._avoid = avoid
        self._draft = draft
        self._facts = draft.facts
        self._requests: dict[tuple[int, Destination], _Request] = {}
        self._freed: set[int] = set()
        self._to_be_freed: set[int] = set()
        self._bound_again: set[tuple[int, str]] = set()
        self._relied_on: set[tuple[int, str]] = set()
        self._top_edits: list[Edit] = []
        self._first: dict[Destination, int] = {}
        """Where something is read first by a name that is imported for it."""

    # ------------------------------------------------------------- needs

    def need(self, scope: int, offset: int, to: Destination, beside: int | None = None) -> str:
        """The text by which a definition or module can be read at a place.

        Args:
            scope: The scope in which it is read.
            offset: Where.
            to: What: a name in a module, or a module where the name is empty.
            beside: An import statement in whose place or after which a new import shall stand,
                because it brought what is replaced; None: with the imports of the module.

        Returns:
            A name, or a chain such as `module.Name`.

        Raises:
            Refused: The name is taken, or there is no place for an import.
        """
        found = self.present(scope, offset, to)
        if found:
            return found
        home = 0 if beside is None else self._facts.imports[beside].scope
        self._first[to] = min(offset, self._first.get(to, offset))
        name = to.leaf if to.name else to.module.partition(".")[0]
        for held in (home, 0):
            if (held, to) in self._requests:
                # It is imported for another place, from where it may be seen and not from here.
                reason = why_not(self._facts, held, name, [scope], already=True)
                if reason:
                    raise Refused("name-taken", reason)
                self._draft.claims.add(held, name, to, [scope])
                return to.name or to.module
        reason = self._draft.why_not(home, name, to, [scope])
        if reason and beside is not None and self._can_be_bound_again(beside, name):
            self._bound_again.add((home, name))
        elif reason:
            raise Refused("name-taken", reason)
        self._draft.claims.add(home, name, to, [scope])
        self._requests[home, to] = _Request(to, beside)
        return to.name or to.module

    def expect_freed(self, uses: Iterable[int]) -> None:
        """Say beforehand which uses (indices into `Facts.uses`) edits are going to take out."""
        self._to_be_freed.update(uses)

    def rely_on(self, scope: int, name: str) -> None:
        """Note that new text reads what a name is bound to already."""
        self._relied_on.add((scope, name))

    def _can_be_bound_again(self, beside: int, name: str) -> bool:
        """Whether a name is taken only by the import that is replaced, for uses that all go."""
        statement = self._facts.imports[beside]
        scope = statement.scope
        uses = self._draft.uses_of(scope, name)
        return (
            any(alias.bound == name for alias in statement.names)
            and statement.is_from
            and self._is_sole(scope, name, scope)
            and not any(name in one.redirected for one in self._facts.scopes)
            and all(index in self._to_be_freed for index, _ in uses)
            and (scope, name) not in self._relied_on
            and not (scope == 0 and is_public(self._draft, name))
        )

    def free(self, uses: Iterable[int]) -> None:
        """Note that edits take out some uses (indices into `Facts.uses`)."""
        self._freed.update(uses)

    def present(self, scope: int, offset: int, to: Destination) -> str:
        """How the destination is read already at a place; empty if it is not certain that it is."""
        if self._defined_here(scope, to):
            return to.name
        for statement in self._facts.imports:
            if statement.guard & _UNCERTAIN or not self._precedes(statement, scope, offset):
                continue
            for alias in statement.names:
                text = self._spelled(statement, alias, to)
                if (statement.scope, alias.bound) in self._bound_again:
                    continue
                if text and self._is_sole(statement.scope, alias.bound, scope):
                    self._relied_on.add((statement.scope, alias.bound))
                    return text
        return ""

    def _spelled(self, statement: ImportFact, alias: Alias, to: Destination) -> str:
        if alias.name == "*":
            return ""
        if not statement.is_from:
            if alias.name != to.module:
                return ""
            head = alias.asname or alias.name
            return f"{head}.{to.name}" if to.name else head
        if to.name and is_import_of(self._draft, statement, alias, to):
            return alias.bound
        target = self._target(to)
        resolution = self._draft.renames.resolver.imported(self._draft.path, statement, alias)
        same = target.kind in ("definition", "module") and resolution.target == target.target
        if same and self._avoid.isdisjoint(resolution.route):
            return alias.bound
        return ""

    def _target(self, to: Destination) -> Resolution:
        return self._draft.renames.resolver.dotted(to.dotted, self._draft.path)

    def _defined_here(self, scope: int, to: Destination) -> bool:
        target = self._target(to)
        if target.kind != "definition" or target.rest or target.path != self._draft.path:
            return False
        return target.name == to.name and self._is_sole(0, to.name, scope, imported=False)

    def _precedes(self, statement: ImportFact, scope: int, offset: int) -> bool:
        """Whether a statement's names are seen from a scope, and bound by then."""
        at = scope
        while at not in (statement.scope, -1):
            at = self._facts.scopes[at].parent
        if at == -1 or (statement.scope != scope and self._kind(statement.scope) == "class"):
            return False
        return statement.end <= offset or (statement.scope != scope and statement.scope == 0)

    def _kind(self, scope: int) -> str:
        return self._facts.scopes[scope].kind

    def _is_sole(self, home: int, name: str, reader: int, *, imported: bool = True) -> bool:
        """Whether a name means one import (or definition) alone, also from an inner scope."""
        if why_not(self._facts, home, name, [reader], already=True):
            return False
        if not imported:
            return sum(definition.qualname == name for definition in self._facts.definitions) == 1
        count = sum(
            alias.bound == name
            for statement in self._facts.imports
            if statement.scope == home
            for alias in statement.names
        )
        return count == 1 and name not in self._facts.scopes[home].multiple

    # ------------------------------------------------------------- edits

    def edits(self) -> tuple[Edit, ...]:
        """The edits of the import statements."""
        needless = self._needless()
        for request in self._requests.values():
            self._place(request, needless)
        for start, end in emptied(self._draft, needless):
            self._top_edits.append(taken_out(self._draft, start, end))
            uses = enumerate(self._facts.uses)
            self.free(at for at, use in uses if start <= use.start < end)
            inside = {
                at for at, fact in enumerate(self._facts.imports) if start <= fact.start < end
            }
            again = self._needless()
            needless = {
                at: needless.get(at, set()) | again.get(at, set())
                for at in sorted({*needless, *again} - inside)
            }
        for index, places in needless.items():
            for place in sorted(places):
                self._draft.take_out(index, place)
        return tuple(sorted((*emit(self._draft), *self._top_edits)))

    def _needless(self) -> dict[int, set[int]]:
        """Statement -> the places of the names in it that only freed uses needed, or for which the
        next import is enough by now."""
        found: dict[int, set[int]] = {}
        keys = {(use.bound_in, use.name) for use in map(self._facts.uses.__getitem__, self._freed)}
        for index, statement in enumerate(self._facts.imports):
            tail = self._draft.tail(statement)
            if tail.startswith(PRAGMAS) and "noqa" in tail:
                continue  # somebody says that it is there on purpose
            for place, alias in enumerate(statement.names):
                key = statement.scope, alias.bound
                if alias.asname == alias.name:
                    continue  # `import name as name` says that it is passed on
                if key in keys and (
                    not self._is_needed(*key) or self._is_repeated_below(index, alias)
                ):
                    found.setdefault(index, set()).add(place)
        return found

    def _is_repeated_below(self, index: int, alias: Alias) -> bool:
        """Whether the next import gives the same by the same name, and nothing is left between."""
        if index + 1 == len(self._facts.imports):
            return False
        statement, following = self._facts.imports[index : index + 2]
        ways = [
            (one.is_from, one.module, one.level, one.block, one.scope)
            for one in (statement, following)
        ]
        return (
            ways[0] == ways[1]
            and any(
                (other.name, other.asname) == (alias.name, alias.asname)
                for other in following.names
            )
            and all(
                at in self._freed
                for at, use in enumerate(self._facts.uses)
                if statement.end <= use.start < following.start
            )
        )

    def _is_needed(self, scope: int, name: str) -> bool:
        if name in self._facts.scopes[scope].redirected or (scope, name) in self._relied_on:
            return True
        uses: list[tuple[int, Use]] = self._draft.uses_of(scope, name)
        if any(index not in self._freed for index, _ in uses):
            return True
        if (scope, name) in self._bound_again:
            return False
        if any(
            request.to.name == name and home == scope
            for (home, _), request in self._requests.items()
        ):
            return True
        if self._kind(scope) == "class":
            return True  # it is an attribute of the class as well
        # Last, because others may have to be searched for it.
        return scope == 0 and is_public(self._draft, name)

    def _place(self, request: _Request, needless: dict[int, set[int]]) -> None:
        to = request.to
        beside = self._beside(to) if request.beside is None else request.beside
        if beside is None:
            self._at_the_top(to)
            return
        if to.name and self._join(beside, to, needless):
            return
        statement = self._facts.imports[beside]
        places = needless.get(beside, set())
        free = len(places) == len(statement.names) and statement.is_from
        if free and request.beside is not None and to.name:
            self._take_over(beside, to, needless)
            return
        out = self._draft.statement(beside)
        whole = len(places) == len(statement.names) and not self._draft.is_lazy(statement)
        if to.name and request.beside is not None and whole:
            # All of an `import pkg.old` goes; it can't go where something hangs on to it.
            out.replacement = new_from(to.module, (Name(to.name),), self._draft.indent(statement))
            places.clear()
        elif to.name:
            module = self._draft.spelled(statement, to.module)
            for at, (known, names) in enumerate(out.following):
                if known == module:
                    out.following[at] = known, (*names, Name(to.name))
                    return
            out.following.append((module, (Name(to.name),)))
        elif places and len(places) == len(statement.names) and out.replacement is None:
            out.replacement = f"import {to.module}"
            places.clear()
        else:
            out.imports.append(to.module)

    def _take_over(self, index: int, to: Destination, needless: dict[int, set[int]]) -> None:
        """Let a statement of which nothing is left import from the new module."""
        out = self._draft.statement(index)
        out.module = self._draft.spelled(self._facts.imports[index], to.module)
        first = min(needless[index])
        out.changes[first] = AliasChange(first, Name(to.name))
        needless[index].discard(first)

    def _join(self, beside: int, to: Destination, needless: dict[int, set[int]]) -> bool:
        """Add a name to a statement of the same block that reads its module, if there is one."""
        here = self._facts.imports[beside]
        for index, statement in enumerate(self._facts.imports):
            if (
                statement.block == here.block
                and statement.scope == here.scope
                and statement.start <= here.start
                and statement.is_from
                and statement.names[0].name != "*"
                and self._draft.imports_from(statement, to)
                and can_add(self._draft.text(statement.start, statement.end))
            ):
                gone = needless.get(index, set())
                if len(gone) == len(statement.names):
                    first = min(gone)
                    self._draft.statement(index).changes[first] = AliasChange(first, Name(to.name))
                    gone.discard(first)
                else:
                    self._draft.statement(index).added.append(Name(to.name))
                return True
        return False

    def _beside(self, to: Destination) -> int | None:
        """The import at the top of the module after which a new one belongs; None if none is."""
        top = [
            (index, fact)
            for index, fact in enumerate(self._facts.imports)
            if fact.scope == 0
            and not fact.guard
            and fact.block == 0
            and not fact.level
            and fact.end <= self._first[to]
        ]
        head = to.module.partition(".")[0]
        best = None
        for index, fact in top:
            first = (fact.module or fact.names[0].name).partition(".")[0]
            if self._is_standard(head) and not self._is_standard(first):
                continue
            if first != "__future__":
                best = index if best is None or self._is_run(best, index) else best
        return best

    def _is_run(self, first: int, second: int) -> bool:
        """Whether two imports stand in one run at the top, with little else between them."""
        positions = self._draft.import_positions(0)
        fact, other = self._facts.imports[first], self._facts.imports[second]
        return all(at in positions for at in range(fact.position, other.position))

    @staticmethod
    def _is_standard(package: str) -> bool:
        return package in sys.stdlib_module_names or package == "__future__"

    def _at_the_top(self, to: Destination) -> None:
        """A new statement before the first one of the module that is not its docstring."""
        place = after_prologue(self._draft.data)
        line = f"from {to.module} import {to.name}\n" if to.name else f"import {to.module}\n"
        text = place.before + line + place.after
        self._top_edits.append(
            Edit(
                place.offset,
                place.offset,
                self._draft.encoded(text, place.offset),
                "import",
                self._draft.line_of(place.offset),
            )
        )
