"""Globs of paths as `.gitignore` has them: the last that matches decides, and `!` takes back.

A glob with a slash is relative to the top folder, one without matches in every folder, and what
matches a folder matches all below it.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_LITERAL = re.compile(r"/(?:[^\\*?\[]|\\.)+", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SPECIAL = re.compile(r"[\\*?\[ ]")


class Globs:
    """Some globs, of which the last one that matches a path decides."""

    def __init__(self, globs: Iterable[str]) -> None:
        given = [*globs]
        last = max((at for at, one in enumerate(given) if one.startswith("!")), default=-1)
        paths = {one for one in given[last + 1 :] if _LITERAL.fullmatch(one)}
        # Of paths there may be as many as files, and trying each on each file would take hours.
        self._paths = {_ESCAPED.sub(r"\1", path[1:]) for path in paths}
        rest = [one for at, one in enumerate(given) if at <= last or one not in paths]
        self._spec = _spec(rest) if rest else None

    def match(self, path: str) -> bool:
        """Whether the globs match a path, or a folder that it is in."""
        if self._paths and self._is_below(path):
            return True
        return self._spec is not None and self._spec.match_file(path)

    def _is_below(self, path: str) -> bool:
        end = len(path)
        while end > 0:
            if path[:end] in self._paths:
                return True
            end = path.rfind("/", 0, end)
        return False


def _spec(globs: list[str]) -> "GitIgnoreSpec":
    # Loaded late: where no globs are matched, that would take longer than most else.
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(globs)


def literal_globs(paths: Iterable[str]) -> tuple[str, ...]:
    """Return globs that match these paths, and what is below them, and nothing else."""
    return tuple("/" + _SPECIAL.sub(r"\\\g<0>", path) for path in paths)
