"""From the configuration's `old = new` to a table of renames, checked against the code."""

import difflib

from onepath.errors import ConfigError
from onepath.plan.config import Config
from onepath.symbols.renames import Destination, Renames
from onepath.symbols.resolve import Resolution
from onepath.symbols.world import World


def build_renames(world: World, config: Config) -> Renames:
    """The renames of a run.

    Raises:
        ConfigError: A new path does not exist, or old and new are not of one kind. All of them
            at once, with their lines.
    """
    pairs: dict[str, Destination] = {}
    whole: list[str] = []
    problems: list[tuple[int, str]] = []
    for old, new in config.imports.items():
        found = world.resolver.dotted(new)
        problem = _problem(world, old, new, found)
        if problem:
            problems.append((config.lines.get(old, 0), problem))
        elif found.kind == "module":
            pairs[old] = Destination(new, "")
            whole.append(old)
        else:
            module, _, name = new.rpartition(".")
            pairs[old] = Destination(module, name)
    if problems:
        raise ConfigError(
            str(config.path or "migrate.toml"), problems,
            hint="`migrate init --canonical PATH` writes a configuration from the code",
        )  # fmt: skip
    return Renames.build(world.resolver, pairs, whole, config.inside)


def _problem(world: World, old: str, new: str, found: Resolution) -> str:
    if found.kind == "unresolved" and found.reason in ("no such module", "no such name"):
        return f"'{new}' does not exist: {found.reason}{_suggestion(world, new)}"
    if found.kind == "unresolved" and found.reason == "unparseable":
        return f"'{new}' can't be checked: its module does not parse"
    if found.rest:
        return f"'{new}' is an attribute of '{found.name}', not a name of a module"
    if found.kind == "external" and world.modules.is_ours(new):
        return f"'{new}' does not exist"
    old_is_module = world.modules.find(old) is not None
    if old_is_module and found.kind == "definition" and world.resolver.dotted(old).kind == "module":
        return f"'{old}' is a module and '{new}' is not"
    return ""


def _suggestion(world: World, new: str) -> str:
    module, _, name = new.rpartition(".")
    path = world.modules.find(module)
    if path is None:
        known = [world.modules.name(file) for file in world.modules.files]
        close = difflib.get_close_matches(new, known, 1) or difflib.get_close_matches(
            module, known, 1
        )
        return f"; did you mean '{close[0]}'?" if close else ""
    close = difflib.get_close_matches(name, world.resolver.table(path).names, 1)
    return f"; did you mean '{module}.{close[0]}'?" if close else ""
