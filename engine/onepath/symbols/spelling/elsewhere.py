"""Which names of a module others read by their spelling, without importing them.

A name that a module only imports may be what an entry point, a configuration file, a notebook, a
doctest, `getattr(module, kind)` or code in a string reads from it. The facts know the imports and
attribute chains; this module looks for everything else. Byte searches pick the files.
"""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from functools import cached_property

from onepath.facts.documents.kinds import holds_paths_as_text, is_configuration
from onepath.facts.prefilter.words import AllOf, CodeNeedles, Needles
from onepath.facts.spelling.texts import Texts
from onepath.model import Facts
from onepath.symbols.find_references.references import references
from onepath.symbols.resolve import Step
from onepath.symbols.spelling.module_objects import (
    ANY_NAME,
    escaping_modules,
    search_for_objects,
)
from onepath.symbols.world import World

_PATH = re.compile(rb"([\w.]*[\w])[.:]\Z")
"""What is before the last name of a dotted path."""
_BETWEEN = (b".", b":")
_IMPORT = re.compile(rb"from\s+(\.*[\w.]*)\s+import\b[^\S\r\n]*(?:\\*\([^)]*|[^\r\n\\\"';)]*)\Z")
"""An import statement in a text, up to one of its names."""
_STATEMENT = 1500
"""So long an import statement in a text may be, in bytes."""
_BY_STRING = (
    b"import_module", b"__import__", b"importlib", b"modules", b"resolve_name", b"import_string",
    b"locate",
)  # fmt: skip
"""Words of files that take modules by their names."""
_READ_IN_PROSE = re.compile(
    rb"[ \t]*(?:\.\.[ \t]+[\w:-]+::|:::|>>>|\.\.\.)|[^\r\n]*:[\w:+-]+:`[^`]*\Z|[ ]{3,}\S*\Z|\t"
)
"""Lines of documents that something reads: directives, roles, examples, and what they list."""
_WORD = re.compile(rb"[\w\x80-\xff]+")
_QUOTES = frozenset((b'"', b"'"))
_DOTTED = re.compile(rb"[\w.]*\w")
_IMPORTED = re.compile(rb"\bimport\b")
_PREFIX = re.compile(rb"[\"']((?:[^\W\d]\w*\.)+)[{%\"']")
"""The literal part of a module's name that is put together."""


def names_read_elsewhere(
    world: World,
    named: Mapping[str, frozenset[str]],
    words: Collection[str],
    moving: Container[Step] = (),
) -> dict[str, set[str]]:
    """The names of some modules that other files read by their spelling.

    Imports, attribute chains and strings in certain calls that read the names of the run are left
    out: `references` tells them.

    Args:
        world: The code.
        named: Names of interest by the file of their module.
        words: The names that the run is about, whose imports, chains and strings are known
            already; of others in `named` these are looked for as well.
        moving: Names that are themselves deprecated paths: documents leave them, or list them.

    Returns:
        Those names that are read, by file; only files with such names.
    """
    if not named:
        return {}
    search = _Search(world, named, frozenset(words), moving)
    found: dict[str, set[str]] = {}
    needles = Needles.of(words)
    more = frozenset(name for names in named.values() for name in names).difference(words)
    modules = search.modules_with(more)
    if modules:  # else nothing goes through all files before it does
        objects = search_for_objects(world, named)
        users = search_for_objects(world, modules, is_wide=True)
        world.fact_store.search_along((objects, users))
        world.fact_store.note_along(more)
    for path, names in (
        *search.in_texts(needles),
        *search.in_python(needles),
        *search.referred(more),
    ):
        found.setdefault(path, set()).update(names)
    for path in escaping_modules(world, named):
        found.setdefault(path, set()).update(named[path])
    return found


