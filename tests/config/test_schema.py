"""The schema takes what can be read, and the errors that a schema can see are errors to it."""

import json
import tomllib
from typing import Any

import jsonschema
import pytest

from onepath.codemod.examples import examples_of
from onepath.codemod.packs.configuration import parse_config
from onepath.config import reader
from onepath.config.document import config_schema
from onepath.config.unmatched import unmatched_globs
from onepath.errors import ConfigError
from onepath_packs import websocket

EXAMPLES = sorted({example.config for example in examples_of(websocket.PACK)})
SCHEMA = config_schema(websocket.PACK.all_tables)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def problems(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(tomllib.loads(text))]


def test_it_is_a_schema_with_every_key_that_is_read() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(json.dumps(SCHEMA)))
    assert SCHEMA["properties"].keys() == {*reader._KEYS, *websocket.PACK.all_tables}


def test_every_example_is_valid() -> None:
    assert len(EXAMPLES) > 50
    assert [(text, wrong) for text in EXAMPLES if (wrong := problems(text))] == []


@pytest.mark.parametrize(
    "text",
    [
        'imports.a.B = "c.B"\n[imports.d.e]\nF = "g.F"\n',
        '[factories.a.make]\nto = "a.B"\n["factories"."b.make"]\nto = "b.C"\ndrop = ["x"]\n',
        '[shims]\n"a.b" = "delete"\na.c = "warn"\n',
        '[canonical.a.B]\nroles = ["*B"]\n[canonical."c.D"]\n[canonical.a.B.C]\nfactory = "a.m"\n',
        'pack = "websocket"\nledger = false\n[phases]\none = [1, "websocket/2"]\n',
        'packs = ["websocket"]\nledger = "x"\nroots = ["."]\n[minimum]\npython = "3.9"\n',
        '[audit]\nrules = ["shim"]\nfail_on = "new"\nbaseline = "b.json"\n',
        '[canonical.factory.roles.B]\nroles = ["*B"]\n',
        '[factories.to.make.now]\nto = "to.B"\n',
        '[cycles]\npaths = ["a/**"]\ndefer = true\n[events]\nrewrite = true\n',
    ],
)
def test_what_is_read_is_valid(text: str) -> None:
    parse_config(text, "migrate.toml")
    assert problems(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "import = 1\n",
        "imports = 1\n",
        "schema = 2\n",
        'documents = "keep"\n',
        "inside = 1\n",
        "[imports]\na = 1\n",
        '[shims]\n"a.b" = "remove"\n',
        '[factories."a.b"]\nto = "c.d"\nnew = 1\n',
        '[implementations]\n"a.B" = false\n',
        "[cycles]\npath = []\n",
        '[cycles]\ndefer = "yes"\n',
        '[canonical."a.B"]\nrole = ["x"]\n',
        '[canonical."a.B"]\nroles = "x"\n',
        "[audit]\nrules = []\n",
        "[phases]\none = []\n",
        "ledger = true\n",
        '[events]\nlegacy = ["a"]\n',
    ],
)
def test_what_is_not_read_is_not_valid(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_config(text, "migrate.toml")
    assert problems(text)


def test_globs_that_match_nothing_are_said() -> None:
    exclude = 'exclude = ["vendored/**", "a/*.py", "!a/x.py", "!c/", "b"]\n'
    text = f'{exclude}[cycles]\npaths = ["a/**", "c/**"]\n'
    config = parse_config(text, "migrate.toml")
    assert list(unmatched_globs(config, ["a/x.py", "b/y.py"])) == [
        "exclude: 'vendored/**' matches no file",
        "exclude: '!c/' matches no file",
        "cycles.paths: 'c/**' matches no file",
    ]
    assert list(unmatched_globs(parse_config("[cycles]\n", ""), ["a.txt"])) == []
    assert list(unmatched_globs(parse_config("[cycles]\n", ""), [])) == []


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


def test_defaults_are_told() -> None:
    cycles = SCHEMA["properties"]["cycles"]["properties"]
    assert plain(cycles["paths"]["default"]) == ["**"]
    assert plain(cycles["defer"]["default"]) is False
