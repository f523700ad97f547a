"""Protocols of canonical classes, written where the configuration says."""

from collections.abc import Collection

from onepath.analysis.classes import ancestors
from onepath.analysis.index import Index
from onepath.analysis.neighbourhood import index_around
from onepath.codemod.outcome import Proposal, file_changes
from onepath.config.migrate_toml import Config
from onepath.model import Refusal
from onepath.model.refused import Refused
from onepath.proof.declared import Declared
from onepath.symbols.resolve import Resolution, Step
from onepath.symbols.world import World
from onepath_packs.canonical.implementations.configured import tree_of
from onepath_packs.canonical.implementations.protocol_module import (
    InheritedClass,
    protocol_module,
)


def propose_protocols(world: World, left_out: Collection[str], config: Config) -> Proposal:
    """Write each protocol that `[canonical]` asks for and that is not there."""
    made: dict[str, bytes] = {}
    refusals: list[Refusal] = []
    introduced: set[Step] = set()
    for symbol in config.canonical:
        resolution = world.resolver.dotted(symbol.path)
        if not symbol.protocol or resolution.kind != "definition" or resolution.rest:
            continue
        module, _, name = symbol.protocol.rpartition(".")
        path = world.modules.find(module)
        parent = world.modules.find(module.rpartition(".")[0])
        if path is None and parent is None:
            reason = f"there is no package for the module '{module}' of the protocol '{name}'"
            refusals.append(Refusal(resolution.path, 1, "no-package", reason))
            continue
        try:
            written = protocol_module(
                name, symbol.path, _parts(world, symbol.path, resolution), world.resolver
            )
        except Refused as error:
            reason = f"no protocol of '{symbol.path}': {error}"
            refusals.append(Refusal(resolution.path, 1, "no-protocol", reason))
            continue
        target = path or f"{(parent or '').rpartition('/')[0]}/{module.rpartition('.')[2]}.py"
        if path is None and target not in left_out:
            made[target] = written.text.encode()
            introduced |= written.steps
        elif path is not None and _changed(world, path, written.text):
            reason = f"'{module}' is there already, and is not what would be written for '{name}'"
            refusals.append(Refusal(path, 1, "module-exists", reason))
    return Proposal(
        file_changes(world, {}, made=made),
        tuple(refusals),
        Declared(frozenset(), frozenset(introduced)),
    )


def _changed(world: World, path: str, text: str) -> bool:
    there = world.read([path]).get(path, b"").replace(b"\r\n", b"\n")
    return there != text.encode()


def _parts(world: World, dotted: str, resolution: Resolution) -> list[InheritedClass]:
    """The class and its ancestors in the repository, each in its file, nearest first."""
    index: Index = index_around(world, [dotted])[0]
    cls = index.classes.get((resolution.path, resolution.name))
    parts = []
    for one in (cls, *ancestors(index, cls)) if cls is not None else ():
        tree = tree_of(world, one.path)
        if tree is not None:
            parts.append(InheritedClass(tree, one.name))
    return parts
