"""Codemods of calls: the engine finds the calls by what they mean, the codemod rewrites each."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from onepath.analysis.index import Index, Place
from onepath.analysis.neighbourhood import index_around
from onepath.analysis.places import member
from onepath.audit.rule import Rule
from onepath.codemod.codemod import Codemod
from onepath.codemod.left_out import LeftOut
from onepath.codemod.left_out import Place as CallPlace
from onepath.codemod.outcome import Proposal, file_changes
from onepath.config.migrate_toml import Config
from onepath.edit.edits import apply
from onepath.model import Edit, Refusal
from onepath.symbols.world import World

if TYPE_CHECKING:
    import libcst as cst

    from onepath.symbols.tree.names import Tree


class Refused(Exception):  # noqa: N818 - it is no error of the program
    """A place is left alone.

    Args:
        code: One or two words with hyphens, `double-star`: what the summary counts.
        reason: Why, for the one who reads the summary: a clause without a full stop.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{reason} ({code})")
        self.code = code
        self.reason = reason


class CallCodemod(Codemod):
    """A codemod that rewrites the calls of some functions, classes or static methods.

    A subclass names them in `functions`, and rewrites one call in `rewrite`. Calls are found by
    what they mean: through aliases, re-exports and shims, and not where another thing has the
    name. Other uses of a function, where it is handed on instead of called, are refused.
    """

    rule: Rule | None = None
    """The rule that finds the calls that are to be rewritten; they are counted under its name."""

    @classmethod
    def functions(cls, config: Config) -> Sequence[str]:
        """Dotted paths of what is called."""
        raise NotImplementedError(f"{cls.__name__} names no functions")

    def rewrite(self, call: "cst.Call") -> "cst.Call":
        """Return what a call becomes; the same call, if nothing is to be done.

        Raises:
            Refused: The call is left alone, and this is why.
        """
        raise NotImplementedError(f"{type(self).__name__} rewrites nothing")

    def propose(self, world: World, left_out: LeftOut) -> Proposal:
        """Rewrite every call that is not left out."""
        files = list(_files(world, self.functions(self.config)))
        done = [_rewritten(one, self, left_out) for one in files]
        before = sum(one.pending for one in done)
        after = before - sum(len(one.places) for one in done)
        return Proposal(
            file_changes(world, {one.path: one.edits for one in done}),
            tuple(sorted(refusal for one in done for refusal in one.refusals)),
            before={self.rule.name: before} if self.rule else {},
            after={self.rule.name: after} if self.rule else {},
            places={one.path: one.places for one in done},
        )


# ------------------------------------------------------------------ finding


class FunctionUse(NamedTuple):
    """A use of one of the functions."""

    path: str
    line: int
    is_call: bool
    """False where it is handed on instead of called."""
    keywords: tuple[str, ...]
    """The names of the arguments that a call passes by name."""
    positional: int
    """How many it passes by their place; of `*args` nothing is known, and it counts as one."""


class _Call(NamedTuple):
    start: int
    end: int
    line: int
    keywords: tuple[str, ...]
    positional: int


class _Uses(NamedTuple):
    """The uses of some functions in one file."""

    path: str
    data: bytes
    calls: Sequence[_Call]
    """The inner ones before those that they are in."""
    others: Sequence[tuple[int, str]]
    """Line and text of each other use."""


def _files(world: World, functions: Sequence[str]) -> Iterator[_Uses]:
    """The files that use one of the functions, in path order."""
    # Imported here, as libcst is, so that runs without such a codemod don't pay for it.
    from onepath.symbols.tree.names import NotReadableError, Tree

    index, words = index_around(world, functions)
    wanted = _places(index, functions)
    if not wanted:
        return
    for path, data in sorted(world.read(sorted(index.looked_at)).items()):
        try:
            tree = Tree(path, data, world.facts(path), world.resolver)
        except NotReadableError:
            continue
        uses = _uses(path, data, tree, index, wanted, frozenset(words))
        if uses.calls or uses.others:
            yield uses


def uses_of(index: Index, functions: Sequence[str]) -> Iterator[FunctionUse]:
    """Each use of some functions in the repository; for rules.

    Args:
        index: What the rule is given.
        functions: Dotted paths, as `CallCodemod.functions` has them.
    """
    for uses in _files(index.world, functions):
        for call in uses.calls:
            yield FunctionUse(uses.path, call.line, True, call.keywords, call.positional)
        for line, _ in uses.others:
            yield FunctionUse(uses.path, line, False, (), 0)


