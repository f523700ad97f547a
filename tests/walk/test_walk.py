"""The recorded walk through a migration of weeks."""

from pathlib import Path

import pytest
from tests.walk.record import record

PAGE = Path(__file__).resolve().parents[2] / "docs" / "walk.md"


@pytest.mark.slow
def test_the_page_is_what_the_commands_print() -> None:
    assert record() == PAGE.read_text(), "`make walk` records it again"
