"""One expression of a file with all that is in it, matched and rewritten from the inside out."""

import ast
from collections import ChainMap, Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, CodeSpan, MetadataWrapper

from onepath.codemod.patterns.building import build
from onepath.codemod.patterns.effects import check_effects
from onepath.codemod.patterns.functions.passing import is_passed
from onepath.codemod.patterns.matching import Captures, Matcher
from onepath.codemod.patterns.names import ChainMeaning, FileNames, Symbol
from onepath.codemod.patterns.precedence import LOOSE, binding_power, bracketed, fitting
from onepath.codemod.patterns.quoted import QuotedType, check_quotes
from onepath.codemod.patterns.rule import PatternRule
from onepath.codemod.patterns.shape import shape
from onepath.edit.code import code_of
from onepath.model.refused import Refused

_ROUNDS = 20
"""How often one place may be changed before the rules are said to chase one another."""
_STRINGS = (cst.FormattedString, cst.ConcatenatedString)
_UNFIT_FOR_STRINGS = "'\"\\\n#"


class MatchSite(NamedTuple):
    """A place that matches."""

    start: int
    """Where it begins and ends in the file."""
    end: int
    around: tuple[cst.CSTNode, ...]
    """The nodes around it, from the outside in."""
    root: ChainMeaning | None
    """What the first dotted path of the pattern is at this place."""


class Replacement(NamedTuple):
    """A place and what it becomes."""

    start: int
    end: int
    new: cst.BaseExpression
    is_enclosed: bool
    """Whether the brackets around the new code were there before, outside of the place."""


@dataclass
class Surroundings:
    """What a region asks of the file around it."""

    names: FileNames
    symbols: Mapping[str, Symbol]
    """What the dotted paths of the rules mean."""
    spell: Callable[[str, MatchSite], str]
    """The text by which a dotted path is read at a place."""
    check: Callable[[PatternRule, Captures, MatchSite], None]
    """Raises Refused if a rule can't be followed at a place."""
    skip: Callable[[int], bool]
    """Whether a place must stay as it is."""
    quoted: Mapping[int, QuotedType]
    """The quoted types, by where their strings begin."""
    refused: dict[int, Refused] = field(default_factory=dict)
    """By the place's start, what was left alone and why."""


