"""Hunks that somebody wants to be done otherwise: their text instead, and what it means."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from onepath.codemod.review.hunks import Hunk
from onepath.edit.edits import apply_edits
from onepath.model import Edit, FileChange
from onepath.proof.changes import definition_meant
from onepath.proof.meaning import MeaningReader
from onepath.symbols.resolve import Step
from onepath.symbols.world import World

Spans = Sequence[tuple[int, int]]


def own_texts(hunks: Sequence[Hunk], edited: Mapping[str, str]) -> dict[Edit, bytes]:
    """What somebody wrote instead of the edits of some hunks.

    Args:
        hunks: Of one file.
        edited: Texts by the keys of hunks.
    """
    return {
        hunk.edits[0]: edited[hunk.key].encode()
        for hunk in hunks
        if hunk.key in edited and len(hunk.edits) == 1
    }


def with_texts(change: FileChange, put: Mapping[Edit, bytes]) -> tuple[FileChange, Spans]:
    """A change with some texts instead of those of its edits, and where they are in the result."""
    edits = tuple(
        edit._replace(new=put[edit], kind="edited") if edit in put else edit
        for edit in change.edits
    )
    change = replace(change, new=apply_edits(change.old, edits), edits=edits)
    return change, [*change.new_spans({edit.start for edit in put})]


def steps_meant(after: World, path: str, spans: Spans) -> Iterator[Step]:
    """What the names of somebody's own text mean: whoever writes them asks for them.

    Args:
        after: The code with the text.
        path: The file.
        spans: Where the text is in it.
    """
    facts = after.facts(path)
    meanings = MeaningReader(after.resolver).open(path, facts)
    for use in facts.uses:
        if any(start <= use.start < end for start, end in spans):
            for meaning in meanings.meaning(use):
                if meaning[0] != "unresolved":
                    yield definition_meant(meaning)
