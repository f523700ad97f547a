"""How many uses of deprecated paths there are: as many as an audit finds."""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set

from onepath.audit.counting import count_findings
from onepath.audit.rules.deprecated_import import RULE
from onepath.config.migrate_toml import Config, settings
from onepath.facts.prefilter.words import CodeNeedles, Needles, Search, SearchByWords, whole_words
from onepath.symbols.find_references.users import StarImports
from onepath.symbols.resolve import Resolution
from onepath.symbols.routes import names_of
from onepath.symbols.world import World

_RENAMED = re.compile(rb"(?:\s|\\\r?\n|#[^\n]*\n)*+as\b")
_USED = re.compile(rb"[ \t]*[(.\[]")
_NEAR = 500
"""Bytes in front of a name in which what it is a part of is looked for."""
_STARS = StarImports()


class OtherPaths(SearchByWords):
    """The search for files that may name something by another path than the canonical one.

    Most files that name it import it by `from module import Name`, and use it by that name. They
    hold no other path to it, and others only find it there if they spell a path themselves. Not so
    whoever gives it another name, names it by its module, or has a star import.

    Args:
        canonical: The modules from which a name is imported canonically, for each name that is
            searched for; none if every import of it counts.
    """

    def __init__(self, canonical: Mapping[str, Collection[str]]) -> None:
        names = {name: sorted(modules) for name, modules in sorted(canonical.items())}
        self._needles = CodeNeedles.of(names)
        self._canonical = re.compile(b"|".join(_canonical_imports(names)), re.MULTILINE)
        word = rb"(?<!\w)(?:%b)(?!\w)" % b"|".join(re.escape(name.encode()) for name in names)
        self._imported = re.compile(
            rb"import(?<!\wimport)(?:(?:[^\n\\]|\\\r?\n|\\.)*?%(word)b"
            rb"|[\s\\]*\((?:[^()#]|#[^\n]*\n)*?%(word)b)" % {b"word": word}
        )
        self.digest = f"other-paths-{hashlib.sha256(repr(names).encode()).hexdigest()}"

    @property
    def sought(self) -> Needles:
        """The names."""
        return self._needles.sought

    def hit_at(self, data: bytes, places: Sequence[int]) -> bool:
        """Whether a file with the names at these places may have, or make, another path."""
        if not self._needles.hit_at(data, places):
            return False
        if _STARS.hit(data):
            return True
        rest = self._canonical.sub(b"", data)
        found = whole_words(self.sought.words, rest)
        return any(_makes_path(rest, at, self.sought.words[number]) for number, at in found) or (
            self._imported.search(rest) is not None
        )

    def within(self, other: Search) -> bool:
        """Whether another search certainly hits wherever this one does."""
        return other.digest == self.digest or self._needles.within(other)


def _makes_path(data: bytes, at: int, name: bytes) -> bool:
    """Whether a name, outside of imports, may be the end of a path, or get another name here."""
    before = data[max(0, at - _NEAR) : at]
    text = before.rstrip()
    if len(before) == _NEAR and not text:
        return True
    is_first = b"\n" in before[len(text) :]
    if text.endswith((b".", b"\\")) or (is_first and b"#" in text[text.rfind(b"\n") + 1 :]):
        return True
    if before.endswith(b":") or _RENAMED.match(data, at + len(name)):
        return True
    is_bound = text.rstrip(b"( \t\r\n\f").endswith(b"=")
    return is_bound and not _USED.match(data, at + len(name))


def _canonical_imports(names: Mapping[str, Sequence[str]]) -> Iterator[bytes]:
    """Expressions for the statements that import names from where they are canonical."""
    for module in sorted({module for modules in names.values() for module in modules}):
        others = [re.escape(name) for name, modules in names.items() if module not in modules]
        name = rf"(?!(?:{'|'.join(others)})\b)\w+" if others else r"\w+"
        blank, start = r"[ \t]*", rf"^[ \t]*from[ \t]+{re.escape(module)}[ \t]+import"
        listed = (
            rf"[ \t]+{name}(?:{blank},{blank}{name})*|{blank}\(\s*{name}(?:\s*,\s*{name})*[\s,]*\)"
        )
        yield rf"{start}(?:{listed}){blank}(?:#[^\n]*)?\r?$".encode()


def findings_in(world: World, files: Collection[str], config: Config) -> Mapping[str, int]:
    """Count what the rule finds: uses of the paths in `[imports]`, and of others that it lacks.

    Args:
        world: The code.
        files: Those that mention the last word of a path in `[imports]`.
        config: What is deprecated, what is canonical, and what is excluded.

    Returns:
        The count, by the name of the rule.
    """
    files, names = _with_other_names(world, files, config)
    count = count_findings(world, RULE, settings(config), config.exclude, files, names)
    return {RULE.name: count}


def search_for_names(world: World, config: Config) -> Sequence[Search]:
    """The search for more files that follows, as far as it can be told; none if nothing does."""
    targets = _targets(world, config)
    more = {target.name for target in targets.values()}.union(_leaves(targets))
    return _searches(more - _leaves(config.imports), targets)


def _with_other_names(
    world: World, files: Collection[str], config: Config
) -> tuple[Collection[str], Set[str]]:
    """Add the files that may mention another path of something canonical; with all its names."""
    targets = _targets(world, config)
    words = {target.name for target in targets.values()}.union(_leaves(targets))
    definitions = {(target.path, target.name) for target in targets.values()}
    known = _leaves(config.imports)
    while True:
        for search in _searches(words - known, targets):
            files = {*files, *world.fact_store.mentioning(search)}
        known |= words
        words = {name for _, name in names_of(definitions, files, world.resolver, known)}
        if words <= known:
            return files, known


def _targets(world: World, config: Config) -> Mapping[str, Resolution]:
    """The canonical paths, and what is defined here that each of them leads to."""
    paths = {*(symbol.path for symbol in config.canonical), *config.imports.values()}
    resolved = {path: world.resolver.dotted(path) for path in paths}
    return {path: to for path, to in resolved.items() if to.kind == "definition" and not to.rest}


def _searches(words: Set[str], targets: Iterable[str]) -> Sequence[Search]:
    """The search for files that may have other paths with some names; none without a name."""
    modules = dict[str, set[str]]({word: set() for word in words})
    for path in targets:
        module, _, name = path.rpartition(".")
        if name in modules:
            modules[name].add(module)
    return (OtherPaths(modules),) if modules else ()


def _leaves(paths: Iterable[str]) -> Set[str]:
    return {path.rpartition(".")[2] for path in paths}
