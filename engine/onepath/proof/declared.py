"""What a codemod declares of its changes. A module of its own: it needs nothing of the proof."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from onepath.symbols.resolve import Step

if TYPE_CHECKING:
    from onepath.symbols.renames import Renames


@dataclass(frozen=True)
class Declared:
    """What a codemod says of its changes, so that the proof need not take it for damage."""

    gone: frozenset[Step] = frozenset()
    """(path, name): module-level names that go."""
    introduced: frozenset[Step] = frozenset()
    """(path, name): definitions that the text of an edit may refer to, besides those that the
    text it replaces refers to. An external module stands as (dotted name, "")."""
    replaced: "Renames | None" = None
    """Deprecated paths, each use of which becomes a use of the canonical path, or stays. Then
    nothing else changes: the uses of a file are compared one after the other."""
    is_proven: bool = False
    """Whether nothing is left to prove: it was proven in another way, or the user, whose own code
    did it, judges it."""