class Region(cst.CSTTransformer):
    """An expression of a file.

    Args:
        text: Its text.
        offset: Gives for an offset in UTF-8 text the one in the file.
        rules: What is looked for, in order.
        file: What is around it.

    Raises:
        Refused: It can't be read apart from its statement.
    """

    def __init__(
        self,
        text: str,
        offset: Callable[[int], int],
        rules: Sequence[PatternRule],
        file: Surroundings,
    ) -> None:
        super().__init__()
        self._text, self.offset, self._file = text, offset, file
        self.places: list[int] = []
        """Where in the file something is done, also inside of other changes."""
        self._wrapper, self._root, self._spans, self._labels = _parsed(text)
        self._given = rules
        self._rules = [(rule, Matcher(rule.pattern, self._means)) for rule in rules]
        self._around: list[cst.CSTNode] = []
        self._made: dict[int, tuple[cst.CSTNode, str]] = {}
        self._moved: dict[int, tuple[cst.CSTNode, int]] = {}
        self._doubt = ""
        self.changes: list[Replacement] = []
        """What is done, none of it inside another one; offsets in UTF-8 text."""

    def rewrite(self) -> Iterator[tuple[Replacement, str]]:
        """The changes, none inside another one, each with its text.

        Raises:
            Refused: The text would not say what is meant.
        """
        root = self._root.visit(self)
        assert isinstance(root, cst.BaseExpression)
        if not self.changes:
            return
        text = self._wrapper.module.code_for_node(root)
        try:
            again = cst.parse_expression(f"({text}\n)")
        except cst.ParserSyntaxError:
            raise Refused("layout-unusual", "the result would not parse") from None
        if shape(again) != shape(root):
            raise Refused("layout-unusual", "the result would be read in another way")
        for change in self.changes:
            new = change.new
            bare = new.with_changes(lpar=[], rpar=[]) if change.is_enclosed else new
            yield change, self._wrapper.module.code_for_node(bare)

    def kept(self, node: cst.CSTNode) -> Iterator[int]:
        """Where the names stood that are in a node now."""
        if isinstance(node, cst.Name):
            span = self._spans.get(node)
            if span is not None:
                yield self.offset(span.start - 1)
        for child in node.children:
            yield from self.kept(child)

    # ------------------------------------------------------------- visiting

    def on_visit(self, node: cst.CSTNode) -> bool:
        self._around.append(node)
        return True

    def on_leave(  # type: ignore[override]
        self, original: cst.CSTNode, updated: cst.CSTNode
    ) -> cst.CSTNode:
        self._around.pop()
        if isinstance(original, cst.Name):
            updated = original  # the same object, so that its place is still known
        is_label = id(original) in self._labels
        if not isinstance(updated, cst.BaseExpression) or original not in self._spans or is_label:
            return updated
        span = self._spans[original]
        start, end = span.start - 1, span.start - 1 + span.length
        if isinstance(original, cst.SimpleString):
            updated = self._with_quoted(original, start)
        self._moved[id(updated)] = updated, self.offset(start)
        new = self._rewritten(original, updated, start, end)
        if new is updated:
            return updated
        self._moved[id(new)] = new, self.offset(start)
        inside = [
            replacement
            for replacement in self.changes
            if start <= replacement.start and replacement.end <= end
        ]
        self.changes = [replacement for replacement in self.changes if replacement not in inside]
        self.places.append(self.offset(start))
        self.changes.append(Replacement(start, end, new, bool(updated.lpar)))
        return new

    def _with_quoted(self, string: cst.SimpleString, at: int) -> cst.SimpleString:
        """A string in which the rules are followed, if it is a quoted type."""
        quoted = self._file.quoted.get(self.offset(at))
        if quoted is None:
            return string
        first, last = quoted.start - quoted.literal, quoted.end - quoted.literal
        value = string.value
        try:
            region = Region(
                value[first:last], lambda offset: quoted.start + offset, self._given, self._file
            )
            changes = sorted(region.rewrite(), key=lambda change: change[0].start, reverse=True)
            for _, new in changes:
                check_quotes(new, quoted.quote)
        except Refused as why:
            self._file.refused[quoted.start] = why
            return string
        for change, new in changes:
            start, end = first + change.start, first + change.end
            value = value[:start] + new + value[end:]
            self.changes.append(change._replace(start=at + start, end=at + end))
        self.places += region.places
        return string.with_changes(value=value) if changes else string

    def _rewritten(
        self, original: cst.CSTNode, node: cst.BaseExpression, start: int, end: int
    ) -> cst.BaseExpression:
        """What becomes of a node in which everything has been done already."""
        place = self.offset(start)
        if self._file.skip(place):
            return node
        new = node
        for _ in range(_ROUNDS):
            try:
                site = MatchSite(place, self.offset(end), tuple(self._around), None)
                after = self._once(original, new, site)
                if after is None:
                    return new if new is node else self._fitted(original, new, start, end)
            except Refused as why:
                self._file.refused.setdefault(place, why)
                return node
            new = after
        self._file.refused[place] = Refused(
            "never-ends", f"the rules would change it again and again ({_ROUNDS} times and more)"
        )
        return node

    def _once(
        self, original: cst.CSTNode, node: cst.BaseExpression, site: MatchSite
    ) -> cst.BaseExpression | None:
        """What the first rule that matches makes of a node; None if none does."""
        for rule, matcher in self._rules:
            if not is_passed(rule, original, self._around, self._is_builtin):
                continue
            self._doubt = ""
            captures = matcher.match(node)
            if captures is None:
                continue
            if self._doubt:
                raise Refused("name-not-certain", self._doubt)
            root = next(map(self._meaning, captures.roots.values()), None)
            return self._replaced(rule, captures, node, site._replace(root=root))
        return None

    def _replaced(
        self, rule: PatternRule, captures: Captures, node: cst.BaseExpression, site: MatchSite
    ) -> cst.BaseExpression:
        check_effects(rule.pattern, rule.replacement, captures, self._place_of)
        self._file.check(rule, captures, site)

        def spell(dotted: str) -> cst.BaseExpression:
            made = cst.parse_expression(self._file.spell(dotted, site))
            self._made[id(made)] = made, dotted
            return made

        return build(rule.replacement, node, captures, spell)

    def _fitted(
        self, original: cst.CSTNode, new: cst.BaseExpression, start: int, end: int
    ) -> cst.BaseExpression:
        """The result as it can stand in the place of the original."""
        self._check_text(self._text.encode()[start:end].decode(), code_of(new))
        if self._around and not new.lpar:
            new = fitting(new, self._around[-1], original)
        if not new.lpar and (binding_power(new) == LOOSE or _is_broken(code_of(new))):
            new = bracketed(new)
        return new

    # ---------------------------------------------------------------- checks

    def _check_text(self, old: str, new: str) -> None:
        """Raise Refused if a comment would be lost, or if a text can't stand in an f-string."""
        lost = Counter(_comments(old)) - Counter(_comments(new))
        if lost:
            raise Refused("comments-lost", f"the comment '{min(lost)}' would be lost")
        strings = [node for node in self._around if isinstance(node, cst.FormattedStringExpression)]
        if not strings:
            return
        if any(expression.equal is not None for expression in strings):
            raise Refused("in-f-string", "the f-string shows how the code is written")
        unfit = any(one in new for one in _UNFIT_FOR_STRINGS) or new.startswith("{")
        if unfit or "lambda" in new or ":" in new or "!" in new:
            raise Refused("in-f-string", "the result can't stand in an f-string in all versions")

    # ----------------------------------------------------------------- names

    def _means(self, code: cst.CSTNode, symbol: str) -> bool:
        made = self._made.get(id(code))
        if made is not None:
            return made[1] == symbol
        meaning = self._meaning(code)
        if meaning is None or self._file.symbols[symbol] not in meaning.symbols:
            return False
        if meaning.doubt:
            self._doubt = f"'{code_of(code)}' may be something else here: {meaning.doubt}"
        return True

    def _meaning(self, code: cst.CSTNode) -> ChainMeaning | None:
        parts: list[str] = []
        while isinstance(code, cst.Attribute):
            parts.insert(0, code.attr.value)
            code = code.value
        if not isinstance(code, cst.Name) or id(code) in self._labels:
            return None
        span = self._spans.get(code)
        if span is None:
            return None
        string = next((node for node in self._around if isinstance(node, _STRINGS)), None)
        begins = None if string is None else self._start(string)
        return self._file.names.meaning(self.offset(span.start - 1), (code.value, *parts), begins)

    def _is_builtin(self, code: cst.CSTNode, name: str) -> bool:
        meaning = self._meaning(code)
        return meaning is not None and meaning.symbols == {("builtin", name)}

    def _start(self, node: cst.CSTNode) -> int | None:
        span = self._spans.get(node)
        return None if span is None else self.offset(span.start - 1)

    def _place_of(self, node: cst.CSTNode) -> int:
        value = node.value if isinstance(node, cst.Arg | cst.Element) else node
        known = self._moved.get(id(value))
        return known[1] if known is not None else 0


