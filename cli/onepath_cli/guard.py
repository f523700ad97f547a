"""How a command ends: every error becomes a message and an exit code of the contract."""

import errno
import functools
import os
import sys
from collections.abc import Callable
from typing import Any, NamedTuple, ParamSpec

import typer

import onepath
from onepath.errors import OnepathError, OutsideError, PackDefectError
from onepath_cli.output import ReaderGoneError, clear_bar, reader, wants_colours

P = ParamSpec("P")

_DEFECT = 70
_INTERRUPTED = 130
# What a shell reports for a program that a closed pipe ended.
_READER_GONE = 141
# Troubles of the machine, not of this program.
_OUTSIDE = frozenset(
    (
        errno.EACCES, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM,
        errno.ENOSPC, errno.EPERM, errno.EROFS,
    )
)  # fmt: skip


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """Make a Typer command end as the contract says, whatever is raised in it."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            try:
                command(*args, **kwargs)
            finally:
                clear_bar()
                if not sys.stdout.closed:  # a server closes it at the end of its session
                    with reader():
                        sys.stdout.flush()
        except typer.Exit:
            raise
        except (KeyboardInterrupt, typer.Abort):
            _say("\ninterrupted")
            raise typer.Exit(_INTERRUPTED) from None
        except ReaderGoneError:
            _forget_stdout()
            raise typer.Exit(_READER_GONE) from None
        except Exception as error:
            end = report_error(error)
            show_error(end.message, end.hint)
            raise typer.Exit(end.code) from None

    return run


class ErrorExit(NamedTuple):
    """How a command ends that an error has ended."""

    code: int
    message: str
    hint: str


def report_error(error: Exception) -> ErrorExit:
    """Say how a command ends with an error; of a defect, the traceback is written to a file."""
    if isinstance(error, PackDefectError):
        return _defect(error, error.version, error.source)
    if isinstance(error, OnepathError):
        return ErrorExit(error.exit_code, error.message, error.hint)
    if isinstance(error, OSError) and error.errno in _OUTSIDE:
        return ErrorExit(OutsideError.exit_code, str(error), "")
    return _defect(error)


def _defect(error: Exception, version: str = "", source: str = "") -> ErrorExit:
    """Write a traceback to a file, and say whose defect it is.

    Args:
        error: What was raised.
        version: The version of a pack that failed; empty if it was none.
        source: Where its pack comes from.
    """
    import platform
    import tempfile
    import traceback

    trace = "".join(traceback.format_exception(error))
    with tempfile.NamedTemporaryFile(
        "w",
        encoding="utf-8",
        errors="backslashreplace",
        prefix="onepath-traceback-",
        suffix=".txt",
        delete=False,
    ) as file:
        file.write(
            f"onepath {onepath.__version__}, Python {platform.python_version()}, "
            f"{platform.platform()}\n{sys.argv[1:]}\n\n{trace}"
        )
    cause = error.__cause__ if version and error.__cause__ is not None else error
    is_ours = not version or not source or source.startswith("onepath ")
    whose = "onepath" if is_ours else f"the pack '{version.partition('/')[0]}' ({source})"
    where = f" in {version}" if version else ""
    return ErrorExit(
        _DEFECT,
        f"a defect of {whose}, not of your code{where}: {type(cause).__name__}: {cause}\n"
        f"traceback: {file.name}",
        f"report it {'as an issue of onepath' if is_ours else 'to those who wrote the pack'} "
        "with this file; it holds paths of your code",
    )


def show_error(message: str, hint: str) -> None:
    """Say what went wrong, and what to try if anybody knows; on a terminal it stands out."""
    _say(message, fg="red", bold=True)
    if hint:
        _say(f"hint: {hint}")


def _say(text: str, **style: Any) -> None:
    clear_bar()
    try:
        if style and wants_colours(sys.stderr):
            text = typer.style(text, **style)
        typer.echo(text, err=True)
    except OSError:
        pass


def _forget_stdout() -> None:
    """Let the interpreter's own flush at exit go nowhere instead of complaining."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
