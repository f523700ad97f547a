"""How a command ends: every error becomes a message and an exit code of the contract."""

import errno
import functools
import os
import sys
from collections.abc import Callable
from typing import ParamSpec

import typer

import onepath
from onepath.errors import OnepathError, OutsideError, PackDefectError
from onepath_cli.output import ReaderGoneError, reader

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
        except PackDefectError as error:
            raise typer.Exit(_report(error, error.version, error.source)) from None
        except OnepathError as error:
            raise typer.Exit(_tell(error)) from None
        except OSError as error:
            if error.errno not in _OUTSIDE:
                raise typer.Exit(_report(error)) from None
            raise typer.Exit(_tell(OutsideError(str(error)))) from None
        except Exception as error:
            raise typer.Exit(_report(error)) from None

    return run


def _tell(error: OnepathError) -> int:
    _say(error.message)
    if error.hint:
        _say(f"hint: {error.hint}")
    return error.exit_code


def _report(error: Exception, version: str = "", source: str = "") -> int:
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
        "w", encoding="utf-8", errors="backslashreplace",
        prefix="onepath-traceback-", suffix=".txt", delete=False,
    ) as file:  # fmt: skip
        file.write(
            f"onepath {onepath.__version__}, Python {platform.python_version()}, "
            f"{platform.platform()}\n{sys.argv[1:]}\n\n{trace}"
        )
    cause = error.__cause__ if version and error.__cause__ is not None else error
    is_ours = not version or not source or source.startswith("onepath ")
    whose = "onepath" if is_ours else f"the pack '{version.partition('/')[0]}' ({source})"
    where = f" in {version}" if version else ""
    _say(
        f"a defect of {whose}, not of your code{where}: {type(cause).__name__}: {cause}\n"
        f"traceback: {file.name}\n"
        f"hint: report it {'as an issue of onepath' if is_ours else 'to those who wrote the pack'} "
        "with this file; it holds paths of your code"
    )
    return _DEFECT


def _say(text: str) -> None:
    try:
        typer.echo(text, err=True)
    except OSError:
        pass


def _forget_stdout() -> None:
    """Let the interpreter's own flush at exit go nowhere instead of complaining."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
