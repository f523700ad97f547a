"""A search through a whole repository for the uses of factory variants."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from onepath.analysis.factories.variants import Variant
from onepath.analysis.index import Index
from onepath.facts.prefilter.words import Needles
from onepath.model import Facts, Refusal
from onepath.symbols.find_references.users import users_of_names
from onepath.symbols.tree.names import NotReadableError, Tree
from onepath_packs.canonical.factories.looked_up import LookedUp
from onepath_packs.canonical.factories.sites import SoughtVariants, VariantSite, find_variant_uses


class VariantSurvey:
    """Where a repository uses the variants.

    Args:
        index: The code.
        words: What any file that uses one of them spells.
        sought: What is looked for.
        variants: The variants by name.
        looked_up: Told of each file that spells one of the words.
    """

    def __init__(
        self,
        index: Index,
        words: Collection[str],
        sought: SoughtVariants,
        variants: Mapping[str, Variant],
        looked_up: LookedUp,
    ) -> None:
        self._index = index
        self._words = words
        self._sought = sought
        self._variants = variants
        self._looked_up = looked_up
        self.sites: dict[str, list[VariantSite]] = {}
        """The uses by file."""
        self.unread: list[Refusal] = []
        """Files that can't be read as Python and seem to use a variant."""
        self._scan()

    def _scan(self) -> None:
        """Find all uses, file by file; no tree outlives its file."""
        world, index = self._index.world, self._index
        own = Needles.of(self._words)
        paths = list(index.looked_at)
        data = world.read(paths)
        using: list[str] = []
        for path in paths:
            text, facts = data.get(path, b""), world.facts(path)
            if not own.hit(text):
                continue
            self._looked_up.note(world, path)
            if facts.failure is not None:
                self._unparseable(path, text)
            elif self._may_use(facts, text):
                using.append(path)
        found: dict[str, list[VariantSite] | None] = {}
        for part in world.fact_store.spread(partial(self._sites_in, data=data), using):
            found |= part
        for path in using:
            sites = found[path]
            if sites:
                self.sites[path] = sites
            elif sites is None:
                self._unparseable(path, data[path])
        # A star import takes names without spelling them.
        for path in users_of_names(world, self.sites, self._words):
            self._looked_up.note(world, path)

    def _sites_in(
        self, paths: Sequence[str], *, data: Mapping[str, bytes]
    ) -> dict[str, list[VariantSite] | None]:
        """The uses in some files; None for one that can't be read."""
        found: dict[str, list[VariantSite] | None] = {}
        for path in paths:
            try:
                tree = Tree(
                    path, data[path], self._index.world.facts(path), self._index.world.resolver
                )
                found[path] = list(find_variant_uses(tree, self._sought))
            except NotReadableError:
                found[path] = None
        return found

    def _may_use(self, facts: Facts, text: bytes) -> bool:
        """Whether a file that holds one of the words may do more than import or mention it."""
        if any(f".{leaf}".encode() in text for leaf in self._sought.leaves):
            return True
        names = set(self._words)
        names |= {
            alias.bound for fact in facts.imports for alias in fact.names if alias.name in names
        }
        return any(
            use.name in names or any(name in names for name, _ in use.chain) for use in facts.uses
        )

    def _unparseable(self, path: str, text: bytes) -> None:
        failure = self._index.world.facts(path).failure
        for variant in self._variants.values():
            parts = [part.encode() for part in variant.name.split(".")[-2:]]
            if all(part in text for part in parts):
                reason = failure.reason if failure is not None else "it can't be read"
                line = failure.line if failure is not None else 1
                text_of = f"{reason}; the file seems to use '{variant.name}'"
                self.unread.append(Refusal(path, line, "unparseable", text_of))
