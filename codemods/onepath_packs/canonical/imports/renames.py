"""From the configuration's `old = new` to a table of renames, checked against the code."""

from collections.abc import Iterable
from functools import cached_property

from onepath.config.migrate_toml import Config
from onepath.errors import ConfigError
from onepath.facts.prefilter.words import Needles
from onepath.importing.alone import missing_names
from onepath.symbols.destinations import Destination
from onepath.symbols.near_paths import suggestion
from onepath.symbols.outside.declared import destination
from onepath.symbols.outside.environment import running_environment
from onepath.symbols.outside.lookup import Kind, Outside, is_builtin
from onepath.symbols.renames import Renames
from onepath.symbols.world import World


def build_renames(world: World, config: Config) -> Renames:
    """The renames of a run.

    Raises:
        ConfigError: A new path does not exist, or old and new are not of one kind. All of them
            at once, with their lines.
    """
    outside = Outside(config.environment or running_environment())
    pairs: dict[str, Destination] = {}
    problems: list[tuple[int, str]] = []
    imported, missing = _ImportedModules(world, config.imports), _MissingNames(world)
    for old, new in config.imports.items():
        problem = _problem(world, outside, missing, old, new)
        if problem:
            problems.append((config.lines.get(old, 0), problem))
        else:
            pairs[old] = destination(world.resolver, outside, old, new, imported.has)
    if problems:
        raise ConfigError(
            str(config.path or "migrate.toml"),
            problems,
            hint="`migrate init --canonical PATH` writes a configuration from the code",
        )
    whole = [old for old, to in pairs.items() if not to.name]
    minimum = {
        name.lower().replace("-", "_"): tuple(map(int, version.split(".")))
        for name, version in config.minimum.items()
    }
    return Renames.build(world.resolver, pairs, whole, config.inside, outside, minimum)


class _ImportedModules:
    """The modules, among some paths, that import statements of the code name as modules.

    Args:
        world: The code.
        olds: The paths that are asked for.
    """

    def __init__(self, world: World, olds: Iterable[str]) -> None:
        self._world = world
        self._words = {old.rpartition(".")[2] for old in olds}

    def has(self, dotted: str) -> bool:
        """Whether a statement imports the path itself, or something from it or below it."""
        return dotted in self._known

    @cached_property
    def _known(self) -> frozenset[str]:
        found: set[str] = set()
        for path in self._world.fact_store.mentioning(Needles.of(self._words)):
            for statement in self._world.facts(path).imports:
                if statement.is_from:
                    found.add("" if statement.level else statement.module)
                else:
                    found.update(alias.name for alias in statement.names)
        with_parents = set(found)
        for dotted in found:
            while dotted := dotted.rpartition(".")[0]:
                with_parents.add(dotted)
        return frozenset(with_parents)


class _MissingNames:
    """The names that modules seem to have, and have not once they are imported.

    Args:
        world: The code.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[str, dict[str, str]] = {}

    def why(self, dotted: str) -> str:
        """Why a path is one of them, in words; empty if it is not."""
        module, _, name = dotted.rpartition(".")
        path = self._world.modules.find(module)
        if path is None or path.endswith(("/", ".pyi")):
            return ""
        if path not in self._known:
            self._known[path] = missing_names(self._world, path)
        return self._known[path].get(name, "")


_NOWHERE = ("no such module", "no such name")


def _problem(world: World, outside: Outside, missing: _MissingNames, old: str, new: str) -> str:
    resolution = world.resolver.dotted(new)
    if resolution.kind == "unresolved" and resolution.reason in _NOWHERE:
        text = f"'{new}' does not exist: {resolution.reason}{suggestion(world, new)}"
        was = world.resolver.dotted(old)
        if was.kind == "unresolved" and was.reason in _NOWHERE:
            text += f"\n'{old}' does not exist either{suggestion(world, old)}"
        return text
    if resolution.kind == "unresolved" and resolution.reason == "unparseable":
        return f"'{new}' can't be checked: its module does not parse"
    is_bound = is_bound_in_module(world, new)
    if is_bound and (why := missing.why(new)):
        return f"'{new}' does not exist when the code runs: {why}"
    if resolution.rest and not is_bound:
        return f"'{new}' is an attribute of '{resolution.name}', not a name of a module"
    if resolution.kind == "external" and world.modules.is_ours(new):
        return "" if is_bound else f"'{new}' does not exist"
    old_is_module = world.modules.find(old) is not None
    if (
        old_is_module
        and resolution.kind == "definition"
        and world.resolver.dotted(old).kind == "module"
    ):
        return f"'{old}' is a module and '{new}' is not"
    return _problem_outside(world, outside, old, new) if resolution.kind == "external" else ""


def is_bound_in_module(world: World, dotted: str) -> bool:
    """Whether a module of the repository binds the name itself, to whatever: `X = other.Y.Z`."""
    module, _, name = dotted.rpartition(".")
    path = world.modules.find(module)
    return path is not None and name in world.resolver.table(path).names


def _problem_outside(world: World, outside: Outside, old: str, new: str) -> str:
    """What the environment shows to be wrong with a path that leads out of the repository."""
    kind = outside.kind(new)
    if kind is Kind.ATTRIBUTE:
        owner = new.rpartition(".")[0]
        return f"'{new}' is an attribute of '{owner}', not a name of a module"
    is_name = kind is Kind.NAME or is_builtin(new)
    known = world.resolver.dotted(old)
    if is_name and known.kind == "external" and outside.kind(old) is Kind.MODULE:
        return f"'{old}' is a module and '{new}' is not"
    return ""
