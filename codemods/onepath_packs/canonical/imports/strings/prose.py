"""Deprecated paths in the docstrings, comments and longer strings of a Python file.

What a documentation tool links to, `python -m` and a filter of warnings are references, and follow.
Code in a string may be run, or may be what a test compares; it is listed, and so is what docstrings
say. Messages and comments are not: they tell something, and import nothing.
"""

import re
from collections.abc import Iterator

from onepath.facts.documents.statements import names_in_from_imports
from onepath.facts.documents.text_paths import Mention, path_mentions
from onepath.facts.spelling.texts import Texts, code_spans, is_behind_prompt
from onepath.model import Edit, Facts, Refusal
from onepath.symbols.renames import Renames
from onepath_packs.canonical.imports.strings.contrast import CODE as CONTRAST
from onepath_packs.canonical.imports.strings.meanings import meaning_of
from onepath_packs.canonical.imports.strings.named import CODE as NOT_CERTAIN

MENTIONED = "mentioned"


def plan_prose(path: str, data: bytes, facts: Facts, renames: Renames) -> Iterator[Edit | Refusal]:
    """The edits of what is certain to be a reference, and the refusals of what is not.

    Args:
        path: The Python file.
        data: Its bytes.
        facts: Their facts.
        renames: What is deprecated.
    """
    every = sorted(
        {*path_mentions(path, data, renames.olds), *names_in_from_imports(data, renames.olds)}
    )
    if not every or facts.failure is not None:
        return
    texts, code, told = Texts(data), code_spans(facts, data), set[tuple[int, int]]()
    for mention in every:
        is_text = texts.around(mention.start) is not None and not code.holds(mention.start)
        if not is_text or is_behind_prompt(data, mention.start):
            continue
        new = _new_path(path, mention, renames)
        if new is None:
            continue
        line = mention.line
        if mention.certain and not texts.is_code(mention.start):
            if _names(data, texts, mention, new):
                reason = f"'{mention.text}' is shown beside what replaces it"
                yield Refusal(path, line, CONTRAST, reason)
            else:
                yield Edit(mention.start, mention.end, new.encode(), "document", line)
            continue
        is_code = texts.is_code(mention.start)
        key = texts.whole(mention.start) if is_code else (line, line)
        if key not in told and (is_code or texts.is_docstring(mention.start)):
            told.add(key)
            yield _left(path, mention, is_code=is_code)


def _new_path(path: str, mention: Mention, renames: Renames) -> str | None:
    """What a path becomes in a file; None if the file goes on using it."""
    meaning = meaning_of("", mention.text, renames, {})
    if meaning is None:
        return None
    placed = renames.placed(path, meaning.match)
    if placed is None:
        # The module of a definition that gets another name itself tells of it by that.
        return meaning.new if meaning.match.old in renames.homes else None
    if placed.to == meaning.match.to:
        return meaning.new
    return ".".join((placed.to.dotted, *meaning.rest))


def _names(data: bytes, texts: Texts, mention: Mention, new: str) -> bool:
    """Whether the text around a path names the new one as well."""
    around = texts.around(mention.start)
    spelled = re.compile(rb"(?<![\w.])%b(?!\w)" % re.escape(new.encode()))
    return around is not None and spelled.search(data, *around) is not None


def _left(path: str, mention: Mention, *, is_code: bool) -> Refusal:
    if is_code:
        reason = f"code in a string uses '{mention.text}'; nothing shows that it is run"
        return Refusal(path, mention.line, NOT_CERTAIN, reason)
    return Refusal(path, mention.line, MENTIONED, f"'{mention.text}' appears in the text")
