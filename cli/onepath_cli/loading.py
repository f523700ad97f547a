"""Commands are imported when they are asked for, and plain values are converted without Typer."""

import inspect
import os
import sys
import types
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

import typer
from typer.core import MarkupMode, TyperCommand
from typer.main import get_command

from onepath_cli.commands import place_of
from onepath_cli.guard import guarded
from onepath_cli.output import wants_colours


def _help_mode() -> MarkupMode:
    """How help is laid out: by Rich where a terminal shows it, else as plain text.

    Rich takes as long to load as everything else that help needs.
    """
    return "markdown" if wants_colours(sys.stdout) else None


HELP_MODE = _help_mode()


def without_types(parameters: list[Any]) -> list[Any]:
    """Let help say nothing of the types of arguments, whose names say it, and of flags."""
    for parameter in parameters:
        if parameter.param_type_name == "argument" or parameter.is_flag:
            parameter.display_type_rich = lambda ctx: None
    return parameters


class MigrateCommand(TyperCommand):
    """Converts plain values by itself: Typer would load pydantic for them, even for no value."""

    def get_params(self, ctx: Any) -> list[Any]:
        return without_types(super().get_params(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        convert_plainly(self, ctx)
        return super().parse_args(ctx, args)


class ListedCommand(TyperCommand):
    """A command that is imported when it is run, or when its options are needed.

    Args:
        name: As it is typed.
        summary: The first sentence of its help.
    """

    def __init__(self, name: str, summary: str) -> None:
        super().__init__(name, help=summary, rich_markup_mode=HELP_MODE)

    @cached_property
    def loaded(self) -> Any:
        """The command itself, of the class `OwnCommand` if its module has one."""
        path, function = place_of(str(self.name))
        module = import_module(path)
        only = typer.Typer(add_completion=False, rich_markup_mode=HELP_MODE)
        of_class = only.command(self.name, cls=getattr(module, "OwnCommand", MigrateCommand))
        of_class(guarded(getattr(module, function)))
        return get_command(only)

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        return self.loaded.make_context(*args, **kwargs)


def convert_plainly(command: Any, context: Any) -> None:
    """Let values that can't be wrong reach a command or group of Typer's as they are declared."""
    kinds: Mapping[str, inspect.Parameter] = {}
    if command.callback is not None:
        kinds = inspect.signature(command.callback).parameters
    for parameter in command.get_params(context):
        kind = kinds.get(parameter.name)
        parameter.process_value = partial(
            _process, parameter, type(parameter).process_value, _kind(kind and kind.annotation)
        )


def _process(
    parameter: Any, process: Callable[..., Any], kind: tuple[Any, bool], ctx: Any, value: Any
) -> Any:
    plain, is_certain = _plain(value, *kind)
    if isinstance(plain, int) and not _is_within(plain, parameter):
        is_certain = False
    if value is parameter.default:
        plain, is_certain = value, True
    if not is_certain or (parameter.required and not value):
        return process(parameter, ctx, value)
    return plain if parameter.callback is None else parameter.callback(ctx, parameter, plain)


def _kind(annotation: Any) -> tuple[Any, bool]:
    """The type of a value, and whether there is a list of them."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        (annotation,) = (
            argument for argument in get_args(annotation) if argument is not types.NoneType
        )
    if get_origin(annotation) is list:
        return get_args(annotation)[0], True
    return annotation, False


def _plain(value: Any, kind: Any, is_list: bool) -> tuple[Any, bool]:
    """What a value of the command line becomes, and whether that is certain."""
    if is_list:
        items = [_plain(item, kind, False) for item in value or ()]
        return [item for item, _ in items], all(is_certain for _, is_certain in items)
    if not isinstance(value, str):
        return value, kind is bool and isinstance(value, bool)
    if kind is int and value.isascii() and value.isdecimal():
        return int(value), True
    if kind is Path:
        return Path(value), not os.path.exists(value) or os.access(value, os.R_OK)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return (kind(value), True) if value in list(kind) else (value, False)
    return value, kind is str


def _is_within(number: int, parameter: Any) -> bool:
    least, most = getattr(parameter, "min", None), getattr(parameter, "max", None)
    return (least is None or least <= number) and (most is None or number <= most)
