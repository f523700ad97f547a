"""Strings that are put together: what of their text can be read from the source.

`f"{__package__}.legacy.{name}"` is the package, then `.legacy.`, then anything. Whoever reads
module names, patch targets and the like asks here, so that all of them understand the same forms.
"""

import ast
import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Literal, NamedTuple

from onepath.facts.computed.names import NOTHING_KNOWN, Names, Value, Values
from onepath.facts.extract.definitions import dotted

_MOST = 24
"""How many alternatives of one expression are told apart."""
_DEEPEST = 12
_LARGEST = 10**9
_PERCENT = re.compile(r"%(?:\((\w+)\))?([#0\- +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?)([a-zA-Z%])")
_IN_NAME = re.compile(r"[\w.]*")


PartKind = Literal["text", "package", "name", "parent", "top", "module", "any", "object"]


class TextPart(NamedTuple):
    """A piece of a string that is put together."""

    kind: PartKind
    """`text`; `package`, `name`, `parent` and `top` (of the module's `__name__`); `module` (the
    `__name__` of the module that `value` names); `object` (the same of any object); or `any`"""
    value: str = ""
    """The text of `text`; the dotted expression of `module`."""
    node: ast.expr | ast.keyword | None = None
    """The literal that a text comes from, or the argument whose name it is; a literal in an
    f-string before Python 3.12 has no place."""


Pattern = tuple[TextPart, ...]
"""A string as its pieces, in order."""

ANY = TextPart("any")
ANYTHING: Pattern = (ANY,)
_OWN = {"__package__": TextPart("package"), "__name__": TextPart("name")}
_SPEC = {"__spec__.parent": TextPart("package"), "__spec__.name": TextPart("name")}


def patterns(node: ast.expr, names: Names, scope: ast.AST | None = None) -> tuple[Pattern, ...]:
    """Every string that an expression may give, as patterns; `ANYTHING` is among them if unsure.

    Args:
        node: The expression.
        names: What the file binds.
        scope: The innermost function or class around the expression; None for the module.
    """
    found = dict.fromkeys(map(_joined, _Reader(names).read(Value(node, scope), 0)))
    return tuple(found) if len(found) <= _MOST else (ANYTHING,)


def may_be_name(node: ast.expr) -> bool:
    """Whether an expression may give a dotted name; cheap, without what its names are bound to."""
    match node:
        case ast.Constant(value=str() as text):
            return _IN_NAME.fullmatch(text) is not None
        case ast.JoinedStr(values=fields):
            return all(map(may_be_name, fields))
        case ast.FormattedValue(conversion=conversion, format_spec=spec):
            return conversion in (-1, ord("s")) and spec is None
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return may_be_name(left) and may_be_name(right)
        case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Mod()):
            return _IN_NAME.fullmatch(_PERCENT.sub("", text)) is not None
        case ast.BinOp(op=op):
            return isinstance(op, ast.Mod)
    return True


def constant_text(pattern: Pattern) -> str | None:
    """The text of a pattern that holds nothing but text."""
    if any(part.kind != "text" for part in pattern):
        return None
    return "".join(part.value for part in pattern)


def _joined(pattern: Iterable[TextPart]) -> Pattern:
    """A pattern without empty texts, and with one `any` where several follow each other."""
    result: list[TextPart] = []
    for part in pattern:
        if part.kind == "text" and not part.value:
            continue
        if part.kind == "any" and result and result[-1].kind == "any":
            continue
        result.append(part)
    return tuple(result)


