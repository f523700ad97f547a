"""What was read, resolved: every name by Python's scoping rules, every string with its call."""

import ast
from typing import Any

from onepath.facts.extract.calls import attribute_target
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.expressions import ExpressionWalk, StringSite
from onepath.facts.extract.quoted import text_start
from onepath.facts.extract.scopes import IMPORT, OTHER, OpenScope


class ResolvedWalk(ExpressionWalk):
    """Gives what expressions were read in plain form, with offsets into the file."""

    def finish(self) -> tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]:
        """Resolve every name and give scopes, uses and strings in plain form."""
        self.scopes.settle()
        uses = self._resolved_uses()
        first_at = {use[3]: index for index, use in enumerate(uses)}
        strings = tuple(self._plain_string(site, first_at) for site in self._strings)
        return self._plain_scopes(), uses, strings

    def _resolved_uses(self) -> tuple[Any, ...]:
        module = self.scopes.module
        defined = self.module_names()
        to_file, identical = self.text.to_file, self.text.identical
        uses = []
        for scope in self.scopes.all:
            # Each name is resolved once for a scope, unless its class binds it halfway.
            known: dict[str, OpenScope | None] = {}
            is_class = scope.kind == "class"
            for index, (name, node, kind, chain) in enumerate(scope.reads):
                if is_class and scope.is_early(name, index):
                    holder = self._holder(module, name, defined)
                elif name in known:
                    holder = known[name]
                else:
                    holder = known[name] = self._holder(scope, name, defined)
                if holder is None:
                    continue
                start, end, exact = self._use_span(node)
                if not identical:
                    start, end = to_file(start), to_file(end)
                    chain = tuple((attribute, to_file(at)) for attribute, at in chain)
                uses.append((name, scope.index, holder.index, start, end, kind, chain, exact))
        uses.sort(key=lambda use: (use[3], use[4]))
        return tuple(uses)

    def _holder(self, scope: OpenScope, name: str, defined: frozenset[str]) -> OpenScope | None:
        """The scope that binds a name; None if its uses are not kept."""
        holder = self.scopes.resolve(scope, name)
        if holder is None or holder.bound[name] & IMPORT:
            return holder
        return holder if holder is self.scopes.module and name in defined else None

    def module_names(self) -> frozenset[str]:
        """Module-level definitions whose uses are kept, beside those of imports."""
        return frozenset()

    def _use_span(self, node: Any) -> tuple[int, int, bool]:
        if node.__class__ is tuple:
            inner, outer = node
            if isinstance(inner, int):
                return inner, outer, True
            start, end = self.span(inner)
            whole = self.span(outer)
            if whole[0] < start and end < whole[1] and _POSITIONS_IN_FSTRINGS:
                return start, end, True
            return *whole, False
        return *self.span(node), True

    def _plain_string(self, site: StringSite, first_at: dict[int, int]) -> tuple[Any, ...]:
        node, call = site.node, site.call
        start, end = self.span(node)
        callee, use, target = "", -1, -1
        if call is not None:
            callee = dotted(call.func)
            if callee:
                use = first_at.get(self.text.to_file(self.span(call.func)[0]), -1)
            owner = attribute_target(call, site.argument)
            if owner is not None and dotted(owner):
                target = first_at.get(self.text.to_file(self.span(owner)[0]), -1)
        to_file = self.text.to_file
        plain = text_start(str(node.value), self.text.utf8[start:end]) is not None
        return (
            node.value,
            to_file(start),
            to_file(end),
            node.lineno,
            plain,
            callee,
            use,
            site.argument,
            site.scope.index,
            target,
        )

    def _plain_scopes(self) -> tuple[Any, ...]:
        to_file = self.text.to_file
        return tuple(
            (
                scope.kind,
                -1 if scope.parent is None else scope.parent.index,
                scope.name,
                to_file(scope.start),
                to_file(scope.end),
                tuple(sorted(scope.bound)),
                tuple(sorted(name for name, how in scope.bound.items() if how & OTHER)),
                tuple(sorted(_free(scope))),
                tuple(sorted(scope.globals | scope.nonlocals)),
            )
            for scope in self.scopes.all
        )


def _free(scope: OpenScope) -> set[str]:
    """The names that a scope reads and does not bind, or not by then."""
    free = {read[0] for read in scope.reads}.difference(scope.bound)
    if scope.kind == "class":
        reads = enumerate(scope.reads)
        free.update(read[0] for index, read in reads if scope.is_early(read[0], index))
    return free


def _positions_in_fstrings() -> bool:
    """Whether this Python gives the names inside f-strings their own positions (3.12 and newer)."""
    tree = ast.parse('"""\n""" f"{a}"', mode="eval").body
    name = next(node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return (name.lineno, name.col_offset) == (2, 7)


_POSITIONS_IN_FSTRINGS = _positions_in_fstrings()
