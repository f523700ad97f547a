"""`migrate implementations`: the classes beside the canonical ones, and who uses them."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer

from onepath.errors import InputError
from onepath_cli.auditing import audit_config
from onepath_cli.commands.phases.status import Form, TextOrJson
from onepath_cli.commands.reports.shared import OutputFile
from onepath_cli.context import Options, Workspace, open_engine, open_workspace
from onepath_cli.output import deliver

if TYPE_CHECKING:
    from onepath.config.migrate_toml import Config
    from onepath.discover.look_alikes import LookAlike


def implementations(
    context: typer.Context, form: Form = TextOrJson.TEXT, output: OutputFile = None
) -> None:
    """Tell which classes play the role of a canonical one, who uses them, and what that needs."""
    from onepath.report.look_alikes import look_alikes_document, look_alikes_page

    options: Options = context.obj
    with open_workspace(options) as workspace:
        found = _found(options, workspace, audit_config(options, workspace))
    if not found:
        raise InputError(
            "no class is canonical in this configuration",
            hint="`migrate init --canonical pkg.mod.Class` writes one",
        )
    is_json = form is TextOrJson.JSON
    text = (
        json.dumps(look_alikes_document(found), indent=2) + "\n"
        if is_json
        else look_alikes_page(found)
    )
    deliver(text, output, options.output)


def _found(
    options: Options, workspace: Workspace, config: "Config"
) -> "Mapping[str, Sequence[LookAlike]]":
    from onepath.analysis.classes import role_classes
    from onepath.analysis.index import Index
    from onepath.config.migrate_toml import settings
    from onepath.discover.look_alikes import look_alikes
    from onepath.facts.store.cache import FactsCache
    from onepath.symbols.world import World

    progress = options.output.progress
    with (
        open_engine(options, workspace, None) as (snapshot, executor),
        FactsCache(workspace.cache_dir) as cache,
    ):
        world = World.open(snapshot, cache, executor, roots=config.roots, progress=progress)
        world.fact_store.load(world.fact_store.python)
        index = Index(world, settings(config))
        progress("looking for classes of the same role")
        return {
            canonical.symbol.path: look_alikes(index, canonical, cls)
            for canonical, cls in role_classes(index)
        }