def _places(index: Index, functions: Sequence[str]) -> frozenset[Place]:
    found = map(index.resolver.dotted, functions)
    return frozenset(member(index, one) for one in found if one.kind == "definition")


def _uses(
    path: str, data: bytes, tree: "Tree", index: Index, wanted: frozenset[Place],
    words: frozenset[str],
) -> _Uses:  # fmt: skip
    bound = words | {
        alias.bound for one in tree.facts.imports for alias in one.names if alias.name in words
    }
    calls: list[_Call] = []
    others: list[tuple[int, str]] = []
    for node in tree.nodes:
        if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        if (node.id if isinstance(node, ast.Name) else node.attr) not in bound:
            continue
        meaning = tree.meaning(node)
        if meaning is None or meaning.kind != "definition" or member(index, meaning) not in wanted:
            continue
        call = tree.parent(node)
        span = tree.span(call) if isinstance(call, ast.Call) and call.func is node else None
        if isinstance(call, ast.Call) and span is not None:
            keywords = tuple(one.arg for one in call.keywords if one.arg is not None)
            calls.append(_Call(*span, tree.line(node), keywords, len(call.args)))
        else:
            others.append((tree.line(node), ast.unparse(node)))
    calls.sort(key=lambda one: (one.end - one.start, one))
    return _Uses(path, data, calls, sorted(others))


# ---------------------------------------------------------------- rewriting


@dataclass
class _Done:
    """What becomes of one file."""

    path: str
    edits: list[Edit] = field(default_factory=list)
    places: list[CallPlace] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    pending: int = 0
    """Calls and other uses that are not as they shall be."""


def _rewritten(uses: _Uses, codemod: CallCodemod, left_out: LeftOut) -> _Done:
    done = _Done(uses.path)
    for start, end, line, *_ in uses.calls:
        inside = [one for one in done.edits if start <= one.start and one.end <= end]
        try:
            text, new = _changed(uses.data, start, end, inside, codemod)
        except Refused as why:
            done.pending += 1
            done.refusals.append(Refusal(uses.path, line, why.code, why.reason))
            continue
        if new == text:
            continue
        done.pending += 1
        if uses.path in left_out:
            done.refusals.append(Refusal(uses.path, line, "excluded", "the file is left out"))
        elif not left_out.holds(uses.path, start):
            done.edits = [one for one in done.edits if one not in inside]
            done.edits.append(Edit(start, end, new, "call", line))
            done.places.append(CallPlace(start, line))
    for line, text_of in uses.others:
        done.pending += 1
        reason = f"'{text_of}' is handed on here instead of called"
        done.refusals.append(Refusal(uses.path, line, "handed-on", reason))
    return done


def _changed(
    data: bytes, start: int, end: int, inside: Sequence[Edit], codemod: CallCodemod
) -> tuple[bytes, bytes]:
    """The text of a call with what has changed inside, and what becomes of it."""
    import libcst as cst

    moved = [one._replace(start=one.start - start, end=one.end - start) for one in inside]
    text = apply(data[start:end], sorted(moved))
    try:
        node = cst.parse_expression(text.decode())
    except (cst.ParserSyntaxError, UnicodeDecodeError):
        raise Refused("layout-unusual", "the call can't be read apart from its statement") from None
    if not isinstance(node, cst.Call):
        raise Refused("layout-unusual", "the call can't be read apart from its statement")
    new = codemod.rewrite(node)
    return text, text if new is node else cst.Module(body=[]).code_for_node(new).encode()


def with_keywords(call: "cst.Call", names: Mapping[str, str]) -> "cst.Call":
    """A call that passes its keyword arguments by other names: old name -> new name.

    Raises:
        Refused: The new name is passed already, or `**` may pass the old or the new one.
    """
    passed = {arg.keyword.value for arg in call.args if arg.keyword is not None}
    if any(arg.star == "**" for arg in call.args):
        raise Refused("double-star", "what `**` passes is not known here")
    twice = sorted(new for old, new in names.items() if {old, new} <= passed)
    if twice:
        raise Refused("keyword-twice", f"'{twice[0]}' is passed here as well")
    if passed.isdisjoint(names):
        return call
    return call.with_changes(
        args=[
            arg.with_changes(keyword=arg.keyword.with_changes(value=names[arg.keyword.value]))
            if arg.keyword is not None and arg.keyword.value in names
            else arg
            for arg in call.args
        ]
    )
