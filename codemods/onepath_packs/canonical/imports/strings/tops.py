"""`__import__("a.b")` imports `a.b` and returns `a`: by another path the result is another one."""

import re

from onepath.edit.draft import Draft

TOP = "'__import__' gives what the path '{}' begins with, which is read further"
_CALL = re.compile(r"\b__import__\s*\(\s*\Z")
_ALONE = re.compile(r"\s*\)[ \t]*(?:#|;|\r?\n|\Z)")
_ENDED = re.compile(r"\s*\)")


def takes_top(draft: Draft, start: int, end: int) -> bool:
    """Whether a literal is imported by a call whose result, the top package, is used.

    Args:
        draft: The file.
        start: Where the literal begins.
        end: Where it ends.
    """
    before = draft.text(draft.line_start(start), start)
    call = _CALL.search(before)
    if call is None:
        return False
    after = draft.text(end, len(draft.data))
    is_statement = not before[: call.start()].strip() and _ALONE.match(after) is not None
    return _ENDED.match(after) is not None and not is_statement
