"""Codemods of calls: the engine finds the calls by what they mean, the codemod rewrites each."""

import ast
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from onepath.analysis.index import Index
from onepath.analysis.mentions import mentions, top
from onepath.analysis.neighbourhood import index_around
from onepath.analysis.places import member
from onepath.analysis.top_classes import Place
from onepath.audit.rule import Rule
from onepath.codemod.codemod import Codemod
from onepath.codemod.outcome import Proposal, file_changes
from onepath.codemod.refusals.left_out import EXCLUDED, LeftOut, Location
from onepath.config.migrate_toml import Config
from onepath.edit.code import code_of
from onepath.edit.edits import apply_edits
from onepath.model import Edit, Refusal, Use, UseKind
from onepath.model.refused import Refused
from onepath.symbols.world import World

if TYPE_CHECKING:
    import libcst as cst

    from onepath.symbols.tree.names import Tree


class CallCodemod(Codemod):
    """A codemod that rewrites the calls of some functions, classes or static methods.

    A subclass names them in `functions`, and rewrites one call in `rewrite`. Calls are found by
    what they mean: through aliases, re-exports and shims, and not where another thing has the
    name. What may be a call of them is refused: where a function is handed on instead of called,
    where its name may be bound to something else, and in a file that can't be read. A method is
    found where it is called on its class, not on an instance.
    """

    rule: Rule | None = None
    """The rule that finds the calls that are to be rewritten: what a comment keeps of it stays."""

    @classmethod
    @abstractmethod
    def functions(cls, config: Config) -> Sequence[str]:
        """Dotted paths of what is called."""

    @abstractmethod
    def rewrite(self, call: "cst.Call") -> "cst.Call":
        """Return what a call becomes; the same call, if nothing is to be done.

        Raises:
            Refused: The call is left alone, and this is why.
        """

    def propose(self, world: World, left_out: LeftOut) -> Proposal:
        """Rewrite every call that is not left out."""
        files = list(_files(world, self.functions(self.config)))
        done = [_rewritten(uses, self, left_out) for uses in files]
        counted = f"{self.name.replace('_', '-')}-call"
        before = sum(one.pending for one in done)
        after = before - sum(len(one.places) for one in done)
        return Proposal(
            file_changes(world, {one.path: one.edits for one in done}),
            tuple(sorted(refusal for one in done for refusal in one.refusals)),
            before={counted: before},
            after={counted: after},
            places={one.path: one.places for one in done},
            mends=(self.rule.name,) if self.rule else (),
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
    others: Sequence[tuple[int, str, str]]
    """Line, code and reason of each other use: what it is refused for."""


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
            uses = _unreadable(path, data, index, functions)
        else:
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
        for line, *_ in uses.others:
            yield FunctionUse(uses.path, line, False, (), 0)


def _places(index: Index, functions: Sequence[str]) -> frozenset[Place]:
    found = map(index.resolver.dotted, functions)
    return frozenset(
        member(index, resolution) for resolution in found if resolution.kind == "definition"
    )


def _uses(
    path: str,
    data: bytes,
    tree: "Tree",
    index: Index,
    wanted: frozenset[Place],
    words: frozenset[str],
) -> _Uses:
    bound = words | {
        alias.bound for fact in tree.facts.imports for alias in fact.names if alias.name in words
    }
    calls: list[_Call] = []
    others: list[tuple[int, str, str]] = []
    for node in tree.nodes:
        if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        if (node.id if isinstance(node, ast.Name) else node.attr) not in bound:
            continue
        base, attributes = _chain(node)
        at = tree.use(base) if base is not None else None
        if at is None or tree.facts.uses[at].kind & UseKind.ANNOTATION:
            continue
        use = tree.facts.uses[at]
        meanings = _meanings(tree, index, use, attributes)
        if wanted.isdisjoint(meanings):
            continue
        call = tree.parent(node)
        span = tree.span(call) if isinstance(call, ast.Call) and call.func is node else None
        text = ast.unparse(node)
        binding = tree.binding(use)
        if binding is None or not binding.sole:
            reason = f"'{text}' may be something else here: its name is bound more than once"
            others.append((tree.line(node), "name-not-certain", reason))
        elif isinstance(call, ast.Call) and span is not None:
            keywords = tuple(keyword.arg for keyword in call.keywords if keyword.arg is not None)
            calls.append(_Call(*span, tree.line(node), keywords, len(call.args)))
        else:
            reason = f"'{text}' is handed on here instead of called"
            others.append((tree.line(node), "handed-on", reason))
    others += _by_string(path, index, wanted)
    calls.sort(key=lambda one: (one.end - one.start, one))
    return _Uses(path, data, calls, sorted(others))


def _chain(node: ast.expr) -> tuple[ast.Name | None, list[str]]:
    """The name with which a chain of attributes begins, and the attributes."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.insert(0, node.attr)
        node = node.value
    return (node if isinstance(node, ast.Name) else None), attributes


def _meanings(tree: "Tree", index: Index, use: Use, attributes: list[str]) -> set[Place]:
    """What a chain means, by everything that may bind its name."""
    binding = tree.binding(use)
    resolutions = [] if binding is None else [binding.resolution]
    if binding is None or not binding.sole:
        resolutions += [
            index.resolver.imported(tree.path, statement, alias)
            for statement in tree.facts.imports
            if statement.scope == use.bound_in
            for alias in statement.names
            if alias.bound == use.name and alias.name != "*"
        ]
    meant = (tree.extended(resolution, attributes) for resolution in resolutions)
    return {member(index, resolution) for resolution in meant if resolution.kind == "definition"}


def _by_string(path: str, index: Index, wanted: frozenset[Place]) -> Iterator[tuple[int, str, str]]:
    """Uses by `getattr(module, "name")`."""
    facts = index.facts(path)
    spelled = {
        facts.uses[dotted_string.target].start: dotted_string
        for dotted_string in facts.strings
        if dotted_string.target >= 0
    }
    if not spelled:
        return
    for mention in mentions(index, path, frozenset(map(top, wanted))):
        string = spelled.get(mention.use.start)
        if string is not None and mention.place in wanted:
            reason = f"it is looked up here by its name, '{string.value}'"
            yield string.line, "looked-up", reason


def _unreadable(path: str, data: bytes, index: Index, functions: Sequence[str]) -> _Uses:
    """A file that can't be read as Python, and that seems to use one of the functions."""
    failure = index.facts(path).failure
    line = failure.line if failure is not None else 1
    why = failure.reason if failure is not None else "it can't be read"
    others = [
        (line, "unparseable", f"{why}; the file seems to use '{dotted}'")
        for dotted in functions
        if all(part.encode() in data for part in dotted.split(".")[-2:])
    ]
    return _Uses(path, data, (), others)


# ---------------------------------------------------------------- rewriting


@dataclass
class _Done:
    """What becomes of one file."""

    path: str
    edits: list[Edit] = field(default_factory=list)
    places: list[Location] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    pending: int = 0
    """Calls and other uses that are not as they shall be."""


def _rewritten(uses: _Uses, codemod: CallCodemod, left_out: LeftOut) -> _Done:
    done = _Done(uses.path)
    for start, end, line, *_ in uses.calls:
        inside = [edit for edit in done.edits if start <= edit.start and edit.end <= end]
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
            done.refusals.append(Refusal(uses.path, line, EXCLUDED, "the file is left out"))
        elif not left_out.holds(uses.path, start):
            done.edits = [edit for edit in done.edits if edit not in inside]
            done.edits.append(Edit(start, end, new, "call", line))
            done.places.append(Location(start, line))
    for line, code, reason in uses.others:
        done.pending += 1
        done.refusals.append(Refusal(uses.path, line, code, reason))
    return done


def _changed(
    data: bytes, start: int, end: int, inside: Sequence[Edit], codemod: CallCodemod
) -> tuple[bytes, bytes]:
    """The text of a call with what has changed inside, and what becomes of it."""
    import libcst as cst

    moved = [edit._replace(start=edit.start - start, end=edit.end - start) for edit in inside]
    text = apply_edits(data[start:end], sorted(moved))
    try:
        node = cst.parse_expression(text.decode())
    except (cst.ParserSyntaxError, UnicodeDecodeError):
        raise Refused("layout-unusual", "the call can't be read apart from its statement") from None
    if not isinstance(node, cst.Call):
        raise Refused("layout-unusual", "the call can't be read apart from its statement")
    new = codemod.rewrite(node)
    return text, text if new is node else code_of(new).encode()


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
