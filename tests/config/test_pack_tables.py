"""The tables of the codemods: everything that is wrong is said, each with its line."""

import pytest

from onepath.codemod import BaseCodemod
from onepath.codemod.packs.configuration import parse_config
from onepath.errors import ConfigError
from onepath_packs.canonical.factories.codemod import CollapseFactories
from onepath_packs.canonical.implementations.codemod import UnifyImplementations
from onepath_packs.canonical.imports.codemod import CanonicalImports
from onepath_packs.canonical.shims.codemod import DeleteShims
from onepath_packs.websocket.events.table import Events


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(ConfigError) as raised:
        parse_config(text, "migrate.toml")
    return list(raised.value.problems)


def test_everything_that_is_wrong_with_factories() -> None:
    found = problems(
        "[factories]\n"
        "loose = 3\n"
        '[factories."a.make"]\n'
        '[factories."a.same"]\n'
        'to = "a.same"\n'
        '[factories."a.both"]\n'
        'to = "b.C"\n'
        'rename = { x = "y", z = "no name" }\n'
        'drop = ["x", "1"]\n'
        'add = { w = "f(", "no name" = "1" }\n'
        'accept = "yes"\n'
    )
    quotes = "a string needs its own quotes: \"'text'\""
    assert found == [
        (2, 'factories: expected a table, [factories."package.module.loose"]'),
        (3, "factories: 'a.make' needs to = \"the.path.that.stays\""),
        (5, "factories: 'a.same' is to become itself"),
        (8, "factories.a.both.rename.z: is not the name of a parameter"),
        (9, "factories.a.both.drop: '1' is not the name of a parameter"),
        (9, "factories: 'x' is both renamed and dropped"),
        (10, "add: 'no name' is not the name of a parameter"),
        (10, f"factories.a.both.add.w: 'f(' is no Python literal; {quotes}"),
        (11, "factories.a.both.accept: expected true or false, found a string"),
    ]


def test_a_factory_is_named_with_its_module() -> None:
    assert problems('[factories."make"]\nto = "b.C"\n') == [
        (1, "factories: 'make' names no module")
    ]


def test_everything_that_is_wrong_with_shims() -> None:
    found = problems(
        "[shims]\n"
        '"a.old" = "remove"\n'
        '"a.other" = 3\n'
        '"a.1" = "delete"\n'
        'a.twice = "keep"\n'
        '"a.twice" = "delete"\n'
    )
    assert found == [
        (2, "shims: 'a.old' is one of 'delete', 'warn', 'split', 'keep', not 'remove'"),
        (3, "shims.a.other: expected a string, found a number"),
        (4, "shims: 'a.1' is not a dotted name: '1' is not an identifier"),
        (6, "shims: 'a.twice' appears twice"),
    ]


def test_everything_that_is_wrong_with_implementations() -> None:
    found = problems(
        "[implementations]\n"
        '"a.Old" = 3\n'
        '"a.Other" = "b.1"\n'
        '"Other" = "b.C"\n'
        '"a.Same" = "a.Same"\n'
        'a.Twice = "b.C"\n'
        '"a.Twice" = "b.D"\n'
    )
    assert found == [
        (2, "implementations.a.Old: expected a string, found a number"),
        (3, "implementations: 'b.1' is not a dotted name: '1' is not an identifier"),
        (4, "implementations: 'Other' names no module"),
        (5, "implementations: 'a.Same' is to become itself"),
        (7, "implementations: 'a.Twice' appears twice"),
    ]


def test_a_timestamp_of_events_is_one_of_their_keys() -> None:
    keys = '[events]\nkeys = ["event_type", "sent"]\n'
    assert parse_config(keys, "").table(Events).timestamp == ""
    assert parse_config(f'{keys}timestamp = "sent"\n', "").table(Events).timestamp == "sent"
    told = "events.timestamp: 'when' is not one of the keys: event_type, sent"
    assert problems(f'{keys}timestamp = "when"\n') == [(3, told)]


@pytest.mark.parametrize(
    ("codemod", "text", "is_asked_for"),
    [
        (DeleteShims, "", False),
        (DeleteShims, '[shims]\n"a.old" = "keep"\n', False),
        (DeleteShims, '[shims]\n"a.old" = "keep"\n"a.other" = "warn"\n', True),
        (UnifyImplementations, '[canonical."a.C"]\n', False),
        (UnifyImplementations, '[canonical."a.C"]\nprotocol = "a.P"\n', True),
        (UnifyImplementations, '[implementations]\n"a.Old" = "a.C"\n', True),
        (CollapseFactories, "", False),
        (CollapseFactories, '[factories."a.make"]\nto = "a.C"\n', True),
    ],
)
def test_a_version_takes_part_where_its_table_asks_for_it(
    codemod: type[BaseCodemod], text: str, is_asked_for: bool
) -> None:
    assert codemod.configured(parse_config(text, "migrate.toml")) == is_asked_for


def test_files_are_read_ahead_that_may_mean_a_shim() -> None:
    config = parse_config('[shims]\n"pkg.sub.old" = "delete"\n"top" = "warn"\n', "")
    search = DeleteShims.reads(config)
    for text in (
        b"import pkg.sub.old\n",
        b"from pkg.sub import old\n",
        b"from . import old\n",
        b"import top\n",
        b"'top.Name'",
    ):
        assert search.hit(text), text
    for text in (b"import pkg.sub.new\n", b"from pkg import sub\n", b"x = 1\n"):
        assert not search.hit(text), text


@pytest.mark.parametrize(
    ("codemod", "text"),
    [
        (CanonicalImports, '[imports]\n"pkg.old.Hub" = "pkg.new.Hub"\n'),
        (CollapseFactories, '[factories."pkg.make.Hub"]\nto = "pkg.new.Class"\n'),
    ],
)
def test_files_are_read_ahead_that_spell_the_last_name(
    codemod: type[BaseCodemod], text: str
) -> None:
    search = codemod.reads(parse_config(text, ""))
    assert search is not None
    assert search.hit(b"x = Hub()\n")
    assert not search.hit(b"import pkg.old, pkg.make, pkg.new\n")
