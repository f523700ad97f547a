"""`migrate cache`: what is kept of files that were read, and where it is shared."""

import os
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onepath.errors import InputError
from onepath_cli.commands.phases.status import Form, TextOrJson
from onepath_cli.context import Options, no_repository, open_workspace

if TYPE_CHECKING:
    from onepath.facts.store.places import BytesStore

_DAY = 86_400.0


class CacheAction(StrEnum):
    """What is done with it."""

    SHOW = "show"
    PRUNE = "prune"
    EXPORT = "export"
    IMPORT = "import"


Doing = Annotated[CacheAction, typer.Argument(metavar="show|prune|export|import")]
ExportFile = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="With export and import.")
]
Days = Annotated[
    int, typer.Option(min=0, metavar="N", help="With prune: what was written N days ago or more.")
]


def cache(
    context: typer.Context,
    action: Doing,
    file: ExportFile = None,
    days: Days = 30,
    form: Form = TextOrJson.TEXT,
) -> None:
    """Show what is kept of files that were read; share it, take it elsewhere."""
    options: Options = context.obj
    if (file is None) is (action in (CacheAction.EXPORT, CacheAction.IMPORT)):
        raise InputError("FILE goes with export and import, and only with them")
    if action is CacheAction.PRUNE:
        told = _prune(days)
    elif file is not None:
        told = _exchange(options, action, file)
    else:
        told = _show(options)
    if form is TextOrJson.JSON:
        options.output.document({"schema": 1, **told})
    else:
        for name, value in _flat(told):
            options.output.result(f"{name:<24} {value}\n")


def _flat(told: dict[str, Any]) -> list[tuple[str, str]]:
    rows = []
    for name, value in told.items():
        inner = value.items() if isinstance(value, dict) else [("", value)]
        rows += [
            (f"{name} {key}".strip(), f"{one:,}" if isinstance(one, int) else str(one))
            for key, one in inner
            if one is not None
        ]
    return rows


def _show(options: Options) -> dict[str, Any]:
    from onepath.facts.store.cache import KINDS, FactsCache
    from onepath.facts.store.shared import WHERE, by_extractor, shared_place

    with open_workspace(options) as workspace, FactsCache(workspace.cache_dir) as own:
        told: dict[str, Any] = {
            "own": {
                "place": None if own.folder is None else str(own.folder),
                **{kind: sum(1 for _ in own.entries(kind)) for kind in KINDS},
            }
        }
    place = shared_place()
    if place is None:
        return {**told, "shared": {"place": None}}
    mine, others = by_extractor(place.list())
    return {
        **told,
        "shared": {
            "place": os.environ[WHERE],
            "entries": len(mine),
            "bytes": sum(stored.size for stored in mine),
            "entries of other versions": len(others),
            "bytes of other versions": sum(stored.size for stored in others),
        },
    }


def _prune(days: int) -> dict[str, Any]:
    from onepath.facts.store.shared import outdated

    place = _shared_place()
    old = outdated(place.list(), time.time() - days * _DAY)
    place.remove([stored.name for stored in old])
    return {"removed": {"entries": len(old), "bytes": sum(stored.size for stored in old)}}


def _shared_place() -> "BytesStore":
    from onepath.facts.store.shared import WHERE, shared_place

    place = shared_place()
    if place is None:
        raise InputError(
            f"nothing is shared: {WHERE} names no place",
            hint="what a repository keeps for itself is in its git folder, in `onepath`, and may "
            "be deleted at any time",
        )
    return place


def _exchange(options: Options, action: CacheAction, file: Path) -> dict[str, Any]:
    from onepath.facts.store.cache import FactsCache
    from onepath.facts.store.exchange import export_cache, import_cache
    from onepath.facts.store.shared import shared_key

    with open_workspace(options) as workspace, FactsCache(workspace.cache_dir) as own:
        if own.folder is None:
            raise no_repository(workspace, "nothing is kept")
        if action is CacheAction.EXPORT:
            return {"exported": {"entries": export_cache(own, file, shared_key())}}
        return {"imported": import_cache(own, file, shared_key())._asdict()}
