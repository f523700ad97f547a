"""`[cycles]`: what may be done about import cycles."""

from dataclasses import dataclass

from onepath.codemod import Table, setting
from onepath.config.toml.values import glob_problem


@dataclass(frozen=True, slots=True)
class Cycles(Table):
    """What may be done about import cycles; nothing is done where the table is not written."""

    table_name = "cycles"

    paths: tuple[str, ...] = setting(("**",), check=glob_problem)
    """Globs of files whose imports may be moved."""
    defer: bool = False
    """Whether imports of names that only functions use may move into these."""
