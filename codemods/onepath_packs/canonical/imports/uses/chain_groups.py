"""One module that a file binds to a name, and all uses of that name."""

import ast
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from onepath.edit.bindings import binders, is_public
from onepath.edit.draft import Draft
from onepath.edit.fstrings import replace_in_fstring, shows_spelling
from onepath.facts.extract.file import parse
from onepath.facts.source import SourceText
from onepath.model import Alias, DottedString, Use, UseKind
from onepath.symbols.destinations import Destination
from onepath.symbols.renames import Match
from onepath.symbols.sites import Sites, is_written_to
from onepath_packs.canonical.imports.strings.attributes import replace_in_literal

GroupBinder = tuple[int, int, Alias]
"""Index of a statement, place of an alias in it, the alias."""


class Moved(NamedTuple):
    """A use that leaves its module."""

    at: int
    use: Use
    match: Match
    string: DottedString | None = None
    """The string that has the last part of the path, apart from its module."""

    @property
    def written(self) -> str:
        """The deprecated path as it is spelled here."""
        return ".".join((self.use.name, *(name for name, _ in self.use.chain[: self.match.length])))


class Group:
    """A name that imports bind to a module, in one scope.

    Args:
        draft: The file.
        scope: Where the name is bound.
        name: The name.
        moved: The uses that leave the module.
        whole: (statement, place) -> the new module, of every import of a deprecated module.
    """

    def __init__(
        self,
        draft: Draft,
        scope: int,
        name: str,
        moved: Sequence[Moved],
        whole: Mapping[tuple[int, int], Destination],
    ) -> None:
        self.draft = draft
        self.scope = scope
        self.name = name
        self.binders: list[GroupBinder] = list(binders(draft, scope, name))
        self.whole = whole
        self.named = [binder for binder in self.binders if self.is_named(binder)]
        self.moved = [one for one in moved if not self._refused(one, moved)]
        leaving = {one.at for one in self.moved}
        self.others = [use for at, use in draft.uses_of(scope, name) if at not in leaving]

    @property
    def is_needed(self) -> bool:
        """Whether something is still read from the module under this name."""
        return bool(self.others) or (self.scope, self.name) in self.draft.relied_on

    @property
    def is_read_elsewhere(self) -> bool:
        """Whether something reads the module's name that does not follow a change of it."""
        by_spelling = bool(self.draft.spelling.reader(self.scope, self.name))
        return by_spelling or (self.scope == 0 and is_public(self.draft, self.name))

    def loads(self, binder: GroupBinder) -> bool:
        """Whether an import loads a module that the file must go on loading."""
        return self.module_of(binder) in self.draft.loads.values()

    def module_of(self, binder: GroupBinder) -> str:
        """The dotted name of the module that an import names, whatever it binds it to."""
        index, _, alias = binder
        statement = self.draft.facts.imports[index]
        if not statement.is_from:
            return alias.name
        package = self.draft.renames.resolver.modules.absolute(
            self.draft.path, statement.level, statement.module
        )
        return f"{package}.{alias.name}"

    def is_named(self, binder: GroupBinder) -> bool:
        """Whether an import binds a module to a name of its own, not the top of its path."""
        index, _, alias = binder
        return self.draft.facts.imports[index].is_from or alias.asname is not None

    @property
    def is_rebound(self) -> bool:
        """Whether something other than these imports binds the name as well."""
        scopes = self.draft.facts.scopes
        return self.name in scopes[self.scope].multiple or any(
            self.name in scope.redirected for scope in scopes
        )

    @cached_property
    def is_only_deleted(self) -> bool:
        """Whether a `del` of the name is all that makes it rebound: it binds nothing else."""
        for node in ast.walk(parse(SourceText(self.draft.data).utf8)):
            match node:
                case ast.Name(id=self.name, ctx=ast.Store()):
                    return False
                case ast.Global(names=names) | ast.Nonlocal(names=names) if self.name in names:
                    return False
                case ast.alias() | ast.keyword():
                    continue
            words = (getattr(node, field, None) for field in ("name", "arg", "rest"))
            if self.name in words:
                return False
        return True

    def refuse(self, uses: Sequence[Moved], code: str, reason: str) -> None:
        """Leave uses alone, and the plain imports of whole modules with them."""
        lines = {self.draft.line_of(moved.use.start) for moved in uses}
        lines |= {
            self.draft.facts.imports[binder[0]].line
            for binder in self.binders
            if binder[:2] in self.whole and not self.is_named(binder)
        }
        for line in sorted(lines):
            self.draft.refuse(line, code, reason)

    def keep(self, moved: Moved, code: str, reason: str) -> None:
        """Leave one use alone after all; the module that it is read from is still needed."""
        self.others.append(moved.use)
        self.draft.refuse(self.draft.line_of(moved.use.start), code, reason)

    def replace(self, moved: Moved, text: str) -> None:
        """Write another path in the place of the deprecated one."""
        self.draft.replaced.add(moved.at)
        if moved.string is not None:
            text, _, name = text.rpartition(".")
            replace_in_literal(self.draft, moved.string, name)
        if moved.use.exact:
            length = moved.match.length
            end = moved.use.chain[length - 1][1] if length else moved.use.end
            self.draft.edit(moved.use.start, end, text, "name")
        else:
            self.draft.in_fstring(moved.use.start, moved.use.end, moved.written, text)

    def _lines_of(self, moved: Moved) -> str:
        draft = self.draft
        return draft.text(draft.line_start(moved.use.start), draft.line_end(moved.use.end))

    def _refused(self, moved: Moved, group: Sequence[Moved]) -> bool:
        line = self.draft.line_of(moved.use.start)
        is_assigned = is_written_to(moved.use) and 0 < moved.match.length == len(moved.use.chain)
        if is_assigned and not self.draft.renames.is_rebound(moved.match):
            self.draft.refuse(
                line, "assigned", f"'{moved.use.dotted}' is assigned to or deleted, where it is"
            )
            return True
        if moved.use.kind & UseKind.FSTRING and shows_spelling(
            self._lines_of(moved), moved.written
        ):
            self.draft.refuse(
                line, "f-string", f"this f-string prints how '{moved.written}' is written"
            )
            return True
        if moved.use.exact:
            return False
        span = moved.use.start, moved.use.end
        count = sum(
            (other.use.start, other.use.end) == span and other.written == moved.written
            for other in group
        )
        if replace_in_fstring(self.draft.text(*span), moved.written, "x", count) is None:
            self.draft.refuse(
                line, "f-string", f"'{moved.written}' means two things in this f-string"
            )
            return True
        return False


def without_superseded(draft: Draft, sites: Sites) -> Sites:
    """The sites less imports of a module of which every use has a longer deprecated path.

    `from os import path` is not taken to the new `os.path` where `path.join` alone is read, and
    that goes elsewhere.
    """
    longer = {site.use for site in sites.chains}
    left = []
    for site in sites.directs:
        statement = draft.facts.imports[site.statement]
        bound = statement.names[site.alias].bound
        uses = draft.uses_of(statement.scope, bound)
        if not (statement.is_from and uses and all(at in longer for at, _ in uses)) or (
            statement.scope == 0 and is_public(draft, bound)
        ):
            left.append(site)
    return sites._replace(directs=tuple(left))
