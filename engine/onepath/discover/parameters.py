"""What the codemods after the imports need to know, found in the code: the rest of `migrate init`.

The rules of the audit find it: factories of the canonical classes, shims on the way to them, names
and classes that stand for them, and import cycles around them. Codemods add what they suggest.
"""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from onepath.analysis.classes import IMPLEMENTATION, candidates, role_classes
from onepath.analysis.constructors import only_passes_on
from onepath.analysis.index import Canonical, Index
from onepath.analysis.interfaces import constructor
from onepath.analysis.mentions import read_function
from onepath.analysis.top_classes import Class
from onepath.audit.finding import Violation
from onepath.audit.rules import import_cycle, shim
from onepath.audit.rules._shim_words import usage
from onepath.codemod.codemod import BaseCodemod
from onepath.config.settings import CanonicalSymbol, Settings
from onepath.discover.canonical_factory import check_declared
from onepath.discover.factory_tables import factory_tables
from onepath.discover.look_alikes import LookAlike, look_alikes
from onepath.discover.moves import MovableModule, movable_modules, moves_table
from onepath.discover.published import PublicModules
from onepath.discover.text import WrittenTables, comment, toml_string
from onepath.model import BLOCK_KINDS, Definition
from onepath.progress import Progress, quiet
from onepath.symbols.routes import is_shim
from onepath.symbols.world import World

_SHOWN = 5


def parameter_tables(
    world: World,
    imports: Mapping[str, str],
    canonical: Sequence[str],
    shims: Iterable[str],
    mixed: Iterable[str],
    written: WrittenTables,
    codemods: Iterable[type[BaseCodemod]] = (),
    progress: Progress = quiet,
    canonical_factory: Collection[str] = (),
) -> list[str]:
    """The tables of a `migrate.toml` besides `[imports]`, as lines, each with what was found.

    Args:
        world: The code; all of it is read.
        imports: Deprecated path -> canonical path, as found.
        canonical: The canonical paths.
        shims: Files that forward to them.
        mixed: Files that forward to them and define things of their own.
        written: What is written so far.
        codemods: Asked for what they suggest.
        progress: Told, in words, what goes on.
        canonical_factory: Factories that are the canonical way to an instance.

    Raises:
        InputError: One of these gives no instance of a canonical class.
    """
    progress("looking for factories, shims and look-alikes")
    world.fact_store.load(world.fact_store.python)
    symbols = tuple(CanonicalSymbol(path) for path in canonical)
    index = Index(world, Settings(imports=imports, canonical=symbols))
    index.survey(shim.RULE.of_files)
    published = PublicModules(world)
    roles = role_classes(index)
    check_declared(index, roles, canonical_factory)
    lines = [
        line
        for one, _ in roles
        for line in factory_tables(index, one, written, published, canonical_factory)
    ]
    found = [line for one, cls in roles for line in _implementations(index, one, cls, written)]
    lines += ["", "[implementations]", *found] if found else []
    forwarding = frozenset(shims)
    lines += _shims(index, {*forwarding}, written, published)
    movable = movable_modules(index, forwarding, imports, canonical)
    partly = {*mixed, *_emptied(movable)}
    lines += _mixed(index, sorted(partly), imports, written, begins="[shims]" not in lines)
    lines += moves_table(movable, written)
    lines += _cycles(index, {one.resolution.path for one in index.canonical})
    for codemod in codemods:
        suggested = list(codemod.suggest(index))
        lines += ["", *suggested] if suggested else []
    return lines


def _emptied(movable: Sequence[MovableModule]) -> Iterator[str]:
    """The modules whose definitions are proposed to move one by one."""
    for one in movable:
        if not one.as_a_whole and not one.is_second_version:
            yield one.path


# --------------------------------------------------------- implementations


