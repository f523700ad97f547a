"""Renames across a whole repository: which files, in what order, and what one asks of another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from onepath.facts.needles import Needles
from onepath.model import Changeset, Facts, FileChange, Guard, Refusal
from onepath.plan.config import Config
from onepath.plan.documents import prove_document, rewrite_documents
from onepath.plan.globs import Globs
from onepath.plan.outcome import Outcome, file_changes
from onepath.proof.prove import prove
from onepath.rewrite.ambiguous import reads_through
from onepath.rewrite.attributes import names_attributes
from onepath.rewrite.file import Demand, Rewritten, rewrite_file
from onepath.rewrite.meanings import meaning_of
from onepath.rewrite.named import named_sites
from onepath.rewrite.path_edits import edits_path
from onepath.rewrite.strings import is_certain
from onepath.symbols.graph import reachable
from onepath.symbols.references import Reference, references
from onepath.symbols.renames import Renames
from onepath.symbols.resolve import Step
from onepath.symbols.sites import Sites, find_sites
from onepath.symbols.world import World


@dataclass
class _Survey:
    """What was found before anything is decided."""

    facts: dict[str, Facts] = field(default_factory=dict)
    sites: dict[str, Sites] = field(default_factory=dict)
    named: dict[Step, list[tuple[str, Reference]]] = field(default_factory=dict)
    """(module, name) -> who refers to that binding, by file."""
    demands: dict[str, Demand] = field(default_factory=dict)


def plan_renames(world: World, renames: Renames, config: Config) -> Outcome:
    """Take every use of the deprecated paths to the canonical ones.

    Args:
        world: The code as it is.
        renames: What is deprecated.
        config: Which files are excluded, and what happens to documents.

    Returns:
        A changeset that is proven: what failed the proof is left out whole and refused.
    """
    globs = Globs(config.exclude)
    survey = _survey(world, renames)
    excluded = {path for path in survey.facts if globs.match(path)}
    rewritten = _rewrite_all(world, renames, survey, excluded)
    for path, more in rewrite_documents(world, renames, config):
        known = rewritten.get(path, Rewritten((), (), {}))
        rewritten[path] = known.joined(more)
    changes = list(file_changes(world, {path: one.edits for path, one in rewritten.items()}))
    failed = prove(world, changes, renames, survey.facts, survey.demands)
    failed |= _failed_documents(world, changes, renames)
    changes = [change for change in changes if change.path not in failed]
    after = world.after({change.path: change.new for change in changes})
    changed = {change.path for change in changes} & survey.facts.keys()
    renames_after = renames.over(after.resolver)
    left = _survey_of(after, renames_after, sorted(changed))
    count = _count(survey, renames, survey.facts)
    settled = _count(survey, renames, changed) - _count(left, renames_after, changed)
    refusals = {refusal for one in rewritten.values() for refusal in one.refusals}
    refusals |= {*_excluded(world, survey, excluded), *failed.values()}
    refusals |= set(_unparseable(world, renames, survey, excluded))
    return Outcome(
        Changeset(tuple(changes), tuple(sorted(refusals))),
        {"deprecated-import": count},
        {"deprecated-import": count - settled},
    )


def _failed_documents(
    world: World, changes: Iterable[FileChange], renames: Renames
) -> dict[str, Refusal]:
    """Documents that fail their proof, and what is wrong with them."""
    changed = {change.path: change.new for change in changes}
    after = renames.over(world.after(changed).resolver)
    documents = [one for one in changes if any(edit.kind == "document" for edit in one.edits)]
    refusals = (prove_document(change, renames, after) for change in documents)
    return {refusal.path: refusal for refusal in refusals if refusal is not None}


# ------------------------------------------------------------------- survey


def _survey(world: World, renames: Renames) -> _Survey:
    if not renames.olds:
        return _Survey()
    return _survey_of(world, renames, world.book.mentioning(Needles.of(renames.words)))


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


def _rewrite_all(
    world: World, renames: Renames, survey: _Survey, excluded: set[str]
) -> dict[str, Rewritten]:
    spared = _spared(world, renames, survey)
    paths = [p for p, facts in survey.facts.items() if p not in excluded and facts.failure is None]
    wanted = [p for p in paths if p in survey.sites or _may_matter(survey.facts[p], renames)]
    data = world.read(wanted)
    demands, looked_up = survey.demands, _looked_up(survey, excluded)
    for path in data:
        kept = _kept(path, survey, excluded, renames)
        demands[path] = Demand(kept, {}, spared.get(path, {}), looked_up)
    done = {
        path: rewrite_file(path, data[path], survey.facts[path], renames, demands[path],
                           survey.sites.get(path, Sites((), (), ())))
        for path in data
    }  # fmt: skip
    renamed = {(path, old): new for path, one in done.items() for old, new in one.renamed.items()}
    followers = {user for step in renamed for user, _ in survey.named.get(step, ())}
    for path in sorted(followers & data.keys()):
        demands[path] = demands[path]._replace(renamed=renamed)
        done[path] = rewrite_file(path, data[path], survey.facts[path], renames, demands[path])
    return done


def _kept(path: str, survey: _Survey, excluded: set[str], renames: Renames) -> frozenset[str]:
    """Module-level names of a file that others use in a way that does not follow a rename."""
    kept = set()
    for word in renames.words:
        for user, reference in survey.named.get((path, word), ()):
            if user == path and reference.kind != "string":
                continue
            is_string = reference.kind == "string"
            leaves = renames.symbol(path, word) is not None and user not in excluded
            if leaves and not is_string:
                continue  # this is itself a deprecated path, and its users leave it
            facts = survey.facts[user]
            follows = (
                is_string
                and user not in excluded
                and facts.strings[reference.string].plain
                and is_certain(user, facts, renames.resolver, facts.strings[reference.string])
            )
            if not follows:
                kept.add(word)
    if survey.named.get((path, "*")):
        kept.update(renames.words)
    return frozenset(kept)


def _looked_up(survey: _Survey, excluded: set[str]) -> frozenset[str]:
    """Deprecated paths that excluded files read when they run, so that a patch there counts."""
    found: set[str] = set()
    for path in excluded & survey.sites.keys():
        facts, sites = survey.facts[path], survey.sites[path]
        found.update(
            direct.match.old
            for direct in sites.directs
            if facts.imports[direct.statement].guard & Guard.FUNCTION
        )
        found.update(chain.match.old for chain in sites.chains)
    return frozenset(found)


def _spared(world: World, renames: Renames, survey: _Survey) -> dict[str, dict[str, str]]:
    """Files that a destination imports while it is imported: they can't import it back."""
    modules, book = world.modules, world.book
    wanted: dict[str, set[str]] = {}
    for path, sites in survey.sites.items():
        facts = survey.facts[path]
        for site in sites.directs:
            if not facts.imports[site.statement].guard & (Guard.FUNCTION | Guard.TYPE_CHECKING):
                wanted.setdefault(site.match.to.module, set()).add(path)
    spared: dict[str, dict[str, str]] = {}
    for module, paths in wanted.items():
        target = modules.find(module)
        if target is None or target.endswith("/"):
            continue
        inside = reachable([target], world.imports, book.load)
        for path in paths & inside - {target}:
            if target not in reachable([path], world.imports, book.load, until=target):
                reason = f"'{module}' imports this module; importing it from here closes a circle"
                spared.setdefault(path, {})[module] = reason
    return spared


def _may_matter(facts: Facts, renames: Renames) -> bool:
    """Whether a file without sites may have strings or short names that mean a deprecated path."""
    words = frozenset(renames.words)
    if facts.named or edits_path(facts) or reads_through(facts, words):
        return True
    return any(
        names_attributes(string)
        or string.value in renames.holders
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
