"""What is read of which name in a file, and which names certainly hold an event."""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from onepath.facts.extract.definitions import dotted
from onepath.model.refused import Refused
from onepath.symbols.tree.scoped import ScopedName, ScopedTree
from onepath_packs.websocket.events.canonical_form import EventForm
from onepath_packs.websocket.events.form import Event
from onepath_packs.websocket.events.reading.reads import Follow, KeyAccess, find_reads
from onepath_packs.websocket.events.times import is_text


class EventNames:
    """The names of a file that hold events, and all reads of string keys.

    Args:
        tree: The file.
        form: The canonical form.
        kinds: Each display that is an event, with its kind.
    """

    def __init__(self, tree: ScopedTree, form: EventForm, kinds: Mapping[ast.Dict, str]) -> None:
        self._tree = tree
        self._form = form
        self._kinds = kinds

    @cached_property
    def certain(self) -> Mapping[ScopedName, list[ast.Dict]]:
        """The names that hold an event, and nothing else but None, with their displays."""
        found: dict[ScopedName, list[ast.Dict]] = {}
        for node in self._kinds:
            target = _target(self._tree.parent(node))
            key = None if target is None else self._tree.binding(target)
            if key is not None:
                found.setdefault(key, []).append(node)
        return {key: nodes for key, nodes in found.items() if self._holds_only(key, set(nodes))}

    def _holds_only(self, key: ScopedName, nodes: set[ast.Dict]) -> bool:
        if key in self._tree.other_binders:
            return False
        for name in self._tree.named(key):
            if isinstance(name.ctx, ast.Load):
                continue
            statement = self._tree.parent(name)
            if _target(statement) is not name:
                return False
            value = getattr(statement, "value", None)
            if value not in nodes and not (isinstance(value, ast.Constant) and value.value is None):
                return False
        return True

    # --------------------------------------------------------------- reads

    @cached_property
    def _reads(self) -> Sequence[KeyAccess]:
        return sorted(find_reads(self._tree), key=lambda read: (read.line, read.node.col_offset))

    @cached_property
    def _by_name(self) -> Mapping[ScopedName, list[KeyAccess]]:
        found: dict[ScopedName, list[KeyAccess]] = {}
        for read in self._reads:
            if isinstance(read.base, ast.Name):
                key = self._tree.binding(read.base)
                if key is not None:
                    found.setdefault(key, []).append(read)
        return found

    def reads_of(self, key: ScopedName) -> Sequence[KeyAccess]:
        """The reads of a name's keys."""
        return self._by_name.get(key, ())

    def of_chain(self, chain: str) -> Iterator[KeyAccess]:
        """The reads of an attribute's keys, by the chain as it is written."""
        return (read for read in self._reads if dotted(read.base) == chain)

    def of_attribute(self, name: str) -> Iterator[KeyAccess]:
        """The reads of an attribute's keys, whatever it is an attribute of."""
        for read in self._reads:
            if isinstance(read.base, ast.Attribute) and read.base.attr == name:
                yield read

    def of_result(self, function: str) -> Iterator[KeyAccess]:
        """The reads of what a function (or the fixture that it makes) gives back."""
        for read in self._reads:
            if _called(read.base) == function or (
                isinstance(read.base, ast.Name) and self._may_come_from(read.base, function)
            ):
                yield read

    def _may_come_from(self, name: ast.Name, function: str) -> bool:
        key = self._tree.binding(name)
        if key is None:
            return False
        if name.id == function and key in self._tree.other_binders:
            return True
        stores = [one for one in self._tree.named(key) if isinstance(one.ctx, ast.Store)]
        values = [getattr(self._tree.parent(store), "value", None) for store in stores]
        return any(_called(value) == function for value in values)

    def uncertain_in(self, home: ast.AST, keys: Collection[str]) -> Iterator[KeyAccess]:
        """The reads of some keys, in one function, of what may be any event."""
        for read in self._by_home.get(home, ()):
            if read.key in keys and not self._is_known(read.base):
                yield read

    @cached_property
    def _by_home(self) -> Mapping[ast.AST, list[KeyAccess]]:
        found: dict[ast.AST, list[KeyAccess]] = {}
        for read in self._reads:
            found.setdefault(self._tree.home(read.node), []).append(read)
        return found

    def known(self) -> Iterator[KeyAccess]:
        """The reads of what is certainly one of the file's own displays, or a part of one."""
        for read in self._reads:
            if self._is_known(read.base):
                yield read

    def _is_known(self, base: ast.expr) -> bool:
        """Whether it is known which display something is, or that it is a part of an event."""
        if isinstance(base, ast.Subscript) and isinstance(base.slice, ast.Constant):
            inner = base.slice.value == self._form.data_key
            return inner and isinstance(base.value, ast.Name) and self._is_known(base.value)
        key = self._tree.binding(base) if isinstance(base, ast.Name) else None
        return key is not None and (key in self.certain or self._is_plain(key))

    def _is_plain(self, key: ScopedName) -> bool:
        """Whether a name holds displays alone, none of which is an event."""
        stores = [name for name in self._tree.named(key) if isinstance(name.ctx, ast.Store)]
        statements = [self._tree.parent(name) for name in stores]
        return (
            bool(stores)
            and key not in self._tree.other_binders
            and all(
                _target(node) is not None
                and isinstance(value := getattr(node, "value", None), ast.Dict)
                and value not in self._kinds
                for node in statements
            )
        )

    def uncertain_legacy(self) -> Iterator[KeyAccess]:
        """The reads of legacy keys of what may be an event: its kind is spoken of beside it."""
        types = self._form.spellings(self._form.type_key) - {self._form.type_key}
        for home in self._speaking:
            asked = {ast.unparse(read.base) for read in self.uncertain_in(home, types)}
            for read in self.uncertain_in(home, self._form.legacy) if asked else ():
                if ast.unparse(read.base) in asked:
                    yield read

    @cached_property
    def _speaking(self) -> frozenset[ast.AST]:
        """The functions in which a kind is named otherwise than to make an event."""
        made = {value for node in self._kinds for value in node.values}
        return frozenset(
            self._tree.home(node)
            for node in self._tree.nodes
            if isinstance(node, ast.Constant)
            and node not in made
            and node.value in self._form.kinds
        )


