"""Blocks `if TYPE_CHECKING:` of which nothing is needed any more."""

import re
from collections.abc import Mapping, Set

from onepath.edit.draft import Draft
from onepath.model import Edit, Guard

_PRAGMA = re.compile(rb"(?<=:)[ \t]*#[ \t]*pragma: no[ \t]?(?:cover|branch)[ \t]*(?=\r?\n)")


def emptied(draft: Draft, needless: Mapping[int, Set[int]]) -> list[tuple[int, int]]:
    """The spans of such statements that have imports alone, no comment and no other branch.

    What a comment on the first line tells of coverage is about the statement, and goes with it.

    Args:
        draft: The file.
        needless: Statement -> the places of the names in it that are not needed.
    """
    facts = draft.facts
    owners = [(block.owner_start, block.owner_end) for block in facts.blocks]
    found: list[tuple[int, int]] = []
    for number in sorted({facts.imports[at].block for at in needless}):
        block, owner = facts.blocks[number], owners[number]
        inside = [at for at, fact in enumerate(facts.imports) if fact.block == number]
        if (
            block.kind == "if"
            and len(inside) == block.size
            and owners.count(owner) == 1
            and not draft.data[facts.imports[inside[-1]].end : owner[1]].strip()
            and b"#" not in _PRAGMA.sub(b"", draft.data[slice(*owner)], count=1)
            and all(
                facts.imports[at].guard == Guard.TYPE_CHECKING
                and len(needless.get(at, ())) == len(facts.imports[at].names)
                and at not in draft.statements
                for at in inside
            )
        ):
            found.append(owner)
    return found


def taken_out(draft: Draft, start: int, end: int) -> Edit:
    """What takes a statement out with its lines, and with the blank lines above it.

    Args:
        draft: The file.
        start: Where the statement begins.
        end: Where it ends.
    """
    above = len(draft.data[: draft.line_start(start)].rstrip())
    first = draft.after_line(draft.line_end(above)) if above else 0
    last = draft.after_line(draft.line_end(end))
    return Edit(first, last, b"", "import", draft.line_of(start))
