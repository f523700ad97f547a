"""What packs are made of: the public interface for those who write codemods.

`docs/packs.md` tells how, from the idea to the pull request.

A pack:
    `Pack`, `Codemod`, `Table` with `setting`, and `Rule`.
A codemod of calls:
    `CallCodemod`, which finds the calls and asks for each of them; `Refused`, `with_keywords`,
    and `uses_of` for a rule that finds the same calls.
What a codemod is given:
    `World` (files, facts, symbols) and `Config`; `Needles` for what files are searched for.
What it returns:
    `Proposal` of `FileChange`s, made by `file_changes` from `Edit`s, with a `Refusal` for every
    place that is left alone, and what is `Declared` to be removed or introduced.
What a rule is given and returns:
    `Index` and `Settings`; `Violation`s.

Each name is loaded when it is asked for: a command that finds its answer kept needs few of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onepath.analysis.index import Index
    from onepath.audit.finding import Violation
    from onepath.audit.rule import Rule
    from onepath.codemod.calls import CallCodemod, uses_of, with_keywords
    from onepath.codemod.codemod import BaseCodemod, Codemod
    from onepath.codemod.outcome import Outcome, Proposal, Propose, file_changes
    from onepath.codemod.packs.pack import Pack
    from onepath.codemod.refusals.left_out import LeftOut, Location
    from onepath.config.migrate_toml import Config
    from onepath.config.settings import Settings
    from onepath.config.tables.table import Table, setting
    from onepath.config.toml.checks import Checks
    from onepath.errors import ConfigError
    from onepath.facts.prefilter.words import Needles
    from onepath.model import Edit, Facts, FileChange, Refusal
    from onepath.model.refused import Refused
    from onepath.proof.declared import Declared
    from onepath.symbols.world import World

__all__ = [
    "BaseCodemod",
    "CallCodemod",
    "Checks",
    "Codemod",
    "Config",
    "ConfigError",
    "Declared",
    "Edit",
    "Facts",
    "FileChange",
    "Index",
    "LeftOut",
    "Location",
    "Needles",
    "Outcome",
    "Pack",
    "Proposal",
    "Propose",
    "Refusal",
    "Refused",
    "Rule",
    "Settings",
    "Table",
    "Violation",
    "World",
    "file_changes",
    "setting",
    "uses_of",
    "with_keywords",
]

_HOMES = {
    "BaseCodemod": "onepath.codemod.codemod",
    "CallCodemod": "onepath.codemod.calls",
    "Checks": "onepath.config.toml.checks",
    "Codemod": "onepath.codemod.codemod",
    "Config": "onepath.config.migrate_toml",
    "ConfigError": "onepath.errors",
    "Declared": "onepath.proof.declared",
    "Edit": "onepath.model",
    "Facts": "onepath.model",
    "FileChange": "onepath.model",
    "Index": "onepath.analysis.index",
    "LeftOut": "onepath.codemod.refusals.left_out",
    "Location": "onepath.codemod.refusals.left_out",
    "Needles": "onepath.facts.prefilter.words",
    "Outcome": "onepath.codemod.outcome",
    "Pack": "onepath.codemod.packs.pack",
    "Proposal": "onepath.codemod.outcome",
    "Propose": "onepath.codemod.outcome",
    "Refusal": "onepath.model",
    "Refused": "onepath.model.refused",
    "Rule": "onepath.audit.rule",
    "Settings": "onepath.config.settings",
    "Table": "onepath.config.tables.table",
    "Violation": "onepath.audit.finding",
    "World": "onepath.symbols.world",
    "file_changes": "onepath.codemod.outcome",
    "setting": "onepath.config.tables.table",
    "uses_of": "onepath.codemod.calls",
    "with_keywords": "onepath.codemod.calls",
}
"""Name -> the module that has it."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