def _implementations(
    index: Index, canonical: Canonical, cls: Class, written: WrittenTables
) -> Iterator[str]:
    """The classes that look like a canonical one: all of them comments.

    A subclass is a type of its own, also an empty one, and another class may do other things.
    """
    imports = index.settings.imports
    same: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    beside = {
        (look_alike.path, look_alike.name): look_alike
        for look_alike in look_alikes(index, canonical, cls)
    }
    for candidate in candidates(index, canonical):
        dotted = f"{index.module(candidate.path)}.{candidate.name}"
        place = f"{candidate.path}:{candidate.line}"
        is_alias = candidate.verdict == "alias" and dotted in imports
        if is_alias and not is_shim(candidate.path, index.resolver):
            text = f"Another name of the class, in {place}. Remove the # to have it removed once"
            same.append((dotted, f"{text} nothing uses it."))
        if candidate.place == cls.place or dotted in imports or dotted == canonical.symbol.path:
            continue
        known = beside.get(candidate.place)
        if candidate.verdict == "subclass" and _is_trivial(
            index, cls, index.classes[candidate.place]
        ):
            text = f"A subclass that adds nothing but words, in {place}; it is a type of its own."
            same.append((dotted, f"{text} Remove the # if nobody tells the two apart."))
        elif known is not None and known.is_unused:
            others.append((dotted, _unused(known, place)))
        elif known is not None and candidate.verdict == IMPLEMENTATION:
            text = f"A class of its own with {len(candidate.shared)} of its methods, in {place}; "
            text += f"used in {_some([user.path for user in known.users])}."
            text += " Remove the # to have those uses moved that need nothing else."
            others.append((dotted, text))
    for dotted, text in (*same, *others):
        yield from comment(text)
        yield written.pair("implementations", dotted, canonical.symbol.path, active=False)


def _unused(look_alike: LookAlike, place: str) -> str:
    """That nothing uses a class, and what was looked at."""
    text = f"Nothing uses this {look_alike.verdict}, in {place}: no file but its own names it, "
    text += "nor does a string, configuration or data"
    if look_alike.importing:
        text += f", and {_some(look_alike.importing)} only import it"
    return f"{text}. Remove the # to have it removed."


def _is_trivial(index: Index, canonical: Class, cls: Class) -> bool:
    """Whether a subclass adds nothing but what its constructor says in words."""
    definition: Definition | None = index.definitions(cls.path).get(cls.name)
    if definition is None or definition.decorators or cls.members.keys() - {"__init__"}:
        return False
    own = cls.members.get("__init__")
    if own is None:
        return True
    read = read_function(index, cls.path, own)
    taken = constructor(index, canonical)
    return (
        read is not None
        and isinstance(read.node, ast.stmt)
        and only_passes_on(read.node, own.params[1:], taken)
    )


# ---------------------------------------------------------- shims and cycles


def _shims(
    index: Index, on_the_way: set[str], written: WrittenTables, published: PublicModules
) -> Iterator[str]:
    found: dict[str, Violation] = {}
    for violation in shim.shims(index):
        if violation.path in on_the_way and "nearly" not in violation.message:
            found.setdefault(violation.symbol, violation)
    if found:
        yield from (
            "",
            "# Modules that only forward: delete, warn (leaves one that warns) or keep.",
        )
        yield "[shims]"
    for module, violation in sorted(found.items()):
        yield from comment(f"{usage(index, violation.path)}.")
        project = published.by(violation.path)
        if project:
            text = f"{project} publishes it, and others may import it. Remove the # if nobody does."
            yield from comment(text)
        yield written.pair("shims", module, "delete", active=not project)


def _mixed(
    index: Index,
    paths: Sequence[str],
    imports: Mapping[str, str],
    written: WrittenTables,
    *,
    begins: bool,
) -> Iterator[str]:
    """Modules that are no shims, because they define something: what of them goes, what stays."""
    found = []
    for path in paths:
        module = index.module(path)
        forwarded = [old for old in imports if old.rpartition(".")[0] == module]
        own = [
            name
            for name, definition in index.definitions(path).items()
            if "." not in name and definition.kind in BLOCK_KINDS
        ]
        names = ", ".join(old.rpartition(".")[2] for old in forwarded)
        if own:
            told = f"forwards {names}, and defines" if forwarded else "defines"
            found += comment(f"{module} {told} {_some(own)}.")
            found.append(written.pair("shims", module, "split", active=False))
    if found:
        yield from ("", "# Modules that forward, and define something: who uses what they forward")
        yield "# leaves them by [imports]. Remove the # to have what they import for others removed"
        yield "# once nothing reads it there; what they define stays, or goes before by [moves],"
        yield "# and a module of which nothing is left is deleted."
        if begins:
            yield "[shims]"
        yield from found


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"


def _cycles(index: Index, canonical: set[str]) -> Iterator[str]:
    found = [*import_cycle.check(index, index.settings), *import_cycle.deferred_cycles(index)]
    if found:
        folders = sorted({f"{path.rpartition('/')[0]}/**".lstrip("/") for path in canonical})
        listed = ", ".join(map(toml_string, folders))
        yield from ("", f"# Import cycles in the whole repository: {len(found)}.", "[cycles]")
        yield f"paths = [{listed}]"
        yield "# defer = true  # also move imports into the functions that use them"
