"""GitHub's own description of its API, as a judge of requests and answers."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

_VALIDATORS: dict[str, jsonschema.Draft202012Validator] = {}
_FILE = Path(__file__).parents[1] / "data" / "github-openapi" / "openapi.json"


def _translated(value: Any) -> Any:
    """A schema of OpenAPI 3.0 as JSON Schema, which says `nullable` in another way."""
    if isinstance(value, list):
        return [_translated(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    schema = {key: _translated(inner) for key, inner in value.items() if key != "nullable"}
    if value.get("nullable") is not True:
        return schema
    return {"anyOf": [schema, {"type": "null"}]}


@cache
def description() -> dict[str, Any]:
    """The whole description, its schemas as JSON Schema."""
    read: dict[str, Any] = _translated(json.loads(_FILE.read_text(encoding="utf-8")))
    return read


def resolved(value: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to; anything else is itself."""
    while "$ref" in value:
        _, _, kind, name = value["$ref"].split("/")
        value = description()["components"][kind][name]
    return value


def find_operation(method: str, path: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The operation of a request and the values in its path.

    Raises:
        LookupError: GitHub has none, or the description was reduced too far.
    """
    for template, methods in description()["paths"].items():
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
        match = re.fullmatch(pattern, path)
        if match and method.lower() in methods:
            return methods[method.lower()], match.groupdict()
    raise LookupError(f"{method} {path} is no call that GitHub describes")


def validate(value: Any, schema: dict[str, Any]) -> None:
    """Raise jsonschema.ValidationError if a value is not what a schema says."""
    key = json.dumps(schema, sort_keys=True)
    validator = _VALIDATORS.get(key)
    if validator is None:
        # Made once for each schema: it indexes all of the description.
        whole = {**schema, "components": description()["components"]}
        validator = _VALIDATORS[key] = jsonschema.Draft202012Validator(whole)
    validator.validate(value)


def check_request(operation: dict[str, Any], query: dict[str, str], body: Any) -> None:
    """Check a request: only declared parameters and properties, each as declared.

    Raises:
        AssertionError: It has others.
        jsonschema.ValidationError: One is wrong.
    """
    declared = {one["name"]: one for one in map(resolved, operation.get("parameters", []))}
    for name, text in query.items():
        assert name in declared, f"there is no parameter {name}"
        schema = declared[name]["schema"]
        validate(int(text) if schema.get("type") == "integer" else text, schema)
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is None:
        assert not operation.get("requestBody", {}).get("required"), "the body is missing"
        return
    assert content is not None, "there is no body"
    schema = resolved(content["schema"])
    validate(body, schema)
    allowed = set()
    for one in [schema, *schema.get("oneOf", []), *schema.get("anyOf", [])]:
        allowed |= set(resolved(one).get("properties", {}))
    assert set(body) <= allowed, f"unknown properties: {set(body) - allowed}"


def check_answer(operation: dict[str, Any], status: int, body: Any) -> None:
    """Check an answer of the test server: a declared status, and a body as declared for it.

    Raises:
        AssertionError: GitHub declares no such status.
        jsonschema.ValidationError: The body is wrong.
    """
    assert str(status) in operation["responses"], f"no status {status} is declared"
    content = resolved(operation["responses"][str(status)]).get("content", {})
    if "application/json" in content:
        validate(body, content["application/json"]["schema"])


def sample(operation: dict[str, Any], status: int) -> Any:
    """The smallest answer that the description allows, to be filled with what matters."""
    content = resolved(operation["responses"][str(status)])["content"]["application/json"]
    schema = resolved(content["schema"])
    return _smallest(resolved(schema["items"]) if schema.get("type") == "array" else schema)


def smallest(name: str) -> Any:
    """The smallest value of a named schema."""
    return _smallest(description()["components"]["schemas"][name])


def _smallest(schema: dict[str, Any]) -> Any:
    schema = resolved(schema)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            options = [resolved(one) for one in schema[several]]
            if {"type": "null"} in options:
                return None
            return _smallest(options[0])
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if "allOf" in schema or kind == "object" or "properties" in schema:
        made: dict[str, Any] = {}
        for part in map(resolved, schema.get("allOf", [])):
            made |= _smallest(part)
        properties = schema.get("properties", {})
        return made | {name: _smallest(properties[name]) for name in schema.get("required", [])}
    texts = {"date-time": "2026-11-29T10:00:00Z", "uri": "https://example.test/"}
    values = {
        "string": texts.get(schema.get("format", ""), "text"), "integer": 1, "number": 1,
        "boolean": False, "array": [],
    }  # fmt: skip
    return values.get(kind, "text")
