"""What one dict display that is an event has to become, and why it can't."""

import ast
from collections.abc import Sequence
from typing import NamedTuple

from onepath.facts.extract.definitions import string_value
from onepath.model.refused import Refused
from onepath.symbols.tree.scoped import ScopedTree
from onepath_packs.websocket.events.canonical_form import EventForm, names_in_words
from onepath_packs.websocket.events.displays import Reshape
from onepath_packs.websocket.events.times import CLOCK, is_now, is_text, seconds

_INDEPENDENT = frozenset({
    "str", "int", "float", "len", "bool", "round", "time.time", "time.monotonic",
    "time.perf_counter", "uuid.uuid4", "datetime.datetime.now", "datetime.datetime.utcnow",
})  # fmt: skip
"""Calls that may come before or after any other: nothing else sees them, and they see nothing."""


class Event(NamedTuple):
    """A display that is an event, and what it has to become."""

    node: ast.Dict
    kind: str
    reshape: Reshape
    clock: ast.expr | None
    """The value for which the clock is read instead."""
    missing: tuple[str, ...]
    """Canonical keys that it has not."""
    keys: frozenset[str]
    """Its keys as they are."""

    @property
    def departs(self) -> bool:
        """Whether anything has to change."""
        how = self.reshape
        return bool(how.renames or how.values or how.moved)

    @property
    def affected(self) -> frozenset[str]:
        """Keys (as they are) that a reader would not find, or find with another kind of value."""
        how = self.reshape
        times = {how.renames.get(key, key) for key in how.values} | set(how.values)
        return frozenset({*how.renames, *how.moved, *times})


def display_kind(node: ast.Dict, form: EventForm) -> str:
    """The configured kind of event that a display certainly is; empty if it is none."""
    for key, value in zip(node.keys, node.values, strict=True):
        name = string_value(key)
        if name is not None and form.canonical(name) == form.type_key:
            kind = string_value(value)
            if kind is not None:
                return kind if kind in form.kinds else ""
    return ""


def event_of(node: ast.Dict, kind: str, form: EventForm, tree: ScopedTree) -> Event:
    """What a display has to become.

    Args:
        node: The display.
        kind: The kind of event that it is.
        form: The canonical form.
        tree: The file.

    Raises:
        Refused: It can't be taken to the form without guessing.
    """
    names = [string_value(key) for key in node.keys]
    items = {name: value for name, value in zip(names, node.values, strict=True) if name}
    missing = tuple(key for key in form.keys if key not in map(form.canonical, items))
    renames = {name: form.legacy[name] for name in items if name in form.legacy}
    loose = tuple(name for name in items if form.canonical(name) not in form.keys)
    times = [name for name in items if form.timestamp and form.canonical(name) == form.timestamp]
    textual = [name for name in times if is_text(items[name], tree) or is_now(items[name], tree)]
    if not (renames or loose or textual):
        complete = None not in names
        nothing = Reshape({}, {}, (), form.data_key, False)
        return Event(node, kind, nothing, None, missing if complete else (), frozenset(items))
    _check_keys(names, items, form)
    other = [name for name in loose if form.is_data(name)]
    if other:
        holding = names_in_words(other)
        reason = f"{holding} holds its data; an entry of [events] legacy says what it becomes"
        raise Refused("data-under-another-name", reason)
    for name in renames:
        plain = name in loose or form.canonical(name) == form.data_key
        if not plain and isinstance(items[name], ast.Dict | ast.List | ast.Set | ast.Tuple):
            reason = f"'{name}' holds more than one value; it is not what '{renames[name]}' is"
            raise Refused("value-is-a-display", reason)
    values, clock = _times(textual, items, tree)
    data = next((name for name in items if form.canonical(name) == form.data_key), None)
    if loose:
        missing = tuple(key for key in missing if key != form.data_key)
        _check_data(None if data is None else items[data], loose, form)
    first = _place(list(items), items, loose, data, tree)
    how = Reshape(renames, values, loose, data or form.data_key, first)
    return Event(node, kind, how, clock, missing, frozenset(items))


