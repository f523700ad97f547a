"""`--from FILE` of the repository itself: it names the old paths and holds nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest

FILES = {
    "pkg/__init__.py": "",
    "pkg/one.py": "class First:\n    pass\n",
    "pkg/two.py": "class Second:\n    pass\n",
    "use.py": "from pkg.one import First\nfrom pkg.two import Second\n\nprint(First, Second)\n",
}
CASES = {
    "definitions": ("rename", {"pkg.one.First": "pkg.one.Third", "pkg.two.Second": "pkg.two.Last"}),
    "a chain": ("rename", {"pkg.one": "pkg.two", "pkg.two": "pkg.three"}),
    "modules": ("rename", {"pkg.one": "pkg.first", "pkg.two": "pkg.second"}),
    "moves": ("move", {"pkg.one.First": "pkg.two", "pkg.two.Second": "pkg.other"}),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("form", ["csv", "toml"])
def test_its_own_file_holds_nothing(
    make_repository: Callable[..., Any], migrate: Any, case: str, form: str
) -> None:
    verb, pairs = CASES[case]
    lines = [f"{old},{new}" for old, new in pairs.items()]
    if form == "toml":
        lines = ["[imports]", *(f'"{old}" = "{new}"' for old, new in pairs.items())]
    table = f"tools/renames.{form}"
    repository = make_repository({**FILES, table: "\n".join([*lines, ""])})
    shown = migrate(verb, "--from", table, "--dry-run", "--format", "json", cwd=repository.path)
    assert shown.code == 0, shown.err
    (phase,) = json.loads(shown.out)["phases"]
    assert phase["refusals"] == []
    assert table not in {change["path"] for change in phase["changes"]}
    assert "use.py" in {change["path"] for change in phase["changes"]}
