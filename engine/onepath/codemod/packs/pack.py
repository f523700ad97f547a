"""Packs: codemods that belong together, by number, with their tables and rules."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from onepath.audit.rule import Rule, engine_rules
from onepath.codemod.codemod import BaseCodemod
from onepath.codemod.packs.code_digest import code_digest
from onepath.codemod.packs.version import Version
from onepath.config.migrate_toml import Config
from onepath.config.tables.phases import VersionNumber
from onepath.config.tables.table import Table
from onepath.errors import InputError
from onepath.model import VersionId
from onepath.symbols.world import World


def _no_defaults(_: World) -> str:
    return ""


@dataclass(frozen=True)
class Pack:
    """What is published under one name.

    Args:
        name: As in `pack = "name"`, in branches and in the ledger.
        codemods: The classes, in the order of their numbers.
        rules: Rules of the audit that come with it, besides those of the engine.
        tables: Tables that its rules read, besides those of the codemods.
        defaults: The configuration for a repository that the pack recognises, as the text of a
            `migrate.toml`; empty for any other repository.
        is_default: Whether it serves configurations that name no pack.
        source: Where it comes from, with its version; filled in when it is loaded.
    """

    name: str
    codemods: tuple[type[BaseCodemod], ...]
    rules: tuple[Rule, ...] = ()
    tables: tuple[type[Table], ...] = ()
    defaults: Callable[[World], str] = _no_defaults
    is_default: bool = False
    source: str = ""

    def __post_init__(self) -> None:
        numbers = [codemod.number for codemod in self.codemods]
        if numbers != sorted(numbers):
            raise ValueError(f"pack {self.name}: version numbers are not in order: {numbers}")
        for codemod in self.codemods:
            late = [
                number
                for number in codemod.requires
                if number not in numbers or number >= codemod.number
            ]
            if late:
                raise ValueError(f"pack {self.name}: {codemod.name} requires {late}, not before it")

    @cached_property
    def versions(self) -> tuple[Version, ...]:
        """The codemods as versions of this pack."""
        return tuple(Version(self.name, codemod, self.source) for codemod in self.codemods)

    @cached_property
    def all_tables(self) -> Mapping[str, type[Table]]:
        """Every table that the configuration may have for this pack, by name."""
        further = (table for codemod in self.codemods for table in codemod.further_tables)
        tables = [*(codemod.table for codemod in self.codemods), *further, *self.tables]
        return {table.table_name: table for table in tables if table is not None}

    @cached_property
    def by_number(self) -> Mapping[VersionNumber, Version]:
        """The versions, as `[phases]` may name them."""
        return {VersionNumber("", version.number): version for version in self.versions}

    def check_numbers(self) -> None:
        """Raise InputError if two versions have one number: nobody knows which comes first.

        That is no error of the pack alone: two branches that each add a version, each of them
        right, give it when both are merged.
        """
        for version, other in pairwise(self.versions):
            if (version.pack, version.number) == (other.pack, other.number):
                raise InputError(
                    f"the pack '{version.pack}' has two heads: {version} and {other} follow the "
                    "same version",
                    hint="give one of them the next number; `migrate heads --check` in CI finds "
                    "this before it is merged",
                )

    def phases(self, config: Config) -> Mapping[str, Sequence[Version]]:
        """The versions of each phase, in the order in which they are applied.

        Raises:
            InputError: `[phases]` names a version that is not there, leaves one out that is
                configured, or puts one before what it requires; or two packs have one phase.
        """
        if config.phases is not None:
            return self._grouped_by(config)
        grouped: dict[str, list[Version]] = {}
        for version in self.versions:
            group = grouped.setdefault(version.phase, [])
            if group and group[0].pack != version.pack:
                raise InputError(
                    f"the packs '{group[0].pack}' and '{version.pack}' both have a phase "
                    f"'{version.phase}'",
                    hint="name one of them only, or give the phases in [phases]",
                )
            group.append(version)
        return grouped

    def _grouped_by(self, config: Config) -> Mapping[str, Sequence[Version]]:
        grouped: dict[str, list[Version]] = {}
        done: set[tuple[str, int]] = set()
        for name, numbers in (config.phases or {}).items():
            for number in numbers:
                version = self.by_number.get(number)
                if version is None:
                    raise InputError(
                        f"phases: '{name}' names version {number}, which the pack '{self.name}' "
                        f"does not have",
                        hint=f"versions: {', '.join(map(str, self.by_number))}",
                    )
                late = [
                    one
                    for one in self.required_by(version)
                    if (one.pack, one.number) not in done and one.configured(config)
                ]
                if late:
                    raise InputError(
                        f"phases: version {number} ({version.name}) comes after version "
                        f"{late[0].number} ({late[0].name}), and '{name}' has it before"
                    )
                done.add((version.pack, version.number))
                grouped.setdefault(name, []).append(version)
        for version in self.versions:
            if (version.pack, version.number) not in done and version.configured(config):
                raise InputError(
                    f"phases: version {version.number} ({version.name}) is configured and in no "
                    "phase"
                )
        return grouped

    def required_by(self, version: Version) -> list[Version]:
        """The versions that must come before one."""
        return [
            one
            for one in self.versions
            if one.pack == version.pack and one.number in version.requires
        ]

    @cached_property
    def code(self) -> str:
        """A name for all the code of the pack, by its content."""
        # What it consists of may be written in another module than any of its codemods.
        plain = [
            (codemod.number, codemod.phase, codemod.title, codemod.requires, codemod.why)
            for codemod in self.codemods
        ]
        checks = [rule.check for rule in self.rules]
        brought: tuple[Callable[..., object], ...] = (
            *self.codemods,
            *self.all_tables.values(),
            *checks,
            self.defaults,
        )
        return f"{code_digest(brought)} {plain}"

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
        """The version as plans, ledgers and commits name it."""
        return version.identity

    @property
    def audit_rules(self) -> Mapping[str, Rule]:
        """Every rule of the audit by name: those of the engine, and those that the pack brings.

        Raises:
            InputError: Two of them have one name.
        """
        brought = {rule.name: rule for rule in self.rules}
        _check_distinct("rule", [("engine", engine_rules()), (self.name, brought)])
        return {**engine_rules(), **brought}

    def mender(self, phase: str) -> str:
        """The version that makes a phase, `canonical/v0001`; empty if there is no such phase."""
        for version in self.versions:
            if version.phase == phase:
                return f"{version.pack}/v{version.number:04d}"
        return ""


@dataclass(frozen=True)
class JoinedPacks(Pack):
    """Several packs that serve one repository, in their order. It is called like the first."""

    packs: tuple[Pack, ...] = ()

    def __post_init__(self) -> None:
        """Each of them has been checked by itself."""

    @cached_property
    def versions(self) -> tuple[Version, ...]:
        return tuple(version for pack in self.packs for version in pack.versions)

    @cached_property
    def by_number(self) -> Mapping[VersionNumber, Version]:
        first = {VersionNumber("", version.number): version for version in self.packs[0].versions}
        every = {VersionNumber(version.pack, version.number): version for version in self.versions}
        return {**first, **every}

    @cached_property
    def code(self) -> str:
        return " ".join(pack.code for pack in self.packs)


def joined(packs: Sequence[Pack]) -> Pack:
    """Several packs as one.

    Raises:
        InputError: Two of them have a table or a rule of one name.
    """
    if len(packs) == 1:
        return packs[0]
    names = [pack.name for pack in packs]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"two packs are called '{name}'")
    _check_distinct("table", [(pack.name, pack.all_tables) for pack in packs])
    _check_distinct(
        "rule", [(pack.name, {rule.name: rule for rule in pack.rules}) for pack in packs]
    )
    return JoinedPacks(
        name=packs[0].name,
        codemods=tuple(codemod for pack in packs for codemod in pack.codemods),
        rules=tuple({rule.name: rule for pack in packs for rule in pack.rules}.values()),
        tables=tuple(dict.fromkeys(table for pack in packs for table in pack.tables)),
        packs=tuple(packs),
    )


def _check_distinct(what: str, brought: Iterable[tuple[str, Mapping[str, object]]]) -> None:
    seen: dict[str, tuple[str, object]] = {}
    for pack, things in brought:
        for name, thing in things.items():
            other, first = seen.setdefault(name, (pack, thing))
            if first is not thing:
                raise InputError(f"the packs '{other}' and '{pack}' both have a {what} '{name}'")


def chosen_pack(packs: Mapping[str, Pack], config: Config) -> Pack:
    """The packs that the configuration names, as one.

    Args:
        packs: By name.
        config: Names them.

    Raises:
        InputError: There is no such pack, or they don't go together.
    """
    for name in config.packs:
        if name not in packs:
            raise no_pack(name, packs)
    return joined([packs[name] for name in config.packs])


def no_pack(name: str, packs: Iterable[str]) -> InputError:
    """That there is no such pack, with those that there are."""
    known = ", ".join(sorted(packs)) or "none"
    return InputError(f"no pack '{name}'", hint=f"installed packs: {known}")
