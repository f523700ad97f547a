"""Uses of imports that have become names which are built in: those are no uses of anything."""

from collections.abc import Sequence

from onepath.model import Facts, Use
from onepath.proof.meaning import FileMeanings
from onepath.symbols.renames import BUILTINS, Renames


def without_builtins(
    was: Facts, now: Facts, before: FileMeanings, renames: Renames
) -> Sequence[Use]:  # fmt: skip
    """The uses of a file before, less those that have become builtins.

    Args:
        was: The file before.
        now: The file after; its scopes are the same.
        before: What the uses meant.
        renames: Says which paths become builtins.
    """
    names = {to.name for to in renames.olds.values() if to.is_builtin}
    if not names:
        return was.uses
    return [use for use in was.uses if not _has_become_one(use, now, before)]


def _has_become_one(use: Use, now: Facts, before: FileMeanings) -> bool:
    meant = before.meaning(use)
    if len(meant) != 1:
        return False
    kind, *parts = next(iter(meant))
    if kind != "external" or not str(parts[0]).startswith(f"{BUILTINS}."):
        return False
    name = str(parts[0]).split(".")[1]
    # A scope that reads it, and that nothing around binds it for.
    if name not in now.scopes[use.scope].free:
        return False
    at = now.scopes[use.scope].parent
    while at != -1:
        if name in now.scopes[at].bound and now.scopes[at].kind != "class":
            return False
        at = now.scopes[at].parent
    return True
