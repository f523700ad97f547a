"""Files in folders of tests that nobody imports or runs: tests read them.

What an audit finds in them is mostly what they were written for, as in the samples of a linter.
"""

from collections.abc import Sequence, Set

from onepath.analysis.index import Index
from onepath.audit.changes import FilesChange
from onepath.symbols.graph.imports import import_edges
from onepath.symbols.modules import is_test

_TESTS = ("test_", "tests.", "test.", "conftest.")
_TEMPLATE = "{{"


def sample_files(index: Index) -> frozenset[str]:
    """The samples of a whole repository, and files that are templates of others."""
    may_be = index.of_files(_may_be).keys()
    if not may_be:
        return frozenset()
    homes = {index.module(path): path for path in may_be}
    strings = index.of_files(_strings)
    reached: set[str] = set()
    waiting = [path for path in index.paths if path not in may_be]
    while waiting:
        path = waiting.pop()
        named = {edge.target for edge in index.edges[path]}
        named |= {homes[value] for value in strings.get(path, ()) if value in homes}
        new = (named & may_be) - reached
        reached |= new
        waiting += new
    return frozenset(may_be - reached)


def stands(known: Set[str], change: FilesChange) -> bool:
    """Whether changed files, and what they import, leave everything as it was."""
    return all(_leaves(known, change, path) for path in change.paths)


def _leaves(known: Set[str], change: FilesChange, path: str) -> bool:
    is_new = path in change.passing and path not in change.gone
    if is_new and _may_be(change.after, path):
        return False  # who spells its name is not known
    if path not in change.passing and _may_be(change.before, path) != _may_be(change.after, path):
        return False
    if path in known:
        return True  # what nobody reaches leads nobody anywhere
    before, after = (_imported(index, path) for index in (change.before, change.after))
    if before - after or not known.isdisjoint(after - before):
        return False
    spelled, now = (_strings(index, path) for index in (change.before, change.after))
    return {*spelled} == {*now}


def _imported(index: Index, path: str) -> Set[str]:
    """What a file imports of what may be a sample."""
    edges = import_edges(path, index.facts(path), index.world.modules)
    return {edge.target for edge in edges if _is_named_so(edge.target)}


def _may_be(index: Index, path: str) -> bool:
    if not _is_named_so(path):
        return False
    facts = index.facts(path)
    if "__name__" in facts.scopes[0].free:  # as who is run by itself asks
        return False
    return not any(
        definition.qualname.startswith(("Test", "test_")) for definition in facts.definitions
    )


def _strings(index: Index, path: str) -> Sequence[str]:
    """The strings in a file that are the name of a module which may be a sample."""
    homes = index.once(
        "modules that may be samples",
        lambda: frozenset(map(index.module, filter(_is_named_so, index.paths))),
    )
    return [string.value for string in index.facts(path).strings if string.value in homes]


OF_FILES = (_may_be, _strings)
"""What is asked of each file for `sample_files`."""


def _is_named_so(path: str) -> bool:
    name = path.rpartition("/")[2]
    is_a_test = name.startswith(_TESTS) or name.endswith(("_test.py", "_tests.py"))
    return _TEMPLATE in path or (is_test(path) and not is_a_test)
