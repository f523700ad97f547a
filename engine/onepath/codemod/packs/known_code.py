"""What is known of installed code from an earlier run, while all that it rests on looks the same.

That is digests of code, and which packs are installed. Reading some four hundred sources, and
searching them for imports, takes longer than everything else that a command does whose answer is
kept. So it is kept in the cache of the repository, with how each file and folder looked that was
read for it: number, size and times, as in git's index. If one of them looks different, it is found
out again; so a digest says what it always says, however the code was installed, and only how long
it takes depends on times.
"""

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from onepath.facts.store.cache import FactsCache

_SETTLED = 2_000_000_000
"""Nanoseconds after which another change of a file certainly gets another time."""
_Look = tuple[int, ...]


class _Known:
    """What is known in one run.

    Args:
        folder: The cache of the repository.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = _circumstances()
        self._kept: dict[str, str] | None = None
        """What an earlier run has kept and still holds; None before somebody asks."""
        self._looks: dict[str, _Look] = {}
        self._new: dict[str, str] = {}
        self._is_kept = True
        """Whether the cache has what `_kept` says, rather than this process alone."""

    def answer(self, question: str) -> str | None:
        if self._kept is None:
            self._kept = self._still_known()
        return self._kept.get(question)

    def learn(self, question: str, answer: str) -> None:
        self._new[question] = answer

    def _still_known(self) -> dict[str, str]:
        with FactsCache(self._folder) as cache:
            kept = cache.known_code(self._key)
        if not _holds(kept):
            # It may have been found out for another repository.
            kept = _kept_last.get(self._key)
            self._is_kept = False
        if kept is None or not _holds(kept):
            _forget(list(_seen))
            return {}
        self._looks = kept["looks"]
        _forget([path for path, look in self._looks.items() if _seen.get(path, look) != look])
        return dict(kept["answers"])

    def keep(self) -> None:
        """Keep what was found out, unless something that it rests on was being changed."""
        if _unsettled or not (self._new or (self._kept and not self._is_kept)):
            return
        if any(_seen.get(path, look) != look for path, look in self._looks.items()):
            return
        answers = {**(self._kept or {}), **self._new}
        _kept_last[self._key] = {"looks": self._looks | _seen, "answers": answers}
        with FactsCache(self._folder) as cache:
            cache.put_known_code(self._key, _kept_last[self._key])


_known: list[_Known] = []
"""Where answers are looked up and kept; none or one."""
_kept_last: dict[str, dict[str, Any]] = {}
"""What this process has kept last for any repository, by the circumstances."""
_seen: dict[str, _Look] = {}
"""Everything that was looked at in this process: what it remembers itself rests on it."""
_unsettled: set[str] = set()
"""What may have been changed, after it was looked at, without looking different."""
_forgets: list[Callable[[], None]] = []
"""What forgets that which this process remembers of files and folders as they looked."""


@contextmanager
def keeping_known_code(folder: Path | None) -> Iterator[None]:
    """Look in a cache for what is known of code, and keep there what had to be found out.

    Args:
        folder: The cache of a repository; None for none.
    """
    if folder is None or _known:
        yield
        return
    # A process that runs on, for an editor or a fleet, may keep what has settled since.
    _forget(list(_unsettled))
    known = _Known(folder)
    _known.append(known)
    try:
        yield
    finally:
        _known.clear()
        known.keep()


def known_of_code(question: Sequence[str], find_out: Callable[[], str]) -> str:
    """Something that is known of code, or else found out.

    Args:
        question: What is asked, and by which names and places.
        find_out: Reads files and folders, and tells `look_at` of each before.
    """
    if not _known:
        return find_out()
    asked = "\0".join(question)
    answer = _known[0].answer(asked)
    if answer is None:
        answer = find_out()
        _known[0].learn(asked, answer)
    return answer


def look_at(paths: Iterable[str | os.PathLike[str]]) -> None:
    """Say, before they are read, on which files and folders an answer rests."""
    for place in paths:
        path = os.fspath(place)
        if path not in _seen:
            look = _seen[path] = _look(path)
            if look and time.time_ns() - max(look[-2:]) < _SETTLED:
                _unsettled.add(path)


def rests_on_looks(forget: Callable[[], None]) -> None:
    """Say what is to be called when files and folders are looked at again."""
    _forgets.append(forget)


def _forget(paths: Iterable[str]) -> None:
    """Look at paths again when somebody asks, for they may have been changed."""
    changed = False
    for path in paths:
        changed = _seen.pop(path, None) is not None or changed
        _unsettled.discard(path)
    if changed:
        for forget in _forgets:
            forget()


def look_where_modules_are() -> None:
    """Look at all folders in which modules and distributions are, and at what finds them."""
    finders = (sys.modules.get(getattr(finder, "__module__", "")) for finder in sys.meta_path)
    files = (getattr(finder, "__file__", None) for finder in finders)
    look_at([*sys.path, *filter(None, files)])


def _holds(kept: dict[str, Any] | None) -> bool:
    """Whether all that something rests on looks as it did."""
    return kept is not None and all(_look(path) == look for path, look in kept["looks"].items())


def _look(path: str) -> _Look:
    """What tells that a file or a folder was changed, its times last; nothing if it is absent."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return ()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _circumstances() -> str:
    """What decides, beside files and folders, which code there is, as one name."""
    finders = [f"{finder!r:.200}".partition(" at 0x")[0] for finder in sys.meta_path]
    parts = (sys.version, [os.path.abspath(folder) for folder in sys.path], finders)
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogateescape")).hexdigest()
