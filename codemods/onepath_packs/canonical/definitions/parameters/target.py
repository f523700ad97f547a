"""What a rename of a parameter means in the code: the functions that have it."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from onepath.analysis.constructors import CONSTRUCTORS
from onepath.analysis.index import Index
from onepath.analysis.neighbourhood import index_around
from onepath.analysis.top_classes import Class, Place
from onepath.codemod import World
from onepath.errors import InputError
from onepath.facts.computed.nodes import FunctionNode
from onepath.model import FUNCTION_KINDS
from onepath.symbols.resolve import Step
from onepath.symbols.tree.names import Tree
from onepath_packs.canonical.definitions.members.family import Family, RenamedMember, base_outside
from onepath_packs.canonical.definitions.members.implementers import index_with, standing_for
from onepath_packs.canonical.definitions.members.inner_classes import InnerClasses
from onepath_packs.canonical.definitions.parameters.forwarding import forwarding_functions, made_by
from onepath_packs.canonical.definitions.places import stub_of
from onepath_packs.canonical.definitions.refused import CannotMoveError


class RenamedParameter(NamedTuple):
    """What gets another name."""

    place: Place
    """(path, name) of the function, or of the class of the method."""
    method: str
    """The method; empty for a function."""
    old: str
    new: str

    @property
    def names(self) -> tuple[str, str]:
        """Both names."""
        return self.old, self.new


def parameter_of(world: World, old: str, new: str) -> RenamedParameter | None:
    """The parameter that a rename means, `pkg.mod.function.old`; None if it means none."""
    resolution = world.resolver.dotted(old)
    owner, _, leaf = new.rpartition(".")
    if (
        resolution.kind != "definition"
        or owner != old.rpartition(".")[0]
        or len(resolution.rest) not in (1, 2)
    ):
        return None
    qualname = ".".join((resolution.name, *resolution.rest[:-1]))
    kinds = {
        definition.kind
        for definition in world.facts(resolution.path).definitions
        if definition.qualname == qualname
    }
    if not kinds or not kinds <= FUNCTION_KINDS:
        return None
    method = resolution.rest[0] if len(resolution.rest) == 2 else ""
    return RenamedParameter((resolution.path, resolution.name), method, resolution.rest[-1], leaf)


class ParameterOwners:
    """The functions whose parameter it is, and what is known of their classes.

    Args:
        world: The code.
        parameter: What gets another name.

    Raises:
        InputError: No function has it.
        CannotMoveError: A class outside of the repository may have it as well.
    """

    def __init__(self, world: World, parameter: RenamedParameter) -> None:
        path, name = parameter.place
        self.parameter = parameter
        self.index, words = _index(world, parameter)
        self.words = (*words, *filter(None, [parameter.method]))
        self.family: Family | None = None
        self.forwarders: frozenset[Step] = frozenset()
        """The functions, and the classes with constructors, that hand all their keywords on."""
        if parameter.method in CONSTRUCTORS:
            self.classes, self.forwarders = made_by(
                self.index, self._class, parameter.method, parameter.names
            )
            self.functions = [(path, f"{name}.{parameter.method}")]
        elif parameter.method:
            self.family = Family(self.index, RenamedMember(parameter.place, parameter.method, ""))
            self.classes = dict(self.family.classes)
            self.functions = [
                (cls.path, f"{cls.name}.{parameter.method}")
                for cls in self.classes.values()
                if parameter.method in cls.members
            ]
            for cls in self.classes.values():
                _check_bases(self.index, cls, parameter.method)
        else:
            self.classes = {}
            self.functions = [(path, name)]
            self.forwarders = forwarding_functions(world, (path, name), parameter.names)
            self.words = (*self.words, *sorted(name for _, name in self.forwarders))
        stubs = [(stub_of(world, path), name) for path, name in self.functions]
        self.functions += [stub for stub in stubs if stub[0]]

    def inner(self, tree: Tree) -> InnerClasses:
        """The classes of a file of which the index does not know."""
        asked_for = self.family.asked_for if self.family is not None else ()
        return InnerClasses(tree, self.index, self.classes, asked_for)

    def overrides(self, tree: Tree) -> Iterator[str]:
        """The qualified names of the methods by which inner classes of a file override the method.

        Raises:
            CannotMoveError: A class that has the method may be below one that has it.
        """
        inner, method = self.inner(tree), self.parameter.method
        for node in tree.nodes if self.family is not None else ():
            if isinstance(node, ast.ClassDef) and any(
                getattr(statement, "name", "") == method for statement in node.body
            ):
                is_family = inner.is_family(node)
                if is_family is None:
                    reason = f"it is not known from what '{node.name}' inherits its '{method}'"
                    raise CannotMoveError(tree.path, node.lineno, reason)
                if is_family and tree.function(node) is not None:
                    yield ".".join((*_around(tree, node), node.name, method))

    @property
    def is_constructor(self) -> bool:
        return self.parameter.method in CONSTRUCTORS

    @property
    def is_of_metaclass(self) -> bool:
        """Whether the method may run where a class statement does, with its keywords."""
        known = self.index.classes.get(self.parameter.place)
        line = () if known is None else (known, *self.index.ancestors(known))
        bases = {base.rpartition(".")[2] for cls in line for base in cls.bases}
        return any(base == "type" or base.endswith("Meta") for base in bases)

    @property
    def _class(self) -> Class:
        cls = self.index.classes.get(self.parameter.place)
        if cls is None or self.parameter.method not in cls.members:
            name = f"{self.parameter.place[1]}.{self.parameter.method}"
            raise InputError(f"'{name}' is no method of a class at the top of a module")
        return cls

    def is_function(self, step: Step) -> bool:
        """Whether a name is that of the function."""
        is_ours = step == self.parameter.place or step in self.forwarders
        return not self.parameter.method and is_ours

    def handed_on(self, tree: Tree, node: ast.AST) -> str:
        """What the function around a place calls its keywords, if it hands these on."""
        function = tree.function(node)
        owner = tree.function(function) if function is not None else None
        if not isinstance(function, FunctionNode) or function.args.kwarg is None:
            return ""
        if self.is_constructor:
            is_it = isinstance(owner, ast.ClassDef) and function.name == self.parameter.method
            step = (tree.path, getattr(owner, "name", ""))
        else:
            is_it, step = owner is None, (tree.path, function.name)
        return function.args.kwarg.arg if is_it and step in self.forwarders else ""


def _index(world: World, parameter: RenamedParameter) -> tuple[Index, tuple[str, ...]]:
    """An index around the function, with the classes that stand for that of a method; its words."""
    path, name = parameter.place
    wanted = [f"{world.modules.name(path)}.{name}"]
    method = "" if parameter.method in CONSTRUCTORS else parameter.method
    if not method:
        return index_around(world, wanted)
    wanted.append(f"{wanted[0]}.{method}")
    return index_with(
        world, wanted, method, lambda index: standing_for(index, parameter.place, method)
    )


def _around(tree: Tree, cls: ast.ClassDef) -> list[str]:
    """The names of the functions and classes around a class, from the outside in."""
    found: list[str] = []
    around = tree.function(cls)
    while around is not None:
        found.insert(0, getattr(around, "name", ""))
        around = tree.function(around)
    return found


def _check_bases(index: Index, cls: Class, method: str) -> None:
    foreign = base_outside(index, cls, (method,))
    if foreign:
        reason = f"'{cls.name}' inherits from '{foreign}', which may call it by its keywords"
        raise CannotMoveError(cls.path, cls.line, reason)
