"""Modules that are named by strings: in calls that import them, and in the tables of lazy modules.

Only what a file says is read here; what it means, where the file is, `symbols.named` knows.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeGuard

from onepath.facts.computed.names import Names, scoped
from onepath.facts.computed.patterns import Part, Pattern, patterns
from onepath.facts.computed.tables import entries, is_lazy
from onepath.facts.computed.targets import ENDINGS, KEYS, TARGET_KEYS, configured
from onepath.facts.computed.targets import WORDS as TARGET_WORDS
from onepath.facts.extract.definitions import dotted
from onepath.facts.prefilter.words import Needles
from onepath.facts.source import SourceText

Plain = tuple[Any, ...]
Scope = ast.AST | None

_IMPORTING = frozenset((
    "import_module", "__import__", "importorskip", "find_spec", "find_loader", "get_loader",
    "run_module",
))  # fmt: skip
_IMPORTING_OBJECTS = frozenset((
    "import_string", "import_object", "import_by_path", "load_object", "locate", "resolve_name",
    "symbol_by_name", "import_from_string", "import_dotted_path",
))  # fmt: skip
_READING_FILES = frozenset((
    "resources.files", "resources.open_text", "resources.open_binary", "resources.read_text",
    "resources.read_binary", "resources.path", "resources.contents", "resources.is_resource",
    "pkgutil.get_data", "pkg_resources.resource_filename", "pkg_resources.resource_string",
    "pkg_resources.resource_stream", "pkg_resources.resource_listdir",
    "pkg_resources.resource_exists", "pkg_resources.resource_isdir", "jinja2.PackageLoader",
))  # fmt: skip
_WALKS = frozenset(("iter_modules", "walk_packages"))
WORDS = (
    *_IMPORTING, *_IMPORTING_OBJECTS, *_WALKS, "importlib_resources", "pkg_resources",
    "importlib.resources", "importlib import resources", "get_data", "PackageLoader",
    "__getattr__", "__package__", "submod_attrs", "lazy_loader", "_import_structure",
    "_LazyModule",
)  # fmt: skip
"""A file that names a module by a string, in one of the ways known here, has one of these words."""
_ALL = frozenset((*WORDS, *TARGET_WORDS))
_NEEDLES = Needles.of(_ALL)

_RELATIVE = re.compile(r"\.+[^\W\d]\w*(?:\.[^\W\d]\w*)*(?::[^\W\d]\w*)?")
_QUOTED = re.compile(rb"[rRuU]?(\"\"\"|'''|\"|')")
_HERE = (("package", ""),)


def named_modules(
    tree: ast.Module, text: SourceText, names: Callable[[], Names]
) -> tuple[Plain, ...]:
    """The modules that a file names by strings, in plain form (see `model.NamedModule`).

    Args:
        tree: The file.
        text: Its text, of which the tree is made.
        names: Gives what its names are bound to.
    """
    if not (_NEEDLES.hit(text.utf8) or KEYS.search(text.utf8)):
        return ()
    nodes = list(scoped(tree))
    if not any(_may_matter(node) for node, _ in nodes):
        return ()  # a comment or a text has the word
    return tuple(sorted(set(_Reading(tree, text, nodes, names).found())))


def _may_matter(node: ast.AST) -> bool:
    """Whether a node may be why a file has a word of those that count here."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str() as name):
            return name in _ALL or name.endswith(ENDINGS)
        case ast.FunctionDef(name=name):
            return name == "__getattr__"
        case ast.alias(name=name):
            return name.rpartition(".")[2] in _ALL or "resources" in name or name == "lazy_loader"
        case ast.ImportFrom(module=str() as name):
            return "resources" in name or name == "lazy_loader"
        case ast.Dict(keys=keys):
            return any(isinstance(key, ast.Constant) and key.value in TARGET_KEYS for key in keys)
    return False