class _Reader:
    """Reads expressions of one file."""

    def __init__(self, names: Names) -> None:
        self._names = names
        # What was read is kept with the names, and refers to nothing that refers to them: a tree
        # is gone with its last reader, although no garbage is collected meanwhile.
        self._known: dict[tuple[int, int], tuple[Value, list[Pattern]]] = names.read
        self._under_way: set[tuple[int, int]] = set()

    def read(self, value: Value, depth: int) -> list[Pattern]:
        """All patterns of an expression.

        Each expression is read once, however many names are bound to one another in a cycle.
        """
        key = id(value.node), id(value.scope)
        if key in self._known:
            return self._known[key][1]
        if depth > _DEEPEST or key in self._under_way:
            return [ANYTHING]
        self._under_way.add(key)
        found = self._read(*value, depth + 1)
        self._under_way.discard(key)
        result = found if 0 < len(found) <= _MOST else [ANYTHING]
        self._known[key] = value, result
        return result

    def _read(self, node: ast.expr, scope: ast.AST | None, depth: int) -> list[Pattern]:
        match node:
            case ast.Constant(value=str() as text):
                return [(TextPart("text", text, node),)]
            case ast.Constant(value=int() as number) if abs(number) < _LARGEST:
                return [(TextPart("text", str(number)),)]
            case ast.Name(id=name):
                values = self._names.of_node(node, scope)
                if name in _OWN and values == NOTHING_KNOWN:
                    return [(_OWN[name],)]
                return self._either(values, depth)
            case ast.Attribute():
                return self._attribute(node, depth)
            case ast.JoinedStr(values=fields):
                return _sequence(
                    [self._field(Value(expression, scope), depth) for expression in fields]
                )
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                both = (self.read(Value(expression, scope), depth) for expression in (left, right))
                return _sequence(both)
            case ast.BinOp(left=left, op=ast.Mod(), right=right):
                return self._percent(Value(left, scope), right, depth)
            case ast.IfExp(body=first, orelse=second):
                return self._any_of((first, second), scope, depth)
            case ast.BoolOp(values=operands):
                return self._any_of(operands, scope, depth)
            case ast.NamedExpr(value=inner):
                return self.read(Value(inner, scope), depth)
            case ast.Subscript():
                items = self._names.item(node, scope)
                return self._either(items, depth) if items.known else [(_part_of_name(node),)]
            case ast.Call():
                return self._call(node, scope, depth)
        return [ANYTHING]

    def _any_of(
        self, nodes: Iterable[ast.expr], scope: ast.AST | None, depth: int
    ) -> list[Pattern]:
        return [parts for node in nodes for parts in self.read(Value(node, scope), depth)]

    def _either(self, values: Values, depth: int) -> list[Pattern]:
        if len(values.known) > _MOST:
            return [ANYTHING]
        found = [parts for value in values.known for parts in self.read(value, depth)]
        return found if values.complete else [*found, (ANY,)]

    def _attribute(self, node: ast.Attribute, depth: int) -> list[Pattern]:
        written = dotted(node)
        if written in _SPEC:
            return [(_SPEC[written],)]
        if node.attr == "__name__" and written.partition(".")[0] in self._names.imported:
            return [(TextPart("module", dotted(node.value)),)]
        return self._either(self._names.of_attribute(node.attr), depth)

    def _field(self, value: Value, depth: int) -> list[Pattern]:
        """A piece of an f-string."""
        node = value.node
        if not isinstance(node, ast.FormattedValue):
            return self.read(value, depth)
        if node.conversion not in (-1, ord("s")) or node.format_spec is not None:
            return [ANYTHING]
        return self.read(value._replace(node=node.value), depth)

    def _percent(self, left: Value, right: ast.expr, depth: int) -> list[Pattern]:
        """`left % right`"""
        scope = left.scope
        named = _named(right)
        result: list[Pattern] = []
        for pattern in self.read(left, depth):
            rest = iter(right.elts if isinstance(right, ast.Tuple) else [right])
            pieces: list[list[Pattern]] = []
            for part in pattern:
                if part.kind == "text":
                    pieces += self._percent_text(part, rest, named, scope, depth)
                else:
                    pieces.append([(part,)])
            result += _sequence(pieces)
        return result

    def _percent_text(
        self,
        literal: TextPart,
        rest: Iterator[ast.expr],
        named: Mapping[str, ast.expr],
        scope: ast.AST | None,
        depth: int,
    ) -> Iterator[list[Pattern]]:
        """The pieces of a text on the left of `%`, which takes what is in `rest` or `named`."""
        at = 0
        for match in _PERCENT.finditer(literal.value):
            yield [(literal._replace(value=literal.value[at : match.start()]),)]
            at = match.end()
            name, flags, kind = match.groups()
            if kind == "%":
                yield [(literal._replace(value="%"),)]
                continue
            value = named.get(name) if name else next(rest, None)
            is_plain = value is not None and not flags and kind in "sd"
            yield self.read(Value(value, scope), depth) if value and is_plain else [ANYTHING]
        yield [(literal._replace(value=literal.value[at:]),)]

    def _literals(self, value: Value, depth: int) -> list[TextPart]:
        """The texts that an expression may be; empty if it may be anything else."""
        found = self.read(value, depth)
        if any(len(parts) != 1 or parts[0].kind != "text" for parts in found):
            return []
        return [parts[0] for parts in found]

    def _call(self, node: ast.Call, scope: ast.AST | None, depth: int) -> list[Pattern]:
        match node:
            case ast.Call(func=ast.Name(id="str"), args=[value], keywords=[]):
                return self.read(Value(value, scope), depth)
            case ast.Call(func=ast.Attribute(value=base, attr="format")):
                return self._format(Value(base, scope), node, depth)
            case ast.Call(func=ast.Attribute(value=base, attr="join"), args=[held]):
                return self._join(Value(base, scope), Value(held, scope), depth)
        return [ANYTHING]

    def _join(self, base: Value, held: Value, depth: int) -> list[Pattern]:
        """`base.join(held)`, where `held` is a display or a name of one."""
        node, scope = held
        is_grown = False
        if isinstance(node, ast.Name):
            values = self._names.of_node(node, scope)
            if len(values.known) == 1:
                (node, scope), is_grown = values.known[0], True
        if not isinstance(node, ast.Tuple | ast.List):
            return [ANYTHING]
        if any(isinstance(expression, ast.Starred) for expression in node.elts):
            return [ANYTHING]
        between = self.read(base, depth)
        pieces: list[list[Pattern]] = []
        for expression in node.elts:
            pieces += [between] if pieces else []
            pieces.append(self.read(Value(expression, scope), depth))
        # A list that has a name may have become longer meanwhile.
        return _sequence([*pieces, [ANYTHING]] if is_grown else pieces)

    def _format(self, base: Value, call: ast.Call, depth: int) -> list[Pattern]:
        """`base.format(...)`"""
        if any(isinstance(node, ast.Starred) for node in call.args):
            return [ANYTHING]
        arguments = {str(place): value for place, value in enumerate(call.args)}
        arguments |= {
            keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None
        }
        result: list[Pattern] = []
        for literal in self._literals(base, depth):
            numbers = count()
            pieces: list[list[Pattern]] = []
            for text, name, spec, conversion in _fields(literal.value):
                pieces.append([(literal._replace(value=text),)])
                if name is None:
                    continue
                value = arguments.get(name or str(next(numbers)))
                if value is None or spec or conversion not in (None, "s"):
                    pieces.append([ANYTHING])
                else:
                    pieces.append(self.read(Value(value, base.scope), depth))
            result += _sequence(pieces) if pieces else []
        return result


