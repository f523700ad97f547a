"""ruff's fixtures of what moved in Airflow 3: what its fixes say becomes one table of renames.

ruff proposes a fix for each use by itself, so there is no text of a whole file to compare with: a
file is right if every use means the new path, and the files in which ruff fixes nothing are as
they were.
"""

import re
from collections.abc import Iterator

from tests.peers.cases import Case
from tests.peers.sources import snapshot

TAG = "0.16.4"
_FIXTURES = "resources/test/fixtures/airflow"
_SNAPSHOTS = "src/rules/airflow/snapshots"
_FIX = re.compile(
    r"^AIR3\d\d \[\*\] `(?P<old>[\w.]+)` is .*?^ +--> .*?"
    r"^help: [^\n]*[Uu]se `(?P<name>\w+)` from `(?P<module>[\w.]+)` instead",
    re.MULTILINE | re.DOTALL,
)


def cases() -> Iterator[Case]:
    """A case for each fixture in which ruff moves an import, and for those that are guarded."""
    crate = snapshot(
        "https://github.com/astral-sh/ruff", TAG, "crates/ruff_linter", "ONEPATH_PEERS_RUFF"
    )
    tables: dict[str, dict[str, str]] = {}
    for path in sorted((crate / _SNAPSHOTS).glob("*AIR3*.snap")):
        fixture = path.name.rpartition("__")[2].partition("_")[2].removesuffix(".snap")
        tables[fixture] = dict(_fixes(path.read_text()))
    everything = {old: new for table in tables.values() for old, new in table.items()}
    for fixture, table in tables.items():
        text = (crate / _FIXTURES / fixture).read_text()
        if table:
            yield Case(fixture, {"dag.py": text}, table, {"dag.py": None})
        elif "_try" in fixture:
            yield Case(fixture, {"dag.py": text}, everything, {"dag.py": text})


def _fixes(text: str) -> Iterator[tuple[str, str]]:
    for each in re.split(r"^(?=AIR3\d\d )", text, flags=re.MULTILINE):
        if fix := _FIX.match(each):
            yield fix["old"], f"{fix['module']}.{fix['name']}"
