"""From a file's draft to its edits: byte spans and what goes in their place."""

import re
from collections.abc import Sequence

from onepath.edit.draft import PRAGMAS, Draft
from onepath.edit.fstrings import replace_in_fstring
from onepath.edit.imports.guards import collapses
from onepath.model import Edit, ImportFact

_COMMENT = re.compile(r"#.*")
_BLANK = re.compile(rb"(?:[ \t\f]*\r?\n)+")
_NEXT = re.compile(rb"[ \t\f]*;[ \t\f]*(?=[^\s#])")
"""The way to the next statement of the line."""
_PREVIOUS = re.compile(rb"[ \t\f]*;[ \t\f]*\Z")
"""The way back to the statement before it."""


def emit(draft: Draft) -> tuple[Edit, ...]:
    """All edits of a file, sorted, not overlapping, in bytes of the file."""
    _emit_names(draft)
    _emit_fstrings(draft)
    texts = {}
    for index in draft.statements:
        statement = draft.facts.imports[index]
        text = draft.statement_text(index)
        if text != draft.text(statement.start, statement.end) or draft.following_texts(index):
            texts[index] = text
    spans = []
    plain = {index: text for index, text in texts.items() if not draft.following_texts(index)}
    for collapse in () if draft.is_document else collapses(draft, plain):
        spans.append((collapse.start, collapse.end))
        draft.edit(collapse.start, collapse.end, collapse.text, "guard")
    removed = []
    for index, text in texts.items():
        statement = draft.facts.imports[index]
        if any(start <= statement.start and statement.end <= end for start, end in spans):
            continue
        if text or draft.following_texts(index):
            _emit_statement(draft, index, text)
        elif _is_removed_with_its_lines(draft, statement):
            removed.append(statement)
    _emit_removed_lines(draft, removed)
    return tuple(sorted(set(draft.edits)))


def _emit_names(draft: Draft) -> None:
    for (scope, old), new in draft.renamed.items():
        for at, use in draft.uses_of(scope, old):
            if at in draft.replaced:
                continue
            if use.exact:
                draft.edit(use.start, use.end, new, "name")
            else:
                draft.in_fstring(use.start, use.end, old, new)


def _emit_fstrings(draft: Draft) -> None:
    for (start, end), changes in draft.fstrings.items():
        text = draft.text(start, end)
        # Longer paths first, so that the name `a` is not looked for inside `a.b.C`.
        for (old, new), count in sorted(changes.items(), key=lambda item: -len(item[0][0])):
            changed = replace_in_fstring(text, old, new, count)
            if changed is None:  # pragma: no cover - checked before the name was chosen
                raise AssertionError(f"{draft.path}: {old} in {text}")
            text = changed
        draft.edit(start, end, text, "name")


def _emit_statement(draft: Draft, index: int, text: str) -> None:
    statement = draft.facts.imports[index]
    following = draft.following_texts(index)
    if text != draft.text(statement.start, statement.end):
        draft.edit(statement.start, statement.end, text, "import")
    if not following:
        return
    if draft.alone(statement):
        indent, tail = draft.indent(statement), draft.tail(statement)
        pragma = f"  {tail}" if tail.startswith(PRAGMAS) else ""
        at = draft.line_end(statement.end)
        lines = [f"\n{indent}{_with_tail(new, pragma)}" for new in following]
    else:
        at = statement.end
        lines = [f"; {new}" for new in following]
    draft.edit(at, at, "".join(lines), "import")


def _with_tail(text: str, pragma: str) -> str:
    """A pragma speaks of the statement's first line where that is the only one."""
    if not pragma or "#" in text:
        return text
    first, newline, rest = text.partition("\n")
    return f"{first}{pragma}{newline}{rest}"


def _is_removed_with_its_lines(draft: Draft, statement: ImportFact) -> bool:
    """Whether a statement's lines go with it; if not, it is taken out of them here.

    Comments on its lines stay, and so do other statements.
    """
    if not draft.alone(statement):
        draft.edit(*_on_its_line(draft, statement), "", "import")
        return False
    start, end = draft.line_start(statement.start), draft.line_end(statement.end)
    comments = _COMMENT.findall(draft.text(start, end))
    kept = [comment for comment in comments if not comment.startswith(PRAGMAS)]
    if kept:
        indent = draft.indent(statement)
        draft.edit(start, end, "\n".join(indent + comment for comment in kept), "import")
    return not kept


def _emit_removed_lines(draft: Draft, statements: Sequence[ImportFact]) -> None:
    """Take out whole lines; of the blank lines around a run of them, one gap is enough."""
    run: ImportFact | None = None
    spans: list[tuple[int, int]] = []
    for statement in sorted(statements, key=lambda removed: removed.start):
        start = draft.line_start(statement.start)
        if run is None or start != spans[-1][1]:
            _emit_run(draft, run, spans)
            run, spans = statement, []
        spans.append((start, draft.after_line(draft.line_end(statement.end))))
    _emit_run(draft, run, spans)


def _emit_run(draft: Draft, first: ImportFact | None, spans: Sequence[tuple[int, int]]) -> None:
    """Take out the lines of statements that follow each other, the first of which is given."""
    if first is None:
        return
    *others, (start, end) = spans
    above = draft.line_above(first)
    blank = _BLANK.match(draft.data, end)
    if blank is not None and not draft.data[: spans[0][0]].strip():
        end = blank.end()  # a file does not begin with blank lines
    elif blank is not None and (not above or above.endswith(":")):
        end = draft.after_line(draft.line_end(end))
    for span in (*others, (start, end)):
        draft.edit(*span, "", "import")


def _on_its_line(draft: Draft, statement: ImportFact) -> tuple[int, int]:
    """The span of a statement that shares its line, with the semicolon that parts it."""
    data = draft.data
    after = _NEXT.match(data, statement.end)
    if after is not None:
        return statement.start, after.end()
    before = _PREVIOUS.search(data[draft.line_start(statement.start) : statement.start])
    if before is None:
        return statement.start, statement.end
    return draft.line_start(statement.start) + before.start(), statement.end
