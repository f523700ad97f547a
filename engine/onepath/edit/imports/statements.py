"""Import statements rewritten with libcst, one statement at a time.

Every function takes the source text of one statement, from its first to its last character
(`\\n` line ends, no trailing comment of the line), and gives the text to put in its place. They
are pure and cached: a repository repeats the same import statement hundreds of times. A leading
`lazy` (PEP 810) is kept aside and put back.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import libcst as cst

from onepath.edit.code import code_of

_CACHE = 4096
LINE_WIDTH = 100
_LAZY = re.compile(r"lazy[ \t\\\n]+(?=from|import)")


class Name(NamedTuple):
    """One name to import: `name as asname  # comment`."""

    name: str
    asname: str | None = None
    comment: str = ""

    def __str__(self) -> str:
        return f"{self.name} as {self.asname}" if self.asname else self.name


class AliasChange(NamedTuple):
    """What becomes of one alias of a statement; `to` None takes it out."""

    place: int
    to: Name | None


@lru_cache(maxsize=_CACHE)
def change_from(text: str, changes: tuple[AliasChange, ...], module: str | None = None) -> str:
    """Change names of a `from` import, and where it imports from.

    Args:
        text: The statement; not a star import.
        changes: At most one for each alias. They must leave at least one.
        module: The new module, with leading dots if relative; None leaves it.
    """
    lazy, node = _from_import(text)
    aliases = list(_aliases(node))
    for change in changes:
        if change.to is not None:
            aliases[change.place] = _renamed(aliases[change.place], change.to)
    removed = {change.place for change in changes if change.to is None}
    if removed:
        node = _closed(node, aliases, removed)
        aliases, lpar = _without(list(_aliases(node)), removed, node.lpar)
        node = node.with_changes(lpar=lpar)
    node = node.with_changes(names=aliases)
    if module is not None:
        node = node.with_changes(**_module_fields(module))
    return lazy + _code(node)


@lru_cache(maxsize=_CACHE)
def add_names(text: str, names: tuple[Name, ...], indent: str | None = None) -> str:
    """Add names at the end of a `from` import, in its own layout.

    Args:
        text: The statement; not a star import.
        names: What to add.
        indent: What is before it; a line that gets too long is then put in parentheses.
    """
    lazy, node = _from_import(text)
    aliases = list(_aliases(node))
    for name in names:
        last = aliases[-1]
        layout = _bare(aliases[-2].comma) if len(aliases) > 1 else _default_comma(node)
        trailing = last.comma
        if isinstance(trailing, cst.Comma):
            layout, trailing = _with_own_comment(layout, trailing), _bare(trailing)
        aliases[-1] = last.with_changes(comma=layout)
        aliases.append(_alias(name).with_changes(comma=trailing))
    added = lazy + _code(node.with_changes(names=aliases))
    if indent is None or node.lpar is not None or "\n" in added:
        return added
    # A line of one name may be long because it has to be; one of several is somebody's layout.
    is_layout = len(_aliases(node)) > 1 and len(indent + text) > LINE_WIDTH
    if is_layout or len(indent + added) <= LINE_WIDTH:
        return added
    head, _, _ = added.partition(" import ")
    bare = (_code(alias.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for alias in aliases)
    inner = "".join(f"{indent}    {alias},\n" for alias in bare)
    return f"{head} import (\n{inner}{indent})"


@lru_cache(maxsize=_CACHE)
def can_add(text: str) -> bool:
    """Whether `add_names` can add to a statement and leave its comments where they are."""
    _, node = _from_import(text)
    return isinstance(_aliases(node)[-1].comma, cst.Comma) or not comments_of(text)[-1]


@lru_cache(maxsize=_CACHE)
def change_import(text: str, changes: tuple[AliasChange, ...]) -> str:
    """Change or take out modules of an `import` statement; at least one must be left."""
    lazy, statement = _small_statement(text)
    if not isinstance(statement, cst.Import):
        raise TypeError(f"not an import: {text}")
    aliases = list(statement.names)
    for change in changes:
        if change.to is not None:
            aliases[change.place] = _renamed(aliases[change.place], change.to)
    removed = {change.place for change in changes if change.to is None}
    kept = [alias for index, alias in enumerate(aliases) if index not in removed]
    kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return lazy + _code(statement.with_changes(names=kept))


@lru_cache(maxsize=_CACHE)
def comments_of(text: str) -> tuple[str, ...]:
    """The comment on the line of each alias of a `from` import; empty where there is none."""
    _, node = _from_import(text)
    found = []
    aliases = _aliases(node)
    for index, alias in enumerate(aliases):
        comma = alias.comma
        where: object = comma.whitespace_after if isinstance(comma, cst.Comma) else None
        if index == len(aliases) - 1 and not isinstance(comma, cst.Comma) and node.rpar is not None:
            where = node.rpar.whitespace_before
        first = where.first_line.comment if isinstance(where, cst.ParenthesizedWhitespace) else None
        found.append(first.value if first is not None else "")
    return tuple(found)


def new_from(module: str, names: Sequence[Name], indent: str = "") -> str:
    """A `from` import on one line, or in parentheses where it is long or carries comments."""
    line = f"from {module} import {', '.join(map(str, names))}"
    comments = [name.comment for name in names if name.comment]
    if not comments and len(indent) + len(line) <= LINE_WIDTH:
        return line
    if len(names) == 1:
        return f"{line}  {comments[0]}" if comments else line
    inner = "".join(
        f"{indent}    {name},{'  ' + name.comment if name.comment else ''}\n" for name in names
    )
    return f"from {module} import (\n{inner}{indent})"


# ------------------------------------------------------------------ nodes


def _small_statement(text: str) -> tuple[str, cst.BaseSmallStatement]:
    match = _LAZY.match(text)
    lazy = match.group() if match else ""
    line = cst.parse_statement(text[len(lazy) :])
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        raise TypeError(f"not one simple statement: {text}")
    return lazy, line.body[0]


def _from_import(text: str) -> tuple[str, cst.ImportFrom]:
    lazy, statement = _small_statement(text)
    if not isinstance(statement, cst.ImportFrom) or isinstance(statement.names, cst.ImportStar):
        raise TypeError(f"not a from import of names: {text}")
    return lazy, statement


def _aliases(node: cst.ImportFrom) -> Sequence[cst.ImportAlias]:
    if isinstance(node.names, cst.ImportStar):
        raise TypeError("a star import has no names")
    return node.names


def _code(node: cst.CSTNode) -> str:
    return code_of(node).removesuffix(";").rstrip(" \t")


def dotted_node(dotted: str) -> cst.Name | cst.Attribute:
    """`a.b.c` as a libcst expression."""
    head, *rest = dotted.split(".")
    node: cst.Name | cst.Attribute = cst.Name(head)
    for part in rest:
        node = cst.Attribute(value=node, attr=cst.Name(part))
    return node


def _module_fields(module: str) -> dict[str, object]:
    name = module.lstrip(".")
    fields: dict[str, object] = {
        "relative": [cst.Dot()] * (len(module) - len(name)),
        "module": dotted_node(name) if name else None,
    }
    return fields


def _alias(name: Name) -> cst.ImportAlias:
    asname = cst.AsName(cst.Name(name.asname)) if name.asname else None
    return cst.ImportAlias(name=dotted_node(name.name), asname=asname)


def _renamed(alias: cst.ImportAlias, to: Name) -> cst.ImportAlias:
    """The alias under its new name; the layout around it and around its `as` stays."""
    asname = alias.asname
    if to.asname is None:
        asname = None
    elif asname is None:
        asname = cst.AsName(cst.Name(to.asname))
    else:
        asname = asname.with_changes(name=cst.Name(to.asname))
    return alias.with_changes(name=dotted_node(to.name), asname=asname)


def _default_comma(node: cst.ImportFrom) -> cst.Comma:
    """How the names of this statement are parted, where there is but one to copy from."""
    lpar = node.lpar
    if lpar is not None and isinstance(lpar.whitespace_after, cst.ParenthesizedWhitespace):
        layout = lpar.whitespace_after.with_changes(
            first_line=cst.TrailingWhitespace(), empty_lines=[]
        )
        return cst.Comma(whitespace_after=layout)
    return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def _closed(
    node: cst.ImportFrom, aliases: list[cst.ImportAlias], removed: set[int]
) -> cst.ImportFrom:
    """The statement with `aliases`; the comment of a last name that is removed goes with it."""
    rpar, last = node.rpar, len(aliases) - 1
    if rpar is None or last not in removed or isinstance(aliases[last].comma, cst.Comma):
        return node.with_changes(names=aliases)
    space = rpar.whitespace_before
    kept = [index for index in range(last) if index not in removed]
    if not isinstance(space, cst.ParenthesizedWhitespace) or not kept:
        return node.with_changes(names=aliases)
    space = space.with_changes(first_line=cst.TrailingWhitespace(newline=space.first_line.newline))
    comma = aliases[kept[-1]].comma
    if isinstance(comma, cst.Comma) and _bare(comma) is not comma:
        own = comma.whitespace_after
        if isinstance(own, cst.ParenthesizedWhitespace):
            own = own.with_changes(indent=space.indent, last_line=space.last_line)
            comma = comma.with_changes(whitespace_after=own)
            aliases[kept[-1]] = aliases[kept[-1]].with_changes(comma=comma)
            space = cst.SimpleWhitespace("")
    return node.with_changes(names=aliases, rpar=rpar.with_changes(whitespace_before=space))


def _without(
    aliases: list[cst.ImportAlias], removed: set[int], lpar: cst.LeftParen | None
) -> tuple[list[cst.ImportAlias], cst.LeftParen | None]:
    """Take aliases out. A comment on an alias's own line goes with it; other comments stay."""
    kept: list[cst.ImportAlias] = []
    last = len(aliases) - 1
    for index, alias in enumerate(aliases):
        if index not in removed:
            kept.append(alias)
            continue
        own_lines = _own_line_comments(alias)
        if index == last and kept:
            # The last one's comma and layout decide how the statement closes.
            kept[-1] = kept[-1].with_changes(comma=_closing(kept[-1].comma, alias.comma))
        if own_lines and kept:
            kept[-1] = kept[-1].with_changes(comma=_with_lines(kept[-1].comma, own_lines))
        elif own_lines and lpar is not None:
            space = lpar.whitespace_after
            if isinstance(space, cst.ParenthesizedWhitespace):
                lines = [*space.empty_lines, *own_lines]
                lpar = lpar.with_changes(whitespace_after=space.with_changes(empty_lines=lines))
    return kept, lpar


