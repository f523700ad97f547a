"""`migrate recipe`: over a version of an outside library, by a table that comes with onepath."""

from functools import partial
from typing import Annotated

import typer

from onepath_cli.commands.oneoff.shared import OneOffOptions, carry_out
from onepath_cli.context import Options
from onepath_cli.option_groups import grouped

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="airflow3 or langchain02: what is moved to.")
]


@grouped
def recipe(context: typer.Context, name: Name, *, ending: OneOffOptions) -> None:
    """Take every use of what an outside library has moved to where it is now.

    The table is that of the pack NAME, on a branch of its own as `migrate rename` makes it.
    """
    from onepath.config.tables.rename_files import read_rename_file
    from onepath.errors import unknown_name
    from onepath.report.text import counted
    from onepath_packs.canonical.rename import RenameIdentity, plan_rename_table
    from onepath_packs.moves import recipes

    options: Options = context.obj
    known = recipes()
    if name not in known:
        raise unknown_name("recipe", [name], sorted(known))
    table = read_rename_file(known[name])
    title = f"Take {counted(len(table.renames), 'path')} where the recipe {name} says"
    plan = partial(plan_rename_table, table=table, identity=RenameIdentity(name, title, name))
    carry_out(options, plan, ending, "migrate recipe")
