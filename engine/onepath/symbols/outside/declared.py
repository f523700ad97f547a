"""What the two sides of a declared rename are: modules or names, in the repository or outside."""

from collections.abc import Callable

from onepath.symbols.destinations import BUILTINS, Destination
from onepath.symbols.outside.lookup import Kind, Outside, is_builtin
from onepath.symbols.resolve import Resolver


def destination(
    resolver: Resolver,
    outside: Outside,
    old: str,
    new: str,
    is_imported: Callable[[str], bool] = lambda _: False,
) -> Destination:
    """Where a rename leads: a module whole, or a name in a module.

    Args:
        resolver: Over the repository.
        outside: What is known of other modules.
        old: The deprecated path.
        new: The canonical path.
        is_imported: Whether the code imports a path as a module, which is asked where no file
            tells what it is.
    """
    if is_builtin(new) and resolver.modules.find(new) is None:
        return Destination(BUILTINS, new.removeprefix(f"{BUILTINS}."))
    if _is_module(resolver, outside, old, new, is_imported):
        return Destination(new, "")
    module, _, name = new.rpartition(".")
    return Destination(module, name)


def _is_module(
    resolver: Resolver, outside: Outside, old: str, new: str, is_imported: Callable[[str], bool]
) -> bool:
    resolution = resolver.dotted(new)
    if resolution.kind != "external":
        return resolution.kind == "module"
    kind = outside.kind(new)
    if kind in (Kind.MODULE, Kind.NAME, Kind.ATTRIBUTE) or "." not in new:
        return kind is Kind.MODULE or "." not in new
    # Nobody knows what the new path is; what the old one is, it is as well.
    if resolver.modules.find(old) is not None:
        return resolver.dotted(old).kind == "module"
    known = outside.kind(old)
    if known in (Kind.MODULE, Kind.NAME):
        return known is Kind.MODULE
    return "." not in old or is_imported(old)