def _own_line_comments(alias: cst.ImportAlias) -> list[cst.EmptyLine]:
    comma = alias.comma
    if isinstance(comma, cst.Comma) and isinstance(
        comma.whitespace_after, cst.ParenthesizedWhitespace
    ):
        return [line for line in comma.whitespace_after.empty_lines if line.comment is not None]
    return []


def _closing(
    before: cst.Comma | cst.MaybeSentinel, last: cst.Comma | cst.MaybeSentinel
) -> cst.Comma | cst.MaybeSentinel:
    """The comma after the name that is now last: that of the former last one, own comment kept."""
    if not isinstance(before, cst.Comma):
        return last
    if not isinstance(last, cst.Comma):
        commented = _bare(before) != before
        return before if commented else last
    space, own = last.whitespace_after, before.whitespace_after
    if isinstance(space, cst.ParenthesizedWhitespace) and isinstance(
        own, cst.ParenthesizedWhitespace
    ):
        space = space.with_changes(first_line=own.first_line, empty_lines=own.empty_lines)
    elif isinstance(own, cst.ParenthesizedWhitespace):
        space = own
    return last.with_changes(whitespace_after=space)


def _bare(comma: cst.Comma | cst.MaybeSentinel) -> cst.Comma | cst.MaybeSentinel:
    """The comma with its layout, without comments."""
    if isinstance(comma, cst.Comma) and isinstance(
        comma.whitespace_after, cst.ParenthesizedWhitespace
    ):
        space = comma.whitespace_after
        if space.first_line.comment is None and not space.empty_lines:
            return comma
        first = cst.TrailingWhitespace(newline=space.first_line.newline)
        space = space.with_changes(first_line=first, empty_lines=[])
        return comma.with_changes(whitespace_after=space)
    return comma


def _with_own_comment(
    layout: cst.Comma | cst.MaybeSentinel, comma: cst.Comma
) -> cst.Comma | cst.MaybeSentinel:
    """`layout`, with the comments of `comma` where it can hold them."""
    space = comma.whitespace_after
    if not isinstance(space, cst.ParenthesizedWhitespace) or _bare(comma) is comma:
        return layout
    if isinstance(layout, cst.Comma) and isinstance(
        layout.whitespace_after, cst.ParenthesizedWhitespace
    ):
        own = layout.whitespace_after.with_changes(
            first_line=space.first_line, empty_lines=space.empty_lines
        )
        return layout.with_changes(whitespace_after=own)
    return comma


def _with_lines(
    comma: cst.Comma | cst.MaybeSentinel, lines: list[cst.EmptyLine]
) -> cst.Comma | cst.MaybeSentinel:
    if isinstance(comma, cst.Comma) and isinstance(
        comma.whitespace_after, cst.ParenthesizedWhitespace
    ):
        space = comma.whitespace_after
        space = space.with_changes(empty_lines=[*space.empty_lines, *lines])
        return comma.with_changes(whitespace_after=space)
    return comma
