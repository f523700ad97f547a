"""Diffs in git's format, made from the edits, and what is printed beside them.

`git apply` takes the diff of `unified` and gives exactly the new bytes.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from onepath.edit.line_differences import split_lines
from onepath.land.commit.replaced_lines import ReplacedLines, changed_blocks
from onepath.land.git_format import canonical_mode, git_quoted
from onepath.model import FileChange
from onepath.snapshot.blobs import blob_id

_ABBREVIATION = 10
_HEADING_SIZE = 80
_NO_NEWLINE = b"\n\\ No newline at end of file\n"

Stat = tuple[str, int, int]
"""Path, lines added, lines deleted."""


def unified(change: FileChange, context: int = 3) -> bytes:
    """Return the change of one file as a git diff; empty if it changes nothing.

    Raises:
        ValueError: The edits do not lead from the old bytes to the new ones.
    """
    if change.new == change.old and not change.is_new:
        return b""
    blocks = changed_blocks(change)
    return b"".join([*_header(change, bool(blocks)), *_hunks(change.old, blocks, context)])


def _header(change: FileChange, has_hunks: bool) -> Iterator[bytes]:
    before, after = git_quoted("a/" + change.path), git_quoted("b/" + change.path)
    yield b"diff --git %s %s\n" % (before, after)
    old = change.old_oid[:_ABBREVIATION].encode()
    mode = canonical_mode(change.mode).encode()
    tab = b"\t" if " " in change.path else b""
    source = before + tab
    if change.new is None:
        yield b"deleted file mode %s\nindex %s..%s\n" % (mode, old, b"0" * _ABBREVIATION)
        target = b"/dev/null"
    elif change.is_new:
        new = blob_id(change.new, len(change.old_oid))[:_ABBREVIATION].encode()
        yield b"new file mode %s\nindex %s..%s\n" % (mode, old, new)
        source, target = b"/dev/null", after + tab
    else:
        new = blob_id(change.new, len(change.old_oid))[:_ABBREVIATION].encode()
        yield b"index %s..%s %s\n" % (old, new, mode)
        target = after + tab
    if has_hunks:
        yield b"--- %s\n+++ %s\n" % (source, target)


def _hunks(old: bytes, blocks: Sequence[ReplacedLines], context: int) -> Iterator[bytes]:
    grown = 0
    heading, searched = b"", 0
    for group in _groups(old, blocks, context):
        lead = _lines_before(old, group[0].start, context)
        start = group[0].start - sum(map(len, lead))
        heading = _heading(old, searched, start) or heading
        searched = start
        body, removed, added = _body(old, group, lead, context)
        line = group[0].line - len(lead)
        yield b"@@ -%s +%s @@%s\n" % (
            _range(line, removed),
            _range(line + grown, added),
            b" " + heading if heading else b"",
        )
        yield from body
        grown += added - removed


def _groups(
    old: bytes, blocks: Sequence[ReplacedLines], context: int
) -> Iterator[list[ReplacedLines]]:
    """Yield the blocks that share a hunk: those whose contexts meet."""
    group: list[ReplacedLines] = list(blocks[:1])
    for before, block in pairwise(blocks):
        if block.line - before.line - len(before.removed) > 2 * context:
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _body(
    old: bytes, group: Sequence[ReplacedLines], lead: Sequence[bytes], context: int
) -> tuple[list[bytes], int, int]:
    """Return the lines of a hunk and how many of the old and of the new file they show."""
    body = [_shown(b" ", line) for line in lead]
    both = len(lead)
    for block, following in zip(group, [*group[1:], None], strict=True):
        body += [_shown(b"-", line) for line in block.removed]
        body += [_shown(b"+", line) for line in block.added]
        if following is None:
            kept = _lines_after(old, block.end, context)
        else:
            kept = split_lines(old[block.end : following.start])
        body += [_shown(b" ", line) for line in kept]
        both += len(kept)
    removed = sum(len(block.removed) for block in group)
    added = sum(len(block.added) for block in group)
    return body, both + removed, both + added


def _shown(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + _NO_NEWLINE


def _range(line: int, count: int) -> bytes:
    """Git's `start,count`: an empty range is named by the line before it."""
    if count == 1:
        return b"%d" % (line + 1)
    return b"%d,%d" % (line + 1 if count else line, count)


def _lines_before(old: bytes, offset: int, count: int) -> list[bytes]:
    start = offset
    for _ in range(count):
        if start:
            start = old.rfind(b"\n", 0, start - 1) + 1
    return split_lines(old[start:offset])


def _lines_after(old: bytes, offset: int, count: int) -> list[bytes]:
    end = offset
    for _ in range(count):
        end = old.find(b"\n", end) + 1 or len(old)
    return split_lines(old[offset:end])


