"""`from old import Name`: which name it gets, and which statement it ends up in."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from onepath.model import Alias, ImportFact
from onepath.rewrite.draft import Draft
from onepath.rewrite.fstrings import replace_in_fstring
from onepath.rewrite.naming import why_not
from onepath.rewrite.renames import Destination
from onepath.rewrite.sites import DirectSite
from onepath.rewrite.statements import Change, Name, comments_of
from onepath.symbols.modules import is_package


class Move(NamedTuple):
    """One alias on its way to its destination."""

    alias: int
    to: Destination
    name: Name
    bound: str


def plan_directs(draft: Draft, sites: Sequence[DirectSite]) -> None:
    """Decide names and statements for the `from` imports among `sites`."""
    by_statement: dict[int, list[DirectSite]] = {}
    for site in sites:
        if draft.facts.imports[site.statement].is_from:
            by_statement.setdefault(site.statement, []).append(site)
    chosen = {(site.statement, site.alias): site for site in sites}
    moves: dict[int, list[Move]] = {}
    for index, group in by_statement.items():
        moves[index] = [_move(draft, site, chosen) for site in group]
    placed = Placement(draft, moves)
    for index in by_statement:
        placed.place(index)
    placed.drop_repeated()


def _move(draft: Draft, site: DirectSite, chosen: dict[tuple[int, int], DirectSite]) -> Move:
    statement = draft.facts.imports[site.statement]
    alias, to = statement.names[site.alias], site.match.to
    if alias.asname:
        bound = alias.asname
    elif _can_rename(draft, statement.scope, alias.name, to, chosen):
        bound = to.name
        if bound != alias.name:
            draft.renamed[statement.scope, alias.name] = bound
    else:
        bound = alias.name
    explicit = alias.asname == alias.name and (
        is_package(draft.path) or draft.path.endswith(".pyi")
    )
    asname = bound if bound != to.name or explicit else None
    return Move(site.alias, to, Name(to.name, asname), bound)


def _can_rename(
    draft: Draft, scope: int, old: str, to: Destination, chosen: dict[tuple[int, int], DirectSite]
) -> bool:
    """Whether the name in the file can follow; if not, the import keeps it as an alias."""
    new, facts = to.name, draft.facts
    held = facts.scopes[scope]
    if new == old or draft.renamed.get((scope, old)) == new:
        return True
    if held.kind == "class" or old in held.multiple or new in held.multiple:
        return False
    if any(old in other.redirected for other in facts.scopes):
        return False
    if scope == 0 and is_public(draft, old):
        return False
    for index, place, alias in binders(draft, scope, old):
        site = chosen.get((index, place))
        if site is None or alias.asname or site.match.to != to:
            return False
    readers = [use.scope for _, use in draft.uses_of(scope, old)]
    already = new in held.bound
    if already and not _all_same(draft, scope, new, to, chosen):
        return False
    return why_not(facts, scope, new, readers, already=already) is None and _fstrings_follow(
        draft, scope, old, new
    )


def is_public(draft: Draft, name: str) -> bool:
    """Whether a module-level name must survive: others may import it from here."""
    exports = draft.facts.exports
    return (
        is_package(draft.path)
        or draft.path.endswith(".pyi")
        or name in draft.keep
        or (exports is not None and any(name == listed for listed, _, _ in exports.names))
    )


def binders(draft: Draft, scope: int, name: str) -> Iterator[tuple[int, int, Alias]]:
    """The import aliases that bind a name in a scope: statement, place in it, alias."""
    for index, statement in enumerate(draft.facts.imports):
        if statement.scope == scope:
            for place, alias in enumerate(statement.names):
                if alias.bound == name and alias.name != "*":
                    yield index, place, alias


def _all_same(
    draft: Draft, scope: int, name: str, to: Destination, chosen: dict[tuple[int, int], DirectSite]
) -> bool:
    for index, place, alias in binders(draft, scope, name):
        site = chosen.get((index, place))
        if site is not None:
            if site.match.to != to:
                return False
        elif not is_import_of(draft, draft.facts.imports[index], alias, to):
            return False
    return True


def is_import_of(draft: Draft, statement: ImportFact, alias: Alias, to: Destination) -> bool:
    """Whether an alias imports exactly the destination."""
    return alias.name == to.name and draft.imports_from(statement, to)


def _fstrings_follow(draft: Draft, scope: int, old: str, new: str) -> bool:
    spans: dict[tuple[int, int], int] = {}
    for _, use in draft.uses_of(scope, old):
        if not use.exact:
            spans[use.start, use.end] = spans.get((use.start, use.end), 0) + 1
    return all(
        replace_in_fstring(draft.text(start, end), old, new, count) is not None
        for (start, end), count in spans.items()
    )


class Placement:
    """Puts moved names into statements: in place, merged into another, or on a line of their own."""

    def __init__(self, draft: Draft, moves: dict[int, list[Move]]) -> None:
        self._draft = draft
        self._moves = moves
        self._imports = draft.facts.imports
        self._deleted: dict[int, int] = {}
        """Block -> how many of its statements go."""
        self._bound: list[tuple[int, Destination, str]] = []
        """Every import of a destination so far: statement, destination, bound name."""
        for index, statement in enumerate(self._imports):
            moved = {move.alias: move for move in moves.get(index, ())}
            for place, alias in enumerate(statement.names):
                move = moved.get(place)
                if move is not None:
                    self._bound.append((index, move.to, move.bound))
                elif statement.is_from and alias.name != "*":
                    self._note_existing(index, statement, alias)

    def place(self, index: int) -> None:
        """Draft one statement."""
        statement, draft = self._imports[index], self._draft
        moved, out = self._moves[index], draft.statement(index)
        comments = comments_of(draft.text(statement.start, statement.end))
        leaving: dict[str, list[Move]] = {}
        for move in moved:
            if draft.imports_from(statement, move.to):
                out.changes[move.alias] = Change(move.alias, move.name)
            else:
                leaving.setdefault(move.to.module, []).append(move)
        stays = len(statement.names) - sum(map(len, leaving.values()))
        for module, group in leaving.items():
            if not stays and module == next(iter(leaving)):
                if len(leaving) > 1 or not self._merge_whole(index, module, group):
                    out.module = draft.spelled(statement, module)
                    out.changes.update({m.alias: Change(m.alias, m.name) for m in group})
                continue
            out.changes.update({m.alias: Change(m.alias, None) for m in group})
            names = tuple(m.name._replace(comment=comments[m.alias]) for m in group)
            target = self._merge_target(index, group[0].to)
            if target is not None and not any(name.comment for name in names):
                self._merge(index, target, group)
            else:
                out.following.append((draft.spelled(statement, module), names))

    def drop_repeated(self) -> None:
        """Take out imports of what an earlier statement already binds to the same name."""
        for index, to, bound in self._bound:
            if index in self._moves or any(m[0] in self._moves for m in self._same(to, bound)):
                self._drop_if_repeated(index, to, bound)

    # ---------------------------------------------------------- merging

    def _merge_whole(self, index: int, module: str, group: list[Move]) -> bool:
        """Move a statement's names into another that reads the module; the statement goes."""
        statement = self._imports[index]
        target = self._merge_target(index, group[0].to)
        if target is None or not self._can_delete(index) or self._draft.tail(statement):
            return False
        if any(comments_of(self._draft.text(statement.start, statement.end))):
            return False
        self._merge(index, target, group)
        self._delete(index)
        return True

    def _merge(self, index: int, target: int, group: list[Move]) -> None:
        """Add the moved names to another statement, less those that it binds already."""
        added = self._draft.statement(target).added
        present = {alias.bound for alias in self._imports[target].names}
        present |= {name.asname or name.name for name in added}
        for move in group:
            self._bound.remove((index, move.to, move.bound))
            if move.bound not in present:
                added.append(move.name)
                self._bound.append((target, move.to, move.bound))

    def _merge_target(self, index: int, to: Destination) -> int | None:
        """A statement of the same block that imports from the destination's module."""
        statement, draft = self._imports[index], self._draft
        for other, candidate in enumerate(self._imports):
            if other == index or candidate.block != statement.block or not candidate.is_from:
                continue
            if candidate.names[0].name == "*" or not draft.imports_from(candidate, to):
                continue
            if other in draft.statements and draft.statements[other].replacement is not None:
                continue
            if candidate.start > statement.start and not self._only_imports_between(
                statement, candidate
            ):
                continue
            text = draft.text(candidate.start, candidate.end)
            if not comments_of(text)[-1] or text.rstrip(")\n ").endswith(","):
                return other
        return None

    def _only_imports_between(self, first: ImportFact, last: ImportFact) -> bool:
        positions = {s.position for s in self._imports if s.block == first.block}
        return positions.issuperset(range(first.position, last.position))

    # --------------------------------------------------------- repeats

    def _note_existing(self, index: int, statement: ImportFact, alias: Alias) -> None:
        for moves in self._moves.values():
            for move in moves:
                if alias.bound == move.bound and is_import_of(
                    self._draft, statement, alias, move.to
                ):
                    self._bound.append((index, move.to, alias.bound))
                    return

    def _same(self, to: Destination, bound: str) -> list[tuple[int, Destination, str]]:
        return [one for one in self._bound if one[1] == to and one[2] == bound]

    def _drop_if_repeated(self, index: int, to: Destination, bound: str) -> None:
        statement = self._imports[index]
        if bound in self._draft.facts.scopes[statement.scope].multiple:
            return
        for earlier, _, _ in self._same(to, bound):
            other = self._imports[earlier]
            if (
                other.start < statement.start
                and other.scope == statement.scope
                and self._encloses(other.block, statement.block)
                and not self._is_deleted(earlier)
            ):
                self._drop(index, to, bound)
                return

    def _drop(self, index: int, to: Destination, bound: str) -> None:
        statement, out = self._imports[index], self._draft.statement(index)
        if self._is_deleted(index):
            return
        out.following = [
            (module, kept)
            for module, names in out.following
            if (
                kept := tuple(
                    n for n in names if (n.asname or n.name) != bound or n.name != to.name
                )
            )
        ]
        left = []
        for place, alias in enumerate(statement.names):
            change = out.changes.get(place)
            now = Name(alias.name, alias.asname) if change is None else change.to
            if now is not None and not (now.name == to.name and (now.asname or now.name) == bound):
                left.append(place)
        if left or out.added:
            for place, alias in enumerate(statement.names):
                change = out.changes.get(place)
                now = Name(alias.name, alias.asname) if change is None else change.to
                if place not in left and now is not None and left:
                    out.changes[place] = Change(place, None)
        elif self._can_delete(index):
            self._delete(index)

    def _encloses(self, outer: int, inner: int) -> bool:
        blocks = self._draft.facts.blocks
        while inner != -1:
            if inner == outer:
                return True
            inner = blocks[inner].parent
        return False

    def _can_delete(self, index: int) -> bool:
        statement = self._imports[index]
        block = statement.block
        left = self._draft.facts.blocks[block].size - self._deleted.get(block, 0)
        return (
            left > 1 and self._draft.alone(statement) and not self._draft.statement(index).following
        )

    def _delete(self, index: int) -> None:
        block = self._imports[index].block
        self._deleted[block] = self._deleted.get(block, 0) + 1
        self._draft.statement(index).replacement = ""

    def _is_deleted(self, index: int) -> bool:
        return index in self._draft.statements and self._draft.statements[index].replacement == ""
