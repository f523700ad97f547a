"""Which commands there are; global options may stand after them as well as before."""

import re
import sys
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from typer.core import TyperGroup
from typer.exceptions import TyperException

from onepath_cli.commands import SUMMARIES
from onepath_cli.guard import show_error
from onepath_cli.loading import ListedCommand, convert_plainly, without_types

_GLOBAL = frozenset(
    (
        "--repo", "--config", "--rev", "--jobs", "--executor", "--scheduler", "--environment",
        "--quiet", "--verbose", "--no-color",
    )
)  # fmt: skip

_CHOICES = re.compile(r"'([^']*)' is not one of (.*)")


class MigrateGroup(TyperGroup):
    """Loads no command but the one that is run, whose global options it moves to the front.

    What follows `--` is left where it is, and so is an option that the command has itself. An
    option that nobody has moves too if it looks most like a global one, which is then suggested.
    """

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, summary in SUMMARIES.items():
            self.add_command(ListedCommand(name, summary))

    def get_params(self, ctx: Any) -> list[Any]:
        return without_types(super().get_params(ctx))

    def main(self, *args: Any, **more: Any) -> Any:
        """Run the command line and leave with its exit code; a misspelling is told as all errors.

        Raises:
            SystemExit: Always.
        """
        try:
            code = super().main(*args, **{**more, "standalone_mode": False})
        except TyperException as error:
            show_error(*misspelled(error))
            code = error.exit_code
        sys.exit(code if isinstance(code, int) else 0)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        convert_plainly(self, ctx)
        return super().parse_args(ctx, self._moved(ctx, args))

    def _moved(self, ctx: Any, args: list[str]) -> list[str]:
        own = _arities(self.params)
        at = _command_at(args, own)
        listed = self.get_command(ctx, args[at]) if at < len(args) else None
        if not isinstance(listed, ListedCommand):
            return args
        front, rest = args[:at], [args[at]]
        theirs = _arities(listed.loaded.params)
        for words in _options(args[at + 1 :], {**own, **theirs}):
            name = words[0].partition("=")[0]
            if not _belongs_in_front(name, theirs):
                rest += words
            elif "=" not in words[0] and len(words) <= own.get(name, 0):
                return [*front, *words]  # has no value, which is then said, and not the command
            else:
                front += words
        return [*front, *rest]


def misspelled(error: TyperException) -> tuple[str, str]:
    """Return what Typer says of the arguments in the words of this program: message and hint."""
    text = error.format_message().replace("Value error, ", "")
    message, _, suggestion = text.partition(". Did you mean ")
    possible = getattr(error, "possibilities", None)
    if possible:
        message, suggestion = (
            message.partition(" (Possible")[0],
            " or ".join(sorted(possible)) + "?",
        )
    elif choices := _CHOICES.search(message):
        close = get_close_matches(choices[1], re.findall(r"'([^']*)'", choices[2]), n=1)
        suggestion = f"'{close[0]}'?" if close else ""
    context = getattr(error, "ctx", None)
    path = "migrate" if context is None else context.command_path
    hint = f"did you mean {suggestion} " if suggestion else ""
    message = message[0].lower() + message[1:].rstrip(".")
    return message, f"{hint}`{path} --help` says what it takes"


def _belongs_in_front(name: str, theirs: dict[str, int]) -> bool:
    if name in theirs or name == "--" or not name.startswith("--"):
        return False
    close = get_close_matches(name, [*_GLOBAL, *theirs], n=1)
    return bool(close) and close[0] in _GLOBAL


def _arities(parameters: Sequence[Any]) -> dict[str, int]:
    """How many values each option takes, by each of its names."""
    arities = {"--help": 0, "-h": 0}
    for parameter in parameters:
        takes = 0 if getattr(parameter, "is_flag", False) else parameter.nargs
        for name in (*parameter.opts, *parameter.secondary_opts):
            if name.startswith("-"):
                arities[name] = takes
    return arities


def _command_at(args: Sequence[str], arities: dict[str, int]) -> int:
    at = 0
    for words in _options(args, arities):
        if not words[0].startswith("-"):
            return at
        if words[0] == "--":
            break
        at += len(words)
    return len(args)


def _options(args: Sequence[str], arities: dict[str, int]) -> Iterator[list[str]]:
    """The arguments, each option together with its values, and `--` with all that follows it."""
    at = 0
    while at < len(args):
        takes = 0 if "=" in args[at] else arities.get(args[at], 0)
        end = len(args) if args[at] == "--" else at + 1 + takes
        yield list(args[at:end])
        at = end