def _target(statement: ast.AST | None) -> ast.Name | None:
    """The one plain name to which a statement assigns."""
    target: ast.expr | None = None
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign):
        target = statement.target
    return target if isinstance(target, ast.Name) else None


def _called(value: ast.expr | None) -> str:
    """The last name of what an expression calls; else empty."""
    if isinstance(value, ast.Await):
        value = value.value
    return dotted(value.func).rpartition(".")[2] if isinstance(value, ast.Call) else ""


def group_reads(
    tree: ScopedTree, form: EventForm, held: Sequence[Event], reads: Iterable[KeyAccess]
) -> dict[ast.AST, Follow]:
    """What becomes of the reads of a name that holds some events.

    Args:
        tree: The file.
        form: The canonical form.
        held: The events; all of them are taken to the form.
        reads: The reads of the name's keys.

    Raises:
        Refused: One of them can't follow.
    """
    follows: dict[ast.AST, Follow] = {}
    for read in reads:
        to = _follow(tree, form, held, read)
        if to is not None:
            if read.how == "match":
                reason = f"a pattern on line {read.line} takes it apart"
                raise Refused("use-not-followed", reason)
            follows[read.node] = to
    return follows


def _follow(
    tree: ScopedTree, form: EventForm, held: Sequence[Event], read: KeyAccess
) -> Follow | None:
    assert isinstance(read.base, ast.Name)
    new, data = form.canonical(read.key), form.data_key
    if new == form.timestamp:
        _check_time(tree, held, read)
    if new != read.key:
        if any(new in event.keys for event in held):
            reason = f"both '{read.key}' and '{new}' are read of it or written to it"
            raise Refused("key-twice", reason)
        return Follow(read.base.id, read.key, new, "")
    moved = [read.key in event.reshape.moved for event in held]
    if any(moved):
        if not all(moved):
            reason = f"line {read.line} reads '{read.key}', which not all events of this name have"
            raise Refused("read-not-certain", reason)
        return Follow(read.base.id, read.key, read.key, data)
    if read.key == data and any(event.reshape.moved for event in held):
        _check_data(tree, form, held, read)
    return None


def _check_time(tree: ScopedTree, held: Sequence[Event], read: KeyAccess) -> None:
    if any(event.reshape.values for event in held):
        reason = f"line {read.line} reads its time, which would become a number"
        raise Refused("timestamp-read", reason)
    statement = tree.parent(read.node)
    if read.how == "write" and isinstance(statement, ast.Assign) and is_text(statement.value, tree):
        reason = f"line {read.line} writes a text as its time"
        raise Refused("timestamp-text", reason)


def _check_data(tree: ScopedTree, form: EventForm, held: Sequence[Event], read: KeyAccess) -> None:
    """Refuse a use of the inner dict that sees which keys it has."""
    around = tree.parent(read.node)
    taken = isinstance(around, ast.Subscript) and isinstance(around.slice, ast.Constant)
    has = all(form.data_key in map(form.canonical, event.keys) for event in held)
    if not (taken and has and read.how == "read"):
        reason = f"line {read.line} uses '{form.data_key}' as a whole, which would get more keys"
        raise Refused("data-used-apart", reason)
