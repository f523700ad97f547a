"""CPython's parser may work for seconds on one file, and can't be interrupted by Python."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LONG = 1_000_000
"""Bytes of a file beyond which the parser takes so long that Ctrl-C has to end it."""


@contextmanager
def ended_by_ctrl_c(source: bytes) -> Iterator[None]:
    """Let Ctrl-C end this process at once while a long file is parsed.

    Python itself would only notice when the parser is through. Nothing is lost by that: whatever
    is written anywhere is written so that a process may be killed at any time. Who handles Ctrl-C
    in another way, and threads that can't, go on to do so.

    Args:
        source: What is parsed.
    """
    if (
        len(source) <= _LONG
        or threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    ):
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
