"""TOML, read so that nothing that somebody wrote can end the program."""

import tomllib
from typing import Any


def read_toml(text: str) -> dict[str, Any]:
    """The content of a TOML text.

    Raises:
        ValueError: It is none, or it is nested more deeply than it can be read.
    """
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
