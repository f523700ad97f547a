"""The JSON Schema of `migrate.toml`, for editors: made from the tables that the packs bring.

It says less than reading does. What a schema can't tell, such as that two names are one, is left
to the reader, so that every configuration that can be read is valid.
"""

import ast
import dataclasses
import inspect
import textwrap
import typing
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
STRING: Schema = {"type": "string"}
STRINGS: Schema = {"type": "array", "items": STRING}
BOOLEAN: Schema = {"type": "boolean"}


def choice(values: Sequence[str]) -> Schema:
    """One of some strings."""
    return {"enum": list(values)}


def closed(properties: Mapping[str, Schema], *, required: Sequence[str] = ()) -> Schema:
    """A table that has no other keys."""
    schema: Schema = {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
    }
    return schema | ({"required": list(required)} if required else {})


def keyed(values: Schema) -> Schema:
    """A table with any keys."""
    return {"type": "object", "additionalProperties": values}


def keyed_by_path(table: str, values: Schema) -> Schema:
    """A table at the top whose keys are dotted paths, which TOML nests where they have no quotes.

    Args:
        table: The table's key.
        values: What is at a path.
    """
    return keyed({"anyOf": [values, {"$ref": f"#/properties/{table}"}]})


def schema_of_fields(table: type) -> Schema:
    """A table each field of which is a key, by the types of the fields.

    Raises:
        TypeError: A field is of another type than `Table` reads.
    """
    types = typing.get_type_hints(table)
    fields = dataclasses.fields(typing.cast(Any, table))
    told = _docstrings(table)
    keys = {}
    for field in fields:
        schema = _of_type(types[field.name], _default(field))
        text = told.get(field.name)
        keys[field.name] = {"description": text, **schema} if text else schema
    return closed(keys)


def _docstrings(table: type) -> dict[str, str]:
    """What the strings after a class's fields say; nothing where its source is not to be had."""
    try:
        [tree] = ast.parse(textwrap.dedent(inspect.getsource(table))).body
    except (OSError, SyntaxError, ValueError):
        return {}
    told = {}
    for field, after in pairwise(getattr(tree, "body", ())):
        match field, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                told[name] = " ".join(text.split())
    return told


def _default(field: "dataclasses.Field[Any]") -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return dict(field.default_factory())
    return list(field.default) if isinstance(field.default, tuple) else field.default


def _of_type(wanted: Any, default: Any) -> Schema:
    simple = {bool: BOOLEAN, str: STRING, int: {"type": "integer"}}
    if wanted in simple:
        schema = simple[wanted]
    elif typing.get_origin(wanted) is tuple:
        schema = STRINGS
    elif typing.get_origin(wanted) is Mapping:
        schema = keyed(STRING)
    else:
        raise TypeError(f"a table with such a field must override `schema`: {wanted}")
    return {**schema, "default": default}
