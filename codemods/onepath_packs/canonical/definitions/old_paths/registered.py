"""Definitions that others may know by their own name, which no module's name can stand for.

`class Old(Base)`, where `Base.__init_subclass__` files its classes by `__name__`, or `@app.route`
above `def old()`, for `url_for("old")`: an old name that the module keeps is of no use there.
"""

import ast
import re
from collections.abc import Iterator

from onepath.codemod import Needles, World
from onepath.facts.computed.nodes import DefinitionNode
from onepath.facts.extract.file import parse
from onepath.facts.source import SourceText
from onepath.importing.loaded.import_effects import statements
from onepath.importing.loaded.registering import Registering
from onepath.symbols.resolve import Step
from onepath_packs.canonical.definitions.old_paths.still_read import RemainingReader, name_strings
from onepath_packs.canonical.definitions.refused import CannotMoveError

_BINARY = (".pyc", ".so", ".png", ".jpg", ".gz", ".zip")


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
            for one in node.decorator_list:
                if registering.decorator(path, one):
                    yield one.lineno
            if isinstance(node, ast.ClassDef) and registering.base(path, node, ""):
                yield node.lineno


def _named_by(world: World, name: str) -> RemainingReader | None:
    """A string that is the name, and no type or exported name."""
    needles, quoted = Needles.of([name]), re.compile(rb"[\"']%b[\"']" % re.escape(name.encode()))
    entries = world.snapshot.entries.items()
    others = [p for p, one in entries if one.is_regular and not p.endswith((".py", *_BINARY))]
    paths = [
        *world.fact_store.mentioning(needles),
        *world.fact_store.others_mentioning(others, needles),
    ]
    for path, data in world.read(paths).items():
        for at in name_strings(world, path, data, quoted):
            return RemainingReader(
                path, data.count(b"\n", 0, at) + 1, "may ask for it by this string"
            )
    return None
