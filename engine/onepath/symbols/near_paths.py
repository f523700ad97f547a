"""The path of this code that was meant by one that leads nowhere."""

from collections.abc import Sequence
from difflib import get_close_matches

from onepath.snapshot.asked import SpelledLike, paths_for_kind
from onepath.symbols.world import World


def near_path(world: World, dotted: str) -> str:
    """A path of this code that is spelled much like another one; empty if there is none.

    Args:
        world: The code.
        dotted: A path that leads nowhere.
    """
    parts, module = dotted.split("."), dotted.rpartition(".")[0]
    count = len(parts) - 1
    while count and world.modules.find(".".join(parts[:count])) is None:
        count -= 1
    words = (parts[count],) if count else (dotted, module)
    files = paths_for_kind(world.modules.files, SpelledLike(words))
    known = [world.modules.name(file) for file in files]
    if not count:
        close = get_close_matches(dotted, known, 1) or get_close_matches(module, known, 1)
        return _with_rest(world, close[0], parts[-1:]) if close else ""
    top = ".".join(parts[:count])
    path, below = world.modules.find(top), f"{top}."
    names = {name.removeprefix(below).partition(".")[0] for name in known if name.startswith(below)}
    if path is not None and not path.endswith("/"):
        names |= world.resolver.table(path).names.keys()
    close = get_close_matches(parts[count], sorted(names - {parts[count]}), 1)
    return _with_rest(world, below + close[0], parts[count + 1 :]) if close else ""


def _with_rest(world: World, path: str, rest: Sequence[str]) -> str:
    """A path with what was written after it, if that leads somewhere."""
    whole = ".".join((path, *rest))
    return whole if world.resolver.dotted(whole).kind != "unresolved" else path


def suggestion(world: World, dotted: str) -> str:
    """The path of this code that was meant, as the end of a sentence; empty if none is."""
    near = near_path(world, dotted)
    return f"; did you mean '{near}'?" if near else ""
