"""One file: where rules match, what becomes of it, and what is left alone."""

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst

from onepath.codemod.patterns.functions.own_code import CODE as WITHIN
from onepath.codemod.patterns.functions.own_code import OwnCode
from onepath.codemod.patterns.matching import Captures
from onepath.codemod.patterns.names import FileNames, Symbol
from onepath.codemod.patterns.outline import Outline
from onepath.codemod.patterns.quoted import QuotedType, quoted_in, string_in_union
from onepath.codemod.patterns.region import MatchSite, Region, Surroundings
from onepath.codemod.patterns.rule import PatternRule
from onepath.codemod.patterns.spelling import Path, PathSpelling
from onepath.codemod.patterns.template import Template
from onepath.codemod.refusals.left_out import EXCLUDED, LeftOut, Location
from onepath.edit.draft import Draft
from onepath.facts.computed.nodes import DefinitionNode
from onepath.model import Edit, Refusal, UseKind
from onepath.model.refused import Refused
from onepath.symbols.outside.lookup import Outside
from onepath.symbols.renames import Renames
from onepath.symbols.tree.names import Tree
from onepath.symbols.world import World

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)
_ASYNC, _PLAIN = "async def", "def"


@dataclass(frozen=True)
class PatternSearch:
    """Rules, and what their dotted paths are in a repository."""

    rules: tuple[PatternRule, ...]
    symbols: Mapping[str, Symbol]
    """Dotted path of a pattern -> what it means."""
    paths: Mapping[str, Path]
    """Dotted path of a replacement -> how it is taken apart."""
    words: Mapping[str, frozenset[str]]
    """Dotted path of a pattern -> the words by one of which it is spelled."""
    outside: Outside
    """What is known of modules that are not in the repository."""
    own_code: OwnCode
    """What the replacements run."""


@dataclass
class PatternRewrite:
    """What becomes of a file."""

    path: str
    edits: tuple[Edit, ...] = ()
    places: list[Location] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def joined(self, other: "PatternRewrite") -> "PatternRewrite":
        """What becomes of the same file by both."""
        edits = tuple(sorted((*self.edits, *other.edits)))
        places, refusals = [*self.places, *other.places], [*self.refusals, *other.refusals]
        return PatternRewrite(self.path, edits, places, refusals)

    def with_passed_on(self, passed: Mapping[int, Refusal]) -> "PatternRewrite":
        """The same with what is listed of functions that are passed on and stay.

        Args:
            passed: By where it begins, what is to be said.
        """
        done = {location.start for location in self.places}
        listed = {refusal.line for refusal in self.refusals}
        more = {
            refusal: None
            for start, refusal in passed.items()
            if start not in done and refusal.line not in listed
        }
        return PatternRewrite(self.path, self.edits, self.places, [*self.refusals, *more])


def replace_in_file(
    world: World,
    path: str,
    data: bytes,
    search: PatternSearch,
    left_out: LeftOut,
    keeps: Collection[str] = (),
) -> PatternRewrite:
    """Follow the rules in one file.

    Args:
        world: The code that it is part of.
        path: Where it is; it parses.
        data: Its bytes.
        search: The rules.
        left_out: What must stay as it is.
        keeps: Names that it binds for others, so that their imports stay.

    Raises:
        NotReadableError: It has no syntax tree.
    """
    tree = Tree(path, data, world.facts(path), world.resolver)
    quoted = list(quoted_in(tree))
    regions = list(_regions(tree, search, quoted))
    if not regions:
        return PatternRewrite(path)
    first = _Pass(tree, search, left_out, lambda dotted, _: dotted, quoted)
    first.run(regions)
    if not first.edits:
        return first.done(())
    renames = Renames(world.resolver, {}, {})
    draft = Draft(path, data, tree.facts, renames)
    spelling = PathSpelling(draft, tree, first.names, search.paths, search.outside)
    spelling.bring.expect_freed(_without(first.freed, tree, keeps))
    second = _Pass(tree, search, left_out, spelling.text, quoted)
    second.run(regions)
    spelling.bring.free(_without(second.freed, tree, keeps))
    for start, end, text in second.edits:
        draft.edit(start, end, text, "pattern")
    return second.done(spelling.edits())


def _without(freed: set[int], tree: Tree, keeps: Collection[str]) -> set[int]:
    """Some uses that go, without those of names that others need."""
    return {at for at in freed if tree.facts.uses[at].name not in keeps}


