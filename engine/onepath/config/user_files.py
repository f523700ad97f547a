"""Files that the user names on the command line: read as text, with errors that name them."""

import tomllib
from pathlib import Path
from typing import Any

from onepath.config.toml.lines import syntax_problem
from onepath.errors import ConfigError, InputError


def read_text(path: Path) -> str:
    """Return the text of a file in UTF-8, without a mark of its encoding.

    Raises:
        InputError: It can't be read, or is in another encoding.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 (byte {error.start})") from None


def parse_toml(path: str, text: str) -> dict[str, Any]:
    """Return what a text in TOML says.

    Raises:
        InputError: It is nested too deeply.
        ConfigError: It is no TOML; with the line.
    """
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise InputError(f"{path} is nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, [syntax_problem(error, text)]) from None
