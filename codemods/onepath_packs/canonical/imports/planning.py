"""Renames across a whole repository: which files, in what order, and what one asks of another."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from onepath.codemod.outcome import Outcome
from onepath.codemod.withheld import CODE, refused_places
from onepath.config.globs import Globs
from onepath.config.migrate_toml import Config
from onepath.facts.extract.type_comments import MARKS as TYPE_MARKS
from onepath.facts.prefilter.words import CodeNeedles, Needles
from onepath.importing.loading import overwrites
from onepath.model import Changeset, Facts, FileChange, Guard, Refusal
from onepath.symbols.find_references.references import Reference, references
from onepath.symbols.graph.imports import reachable
from onepath.symbols.renames import Renames
from onepath.symbols.resolve import Step
from onepath.symbols.sites import Sites, find_sites, may_be_renamed
from onepath.symbols.spelling.composed import ANY_MODULE
from onepath.symbols.spelling.elsewhere import names_read_elsewhere
from onepath.symbols.world import World
from onepath_packs.canonical.imports.documents import rewrite_documents
from onepath_packs.canonical.imports.file import Demand
from onepath_packs.canonical.imports.kept.ambiguous import reads_through
from onepath_packs.canonical.imports.kept.path_edits import edits_path
from onepath_packs.canonical.imports.kept.withheld import Held, named_bindings
from onepath_packs.canonical.imports.lazy import loaded_at_once
from onepath_packs.canonical.imports.patched import Group, groups, held_groups, replaced_in
from onepath_packs.canonical.imports.rounds import Rounds
from onepath_packs.canonical.imports.strings.attributes import names_attributes
from onepath_packs.canonical.imports.strings.meanings import meaning_of
from onepath_packs.canonical.imports.strings.named import named_sites
from onepath_packs.canonical.imports.strings.strings import is_certain, string_follows
from onepath_packs.canonical.imports.uses.type_comments import KIND as TYPE_COMMENT


@dataclass
class _Survey:
    """What was found before anything is decided."""

    facts: dict[str, Facts] = field(default_factory=dict)
    sites: dict[str, Sites] = field(default_factory=dict)
    named: dict[Step, list[tuple[str, Reference]]] = field(default_factory=dict)
    """(module, name) -> who refers to that binding, by file."""


def plan_renames(world: World, renames: Renames, config: Config) -> Outcome:
    """Take every use of the deprecated paths to the canonical ones.

    Args:
        world: The code as it is.
        renames: What is deprecated.
        config: Which files are excluded, and what happens to documents.

    Returns:
        A changeset that is proven: places that failed the proof are left alone and refused.
    """
    globs = Globs(config.exclude)
    world.book.search_along(_foreseen(world, renames))
    survey = _survey(world, renames)
    excluded = {path for path in survey.facts if globs.match(path)}
    found = groups(world, renames, survey.facts)
    rounds = Rounds(
        world, renames, survey.facts, survey.sites, survey.named,
        _demands(world, renames, survey, excluded, found, config),
        dict(rewrite_documents(world, renames, config)), found,
    )  # fmt: skip
    rounds.settle()
    changes = rounds.changes
    after = world.after({change.path: change.new for change in changes})
    changed = {change.path for change in changes} & survey.facts.keys()
    renames_after = renames.over(after.resolver)
    left = _survey_of(after, renames_after, sorted(changed))
    count = _count(survey, renames, survey.facts)
    settled = _count(survey, renames, changed) - _count(left, renames_after, changed)
    refusals = {*rounds.refusals(), *_excluded(world, survey, excluded)}
    refusals |= set(_unparseable(world, renames, survey, excluded))
    return Outcome(
        Changeset(tuple(changes), tuple(sorted(refusals))),
        {"deprecated-import": count},
        {"deprecated-import": count - settled},
        (*_remarks(changes), *_loaded_at_once(world, changes, survey)),
    )


def _remarks(changes: Iterable[FileChange]) -> Iterator[str]:
    """What no run of the program would show."""
    for change in changes:
        lines = [edit.line for edit in change.edits if edit.kind == TYPE_COMMENT]
        if lines:
            places = ", ".join(map(str, dict.fromkeys(lines)))
            only = "only a type checker reads them"
            yield f"{change.path}: types in comments follow (line {places}); {only}"


def _loaded_at_once(world: World, changes: Iterable[FileChange], survey: _Survey) -> Iterator[str]:
    for change in changes:
        if change.path in survey.sites:
            yield from loaded_at_once(world, change, survey.sites[change.path])


# ------------------------------------------------------------------- survey


def _foreseen(world: World, renames: Renames) -> list[Needles]:
    """The searches that will follow: for the names of the canonical modules, and of all modules
    that are in question."""
    canonical = {to.module for to in renames.olds.values()}
    deprecated = {old.rpartition(".")[0] for old in renames.olds}
    return [
        Needles.of(
            name.rpartition(".")[2]
            for path in map(world.modules.find, modules)
            if path is not None
            for name in world.modules.names(path)
            if name
        )
        for modules in (canonical, canonical | deprecated)
    ]


def _survey(world: World, renames: Renames) -> _Survey:
    if not renames.olds:
        return _Survey()
    return _survey_of(world, renames, world.book.mentioning(CodeNeedles.of(renames.words)))


def _survey_of(world: World, renames: Renames, paths: Iterable[str]) -> _Survey:
    survey, words = _Survey(), frozenset(renames.words)
    for path in paths:
        facts = survey.facts[path] = world.facts(path)
        if facts.failure is not None:
            continue
        sites = find_sites(path, facts, renames)
        if sites:
            survey.sites[path] = sites
        for reference in references(path, facts, world.resolver, words):
            survey.named.setdefault((reference.module, reference.name), []).append(
                (path, reference)
            )
    return survey


def _count(survey: _Survey, renames: Renames, paths: Iterable[str]) -> int:
    """Uses of deprecated paths: import statements' names, chains, star imports, certain strings."""
    words = frozenset(renames.words)
    count = 0
    for path in paths:
        sites = survey.sites.get(path)
        if sites is not None:
            count += len(sites.directs) + len(sites.chains) + len(sites.stars)
        facts = survey.facts[path]
        for string in facts.strings:
            if not words.isdisjoint(string.value.replace(":", ".").split(".")):
                meaning = meaning_of(path, string.value, renames, {})
                count += meaning is not None and is_certain(path, facts, renames.resolver, string)
        count += sum(not site.problem for site in named_sites(path, facts, renames))
    return count


