"""Which names a shim passes on, and where they live."""

from collections.abc import Mapping
from typing import NamedTuple

from onepath.config.migrate_toml import Config
from onepath.model.refused import Refused
from onepath.symbols.destinations import Destination
from onepath.symbols.find_references.targets import Target
from onepath.symbols.find_references.text_holders import holders
from onepath.symbols.resolve import Resolution, Step
from onepath.symbols.world import World
from onepath_packs.canonical.shims.table import Shims

_UNSEEN = frozenset({"annotations"})


class Forwarded(NamedTuple):
    """Where a name lives."""

    to: Destination
    step: Step
    """What it is: (path, name) of a definition; an external thing as (dotted module, "")."""


def forwarded(world: World, config: Config, path: str) -> Mapping[str, Forwarded]:
    """The names that a shim passes on, sorted, each with the place from which it should be read.

    That is the canonical path in the configuration if there is one, else the first module on the
    way that is no shim itself. Names from installed packages count where somebody reads them.

    Raises:
        Refused: Not all of it is certain.
    """
    facts, table = world.facts(path), world.resolver.table(path)
    if facts.has_getattr or facts.dynamic:
        raise Refused("dynamic", "it makes names at run time", 1)
    names = {name for name in table.names if not name.startswith("__")} - _UNSEEN
    for statement in table.stars:
        source = world.modules.absolute(path, statement.level, statement.module)
        found = world.modules.find(source, path) if source else None
        brought, complete = world.resolver.star_names(found) if found else (frozenset[str](), False)
        if not complete:
            reason = f"'{statement.module}' may give more names than are known"
            raise Refused("star-import", reason, statement.line)
        names |= brought
    exported = {name for name, _, _ in facts.exports.names} if facts.exports else set()
    result, external = {}, {}
    for name in sorted(names):
        found_at = world.resolver.name(path, name)
        line = min((fact.line for fact in facts.imports), default=1)
        if found_at.kind == "unresolved" or found_at.rest:
            why = found_at.reason or "an attribute of something"
            raise Refused("not-certain", f"'{name}' is not certain: {why}", line)
        if found_at.kind == "external":
            external[name] = found_at
        elif found_at.path != path:
            result[name] = Forwarded(_home(world, config, path, name, found_at), _step(found_at))
    wanted = {
        holder.target.name
        for holder in holders(world, [Target(path, name) for name in external])
        if holder.path != path
    }
    for name in wanted | (exported & external.keys()):
        module, _, leaf = external[name].path.rpartition(".")
        to = Destination(module, leaf) if module else Destination(leaf, "")
        result[name] = Forwarded(to, (module or leaf, ""))
    if not result:
        raise Refused("not-certain", "it passes on nothing that is known", 1)
    return result


def _step(resolution: Resolution) -> Step:
    return resolution.path, resolution.name


def _home(
    world: World, config: Config, path: str, name: str, resolution: Resolution
) -> Destination:
    modules = world.modules
    canonical = config.imports.get(f"{modules.name(path)}.{name}")
    if canonical is not None and world.resolver.dotted(canonical).target == resolution.target:
        module, _, leaf = canonical.rpartition(".")
        return Destination(module, leaf)
    if resolution.kind == "module":
        return Destination(modules.name(resolution.path), "")
    for module, leaf in resolution.route[1:]:
        if modules.name(module) not in config.table(Shims).fates:
            return Destination(modules.name(module), leaf)
    return Destination(modules.name(resolution.path), resolution.name)