class _Reading:
    """Reads one file."""

    def __init__(
        self, tree: ast.Module, text: SourceText, nodes: Sequence[tuple[ast.AST, Scope]],
        names: Callable[[], Names],
    ) -> None:  # fmt: skip
        self._tree = tree
        self._text = text
        self._nodes = nodes
        self._made = names
        self._imported = dict(_imported(tree))
        self._behind = dict(_behind(node for node, _ in self._nodes))
        self._taken: set[int] = set()
        """Literals that are read as part of something else."""
        self._aliases = dict(_aliases(node for node, _ in nodes))

    @cached_property
    def _names(self) -> Names:
        """What the file binds; read only where a name is put together."""
        return self._made()

    def _patterns(self, node: ast.expr, scope: Scope) -> tuple[Pattern, ...]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return ((Part("text", node.value, node),),)
        return patterns(node, self._names, scope)

    def found(self) -> Iterator[Plain]:
        """Every record."""
        yield from self._configured()
        bases: dict[Any, None] = {_HERE: None}
        is_importing = False
        walks = []
        for node, scope in self._nodes:
            if not isinstance(node, ast.Call):
                continue
            callee = self._callee(node.func)
            if callee.rpartition(".")[2] in _WALKS:
                walks.append((node, scope))
                continue
            for record in self._call(node, callee, scope):
                yield record
                is_importing |= record[0] in ("import", "object") and ("any", "") in record[1]
                if record[2] and ("any", "") not in record[2]:
                    bases[record[2]] = None
        for node, scope in walks:
            yield from self._walk(node, scope, is_importing=is_importing)
        if is_lazy(self._tree):
            yield from self._tables(bases, is_importing=True)
        elif is_importing or len(bases) > 1:
            yield from self._tables(bases, is_importing=False)
        yield from self._spelled(bases)

    # ------------------------------------------------------------ calls

    def _callee(self, function: ast.expr) -> str:
        """The full name of what is called, as far as the file's imports tell."""
        written = dotted(function)
        written = self._aliases.get(written, written)
        head, _, rest = written.partition(".")
        full = self._imported.get(head, head)
        name = f"{full}.{rest}" if rest else full
        return name or str(getattr(function, "attr", ""))

    def _call(self, node: ast.Call, callee: str, scope: Scope) -> Iterator[Plain]:
        last = callee.rpartition(".")[2]
        module = _argument(node, 0, ("name", "modname", "mod_name", "package", "dotted_path"))
        if module is None:
            return
        how = _how(callee)
        package = _argument(node, 1, ("package",))
        if not how:
            if not (_is_relative(module) and package is not None and _is_own(package)):
                return
            how = "import"
        bases: Iterable[Any] = ((),)
        dots = ""
        if last == "__import__":
            dots = "." * _level(node)
            bases = (_HERE,) if dots else ((),)
        elif package is not None and how == "import":
            bases = (_parts(one) for one in self._patterns(package, scope))
        attributes: tuple[Plain, ...] = ()
        if id(node) in self._behind and (last != "__import__" or _argument(node, 3, ("fromlist",))):
            attributes = (self._attribute(*self._behind[id(node)]),)
        found = self._patterns(module, scope)
        for base in bases:
            for pattern in found:
                parts = (*((("text", dots),) if dots else ()), *_parts(pattern))
                yield self._record(
                    how, _merged(parts), base, module, "behind" if attributes else "", attributes
                )

    def _walk(self, node: ast.Call, scope: Scope, *, is_importing: bool) -> Iterator[Plain]:
        """`iter_modules(package.__path__)`: the modules below a package."""
        path = _argument(node, 0, ("path",))
        prefix = _argument(node, 1, ("prefix",))
        how = "walk" if is_importing or not self._is_looped_over(node) else "listing"
        packages = {_parts(one) for one in self._paths(path, scope)}
        if prefix is not None:
            packages |= {
                tuple(parts[:-1])
                if parts[-1:] == (("text", "."),) else _without_dot(parts)
                for parts in map(_parts, self._patterns(prefix, scope))
                if parts and parts[-1][0] == "text"
            }  # fmt: skip
        for parts in packages:
            if parts and ("any", "") not in parts:
                yield self._record(how, parts, (), node)

    def _paths(self, path: ast.expr | None, scope: Scope) -> Iterator[Pattern]:
        """The packages whose folders an expression names."""
        if path is None:
            return
        for node in ast.walk(path):
            if isinstance(node, ast.Attribute) and node.attr in ("__path__", "__file__"):
                if dotted(node.value):
                    yield (Part("module", dotted(node.value)),)
            elif isinstance(node, ast.Name):
                if node.id in ("__path__", "__file__"):
                    yield (Part("package"),)
                elif node is path or isinstance(path, ast.List):
                    for value in self._names.of(node.id, scope).known:
                        if not isinstance(value.node, ast.Name):
                            yield from self._paths(value.node, value.scope)

    def _is_looped_over(self, call: ast.Call) -> bool:
        """Whether a call stands where a loop or a comprehension goes over what it gives."""
        return any(
            isinstance(node, ast.For | ast.AsyncFor | ast.comprehension) and node.iter is call
            for node, _ in self._nodes
        )

    # ----------------------------------------------------------- tables

    def _tables(self, bases: Iterable[Any], *, is_importing: bool) -> Iterator[Plain]:
        for entry in entries(self._nodes):
            is_dotted = _is_relative(entry.module)
            if not is_dotted and not is_importing:
                continue
            self._taken.add(id(entry.module))
            attributes = tuple(
                self._attribute(name, node) for name, node in entry.attributes
            )  # fmt: skip
            parts = (("text", entry.text),)
            for base in bases:
                yield self._record(
                    "table" if is_dotted else "bare", parts, base, entry.module, entry.form,
                    attributes,
                )  # fmt: skip

    def _configured(self) -> Iterator[Plain]:
        for literal, text in configured(self._nodes):
            self._taken.add(id(literal))
            start, end = self._span(literal)
            source = self._source(literal)
            plain = self._is_plain(literal) or source.count(text.encode()) == 1
            how = "target" if literal.value == text else "entry"
            line = literal.lineno + source[: max(source.find(text.encode()), 0)].count(b"\n")
            yield (how, (("text", text),), (), start, end, line, plain, "", ())

    def _spelled(self, bases: Iterable[Any]) -> Iterator[Plain]:
        """Relative names, and names below the own package, that nothing else explains."""
        for node, scope in self._nodes:
            if id(node) in self._taken:
                continue
            if _is_relative(node):
                for base in bases:
                    yield self._record("spelled", (("text", str(node.value)),), base, node)
            elif isinstance(node, ast.BinOp | ast.JoinedStr):
                for pattern in self._patterns(node, scope):
                    parts = _parts(pattern)
                    if _is_whole_name(parts):
                        for base in bases:
                            yield self._record("spelled", _merged(parts), base, node)

    # ---------------------------------------------------------- records

    def _record(
        self, how: str, parts: Sequence[tuple[str, str]], package: Any, node: ast.expr,
        form: str = "", attributes: tuple[Plain, ...] = (),
    ) -> Plain:  # fmt: skip
        self._taken.update(id(one) for one in ast.walk(node))
        start, end = self._span(node)
        plain = self._is_plain(node) and parts == (("text", getattr(node, "value", None)),)
        return (how, tuple(parts), package, start, end, node.lineno, plain, form, attributes)

    def _attribute(self, name: str, node: ast.expr | None) -> Plain:
        if node is None:
            return (name, 0, 0, False)
        start, end = self._span(node)
        if isinstance(node, ast.Attribute):
            return (name, end - len(name.encode()), end, name.isascii())
        return (name, start, end, self._is_plain(node))

    def _span(self, node: ast.expr) -> tuple[int, int]:
        starts = self._text.line_starts
        end_line, end_column = node.end_lineno or 1, node.end_col_offset or 0
        to_file = self._text.to_file
        return (
            to_file(starts[node.lineno - 1] + node.col_offset),
            to_file(starts[end_line - 1] + end_column),
        )

    def _source(self, node: ast.expr) -> bytes:
        starts = self._text.line_starts
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)
        return self._text.utf8[start:end]

    def _is_plain(self, node: ast.expr) -> bool:
        """Whether a node is one literal token whose text is its value."""
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            return False
        literal = self._source(node)
        quote = _QUOTED.match(literal)
        if quote is None or not node.value.isascii():
            return False
        return literal[quote.end() :] == node.value.encode() + quote[1]


