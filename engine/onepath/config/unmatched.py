"""Globs of the configuration that match no file, which are mostly typing errors."""

import dataclasses
import typing
from collections.abc import Collection, Iterator
from typing import Any

from onepath.config.globs import Globs
from onepath.config.migrate_toml import Config
from onepath.config.tables.table import check_of
from onepath.config.toml.values import glob_problem


def unmatched_globs(config: Config, paths: Collection[str]) -> Iterator[str]:
    """Say which globs match none of some paths, as lines without an end.

    Args:
        config: Has them: `exclude`, and every field of a table whose strings are checked as globs.
        paths: Every file there is.
    """
    for key, globs in _globs(config):
        for glob in globs:
            match = Globs([glob.removeprefix("!")]).match
            if not any(map(match, paths)):
                yield f"{key}: '{glob}' matches no file"


def _globs(config: Config) -> Iterator[tuple[str, Collection[str]]]:
    yield "exclude", config.exclude
    for name, table in sorted(config.tables.items()):
        for field in dataclasses.fields(typing.cast(Any, table)):
            if check_of(field) is glob_problem and getattr(table, field.name) != field.default:
                yield f"{name}.{field.name}", getattr(table, field.name)
