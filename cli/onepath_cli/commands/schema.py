"""`migrate schema`: the JSON Schema of the configuration."""

import typer

from onepath_cli.context import Options, find_and_read_config, open_workspace


def schema(context: typer.Context) -> None:
    """Print the JSON Schema of migrate.toml, with the tables of the packs that it names."""
    from onepath.codemod.packs.configuration import parse_config
    from onepath.codemod.packs.installed import packs_of
    from onepath.codemod.packs.pack import chosen_pack
    from onepath.config.document import config_schema
    from onepath.errors import ConfigError

    options: Options = context.obj
    with open_workspace(options) as workspace:
        try:
            config = find_and_read_config(options, workspace) or parse_config("", "")
        except ConfigError:  # An editor asks for the schema so as to mend that.
            config = parse_config("", "")
    pack = chosen_pack(packs_of(config), config)
    options.output.document(config_schema(pack.all_tables))
