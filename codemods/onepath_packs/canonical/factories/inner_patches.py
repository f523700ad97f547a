"""Patches of what a factory variant looks up itself, which calls that pass it by would escape.

    from app.hub import Hub            # app/factory.py

    def make_hub(user):
        return Hub(user)

A test that replaces `app.factory.Hub` decides what `make_hub` gives, wherever it is called. A call
of `Hub` in its place looks the name up elsewhere, and would give the real thing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import NamedTuple

from onepath.analysis.factories.variants import CLASS, Variant
from onepath.analysis.index import Index
from onepath.facts.prefilter.words import Needles
from onepath.model import Use, UseKind
from onepath.symbols.find_references.late import patches
from onepath.symbols.find_references.patch_reach import PatchReach
from onepath.symbols.find_references.references import modules_bound
from onepath.symbols.resolve import Step
from onepath_packs.canonical.factories.sites import VariantSite


class InnerPatch(NamedTuple):
    """Where a name is replaced that a variant looks up when it runs."""

    path: str
    line: int


class _LookedUp(NamedTuple):
    """A module-level name that a variant looks up, and the name in its own text that leads there.

    The two differ where a variant calls another one.
    """

    by: str
    step: Step


class InnerPatches:
    """What replaces the names by which variants look up what they call.

    Args:
        index: The code.
        variants: Those whose calls may be rewritten, by name.
        names_read: The names in what a variant does for a use of it; None for all.
    """

    def __init__(
        self,
        index: Index,
        variants: Mapping[str, Variant],
        names_read: Callable[[VariantSite], Set[str] | None],
    ) -> None:
        self._index = index
        self._variants = variants
        self._names_read = names_read
        self._reach = PatchReach(index.world)
        self._by_place = {variant.place: variant for variant in variants.values()}

    def of(self, site: VariantSite) -> InnerPatch | None:
        """A patch that decides today what a use returns, and would not afterwards."""
        own = site.path, self._variants[site.variant].goal.to.name
        read = self._names_read(site)
        for by, step in self._names[site.variant]:
            if step == own or not (read is None or by in read):
                continue  # It is looked up there afterwards, too; or not for this call.
            for patch in self._patches.get(step, ()):
                if self._reaches(patch.path, site.path):
                    return patch
        return None

    def _reaches(self, patching: str, reading: str) -> bool:
        return self._reach.reaches(patching, reading) and self._reach.leads_to(patching, reading)

    @cached_property
    def _names(self) -> Mapping[str, Sequence[_LookedUp]]:
        """Variant -> the module-level names by which it, or another one on its way, calls."""
        return {name: sorted({*self._called(variant)}) for name, variant in self._variants.items()}

    def _called(self, variant: Variant) -> Iterator[_LookedUp]:
        path = variant.callee.place[0]
        for use in self._calls(variant):
            reached = {variant.place}
            waiting = list(self._variants_called(path, use))
            yield from (_LookedUp(use.name, step) for step in self._looked_up(path, use))
            while waiting:
                other = waiting.pop()
                if other.place in reached:
                    continue
                reached.add(other.place)
                inner_path = other.callee.place[0]
                for inner in self._calls(other):
                    waiting += self._variants_called(inner_path, inner)
                    for step in self._looked_up(inner_path, inner):
                        yield _LookedUp(use.name, step)

    def _calls(self, variant: Variant) -> Iterator[Use]:
        """The calls in the body of a variant; none if it is a class."""
        if variant.callee.kind != CLASS:
            body = variant.callee.definition
            for use in self._index.facts(variant.callee.place[0]).uses:
                if body.start <= use.start < body.end and use.kind & UseKind.CALLEE:
                    yield use

    def _looked_up(self, path: str, use: Use) -> Iterator[Step]:
        """The names that a call looks up when it runs: in the file, and in modules it goes by."""
        facts, resolver = self._index.facts(path), self._index.resolver
        if not use.bound_in:
            yield path, use.name
        else:
            for statement in facts.imports:
                for alias in statement.names:
                    if statement.scope == use.bound_in and alias.bound == use.name:
                        yield from resolver.imported(path, statement, alias).route[:1]
        for module in modules_bound(path, facts, resolver, use.bound_in, use.name):
            for name, _ in use.chain:
                yield module, name
                resolution = resolver.name(module, name)
                if resolution.kind != "module":
                    break
                module = resolution.path

    def _variants_called(self, path: str, use: Use) -> Iterator[Variant]:
        """Another variant by which a call hands on."""
        if use.bound_in or use.chain:
            return
        resolution = self._index.resolver.name(path, use.name)
        other = self._by_place.get((resolution.path, resolution.name))
        if other is not None:
            yield other

    @cached_property
    def _patches(self) -> Mapping[Step, list[InnerPatch]]:
        wanted = {looked_up.step for names in self._names.values() for looked_up in names}
        names = {name for _, name in wanted}
        found: dict[Step, list[InnerPatch]] = {}
        if not names:
            return found
        for path in self._index.world.fact_store.mentioning(Needles.of(sorted(names))):
            for patch in patches(path, self._index.facts(path), self._index.resolver, wanted):
                line = patch.line or self._index.place(path, patch.at)[0]
                found.setdefault(patch.step, []).append(InnerPatch(path, line))
        return found
