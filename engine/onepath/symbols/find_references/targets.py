"""What may be referred to, and the places that do."""

from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple

from onepath.symbols.world import World

MENTION: Final = "mention"
DANGLING: Final = "dangling"
COMPUTED: Final = "computed"
HolderKind = Literal[
    "import", "star", "attribute", "name", "string", "text", "config", "file", "example",
    "unparseable", "computed", "mention", "dangling",
]  # fmt: skip
REFERENCES: frozenset[HolderKind] = frozenset(("import", "star", "attribute", "name", "string"))
"""Kinds of holders that are certainly looked up."""


class Target(NamedTuple):
    """What may be referred to: a module, or a module-level name."""

    path: str
    """The file."""
    name: str = ""
    """The name in it; empty for the module itself."""


class Holder(NamedTuple):
    """A place that refers to a target."""

    path: str
    line: int
    kind: HolderKind
    """`import`, `star`, `attribute`, `name` (in the file itself), `string` (certainly looked up),
    `text` (a string that spells it), `config`, `file` (the path of the file), `example` (a doctest
    or a notebook's cell), `unparseable`, `computed` (a name of which a part can't be known, so that
    it may be that of the target), `mention` (prose, comments, code in a document), or `dangling`
    (it leads nowhere already)"""
    text: str
    """What is there: the dotted path, as far as it is known."""
    target: Target

    @property
    def breaks(self) -> bool:
        """Whether something may break there when the target goes."""
        return self.kind not in (MENTION, DANGLING)


class SoughtTargets(NamedTuple):
    """Targets, looked up by what they are called."""

    modules: dict[str, Target]
    """By file."""
    names: dict[tuple[str, str], Target]
    dotted: dict[str, Target]
    """By each dotted path that means the target everywhere."""
    words: frozenset[str]
    """One word for each target that a file must hold to refer to it."""

    @classmethod
    def of(cls, world: World, targets: Iterable[Target]) -> "SoughtTargets":
        """Look up what the targets are called."""
        modules: dict[str, Target] = {}
        names: dict[tuple[str, str], Target] = {}
        dotted: dict[str, Target] = {}
        words = set()
        for target in targets:
            for module in world.modules.names(target.path):
                dotted[".".join(filter(None, (module, target.name)))] = target
            if target.name:
                names[target] = target
                words.add(target.name)
            else:
                modules[target.path] = target
                words.add(world.modules.name(target.path).rpartition(".")[2])
        return cls(modules, names, dotted, frozenset(words))


class KnownHolders:
    """What files were found to refer to, in this world and those that it was made of.

    A file whose content is the same still refers to what is still there: deletions elsewhere take
    targets away, and never make a file refer to more.

    Args:
        world: The code.
        sought: What may be referred to.
        kind: Names the search.
    """

    def __init__(self, world: World, sought: SoughtTargets, kind: str) -> None:
        self._world = world
        self._kind = kind
        self._targets = {*sought.modules.values(), *sought.names.values()}

    def __contains__(self, path: str) -> bool:
        targets, _ = self._kept(path)
        return self._targets <= targets

    def keep(self, path: str, holders: Iterable[Holder]) -> None:
        """Note what was found in a file."""
        self._world.kept[self._key(path)] = self._targets, tuple(holders)

    def of(self, path: str) -> Iterator[Holder]:
        """What a file refers to, as far as it is sought."""
        return (holder for holder in self._kept(path)[1] if holder.target in self._targets)

    def _kept(self, path: str) -> tuple[set[Target], tuple[Holder, ...]]:
        known: tuple[set[Target], tuple[Holder, ...]] = self._world.kept.get(
            self._key(path), (set(), ())
        )
        return known

    def _key(self, path: str) -> tuple[str, str, str]:
        return self._kind, path, self._world.snapshot.entries[path].oid
