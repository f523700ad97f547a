"""The pack `canonical`: one path to everything, in any repository."""

from onepath.codemod import Pack
from onepath_packs.canonical.cycles.codemod import BreakCycles
from onepath_packs.canonical.cycles.rule import RULE as DEFERRED_CYCLE
from onepath_packs.canonical.factories.codemod import CollapseFactories
from onepath_packs.canonical.implementations.codemod import UnifyImplementations
from onepath_packs.canonical.imports.codemod import CanonicalImports
from onepath_packs.canonical.shims.codemod import DeleteShims

CODEMODS = (CanonicalImports, CollapseFactories, DeleteShims, UnifyImplementations, BreakCycles)
"""In the order in which they are applied; other packs may take them up."""

RULES = (DEFERRED_CYCLE,)
"""Of the audit, beside those of the engine."""

PACK = Pack("canonical", CODEMODS, rules=RULES)
"""Published under the entry point group `onepath.packs`."""
