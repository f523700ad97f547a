"""Events whose kind has a name, or that `dict` makes: they stay as they are, and are listed."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import Program

CONFIG = "schema = 1\n[events]\nrewrite = true\n"
KINDS = """\
import enum

STARTED = "agent_started"


class Kind(str, enum.Enum):
    DONE = "agent_completed"


class Other(enum.Enum):
    THINKING = "agent_thinking"
"""
REST = '"timestamp": 1, "user_id": 2, "thread_id": 3, "agent": 4'
LISTED = blocks(
    """
=== a constant of another module kind-by-name
from kinds import STARTED
event = {"type": STARTED, REST}
=== a constant through its module kind-by-name
import kinds as all_kinds
event = {"type": all_kinds.STARTED, REST}
=== a member of an enumeration kind-by-name
from kinds import Kind
event = {"type": Kind.DONE, REST}
=== the value of a member kind-by-name
from kinds import Other
event = {"type": Other.THINKING.value, REST}
=== several steps kind-by-name
from kinds import STARTED
event = {"type": STARTED}
event["agent"] = 4
=== a text with the state kind-put-together
state = "started"
event = {"type": f"agent_{state}", REST}
=== a text with the prefix kind-put-together
PREFIX = "agent"
event = {"type": f"{PREFIX}_completed", REST}
=== a sum kind-put-together
state = "started"
event = {"type": "agent_" + state, REST}
=== a sum from the other side kind-put-together
prefix = "agent"
event = {"type": prefix + "_started", REST}
=== parts that are joined kind-put-together
event = {"type": "_".join(["agent", "thinking"]), REST}
=== a format kind-put-together
event = {"type": "agent_{}".format("started"), REST}
=== an old format kind-put-together
event = {"type": "agent_%s" % "started", REST}
=== a call of dict made-by-dict
REST = {}
event = dict(type="agent_started", timestamp=1, agent=4, **REST)
"""
)
UNLISTED = blocks(
    """
=== the canonical form
from kinds import STARTED
event = {"event_type": STARTED, "timestamp": 1, "user_id": 2, "thread_id": 3, "data": {}}
=== the canonical form of dict
event = dict(event_type="agent_started", timestamp=1, user_id=2, thread_id=3, data={})
=== the canonical form with a kind that is put together
event = {"event_type": f"agent_{'x'}", "timestamp": 1, "user_id": 2, "thread_id": 3, "data": {}}
=== a kind of something else
event = {"type": f"lorry_{'started'}", "agent": 4}
=== a kind of which nothing is known
state = "agent_started"
event = {"type": f"{state}", "agent": 4}
=== a member that is no string
from kinds import Other
event = {"type": Other.THINKING, "agent": 4}
=== another name of that spelling
STARTED = "lorry"
event = {"type": STARTED, "agent": 4}
=== another thing with that name as a value
from kinds import STARTED
event = {"first": STARTED, "agent": 4}
"""
)


@pytest.mark.parametrize("shape", LISTED)
def test_it_is_listed(unchanged_by: Program, shape: str) -> None:
    source = LISTED[shape].replace(", REST}", f", {REST}}}")
    files = {"kinds.py": KINDS, "use.py": source, "migrate.toml": CONFIG}
    after = unchanged_by(files, script="import use; print(use.event)")
    assert after.files["use.py"] == source
    line = source.count("\n", 0, source.index("event =")) + 1
    assert after.refusals == (("use.py", line, shape.rpartition(" ")[2]),)


@pytest.mark.parametrize("shape", UNLISTED)
def test_nothing_is_said_of_what_is_no_such_event(unchanged_by: Program, shape: str) -> None:
    files = {"kinds.py": KINDS, "use.py": UNLISTED[shape], "migrate.toml": CONFIG}
    assert not unchanged_by(files).refusals
