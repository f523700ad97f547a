"""What still refers to a module, or to a name in one, by whatever form and in whatever file."""

import re
from collections.abc import Container, Iterator, Sequence

from onepath.facts.computed.modules import WORDS
from onepath.facts.prefilter.modules import ModuleNeedles
from onepath.facts.prefilter.words import Needles
from onepath.model import DottedString, Facts, ImportFact, Use
from onepath.snapshot.asked import PythonBelow, paths_of_kind
from onepath.symbols.find_references.callees import Purpose, purpose_of
from onepath.symbols.find_references.named_holders import (
    WALKS,
    named_holders,
    passed,
    targets_of_path,
)
from onepath.symbols.find_references.references import modules_bound
from onepath.symbols.find_references.targets import (
    DANGLING,
    Holder,
    HolderKind,
    KnownHolders,
    SoughtTargets,
    Target,
)
from onepath.symbols.find_references.users import names_in_code
from onepath.symbols.graph.imports import import_edges
from onepath.symbols.modules import Modules, is_package
from onepath.symbols.resolve import Resolver
from onepath.symbols.spelling.composed import known_strings
from onepath.symbols.world import World, read_files

_CERTAIN = (Purpose.PATCHES, Purpose.IMPORTS, Purpose.NAMES_ATTRIBUTE)
_GENERATED = re.compile(r"^_|_pb2(_grpc)?$|^version$")
_BATCH = 200
"""How many files are held in memory at once."""


def python_holders(
    world: World, sought: SoughtTargets, skip: Container[str] = ()
) -> Iterator[Holder]:
    """The references in Python files; those of a module to itself do not count.

    Args:
        world: The code.
        sought: What may be referred to.
        skip: Files that are not looked at.
    """
    paths = [path for path in files_referring(world, sought) if path not in skip]
    known = KnownHolders(world, sought, "python")
    for at in range(0, len(paths), _BATCH):
        batch = paths[at : at + _BATCH]
        new = [path for path in batch if path not in known]
        texts = [path for path in new if needs_text(path, world.facts(path), sought)]
        data = read_files(world.snapshot, texts)
        for path in new:
            text = data.get(path, b"")
            known.keep(path, holders_in(world, path, world.facts(path), sought, text))
        for path in batch:
            yield from known.of(path)


def needs_text(path: str, facts: Facts, sought: SoughtTargets) -> bool:
    """Whether the facts of a file alone don't tell all that `holders_in` says of it."""
    if facts.failure is not None or any(file == path for file, _ in sought.names):
        return True
    return any(name in sought.words for use in facts.uses for name, _ in use.chain)


def files_referring(world: World, sought: SoughtTargets) -> Sequence[str]:
    """The Python files that may refer to one of the targets, in order, with their facts loaded."""
    if not sought.words:
        return ()
    store, words = world.fact_store, Needles.of(sought.words)
    if sought.names or not all("." in dotted for dotted in sought.dotted):
        found = set(store.others_mentioning(store.python, words))
    else:
        packages = names_in_code(world, {dotted.split(".")[-2] for dotted in sought.dotted})
        below = ModuleNeedles.of(sought.words, packages)
        near = PythonBelow(tuple(sorted({f"{_around(path)}/" for path in sought.modules})))
        found = {
            *store.others_mentioning(store.python, below), *store.texts_mentioning(near, words)
        }  # fmt: skip
    if sought.modules:
        found |= _naming_by_strings(world)
    # `from . import x` does not spell the package.
    folders = tuple(path.rpartition("/")[0] + "/" for path in sought.modules if is_package(path))
    if folders:
        found.update(paths_of_kind(store.python, PythonBelow(folders)))
    store.load(found)
    return sorted(found)


def _naming_by_strings(world: World) -> set[str]:
    """The files that name modules by strings of which a part can't be known."""
    store = world.fact_store
    named = store.others_mentioning(store.python, Needles.of(WORDS))
    store.load(named)
    return {
        path
        for path in named
        if any(module.is_computed or module.how in WALKS for module in world.facts(path).named)
    }


def _around(path: str) -> str:
    """The folder from which a relative import of a module need not spell the package around it."""
    folder = path.rpartition("/")[0]
    return folder.rpartition("/")[0] if is_package(path) else folder


