"""The imports of this repository's own modules, with what they stand in."""

import re
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from onepath.model import Alias, Facts, ImportFact
from onepath.symbols.resolve import Resolution, Resolver

_CATCHES_IMPORT_ERRORS = re.compile(
    r"\b(?:Import|ModuleNotFound|Attribute)Error\b|\b(?:Base)?Exception\b"
)
_EXPECTS_FAILURE = re.compile(
    r"\b(?:raises|assertRaises(?:Regex)?)\(.*\b(?:Import|ModuleNotFound|Attribute)Error\b"
    r"|\b(?:warns|assertWarns(?:Regex)?)\(.*(?:Deprecation|Future|Import)Warning\b"
    r"|\bdeprecated_call\("
)
_REPLACES_MODULES = re.compile(r"sys\.modules")
_SUPPRESSES = re.compile(r"\bsuppress\(")
_NAMESPACES = frozenset(("globals", "locals", "vars"))


class NameImport(NamedTuple):
    """One name of an import statement that speaks of this repository."""

    path: str
    """The file that imports."""
    statement: ImportFact
    alias: Alias
    module: str
    """Dotted name of the module that is named, as written, dots resolved."""
    resolution: Resolution
    """What the name is; for a star and for `import a.b`, what the module is."""

    @property
    def dotted(self) -> str:
        """The whole path that is named."""
        if not self.statement.is_from or self.alias.name == "*":
            return self.module
        return f"{self.module}.{self.alias.name}"


def imported_names(
    path: str,
    facts: Facts,
    resolver: Resolver,
    chosen: Callable[[ImportFact, Alias], bool] | None = None,
) -> Iterator[NameImport]:
    """What a file imports of this repository, statement by statement; only what is chosen."""
    modules = resolver.modules
    for statement in facts.imports:
        if not statement.is_from:
            for alias in statement.names:
                resolution = resolver.module(path, alias.name)
                if resolution.kind != "external":
                    yield NameImport(path, statement, alias, alias.name, resolution)
            continue
        module = modules.absolute(path, statement.level, statement.module)
        if module is not None and resolver.module(path, module).kind == "external":
            continue
        for alias in statement.names:
            if chosen is not None and not chosen(statement, alias):
                continue
            if alias.name == "*" and module is not None:
                resolution = resolver.module(path, module)
            else:
                resolution = resolver.imported(path, statement, alias)
            name = "." * statement.level + statement.module if module is None else module
            yield NameImport(path, statement, alias, name, resolution)


def imports_of(
    path: str, facts: Facts, resolver: Resolver, tops: Collection[str]
) -> Iterator[NameImport]:
    """What a file imports of packages that are not here, by their names."""
    for statement in facts.imports:
        if statement.level:
            continue
        for alias in statement.names:
            module = statement.module or alias.name
            if module.partition(".")[0] in tops:
                resolution = resolver.imported(path, statement, alias)
                if resolution.kind == "external":
                    yield NameImport(path, statement, alias, module, resolution)


def is_guarded(facts: Facts, statement: ImportFact) -> bool:
    """Whether a failure of the import is caught: `except ImportError`, `suppress(ImportError)`."""
    at = statement.block
    while at != -1:
        block = facts.blocks[at]
        if block.kind == "with" and _SUPPRESSES.search(block.test):
            return True
        if block.kind == "try" and any(
            other.kind == "except"
            and (other.owner_start, other.owner_end) == (block.owner_start, block.owner_end)
            and (not other.test or _CATCHES_IMPORT_ERRORS.search(other.test))
            for other in facts.blocks
        ):
            return True
        at = block.parent
    return False


def is_expected_to_fail(facts: Facts, statement: ImportFact) -> bool:
    """Whether a test expects the import to fail or to warn: `with pytest.raises(ImportError)`."""
    return _stands_in(facts, statement, _EXPECTS_FAILURE)


def has_stand_ins(facts: Facts, statement: ImportFact) -> bool:
    """Whether the file puts modules of its own making into `sys.modules`."""
    return "sys.modules" in facts.dynamic or _stands_in(facts, statement, _REPLACES_MODULES)


def binds_unseen(facts: Facts) -> bool:
    """Whether a module may have names that its text does not show."""
    return bool(
        facts.failure
        or facts.dynamic
        or not _NAMESPACES.isdisjoint(facts.scopes[0].free)
        or any("globals" in scope.free for scope in facts.scopes)
        or any(
            name == "sys" and chain[:1] and chain[0][0] == "modules"
            for name, _, _, _, _, _, chain, _ in facts.plain_uses
        )
    )


def _stands_in(facts: Facts, statement: ImportFact, wanted: re.Pattern[str]) -> bool:
    at = statement.block
    while at != -1:
        block = facts.blocks[at]
        if block.kind == "with" and wanted.search(block.test):
            return True
        at = block.parent
    return False
