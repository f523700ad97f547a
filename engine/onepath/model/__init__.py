"""The value types that travel through the engine. No I/O, no behaviour beyond reading.

Offsets are byte offsets into the file as stored, half open: `data[start:end]`. Lines count
from 1. Paths are relative to the repository's top folder, with `/`, and bytes that are not
UTF-8 are kept with `surrogateescape`.
"""

from onepath.model.changes import (
    Changeset,
    Edit,
    FileChange,
    Phase,
    Plan,
    Refusal,
    Removed,
    Renamed,
    Review,
    VersionId,
    Withheld,
)
from onepath.model.facts import (
    BLOCK_KINDS,
    FUNCTION_KINDS,
    LASTING_KINDS,
    Alias,
    BindingKey,
    Block,
    Definition,
    Exports,
    Facts,
    Function,
    Guard,
    ImportFact,
    Keep,
    Param,
    ParseFailure,
    Scope,
    Use,
    UseKind,
)
from onepath.model.literals import Composed, DictDisplay, DottedString, Key, KeyRead
from onepath.model.named import NamedAttribute, NamedModule
from onepath.model.snapshot import (
    Entry,
    Executor,
    Note,
    Snapshot,
    Source,
)

__all__ = [
    "BLOCK_KINDS",
    "FUNCTION_KINDS",
    "LASTING_KINDS",
    "Alias",
    "BindingKey",
    "Block",
    "Changeset",
    "Composed",
    "Definition",
    "DictDisplay",
    "DottedString",
    "Edit",
    "Entry",
    "Executor",
    "Exports",
    "Facts",
    "FileChange",
    "Function",
    "Guard",
    "ImportFact",
    "Keep",
    "Key",
    "KeyRead",
    "NamedAttribute",
    "NamedModule",
    "Note",
    "Param",
    "ParseFailure",
    "Phase",
    "Plan",
    "Refusal",
    "Removed",
    "Renamed",
    "Review",
    "Scope",
    "Snapshot",
    "Source",
    "Use",
    "UseKind",
    "VersionId",
    "Withheld",
]
