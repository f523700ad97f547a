"""Every error a user can meet, each with the exit code of the command line contract."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


class Terminated(SystemExit):
    """Somebody ends this process: nothing that runs in it answers that."""


class OnepathError(Exception):
    """Base of all errors that end a command with a message instead of a traceback.

    Args:
        message: What happened and where.
        hint: What to try next; shown on a line of its own.
    """

    exit_code = 70

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(OnepathError):
    """The user's input is at fault: an argument, the configuration, the chosen folder."""

    exit_code = 2


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The question whether one of some names was meant; empty if none is spelled like it."""
    close = get_close_matches(name, sorted(known), n=1)
    return f"did you mean '{close[0]}'?" if close else ""


def unknown_name(kind: str, unknown: Sequence[str], known: Iterable[str]) -> InputError:
    """The error for names that mean nothing, which suggests those that are spelled like them.

    Args:
        kind: What they should name, `phase`.
        unknown: As the user typed them; at least one.
        known: Every name there is, in the order in which they are listed.
    """
    names = list(known)
    close = [match for name in unknown for match in get_close_matches(name, names, n=2)]
    hint = f"did you mean {' or '.join(map(repr, dict.fromkeys(close)))}? " if close else ""
    return InputError(
        f"no {kind} {', '.join(map(repr, unknown))}",
        hint=f"{hint}{kind}s: {', '.join(names) or 'none'}",
    )


class ConfigError(InputError):
    """The configuration has errors. All of them are reported at once.

    Args:
        path: The configuration file, as the user would type it.
        problems: One `(line, text)` for each problem; line 0 stands for the whole file.
        hint: What to try; empty for nothing.
    """

    def __init__(self, path: str, problems: Sequence[tuple[int, str]], *, hint: str = "") -> None:
        self.path = path
        self.problems = tuple(problems)
        lines = [f"{path}:{line}: {text}" if line else f"{path}: {text}" for line, text in problems]
        super().__init__("\n".join(lines), hint=hint)


class RefusedError(OnepathError):
    """The proof, a gate or a branch that moved stands against it; nothing was changed."""

    exit_code = 3


class OutsideError(OnepathError):
    """Something outside failed: git, the disk, a forge. Nothing was changed."""

    exit_code = 4


class PackDefectError(Exception):
    """A codemod of a pack failed, which is nobody's fault but the pack's.

    Args:
        version: Which one, `acme/v0001_strip`.
        source: Where the pack comes from; empty if that is not known.
    """

    def __init__(self, version: str, source: str = "") -> None:
        super().__init__(f"{version}{f' of {source}' if source else ''} failed")
        self.version = version
        self.source = source
