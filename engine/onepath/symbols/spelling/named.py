"""What the strings that name modules mean, in the file that holds them."""

import re
from collections.abc import Iterator
from functools import lru_cache

from onepath.model import Facts, NamedModule
from onepath.model.named import Parts
from onepath.symbols.modules import Modules, is_package
from onepath.symbols.resolve import Resolver

ANY = "*"
"""Stands in a name for what can't be known."""


def paths_named(
    path: str, facts: Facts, resolver: Resolver, record: NamedModule
) -> tuple[str, ...]:
    """The dotted paths that a string may be, absolute, with `*` for what can't be known.

    Args:
        path: The file.
        facts: Its facts.
        resolver: Over the snapshot it is in.
        record: One of `facts.named`.
    """
    found = dict.fromkeys(_absolute(path, facts, resolver, record))
    return tuple(name for name in found if re.search(r"\w", name))


def matches(name: str, path: str, modules: Modules, importer: str) -> bool:
    """Whether a name with `*` may be that of a module.

    Args:
        name: As `names_of` gives it.
        path: The module's file.
        modules: All modules.
        importer: The file in which the name is written.
    """
    known = (*modules.names(path), *modules.local_names(path, importer))
    return any(may_be(name, one) for one in known)


def may_be(name: str, dotted: str) -> bool:
    """Whether a name with `*` may be a dotted path."""
    return _pattern(name).fullmatch(dotted) is not None


@lru_cache(maxsize=256)
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(r"[\w.]*".join(map(re.escape, name.split(ANY))))


def _absolute(path: str, facts: Facts, resolver: Resolver, record: NamedModule) -> Iterator[str]:
    text = _text(path, facts, resolver, record.parts)
    if text is None:
        return
    text = text.replace(":", ".")
    base = base_of(path, facts, resolver, record)
    if base is None:
        return
    if not text.startswith("."):
        yield text
        if record.how == "bare":
            yield f"{base}.{text}"
        return
    rest = text.lstrip(".")
    if ANY in base:
        yield f"{ANY}.{rest}"
        return
    above = base.split(".")
    count = len(above) - (len(text) - len(rest) - 1)
    if count > 0:
        yield ".".join(filter(None, (*above[:count], rest)))


def base_of(path: str, facts: Facts, resolver: Resolver, record: NamedModule) -> str | None:
    """The package to which a name is relative: `*` if it is not known, None if there is none."""
    return _text(path, facts, resolver, record.package) if record.package else ANY


def _text(path: str, facts: Facts, resolver: Resolver, parts: Parts) -> str | None:
    """The text of a string that is put together; None if a part of it has no meaning here."""
    own = resolver.modules.name(path) if path else ANY
    package = own if not path or is_package(path) else own.rpartition(".")[0]
    known = {"package": package, "name": own, "parent": own.rpartition(".")[0],
             "top": own.partition(".")[0], "any": ANY}  # fmt: skip
    result = []
    for kind, value in parts:
        if kind == "text":
            result.append(value)
        elif kind == "module":
            result.append(_module_name(path, facts, resolver, value))
        elif known[kind]:
            result.append(known[kind])
        else:
            return None  # a file at the top has no package
    return "".join(result)


def _module_name(path: str, facts: Facts, resolver: Resolver, written: str) -> str:
    """The name of the module that an expression means."""
    head, *rest = written.split(".")
    for statement in facts.imports:
        for alias in statement.names:
            if alias.name == "*" or alias.bound != head:
                continue
            resolution = resolver.imported(path, statement, alias)
            if resolution.kind == "external":
                return ".".join((resolution.path, *resolution.rest, *rest))
            if resolution.kind == "module":
                resolution = resolver.attributes(resolution.path, rest)
            if resolution.kind == "module":
                return resolver.modules.name(resolution.path)
    return ANY
