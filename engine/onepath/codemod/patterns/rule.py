"""A rule: what is searched for, what it becomes, and examples that show it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import libcst as cst

from onepath.codemod.patterns.matching import Matcher
from onepath.codemod.patterns.shape import Shape, shape
from onepath.codemod.patterns.template import ANY, Template, hole, holes
from onepath.config.toml.lines import locate
from onepath.config.user_files import parse_toml, read_text
from onepath.errors import ConfigError, InputError

_FORM = (
    "[[rule]] with pattern, replacement and, if you like, [[rule.example]] with before and after"
)


@dataclass(frozen=True)
class RuleExample:
    """What a rule makes of a file."""

    before: str
    after: str
    where: str


@dataclass(frozen=True)
class PatternRule:
    """One pattern and its replacement."""

    pattern: Template
    replacement: Template
    examples: tuple[RuleExample, ...] = ()
    passed: int | None = None
    """Of a rule that holds where a function is passed on: with how many arguments it is called
    then, -1 for any number."""

    @classmethod
    def read(
        cls,
        pattern: str,
        replacement: str,
        where: tuple[str, str] = ("PATTERN", "REPLACEMENT"),
        examples: tuple[RuleExample, ...] = (),
    ) -> "PatternRule":
        """Read a rule.

        Args:
            pattern: What is searched for.
            replacement: What it becomes.
            where: What messages call the two.
            examples: What it makes of some files.

        Raises:
            InputError: One of them can't be read, they don't go together, or what the replacement
                makes would match again and again.
        """
        old, new = Template.read(pattern, where[0]), Template.read(replacement, where[1])
        if hole(old.node):
            raise InputError(f"{where[0]}: {pattern!r} would match everything")
        _check_holes(old, new)
        rule = cls(old, new, examples)
        if shape(old.node) == shape(new.node):
            raise InputError(f"{where[1]}: {replacement!r} is the pattern itself")
        if rule.repeats():
            raise InputError(
                f"{where[1]}: what {replacement!r} makes matches {pattern!r} again, so it would "
                "never come to an end",
                hint="narrow the pattern so that it does not match what it has made",
            )
        return rule

    def repeats(self) -> bool:
        """Whether the pattern is in the replacement itself, whatever its holes stand for."""
        new = self.replacement
        matcher = Matcher(self.pattern, lambda code, symbol: new.symbol(code) == symbol)
        return any(matcher.match(node) for node in _expressions(new.node))


def _expressions(node: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """An expression and those in it, holes left out."""
    if isinstance(node, cst.BaseExpression) and not hole(node):
        yield node
    for child in node.children:
        yield from _expressions(child)


def _check_holes(old: Template, new: Template) -> None:
    unknown = sorted(
        (new.ones - old.ones) | (new.many - old.many) | {ANY} & new.ones | ({ANY} & new.many)
    )
    if unknown:
        dollars = "$$$" if unknown[0] in new.many else "$"
        known = [f"${name}" for name in sorted(old.ones - {ANY})]
        known += [f"$$${name}" for name in sorted(old.many - {ANY})]
        raise InputError(
            f"{new.where}: {dollars}{unknown[0]} stands for nothing in the pattern {old.text!r}",
            hint=f"the pattern has {', '.join(known)}" if known else "the pattern has no holes",
        )
    both = sorted(old.ones & old.many - {ANY})
    if both:
        raise InputError(f"{old.where}: ${both[0]} and $$${both[0]} can't be told apart")
    for first, second in _side_by_side(old.node):
        raise InputError(
            f"{old.where}: $$${first} and $$${second} stand side by side, and the first takes all"
        )


def _side_by_side(node: cst.CSTNode) -> Iterator[tuple[str, str]]:
    """Holes for any number of arguments or elements that follow each other."""
    names = [holes(child) for child in node.children]
    yield from (pair for pair in pairwise(names) if all(pair))
    for child in node.children:
        yield from _side_by_side(child)


# ------------------------------------------------------------------ reading


def read_rules(path: Path) -> tuple[PatternRule, ...]:
    """Read the rules of a TOML file, in its order.

    Raises:
        InputError: The file can't be read, or a rule is wrong; the first one is told.
        ConfigError: It is no TOML, or not of the form; with lines.
    """
    text = read_text(path)
    content = parse_toml(str(path), text)
    tables = content.get("rule")
    unknown = sorted(content.keys() - {"rule"})
    lines = locate(text)
    if unknown:
        problem = lines.get((unknown[0],), 0), f"unknown key '{unknown[0]}'"
        raise ConfigError(str(path), [problem], hint=_FORM)
    if not isinstance(tables, list) or not tables:
        raise ConfigError(str(path), [(0, "holds no [[rule]]")], hint=_FORM)
    rules = tuple(_rule(path, table, lines.get(("rule", at), 0)) for at, table in enumerate(tables))
    _check_reached(rules)
    return rules


def _check_reached(rules: Sequence[PatternRule]) -> None:
    """Raise InputError if a rule can never be tried, because one before it has its pattern."""
    known: dict[Shape, PatternRule] = {}
    for rule in rules:
        first = known.setdefault(shape(rule.pattern.node), rule)
        if first is not rule:
            raise InputError(
                f"{rule.pattern.where}: {rule.pattern.text!r} is the pattern of "
                f"{first.pattern.where.removesuffix(': pattern')} as well, which comes first",
                hint="at each place the first rule that matches is followed",
            )


def _rule(path: Path, table: object, line: int) -> PatternRule:
    if not isinstance(table, dict):
        raise ConfigError(str(path), [(line, "a rule is a table")], hint=_FORM)
    problems = list(_problems(table))
    if problems:
        raise ConfigError(str(path), [(line, problem) for problem in problems], hint=_FORM)
    examples = tuple(
        RuleExample(one["before"], one["after"], f"{path}:{line}: example {number}")
        for number, one in enumerate(table.get("example", ()), 1)
    )
    where = f"{path}:{line}: pattern", f"{path}:{line}: replacement"
    return PatternRule.read(table["pattern"], table["replacement"], where, examples)


def _problems(table: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(table.keys() - {"pattern", "replacement", "example"}):
        yield f"unknown key '{key}'"
    for key in ("pattern", "replacement"):
        if not isinstance(table.get(key), str):
            yield f"{key} is missing" if key not in table else f"{key}: expected a string"
    examples = table.get("example", [])
    for one in examples if isinstance(examples, list) else [None]:
        keys = {"before", "after"}
        if (
            not isinstance(one, dict)
            or one.keys() != keys
            or not all(isinstance(one[key], str) for key in keys)
        ):
            yield "an example has two strings, before and after"
