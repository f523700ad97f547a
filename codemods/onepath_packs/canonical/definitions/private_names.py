"""Private names of a class, which carry its name: `__token` of `Old` is `_Old__token` outside.

Python puts the name of the class around it, its leading underscores left off, while it compiles the
class. What is spelled so outside has to follow when the class gets another name.
"""

import ast
import re
from collections.abc import Container, Iterator, Mapping

from onepath.codemod import Edit, Needles, World
from onepath.edit.lines import Lines
from onepath.facts.computed.nodes import DefinitionNode
from onepath.facts.extract.file import parse
from onepath.facts.source import SourceText
from onepath.symbols.resolve import Step
from onepath_packs.canonical.definitions.refused import CannotMoveError

_PRIVATE = re.compile(r"__(?!\w*__\Z)\w+\Z")


def private_name_edits(world: World, home: Step, new: str) -> Mapping[str, list[Edit]]:
    """The edits, by file, after which private names of a class are spelled with its new name.

    Args:
        world: The code as it is.
        home: (path, name) of a definition; what is no class has none.
        new: Its new name.

    Raises:
        CannotMoveError: A class of the old or the new name has one of them as well, so that they
            would be one attribute.
    """
    before, after = home[1].lstrip("_"), new.lstrip("_")
    names = _private_names(world, home) if before != after else set()
    if not names:
        return {}
    if not (before and after):
        line = next(
            definition.line
            for definition in world.facts(home[0]).definitions
            if definition.qualname == home[1]
        )
        raise CannotMoveError(home[0], line, "a name of underscores alone makes no name private")
    _check_others(world, home, names, (before, after))
    words = {f"_{before}{name}": f"_{after}{name}" for name in names}
    paths = world.fact_store.mentioning(Needles.of(words))
    return {path: [*_edits(data, words)] for path, data in world.read(paths).items()}


def _check_others(world: World, home: Step, names: set[str], classes: Container[str]) -> None:
    """Refuse where another class gives the same names to its own attributes."""
    for path in world.fact_store.mentioning(Needles.of(names)):
        for definition in world.facts(path).definitions:
            step = path, definition.qualname
            if (
                definition.kind != "class"
                or step == home
                or _bare(definition.qualname) not in classes
            ):
                continue
            if shared := names & _private_names(world, step):
                reason = f"the class '{definition.qualname}' has a private '{min(shared)}' as well"
                raise CannotMoveError(path, definition.line, reason)


def _bare(qualname: str) -> str:
    """The name of a class as its private names carry it."""
    return qualname.rpartition(".")[2].lstrip("_")


def _edits(data: bytes, words: Mapping[str, str]) -> Iterator[Edit]:
    lines = Lines(data)
    every = b"|".join(re.escape(word.encode()) for word in sorted(words))
    for match in re.finditer(rb"(?<!\w)(?:" + every + rb")(?!\w)", data):
        start, end = match.span()
        yield Edit(start, end, words[match[0].decode()].encode(), "name", lines.number(start))


def _private_names(world: World, home: Step) -> set[str]:
    """The private names that the body of a class spells: `__token`; none if it is no class."""
    path, qualname = home
    data = world.read([path]).get(path, b"")
    if b"__" not in data:
        return set()
    tree = parse(SourceText(data).utf8)
    return {name for node in _classes(tree, qualname.split(".")) for name in _spelled(node)}


def _classes(tree: ast.AST, names: list[str]) -> Iterator[ast.ClassDef]:
    """The classes of a qualified name, under conditions as well."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, DefinitionNode):
            yield from _classes(node, names)
        elif node.name == names[0] and len(names) > 1:
            yield from _classes(node, names[1:])
        elif node.name == names[0] and isinstance(node, ast.ClassDef):
            yield node


def _spelled(node: ast.AST) -> Iterator[str]:
    """The private names in a class body, without those of classes in it, which have their own."""
    for part in ast.iter_child_nodes(node):
        for field in ("id", "attr", "arg", "name", "asname"):
            name = getattr(part, field, None)
            if isinstance(name, str) and _PRIVATE.match(name):
                yield name
        if isinstance(part, ast.ClassDef):
            # Its bases and decorators are still in the class around it.
            outer = ast.List([*part.bases, *part.decorator_list, *(k.value for k in part.keywords)])
            yield from _spelled(outer)
        else:
            yield from _spelled(part)
