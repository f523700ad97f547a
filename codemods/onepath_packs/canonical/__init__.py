"""The pack `canonical`: one path to everything, in any repository."""

from onepath.codemod.packs import Pack
from onepath_packs.canonical.cycles import codemod as cycles
from onepath_packs.canonical.factories import codemod as factories
from onepath_packs.canonical.implementations import codemod as implementations
from onepath_packs.canonical.imports import codemod as imports
from onepath_packs.canonical.shims import codemod as shims

VERSIONS = (
    imports.VERSION,
    factories.VERSION,
    shims.VERSION,
    implementations.VERSION,
    cycles.VERSION,
)
"""In the order in which they are applied; other packs may take them up."""

PACK = Pack("canonical", VERSIONS)
"""Published under the entry point group `onepath.packs`."""
