"""Events whose readers are elsewhere: a program that reads the old form keeps getting it."""

import pytest
from tests.programs.conftest import Program

CONFIG = "schema = 1\n[events]\nrewrite = true\n"
WHOLE = '"timestamp": 1, "user_id": u, "thread_id": 2'

BRIDGE = f"""
class Bridge:
    def __init__(self, send):
        self.sent, self.send, self.last = [], send, None

    def started(self, u):
        event = {{"type": "agent_started", {WHOLE}, "agent": "a", "data": {{}}}}
        self.sent.append(event)
        self.last = event
        self.send(event)
        return event
"""

READERS = {
    "the test's own function": """
def send(event):
    assert event["agent"] == "a"

def test_it():
    Bridge(send).started(1)
""",
    "what was appended": """
def test_it():
    bridge = Bridge(print)
    bridge.started(1)
    assert [one["type"] for one in bridge.sent] == ["agent_started"]
""",
    "what was returned": """
def test_it():
    assert Bridge(print).started(1).get("agent") == "a"
""",
    "what was stored": """
def test_it():
    bridge = Bridge(print)
    bridge.started(1)
    match bridge.last:
        case {"type": kind}:
            assert kind == "agent_started"
        case _:
            assert False
""",
    "a key by way of a constant": """
KEY = "agent"

def test_it():
    assert Bridge(print).started(1)[KEY] == "a"
""",
    "keys in a list": """
def test_it():
    event = Bridge(print).started(1)
    for key in ("type", "user_id"):
        assert key in event
""",
    "an event to compare with": """
import pytest

@pytest.mark.parametrize("wanted", [{"type": "agent_started", "agent": "a"}])
def test_it(wanted):
    assert wanted.items() <= Bridge(print).started(1).items()
""",
    "a whole event to compare with": """
def test_it():
    wanted = {"type": "agent_started", "timestamp": 1, "user_id": 1, "thread_id": 2,
              "agent": "a", "data": {}}
    assert Bridge(print).started(1) == wanted
""",
    "keywords of a function": """
def on(*, type, agent, **rest):
    return type, agent

def test_it():
    assert on(**Bridge(print).started(1)) == ("agent_started", "a")
""",
    "a format": """
def test_it():
    assert "{type}: {agent}".format(**Bridge(print).started(1)) == "agent_started: a"
""",
    "an f-string": """
def test_it():
    event = Bridge(print).started(1)
    assert f"{event['type']}" == "agent_started"
""",
}


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_an_event_with_a_reader_in_a_test(unchanged_by: Program, reader: str) -> None:
    files = {
        "migrate.toml": CONFIG,
        "pkg/__init__.py": "",
        "pkg/bridge.py": BRIDGE,
        "tests/test_it.py": f"from pkg.bridge import Bridge\n{reader}",
    }
    after = unchanged_by(files, tests="tests")
    assert after.files["pkg/bridge.py"] == BRIDGE
    assert after.printed == "1 passed\n"
    assert any(path == "pkg/bridge.py" for path, _, _ in after.refusals)


def test_a_reader_that_speaks_of_no_kind(unchanged_by: Program) -> None:
    """A general dispatcher, wired to the sender by a third module."""
    files = {
        "migrate.toml": CONFIG,
        "pkg/__init__.py": "",
        "pkg/bridge.py": BRIDGE,
        "pkg/dispatch.py": "SEEN = []\n\n\ndef dispatch(x):\n    SEEN.append(x['type'])\n",
        "pkg/main.py": (
            "from pkg.bridge import Bridge\nfrom pkg.dispatch import SEEN, dispatch\n\n"
            "Bridge(dispatch).started(1)\nprint(SEEN)\n"
        ),
    }
    after = unchanged_by(files, script="import pkg.main")
    assert after.files["pkg/bridge.py"] == BRIDGE
    assert after.printed == "['agent_started']\n"


def test_an_event_that_nobody_reads_is_taken_to_the_form(unchanged_by: Program) -> None:
    files = {
        "migrate.toml": CONFIG,
        "pkg/__init__.py": "",
        "pkg/bridge.py": BRIDGE,
        "tests/test_it.py": (
            "from pkg.bridge import Bridge\n\n\ndef test_it():\n"
            "    bridge = Bridge(print)\n    bridge.started(1)\n    assert len(bridge.sent) == 1\n"
        ),
    }
    after = unchanged_by(files, tests="tests")
    assert '"event_type": "agent_started"' in after.files["pkg/bridge.py"]
    assert '"data": {"agent": "a"}' in after.files["pkg/bridge.py"]
    assert after.refusals == ()


def test_reads_of_the_same_name_follow_and_others_are_no_matter(unchanged_by: Program) -> None:
    local = f"""
OPTIONS = {{"agent": "plain"}}


def local(u):
    event = {{"event_type": "agent_started", {WHOLE}, "agent": "a"}}
    return event["agent"], event.get("agent"), OPTIONS["agent"]


print(local(1))
"""
    after = unchanged_by({"migrate.toml": CONFIG, "local.py": local}, script="import local")
    assert 'event["data"]["agent"]' in after.files["local.py"]
    assert 'OPTIONS["agent"]' in after.files["local.py"]
    assert after.printed == "('a', 'a', 'plain')\n"
