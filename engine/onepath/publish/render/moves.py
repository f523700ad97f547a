"""Which paths went where, read from the edits themselves."""

import ast
import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from onepath.model import Edit, FileChange

MovedName = tuple[str, str]
"""The dotted path before and after."""

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")


def moves(changes: Sequence[FileChange]) -> list[tuple[MovedName, int]]:
    """Return each path that was replaced by another and in how many files, the most first.

    A path counts where an import of it was removed and one of the other added in the same file,
    or where one dotted name was replaced by the other. What can't be told apart is left out.
    """
    counts: Counter[MovedName] = Counter()
    for change in changes:
        if change.new is not None and not change.is_new:
            counts.update(set(_of_file(change)))
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _of_file(change: FileChange) -> Iterator[MovedName]:
    before: dict[str, None] = {}
    after: dict[str, None] = {}
    for edit in change.edits:
        old, new = _texts(change, edit)
        # A name in the code begins with what this file binds: its import says what that is.
        if edit.kind in ("name", "call"):
            continue
        if _DOTTED.fullmatch(old) and _DOTTED.fullmatch(new):
            yield old, new
        elif "import" in old or "import" in new:
            before |= dict.fromkeys(imported(old))
            after |= dict.fromkeys(imported(new))
    removed = [path for path in before if path not in after]
    added = [path for path in after if path not in before]
    yield from _matched(removed, added)


def _texts(change: FileChange, edit: Edit) -> MovedName:
    old = change.old[edit.start : edit.end]
    return old.decode("utf-8", "replace"), edit.new.decode("utf-8", "replace")


def _matched(removed: list[str], added: list[str]) -> Iterator[MovedName]:
    """Match what keeps its name first; then the rest, where all of it has one destination."""
    for old in list(removed):
        same = [new for new in added if new.rpartition(".")[2] == old.rpartition(".")[2]]
        if len(same) == 1:
            removed.remove(old)
            yield old, same[0]
    if len(added) == 1:
        yield from ((old, added[0]) for old in removed)


def imported(text: str) -> list[str]:
    """Return the absolute dotted paths that the import statements of `text` name."""
    try:
        tree = ast.parse(textwrap.dedent(text).strip())
    except (SyntaxError, ValueError):
        return []
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [f"{node.module}.{alias.name}" for alias in node.names if alias.name != "*"]
    return found
