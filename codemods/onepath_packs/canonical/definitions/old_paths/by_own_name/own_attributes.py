"""Strings that code compares with what objects say of themselves: `type(error).__name__ == "Old"`.

No name that a module keeps helps there: the string has to be what the object says.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from onepath.codemod import Edit, Needles, World
from onepath.edit.edits import apply_edits
from onepath.facts.extract.definitions import dotted
from onepath.facts.prefilter.words import Search, SearchByItself
from onepath.symbols.resolve import Step
from onepath.symbols.tree.syntax import SyntaxTree
from onepath_packs.canonical.definitions.old_paths.by_own_name.comparisons import (
    MODULE,
    OWN,
    ComparedString,
    Comparisons,
)

_BEFORE = (b".", b'"', b"'")


class OwnAttributeReads(SearchByItself):
    """The search for Python files that read attributes by which objects tell of themselves.

    Args:
        attributes: Those of `OWN` that matter.
    """

    def __init__(self, attributes: Collection[str]) -> None:
        self._words = [attribute.encode() for attribute in sorted(attributes)]
        self.digest = f"reads of {' '.join(sorted(attributes))}"

    def hit(self, data: bytes) -> bool:
        """Whether there is one."""
        return any(self._reads(data, word) for word in self._words)

    @staticmethod
    def _reads(data: bytes, word: bytes) -> bool:
        at = data.find(word)
        while at >= 0:
            if data[at - 1 : at] in _BEFORE:
                return True
            at = data.find(word, at + 1)
        return False


def searches_for_comparisons(name: str) -> list[Search]:
    """The searches over all Python files that a rename of a definition will ask for."""
    return [OwnAttributeReads(OWN), QuotedWord(name)]


def compared_strings(
    world: World, attributes: Collection[str], word: str = "", home: Step | None = None
) -> Iterator[ComparedString]:
    """The strings that are compared with attributes of objects.

    Args:
        world: The code.
        attributes: Those of `OWN` that matter.
        word: An identifier that a string must hold to matter; empty for none.
        home: (path, name) of the definition whose attributes matter. What is certainly one of
            another definition counts for nothing then. None for those of any.
    """
    store = world.fact_store
    holding = {*store.others_mentioning(store.python, QuotedWord(word))} if word else set()
    if word and not holding:
        return
    asking = [*store.others_mentioning(store.python, OwnAttributeReads(attributes))]
    if word:
        leaves = {world.modules.name(path).rpartition(".")[2] for path in holding}
        near = {*store.others_mentioning(asking, Needles.of(leaves))}
        asking = [
            path
            for path in asking
            if path in holding or (path in near and _imports_any(world, path, holding))
        ]
    told: set[ComparedString] = set()
    for path, data in world.read(asking).items():
        tree = _tree(world, path, data)
        for one in Comparisons(world, path, tree, home).strings() if tree else ():
            if one not in told and not one.attributes.isdisjoint(attributes):
                told.add(one)
                yield one


def compares_with_itself(world: World, path: str) -> int:
    """The line where a module compares its name with the `__module__` of something; 0 for none."""
    data = world.read([path]).get(path, b"")
    tree = _tree(world, path, data) if OwnAttributeReads((MODULE,)).hit(data) else None
    for node, asked in Comparisons(world, path, tree, None).comparisons() if tree else ():
        operands = (node.left, *node.comparators)
        if MODULE in asked and "__name__" in map(dotted, operands):
            return node.lineno
    return 0


def _tree(world: World, path: str, data: bytes) -> SyntaxTree | None:
    facts = world.facts(path)
    return None if facts.failure is not None else SyntaxTree(data, facts)


def followed_strings(
    world: World,
    compared: Iterable[ComparedString],
    old: str,
    new: str,
    contents: Mapping[str, bytes | None],
) -> dict[str, bytes]:
    """The files that compare the path of something with what it says of itself, with its new path.

    Args:
        world: The code as it is.
        compared: The strings of this code that may be the path, or hold it.
        old: The dotted path of a definition or a module.
        new: Its new path.
        contents: What files are already where they change; such a file is left as it is.
    """
    edits: dict[str, list[Edit]] = {}
    for one in compared:
        if f"{one.value}.".replace(":", ".").startswith(f"{old}.") and one.path not in contents:
            data = world.read([one.path])[one.path]
            parts = re.escape(old).replace(r"\.", "[.:]").encode()
            spelled = re.compile(parts).search(data, one.start, one.end)
            if spelled is not None:
                edit = _respelled(data, spelled, new, one.line)
                edits.setdefault(one.path, []).append(edit)
    read = world.read([*edits])
    return {path: apply_edits(read[path], sorted(set(each))) for path, each in edits.items()}


def _respelled(data: bytes, spelled: re.Match[bytes], new: str, line: int) -> Edit:
    text = new
    if b":" in spelled[0]:
        module, _, name = new.rpartition(".")
        text = f"{module}:{name}"
    return Edit(*spelled.span(), text.encode(), "string", line)


class QuotedWord(SearchByItself):
    """The search for strings that are a word, or a path that holds it."""

    def __init__(self, word: str) -> None:
        self._word = word.encode()
        self._pattern = re.compile(
            rb"[\"'](?:[\w.]*[.:])?%b(?:[.:][\w.]*)?[\"']" % re.escape(self._word)
        )
        self.digest = f"strings that hold {word}"

    def hit(self, data: bytes) -> bool:
        return self._word in data and self._pattern.search(data) is not None


def _imports_any(world: World, path: str, modules: Collection[str]) -> bool:
    return any(
        world.resolver.imported(path, statement, alias).path in modules
        or world.resolver.module(path, statement.module or alias.name).path in modules
        for statement in world.facts(path).imports
        for alias in statement.names
    )