# ------------------------------------------------------------------ rewrite


def _demands(
    world: World,
    renames: Renames,
    survey: _Survey,
    excluded: set[str],
    found: Sequence[Group],
    config: Config,
) -> dict[str, Demand]:
    """The files to plan, and what the rest of the repository asks of each."""
    spared = _spared(world, renames, survey)
    paths = [p for p, facts in survey.facts.items() if p not in excluded and facts.failure is None]
    typed = {*world.book.others_mentioning(paths, Needles.of(TYPE_MARKS))}
    wanted = [
        path for path in paths
        if path in survey.sites or path in typed or _may_matter(survey.facts[path], renames)
    ]  # fmt: skip
    patched = held_groups(world, found, excluded)
    withheld = refused_places(config.places)
    named = may_be_renamed(survey.sites, survey.facts, world.resolver)
    read = names_read_elsewhere(world, named, renames.words, renames.symbols)
    return {
        path: Demand(_kept(path, survey, excluded, renames) | read.get(path, set()), {},
                     spared.get(path, {}), patched=patched.get(path, {}),
                     replaced=replaced_in(found, path),
                     held=named_bindings(path, survey.facts[path], CODE, withheld))
        for path in world.read(wanted)
    }  # fmt: skip


def _kept(path: str, survey: _Survey, excluded: set[str], renames: Renames) -> frozenset[str]:
    """Module-level names of a file that others use in a way that does not follow a rename."""
    kept = set()
    for word in renames.words:
        named = (*survey.named.get((path, word), ()), *survey.named.get((ANY_MODULE, word), ()))
        for user, reference in named:
            if user == path and reference.kind != "string":
                continue
            is_string = reference.kind == "string"
            leaves = renames.symbol(path, word) is not None and user not in excluded
            if leaves and not is_string:
                continue  # this is itself a deprecated path, and its users leave it
            follows = is_string and user not in excluded
            if not (follows and string_follows(user, survey.facts[user], renames, reference)):
                kept.add(word)
    if survey.named.get((path, "*")):
        kept.update(renames.words)
    return frozenset(kept)


