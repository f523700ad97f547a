"""Packs that distributions bring by entry points."""

import json
import sys
from importlib.metadata import entry_points
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from onepath.codemod.packs import installed
from onepath.codemod.packs.installed import load_packs
from onepath.codemod.packs.pack import Pack
from onepath.errors import OutsideError


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["nowhere_at_all:PACK"], "can't be loaded from 'nowhere_at_all:PACK': No module named"),
        (["somewhere:missing"], "can't be loaded from 'somewhere:missing': .* no attribute"),
        (["somewhere:Inner.word"], "'somewhere:Inner.word' is no pack"),
        (["somewhere:PACK", "somewhere : Inner.PACK [extra]"], "two named 'made'"),
    ],
)
def test_pack_that_can_not_be_used_is_an_error_with_its_place(
    monkeypatch: pytest.MonkeyPatch, values: list[str], message: str
) -> None:
    module: Any = ModuleType("somewhere")
    module.PACK = Pack("made", ())
    module.Inner = SimpleNamespace(word="no pack", PACK=Pack("made", ()))
    monkeypatch.setitem(sys.modules, "somewhere", module)
    points = json.dumps([("made", value, "") for value in values])
    monkeypatch.setattr(installed, "_entry_points", lambda: points)
    with pytest.raises(OutsideError, match=message):
        load_packs.__wrapped__()


def test_entry_points_are_those_of_the_distributions() -> None:
    [point] = entry_points(group=installed.GROUP, name="websocket")
    version = point.dist.version if point.dist else ""
    assert ["websocket", point.value, f"onepath {version}"] in json.loads(installed._entry_points())
    assert load_packs()["websocket"].source == f"onepath {version}"


def test_installed_packs_are_found_by_name() -> None:
    assert load_packs()["websocket"].name == "websocket"
