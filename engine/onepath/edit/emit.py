"""From a file's draft to its edits: byte spans and what goes in their place."""

import re

from onepath.edit.draft import PRAGMAS, Draft
from onepath.edit.fstrings import replace_in_fstring
from onepath.edit.imports.guards import collapses
from onepath.model import Edit, ImportFact

_COMMENT = re.compile(r"#.*")
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
    for index, text in texts.items():
        statement = draft.facts.imports[index]
        if not any(start <= statement.start and statement.end <= end for start, end in spans):
            _emit_statement(draft, index, text)
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
    if not text and not following:
        _emit_deletion(draft, statement)
        return
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


def _emit_deletion(draft: Draft, statement: ImportFact) -> None:
    """Take out a statement with its line break; comments on its lines stay."""
    if not draft.alone(statement):
        draft.edit(*_on_its_line(draft, statement), "", "import")
        return
    start = draft.line_start(statement.start)
    end = draft.line_end(statement.end)
    comments = _COMMENT.findall(draft.text(start, end))
    kept = [comment for comment in comments if not comment.startswith(PRAGMAS)]
    if kept:
        indent = draft.indent(statement)
        draft.edit(start, end, "\n".join(indent + comment for comment in kept), "import")
        return
    end = draft.after_line(end)
    above = draft.line_above(statement)
    below = draft.data[end : draft.after_line(draft.line_end(end))]
    if (not above or above.endswith(":")) and below and not below.strip():
        end += len(below)  # of the blank lines around it, one gap is enough
    draft.edit(start, end, "", "import")


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
