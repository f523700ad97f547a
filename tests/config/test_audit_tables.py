import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.config.migrate_toml import settings
from onepath.config.settings import CanonicalSymbol, Settings
from onepath.config.tables.audit import AuditConfig
from onepath.errors import ConfigError
from onepath_packs.websocket.events.table import KEYS, Events


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(ConfigError) as raised:
        parse_config(text, "migrate.toml")
    return list(raised.value.problems)


# ------------------------------------------------------------------ refused


def test_everything_that_is_wrong_is_reported_at_once() -> None:
    found = problems(
        "[audit]\n"
        "baseline = 3\n"
        'rules = ["shim", "No Rule", 4]\n'
        'fail_on = "old"\n'
        'basline = "typo"\n'
        "[events]\n"
        'kinds = "one"\n'
        'legacy = { type = "nothing", user = 5 }\n'
        "[canonical]\n"
        "loose = 3\n"
        '[canonical."a.b.C"]\n'
        'roles = ["C*", "no space"]\n'
        'required = ["run", "a.b"]\n'
        'factory = "a.1"\n'
        'rolls = ["D"]\n'
        "[canonical.d]\n"
        "[canonical.class.D]\n"
    )
    assert found == [
        (2, "audit.baseline: expected a string, found a number"),
        (3, "audit.rules: 'No Rule' is not the name of a rule"),
        (3, "audit.rules: expected a string, found a number"),
        (4, "audit.fail_on: it is 'any' or 'new', not 'old'"),
        (5, "unknown key 'audit.basline'; did you mean 'baseline'?"),
        (7, "events.kinds: expected a list of strings, found a string"),
        (8, "events.legacy.user: expected a string, found a number"),
        (8, f"events.legacy: 'nothing' is not one of the keys: {', '.join(KEYS)}"),
        (10, 'canonical: expected a table, [canonical."package.module.loose"]'),
        (12, "canonical.a.b.C.roles: 'no space' is no glob of Python names"),
        (13, "canonical.a.b.C.required: 'a.b' is not the name of a method"),
        (14, "canonical.a.b.C.factory: 'a.1' is not a dotted name: '1' is not an identifier"),
        (15, "unknown key 'canonical.a.b.C.rolls'; did you mean 'roles'?"),
        (16, "canonical: 'd' names no module; write 'package.module.d'"),
        (17, "canonical: 'class.D' is not a dotted name: 'class' is a keyword"),
    ]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("", "it is empty"),
        ("/abs.json", "it begins with '/'; it is relative to this file's folder"),
        ("a/", "it ends with '/', as a folder does"),
        ("a\\\\b", "it has a backslash; folders are separated by '/'"),
    ],
)
def test_a_baseline_that_is_no_relative_file(path: str, why: str) -> None:
    assert problems(f'[audit]\nbaseline = "{path}"\n') == [(2, f"audit.baseline: {why}")]


def test_a_list_of_no_rules_would_be_a_gate_that_is_always_open() -> None:
    told = "audit.rules: is empty; leave it out for all rules"
    assert problems("[audit]\nrules = []\n") == [(2, told)]


def test_a_canonical_path_that_is_deprecated() -> None:
    found = problems('[canonical."old.mod.C"]\n[imports]\n"old.mod" = "new.mod"\n')
    told = "canonical: 'old.mod.C' is deprecated on line 3; name the path that is not"
    assert found == [(1, told)]


def test_one_canonical_path_in_two_spellings() -> None:
    found = problems('[canonical."a.b.C"]\n[canonical.a.b.C]\n')
    assert found == [(2, "canonical: 'a.b.C' appears twice")]


def test_a_legacy_key_that_is_a_right_one() -> None:
    found = problems('[events]\nlegacy = { data = "timestamp" }\n')
    assert found == [(2, "events.legacy: 'data' is itself one of the keys")]


def test_events_without_keys_or_with_a_time_that_is_no_key() -> None:
    told = "events.keys: is empty; the first one says which kind it is"
    assert problems("[events]\nkeys = []\n") == [(2, told)]
    keys = ", ".join(KEYS)
    told = f"events.timestamp: 'at' is not one of the keys: {keys}"
    assert problems('[events]\ntimestamp = "at"\n') == [(2, told)]
    told = "events.timestamp: expected a string, found a number"
    assert problems("[events]\ntimestamp = 3\n") == [(2, told)]


def test_tables_that_are_none() -> None:
    assert problems("audit = 1\ncanonical = 2\nevents = 3\n") == [
        (1, "audit: expected a table, found a number"),
        (2, "canonical: expected a table, found a number"),
        (3, "events: expected a table, found a number"),
    ]


# ----------------------------------------------------------------- accepted


def test_nothing_said_leaves_the_defaults() -> None:
    config = parse_config("", "migrate.toml")
    assert config.audit == AuditConfig("", None, "")
    assert settings(config) == Settings()


def test_everything_said_reaches_the_rules() -> None:
    config = parse_config(
        '[imports]\n"old.C" = "a.b.C"\n'
        '[audit]\nbaseline = ".migrate/baseline.json"\nrules = ["shim"]\nfail_on = "new"\n'
        '[canonical."a.b.C"]\nroles = ["*Manager", "C[0-9]"]\nrequired = ["run"]\n'
        'factory = "a.b.make"\nlegacy_factories = ["create_*", "Old.make"]\n'
        "[canonical.d.E]\n"
        '[events]\nkinds = ["begun"]\nkeys = ["kind", "at"]\nlegacy = { type = "kind" }\n'
        'timestamp = "at"\n',
        "migrate.toml",
    )
    assert config.audit == AuditConfig(".migrate/baseline.json", ("shim",), "new")
    assert settings(config) == Settings(
        imports={"old.C": "a.b.C"},
        canonical=(
            CanonicalSymbol(
                "a.b.C", ("*Manager", "C[0-9]"), ("run",), "a.b.make", ("create_*", "Old.make")
            ),
            CanonicalSymbol("d.E"),
        ),
        tables={"events": Events(("begun",), ("kind", "at"), {"type": "kind"}, "at")},
    )


def test_other_keys_take_no_legacy_keys_of_the_default() -> None:
    found = settings(parse_config('[events]\nkeys = ["event_type"]\n', "migrate.toml"))
    assert found.table(Events).legacy == {"type": "event_type"}
    assert found.table(Events).timestamp == ""


def test_the_tables_below_the_project_table_have_their_own_lines() -> None:
    with pytest.raises(ConfigError) as raised:
        parse_config(
            '[tool.migrate.audit]\nfail_on = "new"\nx = 1\n', "p", table=("tool", "migrate")
        )
    assert [line for line, _ in raised.value.problems] == [3]