class _Search:
    def __init__(
        self,
        world: World,
        named: Mapping[str, frozenset[str]],
        words: frozenset[str],
        moving: Container[Step],
    ) -> None:
        self._world = world
        self._named = named
        self._moving = moving
        self._words = words

    @cached_property
    def _modules(self) -> dict[str, str]:
        """Every dotted name of a module of interest -> its file."""
        names = self._world.modules.names
        return {dotted: path for path in self._named for dotted in names(path) if dotted}

    @cached_property
    def _tails(self) -> dict[str, list[str]]:
        """The last part of modules' names -> their dotted names."""
        found: dict[str, list[str]] = {}
        for dotted in self._modules:
            found.setdefault(dotted.rpartition(".")[2], []).append(dotted)
        return found

    def in_texts(self, needles: Needles) -> Iterator[tuple[str, Collection[str]]]:
        """What documents, notebooks and configuration files read: files of modules, and names."""
        chosen = self._world.fact_store.texts_mentioning(holds_paths_as_text, needles)
        for path, data in self._world.read(list(chosen)).items():
            is_read = is_configuration(path) or path.endswith(".ipynb")
            for at, module, word in self._spelled(path, data):
                is_talk = (module, word) in self._moving or not (
                    _is_read_in_prose(data, at) or self._is_imported(data, module)
                )
                if is_read or not is_talk:
                    yield module, (word,)
            if is_configuration(path):
                words = {word for _, word in self._places(data)}
                yield from self._apart(self._wholes(data), words)

    def in_python(self, needles: Needles) -> Iterator[tuple[str, Collection[str]]]:
        """What strings and docstrings of Python files read."""
        world = self._world
        chosen = world.fact_store.mentioning(CodeNeedles(needles))
        for path, data in world.read(list(chosen)).items():
            facts = world.facts(path)
            spelled = list(self._spelled(path, data))
            apart = list(self._by_string(data, facts))
            if not spelled and not apart:
                continue
            known, texts = _known(facts), Texts(data)
            for at, module, word in spelled:
                if at not in known and (facts.failure is not None or texts.is_read(at)):
                    yield module, (word,)
            words = {word for at, word in self._places(data) if at not in known}
            yield from self._apart(apart, words, is_open=ANY_NAME.search(data) is not None)

    def modules_with(self, words: Collection[str]) -> list[str]:
        """The files of modules with one of some names of interest."""
        return [path for path, names in self._named.items() if not names.isdisjoint(words)]

    def referred(self, words: Collection[str]) -> Iterator[tuple[str, Collection[str]]]:
        """Imports, attribute chains and strings that read names other than those of the run."""
        modules = self.modules_with(words)
        if not modules:
            return
        world, store = self._world, self._world.fact_store
        taking = search_for_objects(world, modules, is_wide=True)
        users = store.others_mentioning(store.python, AllOf((Needles.of(words), taking)))
        store.load(users)
        for user in users:
            for reference in references(user, world.facts(user), world.resolver, words):
                is_own = reference.module == user and reference.kind != "string"
                if not is_own and reference.name in self._named.get(reference.module, ()):
                    yield reference.module, (reference.name,)

    def _is_imported(self, data: bytes, module: str) -> bool:
        """Whether a document imports a module as a whole somewhere."""
        return any(
            re.search(rb"\bimport[ \t]+%b(?![\w.])" % re.escape(dotted.encode()), data)
            for dotted in self._world.modules.names(module)
        )

    # ------------------------------------------------------ in one file

    def _spelled(self, path: str, data: bytes) -> Iterator[tuple[int, str, str]]:
        """Dotted paths and imports of names that a text spells: where, the module, the name."""
        for at, word in self._places(data):
            is_path = data[at - 1 : at] in _BETWEEN
            dotted = _PATH.search(data[max(0, at - 300) : at]) if is_path else None
            if dotted is not None:
                for module in self._meant(dotted[1].decode("utf-8", "replace"), data):
                    yield at, module, word
                continue
            start = data.rfind(b"from", max(0, at - _STATEMENT), at)
            match = _IMPORT.match(data, start, at) if start >= 0 else None
            if match is not None:
                source = self._imported(path, match[1].decode("utf-8", "replace"))
                if source is not None:
                    yield at, source, word

    def _places(self, data: bytes) -> Iterator[tuple[int, str]]:
        """Where names of interest stand."""
        for at in Needles.of(self._words).places(data):
            word = _WORD.match(data, at)
            if word is not None:
                yield at, word[0].decode("utf-8", "replace")

    def _meant(self, dotted: str, data: bytes) -> Iterator[str]:
        """The files of the modules that a path may mean, the whole or the end of its name."""
        whole = self._modules.get(dotted)
        if whole is not None:
            yield whole
            return
        for module in self._tails.get(dotted.rpartition(".")[2], ()):
            package = module.removesuffix(dotted)
            if package != module and package.endswith("."):
                # `from app import api`, and `api.Engine` later: the package is spelled as well.
                imported = rb"\bimport\b[^\r\n]*\b%b\b" % dotted.partition(".")[0].encode()
                if package[:-1].encode() in data and re.search(imported, data):
                    yield self._modules[module]

    def _imported(self, path: str, module: str) -> str | None:
        level = len(module) - len(module.lstrip("."))
        modules = self._world.modules
        absolute = modules.absolute(path, level, module[level:]) if level else module
        found = modules.find(absolute, path) if absolute else None
        return found if found in self._named else None

    def _apart(
        self, modules: Iterable[str], words: Container[str], *, is_open: bool = False
    ) -> Iterator[tuple[str, Collection[str]]]:
        """Names that stand apart from their module, which the text names as a whole."""
        for module in set(modules):
            names = [name for name in self._named[module] if is_open or name in words]
            if names:
                yield module, names

    def _wholes(self, data: bytes) -> Iterator[str]:
        """The modules that a text names as a whole."""
        for at in Needles.of(self._modules).places(data) if self._modules else ():
            match = _DOTTED.match(data, at)
            module = self._modules.get(match[0].decode("utf-8", "replace")) if match else None
            if module is not None:
                yield module

    def _by_string(self, data: bytes, facts: Facts) -> Iterator[str]:
        """The modules that strings of a Python file name, as a whole or by how they begin."""
        if not any(word in data for word in _BY_STRING):
            return
        for string in facts.strings:
            module = self._modules.get(string.value)
            if module is not None:
                yield module
        for at in self._at_the_top.places(data) if self._at_the_top.words else ():
            match = _WORD.match(data, at)
            if (
                match is not None
                and {data[at - 1 : at], data[match.end() : match.end() + 1]} <= _QUOTES
            ):
                yield self._modules[match[0].decode("utf-8", "replace")]
        prefixes = tuple({found.decode("utf-8", "replace") for found in _PREFIX.findall(data)})
        for name, path in self._modules.items() if prefixes else ():
            if name.startswith(prefixes):
                yield path

    @cached_property
    def _at_the_top(self) -> Needles:
        """The modules in no package."""
        return Needles.of(name for name in self._modules if "." not in name)


def _known(facts: Facts) -> frozenset[int]:
    """Where the facts of a file know of a name: `references` tells what these read."""
    known = {alias.start for statement in facts.imports for alias in statement.names}
    for use in facts.uses:
        if use.exact:
            known.add(use.start)
            known.update(end - len(name.encode()) for name, end in use.chain)
    for string in facts.strings:
        known.update(range(string.start, string.end))
    return frozenset(known)


def _is_read_in_prose(data: bytes, at: int) -> bool:
    """Whether a place in a document is more than talk: an import, a directive, an example."""
    line = data[data.rfind(b"\n", 0, at) + 1 : at]
    return _READ_IN_PROSE.match(line) is not None or _IMPORTED.search(line) is not None
