"""What the codemods after the imports need to know, found in the code: the rest of `migrate init`.

The rules of the audit find it: factories of the canonical classes, shims on the way to them, names
and classes that stand for them, import cycles around them, and events in old forms.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from onepath.audit.classes import IMPLEMENTATION, candidates, role_classes
from onepath.audit.factories import ANNOTATED, DIRECT, SINGLETON, Factory, factories
from onepath.audit.finding import Violation
from onepath.audit.index import Canonical, Class, Index
from onepath.audit.rules import event_structure, import_cycle, shim
from onepath.audit.settings import CanonicalSymbol, Settings
from onepath.model import Definition
from onepath.symbols.world import Progress, World, quiet

_FUNCTIONS = ("def", "async def")
_MOST = 40
"""How many factories of one class are written out."""


def parameters(
    world: World, imports: Mapping[str, str], canonical: Sequence[str], shims: Iterable[str],
    progress: Progress = quiet,
) -> list[str]:  # fmt: skip
    """The tables of a `migrate.toml` besides `[imports]`, as lines, each with what was found.

    Args:
        world: The code; all of it is read.
        imports: Deprecated path -> canonical path, as found.
        canonical: The canonical paths.
        shims: Files that forward to them.
        progress: Told, in words, what goes on.
    """
    progress("looking for factories, shims and look-alikes")
    world.book.load(world.book.python)
    symbols = tuple(CanonicalSymbol(path) for path in canonical)
    index = Index(world, Settings(imports=imports, canonical=symbols))
    lines: list[str] = []
    for one, cls in role_classes(index):
        lines += _factories(index, one)
        lines += _implementations(index, one, cls, imports)
    lines += _shims(index, set(shims))
    lines += _cycles(index, {one.resolution.path for one in index.canonical})
    lines += _events(index)
    return lines


# --------------------------------------------------------------- factories


def _factories(index: Index, canonical: Canonical) -> Iterator[str]:
    found = [one for one in factories(index, canonical) if _can_go(index, one)]
    if not found:
        return
    name = canonical.symbol.path.rpartition(".")[2]
    yield from ("", f"# Other ways to a {name}. Each becomes a call of the path on the right.")
    for one in sorted(found, key=lambda one: (-one.calls, one.path, one.line))[:_MOST]:
        calls = {0: "nowhere", 1: "once"}.get(one.calls, f"{one.calls} times")
        yield ""
        yield f"# {one.kind} in {one.path}:{one.line}; called {calls}."
        yield f'[factories."{index.module(one.path)}.{one.name}"]'
        yield f'to = "{canonical.symbol.path}"'
        more = one.beyond or (("keeps the one that it made",) if one.kind == SINGLETON else ())
        if more:
            yield f"# It does more than forward: {'; '.join(more)}."
            yield "# accept = true"
    if len(found) > _MOST:
        yield f"# And {len(found) - _MOST} more: `migrate audit --rule factory-variant` lists them."


def _can_go(index: Index, one: Factory) -> bool:
    """Whether it is something that a call or a name can be replaced for."""
    definition = index.definitions(one.path).get(one.name)
    if definition is None or one.kind in (DIRECT, ANNOTATED):
        return False
    return definition.kind in (*_FUNCTIONS, "alias")


# --------------------------------------------------------- implementations


def _implementations(
    index: Index, canonical: Canonical, cls: Class, imports: Mapping[str, str]
) -> Iterator[str]:
    same: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    for one in candidates(index, canonical):
        dotted = f"{index.module(one.path)}.{one.name}"
        place = f"{one.path}:{one.line}"
        if one.place == cls.place or dotted in imports or dotted == canonical.symbol.path:
            continue
        if one.verdict == "subclass" and _is_trivial(index, index.classes[one.place]):
            same.append((dotted, f"A subclass that adds nothing, in {place}."))
        elif one.verdict == IMPLEMENTATION:
            text = f"A class of its own with {len(one.shared)} of its methods, in {place}."
            others.append((dotted, text))
    if not same and not others:
        return
    yield from ("", "[implementations]")
    for dotted, text in same:
        yield from (f"# {text}", f'"{dotted}" = "{canonical.symbol.path}"')
    for dotted, text in others:
        yield f"# {text} Remove the # to have those uses moved that need nothing else."
        yield f'# "{dotted}" = "{canonical.symbol.path}"'


def _is_trivial(index: Index, cls: Class) -> bool:
    definition: Definition | None = index.definitions(cls.path).get(cls.name)
    return not cls.members and definition is not None and not definition.decorators


# ------------------------------------------------- shims, cycles and events


def _shims(index: Index, on_the_way: set[str]) -> Iterator[str]:
    found: dict[str, Violation] = {}
    for one in shim.check(index, index.settings):
        if one.path in on_the_way and "nearly" not in one.message:
            found.setdefault(one.symbol, one)
    if found:
        yield from (
            "",
            "# Modules that only forward: delete, warn (leaves one that warns) or keep.",
        )
        yield "[shims]"
    for module, one in sorted(found.items()):
        yield f"# {one.message.rpartition('; ')[2]}".replace("\n", " ")
        yield f'"{module}" = "delete"'


def _cycles(index: Index, canonical: set[str]) -> Iterator[str]:
    found = list(import_cycle.check(index, index.settings))
    if found:
        folders = sorted({f"{path.rpartition('/')[0]}/**".lstrip("/") for path in canonical})
        listed = ", ".join(f'"{folder}"' for folder in folders)
        yield from ("", f"# Import cycles in the whole repository: {len(found)}.", "[cycles]")
        yield f"paths = [{listed}]"
        yield "# defer = true  # also move imports into the functions that use them"


def _events(index: Index) -> Iterator[str]:
    found = list(event_structure.check(index, index.settings))
    if found:
        files = len({one.path for one in found})
        yield ""
        yield f"# Events that depart from the canonical form: {len(found)}, in {files} files."
        yield "# Remove the # to have them rewritten."
        yield from ("# [events]", "# rewrite = true")
