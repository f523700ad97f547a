"""Writes a module with a `Protocol` of the public methods of a class."""

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from onepath.edit.imports.statements import LINE_WIDTH, Name, new_from
from onepath.facts.computed.nodes import FunctionNode
from onepath.facts.extract.definitions import dotted
from onepath.model import Alias, ImportFact
from onepath.model.refused import Refused
from onepath.symbols.resolve import Resolver, Step
from onepath.symbols.tree.names import Tree

_KEPT = frozenset(("property", "classmethod", "staticmethod", "overload"))
_AS_PROPERTY = frozenset(("cached_property", "abstractproperty"))
_DROPPED = frozenset(("abstractmethod", "override", "final"))
_INDENT = "    "

_TEXT = '''\
"""The public methods of `{path}`, for who needs no more of it."""

from __future__ import annotations

from typing import {typing}
{imports}

@runtime_checkable
class {name}(Protocol):
    """What every `{leaf}` can do."""

{methods}
'''


class InheritedClass(NamedTuple):
    """A class, or one from which it inherits, in its file."""

    tree: Tree
    name: str


class WrittenModule(NamedTuple):
    """A module, and what it refers to."""

    text: str
    steps: frozenset[Step]
    """(path, name) of definitions; an external thing as (dotted module, "")."""


def protocol_module(
    name: str, path: str, parts: Sequence[InheritedClass], resolver: Resolver
) -> WrittenModule:
    """The text of a module that defines the protocol.

    Args:
        name: What the protocol is called.
        path: The dotted path of the class.
        parts: The class, then the classes from which it inherits, nearest first.
        resolver: Over the code.

    Raises:
        Refused: It has no public methods, or two things of one name are needed.
    """
    writer = _Writer(resolver)
    seen: set[str] = set()
    methods: list[str] = []
    for part in parts:
        defs = list(_public(part))
        methods += [
            writer.method(part, function_def)
            for function_def in defs
            if function_def.name not in seen
        ]
        seen |= {function_def.name for function_def in defs}
    if not methods:
        raise Refused("no-protocol", f"'{path}' has no public methods")
    typing = ["Protocol", *(["overload"] if writer.overloads else []), "runtime_checkable"]
    imports = writer.imports()
    if imports:
        typing.insert(0, "TYPE_CHECKING")
        imports = ["", "if TYPE_CHECKING:", *imports, ""]
    text = _TEXT.format(
        path=path,
        leaf=path.rpartition(".")[2],
        name=name,
        typing=", ".join(typing),
        imports="\n".join(imports),
        methods="\n\n".join(methods),
    )
    return WrittenModule(text, frozenset(writer.steps))


def _public(part: InheritedClass) -> Iterator[FunctionNode]:
    for cls in part.tree.root.body:
        if isinstance(cls, ast.ClassDef) and cls.name == part.name:
            for node in cls.body:
                if not isinstance(node, FunctionNode):
                    continue
                if not node.name.startswith("_"):
                    yield node


