"""Dotted names that a call is given in parts: `patch(f"{MODULE}.Name")`.

Also what names an attribute apart from its module, where the string alone does not tell it:
`patch.object(module, NAME)`, `patch.multiple("pkg.mod", Name=...)`.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from onepath.facts.computed.names import Names
from onepath.facts.computed.nodes import DefinitionNode
from onepath.facts.computed.patterns import ANY, ANYTHING, Pattern, TextPart, patterns
from onepath.facts.computed.told import PATCHING, told
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.scopes import OpenScope
from onepath.facts.source import SourceText

NAMING = frozenset((
    "patch", "setattr", "delattr", "object", "multiple", "spy", "getattr", "hasattr",
    "__import__", "find_spec", "import_by_path", "import_module", "import_object", "import_string",
    "importorskip", "load_object", "locate", "resolve_name", "run_module", "symbol_by_name",
))  # fmt: skip
"""The last names of calls that are given a dotted name."""

_REPLACING = frozenset(("setattr", "delattr", "object", "spy"))
_READING = frozenset(("getattr", "hasattr"))
_FIRST = frozenset(("target", "name", "modname", "mod_name", "dotted_path", "import_name"))
_OF_MULTIPLE = frozenset(("target", "spec", "create", "spec_set", "autospec", "new_callable"))
_READABLE = (ast.JoinedStr, ast.BinOp, ast.Call, ast.Name, ast.Attribute, ast.Subscript)
_DEEPEST = 8
_SPELLED = re.compile(r"[\w.:]+", re.ASCII)
_DOT = TextPart("text", ".")

Plain = tuple[Any, ...]


class Given(NamedTuple):
    """A call that may be given a dotted name in parts."""

    call: ast.Call
    scope: OpenScope


class FileWalk(Protocol):
    """What the walk over a file offers."""

    text: SourceText

    @property
    def names(self) -> Names: ...
    @property
    def nodes(self) -> Sequence[tuple[ast.AST, ast.AST | None]]: ...
    def span(self, node: Any) -> tuple[int, int]: ...


class Composition(NamedTuple):
    """What calls of a file are given by something else than one literal of their own."""

    made: tuple[Plain, ...]
    """The names that are put together, in plain form, in the order of the calls."""
    homes: Mapping[int, Plain]
    """Where a literal starts that a patch is given from elsewhere -> callee, its use, argument."""


def composed(
    walk: FileWalk, given: Sequence[Given], uses: Sequence[Any], strings: Sequence[Plain]
) -> Composition:
    """The dotted names that calls are given in parts, or from elsewhere in the file.

    Args:
        walk: The walk over the file.
        given: The calls to look at.
        uses: The names that are used, in plain form.
        strings: The strings that may be paths, in plain form.
    """
    if not given:
        return Composition((), {})
    targets = _Targets(walk, uses)
    found = list(targets.of(given))
    homes = _certain(targets.homes, strings)
    return Composition(tuple(plain for plain, literal in found if literal not in homes), homes)


def apart(strings: tuple[Plain, ...], composition: Composition) -> tuple[Plain, ...]:
    """The strings, each with the call that is certainly given it.

    Those that are a part of a composed name are without the call around it.
    """
    spans = {(start, end) for _, start, end, *_ in composition.made}
    homes = composition.homes
    if not spans and not homes:
        return strings
    return tuple(
        (*string[:5], *homes[string[1]], *string[8:])
        if string[1] in homes
        else (*string[:5], "", -1, "", *string[8:])
        if string[9] < 0 and any(start <= string[1] and string[2] <= end for start, end in spans)
        else string
        for string in strings
    )


class _Targets:
    def __init__(self, walk: FileWalk, uses: Sequence[Any]) -> None:
        self._walk = walk
        self.homes: dict[int, Plain] = {}
        """As in `Composition`, whatever else the file does with the same text."""
        self._first_at: dict[int, int] = {}
        for index, use in enumerate(uses):
            self._first_at.setdefault(use[3], index)

    def of(self, given: Iterable[Given]) -> Iterator[tuple[Plain, int]]:
        """The composed names; with each, where the literal starts that is all of it, or -1."""
        to_file = self._walk.text.to_file
        for call, scope in given:
            callee = dotted(call.func)
            last = str(getattr(call.func, "attr", None) or getattr(call.func, "id", ""))
            use = self._use(call.func)
            definition = _definition(scope)
            for node, argument, found in self._arguments(call, last, definition):
                start, end = self._walk.span(node)
                is_told = last in PATCHING and argument == "0" and isinstance(node, ast.expr)
                if is_told and isinstance(node, ast.Name | ast.Attribute):
                    told_here = told(node, definition, self._walk.names, self._walk.nodes)
                    for literal in told_here if ANYTHING in found else ():
                        self._at_home(literal, callee, use)
                for pattern in found:
                    whole = pattern[0].node if is_told and len(pattern) == 1 else None
                    literal_at = -1
                    if whole is not None and not start <= self._walk.span(whole)[0] < end:
                        literal_at = self._at_home(whole, callee, use)
                    parts = tuple(self._placed(part, start, end) for part in _merged(pattern))
                    is_unknown = all(kind in ("any", "dot") for kind, *_ in parts)
                    if is_unknown and not (is_told or argument == "attribute"):
                        continue
                    if len(parts) == 1 and parts[0][0] == "text":
                        continue  # a string of its own
                    if any("\n" in text for _, text, *_ in parts):
                        continue  # no path has several lines
                    parts = tuple(
                        ("fixed", *rest) if kind == "dot" else (kind, *rest)
                        for kind, *rest in parts
                    )
                    span = to_file(start), to_file(end)
                    plain = parts, *span, call.lineno, callee, use, argument, scope.index
                    yield plain, literal_at

    # --------------------------------------------------------- arguments

    def _arguments(
        self, call: ast.Call, last: str, scope: ast.AST | None
    ) -> Iterator[tuple[ast.AST, str, Iterable[Pattern]]]:
        named = {one.arg: one.value for one in call.keywords if one.arg}
        first = call.args[0] if call.args else named.get("target")
        if first is None:
            first = next((value for name, value in named.items() if name in _FIRST), None)
        if first is None:
            return
        if last == "multiple":
            modules = self._modules(first, scope)
            for keyword in call.keywords:
                if keyword.arg and keyword.arg not in _OF_MULTIPLE:
                    # A mock that the call makes is passed on by this name.
                    is_passed_on = dotted(keyword.value).rpartition(".")[2] == "DEFAULT"
                    name = TextPart("text", keyword.arg, None if is_passed_on else keyword)
                    yield keyword, "keyword", [(*module, _DOT, name) for module in modules]
            return
        if last == "object" and len(call.args) == 1 and not {"target", "attribute"} & {*named}:
            # What `partial(patch.object, module)` replaces is said later.
            modules = self._modules(first, scope)
            yield first, "attribute", [(*module, _DOT, ANY) for module in modules]
            return
        second = _attribute_name(call, last, named)
        if second is not None:
            yield from self._attribute(call, last, first, second, scope)
        elif last not in _READING and isinstance(first, _READABLE):
            place = "0" if call.args else next(name for name in named if named[name] is first)
            yield first, place, self._patterns(first, scope)

    def _attribute(
        self, call: ast.Call, last: str, first: ast.expr, second: ast.expr, scope: ast.AST | None
    ) -> Iterator[tuple[ast.AST, str, Iterable[Pattern]]]:
        """`patch.object(first, second)` where `second` alone doesn't tell what it names."""
        is_use = bool(dotted(first)) and self._use(first) >= 0
        is_literal = isinstance(second, ast.Constant)
        if is_use and is_literal:
            return  # a string that knows its module
        if not is_use and (last in _READING or dotted(first) in ("self", "cls")):
            return
        modules = self._modules(first, scope)
        if isinstance(call.func, ast.Name):
            modules = [parts for parts in modules if parts != ANYTHING]
        if modules and (is_literal or isinstance(second, _READABLE)):
            names = patterns(second, self._walk.names, scope)
            made = [(*module, _DOT, *name) for module in modules for name in names]
            yield second, "attribute", made

    def _modules(self, node: ast.expr, scope: ast.AST | None, depth: int = 0) -> Sequence[Pattern]:
        """The dotted names of the modules that an expression may be, or that a string names."""
        match node:
            case ast.Call(func=function, args=[inner, *_]) if _last(function) == "import_module":
                return patterns(inner, self._walk.names, scope)
            case ast.Subscript(value=held, slice=inner) if _last(held) == "modules":
                return patterns(inner, self._walk.names, scope)
            case ast.Constant() | ast.JoinedStr() | ast.BinOp():
                return patterns(node, self._walk.names, scope)
            case ast.Name() | ast.Attribute() if dotted(node):
                if self._use(node) >= 0 or depth > _DEEPEST:
                    return [(TextPart("object", dotted(node)),)]
                names = self._walk.names
                values = (
                    names.of(node.id, scope)
                    if isinstance(node, ast.Name)
                    else names.of_attribute(node.attr)
                )
                found = [
                    parts for value in values.known for parts in self._modules(*value, depth + 1)
                ]
                return [*dict.fromkeys(found)] or [ANYTHING]
        return [ANYTHING]

    def _patterns(self, node: ast.expr, scope: ast.AST | None) -> Sequence[Pattern]:
        """The patterns of an expression; what the file assigns to `self.x` is all it may be."""
        found = patterns(node, self._walk.names, scope)
        known = [parts for parts in found if parts and ANY not in parts]
        is_own = any(
            isinstance(inner, ast.Attribute) and dotted(inner.value) in ("self", "cls")
            for inner in ast.walk(node)
        )
        return known if known and is_own else found

    # ------------------------------------------------------------ places

    def _at_home(self, literal: ast.expr | ast.keyword, callee: str, use: int) -> int:
        """Note that a call is given a literal that stands elsewhere; return where that starts."""
        start = self._walk.text.to_file(self._walk.span(literal)[0])
        self.homes.setdefault(start, (callee, use, "0"))
        return start

    def _use(self, node: ast.AST) -> int:
        """The use that a name, or the head of a chain, is; -1 if it is none."""
        while isinstance(node, ast.Attribute):
            node = node.value
        if not isinstance(node, ast.Name):
            return -1
        return self._first_at.get(self._walk.text.to_file(self._walk.span(node)[0]), -1)

    def _placed(self, part: TextPart, start: int, end: int) -> Plain:
        """A part in plain form: kind, text, and the place of exactly that text in the file.

        What lies in the expression from `start` to `end` belongs to it alone.
        """
        kind, text, node = part
        if kind != "text":
            return kind, text, -1, -1
        if node is None:
            return ("dot" if part == _DOT else "fixed"), text, -1, -1
        at, until = self._walk.span(node)
        source = self._walk.text.utf8[at:until]
        where = source.find(text.encode())
        if not _SPELLED.fullmatch(text) or source.count(text.encode()) != 1:
            return "fixed", text, -1, -1
        to_file = self._walk.text.to_file
        place = to_file(at + where), to_file(at + where + len(text))
        return ("text" if start <= at and until <= end else "fixed"), text, *place


