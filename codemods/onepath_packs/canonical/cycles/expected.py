"""Tests that expect an import to fail."""

from collections.abc import Collection, Iterator

from onepath.analysis.expecting import EXPECTING, expecting_lines
from onepath.facts.prefilter.words import Needles
from onepath.symbols.find_references.callees import Purpose, purpose_of
from onepath.symbols.find_references.users import files_naming
from onepath.symbols.graph.imports import alias_targets
from onepath.symbols.world import World


def expected_failures(world: World, modules: Collection[str]) -> dict[str, str]:
    """The modules (files) whose import a test expects to fail, each with the test's file.

    Args:
        world: The code.
        modules: The files that are of interest.
    """
    store = world.fact_store
    words = {world.modules.name(path).rpartition(".")[2] for path in modules}
    # Files are only read for their imports where a block of their text expects something.
    texts = world.read(sorted(files_naming(world, words, Needles.of(EXPECTING))))
    lines = {path: list(expecting_lines(_lines(data))) for path, data in texts.items()}
    users = [path for path, expected in lines.items() if any(expected)]
    store.load(users)
    found: dict[str, str] = {}
    for path in users:
        for module, line in _imported(world, path):
            if module in modules and lines[path][line - 1]:
                found.setdefault(module, path)
    return found


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").split("\n")


def _imported(world: World, path: str) -> Iterator[tuple[str, int]]:
    """The modules that a file imports by statements and by strings, each with the line."""
    facts, resolver = world.facts(path), world.resolver
    for statement in facts.imports:
        for place in range(len(statement.names)):
            for target in alias_targets(path, statement, place, resolver.modules):
                yield target, statement.line
    for string in facts.strings:
        module = resolver.modules.find(string.value, path)
        if module and purpose_of(path, facts, resolver, string) is Purpose.IMPORTS:
            yield module, string.line
