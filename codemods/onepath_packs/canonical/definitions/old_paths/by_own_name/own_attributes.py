"""Strings that code compares with what objects say of themselves: `type(error).__name__ == "Old"`.

No name that a module keeps helps there: the string has to be what the object says.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from onepath.codemod import Edit, Needles, World
from onepath.edit.edits import apply_edits
from onepath.facts.extract.definitions import dotted
from onepath.facts.prefilter.words import Search, SearchByItself, SearchByWords
from onepath.symbols.find_references.users import names_in_code
from onepath.symbols.resolve import Step
from onepath.symbols.tree.syntax import SyntaxTree
from onepath_packs.canonical.definitions.old_paths.by_own_name.comparisons import (
    MODULE,
    OWN,
    ComparedString,
    Comparisons,
    names_of_tables,
)

_BEFORE = (b".", b'"', b"'")
_LIST_OF_ANOTHER = re.compile(
    rb"\.\s*__all__\b|\bimport\b(?:[^\n]*|\s*\([^()]*)\b__all__\b|[\"']__all__[\"']"
)
"""The exported names of another module: each module has such a table, and most read no other."""


class OwnAttributeReads(SearchByWords, SearchByItself):
    """The search for Python files that read attributes by which objects tell of themselves.

    Args:
        attributes: Those of `OWN` that matter.
    """

    def __init__(self, attributes: Collection[str]) -> None:
        self._words = Needles.of(attributes)
        self.digest = f"reads of {' '.join(sorted(attributes))}"

    @property
    def sought(self) -> Needles:
        """The names of the attributes."""
        return self._words

    def hit_at(self, data: bytes, places: Sequence[int]) -> bool:
        """Whether one of them is read, or is a string."""
        return any(data[at - 1 : at] in _BEFORE for at in places)


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
    holding = [*store.others_mentioning(store.python, QuotedWord(word))] if word else []
    if word and not holding:
        return
    asking = [*store.others_mentioning(store.python, OwnAttributeReads(attributes))]
    if word:
        near = {*holding, *_naming(world, asking, _names_of_tables(world, holding, word))}
        asking = [path for path in asking if path in near]
    told: set[ComparedString] = set()
    for path, data in world.read(asking).items():
        tree = _tree(world, path, data)
        for one in Comparisons(world, path, tree, home).strings() if tree else ():
            if one not in told and not one.attributes.isdisjoint(attributes):
                told.add(one)
                yield one


def _naming(world: World, paths: Sequence[str], names: Collection[str]) -> Iterator[str]:
    """Those of some files that may read one of some names of another module."""
    if own := {*names} - {"__all__"}:
        sought = Needles.of(names_in_code(world, own))
        yield from world.fact_store.others_mentioning(paths, sought)
    if "__all__" in names:
        listing = world.fact_store.others_mentioning(paths, Needles.of(["__all__"]))
        read = world.read([*listing])
        yield from (path for path in listing if _LIST_OF_ANOTHER.search(read.get(path, b"")))


def _names_of_tables(world: World, holding: Sequence[str], word: str) -> set[str]:
    """The names of modules whose values have a string with a word in them: other files may compare
    what they read with these.

    Args:
        world: The code.
        holding: The files that have such strings.
        word: The word.
    """
    found, search = set[str](), QuotedWord(word)
    world.fact_store.load(holding)
    for path, data in world.read([*holding]).items():
        values = [one for one in world.facts(path).definitions if one.kind == "assign"]
        names = {
            definition.qualname
            for at in (search.places(data) if values else ())
            for definition in values
            if definition.start <= at < definition.end
        }
        found |= names_of_tables(data, names, word) if names else set()
    return found


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
    return None if facts.failure is not None else SyntaxTree(data)


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


class QuotedWord(SearchByWords, SearchByItself):
    """The search for strings that are a word, or a path that holds it."""

    def __init__(self, word: str) -> None:
        self._word = Needles.of([word])
        self._pattern = re.compile(
            rb"[\"'](?:[\w.]*[.:])?%b(?:[.:][\w.]*)?[\"']" % re.escape(word.encode())
        )
        self.digest = f"strings that hold {word}"

    @property
    def sought(self) -> Needles:
        """The word."""
        return self._word

    def hit_at(self, data: bytes, places: Sequence[int]) -> bool:
        return bool(places) and self._pattern.search(data) is not None

    def places(self, data: bytes) -> Iterator[int]:
        """Where such strings are."""
        return (match.start() for match in self._pattern.finditer(data))
