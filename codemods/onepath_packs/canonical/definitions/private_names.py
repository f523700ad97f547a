"""Private names of a class, which carry its name: `__token` of `Old` is `_Old__token` outside.

Python puts the name of the class around it, its leading underscores left off, while it compiles the
class. What is spelled so outside has to follow when the class gets another name.
"""

import ast
import re
from collections.abc import Iterator, Mapping

from onepath.codemod import Edit, Needles, World
from onepath.edit.lines import Lines
from onepath.facts.computed.nodes import DefinitionNode
from onepath.symbols.resolve import Step
from onepath_packs.canonical.definitions.refused import CannotMoveError

_PRIVATE = re.compile(r"__(?!\w*__\Z)\w+\Z")


class PrivateNames:
    """What the private names of a class are outside of it, before and after it is renamed.

    Args:
        world: The code.
        home: (path, name) of a definition; what is no class has none.
        new: Its new name.

    Raises:
        CannotMoveError: A class of the old or the new name has one of them as well, so that they
            would be one attribute, or it is not certain whose they are.
    """

    def __init__(self, world: World, home: Step, new: str) -> None:
        path, old = home[0], home[1]
        before, after = old.lstrip("_"), new.lstrip("_")
        names = set() if before == after else _private_names(world, path, old)
        self._words = {f"_{before}{name}": f"_{after}{name}" for name in names if before and after}
        if names and not (before and after):
            line = _line_of(world, path, old)
            raise CannotMoveError(path, line, "a name of underscores alone makes no name private")
        self._check_others(world, home, names, (before, after))

    def edits(self, world: World) -> Mapping[str, list[Edit]]:
        """The edits of all files, by file, that spell these names with the new class.

        Args:
            world: The code as it is.
        """
        if not self._words:
            return {}
        paths = world.fact_store.mentioning(Needles.of(self._words))
        return {path: [*self._edits(data)] for path, data in world.read(paths).items()}

    def _edits(self, data: bytes) -> Iterator[Edit]:
        lines = Lines(data)
        every = b"|".join(re.escape(word.encode()) for word in sorted(self._words))
        for found in re.finditer(rb"(?<!\w)(?:" + every + rb")(?!\w)", data):
            start, end = found.span()
            new = self._words[found[0].decode()].encode()
            yield Edit(start, end, new, "name", lines.number(start))

    def _check_others(
        self, world: World, home: Step, names: set[str], classes: tuple[str, str]
    ) -> None:
        """Refuse where another class gives the same names to its own attributes."""
        spelled = {f"{'_' * count}{one}" for one in classes for count in range(3)} if names else ()
        for path in world.fact_store.mentioning(Needles.of(spelled)) if spelled else ():
            for one in world.facts(path).definitions:
                name = one.qualname.rpartition(".")[2]
                if one.kind != "class" or (path, one.qualname) == home or name not in spelled:
                    continue
                shared = names & _private_names(world, path, one.qualname)
                if shared:
                    reason = f"the class '{one.qualname}' has a private '{min(shared)}' as well"
                    raise CannotMoveError(path, one.line, reason)


def _line_of(world: World, path: str, name: str) -> int:
    return next((one.line for one in world.facts(path).definitions if one.qualname == name), 1)


def _private_names(world: World, path: str, qualname: str) -> set[str]:
    """The private names that the body of a class spells: `__token`; none if it is no class."""
    data = world.read([path]).get(path, b"")
    if b"__" not in data:
        return set()
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None) or 1
        raise CannotMoveError(path, line, f"this Python can't parse the file: {error}") from error
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
