"""The options of `rename` and `move` that say what stays at an old path."""

from collections.abc import Callable
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
