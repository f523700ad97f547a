"""Definitions that others may know by their own name, which no module's name can stand for.

`class Old(Base)`, where `Base.__init_subclass__` files its classes by `__name__`, or `@app.route`
above `def old()`, for `url_for("old")`: an old name that the module keeps is of no use there.
"""

from collections.abc import Iterator

from onepath.codemod import Needles, World
from onepath.facts.computed.nodes import DefinitionNode
from onepath.facts.extract.file import parse
from onepath.facts.source import SourceText
from onepath.importing.loaded.import_effects import statements
from onepath.importing.loaded.registering import Registering
from onepath.symbols.resolve import Step
from onepath_packs.canonical.definitions.old_paths.still_read import RemainingReader, by_string
from onepath_packs.canonical.definitions.refused import CannotMoveError


def check_registered(world: World, home: Step) -> None:
    """Refuse to rename what tells others of itself where a string has its name.

    Args:
        world: The code.
        home: (path, name) of the definition.

    Raises:
        CannotMoveError: Others may look it up by this name.
    """
    path, name = home
    line = next(_acting(world, home), 0)
    reader = _named_by(world, name) if line else None
    if reader is not None:
        text = world.read([path])[path].splitlines()[line - 1].decode("utf-8", "replace").strip()
        reason = f"'{name}' tells others of itself ({text}), and {reader}"
        raise CannotMoveError(path, line, reason)


def _acting(world: World, home: Step) -> Iterator[int]:
    """The lines by which a function or class tells others of itself."""
    path, name = home
    registering = Registering(world)
    tree = parse(SourceText(world.read([path]).get(path, b"")).utf8)
    for node in statements(tree.body):
        if isinstance(node, DefinitionNode) and node.name == name:
            yield from registering.definition(path, node)


def _named_by(world: World, name: str) -> RemainingReader | None:
    """A string that is the name, in any kind of file."""
    needles, store = Needles.of([name]), world.fact_store
    entries = world.snapshot.entries.items()
    others = [path for path, one in entries if one.is_regular and not path.endswith(".py")]
    paths = [*store.mentioning(needles), *store.others_mentioning(others, needles)]
    return by_string(world, [name], paths, "may ask for it by this string")
