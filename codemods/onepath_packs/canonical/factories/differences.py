"""What factory variants do besides forwarding, and whether that keeps them."""

from collections.abc import Iterator, Sequence, Set

from onepath.analysis.factories.demands import lost_arguments, lost_demands
from onepath.analysis.factories.for_calls import ForCalls
from onepath.analysis.factories.forwarding import VariantForwarding, forwardings
from onepath.analysis.factories.variants import Variant
from onepath.analysis.index import Index
from onepath_packs.canonical.factories.sites import CALL, VariantSite


class Differences:
    """What the variants hand on, and which of them are collapsed for all of their calls.

    Args:
        index: The code.
        variants: All that are configured and there.
    """

    def __init__(self, index: Index, variants: Sequence[Variant]) -> None:
        self._variants = {variant.name: variant for variant in variants if variant.blocked is None}
        self.forwardings = forwardings(index, [*self._variants.values()], variants)
        self._for_calls = ForCalls(index, variants)
        self._needed = {
            name: lost_demands(index, variant.goal.callee, self.forwardings[name])
            for name, variant in self._variants.items()
        }
        self._supplied = {
            name: lost_arguments(variant.goal.callee, self.forwardings[name])
            for name, variant in self._variants.items()
        }
        self.active = {
            name
            for name, variant in self._variants.items()
            if (variant.config.accept or not self.forwardings[name].more)
            and not self._needed[name]
            and not self._supplied[name]
        }
        """The names of those that are collapsed."""

    def forwarding(self, site: VariantSite) -> VariantForwarding:
        """What a variant hands on for a use of it."""
        return self.for_call(site) or self.forwardings[site.variant]

    def for_call(self, site: VariantSite) -> VariantForwarding | None:
        """What a variant hands on for a call, if it does nothing else for it."""
        if site.how != CALL:
            return None
        return self._for_calls.plain(self._variants[site.variant], site.arguments)

    def names_read(self, site: VariantSite) -> Set[str] | None:
        """The names in what a variant does for a use of it; None where all of it may run."""
        if site.how != CALL:
            return None
        return self._for_calls.names_read(self._variants[site.variant], site.arguments)

    def why_not(self, variant: Variant) -> tuple[str, str] | None:
        """Code and reason why a variant is not collapsed for all of its calls."""
        if variant.blocked is not None:
            code, reason = variant.blocked
            return code, f"'{variant.name}': {reason}"
        if variant.name in self.active:
            return None
        forwarding = self.forwardings[variant.name]
        return _why_kept(
            variant, forwarding, self._needed[variant.name], self._supplied[variant.name]
        )

    def told(self) -> Iterator[str]:
        """A line for each thing that a variant does besides."""
        for name, forwarding in self.forwardings.items():
            for difference in forwarding.more:
                yield f"{name}: {difference}"


def _why_kept(
    variant: Variant, forwarding: VariantForwarding, needed: str, supplied: Sequence[str]
) -> tuple[str, str]:
    """Code and reason why a variant stays.

    Args:
        variant: The variant.
        forwarding: What it hands on.
        needed: What it returns and the way that stays refuses to work without; may be empty.
        supplied: The parameters to which it gives something that its calls don't say.
    """
    name, goal = variant.name, variant.goal.dotted
    if needed:
        return "supplies-demand", (
            f"'{name}' can't be given up: it supplies {needed}, which '{goal}' refuses to work "
            "without; make a factory the canonical way (to), or say what each call gives instead "
            "(add)"
        )
    names = ", ".join(f"'{one}'" for one in supplied)
    if variant.config.accept and supplied:
        return "supplies-argument", (
            f"'{name}' gives '{goal}' something for {names} that its calls don't say: that is no "
            "difference to accept; say in add what each call gives"
        )
    more = "; ".join(forwarding.more)
    reason = f"'{name}' does more than forward: {more}; accept = true gives that up"
    also = f", and add has to say what each call gives for {names}" if supplied else ""
    return "does-more", f"{reason}{also}"
