"""Switches between the old and the new path: both sides are there on purpose.

`if sys.version_info >= (3, 9): from new import X / else: from old import X` serves two versions of
a library that is not in the repository. The side that reads the old path is left alone while the
other side reads the new one, unless the configuration names the oldest version that counts.

`try: from ._fast import f / except ImportError: from ._slow import f` chooses between two
definitions of the repository: it is left alone whichever of them replaces the other.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from onepath.edit.draft import Draft
from onepath.facts.source import UndecodableError
from onepath.symbols.destinations import Destination
from onepath.symbols.renames import Match
from onepath.symbols.sites import Sites
from onepath.symbols.tree.syntax import Span, SyntaxTree
from onepath.symbols.tree.values import assigned

CODE = "version-switch"
ALTERNATIVES = "alternatives"
PYTHON = "python"
_MARKS = re.compile(rb"version|\bPY_?\d|\bIS_PY|\bexcept\b|\bhasattr\b", re.IGNORECASE)
_SWITCHING = re.compile(r"version|\bPY_?\d|\bIS_PY|(?-i:\bhasattr\b)", re.IGNORECASE)
_PLATFORM = re.compile(r"\bplatform\b|\bos\.name\b")
_CATCHING = re.compile(r"\b(?:Import|ModuleNotFound|Attribute|Name)Error\b|\b(?:Base)?Exception\b")
_FOR_OLD = re.compile(r"<|\bPY_?2|\bIS_PY(?:THON)?_?2|\bnot\b.*(?:PY_?3|>)", re.IGNORECASE)
_MAJOR = re.compile(r"\bPY_?[23]\d*\b|\bIS_PY(?:THON)?_?[23]\b", re.IGNORECASE)
_LITERAL = re.compile(
    r"\(\s*(\d+(?:\s*,\s*\d+)*)\s*,?\s*\)|[\"'](\d+(?:\.\d+)*)[^\"']*[\"']|(?<![\w.\[:])(\d+)\b"
)
"""A version in a condition: `(3, 9)`, `"2.0"`, `3`."""
_SIGN = re.compile(r"[<>]=?|[=!]=")
_OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}
_MIRRORED = str.maketrans("<>", "><")


class _Switch(NamedTuple):
    """A statement or expression of which one side runs."""

    test: str
    """Source of the condition; empty for a `try`."""
    sides: tuple[Span, ...]


def without_switches(draft: Draft, sites: Sites) -> Sites:
    """The sites less those on the old side of a switch, which are refused."""
    matches = {direct.match for direct in sites.directs}
    matches |= {chain.match for chain in sites.chains}
    if draft.is_document or not any(_may_switch(draft, match) for match in matches):
        return sites
    switches = _Switches(draft)
    directs, chains = [], []
    for direct in sites.directs:
        statement = draft.facts.imports[direct.statement]
        if not switches.keeps(statement.start, direct.match, statement.line):
            directs.append(direct)
    for chain in sites.chains:
        start = draft.facts.uses[chain.use].start
        if not switches.keeps(start, chain.match, draft.line_of(start)):
            chains.append(chain)
    return sites._replace(directs=tuple(directs), chains=tuple(chains))


def _may_switch(draft: Draft, match: Match) -> bool:
    """Whether a file may have a switch between an old path and the new one."""
    is_over_a_library = _is_over_a_library(draft, match)
    if is_over_a_library and _MARKS.search(draft.data):
        return True
    has_both = all(part.encode() in draft.data for part in _parts(match.to))
    return has_both and (is_over_a_library or match.old in draft.renames.alternatives)


def _is_over_a_library(draft: Draft, match: Match) -> bool:
    renames = draft.renames
    return renames.is_outside(match.old) or renames.is_outside(match.to.module)


class _Switches:
    """The switches of one file."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        try:
            tree = SyntaxTree(draft.data)
        except (SyntaxError, UndecodableError, RecursionError):
            self._found = []
        else:
            self._found = list(_switches(draft, tree))

    def keeps(self, offset: int, match: Match, line: int) -> bool:
        """Whether a place is the old side of a switch; it is refused then."""
        if match.old in self._draft.renames.alternatives:
            return self._keeps_alternative(offset, match, line)
        if not _is_over_a_library(self._draft, match):
            return False
        for switch in self._found:
            own = [side for side in switch.sides if side[0] <= offset < side[1]]
            if (
                own
                and self._is_old_side(switch, own[0], match)
                and not self._decided(switch, own[0], match)
            ):
                self._draft.refuse(
                    line,
                    CODE,
                    f"'{match.old}' is for older versions here, beside '{match.to.dotted}'; both "
                    "are kept",
                )
                return True
        return False

    def _keeps_alternative(self, offset: int, match: Match, line: int) -> bool:
        """Whether a place chooses the old definition where another side chooses the new one."""
        for switch in self._found:
            for side in switch.sides:
                if side[0] <= offset < side[1] and any(
                    _mentions(self._draft.text(*other), match.to)
                    for other in switch.sides
                    if other != side
                ):
                    reason = f"'{match.old}' is chosen here, or '{match.to.dotted}': both are kept"
                    self._draft.refuse(line, ALTERNATIVES, reason)
                    return True
        return False

    def _is_old_side(self, switch: _Switch, own: Span, match: Match) -> bool:
        others = [side for side in switch.sides if side != own]
        if not others:
            return bool(_SWITCHING.search(switch.test) and _FOR_OLD.search(switch.test))
        # Whatever decides between the two paths, somebody wanted both; no library differs in its
        # paths by the platform.
        return not _PLATFORM.search(switch.test) and any(
            _mentions(self._draft.text(*side), match.to) for side in others
        )

    def _decided(self, switch: _Switch, own: Span, match: Match) -> bool:
        """Whether no version that counts takes a side of a switch."""
        minimum = self._draft.renames.minimum
        old, new = _library(match.old), _library(match.to.module)
        known = minimum.get(new) or (minimum.get(old) if old != PYTHON else None)
        if not switch.test:
            return known is not None
        words = {word.lower() for word in re.findall(r"\w+", switch.test)}
        named = next((name for name in minimum if name in words), None)
        if "version_info" in words or "python_version" in words or _MAJOR.search(switch.test):
            known = minimum.get(PYTHON)
        elif named is not None:
            known = minimum[named]
        if known is None:
            return False
        if _MAJOR.search(switch.test):
            return known >= (3,)
        compared = list(_compared(switch.test))
        is_true = (own == switch.sides[0]) != switch.test.startswith("not ")
        return bool(compared) and not any(
            _is_taken(sign if is_true else _OPPOSITE[sign], version, known)
            for sign, version in compared
        )


