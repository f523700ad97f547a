"""The options of `rename` and `move` that say what stays at an old path."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

FILES = {"pkg/__init__.py": "", "pkg/b.py": "class Thing:\n    x = 1\n"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--shim", "maybe"], "there is no shim 'maybe'"),
        (["--shim", "warn", "--until", "soon"], "'soon' is no date"),
        (["--until", "2027-01-31"], "--until needs --shim"),
    ],
)
def test_options_that_make_no_sense(
    make_repository: Callable[..., Any], migrate: Any, arguments: list[str], told: str
) -> None:
    repository = make_repository(FILES)
    for verb, new in (("move", "pkg.c"), ("rename", "pkg.b.Better")):
        done = migrate(verb, "pkg.b.Thing", new, *arguments, cwd=repository.path)
        assert done.code == 2
        assert told in done.err


def test_a_shim_becomes_overdue_by_the_day_alone(
    make_repository: Callable[..., Any], migrate: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an audit of yesterday found, and follows, is not what today is asked for."""
    marked = "# migrate: shim for pkg.b.Thing until 2300-01-31\nfrom pkg.b import Thing\n"
    repository = make_repository({**FILES, "pkg/a.py": marked})

    def found() -> list[str]:
        done = migrate("audit", "--format", "json", cwd=repository.path)
        findings = json.loads(done.out)["findings"]
        return [one["path"] for one in findings if one["rule"] == "overdue-shim"]

    class Later(date):
        @classmethod
        def today(cls) -> "Later":
            return cls(2300, 2, 1)

    assert found() == found() == []
    monkeypatch.setattr("onepath.audit.rules.overdue_shim.date", Later)
    monkeypatch.setattr("onepath.plan.auditing.date", Later)
    assert found() == found() == ["pkg/a.py"]
    repository.commit({"pkg/b.py": FILES["pkg/b.py"] + "    y = 2\n"})
    assert found() == ["pkg/a.py"]
