"""Factory variants across a whole repository: their calls become calls of the one that is kept."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

from onepath.analysis.classes import in_tests
from onepath.analysis.factories.variants import CLASS, Variant, find_variants, reached_from
from onepath.analysis.neighbourhood import index_around
from onepath.codemod.outcome import Proposal, file_changes
from onepath.codemod.refusals.left_out import EXCLUDED, LeftOut, Location
from onepath.config.migrate_toml import Config
from onepath.model import Edit, FileChange, Refusal
from onepath.proof.declared import Declared
from onepath.symbols.find_references.targets import Holder
from onepath.symbols.resolve import Step
from onepath.symbols.world import World
from onepath_packs.canonical.factories.differences import Differences
from onepath_packs.canonical.factories.inner_patches import InnerPatches
from onepath_packs.canonical.factories.looked_up import LookedUp
from onepath_packs.canonical.factories.new_imports import cycle_problem, imported_early
from onepath_packs.canonical.factories.patched import VariantPatches
from onepath_packs.canonical.factories.removal import (
    going_edits,
    held_by,
    introduced_by,
    member_held_by,
    texts_holding,
)
from onepath_packs.canonical.factories.site_edits import SiteEdits
from onepath_packs.canonical.factories.sites import UNKNOWN_CALL, SoughtVariants, VariantSite
from onepath_packs.canonical.factories.strings import named_in_strings, refusals_of
from onepath_packs.canonical.factories.survey import VariantSurvey
from onepath_packs.canonical.factories.table import Factories

VARIANTS = "declared-factory"
"""Variants in `[factories]` that are there."""
USES = "declared-factory-use"


class FactoriesPlanner:
    """Collapses the configured factory variants.

    Counted are the configured variants that are there, and their uses: calls, and places that hand
    them on; those in files that are left out as well. The class itself may be called beside its
    factory and in tests: these calls are not counted.

    Args:
        config: The variants, and which files are excluded.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._surveyed: dict[int, _Collapse] = {}

    def propose(self, world: World, left_out: LeftOut) -> Proposal:
        """What would change in a world, if some files and places must not.

        Raises:
            ConfigError: What takes the place of a factory does not exist.
        """
        # What a world contains is the same, whatever must be left alone in it.
        collapse = self._surveyed.get(id(world))
        if collapse is None:
            collapse = self._surveyed[id(world)] = _Collapse(world, self._config)
        return collapse.proposal(left_out)