def _switches(draft: Draft, tree: SyntaxTree) -> Iterator[_Switch]:
    flags = assigned(tree)

    def span(nodes: Sequence[ast.stmt | ast.expr]) -> Span:
        return tree.place(nodes[0])[0], tree.place(nodes[-1])[1]

    def source(test: ast.expr) -> str:
        """A condition; for a flag what the file sets it to."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return f"not {source(test.operand)}"
        set_to = flags.get(test.id, ()) if isinstance(test, ast.Name) else ()
        return draft.text(*tree.place(set_to[0] if len(set_to) == 1 else test))

    for node in tree.nodes:
        if isinstance(node, ast.If):
            test = source(node.test)
            yield _Switch(test, tuple(span(side) for side in (node.body, node.orelse) if side))
        elif isinstance(node, ast.IfExp) and tree.string_around(node) is None:
            test = source(node.test)
            yield _Switch(test, (tree.place(node.body), tree.place(node.orelse)))
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            handlers = getattr(node, "handlers", [])
            if any(
                handler.type is None or _CATCHING.search(draft.text(*tree.place(handler.type)))
                for handler in handlers
            ):
                body = getattr(node, "body", [])
                sides = [span(body), *(span(handler.body) for handler in handlers)]
                yield _Switch("", tuple(sides))


def _mentions(text: str, to: Destination) -> bool:
    """Whether a side of a switch spells the new path: its last part, and that before it."""
    return frozenset(re.findall(r"\w+", text)).issuperset(_parts(to))


def _parts(to: Destination) -> list[str]:
    return [to.name] if to.is_builtin else to.dotted.split(".")[-2:]


def _library(dotted: str) -> str:
    """The library that a path is of, as `minimum` names it."""
    top = dotted.partition(".")[0]
    return PYTHON if top in sys.stdlib_module_names else top.lower()


def _compared(test: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The versions that a condition compares with, each behind its sign: `>= (3, 9)`.

    Without signs, as in `at_least(3, 9)`, it is taken to hold from the version on.
    """
    literals, signs = list(_LITERAL.finditer(test)), list(_SIGN.finditer(test))
    if len(signs) != len(literals):
        signs = []
    for at, literal in enumerate(literals):
        several, dotted, single = literal.groups()
        sign = signs[at][0] if signs else ">="
        if signs and literal.start() < signs[at].start():
            sign = sign.translate(_MIRRORED)
        if several and "[" not in test:
            # (3, 9, 1) is greater than (3, 9), and equal to no shorter tuple.
            sign = {">": ">=", "<=": "<"}.get(sign, sign)
        yield sign, tuple(map(int, re.findall(r"\d+", several or dotted or single)))


def _is_taken(sign: str, version: tuple[int, ...], oldest: tuple[int, ...]) -> bool:
    """Whether some version, from the oldest that counts on, compares so with another one.

    What is newer than a version that is excluded by `!=` was not thought of, and is left out.
    """
    begun = oldest[: len(version)]
    if begun > version:
        return ">" in sign
    return begun < version or sign in ("==", "<=", ">", ">=")
