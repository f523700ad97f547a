"""Applies edits to the bytes of a file, and finds places again after they were applied."""

from collections.abc import Iterable, Sequence

from onepath.model import Edit


def in_order(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the edits as `apply` wants them: by start, insertions before what they precede.

    Edits of one place keep the order in which they were given.
    """
    return tuple(sorted(edits, key=lambda edit: (edit.start, edit.end)))


def apply(data: bytes, edits: Sequence[Edit]) -> bytes:
    """Return `data` with every edit made; what no edit covers is kept byte for byte.

    Args:
        data: The bytes that the edits' offsets speak of.
        edits: In order and without overlap. Several insertions at one offset are made in the
            order given.

    Raises:
        ValueError: An edit is out of order, overlaps the one before it or leaves the file.
    """
    pieces: list[bytes] = []
    position = 0
    for edit in edits:
        if not position <= edit.start <= edit.end <= len(data):
            raise ValueError(
                f"line {edit.line}: edit {edit.start}:{edit.end} does not fit after "
                f"offset {position} in {len(data)} bytes"
            )
        pieces += data[position : edit.start], edit.new
        position = edit.end
    pieces.append(data[position:])
    return b"".join(pieces)


def map_offset(edits: Sequence[Edit], offset: int) -> int | None:
    """Return where the byte at `offset` of the old text is in the new text.

    None means that an edit replaced that byte. The offset just after the last byte is taken
    for the end of the text. An insertion at `offset` comes before the byte.
    """
    moved = 0
    for edit in edits:
        if offset < edit.start:
            break
        if offset < edit.end:
            return None
        moved += len(edit.new) - (edit.end - edit.start)
    return offset + moved