# ------------------------------------------------------------------ regions


def _regions(tree: Tree, search: PatternSearch, quoted: Iterable[QuotedType]) -> Iterator[ast.expr]:
    """The outermost expressions in which a rule may match, also in a quoted type."""
    tests = [_Test(rule, tree, search) for rule in search.rules]
    seen: set[ast.AST] = set()
    for node in tree.nodes:
        if not isinstance(node, ast.expr) or isinstance(getattr(node, "ctx", None), ast.Store):
            continue
        if not any(test.outline.may_match(node) for test in tests):
            continue
        outer = _outermost(tree, node)
        if outer is not None and outer not in seen:
            seen.add(outer)
            start, end = tree.place(outer)
            text = tree.data[start:end]
            if any(test.may_be_in(text) for test in tests):
                yield outer
    for code in quoted:
        outer = _outermost(tree, code.node)
        text = tree.data[code.start : code.end]
        if (
            outer is not None
            and outer not in seen
            and any(
                test.may_be_in(text) and any(map(test.outline.may_match, ast.walk(code.tree)))
                for test in tests
            )
        ):
            seen.add(outer)
            yield outer


def _outermost(tree: Tree, node: ast.expr) -> ast.expr | None:
    """The outermost expression around a node; None in a pattern of `match`."""
    for child in tree.around(node):
        if isinstance(child, ast.stmt):
            break
        if isinstance(child, ast.pattern):
            return None
        node = child if isinstance(child, ast.expr) else node
    return node


class _Test:
    """What a text must spell for a rule to match in it."""

    def __init__(self, rule: PatternRule, tree: Tree, search: PatternSearch) -> None:
        self.outline = Outline(rule.pattern)
        self._groups = [frozenset({word.encode()}) for word in rule.pattern.words]
        for dotted in rule.pattern.symbols:
            words = search.words[dotted]
            bound = {
                alias.bound
                for fact in tree.facts.imports
                for alias in fact.names
                if alias.name.rpartition(".")[2] in words
            }
            self._groups.append(frozenset(word.encode() for word in words | bound))

    def may_be_in(self, text: bytes) -> bool:
        return all(any(word in text for word in group) for group in self._groups)


# -------------------------------------------------------------------- passes


