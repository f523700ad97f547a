"""Events of a repository: figures that are the audit's, and code that runs as it did."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import MakeIndex

import onepath_packs.websocket
from onepath.codemod.packs.configuration import parse_config
from onepath.config.migrate_toml import Config, settings
from onepath.model import Phase
from onepath.plan.auditing import make_audit
from onepath.plan.planner import make_plan
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder, Overlay
from onepath_packs.websocket.events.codemod import CanonicalEvents

CONFIG = parse_config('exclude = ["old/**"]\n[events]\nrewrite = true\n', "migrate.toml")
FILES = {
    "app.py": (
        "from datetime import datetime\n"
        "def one(u, put):\n"
        '    event = {"type": "agent_started", "time": datetime.now().isoformat(),\n'
        '             "user": u, "thread_id": 1, "data": 2}\n'
        '    put(event["user"], event.get("type"))\n'
        "def two(put, rest, u):\n"
        '    put({"type": "agent_started", **rest})\n'
        '    put({"type": "tool_completed", "timestamp": 1, "user": u,\n'
        '         "thread_id": 3, "data": 4})\n'
        "def three(message):\n"
        '    return message["type"] == "agent_started"\n'
    ),
    "old/app.py": 'put({"type": "agent_started"})\n',
    "broken.py": 'put({"type": "agent_started"}\n',
}
PACKS = {"websocket": onepath_packs.websocket.PACK}


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[Mapping[str, str]], Folder]:
    def make(files: Mapping[str, str]) -> Folder:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        return Folder(tmp_path)

    return make


def phase_of(snapshot: Any, config: Config = CONFIG) -> Phase:
    plan = make_plan(snapshot, config, PACKS, executor=SerialExecutor(), phases=["events"])
    return plan.phases[0]


def after(snapshot: Any, phase: Phase) -> Overlay:
    return Overlay(snapshot, {change.path: change.new for change in phase.changeset.changes})


def test_it_is_not_asked_for_by_a_form_alone(folder: Any) -> None:
    config = parse_config('[events]\nkinds = ["agent_started"]\n', "migrate.toml")
    plan = make_plan(folder(FILES), config, PACKS, executor=SerialExecutor())
    assert "events" not in [phase.name for phase in plan.phases]


def test_the_figures_are_those_of_the_audit(folder: Any) -> None:
    def audited(snapshot: Any) -> int:
        rules = ["event-structure"]
        result = make_audit(snapshot, CONFIG, executor=SerialExecutor(), rules=rules)
        return len(result.findings)

    snapshot = folder(FILES)
    phase = phase_of(snapshot)
    assert phase.before == {"event-structure": audited(snapshot)} == {"event-structure": 5}
    changed = after(snapshot, phase)
    assert phase.after == {"event-structure": audited(changed)} == {"event-structure": 2}
    assert phase.remarks == ("taken to the canonical form: 1 event",)


def test_what_is_left_alone_has_its_code(folder: Any) -> None:
    refusals = phase_of(folder(FILES)).changeset.refusals
    assert [(r.path, r.line, r.code) for r in refusals] == [
        ("app.py", 7, "rest-not-known"),
        ("app.py", 8, "read-elsewhere"),
        ("app.py", 11, "read-not-certain"),
        ("broken.py", 1, "unparseable"),
        ("old/app.py", 1, "excluded"),
    ]


SENDER = """
import json
from datetime import datetime, timezone

calls = []


def noted(value):
    calls.append(value)
    return value


def build(user, agent):
    event = {
        "type": "agent_started",  # which
        "agent": noted(agent),
        "user": noted(user),
        "time": datetime.now(timezone.utc).isoformat(),
        "thread_id": noted("t"),
    }
    if event.get("agent") and "type" in event:
        event["agent"] += "!"
    texts = [f"{event['type']}/{event['agent']}/{event['user']}"]
    return event, texts


def literal():
    return {"type": "agent_completed", "time": "2023-10-01T12:00:00+02:00", "user": 1,
            "thread_id": 2, "data": {"first": 1}, "second": 2}
"""
READER = """
import json, sys
from sender import build, calls, literal


def canonical(event):
    known = {"type": "event_type", "time": "timestamp", "user": "user_id"}
    whole = {known.get(key, key): value for key, value in event.items()}
    form = "event_type timestamp user_id thread_id data".split()
    data = dict(whole.pop("data", {}))
    data.update({key: whole.pop(key) for key in list(whole) if key not in form})
    return {**whole, "data": data}


event, texts = build("u", "a")
event, second = canonical(event), canonical(literal())
time = "time" + "stamp"  # not a reader of what changes: it is there in both forms
is_number = [isinstance(one.pop(time), float) for one in (event, second)]
print(json.dumps([event, second, texts, calls, is_number], sort_keys=True))
"""


def test_a_canonical_reader_gets_the_same_from_both(folder: Any, tmp_path: Path) -> None:
    def run() -> Any:
        done = subprocess.run(
            [sys.executable, "-B", "reader.py"], cwd=tmp_path, capture_output=True, check=True
        )
        return json.loads(done.stdout)

    snapshot = folder({"sender.py": SENDER, "reader.py": READER})
    before = run()
    phase = phase_of(snapshot)
    assert [change.path for change in phase.changeset.changes] == ["sender.py"]
    (change,) = phase.changeset.changes
    assert change.new is not None
    (tmp_path / "sender.py").write_bytes(change.new)
    now = run()
    assert now[:-1] == before[:-1]
    assert (before[-1], now[-1]) == ([False, False], [True, True])


def test_files_of_all_encodings_and_beginnings_keep_their_bytes(
    folder: Any, tmp_path: Path
) -> None:
    rest = '"timestamp": 1, "thread_id": 2, '
    text = (
        f'# coding: latin-1\nput({{"type": "agent_started", {rest}"user": "\xe9", "a\xe4": 1}})'
        "  # \xe9\n"
    )
    (tmp_path / "latin.py").write_bytes(text.encode("latin-1"))
    other = 'put({"type": "agent_started", ' + rest + '"user": 1, "data": 3})  # \xe9\n'
    (tmp_path / "bom.py").write_bytes(b"\xef\xbb\xbf" + other.encode())
    changes = {c.path: c.new for c in phase_of(folder({})).changeset.changes}
    assert changes == {
        "latin.py": (
            "# coding: latin-1\nput({\n"
            '    "event_type": "agent_started",\n    "timestamp": 1,\n    "thread_id": 2,\n'
            '    "user_id": "\xe9",\n    "data": {"a\xe4": 1},\n})  # \xe9\n'
        ).encode("latin-1"),
        "bom.py": b"\xef\xbb\xbf"
        + other.replace('"type"', '"event_type"').replace('"user"', '"user_id"').encode(),
    }


def test_init_is_told_of_events_that_depart_from_the_form(make_index: MakeIndex) -> None:
    wanted = settings(CONFIG)
    right = (
        '{"event_type": "agent_started", "timestamp": 1, "user_id": 1, "thread_id": 1, "data": {}}'
    )
    assert list(CanonicalEvents.suggest(make_index({"app.py": f"event = {right}\n"}, wanted))) == []
    wrong = right.replace("event_type", "type")
    index = make_index({"app.py": f"event = {wrong}\nother = {wrong}\n"}, wanted)
    assert list(CanonicalEvents.suggest(index)) == [
        "# Events that depart from the canonical form: 2, in 1 files.",
        "# Remove the # to have them rewritten.",
        "# [events]",
        "# rewrite = true",
    ]
