"""Version 2: calls of factory variants become calls of the canonical way."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from onepath.codemod import Codemod, Config, LeftOut, Needles, Proposal, World
from onepath.codemod.refusals.left_out import EXCLUDED
from onepath.codemod.refusals.waiting import DECISION, HOLDERS, TESTS
from onepath_packs.canonical.factories.table import Factories

if TYPE_CHECKING:
    from onepath_packs.canonical.factories.planning import FactoriesPlanner


class CollapseFactories(Codemod):
    """Collapses factory variants: calls of every deprecated factory become calls of one.

    Which factories are deprecated, and what takes their place, is configured:

        [factories."app.hubs.make_hub"]
        to = "app.hub.Hub"
        rename = { name = "title" }     # its parameter = the parameter that takes the argument
        drop = ["request"]              # parameters that are not needed any more
        add = { mode = "'fast'" }       # parameter = the literal that every call gives it
        accept = true                   # what it does beyond forwarding may be lost

    A variant is a function, a method (`app.hubs.Factory.create`, `app.hub.Hub.get_instance`),
    another name for one, or the class itself where a factory is kept. Calls are rewritten with
    their arguments, `await` is added or removed as the two demand, and imports follow. A simple
    variant needs no `rename` and no `add`: they are read from its body. One that does more than
    forward is refused with the difference. A definition to which nothing refers any more is
    removed.

    The counts under `factory-variant` are the configured variants that are there and their uses.
    """

    number = 2
    name = "collapse_factories"
    phase = "factories"
    title = "Make instances in one way"
    why = "Every instance is to be made in one way. A variant is deleted once nothing refers to it."
    requires = (1,)
    table = Factories
    waits_for: Mapping[str, str] = {
        **dict.fromkeys(("does-more", "supplies-demand", "supplies-argument", "chained"), DECISION),
        **dict.fromkeys(("no-parameter", "does-not-bind", "default", EXCLUDED), DECISION),
        "held": HOLDERS,
        "patched": TESTS,
        "string": TESTS,
        "tests-the-variant": TESTS,
    }
    earlier_digests = (
        "6b845060aa338520474a1218f2bf42618d54f5f3b79164e4da061b391fc7fd6b",
        "f30074978593e3fcaaef42f90d509cbaf48a1d83cbee0641f30032c9282bd775",
    )

    def propose(self, world: World, left_out: LeftOut) -> Proposal:
        """Rewrite the calls, and remove the definitions that nothing needs any more.

        Raises:
            ConfigError: What takes the place of a factory does not exist.
        """
        return self._planner.propose(world, left_out)

    @cached_property
    def _planner(self) -> "FactoriesPlanner":
        # Imported here so that runs without this phase don't pay for it.
        from onepath_packs.canonical.factories.planning import FactoriesPlanner

        return FactoriesPlanner(self.config)

    @classmethod
    def configured(cls, config: Config) -> bool:
        """Whether any factory is deprecated."""
        return bool(config.table(Factories).deprecated)

    @classmethod
    def routes(cls, config: Config) -> Mapping[str, str]:
        """The factories, and what takes their place."""
        return {factory.old: factory.to for factory in config.table(Factories).deprecated}

    @classmethod
    def reads(cls, config: Config) -> Needles:
        """The files that mention the last word of a factory's path."""
        factories = config.table(Factories).deprecated
        return Needles.of(factory.old.rpartition(".")[2] for factory in factories)