class _Pass:
    """One way through the regions of a file."""

    def __init__(
        self,
        tree: Tree,
        search: PatternSearch,
        left_out: LeftOut,
        spell: Callable[[str, MatchSite], str],
        quoted: Iterable[QuotedType],
    ) -> None:
        self._tree, self._search = tree, search
        self.names = FileNames(tree)
        self._left_out = left_out
        self._whole = tree.path in left_out
        self._file = Surroundings(
            self.names,
            search.symbols,
            spell,
            self._check,
            self._is_skipped,
            {code.literal: code for code in quoted},
        )
        self.edits: list[tuple[int, int, str]] = []
        self.freed: set[int] = set()
        self._places: list[Location] = []
        self._refused: dict[int, Refused] = {}

    def run(self, regions: Sequence[ast.expr]) -> None:
        for node in regions:
            start, end = self._tree.place(node)
            codec = self._tree.facts.encoding.removesuffix("-sig")
            text = self._tree.data[start:end].decode(codec)
            try:
                region = Region(text, _offsets(text, codec, start), self._search.rules, self._file)
                found = list(region.rewrite())
            except Refused as why:
                self._refused[start] = why
                continue
            places = region.places
            for change, new in found:
                first, last = region.offset(change.start), region.offset(change.end)
                self.edits.append((first, last, new.replace("\r\n", "\n")))
                self._free(first, last, set(region.kept(change.new)), new)
            self._places += [Location(at, self._line(at)) for at in places]

    def done(self, edits: tuple[Edit, ...]) -> PatternRewrite:
        """What has come of it."""
        path = self._tree.path
        refused = {**self._refused, **self._file.refused}
        if self._whole:
            refused |= {
                location.start: Refused(EXCLUDED, "the file is left out")
                for location in self._places
            }
        refusals = [
            Refusal(path, self._line(at), why.code, why.reason) for at, why in refused.items()
        ]
        if self._whole:
            return PatternRewrite(path, refusals=refusals)
        return PatternRewrite(path, edits, self._places, refusals)

    def _line(self, offset: int) -> int:
        return self._tree.data.count(b"\n", 0, offset) + 1

    def _is_skipped(self, start: int) -> bool:
        return not self._whole and self._left_out.holds(self._tree.path, start)

    def _free(self, start: int, end: int, kept: set[int], text: str) -> None:
        """Note the uses that go with a change."""
        hidden = UseKind.STRING | UseKind.FSTRING
        for at, use in enumerate(self._tree.facts.uses):
            if not start <= use.start < end or use.start in kept:
                continue
            if not use.kind & hidden or use.name not in text:
                self.freed.add(at)

    # ---------------------------------------------------------------- checks

    def _check(self, rule: PatternRule, captures: Captures, site: MatchSite) -> None:
        """Raise Refused if a rule can't be followed at a place."""
        self._check_await(rule, site)
        running = self._search.own_code.around(rule, self._tree.path, site.start)
        if running:
            raise Refused(WITHIN, f"'{running}' runs this, and would call itself for ever")
        old, new = rule.pattern, rule.replacement
        taken = sorted(set(_names_in(captures)) & (new.local ^ old.local))
        if taken:
            raise Refused("name-taken", f"'{taken[0]}' would mean something else in the result")
        if text := string_in_union(new, captures):
            raise Refused("no-type", f"{text} is a string, of which '|' makes no type")
        scope = self._tree.facts.scopes[self._tree.scope_at(site.start)]
        if scope.kind == "class" and _has(new, _COMPREHENSIONS) and not _has(old, _COMPREHENSIONS):
            raise Refused("name-taken", "names of a class are not seen in a function")

    def _check_await(self, rule: PatternRule, site: MatchSite) -> None:
        if _has(rule.replacement, (ast.Await,)) and not _has(rule.pattern, (ast.Await,)):
            later = any(isinstance(node, cst.Lambda | cst.GeneratorExp) for node in site.around)
            if later or not self._is_async(site.start):
                raise Refused("await", "'await' can only be in an async function")
        old, new = self._kind(rule.pattern), self._kind(rule.replacement)
        is_awaited = bool(site.around) and isinstance(site.around[-1], cst.Await)
        if (old, new) == (_ASYNC, _PLAIN) and is_awaited:
            raise Refused("await", "it is awaited here, and what replaces it is no coroutine")
        if (old, new) == (_PLAIN, _ASYNC) and not is_awaited:
            raise Refused("await", "what replaces it is a coroutine, and nothing awaits it here")

    def _is_async(self, offset: int) -> bool:
        """Whether the innermost function around a place is a coroutine."""
        best: ast.AST | None = None
        for node in self._tree.nodes:
            if isinstance(node, DefinitionNode):
                first, last = self._tree.place(node.body[0])[0], self._tree.place(node)[1]
                if first <= offset < last:
                    best = node  # each comes after those around it
        return isinstance(best, ast.AsyncFunctionDef)

    def _kind(self, template: Template) -> str:
        """How the function is defined that is called; empty where that is not known."""
        if not isinstance(template.node, cst.Call) or not template.symbol(template.node.func):
            return ""
        resolution = self._tree.resolver.dotted(template.symbol(template.node.func))
        if resolution.kind != "definition" or resolution.rest:
            return ""
        definitions = self._tree.resolver.facts(resolution.path).definitions
        kinds = {
            definition.kind for definition in definitions if definition.qualname == resolution.name
        }
        return kinds.pop() if len(kinds) == 1 else ""


def _has(template: Template, kinds: tuple[type[ast.AST], ...]) -> bool:
    return any(isinstance(node, kinds) for node in ast.walk(template.tree))


def _names_in(captures: Captures) -> Iterator[str]:
    """The names in what was matched."""
    waiting: list[cst.CSTNode] = [*captures.ones.values()]
    waiting += [node for nodes in captures.many.values() for node in nodes]
    while waiting:
        node = waiting.pop()
        if isinstance(node, cst.Name):
            yield node.value
        waiting += node.children


def _offsets(text: str, codec: str, start: int) -> Callable[[int], int]:
    """From offsets in the UTF-8 form of a text to those in the file."""
    if text.isascii() or codec == "utf-8":
        return lambda offset: start + offset
    raw = text.encode()
    return lambda offset: start + len(raw[:offset].decode().encode(codec))