def holders_in(
    world: World, path: str, facts: Facts, sought: SoughtTargets, data: bytes
) -> Iterator[Holder]:
    """The references in one Python file.

    Args:
        world: The code.
        path: The file; empty for a piece of Python in a document.
        facts: Its facts.
        sought: What may be referred to.
        data: Its bytes.
    """
    resolver = world.resolver
    if facts.failure is not None:
        yield from _unparseable(path, data, facts.failure.line, sought)
        return
    for statement in facts.imports:
        yield from _imports(path, statement, resolver, sought)
    yield from _stars(path, facts, resolver, sought)
    for use, target in _attributes(path, facts, resolver, sought):
        line = data.count(b"\n", 0, use.start) + 1
        yield Holder(path, line, "attribute", use.dotted, target)
    for (file, name), target in sought.names.items():
        if file == path:
            for offset in _own_uses(facts, name, data):
                line = data.count(b"\n", 0, offset) + 1
                yield Holder(path, line, "name", name, target)
    told = set()
    for holder in named_holders(path, facts, resolver, sought):
        told.add((holder.line, holder.target))
        yield holder
    for string in (*facts.strings, *known_strings(path, facts, resolver)):
        for holder in _strings(path, facts, string, resolver, sought):
            if (holder.line, holder.target) not in told:
                yield holder


def _imports(
    path: str, statement: ImportFact, resolver: Resolver, sought: SoughtTargets
) -> Iterator[Holder]:
    modules, line = resolver.modules, statement.line
    if not statement.is_from:
        for alias in statement.names:
            target = sought.modules.get(_nearest(modules, alias.name, path))
            if target is not None and target.path != path:
                kind = _import_kind(modules, alias.name, path)
                yield Holder(path, line, kind, alias.name, target)
        return
    dotted = modules.absolute(path, statement.level, statement.module)
    module = modules.find(dotted, path) if dotted else None
    target = sought.modules.get(module or "")
    if module is None and dotted:
        below = sought.modules.get(_nearest(modules, dotted, path))
        if below is not None and below.path != path:
            yield Holder(path, line, _import_kind(modules, dotted, path), dotted, below)
        return
    for alias in statement.names:
        text = f"{dotted}.{alias.name}"
        inner = modules.submodule(module, alias.name) if module is not None else None
        if alias.name == "*":
            if target is not None and target.path != path:
                yield Holder(path, line, "star", text, target)
            continue
        if alias.name not in sought.words and target is None:
            continue
        resolution = resolver.imported(path, statement, alias)
        if target is not None and target.path != path and resolution.path != inner:
            yield Holder(path, line, "import", text, target)
        elif (
            resolution.kind == "module"
            and resolution.path in sought.modules
            and resolution.path != path
        ):
            yield Holder(path, line, "import", text, sought.modules[resolution.path])
        for step in resolution.route:
            if step in sought.names and step[0] != path:
                yield Holder(path, line, "import", text, sought.names[step])


def _is_gone(modules: Modules, dotted: str, path: str) -> bool:
    """Whether an import names a module that is not there, and that no build puts there either."""
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        package = modules.find(".".join(parts[:count]), path)
        if package is not None:
            return count < len(parts) and not _is_built(modules, package, parts[count])
    return False


def _import_kind(modules: Modules, dotted: str, path: str) -> HolderKind:
    return DANGLING if _is_gone(modules, dotted, path) else "import"


def _is_built(modules: Modules, package: str, name: str) -> bool:
    """Whether a module that is not there looks like one that is compiled or generated."""
    folder = package.rpartition("/")[0]
    return bool(_GENERATED.search(name)) or modules.is_built(f"{folder}/{name}")


def _nearest(modules: Modules, dotted: str, path: str) -> str:
    """The file of a module, or of the package in which it would have to be if it is gone."""
    while dotted:
        found = modules.find(dotted, path)
        if found is not None:
            return found
        dotted = dotted.rpartition(".")[0]
    return ""


def _stars(path: str, facts: Facts, resolver: Resolver, sought: SoughtTargets) -> Iterator[Holder]:
    """Names that a star import brings and the file reads."""
    names = {name for _, name in sought.names}
    read = {name for scope in facts.scopes for name in scope.free} & names
    for statement in resolver.table(path).stars if read and path else ():
        module = resolver.modules.absolute(path, statement.level, statement.module)
        source = resolver.modules.find(module, path) if module else None
        if source is None:
            continue
        for name in sorted(read):
            if name not in facts.scopes[0].bound and name in resolver.star_names(source)[0]:
                for step in resolver.name(source, name).route:
                    if step in sought.names and step[0] != path:
                        text = f"{module}.*"
                        yield Holder(path, statement.line, "star", text, sought.names[step])


