"""Which pack `migrate init` writes into a configuration."""

import pytest

from onepath.codemod import Pack
from onepath.codemod.packs.installed import load_packs
from onepath.discover.serving import with_pack
from onepath_packs import canonical

START = ["# Found.", "", "schema = 1", "", "[imports]"]


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ([], "canonical"),
        (["[shims]", '[factories."a.b"]', '[canonical."a.B"]', "[cycles]"], "canonical"),
        (["[shims]", "# [events]", "# rewrite = true"], "websocket"),
    ],
)
def test_the_smallest_pack_that_reads_all_tables(lines: list[str], name: str) -> None:
    made = with_pack([*START, *lines], load_packs())
    assert made == [*START[:3], f'pack = "{name}"', *START[3:], *lines]


def test_no_pack_is_named_where_none_serves() -> None:
    other = {"other": Pack("other", ())}
    assert with_pack(START, other) == START
    several = {**other, "canonical": canonical.PACK}
    assert with_pack([*START, "[unheard_of]"], several) == [*START, "[unheard_of]"]
