"""Options that several commands have, declared once: as the fields of a dataclass."""

import dataclasses
import functools
import inspect
from collections.abc import Callable
from typing import Any


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Let a Typer command take a dataclass where the command line has an option for each field.

        @dataclass(frozen=True)
        class OneOffOptions:
            dry_run: Annotated[bool, typer.Option("--dry-run")] = False

        @grouped
        def rename(context: typer.Context, ending: OneOffOptions) -> None: ...

    Args:
        command: Each of its parameters that is annotated with a dataclass stands for the options
            that the fields declare, each with a default.
    """
    groups: dict[str, Any] = {}
    plain: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(command).parameters.items():
        if dataclasses.is_dataclass(parameter.annotation):
            groups[name] = parameter.annotation
            plain += map(_option, dataclasses.fields(parameter.annotation))
        else:
            plain.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))

    @functools.wraps(command)
    def run(**given: Any) -> None:
        whole = {
            name: group(
                **{field.name: given.pop(field.name) for field in dataclasses.fields(group)}
            )
            for name, group in groups.items()
        }
        command(**given, **whole)

    run.__signature__ = inspect.Signature(plain)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in plain}
    return run


def _option(field: "dataclasses.Field[Any]") -> inspect.Parameter:
    return inspect.Parameter(
        field.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=field.default,
        annotation=field.type,
    )
