"""Packs of versioned codemods, and how they are found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import entry_points
from itertools import pairwise

from onepath.codemod.code_digest import code_digest, own_digest
from onepath.codemod.outcome import Outcome
from onepath.config.migrate_toml import Config
from onepath.errors import InputError, OutsideError
from onepath.facts.prefilter.words import Search
from onepath.model import VersionId
from onepath.symbols.world import World

GROUP = "onepath.packs"


@dataclass(frozen=True)
class Version:
    """One version of a pack: a codemod that, once published, never changes.

    Args:
        number: Its place in the pack, from 1.
        name: What it does, in snake case.
        phase: The phase it belongs to, as in the branch's name.
        title: The first line of its commit.
        requires: Numbers of the versions that must come before it.
        configured: Whether a configuration asks for it; without that it takes no part in a plan.
        why: What it is for, for the commit message and the pull request: a sentence or two.
        routes: Dotted paths that it takes elsewhere, and where to, as the configuration says.
        reads: What it will search Python files for, as far as the configuration tells. Only a
            hint: those files may be read while an earlier version is planned.
        plan: What it does: a world and the configuration -> a proven outcome.
    """

    number: int
    name: str
    phase: str
    title: str
    plan: Callable[[World, Config], Outcome]
    requires: tuple[int, ...] = ()
    configured: Callable[[Config], bool] = lambda _: True
    why: str = ""
    routes: Callable[[Config], Mapping[str, str]] = lambda _: {}
    reads: Callable[[Config], Search | None] = lambda _: None

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the version's source file and the modules of its own package that it
        imports, so that an edited one is another version."""
        return own_digest(self.plan)


@dataclass(frozen=True)
class Pack:
    """Versions that belong together, by number."""

    name: str
    versions: tuple[Version, ...]
    defaults: Callable[[World], str] = lambda _: ""
    """The configuration for a repository that the pack recognises, as the text of a
    `migrate.toml`; empty for any other."""

    def __post_init__(self) -> None:
        numbers = [version.number for version in self.versions]
        if numbers != sorted(numbers):
            raise ValueError(f"pack {self.name}: version numbers are not in order: {numbers}")
        for version in self.versions:
            late = [one for one in version.requires if one not in numbers or one >= version.number]
            if late:
                raise ValueError(f"pack {self.name}: {version.name} requires {late}, not before it")

    def check_numbers(self) -> None:
        """Raise InputError if two versions have one number: nobody knows which comes first.

        That is no error of the pack alone: two branches that each add a version, each of them
        right, give it when both are merged.
        """
        for version, other in pairwise(self.versions):
            if version.number == other.number:
                raise InputError(
                    f"the pack '{self.name}' has two heads: {self.identify(version)} and "
                    f"{self.identify(other)} follow the same version",
                    hint="give one of them the next number; `migrate heads --check` in CI finds "
                    "this before it is merged",
                )

    def phases(self, config: Config) -> Mapping[str, Sequence[Version]]:
        """The versions of each phase, in the order in which they are applied.

        Raises:
            InputError: `[phases]` names a version that is not there, leaves one out that is
                configured, or puts one before what it requires.
        """
        grouped: dict[str, list[Version]] = {}
        if config.phases is None:
            for version in self.versions:
                grouped.setdefault(version.phase, []).append(version)
            return grouped
        by_number = {version.number: version for version in self.versions}
        done: set[int] = set()
        for name, numbers in config.phases.items():
            for number in numbers:
                known = by_number.get(number)
                if known is None:
                    raise InputError(
                        f"phases: '{name}' names version {number}, which the pack '{self.name}' "
                        f"does not have",
                        hint=f"versions: {', '.join(map(str, by_number))}",
                    )
                late = [
                    one for one in known.requires
                    if one not in done and by_number[one].configured(config)
                ]  # fmt: skip
                if late:
                    raise InputError(
                        f"phases: version {number} ({known.name}) comes after version {late[0]} "
                        f"({by_number[late[0]].name}), and '{name}' has it before"
                    )
                done.add(number)
                grouped.setdefault(name, []).append(known)
        for version in self.versions:
            if version.number not in done and version.configured(config):
                raise InputError(
                    f"phases: version {version.number} ({version.name}) is configured and in no "
                    "phase"
                )
        return grouped

    @cached_property
    def code(self) -> str:
        """A name for all the code of the pack, by its content."""
        functions: list[Callable[..., object]] = [self.defaults]
        for version in self.versions:
            functions += [version.plan, version.configured, version.reads, version.routes]
        # What it consists of may be written in another module than any of these.
        plain = [
            (version.phase, version.title, version.requires, version.why)
            for version in self.versions
        ]
        return f"{code_digest(functions)} {plain}"

    def branches(self, config: Config) -> Mapping[str, str]:
        """The branch of each phase, in the order of the phases.

        Raises:
            InputError: As `phases`.
        """
        return {
            name: f"{config.branch_prefix}/{number:02d}-{name}"
            for number, name in enumerate(self.phases(config), 1)
        }

    def identify(self, version: Version) -> VersionId:
        return VersionId(self.name, version.number, version.name, version.digest)


def load_packs() -> Mapping[str, Pack]:
    """All installed packs by name.

    Raises:
        OutsideError: A pack can't be loaded, or two have one name.
    """
    packs: dict[str, Pack] = {}
    for point in entry_points(group=GROUP):
        try:
            pack = point.load()
        except Exception as error:
            raise OutsideError(
                f"the pack '{point.name}' can't be loaded from '{point.value}': {error}",
                hint="reinstall or remove the distribution that brings it",
            ) from error
        if not isinstance(pack, Pack) or pack.name in packs:
            raise OutsideError(f"'{point.value}' is no pack, or there are two named '{point.name}'")
        packs[pack.name] = pack
    return packs