def _spared(world: World, renames: Renames, survey: _Survey) -> dict[str, dict[str, Held]]:
    """Files that a destination imports while it is imported: they can't import it back."""
    modules, book = world.modules, world.book
    wanted: dict[str, set[str]] = {}
    for path, sites in survey.sites.items():
        facts = survey.facts[path]
        for site in sites.directs:
            if not facts.imports[site.statement].guard & (Guard.FUNCTION | Guard.TYPE_CHECKING):
                wanted.setdefault(site.match.to.module, set()).add(path)
    spared = _overwriting(world, survey)
    for module, paths in wanted.items():
        target = modules.find(module)
        if target is None or target.endswith("/"):
            continue
        inside = reachable([target], world.imports, book.load)
        for path in paths & inside - {target}:
            if target not in reachable([path], world.imports, book.load, until=target):
                reason = f"'{module}' imports this module; this would create an import cycle"
                spared.setdefault(path, {})[module] = Held("import-cycle", reason)
    return spared


def _overwriting(world: World, survey: _Survey) -> dict[str, dict[str, Held]]:
    """Files that would be the first to import a module whose name its package uses otherwise."""
    known: dict[str, str] = {}
    found: dict[str, dict[str, Held]] = {}
    for path, sites in survey.sites.items():
        matches = [*(one.match for one in sites.directs), *(one.match for one in sites.chains)]
        for module in {match.to.module for match in matches}:
            if module not in known:
                known[module] = overwrites(world, module)
            if known[module]:
                held = Held("name-overwritten", known[module], always=True)
                found.setdefault(path, {})[module] = held
    return found


def _may_matter(facts: Facts, renames: Renames) -> bool:
    """Whether a file without sites may have strings or short names that mean a deprecated path."""
    words = frozenset(renames.words)
    if facts.named or names_attributes(facts):
        return True
    if edits_path(facts) or reads_through(facts, words):
        return True
    return any(
        string.value in renames.holders
        or not words.isdisjoint(string.value.replace(":", ".").split("."))
        for string in facts.strings
    )


def _excluded(world: World, survey: _Survey, excluded: set[str]) -> Iterator[Refusal]:
    """Every deprecated path in a file that the configuration excludes."""
    paths = sorted(excluded & survey.sites.keys())
    data = world.read(paths)
    for path in paths:
        facts, sites = survey.facts[path], survey.sites[path]
        places = [(facts.imports[one.statement].line, one.match.old) for one in sites.directs]
        places += [(facts.imports[one.statement].line, one.module) for one in sites.stars]
        text = data.get(path, b"")
        places += [
            (text.count(b"\n", 0, facts.uses[one.use].start) + 1, one.match.old)
            for one in sites.chains
        ]
        for line, old in places:
            reason = f"'{old}': the configuration excludes this file"
            yield Refusal(path, line, "excluded", reason)


def _unparseable(
    world: World, renames: Renames, survey: _Survey, excluded: set[str]
) -> Iterator[Refusal]:
    """Files that can't be read as Python and seem to hold a deprecated path."""
    failures = {
        path: facts.failure
        for path, facts in survey.facts.items()
        if facts.failure is not None and path not in excluded
    }
    data = world.read(list(failures))
    for path, failure in failures.items():
        old = renames.spelled_in(data.get(path, b""))
        if old is not None:
            reason = f"{failure.reason}; the file seems to use '{old}'"
            yield Refusal(path, failure.line, "unparseable", reason)
