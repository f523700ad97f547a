"""Modules that are named by strings: in calls that import them, and in the tables of lazy modules.

Only what a file says is read here; what it means, where the file is, `symbols.named` knows.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeGuard

from onepath.facts.computed.calls import (
    IMPORTING,
    IMPORTING_OBJECTS,
    LOADING_FILES,
    WALKS,
    Calls,
    argument,
    relative_level,
    use_of_file,
    use_of_module,
)
from onepath.facts.computed.literals import Literals
from onepath.facts.computed.names import Names
from onepath.facts.computed.nodes import Nodes, ScopeNode
from onepath.facts.computed.patterns import Pattern, TextPart, may_be_name, patterns
from onepath.facts.computed.tables import entries, is_lazy
from onepath.facts.computed.targets import ENDINGS, TARGET_KEYS, configured, may_have_keys
from onepath.facts.computed.targets import WORDS as TARGET_WORDS
from onepath.facts.extract.definitions import dotted
from onepath.facts.prefilter.words import Needles
from onepath.facts.source import SourceText

Plain = tuple[Any, ...]
WORDS = (
    *IMPORTING, *IMPORTING_OBJECTS, *WALKS, *LOADING_FILES, "importlib_resources", "pkg_resources",
    "importlib.resources", "importlib import resources", "get_data", "PackageLoader",
    "__getattr__", "__package__", "submod_attrs", "lazy_loader", "_import_structure",
    "_LazyModule", "globals", "LazyModule",
)  # fmt: skip
"""A file that names a module by a string, in one of the ways known here, has one of these words."""
_ALL = frozenset((*WORDS, *TARGET_WORDS))
_NEEDLES = Needles.of(_ALL)
_RARE = Needles.of((*(word for word in _ALL if word.isidentifier()), "importlib"))
"""One of which is there wherever one of `_NEEDLES` is; these are names alone, and searched for in a
third of the time."""

_RELATIVE = re.compile(r"\.+[^\W\d]\w*(?:\.[^\W\d]\w*)*(?::[^\W\d]\w*)?")
_SPELLING = frozenset((ast.Constant, ast.BinOp, ast.JoinedStr))
_HERE = (("package", ""),)
_OWN_PACKAGE = (_HERE, (("name", ""),))
_ANYTHING = (("any", ""),)


class Walked(Protocol):
    """What the walk over a file offers."""

    text: SourceText

    @property
    def tree(self) -> ast.Module: ...
    @property
    def nodes(self) -> Sequence[tuple[ast.AST, ScopeNode]]: ...
    @property
    def names(self) -> Names: ...


def named_modules(walk: Walked) -> tuple[Plain, ...]:
    """The modules that a file names by strings, in plain form (see `model.NamedModule`).

    Args:
        walk: The walk over the file, which makes its nodes and names if they are asked for.
    """
    utf8 = walk.text.utf8
    if not ((_RARE.hit(utf8) and _NEEDLES.hit(utf8)) or may_have_keys(utf8)):
        return ()
    if not any(map(_may_matter, walk.nodes)):
        return ()  # a comment or a text has the word
    return tuple(sorted(set(_Reading(walk).found())))


def _may_matter(pair: tuple[ast.AST, ScopeNode]) -> bool:
    """Whether a node may be why a file has a word of those that count here."""
    check = _MATTERS.get(pair[0].__class__)
    return check is not None and check(pair[0])


def _is_word(name: str | None) -> bool:
    return name is not None and (name in _ALL or name.endswith(ENDINGS))


def _is_imported_word(node: ast.alias) -> bool:
    last = node.name.rpartition(".")[2]
    return last in _ALL or "resources" in node.name or node.name == "lazy_loader"


def _is_imported_module(node: ast.ImportFrom) -> bool:
    return "resources" in (node.module or "") or node.module == "lazy_loader"


def _has_target_key(node: ast.Dict) -> bool:
    return any(isinstance(key, ast.Constant) and key.value in TARGET_KEYS for key in node.keys)


_MATTERS: dict[type, Callable[[Any], bool]] = {
    ast.Name: lambda node: _is_word(node.id),
    ast.Attribute: lambda node: _is_word(node.attr),
    ast.keyword: lambda node: _is_word(node.arg),
    ast.FunctionDef: lambda node: bool(node.name == "__getattr__"),
    ast.alias: _is_imported_word,
    ast.ImportFrom: _is_imported_module,
    ast.Dict: _has_target_key,
}


class _Reading:
    """Reads one file."""

    def __init__(self, walk: Walked) -> None:
        self._walked = walk
        self._literals = Literals(walk.text)
        self._nodes = Nodes(walk.nodes)
        self._calls = Calls(walk.tree, self._nodes, _ALL)
        self._taken: set[int] = set()
        """Literals that are read as part of something else."""
        self._relative: list[tuple[ast.expr, Any]] = []
        """Names of which nothing is known but that they may be relative, with their package."""

    def _patterns(self, node: ast.expr, scope: ScopeNode) -> tuple[Pattern, ...]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return ((TextPart("text", node.value, node),),)
        return patterns(node, self._walked.names, scope)

    def found(self) -> Iterator[Plain]:
        """Every record."""
        yield from self._configured()
        bases: dict[Any, None] = {_HERE: None}
        is_importing = False
        walks = []
        for node, scope in self._nodes.of(ast.Call):
            if not isinstance(node, ast.Call):
                continue
            callee = self._calls.callee(node.func)
            if callee.rpartition(".")[2] in WALKS:
                walks.append((node, scope))
                continue
            if use_of_file(callee):
                yield from self._file(node)
            for record in self._call(node, callee, scope):
                yield record
                is_importing |= record[0] in ("import", "object") and ("any", "") in record[1]
                if record[2] and ("any", "") not in record[2]:
                    bases[record[2]] = None
        for node, scope in walks:
            yield from self._walk(node, scope, is_importing=is_importing)
        if is_lazy(self._walked.tree, self._nodes):
            yield from self._tables(bases, is_importing=True)
            self._relative.clear()  # its tables say what they may be
        elif is_importing or len(bases) > 1:
            yield from self._tables(bases, is_importing=False)
        yield from self._spelled(bases)
        if is_importing:
            yield from self._built()
        for node, base in self._relative:
            yield self._record("import", (("text", "."), *_ANYTHING), base, node)

    # ------------------------------------------------------------ calls

    def _call(self, node: ast.Call, callee: str, scope: ScopeNode) -> Iterator[Plain]:
        last = callee.rpartition(".")[2]
        module = argument(node, 0, ("name", "modname", "mod_name", "package", "dotted_path"))
        if module is None:
            return
        how = use_of_module(callee)
        package = argument(node, 1, ("package",))
        if not how:
            if not (_is_relative(module) and package is not None and _is_own(package)):
                return
            how = "import"
        bases: Iterable[Any] = ((),)
        dots = ""
        if last == "__import__":
            dots = "." * relative_level(node)
            bases = (_HERE,) if dots else ((),)
        elif package is not None and how == "import":
            bases = (_parts(text_parts) for text_parts in self._patterns(package, scope))
        attributes: tuple[Plain, ...] = ()
        behind = self._calls.attribute_behind(node)
        if behind and (last != "__import__" or argument(node, 3, ("fromlist",))):
            attributes = (self._attribute(*behind),)
        found = self._patterns(module, scope)
        for base in bases:
            for pattern in found:
                parts = (*((("text", dots),) if dots else ()), *_parts(pattern))
                if parts == _ANYTHING and base in _OWN_PACKAGE:
                    self._relative.append((module, base))
                yield self._record(
                    how, _merged(parts), base, module, "behind" if attributes else "", attributes
                )

    def _walk(self, node: ast.Call, scope: ScopeNode, *, is_importing: bool) -> Iterator[Plain]:
        """`iter_modules(package.__path__)`: the modules below a package."""
        path = argument(node, 0, ("path",))
        prefix = argument(node, 1, ("prefix",))
        how = "walk" if is_importing or not self._is_looped_over(node) else "listing"
        packages = {_parts(text_parts) for text_parts in self._paths(path, scope)}
        if prefix is not None:
            packages |= {
                tuple(parts[:-1]) if parts[-1:] == (("text", "."),) else _without_dot(parts)
                for parts in map(_parts, self._patterns(prefix, scope))
                if parts and parts[-1][0] == "text"
            }
        for parts in packages:
            if parts and ("any", "") not in parts:
                yield self._record(how, parts, (), node)

    def _paths(self, path: ast.expr | None, scope: ScopeNode) -> Iterator[Pattern]:
        """The packages whose folders an expression names."""
        if path is None:
            return
        for node in ast.walk(path):
            if isinstance(node, ast.Attribute) and node.attr in ("__path__", "__file__"):
                if dotted(node.value):
                    yield (TextPart("module", dotted(node.value)),)
            elif isinstance(node, ast.Name):
                if node.id in ("__path__", "__file__"):
                    yield (TextPart("package"),)
                elif node is path or isinstance(path, ast.List):
                    for value in self._walked.names.of(node.id, scope).known:
                        if not isinstance(value.node, ast.Name):
                            yield from self._paths(value.node, value.scope)

    def _is_looped_over(self, call: ast.Call) -> bool:
        """Whether a call is where a loop or a comprehension goes over what it returns."""
        return any(
            getattr(node, "iter", None) is call
            for node, _ in self._nodes.of(ast.For, ast.AsyncFor, ast.comprehension)
        )

    # ----------------------------------------------------------- tables

    def _tables(self, bases: Iterable[Any], *, is_importing: bool) -> Iterator[Plain]:
        for entry in entries(self._nodes):
            is_dotted = _is_relative(entry.module)
            if not is_dotted and not is_importing:
                continue
            self._taken.add(id(entry.module))
            attributes = tuple(self._attribute(name, node) for name, node in entry.attributes)
            parts = (("text", entry.text),)
            for base in bases:
                yield self._record(
                    "table" if is_dotted else "bare",
                    parts,
                    base,
                    entry.module,
                    entry.form,
                    attributes,
                )

    def _configured(self) -> Iterator[Plain]:
        for literal, text in configured(self._nodes):
            self._taken.add(id(literal))
            start, end = self._literals.span(literal)
            source = self._literals.source(literal)
            plain = self._literals.is_plain(literal) or source.count(text.encode()) == 1
            how = "target" if literal.value == text else "entry"
            line = literal.lineno + source[: max(source.find(text.encode()), 0)].count(b"\n")
            yield (how, (("text", text),), (), start, end, line, plain, "", ())

    def _spelled(self, bases: Iterable[Any]) -> Iterator[Plain]:
        """Relative names, and names below the own package, that nothing else explains."""
        # In the file's order: what is outside comes first, and explains what is inside.
        for node, scope in self._walked.nodes:
            if node.__class__ not in _SPELLING or id(node) in self._taken:
                continue
            if _is_relative(node):
                for base in bases:
                    yield self._record("spelled", (("text", str(node.value)),), base, node)
            elif isinstance(node, ast.BinOp | ast.JoinedStr) and may_be_name(node):
                for pattern in self._patterns(node, scope):
                    parts = _parts(pattern)
                    if _is_whole_name(parts):
                        for base in bases:
                            yield self._record("spelled", _merged(parts), base, node)

    def _built(self) -> Iterator[Plain]:
        """Names below the own package that the file puts together, apart from where it imports.

        `f"{__name__}.{name}"` in a function that another one calls may be what that imports.
        """
        for node, scope in self._nodes.of(ast.BinOp, ast.JoinedStr, ast.Call):
            is_string = isinstance(node, ast.BinOp | ast.JoinedStr) and may_be_name(node)
            if id(node) in self._taken or not (is_string or _is_joining(node)):
                continue
            assert isinstance(node, ast.expr)
            for parts in map(_parts, self._patterns(node, scope)):
                if parts[:1] in _OWN_PACKAGE and parts[1:2] and parts[1] != _ANYTHING[0]:
                    yield self._record("import", _merged(parts), (), node)

    def _file(self, node: ast.Call) -> Iterator[Plain]:
        """A module that is loaded by its file, which is looked for beside this one."""
        names = (child for child, _ in self._nodes.of(ast.Name))
        if any(
            isinstance(child, ast.Name) and child.id in ("__file__", "__path__") for child in names
        ):
            yield self._record("import", (*_HERE, ("text", "."), *_ANYTHING), (), node)

    # ---------------------------------------------------------- records

    def _record(
        self,
        how: str,
        parts: Sequence[tuple[str, str]],
        package: Any,
        node: ast.expr,
        form: str = "",
        attributes: tuple[Plain, ...] = (),
    ) -> Plain:
        self._taken.update(id(child) for child in ast.walk(node))
        start, end = self._literals.span(node)
        plain = self._literals.is_plain(node) and parts == (("text", getattr(node, "value", None)),)
        return (how, tuple(parts), package, start, end, node.lineno, plain, form, attributes)

    def _attribute(self, name: str, node: ast.expr | None) -> Plain:
        if node is None:
            return (name, 0, 0, False)
        start, end = self._literals.span(node)
        if isinstance(node, ast.Attribute):
            return (name, end - len(name.encode()), end, name.isascii())
        return (name, start, end, self._literals.is_plain(node))


def _is_relative(node: ast.AST) -> TypeGuard[ast.Constant]:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith(".")
        and _RELATIVE.fullmatch(node.value) is not None
    )


def _is_joining(node: ast.AST) -> bool:
    """Whether a call joins or formats strings."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("join", "format")
    )


def _is_own(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("__package__", "__name__")


def _is_whole_name(parts: tuple[tuple[str, str], ...]) -> bool:
    """Whether parts are a name below the own package or another module, all of it known."""
    text = "".join(value if kind == "text" else "m" for kind, value in parts)
    return (
        ("any", "") not in parts
        and (text.startswith(".") or parts[:1] != (("text", text),))
        and re.fullmatch(r"\.*[^\W\d]\w*(?:\.[^\W\d]\w*)+|\.+[^\W\d]\w*", text) is not None
    )


def _parts(pattern: Pattern) -> tuple[tuple[str, str], ...]:
    return tuple((part.kind, part.value) for part in pattern)


def _merged(parts: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The parts with neighbouring texts as one."""
    result: list[tuple[str, str]] = []
    for kind, value in parts:
        if kind == "text" and result and result[-1][0] == "text":
            result[-1] = ("text", result[-1][1] + value)
        else:
            result.append((kind, value))
    return tuple(result)


def _without_dot(parts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    *before, (kind, value) = parts
    return (*before, (kind, value.removesuffix(".")))
