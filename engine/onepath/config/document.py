"""The JSON Schema of the whole configuration: its own keys and the tables of packs."""

from collections.abc import Mapping

from onepath.config.reader import DOCUMENTS, LEDGER_FOLDER, SCHEMAS
from onepath.config.schema import (
    BOOLEAN,
    DIALECT,
    STRING,
    STRINGS,
    Schema,
    choice,
    closed,
    keyed,
    keyed_by_path,
)
from onepath.config.tables.audit import FAIL_ON
from onepath.config.tables.table import Table


def config_schema(tables: Mapping[str, type[Table]]) -> Schema:
    """The schema of `migrate.toml`, and of what is below `[tool.migrate]`.

    Args:
        tables: By name, the tables of the packs that may be written.
    """
    own = {name: _described(tables[name]) for name in sorted(tables)}
    return {
        "$schema": DIALECT,
        "title": "migrate.toml",
        "description": "What onepath takes to one canonical path, and how.",
        **closed({**_own_keys(), **own}),
    }


def _described(table: type[Table]) -> Schema:
    """The schema of a table, with the first sentence of what its class says."""
    said = (table.__doc__ or "").partition("\n\n")[0]
    return {"description": " ".join(said.split()), **table.schema()}


def _own_keys() -> dict[str, Schema]:
    audit = {
        "baseline": STRING,
        "rules": {**STRINGS, "minItems": 1},
        "fail_on": choice(FAIL_ON),
    }
    versions = {"type": "array", "minItems": 1, "items": {"type": ["integer", "string"]}}
    keys: dict[str, tuple[Schema, str]] = {
        "schema": ({"enum": list(SCHEMAS)}, "The version of this format."),
        "pack": ({"type": ["string", "array"], "items": STRING}, "As `packs`, for one."),
        "packs": ({**STRINGS, "minItems": 1}, "Installed packs, or folders of packs, in order."),
        "branch_prefix": (STRING, "What the names of branches begin with."),
        "roots": (STRINGS, "Source roots relative to the top folder; by default they are found."),
        "exclude": (STRINGS, "Globs of files that are never changed."),
        "documents": (choice(DOCUMENTS), "What happens to paths in documents."),
        "inside": (BOOLEAN, "Whether a package's own modules use its facade as well."),
        "imports": (keyed_by_path("imports", STRING), "Deprecated path = canonical path."),
        "canonical": (_symbols(), "Classes that shall be the only ones of their role."),
        "audit": (closed(audit), "How `migrate audit` runs."),
        "phases": (keyed(versions), "Phase = the numbers of the versions in it."),
        "ledger": (
            {"anyOf": [STRING, {"const": False}], "default": LEDGER_FOLDER},
            "The folder of the ledger; false keeps none.",
        ),
        "minimum": (keyed(STRING), "Library or `python` = the oldest version to run with."),
        "verify": (STRINGS, "Commands that must not newly fail with a phase."),
    }
    return {key: {"description": text, **schema} for key, (schema, text) in keys.items()}


def _symbols() -> Schema:
    """Tables by dotted path, which TOML nests: what is no key of a symbol is the next name."""
    deeper = {"$ref": "#/properties/canonical/additionalProperties"}
    keys = {
        "roles": STRINGS,
        "required": STRINGS,
        "factory": STRING,
        "legacy_factories": STRINGS,
        "protocol": STRING,
    }
    either = {key: {"anyOf": [value, deeper]} for key, value in keys.items()}
    return keyed({"type": "object", "properties": either, "additionalProperties": deeper})