def _attributes(
    path: str, facts: Facts, resolver: Resolver, sought: SoughtTargets
) -> Iterator[tuple[Use, Target]]:
    """Attribute chains that pass through a target."""
    bound: dict[tuple[int, str], list[str]] = {}
    loaded: set[str] | None = None
    for use in facts.uses:
        if not any(name in sought.words for name, _ in use.chain):
            continue
        key = (use.bound_in, use.name)
        if key not in bound:
            bound[key] = list(modules_bound(path, facts, resolver, *key))
        chain = [name for name, _ in use.chain]
        if loaded is None:
            loaded = {edge.target for edge in import_edges(path, facts, resolver.modules)}
        for at in bound[key]:
            for target in passed(at, chain, resolver, sought, loaded):
                if target.path != path:
                    yield use, target


def _own_uses(facts: Facts, name: str, data: bytes) -> Iterator[int]:
    """Where a file reads one of its names, outside of what binds it and of `__all__`."""
    spans = [
        (definition.start, definition.end)
        for definition in facts.definitions
        if definition.qualname == name
    ]
    if any(
        definition.kind == "assign"
        for definition in facts.definitions
        if definition.qualname == name
    ):
        # The facts don't tell who reads a variable: every word counts that may be it.
        exported = facts.exports.names if facts.exports else ()
        spans += [(start, end) for _, start, end in exported]
        word = re.compile(rb"(?<![\w.])%b(?!\w)" % name.encode())
        comment = re.compile(rb"^[ \t\f]*#", re.MULTILINE)
        found = [
            match.start()
            for match in word.finditer(data)
            if not comment.match(data, data.rfind(b"\n", 0, match.start()) + 1)
        ]
    else:
        found = [use.start for use in facts.uses if use.bound_in == 0 and use.name == name]
    for offset in found:
        if not any(start <= offset < end for start, end in spans):
            yield offset


def _strings(
    path: str, facts: Facts, string: DottedString, resolver: Resolver, sought: SoughtTargets
) -> Iterator[Holder]:
    purpose: Purpose | None = None
    for target in dict.fromkeys(_spelled(path, facts, string, resolver, sought)):
        if target.path == path and not target.name:
            continue
        purpose = purpose or purpose_of(path, facts, resolver, string)
        if purpose is Purpose.TELLS:
            return
        kind: HolderKind = "string" if purpose in _CERTAIN else "text"
        if not target.name and string.target < 0 and _names_nothing(path, string, resolver):
            kind = DANGLING
        head = string.value.partition(".")[0]
        # `manager.send` is hardly ever the module `manager`.
        is_short = not target.name and resolver.modules.find(head, path) == target.path
        if kind == "string" or not is_short:
            yield Holder(path, string.line, kind, string.value, target)


def _names_nothing(path: str, string: DottedString, resolver: Resolver) -> bool:
    """Whether a string spells something that is certainly not there."""
    dotted = string.value.replace(":", ".")
    resolution = resolver.dotted(dotted, path)
    is_missing = resolution.kind == "unresolved" and resolution.reason == "no such name"
    return is_missing and _is_gone(resolver.modules, dotted, path)


def _spelled(
    path: str, facts: Facts, string: DottedString, resolver: Resolver, sought: SoughtTargets
) -> Iterator[Target]:
    """The targets that a string names."""
    if string.target >= 0:
        if string.value in sought.words:
            use = facts.uses[string.target]
            chain = [*(name for name, _ in use.chain), string.value]
            for owner in modules_bound(path, facts, resolver, use.bound_in, use.name):
                yield from passed(owner, chain, resolver, sought)
        return
    parts = string.value.replace(":", ".").split(".")
    if sought.words.isdisjoint(parts):
        return
    yield from targets_of_path(path, parts, resolver, sought)


def _unparseable(path: str, data: bytes, line: int, sought: SoughtTargets) -> Iterator[Holder]:
    """A file that can't be read, and seems to import a target."""
    for dotted, target in sought.dotted.items():
        whole = re.escape(dotted).encode()
        parent, _, leaf = dotted.rpartition(".")
        around = parent.rpartition(".")[2].encode()
        imported = rb"\b%b\b|\b(?:from|import)\b[^\n]*\b%b\b" % (whole, leaf.encode())
        if around in data and re.search(imported, data):
            yield Holder(path, line, "unparseable", dotted, target)
