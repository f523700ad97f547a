"""The pack knows the backend of the reports, and no other code."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import onepath_packs.websocket
from onepath.model import Plan
from onepath.plan.defaults import default_config
from onepath.plan.planner import make_plan
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder, Overlay

ROOT = Path(__file__).resolve().parents[2]
PACKS = {"websocket": onepath_packs.websocket.PACK}
CORE = "netra_backend/app/websocket_core"
FILES = {
    "netra_backend/__init__.py": "",
    "netra_backend/app/__init__.py": "",
    f"{CORE}/__init__.py": "",
    f"{CORE}/websocket_manager.py": "class WebSocketManager:\n    pass\n",
    f"{CORE}/manager.py": "from .websocket_manager import WebSocketManager\n",
    f"{CORE}/unified_manager.py": "class UnifiedWebSocketManager:\n    pass\n",
    "app.py": f"from {CORE.replace('/', '.')}.manager import WebSocketManager\n",
}

World = Callable[[Mapping[str, str | None]], Overlay]


@pytest.fixture
def world(tmp_path: Path) -> World:
    def make(changes: Mapping[str, str | None]) -> Overlay:
        data = {path: text and text.encode() for path, text in {**FILES, **changes}.items()}
        return Overlay(Folder(tmp_path), {p: d if d is None else d or b"" for p, d in data.items()})

    return make


def planned(snapshot: Overlay | Folder) -> Plan | None:
    executor = SerialExecutor()
    config = default_config(snapshot, PACKS, executor=executor)
    return None if config is None else make_plan(snapshot, config, PACKS, executor=executor)


@pytest.mark.parametrize("text", [None, "", "def WebSocketManager(:\n", "Manager = 1\n"])
def test_other_code_is_not_recognised(world: World, text: str | None) -> None:
    assert planned(world({f"{CORE}/websocket_manager.py": text})) is None


def test_what_leads_to_another_class_is_left_to_the_user(world: World) -> None:
    config = default_config(world({}), PACKS, executor=SerialExecutor())
    assert config is not None
    assert f"{CORE}.manager.WebSocketManager".replace("/", ".") in config.imports
    assert not any("unified_manager.Unified" in old for old in config.imports)


def test_the_demo_is_recognised_and_its_imports_go_to_one_path() -> None:
    plan = planned(Folder(ROOT / "fixtures" / "websocket_world"))
    assert plan is not None
    phase = plan.phases[0]
    assert phase.name == "canonical-imports"
    assert phase.before["deprecated-import"] > 20 > phase.after["deprecated-import"]