def _attribute_name(call: ast.Call, last: str, named: Mapping[str, ast.expr]) -> ast.expr | None:
    """The argument that names an attribute of the first one, where the call takes one."""
    if last not in _REPLACING | _READING or (
        # `monkeypatch.setattr("pkg.mod.Name", value)` says all in its first argument.
        last == "setattr" and len(call.args) < 3 and "value" not in named
    ):
        return None
    if len(call.args) > 1:
        return call.args[1]
    return named.get("attribute" if last in ("object", "spy") else "name")


def _certain(homes: Mapping[int, Plain], strings: Sequence[Plain]) -> Mapping[int, Plain]:
    """Those literals that a call is certainly given, and that nothing else has to be equal to.

    A file that has the same text once more by itself may compare the two.
    """
    known = {string[1]: string[0] for string in strings if string[9] < 0}
    alone = {string[0] for string in strings if not string[5] and string[1] not in homes}
    return {at: home for at, home in homes.items() if at in known and known[at] not in alone}


def _definition(scope: OpenScope | None) -> ast.AST | None:
    """The innermost function or class around a scope."""
    while scope is not None:
        if isinstance(scope.node, DefinitionNode):
            return scope.node
        scope = scope.parent
    return None


def _last(node: ast.expr) -> str:
    return dotted(node).rpartition(".")[2]


def _merged(pattern: Pattern) -> Pattern:
    """A pattern with one `any` where several follow each other."""
    parts: list[TextPart] = []
    for part in pattern:
        if not (part == ANY and parts and parts[-1] == ANY):
            parts.append(part)
    return tuple(parts)