def _how(callee: str) -> str:
    """What a call does with the module that it is given; empty if that is not known."""
    last = callee.rpartition(".")[2]
    if last in _IMPORTING:
        return "import"
    if last in _IMPORTING_OBJECTS:
        return "object"
    name = callee.replace("importlib_resources", "resources")
    return "resource" if ".".join(name.split(".")[-2:]) in _READING_FILES else ""


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What imports of the file bind, with its full name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    yield alias.asname, alias.name
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _aliases(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """Names that are other names of what imports: `load = importlib.import_module`."""
    for node in nodes:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Name() | ast.Attribute() as value
            ):
                written = dotted(value)
                if written.rpartition(".")[2] in _ALL:
                    yield name, written


def _behind(nodes: Iterable[ast.AST]) -> Iterator[tuple[int, tuple[str, ast.expr]]]:
    """Calls of whose result an attribute is taken at once, by identity: its name and its node."""
    for node in nodes:
        match node:
            case ast.Attribute(value=ast.Call() as call):
                yield id(call), (node.attr, node)
            case ast.Call(
                func=ast.Name(id="getattr"),
                args=[ast.Call() as call, ast.Constant(value=str() as name) as literal, *_],
            ):
                yield id(call), (name, literal)


def _argument(node: ast.Call, place: int, names: Sequence[str]) -> ast.expr | None:
    if place < len(node.args):
        before = node.args[: place + 1]
        return None if any(isinstance(one, ast.Starred) for one in before) else node.args[place]
    return next((one.value for one in node.keywords if one.arg in names), None)


def _level(node: ast.Call) -> int:
    """How many dots `__import__` puts in front."""
    level = _argument(node, 4, ("level",))
    value = level.value if isinstance(level, ast.Constant) else 0
    return value if isinstance(value, int) and 0 < value < 10 else 0


def _is_relative(node: ast.AST) -> TypeGuard[ast.Constant]:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith(".")
        and _RELATIVE.fullmatch(node.value) is not None
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
