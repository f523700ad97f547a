"""The engine owns no codemod: it knows no pack, and nothing of what a pack is about."""

import re
from pathlib import Path

import pytest

import onepath

FOREIGN = re.compile(r"websocket|onepath_packs|agent_started|event_type", re.IGNORECASE)
FILES = sorted(Path(onepath.__file__).parent.rglob("*.py"))


def test_the_engine_names_no_pack() -> None:
    assert len(FILES) > 200
    found = {
        f"{path.name}:{number}": line
        for path in FILES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if FOREIGN.search(line)
    }
    assert {place for place, line in found.items() if "python -m libcst.tool" not in line} == set()


@pytest.mark.parametrize("line", ['pack = "websocket"', "import onepath_packs", "EVENT_TYPE = 1"])
def test_what_is_foreign_is_found(line: str) -> None:
    assert FOREIGN.search(line)