def _heading(old: bytes, floor: int, end: int) -> bytes:
    """Return the last line before `end` that begins with a name, as git shows it after `@@`."""
    while end > floor:
        start = old.rfind(b"\n", 0, end - 1) + 1
        first = old[start : start + 1]
        if first in b"_$" or first.isalpha():
            return old[start : min(end, start + _HEADING_SIZE)].rstrip(b" \t\r\n")
        end = start
    return b""


def stat(changes: Sequence[FileChange]) -> list[Stat]:
    """Return for each change its path and how many lines it adds and deletes."""
    result: list[Stat] = []
    for change in changes:
        blocks = changed_blocks(change)
        added = sum(len(block.added) for block in blocks)
        result.append((change.path, added, sum(len(block.removed) for block in blocks)))
    return result


def stat_block(stats: Sequence[Stat], width: int = 80) -> str:
    """Return what `git diff --stat` prints for `stats` on `width` columns."""
    names = [git_quoted(path).decode("ascii") for path, _, _ in stats]
    most = max((added + deleted for _, added, deleted in stats), default=0)
    digits = len(str(most))
    name_width, graph_width = _stat_widths(max(map(len, names), default=0), most, digits, width)
    lines = []
    for name, (_, added, deleted) in zip(names, stats, strict=True):
        plus, minus = _bars(added, deleted, graph_width, most)
        count = f"{added + deleted:{digits}d}"
        bar = " " + "+" * plus + "-" * minus if added or deleted else ""
        lines.append(f" {_shortened(name, name_width)} | {count}{bar}\n")
    return "".join(lines) + _stat_summary(stats)


def _stat_widths(longest: int, most: int, digits: int, width: int) -> tuple[int, int]:
    """Share the columns between names and bars: a long name gives way down to 5/8."""
    width = max(width, 22 + digits)
    room = width - digits - 6
    if longest + most <= room:
        return longest, most
    graph = min(most, max(width * 3 // 8 - digits - 6, 6))
    if longest > room - graph:
        return room - graph, graph
    return longest, room - longest


def _shortened(name: str, width: int) -> str:
    if len(name) <= width:
        return name.ljust(width)
    end = name[len(name) - (width - 3) :]
    return ("..." + end[max(end.find("/"), 0) :]).ljust(width)


def _bars(added: int, deleted: int, width: int, most: int) -> tuple[int, int]:
    """Scale the counts so that the largest sum fills `width`; what is there shows at least one."""
    if width > most:
        return added, deleted

    def scaled(count: int) -> int:
        return 1 + count * (width - 1) // most if count else 0

    total = scaled(added + deleted)
    if added and deleted:
        total = max(total, 2)
    if added < deleted:
        return scaled(added), total - scaled(added)
    return total - scaled(deleted), scaled(deleted)


def _stat_summary(stats: Sequence[Stat]) -> str:
    added = sum(plus for _, plus, _ in stats)
    deleted = sum(minus for _, _, minus in stats)
    parts = [f" {len(stats)} file{'' if len(stats) == 1 else 's'} changed"]
    if stats and (added or not deleted):
        parts.append(f" {added} insertion{'' if added == 1 else 's'}(+)")
    if stats and (deleted or not added):
        parts.append(f" {deleted} deletion{'' if deleted == 1 else 's'}(-)")
    return ",".join(parts) + "\n"


_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_RESET, _BOLD, _RED, _GREEN, _CYAN = "\x1b[m", "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[36m"
_SIGN_COLOURS = {"+": _GREEN, "-": _RED}


def colourise(diff: bytes | str) -> str:
    """Return `diff` with git's terminal colours. Bytes that are not UTF-8 are shown as `\\xNN`."""
    text = diff.decode("utf-8", "backslashreplace") if isinstance(diff, bytes) else diff
    coloured: list[str] = []
    old = new = 0
    for line in text.split("\n"):
        sign = line[:1]
        if match := _HUNK.match(line):
            old, new = (int(count or 1) for count in match.groups())
            coloured.append(f"{_CYAN}{match[0]}{_RESET}{line[match.end() :]}")
        elif old or new:
            old -= sign in (" ", "-")
            new -= sign in (" ", "+")
            coloured.append(_painted(line, _SIGN_COLOURS.get(sign, "")))
        else:
            header = line and sign not in ("\\", " ")
            coloured.append(_painted(line, _BOLD if header else ""))
    return "\n".join(coloured)


def _painted(line: str, colour: str) -> str:
    """Colour a line but not its carriage return, which would move the cursor back."""
    body = line.removesuffix("\r")
    return f"{colour}{body}{_RESET}{line[len(body) :]}" if colour else line
