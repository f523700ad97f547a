"""Uses of a path that is not the canonical one.

What it finds
    Imports (`from old import Name`, `import old`), attribute chains (`module.Name`), star imports
    whose deprecated names the file uses, and strings that a call certainly looks up
    (`mock.patch("old.Name")`, `importlib.import_module("old")`), if they name

    - a path on the left side of `[imports]` in migrate.toml, or
    - any other path that leads to the definition of a canonical symbol: the message then says
      that the path is not in migrate.toml.

    Paths are compared by what they resolve to, never by spelling. The modules through which the
    canonical path itself reaches the definition may use the others; so may a test that expects
    the import to fail or to warn. A patch of the canonical object in the module that looks it up
    is no use of a deprecated path.

Why it matters
    Each extra path is a place that must be kept alive, that a patch can miss, and that decides
    with the order of imports which object a reader gets.

Example
    from app.hub.manager import Hub
    # 'app.hub.manager.Hub' is deprecated: use 'app.hub.Hub'

How it is fixed
    `migrate --dry-run` shows what the phase `canonical-imports` makes of the paths in `[imports]`.
    A path that is not there is added first: `migrate init --canonical PATH` finds them all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from onepath.analysis.imports import NameImport, imports_of, is_expected_to_fail
from onepath.analysis.index import Index
from onepath.audit.changes import FilesChange, Memory, Rests
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.config.settings import Settings
from onepath.model import DottedString, Facts, Use
from onepath.symbols.find_references.callees import Purpose, purpose_of
from onepath.symbols.renames import module_id
from onepath.symbols.resolve import Resolution, Step
from onepath.symbols.sites import chain_start, find_sites


class Deprecated(NamedTuple):
    """A path that should be another."""

    old: str
    new: str
    configured: bool = True

    @property
    def message(self) -> str:
        if self.configured:
            return f"'{self.old}' is deprecated: use '{self.new}'"
        return f"'{self.old}' is not the canonical path '{self.new}', and not in migrate.toml"


class Paths:
    """What is deprecated in a repository.

    Args:
        index: The repository.
    """

    def __init__(self, index: Index) -> None:
        self.index = index
        self.renames = index.renames
        self.canonical = frozenset(symbol.path for symbol, _ in index.canonical_names)
        tops = {old.partition(".")[0] for old in index.settings.imports}
        self.gone = {top for top in tops if index.resolver.modules.find(top) is None}
        """Packages with deprecated paths that are gone from the repository altogether."""
        self.words = frozenset(self.renames.words)
        self.targets: dict[Step, tuple[str, frozenset[str]]] = {}
        """Definition -> its canonical path, and the files on the way there."""
        for symbol, resolution in index.canonical_names:
            files = frozenset((resolution.path, *(path for path, _ in resolution.route)))
            self.targets.setdefault((resolution.path, resolution.name), (symbol.path, files))

    def other(self, path: str, resolution: Resolution) -> Deprecated | None:
        """The deprecation, for a file, of a path that is not configured."""
        if resolution.kind != "definition" or not resolution.route or resolution.rest:
            return None  # an attribute of something canonical is no other path to it
        new, inner = self.targets.get((resolution.path, resolution.name), ("", frozenset()))
        if not new or path in inner:
            return None
        module, name = resolution.route[0]
        old = f"{self.index.module(module)}.{name}"
        return None if old in self.canonical else Deprecated(old, new, False)

    def of_import(self, name_import: NameImport) -> Deprecated | None:
        match = self.renames.of_alias(name_import.path, name_import.statement, name_import.alias)
        if match is None:
            return self.other(name_import.path, name_import.resolution)
        placed = self.renames.placed(name_import.path, match)
        return None if placed is None else Deprecated(match.old, placed.to.dotted)

    def of_star(self, name_import: NameImport) -> Iterator[Deprecated]:
        """What a star import brings of deprecated paths that its file uses."""
        resolver = self.index.resolver
        facts = self.index.facts(name_import.path)
        free = {name for scope in facts.scopes for name in scope.free}
        module = module_id(resolver, name_import.module, name_import.path)
        gone = module.startswith("?")
        for name in sorted(free - set(facts.scopes[0].bound)):
            match = self.renames.symbol(module, name)
            if match is not None and (gone or name in resolver.star_names(module)[0]):
                placed = self.renames.placed(name_import.path, match)
                if placed is not None:
                    yield Deprecated(match.old, placed.to.dotted)
            elif (
                not gone and self.index.may_matter(name) and name in resolver.star_names(module)[0]
            ):
                other = self.other(name_import.path, resolver.name(module, name))
                if other is not None:
                    yield other

    def of_string(self, path: str, value: str) -> tuple[Deprecated, bool] | None:
        """A configured path at the start of a string, and whether it is the whole of it."""
        parts = value.replace(":", ".").split(".")
        for count in range(1, len(parts)):
            module = module_id(self.index.resolver, ".".join(parts[:count]), path)
            match = self.renames.symbol(module, parts[count])
            if match is not None:
                return Deprecated(match.old, match.to.dotted), count + 1 == len(parts)
        for count in range(len(parts), 0, -1):
            whole = self.renames.modules.get(".".join(parts[:count]))
            if whole is not None:
                return Deprecated(".".join(parts[:count]), whole.dotted), False
        return None


def check(index: Index, settings: Settings) -> Iterable[Violation]:
    """Look at imports, chains and strings of every file."""
    del settings
    found = index.of_files(_of_file)
    index.world.read([path for path, (_, chains) in found.items() if chains])
    for path, (violations, chains) in found.items():
        yield from violations
        for offset, deprecated in chains.items():
            line, column = index.place(path, offset)
            yield Violation(path, line, deprecated.message, deprecated.old, deprecated.new, column)


class _InFile(NamedTuple):
    """What is deprecated in a file."""

    violations: Sequence[Violation]
    chains: Mapping[int, Deprecated]
    """By their offsets."""


def _of_file(index: Index, path: str) -> _InFile | None:
    paths = index.once("deprecated paths", lambda: Paths(index))
    if not paths.targets and not index.settings.imports:
        return None
    facts = index.facts(path)
    statements = [*index.imports_of(path)]
    if paths.gone:
        statements += imports_of(path, facts, index.resolver, paths.gone)
    found = [*_imports(paths, statements), *_strings(paths, path, facts)]
    chains = dict(_configured_chains(paths, path, facts, statements))
    for offset, deprecated in _other_chains(paths, path, facts):
        chains.setdefault(offset, deprecated)
    return _InFile(found, chains) if found or chains else None


def _imports(paths: Paths, statements: Iterable[NameImport]) -> Iterator[Violation]:
    for name_import in statements:
        deprecateds = (
            list(paths.of_star(name_import))
            if name_import.alias.name == "*"
            else [paths.of_import(name_import)]
        )
        for deprecated in deprecateds:
            if deprecated is not None and not is_expected_to_fail(
                paths.index.facts(name_import.path), name_import.statement
            ):
                old, new = deprecated.old, deprecated.new
                yield Violation(
                    name_import.path, name_import.statement.line, deprecated.message, old, new
                )


# -------------------------------------------------------------- chains

_Chains = Iterator[tuple[int, Deprecated]]
"""An offset, and what is there."""


def _configured_chains(
    paths: Paths, path: str, facts: Facts, statements: Iterable[NameImport]
) -> _Chains:
    if paths.index.settings.imports and any(
        not one.statement.is_from or one.resolution.kind in ("module", "unresolved", "external")
        for one in statements
    ):
        for site in find_sites(path, facts, paths.renames).chains:
            match = site.match
            yield facts.uses[site.use].start, Deprecated(match.old, match.to.dotted)


def _other_chains(paths: Paths, path: str, facts: Facts) -> _Chains:
    if not any(
        not use.line and (use.resolution.path, use.resolution.name) in paths.targets
        for use in paths.index.uses_of(path)
    ):
        return
    for use in facts.uses:
        deprecated = (
            paths.other(path, _end_of_chain(paths, path, facts, use)) if use.chain else None
        )
        if deprecated is not None:
            yield use.start, deprecated


def _end_of_chain(paths: Paths, path: str, facts: Facts, use: Use) -> Resolution:
    """What the first attribute of a chain is that is no module; its route starts there."""
    start = chain_start(path, facts, paths.renames, use.bound_in, use.name)
    resolution = Resolution("external", "", "")
    at = None if start is None else paths.index.resolver.modules.find(start.module, path)
    for name, _ in use.chain:
        if at is None:
            break
        resolution = paths.index.resolver.name(at, name)
        at = resolution.path if resolution.kind == "module" else None
    return resolution


# ------------------------------------------------------------- strings


def _strings(paths: Paths, path: str, facts: Facts) -> Iterator[Violation]:
    for string in facts.strings:
        if string.target >= 0 or not string.callee:
            continue
        deprecated = _string(paths, path, facts, string)
        if deprecated is not None:
            yield Violation(path, string.line, deprecated.message, deprecated.old, deprecated.new)


def _string(paths: Paths, path: str, facts: Facts, string: DottedString) -> Deprecated | None:
    resolver = paths.index.resolver
    words = string.value.replace(":", ".").split(".")
    configured = paths.of_string(path, string.value) if paths.words & set(words) else None
    if configured is not None:
        purpose = purpose_of(path, facts, resolver, string)
        deprecated, whole = configured
        if purpose is Purpose.PATCHES and whole and _reads_itself(paths.index, deprecated.old):
            return None
        return deprecated if purpose in (Purpose.PATCHES, Purpose.IMPORTS) else None
    if words[0] not in paths.index.tops or not paths.index.may_matter(*words):
        return None
    other = paths.other(path, resolver.dotted(".".join(words), path)._replace(rest=()))
    if other is None or purpose_of(path, facts, resolver, string) is not Purpose.IMPORTS:
        return None
    return other


def _reads_itself(index: Index, dotted: str) -> bool:
    """Whether the module of a path looks the name up when it runs, so that a patch there counts."""
    module, _, name = dotted.rpartition(".")
    path = index.resolver.modules.find(module)
    return path is not None and any(
        use.name == name and use.bound_in == 0 and use.scope != 0 for use in index.facts(path).uses
    )


def _remember(index: Index) -> Memory:
    return None


def _follow(
    memory: Memory, change: FilesChange, known: Sequence[Violation]
) -> Iterable[Violation] | None:
    """Nothing rests on other files but whether they look a deprecated name up themselves."""
    for old in change.after.settings.imports:
        path = change.after.resolver.modules.find(old.rpartition(".")[0])
        if path in change.paths and _reads_itself(change.before, old) != _reads_itself(
            change.after, old
        ):
            return None
    return check(change.after, change.after.settings)


RULE = Rule(
    name="deprecated-import",
    summary="a use of a path that is not the canonical one",
    check=check,
    phase="canonical-imports",
    local=True,
    of_files=(_of_file,),
    by_uses=True,
    rests=Rests(_remember, _follow),
)
