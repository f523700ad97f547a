"""Where a repository names deprecated paths: what is known before anything is decided."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from onepath.codemod.refusals.left_out import EXCLUDED, Location
from onepath.facts.prefilter.words import CodeNeedles
from onepath.model import BindingKey, Facts, Refusal
from onepath.symbols.destinations import Destination
from onepath.symbols.find_references.references import Reference, references
from onepath.symbols.find_references.users import expect_users
from onepath.symbols.renames import Renames
from onepath.symbols.resolve import Step
from onepath.symbols.sites import Sites, find_sites
from onepath.symbols.world import World
from onepath_packs.canonical.imports.strings.meanings import meaning_of
from onepath_packs.canonical.imports.strings.named import named_sites
from onepath_packs.canonical.imports.strings.objects import with_patched_objects
from onepath_packs.canonical.imports.strings.strings import is_certain


@dataclass
class Survey:
    """What one state of the code has."""

    facts: dict[str, Facts] = field(default_factory=dict)
    """Of all files that may name a deprecated path."""
    sites: dict[str, Sites] = field(default_factory=dict)
    named: dict[Step, list[tuple[str, Reference]]] = field(default_factory=dict)
    """(module, name) -> who refers to that binding, by file."""


def survey_of(world: World, renames: Renames) -> Survey:
    """Look through all files that mention the last word of a deprecated path."""
    survey, words = Survey(), frozenset(renames.words)
    for path in world.fact_store.mentioning(CodeNeedles.of(words)) if words else ():
        facts = survey.facts[path] = world.facts(path)
        if facts.failure is not None:
            continue
        sites = with_patched_objects(path, facts, renames, find_sites(path, facts, renames))
        if sites:
            survey.sites[path] = sites
        for reference in references(path, facts, world.resolver, words):
            survey.named.setdefault((reference.module, reference.name), []).append(
                (path, reference)
            )
    return survey


def foreseen(world: World, renames: Renames) -> set[str]:
    """Words that will be searched for: the last parts of all modules that are in question."""
    canonical = {to.module for to in renames.olds.values()}
    return _last_parts(world, canonical | {old.rpartition(".")[0] for old in renames.olds})


def foreseen_of(world: World, renames: Renames, survey: Survey) -> set[str]:
    """Words that may be searched for: what the files that may change are called in code, and as
    what else they import, or bind, what is in question."""
    words, names = frozenset(renames.words), world.modules.names
    return {
        *(name.rpartition(".")[2] for path in survey.sites for name in names(path)),
        *(
            alias.asname
            for facts in survey.facts.values()
            for statement in facts.imports
            for alias in statement.names
            if alias.asname and alias.name in words
        ),
        *(
            definition.qualname
            for facts in survey.facts.values()
            for definition in facts.definitions
            if definition.kind == "alias" and definition.target.rpartition(".")[2] in words
        ),
    }


def expect_users_of_canonical(world: World, renames: Renames) -> None:
    """Get ready to be asked who names the canonical modules."""
    expect_users(world, _last_parts(world, {to.module for to in renames.olds.values()}))


def _last_parts(world: World, modules: Iterable[str]) -> set[str]:
    """The last parts of the names by which modules are known here."""
    return {
        name.rpartition(".")[2]
        for path in map(world.modules.find, modules)
        if path is not None
        for name in world.modules.names(path)
        if name
    }


def count_uses(survey: Survey, renames: Renames) -> int:
    """Uses of deprecated paths: import statements' names, chains, star imports, certain strings."""
    words = frozenset(renames.words)
    count = 0
    for path, facts in survey.facts.items():
        sites = survey.sites.get(path)
        if sites is not None:
            count += len(sites.directs) + len(sites.stars)
            count += sum(site.string < 0 for site in sites.chains)
        for string in facts.strings:
            if not words.isdisjoint(string.value.replace(":", ".").split(".")):
                meaning = meaning_of(path, string.value, renames, {})
                count += meaning is not None and is_certain(path, facts, renames.resolver, string)
        count += sum(not site.problem for site in named_sites(path, facts, renames))
    return count


def locations(facts: Facts, sites: Sites, data: bytes) -> list[Location]:
    """The bindings of a file by which it names deprecated paths: each can stay by itself.

    Args:
        facts: The file's.
        sites: Its deprecated paths.
        data: Its bytes.
    """
    found: dict[BindingKey, list[Location]] = {}
    for direct in sites.directs:
        statement = facts.imports[direct.statement]
        alias, to = statement.names[direct.alias], direct.match.to
        key = statement.scope, alias.bound
        names = {*_names(to), direct.match.old.rpartition(".")[0]}
        makes = frozenset({key, (statement.scope, to.leaf)})
        location = Location(alias.start, statement.line, key, makes, frozenset(names))
        found.setdefault(key, []).append(location)
    for site in sites.chains:
        use, to = facts.uses[site.use], site.match.to
        key, scope = (use.bound_in, use.name), use.bound_in
        makes = frozenset({key, (scope, to.leaf), (scope, to.module.partition(".")[0])})
        line = data.count(b"\n", 0, use.start) + 1
        location = Location(use.start, line, key, makes, frozenset(_names(to)))
        found.setdefault(key, []).append(location)
    return [
        min(parts)._replace(
            makes=frozenset().union(*(location.makes for location in parts)),
            names=frozenset().union(*(location.names for location in parts)),
        )
        for parts in found.values()
    ]


def _names(to: Destination) -> tuple[str, str, str]:
    return to.dotted, to.module, to.leaf


def excluded_sites(world: World, survey: Survey, excluded: Collection[str]) -> Iterator[Refusal]:
    """Every deprecated path in a file that the configuration excludes."""
    paths = sorted(survey.sites.keys() & {*excluded})
    data = world.read(paths)
    for path in paths:
        facts, sites = survey.facts[path], survey.sites[path]
        places = [(facts.imports[site.statement].line, site.match.old) for site in sites.directs]
        places += [(facts.imports[site.statement].line, site.module) for site in sites.stars]
        text = data.get(path, b"")
        places += [
            (text.count(b"\n", 0, facts.uses[site.use].start) + 1, site.match.old)
            for site in sites.chains
        ]
        for line, old in places:
            reason = f"'{old}': the configuration excludes this file"
            yield Refusal(path, line, EXCLUDED, reason)


def unparseable_files(
    world: World, renames: Renames, facts: Iterable[tuple[str, Facts]]
) -> Iterator[Refusal]:
    """Files that can't be read as Python and seem to hold a deprecated path."""
    failures = {path: one.failure for path, one in facts if one.failure is not None}
    data = world.read(list(failures))
    for path, failure in failures.items():
        old = renames.spelled_in(data.get(path, b""))
        if old is not None:
            reason = f"{failure.reason}; the file seems to use '{old}'"
            yield Refusal(path, failure.line, "unparseable", reason)
