"""Documents that set the deprecated path against the canonical one: left for a person."""

import re
from collections.abc import Iterator

from onepath.model import Facts, Refusal
from onepath.symbols.sites import Sites

CODE = "document-contrast"
_SPEAKING = re.compile(
    r"\b(?:deprecated?|deprecation|legacy|obsolete|old|older|instead|wrong|incorrect|avoid"
    r"|anti-?patterns?|forbidden|prohibited|violat\w+|don't|do not|never|no longer|removed"
    r"|replaced|migrat\w+|compatib\w+|re-?exports?|alias(?:es)?|shims?|unchanged|still"
    r"|continues?|fix(?:e[ds])?)\b"
    r"|^\W*(?:before|after|bad|good|new|correct|right)\b\W*(?:$|[:(])",
    re.IGNORECASE,
)
_MARKS = re.compile("[\u274c\u2705\u2717\u2718\u2714\U0001f6ab]")
_BELOW = 3
"""Lines after an import in which a comment still speaks of it."""
_COMMENT = re.compile(r"#(.*)")


def contrasted(source: bytes, facts: Facts, sites: Sites, before: str = "") -> tuple[Refusal, ...]:
    """The refusals of a piece of a document that speaks of old and new paths; else none.

    Args:
        source: The piece, UTF-8.
        facts: Its facts.
        sites: Its deprecated paths, of which there is one at least.
        before: The line of the document right above the piece.
    """
    lines = source.decode("utf-8", "replace").splitlines()
    olds = sorted(set(_olds(source, facts, sites)))
    places = {line for line, _ in olds} | {statement.line for statement in facts.imports}
    comments = (comment for line in places for comment in _comments_near(lines, line))
    paths = _paths_of(sites)
    is_contrast = (
        any(_SPEAKING.search(paths.sub("_", text)) for text in (before, *comments))
        or _MARKS.search(before)
        or any(_MARKS.search(comment) for comment in _COMMENT.findall("\n".join(lines)))
        or _imports_destination(facts, sites)
        or _imports_it_twice(facts, sites)
    )
    if not is_contrast:
        return ()
    return tuple(
        Refusal("", line, CODE, f"'{old}' is shown beside what replaces it, or as what it was")
        for line, old in olds
    )


def _paths_of(sites: Sites) -> re.Pattern[str]:
    """Paths of modules and files, whose parts say nothing: `pkg.old.Name`, `src/old.py`."""
    matches = [site.match for site in sites.directs] + [site.match for site in sites.chains]
    dotted = {*(match.old for match in matches), *(match.to.dotted for match in matches)}
    tops = {path.partition(".")[0] for path in dotted}
    known = "|".join(map(re.escape, sorted(tops))) or "(?!)"
    return re.compile(rf"(?<![\w.])(?:{known})(?:\.\w+)+|(?<=from )\.[\w.]+|[\w./-]*\w\.pyi?\b")


def _olds(source: bytes, facts: Facts, sites: Sites) -> Iterator[tuple[int, str]]:
    for direct in sites.directs:
        yield facts.imports[direct.statement].line, direct.match.old
    for chain in sites.chains:
        yield source.count(b"\n", 0, facts.uses[chain.use].start) + 1, chain.match.old
    for star in sites.stars:
        yield facts.imports[star.statement].line, facts.imports[star.statement].module


def _comments_near(lines: list[str], line: int) -> Iterator[str]:
    """The comment on a line, the comment lines right above it, and the next ones below."""
    match = _COMMENT.search(lines[line - 1])
    if match:
        yield match[1]
    for below in lines[line : line + _BELOW]:
        if below.lstrip().startswith("#"):
            yield below.lstrip(" \t#")
    at = line - 2
    while at >= 0 and lines[at].lstrip().startswith("#"):
        yield lines[at].lstrip(" \t#")
        at -= 1


def _imports_destination(facts: Facts, sites: Sites) -> bool:
    wanted = {direct.match.to for direct in sites.directs}
    wanted |= {chain.match.to for chain in sites.chains}
    imported = {
        (statement.module, alias.name) if statement.is_from else (alias.name, "")
        for statement in facts.imports
        for alias in statement.names
        if not statement.level
    }
    return any(
        (to.module, to.name) in imported
        or (not to.name and tuple(to.module.rpartition(".")[::2]) in imported)
        for to in wanted
    )


def _imports_it_twice(facts: Facts, sites: Sites) -> bool:
    """Whether one scope shows several deprecated paths to one thing."""
    shown: dict[tuple[int, str], set[str]] = {}
    for direct in sites.directs:
        scope = facts.imports[direct.statement].scope
        shown.setdefault((scope, direct.match.to.dotted), set()).add(direct.match.old)
    return any(len(olds) > 1 for olds in shown.values())
