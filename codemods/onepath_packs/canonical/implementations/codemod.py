"""Version 4: other implementations of a canonical class become it where that is certain."""

from collections.abc import Iterable, Mapping

from onepath.codemod import BaseCodemod, Config, Propose, World
from onepath.codemod.refusals.left_out import EXCLUDED
from onepath.codemod.refusals.waiting import DECISION, HOLDERS
from onepath_packs.canonical.implementations.table import Implementations


class UnifyImplementations(BaseCodemod):
    """Replaces other implementations of a class by the canonical one, as far as that is certain.

    Which ones is configured, `[implementations]`: `"dotted.Old" = "canonical.Class"`. Aliases, and
    subclasses that add nothing, collapse into the canonical class: their uses follow, and the
    definition is removed if nothing refers to it. A subclass that something can tell from its base
    is kept. Real duplicates are not merged by guess: the phase says how they differ and which
    methods are used, makes those functions use the canonical class that need no more than it does,
    and lists the others. Where `[canonical."pkg.Class"]` names a `protocol`, one of its public
    methods is written.
    """

    number = 4
    name = "unify_implementations"
    phase = "managers"
    title = "Unify the implementations of canonical classes"
    why = "A role is to have one class. Aliases and subclasses that add nothing become that class."
    requires = (1,)
    table = Implementations
    waits_for: Mapping[str, str] = {EXCLUDED: DECISION, "held": HOLDERS, "needs-more": DECISION}
    earlier_digests = (
        "bc46ab4b32fc28814035fd5b5ad9c96bc560d7ad23bfd15d030dbe1854b238b7",
        "0c9f620f1a1b954e37d7f4ffd2e4850ebe24d0fd883a84ec3c00d610c43cc250",
    )

    def steps(self, world: World) -> Iterable[Propose]:
        """Collapse what is the canonical class already, move uses of the rest, remove, describe.

        Raises:
            ConfigError: A canonical class does not exist.
        """
        # Imported here so that runs without this phase don't pay for it.
        from onepath_packs.canonical.implementations.planning import unification

        return unification(world, self.config)

    @classmethod
    def configured(cls, config: Config) -> bool:
        """Whether there are other implementations, or a protocol is wanted."""
        protocols = any(symbol.protocol for symbol in config.canonical)
        return protocols or bool(config.table(Implementations).canonical)

    @classmethod
    def routes(cls, config: Config) -> Mapping[str, str]:
        """The classes, and the canonical one of each."""
        return config.table(Implementations).canonical