def _check_keys(names: Sequence[str | None], items: dict[str, ast.expr], form: EventForm) -> None:
    if None in names:
        reason = "it has keys that are not written out, which may be any of the form's"
        raise Refused("rest-not-known", reason)
    canonical = [form.canonical(name) for name in names if name is not None]
    twice = sorted({name for name in canonical if canonical.count(name) > 1})
    if twice:
        raise Refused("key-twice", f"{names_in_words(twice)} would stand twice in it")


def _check_data(data: ast.expr | None, loose: Sequence[str], form: EventForm) -> None:
    if data is None:
        return
    if not isinstance(data, ast.Dict):
        reason = (
            f"{names_in_words(loose)} should be in '{form.data_key}', which is not written out here"
        )
        raise Refused("data-not-a-display", reason)
    if display_kind(data, form):
        reason = (
            f"'{form.data_key}' is an event itself; {names_in_words(loose)} would become part of it"
        )
        raise Refused("data-not-a-display", reason)
    inner = [string_value(key) for key in data.keys]
    if None in inner:
        kept = names_in_words(loose)
        reason = f"'{form.data_key}' has keys that are not written out, which may be {kept}"
        raise Refused("rest-not-known", reason)
    twice = sorted(set(inner) & set(loose), key=str)
    if twice:
        raise Refused(
            "key-twice", f"{names_in_words(loose)} would stand twice in '{form.data_key}'"
        )


def _times(
    textual: Sequence[str], items: dict[str, ast.expr], tree: ScopedTree
) -> tuple[dict[str, str], ast.expr | None]:
    """The new values of timestamps that are texts, and the value for which a clock is read."""
    for name in textual:
        value = items[name]
        if is_now(value, tree):
            return {name: f"{CLOCK}()"}, value
        text = string_value(value)
        number = "" if text is None else seconds(text)
        if not number:
            reason = f"'{name}' is a text, and it is not certain which number of seconds it means"
            raise Refused("timestamp-text", reason)
        return {name: number}, None
    return {}, None


# ---------------------------------------------------------------------- order


def _place(
    names: list[str],
    items: dict[str, ast.expr],
    loose: Sequence[str],
    data: str | None,
    tree: ScopedTree,
) -> bool:
    """Whether a new inner display has to stand where the first moved key is.

    Raises:
        Refused: Wherever it stands, values would be computed in another order.
    """
    if not loose:
        return False
    kept = [name for name in names if name not in loose]
    effects = {name: _effect(value, tree) for name, value in items.items()}
    if data is not None:
        at = kept.index(data) + 1
        if _same(names, [*kept[:at], *loose, *kept[at:]], effects):
            return False
    elif _same(names, [*kept, *loose], effects):
        return False
    else:
        at = names.index(loose[0])
        if _same(names, [*kept[:at], *loose, *kept[at:]], effects):
            return True
    raise Refused("order", "calls in it would be made in another order")


def _same(old: Sequence[str], new: Sequence[str], effects: dict[str, int]) -> bool:
    """Whether everything that may see another's effect keeps its place before or after it."""
    places = {name: at for at, name in enumerate(new)}
    return all(
        places[one] < places[other]
        for at, one in enumerate(old)
        for other in old[at + 1 :]
        if effects[one] + effects[other] >= _CALLS + _READS
    )


_READS, _CALLS = 1, 2


def _effect(node: ast.AST, tree: ScopedTree) -> int:
    """0: any time will do; `_READS`: it sees what calls do; `_CALLS`: it may do anything."""
    parts: list[ast.AST] = list(ast.iter_child_nodes(node))
    own = 0
    if isinstance(node, ast.Lambda):
        return 0
    if isinstance(node, ast.Call):
        named = node.func.id if isinstance(node.func, ast.Name) else ""
        if is_now(node, tree):
            return 0
        if (tree.path_of(node.func) or named) not in _INDEPENDENT:
            return _CALLS
        parts = [*node.args, *node.keywords]
    elif isinstance(node, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
        return _CALLS
    elif isinstance(node, ast.Attribute | ast.Subscript):
        own = _READS
    return max([own, *(_effect(part, tree) for part in parts)])
