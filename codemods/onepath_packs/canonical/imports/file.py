"""One file's rewrite: find the sites, decide, and give the edits."""

from collections.abc import Container, Mapping
from typing import NamedTuple

from onepath.edit.draft import Draft
from onepath.edit.emit import emit
from onepath.model import BindingKey, Edit, Facts, Refusal
from onepath.symbols.renames import Renames
from onepath.symbols.resolve import Step
from onepath.symbols.sites import Sites, find_sites
from onepath_packs.canonical.imports.kept.ambiguous import refuse_ambiguous
from onepath_packs.canonical.imports.kept.intent import without_purpose
from onepath_packs.canonical.imports.kept.path_edits import refuse_short_names
from onepath_packs.canonical.imports.kept.withheld import KeepReason, allowed, keep_loaded
from onepath_packs.canonical.imports.statements.direct_imports import plan_direct_imports
from onepath_packs.canonical.imports.statements.stars import plan_stars
from onepath_packs.canonical.imports.statements.submodules import load_submodules
from onepath_packs.canonical.imports.statements.switches import without_switches
from onepath_packs.canonical.imports.strings.attributes import Stay, without_patched
from onepath_packs.canonical.imports.strings.strings import plan_strings
from onepath_packs.canonical.imports.uses.chain_groups import without_superseded
from onepath_packs.canonical.imports.uses.chains import plan_chains
from onepath_packs.canonical.imports.uses.type_comments import plan_type_comments


class Rewritten(NamedTuple):
    """What becomes of a file."""

    edits: tuple[Edit, ...]
    refusals: tuple[Refusal, ...]
    renamed: Mapping[str, str]
    """Module-level names that got another name: old -> new."""

    def joined(self, other: "Rewritten") -> "Rewritten":
        """Both, where they touch different places of one file."""
        return Rewritten(
            tuple(sorted((*self.edits, *other.edits))),
            tuple(sorted((*self.refusals, *other.refusals))),
            {**self.renamed, **other.renamed},
        )


class Demand(NamedTuple):
    """What the rest of the repository asks of a file."""

    keep: Container[str] = ()
    """Module-level names that others import from it, so that they must survive."""
    renamed: Mapping[Step, str] = {}
    """Names that other files lose, which strings have to follow."""
    spared: Mapping[str, KeepReason] = {}
    """Destination modules that this file must not import while it is imported itself."""
    late: frozenset[str] = frozenset()
    """Those of `spared` that are loaded all the same by the time the file's functions run."""
    loads: Mapping[str, str] = {}
    """Modules that it must go on loading, because others read them as attributes or because they
    act when they are imported; each with the one that it imports and that loads it."""
    held: Mapping[BindingKey, KeepReason] = {}
    """Bindings of the file, by scope and name, that stay with everything read through them."""
    patched: Mapping[str, Stay] = {}
    """Deprecated paths that are replaced by patches which can't follow: who reads them late
    stays with the patches."""
    replaced: frozenset[str] = frozenset()
    """Deprecated paths that are replaced by patches: who reads them late goes on to do so."""
    uncertain: Mapping[str, KeepReason] = {}
    """Deprecated paths whose canonical path may not be there: strings go on to name them."""


def rewrite_file(
    path: str,
    data: bytes,
    facts: Facts,
    renames: Renames,
    demand: Demand,
    sites: Sites | None = None,
    *,
    document: bool = False,
) -> Rewritten:
    """Plan the edits that take one file to the canonical paths.

    Args:
        path: Where it is.
        data: Its bytes.
        facts: Their facts.
        renames: What is deprecated.
        demand: What the rest of the repository asks of it.
        sites: Its sites, where they are known already.
        document: Whether `data` is a piece of Python in a document.
    """
    draft = Draft(
        path,
        data,
        facts,
        renames,
        demand.keep,
        document,
        late=demand.late,
        loads=demand.loads,
        replaced_olds=demand.replaced,
    )
    sites = find_sites(path, facts, renames) if sites is None else sites
    sites = without_purpose(draft, without_switches(draft, sites))
    sites = without_patched(draft, sites, demand.patched)
    sites = allowed(draft, sites, demand.spared, demand.held)
    sites = without_superseded(draft, sites)
    keep_loaded(draft, sites.directs)
    plan_direct_imports(draft, sites.directs)
    plan_chains(draft, sites.chains, sites.directs)
    load_submodules(draft)
    plan_stars(draft, sites.stars)
    plan_strings(draft, demand.renamed, demand.patched, demand.uncertain)
    plan_type_comments(draft)
    refuse_short_names(draft)
    refuse_ambiguous(draft)
    edits = emit(draft)
    renamed = {old: new for (scope, old), new in draft.renamed.items() if scope == 0}
    return Rewritten(edits, tuple(sorted(draft.refusals)), renamed)
