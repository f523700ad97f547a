"""Strings by which something may be asked for that others know by its own name."""

import ast
import re
from collections.abc import Iterator, Sequence

from onepath.codemod import Needles, World
from onepath.facts.documents.kinds import is_configuration
from onepath.facts.spelling.texts import Texts
from onepath.model import UseKind
from onepath.symbols.find_references.callees import Purpose, purpose_of
from onepath.symbols.resolve import Step
from onepath_packs.canonical.definitions.old_paths.by_own_name.own_names import Telling
from onepath_packs.canonical.definitions.old_paths.remaining import RemainingReader
from onepath_packs.canonical.definitions.own_name import NAMED_BY_THEMSELVES

_PYTHON = (".py", ".pyi")
_LOWERED = re.compile(rb"\.(?:lower|casefold)\(")
_SNAKED = re.compile(rb"\bre\.sub\(|snake|underscore")
_DASHED = re.compile(rb"\.replace\(\s*[\"']_[\"']|\.replace\(\s*b?[\"'][\"']?-|dash|kebab|slug")
_CUT = re.compile(rb"\.(?:removesuffix|removeprefix|r?split|r?partition|replace)\(\s*[\"'](\w+)")
_SLICED = re.compile(rb"__\[(-?\d*):(-?\d*)\]")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def asked_for(world: World, home: Step, tellings: Sequence[Telling]) -> RemainingReader | None:
    """A string that is, or may be, the name of a definition which tells others of itself.

    Args:
        world: The code.
        home: (path, name) of the definition.
        tellings: The places by which others know it by its name.
    """
    name, spellings = home[1], _spellings(home[1], tellings)
    needles, store = Needles.of({*spellings, name.lower()}), world.fact_store
    entries = world.snapshot.entries.items()
    others = [one for one, entry in entries if entry.is_regular and not one.endswith(_PYTHON)]
    paths = [*store.mentioning(needles), *store.others_mentioning(others, needles)]
    asking = _Asking(world, home, spellings)
    for path, data in world.read(paths).items():
        for at in asking.places(path, data):
            line = data.count(b"\n", 0, at) + 1
            return RemainingReader(path, line, "may ask for it by this string")
    return None


def _spellings(name: str, tellings: Sequence[Telling]) -> frozenset[str]:
    """The name, and what those make of it who know the definition by it."""
    found = {name}
    for source in {
        source for telling in tellings for source in telling.sources if b"__name__" in source
    }:
        for cut in _CUT.findall(source):
            part = cut.decode()
            found |= {one.removesuffix(part).removeprefix(part) for one in [*found]}
        for first, last in _SLICED.findall(source):
            found.add(name[slice(*(int(one) if one else None for one in (first, last)))])
        if _SNAKED.search(source):
            found |= {_HUMP.sub("_", one).lower() for one in [*found]}
        if _DASHED.search(source):
            found |= {one.replace("_", "-") for one in [*found]}
        if _LOWERED.search(source):
            found |= {one.lower() for one in [*found]}
    if any(telling.is_outside for telling in tellings):
        found.add(name.replace("_", "-"))
    return frozenset(found - {""})


class _Asking:
    """Finds the strings of files that may ask for a definition.

    Args:
        world: The code.
        home: (path, name) of the definition.
        spellings: What it may be asked for by.
    """

    def __init__(self, world: World, home: Step, spellings: frozenset[str]) -> None:
        self._world = world
        self._module = world.modules.name(home[0])
        self._path = home[0]
        self._name = home[1]
        self._is_class = any(
            definition.qualname == home[1] and definition.kind == "class"
            for definition in world.facts(home[0]).definitions
        )
        words = b"|".join(re.escape(spelling.encode()) for spelling in sorted(spellings))
        name = re.escape(home[1].encode())
        above = rb"\w+(?:\.\w+)*[.:]" if self._is_class else self._ends_of_module()
        made = b"|".join(map(str.encode, sorted(NAMED_BY_THEMSELVES)))
        self._itself = re.compile(
            rb"(?m)^%b[ \t]*(?::[^=\n]*)?=[ \t]*(?:\w+\.)*(?:%b)\(\s*(?=[\"'])" % (name, made)
        )
        """What a value is told of the name to which it is bound, which follows it."""
        self._quoted = re.compile(
            rb"([\"'])(?:(?:%b)?(?:%b)|\w+\.(?i:%b))\1" % (above, words, name)
        )
        self._code = re.compile(rb"([\"'])[^\"'\n]*(?<![\w.])%b(?!\w)[^\"'\n]*\1" % name)
        dashed = b"|".join(
            re.escape(spelling.encode()) for spelling in sorted(spellings) if "-" in spelling
        )
        self._dashed = re.compile(rb"(?<![\w-])(?:%b)(?![\w-])" % dashed) if dashed else None
        self._templated = re.compile(
            rb"\{[{%%][^{}]*?(?<![\w.\"'])(?:%b)(?![\w\"'])[^{}]*?[%%}]\}" % words
        )
        """A name that a template calls, or filters by."""
        self._value = re.compile(rb"(?m)(?:[:=]|^[ \t]*-)[ \t]*(?:%b)[ \t]*(?:[#;].*)?\r?$" % words)

    def _ends_of_module(self) -> bytes:
        """The end of the module's path, with a dot: a pattern."""
        parts = self._module.split(".")
        ends = [".".join(parts[at:]) for at in range(len(parts))]
        return rb"(?:%b)[.:]" % b"|".join(re.escape(end.encode()) for end in ends)

    def places(self, path: str, data: bytes) -> Iterator[int]:
        """Where such strings are in a file."""
        if path.endswith(_PYTHON):
            yield from self._in_python(path, data)
            return
        is_configured, own = is_configuration(path), f"{self._module}.{self._name}".encode()
        for match in self._quoted.finditer(data):
            # A page of documents that links to it asks for nothing.
            if is_configured or match[0][1:-1] != own:
                yield match.start()
        yield from (match.start() for match in self._templated.finditer(data))
        if is_configured:
            yield from (match.end() - 1 for match in self._value.finditer(data))
            for match in self._dashed.finditer(data) if self._dashed else ():
                yield match.start()

    def _in_python(self, path: str, data: bytes) -> Iterator[int]:
        facts, resolver = self._world.facts(path), self._world.resolver
        known = {start for _, start, _ in facts.exports.names} if facts.exports else set()
        if path == self._path:
            known |= {match.end() for match in self._itself.finditer(data)}
        typed = [use.start for use in facts.uses if use.kind & UseKind.STRING]
        followed = {
            string.start
            for string in facts.strings
            if purpose_of(path, facts, resolver, string) is not Purpose.UNKNOWN
        }
        texts = Texts(data)
        for match in self._quoted.finditer(data):
            start, end = match.span()
            is_type = any(start < one < end for one in typed)
            if start in known or start in followed or is_type or not texts.is_read(start):
                continue
            yield start
        for match in self._code.finditer(data) if self._is_class else ():
            start, end = match.span()
            is_formatted = data[max(0, start - 1) : start].lower() == b"f"
            if is_formatted or any(start < one < end for one in typed):
                continue
            if self._is_code(match[0][1:-1]):
                yield start

    def _is_code(self, text: bytes) -> bool:
        """Whether a string is an expression that reads the name, and no more than the name."""
        try:
            tree = ast.parse(text.decode("utf-8", "replace"), mode="eval")
        except (SyntaxError, ValueError, RecursionError):
            return False
        if isinstance(tree.body, ast.Name | ast.Call):
            return False
        return any(isinstance(node, ast.Name) and node.id == self._name for node in ast.walk(tree))