def _sequence(pieces: Iterable[list[Pattern]]) -> list[Pattern]:
    """Every way to put one alternative of each piece after the other."""
    whole: list[Pattern] = [()]
    for alternatives in pieces:
        few = alternatives if len(whole) * len(alternatives) <= _MOST else [ANYTHING]
        whole = [(*before, *parts) for before in whole for parts in few]
    return whole


def _part_of_name(node: ast.Subscript) -> TextPart:
    """`__name__.rpartition(".")[0]` and its like."""
    match node:
        case ast.Subscript(
            value=ast.Call(
                func=ast.Attribute(value=ast.Name(id="__name__"), attr=method),
                args=[ast.Constant(value="."), *rest],
            ),
            slice=ast.Constant(value=0),
        ):
            if method == "rpartition" or (method == "rsplit" and rest):
                return TextPart("parent")
            if method in ("partition", "split"):
                return TextPart("top")
    return ANY


def _named(node: ast.expr) -> Mapping[str, ast.expr]:
    """The values of a display by their keys."""
    if not isinstance(node, ast.Dict):
        return {}
    return {
        str(key.value): value
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant)
    }


def _fields(text: str) -> Sequence[tuple[str, str | None, str | None, str | None]]:
    """The pieces of a text for `format`; none if it is not one."""
    try:
        return list(string.Formatter().parse(text))
    except ValueError:
        return ()
