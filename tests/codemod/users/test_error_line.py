"""An error of the user's code is told with the line of that code."""

import json
import logging.config
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from onepath.codemod.users.user_codemod import error_line


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: json.loads(""), "Expecting value"),
        (lambda: logging.config.dictConfig({"version": 3}), "Unsupported version"),
    ],
)
def test_the_standard_library_is_not_the_place(call: Callable[[], None], told: str) -> None:
    with pytest.raises(ValueError, match=told) as caught:
        call()
    assert " (test_error_line.py:" in error_line(caught.value)


@pytest.mark.parametrize(
    ("file", "place"),
    [
        ("json/decoder.py", "test_error_line.py:"),
        ("subprocess.py", "test_error_line.py:"),
        ("site-packages/helper.py", "helper.py:1)"),
    ],
)
def test_the_library_may_be_behind_a_link(tmp_path: Path, file: str, place: str) -> None:
    (tmp_path / "lib").symlink_to(sysconfig.get_path("stdlib"))
    code = compile("1 / 0", str(tmp_path / "lib" / file), "exec")
    with pytest.raises(ZeroDivisionError) as caught:
        exec(code)
    assert f"division by zero ({place}" in error_line(caught.value)
