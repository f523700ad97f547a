"""The recorded session of an editor, played again on the wire."""

import json
from collections.abc import Callable
from typing import Any

from tests.cli import editor_session

OURS = ("codeActionProvider", "positionEncoding", "textDocumentSync")
"""What the server can that it says itself; what else there is, the library adds."""


def said(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages, without what depends on versions: that of this program and of the library."""
    known = []
    for one in messages:
        result = one.get("server", {}).get("result")
        able = result.get("capabilities") if isinstance(result, dict) else None
        known.append({key: able[key] for key in OURS} if able else one)
    return known


def test_both_sides_say_what_was_recorded(make_repository: Callable[..., Any]) -> None:
    repository = make_repository(editor_session.FILES)
    before = repository.state()
    assert said(editor_session.play(repository.path)) == said(editor_session.recorded())
    assert repository.state() == before


def test_the_recording_has_a_finding_and_what_mends_it() -> None:
    servers = [one["server"] for one in editor_session.recorded() if "server" in one]
    told = [one["params"]["diagnostics"] for one in servers if "params" in one]
    assert [len(one) for one in told] == [0, 1, 0]
    [resolved] = [one["result"] for one in servers if one.get("id") == 3]
    [document] = resolved["edit"]["documentChanges"]
    assert "pkg.new" in json.dumps(document["edits"])
