"""Code that runs when what is put in is called: put in there, it would call itself for ever."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from onepath.codemod.patterns.rule import PatternRule
from onepath.model import BLOCK_KINDS, Definition, Facts, Use, UseKind
from onepath.symbols.resolve import Resolution, Resolver
from onepath.symbols.tree.syntax import Span

CODE = "within-replacement"


class OwnCode:
    """The functions and classes that the replacements of rules lead to, and what those call.

    Of a class that is called all methods count, as nobody can say which of them run then. What a
    value calls that is made or given elsewhere is not followed.

    Args:
        rules: The rules.
        resolver: Over the code.
    """

    def __init__(self, rules: Sequence[PatternRule], resolver: Resolver) -> None:
        self._rules, self._resolver = rules, resolver

    def around(self, rule: PatternRule, path: str, offset: int) -> str:
        """The dotted path in a rule's replacement that runs a place; empty if none does.

        Args:
            rule: One of the rules.
            path: A file.
            offset: The place in it.
        """
        for dotted, spans in self._spans[self._rules.index(rule)].items():
            if any(start <= offset < end for start, end in spans.get(path, ())):
                return dotted
        return ""

    @cached_property
    def _spans(self) -> list[dict[str, dict[str, list[Span]]]]:
        """For each rule, by the dotted path and then the file, the code that it runs."""
        return [
            {dotted: self._run_by(dotted) for dotted in rule.replacement.symbols}
            for rule in self._rules
        ]

    def _run_by(self, dotted: str) -> dict[str, list[Span]]:
        spans: dict[str, list[Span]] = {}
        reached: set[tuple[str, str]] = set()
        waiting = [self._resolver.dotted(dotted)]
        while waiting:
            resolution = waiting.pop()
            if resolution.kind != "definition":
                continue
            facts = self._resolver.facts(resolution.path)
            qualname = _qualname(facts, resolution)
            if (resolution.path, qualname) in reached:
                continue
            reached.add((resolution.path, qualname))
            for definition in _functions(facts, qualname):
                spans.setdefault(resolution.path, []).append((definition.start, definition.end))
                for use in _called(facts, definition):
                    waiting += self._meanings(resolution.path, facts, use)
        return spans

    def _meanings(self, path: str, facts: Facts, use: Use) -> Iterator[Resolution]:
        """What a name of a file may lead to."""
        parts = use.dotted.split(".")
        if use.bound_in == 0:
            yield self._resolver.attributes(path, parts)
            return
        for statement in facts.imports:
            for alias in statement.names if statement.scope == use.bound_in else ():
                if alias.bound == use.name:
                    yield self._extended(self._resolver.imported(path, statement, alias), parts[1:])

    def _extended(self, resolution: Resolution, parts: list[str]) -> Resolution:
        if resolution.kind == "module":
            return self._resolver.attributes(resolution.path, parts)
        return resolution._replace(rest=(*resolution.rest, *parts))


def _qualname(facts: Facts, resolution: Resolution) -> str:
    """The name of a function or class in its file: a method of a class where it has that."""
    inner = f"{resolution.name}.{resolution.rest[0]}" if resolution.rest else ""
    names = {definition.qualname for definition in facts.definitions}
    return inner if inner in names else resolution.name


def _functions(facts: Facts, qualname: str) -> Iterator[Definition]:
    for definition in facts.definitions:
        if definition.qualname == qualname and definition.kind in BLOCK_KINDS:
            yield definition


def _called(facts: Facts, definition: Definition) -> Iterator[Use]:
    """What a definition calls, and the classes below which it is."""
    for use in facts.uses:
        is_inside = definition.start <= use.start < definition.end
        if is_inside and use.exact and use.kind & (UseKind.CALLEE | UseKind.BASE):
            yield use
