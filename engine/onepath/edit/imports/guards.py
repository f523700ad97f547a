"""`try: from new import X / except ImportError: from old import X`, once both say the same.

Only what this run made equal is collapsed: two equal branches that were there before are the
author's business. Where more than the import would go, the equal branches stay and are listed.
"""

import ast
import re
from collections.abc import Mapping
from typing import NamedTuple

from onepath.edit.draft import PRAGMAS, Draft
from onepath.model import Block

_COMMENT = re.compile(r"#.*")
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
        Collapse(start, draft.line_end(end), text)
        for (start, end) in sorted(
            {(b.owner_start, b.owner_end) for b in draft.facts.blocks if b.kind == "try"}
        )
        if (text := finder.collapsed(start)) is not None
    ]
    return [
        collapse
        for collapse in found
        if not any(other.start < collapse.start and collapse.end <= other.end for other in found)
    ]


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
        tried = [(index, b) for index, b in branches if b.kind in ("try", "except")]
        kinds = [block.kind for _, block in tried]
        if (
            kinds.count("try") != 1
            or "except" not in kinds
            or any(self._size(*one) != 1 for one in tried)
        ):
            return None
        if any(b.kind == "except" and not catches_import_errors(b.test) for _, b in tried):
            return None
        statements = [self._only_statement(index) for index, _ in tried]
        texts = [text for text, _ in statements if text is not None]
        is_new = any(is_new for _, is_new in statements)
        if not is_new or len(texts) != len(statements) or len(set(map(_meaning, texts))) != 1:
            return None
        reason = self._why_not([block for _, block in branches])
        reason = reason or self._bound_beside(branches[0][1].parent, texts[0])
        if reason is not None:
            line = self._draft.line_of(branches[0][1].owner_start)
            self._draft.refuse(
                line, "equal-branches", f"all branches import the same now; {reason}"
            )
            return None
        return texts[0]

    def _why_not(self, branches: list[Block]) -> str | None:
        """Why the statement can't be reduced to its import without losing something else."""
        if {block.kind for block in branches} - {"try", "except"}:
            return "its 'else' or 'finally' does more"
        if any(block.inline for block in branches):
            return "it is on one line"
        end = self._draft.line_end(branches[0].owner_end)
        comments = _COMMENT.findall(self._draft.text(branches[0].owner_start, end))
        if not all(comment.startswith(PRAGMAS) for comment in comments):
            return "its comments would be lost"
        return None

    def _size(self, index: int, block: Block) -> int:
        """How many statements a block has left."""
        imports = self._draft.facts.imports
        gone = (at for at, text in self._texts.items() if text == "" and imports[at].block == index)
        return block.size - sum(1 for _ in gone)

    def _bound_beside(self, block: int, text: str) -> str | None:
        """Why an import can't stand in a block: another one there binds a name of it, too."""
        draft, names = self._draft, _bound(text)
        for index, statement in enumerate(draft.facts.imports):
            if statement.block == block and not draft.is_lazy(statement):
                other = self._texts.get(index, draft.text(statement.start, statement.end))
                for name in sorted(names & _bound(other)):
                    return f"'{name}' is imported beside it as well"
        return None

    def _only_statement(self, block: int) -> tuple[str | None, bool]:
        """The text of a block's single import as it is outside, and whether it is new."""
        draft = self._draft
        for index, statement in enumerate(draft.facts.imports):
            if statement.block == block:
                new = self._texts.get(index)
                if new == "":
                    continue
                text = draft.text(statement.start, statement.end) if new is None else new
                depth = len(draft.indent(statement)) - self._depth(draft.facts.blocks[block])
                tail = draft.tail(statement)
                pragma = f"  {tail}" if tail and not tail.startswith("# pragma") else ""
                return _dedented(text, depth) + pragma, new is not None
        for owner, branches in self._by_owner.items():
            inner = branches[0][1]
            if inner.parent == block and inner.kind == "try":
                collapsed = self.collapsed(owner)
                depth = self._depth(inner) - self._depth(draft.facts.blocks[block])
                return None if collapsed is None else _dedented(collapsed, depth), True
        return None, False

    def _depth(self, block: Block) -> int:
        return block.owner_start - self._draft.line_start(block.owner_start)


def _bound(text: str) -> set[str]:
    """The names that an import statement binds, other than the tops of dotted paths."""
    if not text:
        return set()
    _, level, names = _meaning(text)
    return {asname or name for name, asname in names if asname or level is not None}


def _meaning(text: str) -> tuple[str | None, int | None, tuple[tuple[str, str], ...]]:
    """What an import statement binds, without its layout."""
    statement = ast.parse(text).body[0]
    names = statement.names if isinstance(statement, ast.Import | ast.ImportFrom) else []
    module, level = getattr(statement, "module", ""), getattr(statement, "level", None)
    return module, level, tuple(sorted((alias.name, alias.asname or "") for alias in names))


def _dedented(text: str, depth: int) -> str:
    """An import of several lines, moved out by as many columns as its statement is."""
    first, *rest = text.split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in rest), default=0)
    cut = min(max(depth, 0), margin)
    return "\n".join((first, *(line[cut:] for line in rest)))


def catches_import_errors(test: str) -> bool:
    """Whether an `except` clause, by its source, catches an import that fails."""
    names = [name.strip() for name in test.strip("()").split(",")]
    return any(name in _CATCHING for name in names)
