"""Where the names of a repository are defined."""

from collections.abc import Mapping, Sequence

from onepath.audit.index import Index

_KINDS = ("class", "def", "async def")


def definers(index: Index, name: str) -> Sequence[str]:
    """The files outside of tests that define a public class or function of this name."""
    return index.once("definers", lambda: _definers(index)).get(name, ())


def _definers(index: Index) -> Mapping[str, Sequence[str]]:
    found: dict[str, dict[str, None]] = {}
    for path in index.paths:
        if path.endswith(".py") and not index.is_test(path):
            for definition in index.facts(path).definitions:
                name = definition.qualname
                if definition.kind in _KINDS and "." not in name and not name.startswith("_"):
                    found.setdefault(name, {})[path] = None
    return {name: tuple(paths) for name, paths in found.items()}
