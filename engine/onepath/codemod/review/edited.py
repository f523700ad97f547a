"""Hunks that somebody wants to be done otherwise: their text instead, and what it means."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from onepath.codemod.review.hunks import Hunk
from onepath.edit.edits import apply_edits
from onepath.facts.source import SourceText
from onepath.model import Edit, FileChange
from onepath.proof.changes import definition_meant
from onepath.proof.meaning import MeaningReader
from onepath.symbols.resolve import Step
from onepath.symbols.world import World

Spans = Sequence[tuple[int, int]]


def own_texts(
    change: FileChange, hunks: Sequence[Hunk], text_of: Callable[[Hunk], str | None]
) -> dict[Edit, bytes]:
    """What somebody wrote instead of the edits of some hunks, as their file stores it.

    Args:
        change: Of one file.
        hunks: Its hunks.
        text_of: Gives what somebody wrote instead of one.
    """
    return {
        hunk.edits[0]: stored
        for hunk in hunks
        if len(hunk.edits) == 1
        and (text := text_of(hunk)) is not None
        and (stored := as_stored(change.path, change.old, hunk.edits[0].start, text)) is not None
    }


def as_stored(path: str, data: bytes, offset: int, text: str) -> bytes | None:
    """A text as a file stores it around an offset; None where its encoding has no such letters.

    Args:
        path: The file.
        data: Its bytes.
        offset: A place in it.
        text: What is to be there, with `\\n` line ends.
    """
    end = data.find(b"\n", offset)
    end = data.rfind(b"\n") if end < 0 else end
    newline = "\r\n" if end > 0 and data[end - 1 : end] == b"\r" else "\n"
    try:
        return text.replace("\r\n", "\n").replace("\n", newline).encode(*_codec(path, data))
    except UnicodeEncodeError:
        return None


def as_shown(path: str, data: bytes, part: bytes) -> str:
    """A part of a file as text, with `\\n` line ends."""
    return part.decode(*_codec(path, data)).replace("\r\n", "\n")


def _codec(path: str, data: bytes) -> tuple[str, str]:
    """The encoding of a file, and what becomes of bytes that are not in it."""
    if path.endswith((".py", ".pyi")):
        return SourceText(data).encoding.removesuffix("-sig"), "surrogateescape"
    return "utf-8", "surrogateescape"


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
