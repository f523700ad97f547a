"""Where the names of a repository are defined."""

from collections.abc import Mapping, Sequence, Set

from onepath.analysis.index import Index
from onepath.model import BLOCK_KINDS


def definers(index: Index, name: str) -> Sequence[str]:
    """The files outside of tests that define a public class or function of this name.

    None are known where not all files are looked at, unless somebody who knows has said it.
    """
    return all_definers(index).get(name, ())


def all_definers(index: Index) -> Mapping[str, Sequence[str]]:
    """The same for every name."""
    return index.once("definers", lambda: {} if index.is_partial else _definers(index))


def say_definers(index: Index, known: Mapping[str, Sequence[str]]) -> None:
    """Say of an index that does not look at all files what they define."""
    index.once("definers", lambda: known)


def defined(index: Index, path: str) -> Set[str]:
    """The public classes and functions that a file outside of tests defines at its top."""
    if not path.endswith(".py") or index.is_test(path):
        return set()
    return public_names(index, path)


def public_names(index: Index, path: str) -> Set[str]:
    """The public classes and functions at the top of a module."""
    return {
        definition.qualname
        for definition in index.facts(path).definitions
        if definition.kind in BLOCK_KINDS
        and "." not in definition.qualname
        and not definition.qualname.startswith("_")
    }


def _definers(index: Index) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for path, names in index.of_files(defined).items():
        for name in names:
            found.setdefault(name, []).append(path)
    return found
