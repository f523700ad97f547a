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
"""

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
from onepath.proof.changes import Declared
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
