"""Dotted names that calls are given in parts."""

import pytest

from onepath.facts.extract.file import extract

SOURCE = """\
import sys
from importlib import import_module
from unittest import mock

from gate import app

MODULE = "gate.app"


class TestIt:
    module = "gate.app"

    def test_it(self, given, monkeypatch):
        CALL
"""
NEWER = 'nested = f"{MODULE["gate"]}"\n'


def parts(call: str, after: str = "") -> list[list[tuple[str, str]]]:
    """Kind and text of the parts of each name, or the source where there is a place."""
    data = (SOURCE.replace("CALL", call) + after).encode()
    return [
        [(kind, data[a:b].decode() if a >= 0 else text) for kind, text, a, b in one.parts]
        for one in extract(data).composed
    ]


LEAF = ("text", ".login")
KNOWN = [
    ("mock.patch(f'{MODULE}.login')", [("fixed", "gate.app"), LEAF]),
    ("mock.patch(MODULE + '.login')", [("fixed", "gate.app"), LEAF]),
    ("mock.patch('%s.login' % app.__name__)", [("module", "app"), LEAF]),
    ("mock.patch('{}.login'.format(app.__name__))", [("module", "app"), LEAF]),
    ("mock.patch(target=self.module + '.login')", [("fixed", "gate.app"), LEAF]),
    ("mock.patch(f'{__name__}.login')", [("name", ""), LEAF]),
    ("mock.patch(f'gate.{given}')", [("text", "gate."), ("any", "")]),
    ("mock.patch(given)", [("any", "")]),
    ("mock.patch.object(app, given)", [("object", "app"), ("fixed", "."), ("any", "")]),
    (
        "monkeypatch.setattr(sys.modules[MODULE], 'login', given)",
        [("fixed", "gate.app"), ("fixed", "."), ("text", "login")],
    ),
    (
        "monkeypatch.setattr(import_module('gate.app'), 'login', given)",
        [("fixed", "gate.app"), ("fixed", "."), ("text", "login")],
    ),
    (
        "mock.patch.multiple(app, login=given, create=True)",
        [("object", "app"), ("fixed", "."), ("text", "login")],
    ),
    (
        "mock.patch.multiple(app, login=mock.DEFAULT)",
        [("object", "app"), ("fixed", "."), ("fixed", "login")],
    ),
    ("monkeypatch.setattr(f'{MODULE}.login', given)", [("fixed", "gate.app"), LEAF]),
]


@pytest.mark.parametrize(("call", "expected"), KNOWN)
def test_parts_are_told_with_their_places(call: str, expected: list[tuple[str, str]]) -> None:
    assert parts(call) == [expected]


@pytest.mark.parametrize(
    "call",
    [
        "mock.patch('gate.app.login')",
        "mock.patch.object(app, 'login')",
        "setattr(self, given, 1)",
        "setattr(given, 'login', 1)",
        "getattr(given, self.module)",
        "monkeypatch.setenv(f'{MODULE}.login', given)",
        "import_module(given)",
    ],
)
def test_what_is_no_name_in_parts_is_left_out(call: str) -> None:
    assert parts(call) == []


def test_a_loop_gives_each_name() -> None:
    call = "[mock.patch(f'{one}.login') for one in ('gate.app', 'gate.other')]"
    assert parts(call) == [
        [("fixed", "gate.app"), LEAF],
        [("fixed", "gate.other"), LEAF],
    ]


def test_a_piece_of_a_name_is_not_taken_for_the_name() -> None:
    source = SOURCE.replace("CALL", "mock.patch('gate.app' + given)")
    [piece] = [one for one in extract(source.encode()).strings if one.line == 14]
    assert (piece.value, piece.callee, piece.argument) == ("gate.app", "", "")


@pytest.mark.parametrize("call", [call for call, _ in KNOWN])
def test_newer_syntax_is_read_alike(call: str) -> None:
    assert parts(call, NEWER) == parts(call)