class _Parsed(NamedTuple):
    """An expression as a tree, which nothing changes."""

    wrapper: MetadataWrapper
    root: cst.BaseExpression
    spans: Mapping[cst.CSTNode, CodeSpan]
    labels: frozenset[int]
    """The ids of the names that are no values."""


@lru_cache(maxsize=2048)
def _parsed(text: str) -> _Parsed:
    """The tree of an expression, read once: a file is asked for twice, and again for each half.

    Raises:
        Refused: It can't be read apart from its statement.
    """
    try:
        module = cst.parse_module(f"({text})\n")
        wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        (line,) = module.body
        whole = cst.ensure_type(
            cst.ensure_type(line, cst.SimpleStatementLine).body[0], cst.Expr
        ).value
    except (cst.ParserSyntaxError, ValueError, RecursionError):
        reason = "its statement can't be read in parts"
        raise Refused("layout-unusual", reason) from None
    spans = wrapper.resolve(ByteSpanPositionProvider)
    # Without the brackets that were put around it here.
    root = whole.with_changes(lpar=whole.lpar[1:], rpar=whole.rpar[:-1])
    known: ChainMap[cst.CSTNode, CodeSpan] = ChainMap({root: spans[whole]}, dict(spans))
    return _Parsed(wrapper, root, known, frozenset(map(id, _labels(root))))


def _labels(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The names that are no values: of attributes, arguments and parameters, and targets."""
    if isinstance(node, cst.Attribute):
        yield node.attr
    elif isinstance(node, cst.Arg) and node.keyword is not None:
        yield node.keyword
    elif isinstance(node, cst.Param):
        yield node.name
    elif isinstance(node, cst.CompFor | cst.NamedExpr):
        yield from _every(node.target)
    for child in node.children:
        yield from _labels(child)


def _every(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from _every(child)


def _comments(text: str) -> list[str]:
    """The comments in an expression."""
    found: list[str] = []

    def look(node: cst.CSTNode) -> None:
        if isinstance(node, cst.Comment):
            found.append(node.value)
        for child in node.children:
            look(child)

    if "#" in text:
        look(cst.parse_expression(f"({text}\n)"))
    return found


def _is_broken(text: str) -> bool:
    """Whether an expression reads as another one, or as none, where no bracket is open."""
    if "\n" not in text and "\r" not in text:
        return False
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return True
    return False