@dataclass
class _Done:
    """What one attempt comes to."""

    edits: dict[str, tuple[Edit, ...]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    rewritten: int = 0
    left: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    """Variants of which a use is left, with the places."""
    places: dict[str, list[Location]] = field(default_factory=dict)
    """What is rewritten or goes, by file."""
    taken: dict[VariantSite, tuple[str, bool]] = field(default_factory=dict)
    """Uses that are rewritten -> by which name, and whether with the same arguments."""


class _Collapse:
    def __init__(self, world: World, config: Config) -> None:
        self._world = world
        self._config = config
        self._left_out = LeftOut()
        deprecated = config.table(Factories).deprecated
        self._index, self._words = index_around(
            world, [factory.old for factory in deprecated], [factory.to for factory in deprecated]
        )
        self._all, self._absent = find_variants(
            self._index,
            deprecated,
            {symbol.path for symbol in config.canonical},
            config_name=str(config.path or "migrate.toml"),
        )
        open_ones = [variant for variant in self._all if variant.blocked is None]
        self._differences = Differences(self._index, self._all)
        self._active = self._differences.active
        self._sought = SoughtVariants(self._index, open_ones, self._differences.forwardings)
        self._variants = {variant.name: variant for variant in open_ones}
        self._looked_up = LookedUp(self._words)
        survey = VariantSurvey(
            self._index, self._words, self._sought, self._variants, self._looked_up
        )
        self._sites, self._unread = survey.sites, survey.unread
        self._kept: Mapping[str, Set[str]] = {}
        naming = named_in_strings(self._index, self._sought, self._index.looked_at)
        self._patched = VariantPatches(
            self._index, naming, self._sites, self._variants, self._differences.forwarding
        )
        self._inner = InnerPatches(self._index, self._variants, self._differences.names_read)

    # ------------------------------------------------------------- proposal

    def proposal(self, left_out: LeftOut) -> Proposal:
        self._left_out = left_out
        remarks = [*self._absent, *self._differences.told()]
        if not self._all:
            none = {VARIANTS: 0, USES: 0}
            return Proposal((), before=none, after=none, remarks=tuple(remarks))
        self._patched.begin(left_out)
        goals = {variant.goal.callee.place for variant in self._all}
        going = {
            name
            for name in self._active
            if self._variants[name].removes_definition
            and self._variants[name].place not in goals
            and self._may_change(self._variants[name])
        }
        held: list[Refusal] = []
        while True:
            done = self._attempt(going)
            named = {naming.variant for naming in self._patched.left()}
            if going & named:
                going -= named
                continue
            found = dict(self._held(going, done))
            if not found:
                break
            held += found.values()
            going -= found.keys()
        remarks += imported_early(self._index, done.taken, self._variants)
        changes, declared, stuck = self._with_removals(going, done)
        uses = sum(map(self._counts, (site for sites in self._sites.values() for site in sites)))
        refusals = {
            *done.refusals,
            *held,
            *stuck,
            *refusals_of(self._patched.left()),
            *self._refused,
            *self._unread,
        }
        return Proposal(
            changes,
            tuple(sorted(refusals)),
            declared,
            {VARIANTS: len(self._all), USES: uses},
            {
                VARIANTS: len(self._all) - (len(going) - len(stuck)),
                USES: uses - done.rewritten,
            },
            tuple(remarks),
            done.places,
            mends=("factory-variant",),
        )

    def _may_change(self, variant: Variant) -> bool:
        """Whether the definition of a variant is not to be left alone."""
        path, name = variant.place
        start = self._index.definitions(path)[name].start
        return path not in self._left_out and not self._left_out.holds(path, start)

    def _counts(self, site: VariantSite) -> bool:
        """Whether a use is one of those that shall go."""
        if site.how == UNKNOWN_CALL:
            return False
        return not self._is_own(site, self._variants[site.variant])

    @cached_property
    def _refused(self) -> Sequence[Refusal]:
        """The variants of which nothing is changed, each at its definition."""
        return [
            Refusal(*self._definition_place(variant), *why)
            for variant in self._all
            if (why := self._differences.why_not(variant)) is not None
        ]

    def _definition_place(self, variant: Variant) -> tuple[str, int]:
        path, name = variant.place
        return path, self._index.definitions(path)[name].line

    # -------------------------------------------------------------- attempt

    def _attempt(self, going: Collection[str]) -> _Done:
        """Rewrite every use that can be, outside of the definitions that go."""
        while True:
            done = self._attempt_with_names(going)
            if not self._patched.part(done.taken):
                return done

    def _attempt_with_names(self, going: Collection[str]) -> _Done:
        self._kept = self._names_looked_up()
        while True:
            done = self._attempt_once(going, through_module=False)
            taken = {refusal.path for refusal in done.refusals if refusal.code == "name-taken"}
            # Who read a name of such a file may read it elsewhere by now, and free it.
            changed = [path for path, edits in done.edits.items() if edits]
            is_free = not any(self._kept.get(path) for path in taken)
            kept = (
                self._kept if is_free else self._looked_up.names(self._after(done.edits), changed)
            )
            if all(kept.get(path) == self._kept.get(path) for path in taken):
                break
            self._kept = kept
        return self._attempt_once(going, through_module=True) if taken else done

    def _names_looked_up(self) -> Mapping[str, Set[str]]:
        """The names of files that others refer to once patches have followed."""
        files = self._patched.files
        edits = {path: self._site_edits(path, through_module=False).edits() for path in files}
        return self._looked_up.names(self._after(edits) if edits else None, files)

    def _attempt_once(self, going: Collection[str], *, through_module: bool) -> _Done:
        done = _Done()
        for path in sorted({*self._sites, *self._patched.files}):
            sites = self._sites.get(path, [])
            outside = [site for site in sites if not self._goes(path, site, going)]
            wanted = []
            for site in outside:
                problem = self._problem(site)
                if problem is None:
                    wanted.append(site)
                elif problem[0]:
                    done.refusals.append(Refusal(path, site.line, *problem))
                if problem is not None:
                    done.left.setdefault(site.variant, []).append((path, site.line))
            edits = self._site_edits(path, through_module=through_module)
            refused = edits.take(wanted)
            done.taken |= edits.taken
            done.refusals += [refusal for _, refusal in refused]
            for site, _ in refused:
                done.left.setdefault(site.variant, []).append((path, site.line))
            done.rewritten += len(wanted) - len(refused) + len(sites) - len(outside)
            stuck = {site for site, _ in refused}
            done.places[path] = [
                *(Location(site.callee[0], site.line) for site in wanted if site not in stuck),
                *(
                    Location(naming.string.start, naming.string.line)
                    for naming in self._patched.following_in(path)
                ),
            ]
            done.edits[path] = edits.edits()
        return done

    def _site_edits(self, path: str, *, through_module: bool) -> SiteEdits:
        """The edits of a file, those of the patches in it that follow already there."""
        edits = SiteEdits(
            self._world,
            path,
            self._variants,
            self._differences.forwarding,
            self._kept.get(path, ()),
            through_module=through_module,
        )
        for naming in self._patched.following_in(path):
            edits.rename_string(naming.string, self._variants[naming.variant].goal.to.name)
        return edits

    def _goes(self, path: str, site: VariantSite, going: Collection[str]) -> bool:
        """Whether a use is in a definition that is removed itself."""
        definitions = self._index.definitions(path)
        for name in going:
            owner, qualname = self._variants[name].place
            if owner == path:
                definition = definitions[qualname]
                if definition.start <= site.callee[0] < definition.end:
                    return True
        return False

    def _problem(self, site: VariantSite) -> tuple[str, str] | None:
        """Code and reason why a use is left; an empty code says nothing."""
        if site.how == UNKNOWN_CALL:
            return site.problem or ("", "")
        variant = self._variants[site.variant]
        if site.variant not in self._active and self._differences.for_call(site) is None:
            return "", ""  # said at the definition
        if site.path in self._left_out:
            return EXCLUDED, f"'{site.variant}': this file is left out"
        if self._is_own(site, variant) or self._left_out.holds(site.path, site.callee[0]):
            return "", ""
        if self._in_goal(site, variant):
            text = f"'{variant.goal.dotted}' itself comes by here"
            return "inside-target", text
        patch = self._patched.of(site)
        if patch is not None:
            where = f"{patch.path}:{patch.string.line}"
            why = self._patched.why(site)
            more = f", and can't follow: {why}" if why else ""
            return "patched", f"{where} replaces the name that is looked up here{more}"
        inner = self._inner.of(site)
        if inner is not None:
            where = f"{inner.path}:{inner.line}"
            return "patched", f"{where} replaces a name that '{site.variant}' looks up itself"
        return site.problem or cycle_problem(self._index, site, variant.goal)

    def _is_own(self, site: VariantSite, variant: Variant) -> bool:
        """Whether a class is made where it may be: beside it, beside its factory, or in a test."""
        if variant.callee.kind != CLASS or variant.step is not None:
            return False
        own = (variant.callee.place[0], variant.goal.callee.place[0])
        return site.path in own or in_tests(site.path)

    def _in_goal(self, site: VariantSite, variant: Variant) -> bool:
        reached = self._index.once(
            ("reached", variant.goal.dotted), lambda: reached_from(self._index, variant.goal)
        )
        for path, name in reached:
            if path == site.path:
                definition = self._index.definitions(path)[name]
                if definition.start <= site.callee[0] < definition.end:
                    return True
        return False

    # -------------------------------------------------------------- removal

    def _held(self, going: Set[str], done: _Done) -> Iterator[tuple[str, Refusal]]:
        """The variants that go and that something still refers to."""
        after = self._after(done.edits)
        members = {name for name in going if self._variants[name].is_member}
        asked = [self._variants[name] for name in sorted(going - members - done.left.keys())]
        holders = held_by(
            after, asked, [self._variants[name] for name in sorted(going)], self._texts
        )
        for name in sorted(going):
            variant = self._variants[name]
            path, line = self._definition_place(variant)
            if name in members:
                left = [f"{path}:{line}" for path, line in done.left.get(name, ())]
                left = left or member_held_by(
                    self._index, self._sought, variant, self._sites, self._index.looked_at
                )
            else:
                left = [f"{holder.path}:{holder.line}" for holder in holders.get(name, ())]
                left += [f"{path}:{line}" for path, line in done.left.get(name, ())]
            if left:
                more = f" and {len(left) - 3} more" if len(left) > 3 else ""
                reason = f"'{name}' is kept: it is referred to by {', '.join(left[:3])}{more}"
                yield name, Refusal(path, line, "held", reason)

    @cached_property
    def _texts(self) -> Sequence[Holder]:
        """What refers to functions and aliases outside of code: no edit changes that."""
        return texts_holding(
            self._world, self._config, [variant for variant in self._all if not variant.is_member]
        )

    def _after(self, edits: Mapping[str, Iterable[Edit]]) -> World:
        changes = file_changes(self._world, edits)
        return self._world.after({change.path: change.new for change in changes})

    def _with_removals(
        self, going: Collection[str], done: _Done
    ) -> tuple[tuple[FileChange, ...], Declared, list[Refusal]]:
        """The changes with the definitions that go, what is declared of them, what can't go."""
        by_path: dict[str, list[Variant]] = {}
        for name in sorted(going):
            by_path.setdefault(self._variants[name].place[0], []).append(self._variants[name])
        stuck: list[Refusal] = []
        gone: set[Step] = set()
        for path, variants in by_path.items():
            wanted = [
                site
                for site in self._sites.get(path, ())
                if not self._goes(path, site, going) and self._problem(site) is None
            ]
            edits = self._site_edits(path, through_module=True)
            edits.take(wanted)
            for variant in variants:
                definition = self._index.definitions(path)[variant.place[1]]
                done.places.setdefault(path, []).append(Location(definition.start, definition.line))
            done.edits[path], names, refused = going_edits(
                self._after(done.edits), self._config, edits, variants
            )
            stuck += refused
            gone |= {(path, name) for name in names}
        introduced = introduced_by(self._world, self._variants.values())
        changes = file_changes(self._world, done.edits)
        return changes, Declared(frozenset(gone), introduced), stuck
