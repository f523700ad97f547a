"""Renames across a whole repository: which files, in what order, and what one asks of another."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from onepath.codemod.outcome import Outcome, Proposal, file_changes
from onepath.codemod.refusals.left_out import LeftOut, Location
from onepath.codemod.settling import settle
from onepath.config.globs import Globs
from onepath.config.migrate_toml import Config
from onepath.facts.extract.type_comments import MARKS as TYPE_MARKS
from onepath.facts.prefilter.words import Needles
from onepath.importing.loaded.registering import SUBCLASSES
from onepath.model import FileChange
from onepath.proof.declared import Declared
from onepath.symbols.find_references.patch_reach import PatchReach
from onepath.symbols.find_references.told_names import TOLD_CALLS
from onepath.symbols.renames import Renames
from onepath.symbols.sites import Sites, may_be_renamed
from onepath.symbols.spelling.elsewhere import names_read_elsewhere
from onepath.symbols.world import World
from onepath_packs.canonical.imports.demands import (
    kept_names,
    may_matter,
    spared_modules,
    uncertain_destinations,
)
from onepath_packs.canonical.imports.documents import Documents
from onepath_packs.canonical.imports.file import Demand, Rewritten, rewrite_file
from onepath_packs.canonical.imports.kept.copied import copied_values
from onepath_packs.canonical.imports.kept.faked import faked_modules, search_for_keys
from onepath_packs.canonical.imports.kept.replaced_modules import (
    replaced_modules,
    search_for_replacements,
)
from onepath_packs.canonical.imports.kept.withheld import KeepReason
from onepath_packs.canonical.imports.lazy import loaded_at_once
from onepath_packs.canonical.imports.other_forms import OtherForms
from onepath_packs.canonical.imports.patched import (
    held_groups,
    parted,
    patched_groups,
    replaced_in,
)
from onepath_packs.canonical.imports.strings.attributes import VARS
from onepath_packs.canonical.imports.survey import (
    Survey,
    count_uses,
    excluded_sites,
    expect_users_of_canonical,
    foreseen,
    foreseen_of,
    locations,
    survey_of,
    unparseable_files,
)
from onepath_packs.canonical.imports.unfit_calls import unfit_calls
from onepath_packs.canonical.imports.uses.type_comments import KIND as TYPE_COMMENT

COUNTED = "old-path-use"
"""Names of imports, chains, star imports and certain strings by a path that is to go."""
_NO_SITES = Sites((), (), ())
_NOTHING = Rewritten((), (), {})


def plan_renames(world: World, renames: Renames, config: Config) -> Outcome:
    """Take every use of the deprecated paths to the canonical ones, and prove it.

    Args:
        world: The code as it is.
        renames: What is deprecated.
        config: Which files and places are left alone, and what happens to documents.
    """
    propose = Renaming(world, renames, config).propose
    return settle(world, propose, config.exclude, left_alone=config.left_alone)


def expect_renames(world: World, renames: Renames) -> None:
    """Get ready for renames: what all files are searched for then goes along with the next pass.

    Args:
        world: The code; the canonical paths need not be there yet.
        renames: What will be deprecated.
    """
    world.fact_store.search_along((*search_for_keys(renames), TOLD_CALLS, SUBCLASSES))
    world.fact_store.note_along(foreseen(world, renames))


class Renaming:
    """Takes every use of the deprecated paths to the canonical ones.

    Args:
        world: The code as it is.
        renames: What is deprecated.
        config: Which files are excluded, and what happens to documents.
    """

    def __init__(self, world: World, renames: Renames, config: Config) -> None:
        store = world.fact_store
        expect_renames(world, renames)
        self._excluded = Globs(config.exclude)
        self._documents = Documents(config)
        self._survey = survey_of(world, renames)
        store.search_along(search_for_replacements(renames, self._survey))
        store.note_along(foreseen_of(world, renames, self._survey))
        PatchReach(world).expect(self._survey.facts)
        expect_users_of_canonical(world, renames)
        self._read = self._read_elsewhere(world, renames)
        self._first = self._latest = self._state(world, renames, self._survey)
        self._unfit = unfit_calls(world, renames, sorted(self._survey.sites))
        self._forms = OtherForms(world, renames, self._survey, self._first.spared)

    def propose(self, world: World, left_out: LeftOut) -> Proposal:
        """What becomes of the files of a world, if some files and bindings must stay."""
        return self._state_of(world).propose(left_out.also_places(self._unfit), self._forms)

    def files(self, world: World) -> Collection[str]:
        """The files of a world that may name a deprecated path."""
        return self._state_of(world).survey.facts.keys()

    def _state_of(self, world: World) -> "_State":
        if world is self._first.world:
            return self._first
        if world is not self._latest.world:
            renames = self._first.renames.over(world.resolver)
            self._latest = self._state(world, renames, survey_of(world, renames))
        return self._latest

    @property
    def used(self) -> frozenset[str]:
        """The deprecated paths that imports and attribute chains use, or may by a star import."""
        every = self._survey.sites.values()
        stars = {star.module for sites in every for star in sites.stars}
        return frozenset(
            (
                *(site.match.old for sites in every for site in sites.directs),
                *(site.match.old for sites in every for site in sites.chains),
                *(old for old in self._first.renames.olds if old.rpartition(".")[0] in stars),
            )
        )

    def _state(self, world: World, renames: Renames, survey: Survey) -> "_State":
        excluded = {*filter(self._excluded.match, survey.facts)}
        uncertain = uncertain_destinations(world, renames)
        documents = self._documents.rewritten(world, renames, uncertain)
        return _State(world, renames, survey, excluded, self._read, documents, uncertain)

    def _read_elsewhere(self, world: World, renames: Renames) -> Mapping[str, set[str]]:
        """By file, the names that may get another name and that others read by their spelling."""
        named = may_be_renamed(self._survey.sites, self._survey.facts, world.resolver)
        return names_read_elsewhere(world, named, renames.words, renames.symbols)


class _State:
    """One state of the code, with what is to be known of it before anything is decided."""

    def __init__(
        self,
        world: World,
        renames: Renames,
        survey: Survey,
        excluded: Collection[str],
        read: Mapping[str, set[str]],
        documents: Mapping[str, Rewritten],
        uncertain: Mapping[str, KeepReason],
    ) -> None:
        self.world = world
        self.renames = renames
        self.survey = survey
        self.spared = spared_modules(world, survey, uncertain)
        self._uncertain = uncertain
        self._excluded = excluded
        self._read = read
        self._documents = documents
        self._groups = patched_groups(world, renames, survey.facts)
        self._copied = copied_values(world, renames, survey.facts)
        self._faked = faked_modules(world, renames, survey)
        self._replaced = replaced_modules(world, renames, survey)
        self._known: dict[tuple[str, bool], tuple[Demand, Rewritten]] = {}

    def propose(self, left_out: LeftOut, forms: OtherForms) -> Proposal:
        """What becomes of the files, if some files and bindings must stay."""
        demands = self._demands(left_out, forms)
        while True:
            rewritten = self._rewritten(demands, left_out)
            edits = {path: one.edits for path, one in rewritten.items() if path not in left_out}
            changes = file_changes(self.world, edits)
            again = self._held_together(changes, demands)
            if not again:
                break
            demands |= again
        refusals = {refusal for one in rewritten.values() for refusal in one.refusals}
        refusals |= {*excluded_sites(self.world, self.survey, self._excluded)}
        planned = (
            (path, facts) for path, facts in self.survey.facts.items() if path not in self._excluded
        )
        refusals |= {*unparseable_files(self.world, self.renames, planned)}
        return Proposal(
            changes,
            tuple(sorted(refusals)),
            Declared(replaced=self.renames),
            {COUNTED: count_uses(self.survey, self.renames)},
            remarks=tuple(self._remarks(changes)),
            places={change.path: [*self._places(change, left_out)] for change in changes},
            other_form=forms.learn,
            mends=("deprecated-import",),
        )

    # ------------------------------------------------------------------ rewrite

    @cached_property
    def _planned(self) -> Mapping[str, bytes]:
        """The files in which something may change or has to be refused."""
        survey = self.survey
        paths = [
            path
            for path, facts in survey.facts.items()
            if path not in self._excluded and facts.failure is None
        ]
        marks = Needles.of((*TYPE_MARKS, VARS))
        marked = {*self.world.fact_store.others_mentioning(paths, marks)}
        return self.world.read(
            [
                path
                for path in paths
                if path in survey.sites
                or path in marked
                or may_matter(survey.facts[path], self.renames)
            ]
        )

    def _demands(self, left_out: LeftOut, forms: OtherForms) -> dict[str, Demand]:
        """The files to plan, and what the rest of the repository asks of each."""
        stay = {path for path in self.survey.facts if path in left_out}
        patched = held_groups(self.world, self.renames, self._groups, stay)
        return {
            path: Demand(
                kept_names(path, self.survey, stay, self.renames)
                | self._read.get(path, set())
                | forms.kept.get(path, set()),
                spared={**self.spared.get(path, {}), **forms.spared.get(path, {})},
                late=frozenset(forms.late.get(path, ())),
                loads={**self._read_from_table(path), **forms.loads.get(path, {})},
                held={
                    **self._replaced.get(path, {}),
                    **{
                        key: KeepReason(why.code, why.reason)
                        for key, why in left_out.bindings(path).items()
                    },
                },
                patched={
                    **self._copied,
                    **patched.get(path, {}),
                    **self._faked.staying.get(path, {}),
                },
                replaced=replaced_in(self._groups, path),
                uncertain=self._uncertain,
            )
            for path in self._planned
        }

    def _read_from_table(self, path: str) -> Mapping[str, str]:
        """The modules that a file must go on loading, because it reads them from `sys.modules`."""
        return {module: module for module in self._faked.read.get(path, ())}

    def _rewritten(self, demands: Mapping[str, Demand], left_out: LeftOut) -> dict[str, Rewritten]:
        """What becomes of each file, strings that follow the names of other files included."""
        done = {path: self._file(path, demand) for path, demand in demands.items()}
        renamed = {
            (path, name): new
            for path, rewritten in done.items()
            if path not in left_out
            for name, new in rewritten.renamed.items()
        }
        followers = {user for step in renamed for user, _ in self.survey.named.get(step, ())}
        for path in sorted(followers & demands.keys()):
            done[path] = self._file(path, demands[path]._replace(renamed=renamed))
        for path, document in self._documents.items():
            if document.edits and left_out.holds(path, document.edits[0].start):
                document = document._replace(edits=())
            done[path] = done.get(path, _NOTHING).joined(document)
        return done

    def _file(self, path: str, demand: Demand) -> Rewritten:
        key = path, bool(demand.renamed)
        known = self._known.get(key)
        if known is None or known[0] != demand:
            sites = self.survey.sites.get(path, _NO_SITES)
            facts, data = self.survey.facts[path], self._planned[path]
            known = demand, rewrite_file(path, data, facts, self.renames, demand, sites)
            self._known[key] = known
        return known[1]

    def _held_together(
        self, changes: Iterable[FileChange], demands: Mapping[str, Demand]
    ) -> dict[str, Demand]:
        """The files to plan again so that all of a group stays of which one member can't move."""
        if not self._groups:
            return {}
        content = {change.path: change.new for change in changes}
        held = {path: demand.patched for path, demand in demands.items()}
        split = parted(self.world.after(content), self._groups, content.keys(), held)
        return {
            path: demands[path]._replace(patched={**demands[path].patched, **olds})
            for path, olds in split.items()
            if path in demands
        }

    # ------------------------------------------------------------------- what is told

    def _places(self, change: FileChange, left_out: LeftOut) -> Iterator[Location]:
        """The bindings of a file, and its examples, which can stay by themselves."""
        path, document = change.path, self._documents.get(change.path, _NOTHING)
        if path in self.survey.sites:
            every = locations(self.survey.facts[path], self.survey.sites[path], change.old)
            yield from (location for location in every if not left_out.holds(path, location.place))
        if path in self._planned and document.edits:
            first, *others = document.edits
            if not left_out.holds(path, first.start):
                yield Location(first.start, first.line, also=tuple(edit.start for edit in others))

    def _remarks(self, changes: Iterable[FileChange]) -> Iterator[str]:
        """What no run of the program would show."""
        for change in changes:
            lines = [edit.line for edit in change.edits if edit.kind == TYPE_COMMENT]
            if lines:
                places = ", ".join(map(str, dict.fromkeys(lines)))
                only = "only a type checker reads them"
                yield f"{change.path}: types in comments follow (line {places}); {only}"
        for change in changes:
            if change.path in self.survey.sites:
                yield from loaded_at_once(self.world, change, self.survey.sites[change.path])
