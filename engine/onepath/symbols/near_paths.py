"""The path of this code that was meant by one that leads nowhere."""

from difflib import get_close_matches

from onepath.symbols.world import World


def near_path(world: World, dotted: str) -> str:
    """A path of this code that is spelled much like another one; empty if there is none.

    Args:
        world: The code.
        dotted: A path that leads nowhere.
    """
    module, _, name = dotted.rpartition(".")
    path = world.modules.find(module) if module else None
    if path is None:
        known = [world.modules.name(file) for file in world.modules.files]
        close = get_close_matches(dotted, known, 1) or get_close_matches(module, known, 1)
        if not close:
            return ""
        inside = f"{close[0]}.{name}"
        return inside if world.resolver.dotted(inside).kind != "unresolved" else close[0]
    names = () if path.endswith("/") else world.resolver.table(path).names
    close = get_close_matches(name, names, 1)
    return f"{module}.{close[0]}" if close else ""


def suggestion(world: World, dotted: str) -> str:
    """The path of this code that was meant, as the end of a sentence; empty if none is."""
    near = near_path(world, dotted)
    return f"; did you mean '{near}'?" if near else ""
