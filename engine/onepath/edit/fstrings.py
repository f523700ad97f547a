"""Names inside f-strings, for Pythons that do not say where they stand (before 3.12)."""

import re
from functools import lru_cache

import libcst as cst

from onepath.edit.code import code_of


@lru_cache(maxsize=1024)
def replace_in_fstring(text: str, old: str, new: str, count: int) -> str | None:
    """Replace a dotted name in the expressions of one f-string; literal text is kept.

    So is what `{name=}` prints of itself: it becomes `name={new!r}`.

    Args:
        text: The literal (or implicit concatenation of literals).
        old: The dotted name as written.
        new: What to put in its place.
        count: How often the name is known to stand there.

    Returns:
        The new literal, or None if the name is there more or less often: then one of them
        means something else.
    """
    rename = _Rename(old, new)
    # In brackets, for literals that follow each other on lines of their own.
    changed = cst.parse_expression(f"({text})").visit(rename)
    if rename.done != count or not isinstance(changed, cst.BaseExpression):
        return None
    return code_of(changed)[1:-1]


class _Rename(cst.CSTTransformer):
    def __init__(self, old: str, new: str) -> None:
        super().__init__()
        self._old = old
        self._new = new
        self._labels: list[cst.CSTNode] = []
        self._quotes: list[str] = []
        self.done = 0

    def visit_FormattedString(self, node: cst.FormattedString) -> None:  # noqa: N802
        self._quotes.append(node.quote)

    def leave_FormattedString(  # noqa: N802
        self, original_node: cst.FormattedString, updated_node: cst.FormattedString
    ) -> cst.BaseExpression:
        self._quotes.pop()
        return updated_node

    def visit_Attribute(self, node: cst.Attribute) -> bool:  # noqa: N802 - libcst's names
        # In `x.Name` and `f(Name=1)` the word labels something; it does not name `Name`.
        self._labels.append(node.attr)
        return _dotted(node) != self._old

    def visit_Arg(self, node: cst.Arg) -> None:  # noqa: N802
        if node.keyword is not None:
            self._labels.append(node.keyword)

    def leave_Name(  # noqa: N802
        self, original_node: cst.Name, updated_node: cst.Name
    ) -> cst.BaseExpression:
        is_label = any(original_node is label for label in self._labels)
        return updated_node if is_label else self._replaced(original_node, updated_node)

    def leave_Attribute(  # noqa: N802
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        return self._replaced(original_node, updated_node)

    def leave_FormattedStringExpression(  # noqa: N802
        self,
        original_node: cst.FormattedStringExpression,
        updated_node: cst.FormattedStringExpression,
    ) -> cst.BaseFormattedStringContent | cst.FlattenSentinel[cst.BaseFormattedStringContent]:
        if original_node.equal is None or (
            original_node.expression.deep_equals(updated_node.expression)
        ):
            return updated_node
        shown = code_of(original_node.with_changes(conversion=None, format_spec=None))[1:-1]
        if any(quote in shown for quote in self._quotes):
            self.done = -1  # it can't be written as text there
        is_plain = original_node.conversion is None and original_node.format_spec is None
        conversion = "r" if is_plain else original_node.conversion
        written = code_of(updated_node.expression)
        text = cst.FormattedStringText(shown.replace("{", "{{").replace("}", "}}"))
        value = updated_node.with_changes(
            equal=None,
            conversion=conversion,
            whitespace_before_expression=cst.SimpleWhitespace(" " * written.startswith("{")),
            whitespace_after_expression=cst.SimpleWhitespace(" " * written.endswith("}")),
        )
        return cst.FlattenSentinel([text, value])

    def _replaced(
        self, original: cst.Name | cst.Attribute, updated: cst.BaseExpression
    ) -> cst.BaseExpression:
        if _dotted(original) != self._old:
            return updated
        self.done += 1
        return cst.parse_expression(self._new)


def _dotted(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        value = _dotted(node.value)
        return f"{value}.{node.attr.value}" if value else ""
    return ""


def shows_spelling(text: str, written: str) -> bool:
    """Whether an f-string in a text prints how a path is written, as `{path=}` does."""
    return written in text and bool(
        re.search(rf"\{{[^{{}}]*\b{re.escape(written)}\b[^{{}}=!<>]*=\s*[!:}}]", text)
    )
