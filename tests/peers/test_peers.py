"""The peers' own suites, and the page that says where we differ."""

import pytest
from tests.peers.cases import Verdict
from tests.peers.page import PAGE, SUITES, found, row, section
from tests.peers.sources import NotReachable


@pytest.mark.peers
@pytest.mark.parametrize("name", SUITES)
def test_the_page_says_where_we_differ(name: str) -> None:
    try:
        suite = found(SUITES[name]())
    except NotReachable as reason:
        pytest.skip(str(reason))
    assert suite.counts[Verdict.WRONG] == suite.counts[Verdict.SILENT] == 0
    text = PAGE.read_text()
    assert row(name, suite) in text, "`python -m tests.peers.page docs/differences.md` writes it"
    assert not suite.others or section(name, suite) in text
