"""Ends a user's codemod that does not end by itself."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TookTooLong(BaseException):
    """The time is over."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TookTooLong in what runs inside when the time is over.

    Args:
        seconds: So long it may take; 0 for no limit. Where signals can't be had, in another thread
            than the first one or on another system, there is none either.
    """
    timer = getattr(signal, "setitimer", None)
    if not seconds or timer is None or threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGALRM, end)
    timer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        timer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
