"""`try: from new import X / except ImportError: from old import X`, once both say the same.

Only what this run made equal is collapsed: two equal branches that were there before are the
author's business.
"""

from collections.abc import Mapping
from typing import NamedTuple

from onepath.model import Block
from onepath.rewrite.draft import Draft

_CATCHING = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException", "")


class Collapse(NamedTuple):
    """A `try` statement that becomes the one import it holds twice."""

    start: int
    end: int
    text: str


def collapses(draft: Draft, texts: Mapping[int, str]) -> list[Collapse]:
    """Find the `try` statements whose branches are now one import.

    Args:
        draft: The file.
        texts: The new text of every import statement that changes, by its index.

    Returns:
        Outermost ones only, in the order of the file.
    """
    finder = _Finder(draft, texts)
    found = [
        Collapse(start, end, text)
        for (start, end) in sorted(
            {(b.owner_start, b.owner_end) for b in draft.facts.blocks if b.kind == "try"}
        )
        if (text := finder.collapsed(start)) is not None
    ]
    return [
        one for one in found
        if not any(other.start < one.start and one.end <= other.end for other in found)
    ]  # fmt: skip


class _Finder:
    def __init__(self, draft: Draft, texts: Mapping[int, str]) -> None:
        self._draft = draft
        self._texts = texts
        self._by_owner: dict[int, list[tuple[int, Block]]] = {}
        for index, block in enumerate(draft.facts.blocks):
            if block.kind in ("try", "except", "else", "finally"):
                self._by_owner.setdefault(block.owner_start, []).append((index, block))
        self._known: dict[int, str | None] = {}

    def collapsed(self, owner: int) -> str | None:
        """The one import that the `try` at this offset comes down to, if it does."""
        if owner not in self._known:
            self._known[owner] = None
            self._known[owner] = self._collapse(owner)
        return self._known[owner]

    def _collapse(self, owner: int) -> str | None:
        branches = self._by_owner.get(owner, [])
        kinds = [block.kind for _, block in branches]
        if kinds.count("try") != 1 or "except" not in kinds or set(kinds) - {"try", "except"}:
            return None
        if any(b.size != 1 or b.inline for _, b in branches):
            return None
        if any(b.kind == "except" and not _catches_import_errors(b.test) for _, b in branches):
            return None
        if self._has_comments(branches[0][1]):
            return None
        statements = [self._only_statement(index) for index, _ in branches]
        texts = {text for text, _ in statements}
        changed = any(is_new for _, is_new in statements)
        only = texts.pop() if len(texts) == 1 else None
        return only if changed else None

    def _only_statement(self, block: int) -> tuple[str | None, bool]:
        """The text of a block's single import, and whether this run changed it."""
        draft = self._draft
        for index, statement in enumerate(draft.facts.imports):
            if statement.block == block:
                new = self._texts.get(index)
                if new is not None:
                    return new, True
                return draft.text(statement.start, statement.end), False
        for owner, branches in self._by_owner.items():
            if branches[0][1].parent == block and branches[0][1].kind == "try":
                return self.collapsed(owner), True
        return None, False

    def _has_comments(self, block: Block) -> bool:
        """Comments in the statement would be lost; it is left as it is."""
        return "#" in self._draft.text(block.owner_start, block.owner_end)


def _catches_import_errors(test: str) -> bool:
    names = [name.strip() for name in test.strip("()").split(",")]
    return any(name in _CATCHING for name in names)
