"""Which statement a moved name ends up in: its own, another one, or a new one below."""

from collections.abc import Sequence
from typing import NamedTuple

from onepath.edit.bindings import only_imports_between
from onepath.edit.draft import PRAGMAS, Draft
from onepath.edit.imports.statements import AliasChange, Name, can_add, comments_of
from onepath.model import ImportFact
from onepath.symbols.destinations import Destination
from onepath.symbols.renames import module_id
from onepath_packs.canonical.imports.statements.repeats import AliasPlace, BoundAlias, Repeats


class AliasMove(NamedTuple):
    """One alias on its way to its destination."""

    statement: int
    alias: int
    to: Destination
    name: Name
    bound: str

    @property
    def place(self) -> AliasPlace:
        return self.statement, self.alias


class Home(NamedTuple):
    """A statement that comes to import from a module in this run."""

    statement: int
    following: int | None
    """Which of the statements that follow `statement`; None if it is the statement itself."""


class Placement:
    """Puts moved names into statements, in the order of the file."""

    def __init__(self, draft: Draft, moves: Sequence[AliasMove]) -> None:
        self._draft = draft
        self._imports = draft.facts.imports
        self._moves: dict[int, list[AliasMove]] = {}
        for move in moves:
            self._moves.setdefault(move.statement, []).append(move)
        self._repeats = Repeats(draft, [BoundAlias(m.place, self._key(m)) for m in moves])
        self._dropped: frozenset[AliasPlace] = frozenset()
        self._homes: dict[tuple[int, str], list[Home]] = {}
        """(block, id of a module) -> who comes to import from it there."""

    def place(self) -> None:
        """Draft all statements."""
        if not self._draft.is_document:  # prose may show the same import twice
            self._dropped = self._repeats.dropped()
        for index in sorted(self._moves.keys() | {index for index, _ in self._dropped}):
            if not self._draft.is_deleted(index):
                self._place(index)

    def _key(self, move: AliasMove) -> tuple[int, str, Destination]:
        return self._imports[move.statement].scope, move.bound, move.to

    def _place(self, index: int) -> None:
        statement, out = self._imports[index], self._draft.statement(index)
        for place in range(len(statement.names)):
            if (index, place) in self._dropped:
                out.changes[place] = AliasChange(place, None)
        leaving: dict[str, list[AliasMove]] = {}
        plain: list[AliasMove] = []
        for move in self._moves.get(index, ()):
            if move.place in self._dropped:
                continue
            if not move.to.name:
                plain.append(move)
            elif self._draft.imports_from(statement, move.to):
                out.changes[move.alias] = AliasChange(move.alias, move.name)
            else:
                leaving.setdefault(move.to.module, []).append(move)
        gone = sum(change.to is None for change in out.changes.values())
        stays = len(statement.names) > gone + sum(map(len, leaving.values())) + len(plain)
        if not stays and not leaving and plain:
            for move in plain[1:]:
                out.changes[move.alias] = AliasChange(move.alias, None)
        for number, group in enumerate(leaving.values()):
            if stays or number:
                self._send(index, group)
            elif len(leaving) > 1 or not self._send_whole(index, group):
                self._take_over(index, group)
        for move in plain:  # `from box import tool` becomes `import tool`
            self._draft.import_beside(index, move.alias, move.name)

    def _take_over(self, index: int, group: Sequence[AliasMove]) -> None:
        """Let the statement itself import from the new module."""
        out = self._draft.statement(index)
        out.module = self._draft.spelled(self._imports[index], group[0].to.module)
        out.changes.update({move.alias: AliasChange(move.alias, move.name) for move in group})
        self._settle(group[0].to, Home(index, None))

    def _send(self, index: int, group: Sequence[AliasMove]) -> None:
        """Take some names out of a statement that is kept."""
        statement, out = self._imports[index], self._draft.statement(index)
        comments = comments_of(self._draft.text(statement.start, statement.end))
        out.changes.update({move.alias: AliasChange(move.alias, None) for move in group})
        names = [move.name._replace(comment=comments[move.alias]) for move in group]
        speaks = self._draft.tail(statement).startswith(PRAGMAS)
        if not speaks and not any(name.comment for name in names) and self._join(index, group):
            return
        module = self._draft.spelled(statement, group[0].to.module)
        out.following.append((module, tuple(names)))
        self._settle(group[0].to, Home(index, len(out.following) - 1))

    def _send_whole(self, index: int, group: Sequence[AliasMove]) -> bool:
        """Move all names of a statement into another one; the statement is removed."""
        draft, statement = self._draft, self._imports[index]
        if not draft.can_delete(index) or not draft.alone(statement):
            return False
        if draft.tail(statement) or "#" in draft.text(statement.start, statement.end):
            return False
        if draft.line_above(statement).startswith("#") or self._is_apart(index, group[0].to):
            return False
        if not self._join(index, group):
            return False
        draft.delete(index)
        return True

    def _is_apart(self, index: int, to: Destination) -> bool:
        """Whether a statement and the one that it would join read one module, in two lines.

        Then the file is written with one name a line, or in groups, and that is how it stays.
        """
        home, statement = self._home(index, to), self._imports[index]
        if home is None or home.following is not None or self._existing(index, to) is not None:
            return False
        other = self._imports[home.statement]
        return (other.level, other.module) == (statement.level, statement.module)

    # ---------------------------------------------------------- joining

    def _join(self, index: int, group: Sequence[AliasMove]) -> bool:
        """Add names to a statement of the same block that reads their module, if there is one."""
        if self._draft.is_document:
            return False
        if not all(self._repeats.is_sole(self._key(move)) for move in group):
            return False
        names = [move.name for move in group]
        target = self._existing(index, group[0].to)
        if target is not None:
            self._draft.statement(target).added.extend(names)
            return True
        home = self._home(index, group[0].to)
        if home is None:
            return False
        out = self._draft.statement(home.statement)
        if home.following is None:
            out.added.extend(names)
        else:
            module, present = out.following[home.following]
            out.following[home.following] = (module, (*present, *names))
        return True

    def _existing(self, index: int, to: Destination) -> int | None:
        """A statement that imports from the module already, and goes on doing so."""
        statement, draft = self._imports[index], self._draft
        for other in draft.readers_of(to):
            candidate = self._imports[other]
            if (
                other != index
                and candidate.block == statement.block
                and candidate.names[0].name != "*"
                and self._remains(other)
                and draft.is_lazy(candidate) == draft.is_lazy(statement)
                and only_imports_between(draft, *sorted((index, other)))
                and can_add(draft.text(candidate.start, candidate.end))
            ):
                return other
        return None

    def _remains(self, index: int) -> bool:
        """Whether a statement keeps a name that imports from the module it reads now."""
        if self._draft.is_deleted(index):
            return False
        statement = self._imports[index]
        moving = {
            move.alias
            for move in self._moves.get(index, ())
            if not self._draft.imports_from(statement, move.to)
        }
        return any(
            place not in moving and (index, place) not in self._dropped
            for place in range(len(statement.names))
        )

    def _home(self, index: int, to: Destination) -> Home | None:
        """A statement above that comes to import from the module in this run."""
        block = self._imports[index].block
        for home in self._homes.get((block, self._id(to)), ()):
            if self._is_near(home, index):
                return home
        return None

    def _settle(self, to: Destination, home: Home) -> None:
        block = self._imports[home.statement].block
        self._homes.setdefault((block, self._id(to)), []).append(home)

    def _is_near(self, home: Home, index: int) -> bool:
        draft, statement = self._draft, self._imports[index]
        held = self._imports[home.statement]
        if home.statement == index:
            return False
        if not (self._stands_bare(held) and draft.alone(statement)):
            return False
        if draft.is_lazy(held) != draft.is_lazy(statement):
            return False
        if not only_imports_between(draft, home.statement, index):
            return False
        if home.following is None:
            return can_add(draft.text(held.start, held.end))
        return not any(
            n.comment for n in draft.statement(home.statement).following[home.following][1]
        )

    def _stands_bare(self, statement: ImportFact) -> bool:
        return self._draft.alone(statement) and not self._draft.tail(statement)

    def _id(self, to: Destination) -> str:
        return module_id(self._draft.renames.resolver, to.module, self._draft.path)
