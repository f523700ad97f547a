"""What a factory variant does that keeps it, in words."""

from collections.abc import Sequence

from onepath.analysis.factories.forwarding import Forwarding
from onepath.analysis.factories.variants import Variant


def why_kept(
    variant: Variant, found: Forwarding, needed: str, supplied: Sequence[str]
) -> tuple[str, str]:
    """Code and reason why a variant stays.

    Args:
        variant: The variant.
        found: What it hands on.
        needed: What it gives and the way that stays refuses to work without; may be empty.
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
    more = "; ".join(found.more)
    reason = f"'{name}' does more than forward: {more}; accept = true gives that up"
    also = f", and add has to say what each call gives for {names}" if supplied else ""
    return "does-more", f"{reason}{also}"