class _Writer:
    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._wanted: dict[str, tuple[str, Name]] = {}
        """Name in the text -> module and name to import; no module for a plain `import`."""
        self.steps: set[Step] = {("typing", "")}
        self.overloads = False
        """Whether a method has several forms; what says so runs with the module."""

    def imports(self) -> list[str]:
        """The import statements that the annotations need, indented."""
        groups: dict[str, list[Name]] = {}
        for module, name in self._wanted.values():
            groups.setdefault(module, []).append(name)
        lines = [f"{_INDENT}import {name}" for name in sorted(groups.pop("", []))]
        for module, names in sorted(groups.items()):
            lines.append(_INDENT + new_from(module, tuple(sorted(names)), _INDENT))
        return lines

    def method(self, part: InheritedClass, node: FunctionNode) -> str:
        """One method as a protocol has it."""
        lines = []
        for decorator in node.decorator_list:
            last = dotted(decorator).rpartition(".")[2]
            if last in _KEPT:
                lines.append(f"{_INDENT}@{last}")
            elif last in ("setter", "deleter"):
                lines.append(f"{_INDENT}@{dotted(decorator)}")
            elif last in _AS_PROPERTY:
                lines.append(f"{_INDENT}@property")
            elif last not in _DROPPED:
                self._want("Callable", "collections.abc")
                self._want("Any", "typing")
                return f"{_INDENT}{node.name}: Callable[..., Any]"
            self.overloads |= last == "overload"
        keyword = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
        returns = f" -> {self._annotation(part, node.returns)}" if node.returns else ""
        params = list(self._params(part, node.args))
        head = f"{_INDENT}{keyword} {node.name}("
        line = f"{head}{', '.join(params)}){returns}: ..."
        if len(line) > LINE_WIDTH:
            inner = "".join(f"{_INDENT * 2}{param},\n" for param in params)
            line = f"{head}\n{inner}{_INDENT}){returns}: ..."
        return "\n".join((*lines, line))

    def _params(self, part: InheritedClass, args: ast.arguments) -> Iterator[str]:
        plain = [*args.posonlyargs, *args.args]
        without = len(plain) - len(args.defaults)
        for at, arg in enumerate(plain):
            yield self._param(part, arg, optional=at >= without)
            if args.posonlyargs and at + 1 == len(args.posonlyargs):
                yield "/"
        if args.vararg:
            yield "*" + self._param(part, args.vararg)
        elif args.kwonlyargs:
            yield "*"
        for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
            yield self._param(part, arg, optional=default is not None)
        if args.kwarg:
            yield "**" + self._param(part, args.kwarg)

    def _param(self, part: InheritedClass, arg: ast.arg, *, optional: bool = False) -> str:
        if arg.annotation is None:
            return f"{arg.arg}=..." if optional else arg.arg
        text = f"{arg.arg}: {self._annotation(part, arg.annotation)}"
        return f"{text} = ..." if optional else text

    def _annotation(self, part: InheritedClass, node: ast.expr) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            quoted = node.value
            try:
                node = ast.parse(quoted, mode="eval").body
            except SyntaxError:
                raise Refused("no-protocol", f"the annotation '{quoted}' can't be read") from None
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and not hasattr(builtins, inner.id):
                self._bring(part, inner.id)
            elif isinstance(inner, ast.Attribute) and dotted(inner):
                head, *rest = dotted(inner).split(".")
                resolution = self._resolver.name(part.tree.path, head)
                if resolution.kind == "module":
                    after = self._resolver.attributes(resolution.path, rest)
                    self.steps.add((after.path, after.name))
        return ast.unparse(node)

    # ------------------------------------------------------------- names

    def _bring(self, part: InheritedClass, name: str) -> None:
        """Import a name that an annotation reads in the file of its class."""
        tree, modules = part.tree, self._resolver.modules
        resolution = self._resolver.name(tree.path, name)
        if resolution.kind == "unresolved":
            raise Refused(
                "no-protocol", f"'{name}' in an annotation of '{part.name}' is not certain"
            )
        self.steps.add(
            (resolution.path.partition(".")[0], "")
            if resolution.kind == "external"
            else (resolution.path, resolution.name)
        )
        for statement, alias in _binders(tree, name):
            if statement.is_from:
                module = modules.absolute(tree.path, statement.level, statement.module) or ""
                self._want(name, module, Name(alias.name, alias.asname))
            else:
                self._want(name, "", Name(alias.name, alias.asname))
            return
        self._want(name, modules.name(tree.path))

    def _want(self, name: str, module: str, written: Name | None = None) -> None:
        wanted = module, written or Name(name)
        if self._wanted.setdefault(name, wanted) != wanted:
            raise Refused("no-protocol", f"'{name}' means several things in its annotations")
        if module:
            self.steps.add((module.partition(".")[0], ""))


def _binders(tree: Tree, name: str) -> Iterable[tuple[ImportFact, Alias]]:
    for statement in tree.facts.imports:
        for alias in statement.names:
            if statement.scope == 0 and alias.bound == name and alias.name != "*":
                yield statement, alias
