"""What one file's bytes say: records that exist in the hundreds of thousands.

They are named tuples: frozen and slotted, and made several times faster than frozen dataclasses,
which decides how long a warm run takes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple, TypeVar

from onepath.model.literals import Composed, DictDisplay, DottedString, Key, KeyRead
from onepath.model.named import NamedAttribute, NamedModule

T = TypeVar("T")

BlockKind = Literal[
    "module", "function", "class", "if", "else", "try", "except", "finally", "loop", "with", "case"
]
ScopeKind = Literal["module", "class", "function", "lambda", "comprehension", "type"]
"""What names are bound in; `type` is that of the parameters of types (PEP 695)."""
ParameterKind = Literal["posonly", "normal", "*", "kwonly", "**"]
DefinitionKind = Literal[
    "class", "def", "async def", "assign", "alias", "annotation", "type", "other"
]
BindingKey = tuple[int, str]
"""A binding: index of its scope, and name."""
FUNCTION_KINDS: frozenset[DefinitionKind] = frozenset(("def", "async def"))
BLOCK_KINDS: frozenset[DefinitionKind] = FUNCTION_KINDS | {"class"}
"""Those with a body of their own."""
LASTING_KINDS: frozenset[DefinitionKind] = BLOCK_KINDS | {"alias", "type"}
"""Those that are not bound anew while their module is in use, as a value may be."""


class Guard:
    """What an import or a definition is in: flags in one number.

    Plain numbers, because an `enum.IntFlag` costs more to make than the record it is in.
    """

    FUNCTION = 1
    CLASS = 2
    TRY = 4  # the body of a `try`
    HANDLER = 8  # an `except` clause
    BRANCH = 16  # `if`/`else`, `match`, a loop, `else`/`finally` of a `try`
    TYPE_CHECKING = 32  # `if TYPE_CHECKING:`
    WITH = 64


class Alias(NamedTuple):
    """One name of an import statement: `b as x`."""

    name: str
    """As written: `b`, dotted in `import a.b`, `*` for a star."""
    asname: str | None
    start: int
    end: int

    @property
    def bound(self) -> str:
        """The name this binds in its scope; `*` for a star."""
        return self.asname or self.name.partition(".")[0]


class ImportFact(NamedTuple):
    """One import statement."""

    is_from: bool
    module: str
    """What is after `from`, without the dots; empty for `import` and `from . import`."""
    level: int
    names: tuple[Alias, ...]
    start: int
    end: int
    line: int
    scope: int
    """Index into `Facts.scopes`."""
    block: int
    """Index into `Facts.blocks`: the suite in which it is."""
    position: int
    """Which statement of that suite it is, from 0."""
    guard: int
    """Flags of `Guard`."""


class Block(NamedTuple):
    """A suite: the statements under one header. Only those with an import inside are kept."""

    kind: BlockKind
    parent: int
    """The block in which the owning statement is; -1 for the module."""
    owner_start: int
    """Span of the whole owning statement; all blocks of one `try` share it."""
    owner_end: int
    size: int
    """How many statements it has."""
    position: int
    """Which statement of the parent block the owner is."""
    test: str
    """Source of the condition, of the exceptions caught, or of the first context manager."""
    inline: bool
    """Whether it is on the line of its header: `if x: import a`."""


class Scope(NamedTuple):
    """A namespace of the file, and what its own statements bind and read."""

    kind: ScopeKind
    parent: int
    name: str
    start: int
    end: int
    bound: tuple[str, ...]
    """Names bound here, sorted, after `global` and `nonlocal` are followed."""
    multiple: tuple[str, ...]
    """Those of `bound` that something other than an import statement binds, sorted."""
    free: tuple[str, ...]
    """Names read here that this scope does not bind, sorted."""
    redirected: tuple[str, ...]
    """Names declared `global` or `nonlocal` here, sorted."""


class UseKind:
    """How a name is used: flags in one number."""

    STORE = 1  # the chain's last attribute is assigned to or deleted; never the name itself
    ANNOTATION = 2
    DECORATOR = 4
    BASE = 8  # base class or class keyword
    CALLEE = 16  # the chain is called
    FSTRING = 32  # inside an f-string; the span may be that of the whole f-string, see Use.start
    DEFAULT = 64  # a parameter's default
    STRING = 128  # inside a quoted annotation
    DELETE = 256
    COMPARED = 512  # an operand of `is` or `==`, or an argument of `assertIs`, `id`, ...


class Use(NamedTuple):
    """A name that resolves to an import or a module-level definition of the file."""

    name: str
    scope: int
    """Where it is read."""
    bound_in: int
    """The scope that binds it."""
    start: int
    end: int
    """Span of the name itself. For an f-string before Python 3.12 whose inner positions are not
    known (`exact` false) it is the span of the whole string."""
    kind: int
    """Flags of `UseKind`."""
    chain: tuple[tuple[str, int], ...]
    """The attributes that follow, each with the offset at which it ends."""
    exact: bool

    @property
    def dotted(self) -> str:
        """`a.b.C` as one string."""
        return ".".join((self.name, *(name for name, _ in self.chain)))


class Param(NamedTuple):
    """One parameter of a signature."""

    name: str
    kind: ParameterKind
    default: str | None
    annotation: str | None


class Definition(NamedTuple):
    """A binding that is not an import: at module level, or directly in a class."""

    qualname: str
    """`Name` or `Class.name`."""
    kind: DefinitionKind
    start: int
    end: int
    line: int
    guard: int
    """Flags of `Guard`."""
    target: str
    """For `alias`: the dotted name on the right of the `=`."""
    bases: tuple[str, ...]
    """Source of the base classes; for a function, of its decorators in `decorators`."""
    decorators: tuple[str, ...]
    signature: tuple[tuple[str, str, str | None, str | None], ...]
    """The parameters in plain form: most are never looked at."""
    returns: str

    @property
    def params(self) -> tuple[Param, ...]:
        """The parameters of a function."""
        return tuple(map(Param._make, self.signature))


class Exports(NamedTuple):
    """`__all__`, as far as it can be read."""

    names: tuple[tuple[str, int, int], ...]
    """Each name with the span of its string literal."""
    complete: bool
    """False if something that can't be read takes part in it."""
    sources: tuple[str, ...]
    """Dotted names of modules whose `__all__` is added: `other` in `__all__ += other.__all__`."""


class Function(NamedTuple):
    """What the body of a function at the top of a module or class does."""

    qualname: str
    line: int
    scope: int
    """Its own scope."""
    statements: int
    """How many statements its body has, a docstring included."""
    returns: tuple[str, ...]
    """What each `return` gives: `call a.b`, `await call a.b`, `name x`, `none`, ..."""
    calls: tuple[str, ...]
    """What it calls, as written, in order, each once; `...` for what has no name."""


class Keep(NamedTuple):
    """A comment by which somebody keeps a place as it is: `# migrate: keep[rule] reason`."""

    first: int
    """The first line of what it is about."""
    last: int
    line: int
    """Where the comment is."""
    rules: tuple[str, ...]
    reason: str


class ParseFailure(NamedTuple):
    """Why a file could not be read as Python."""

    line: int
    reason: str


@dataclass(frozen=True)
class Facts:
    """What one file's bytes say, and nothing about where the file is.

    Built by `onepath.facts.extract.file`; kept as plain tuples (`raw`) and turned into records only
    where somebody looks, because most files of a run are only asked for their imports.
    """

    raw: Mapping[str, Any] = field(repr=False)

    def once(self, make: Callable[["Facts"], T]) -> T:
        """What a function makes of these facts, made once and kept with them."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    @cached_property
    def _made(self) -> dict[Callable[["Facts"], Any], Any]:
        return {}

    @cached_property
    def failure(self) -> ParseFailure | None:
        raw = self.raw["failure"]
        return None if raw is None else ParseFailure(*raw)

    @cached_property
    def imports(self) -> tuple[ImportFact, ...]:
        return tuple(
            ImportFact(
                is_from,
                module,
                level,
                tuple(map(Alias._make, names)),
                start,
                end,
                line,
                scope,
                block,
                position,
                guard,
            )
            for (
                is_from,
                module,
                level,
                names,
                start,
                end,
                line,
                scope,
                block,
                position,
                guard,
            ) in self._taken("imports")
        )

    @cached_property
    def binders(self) -> Mapping[tuple[int, str], list[tuple[int, int, Alias]]]:
        """(scope, name) -> the import aliases that bind it: statement, place in it, alias."""
        found: dict[tuple[int, str], list[tuple[int, int, Alias]]] = {}
        for index, statement in enumerate(self.imports):
            for place, alias in enumerate(statement.names):
                if alias.name != "*":
                    key = statement.scope, alias.bound
                    found.setdefault(key, []).append((index, place, alias))
        return found

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(map(Block._make, self.raw["blocks"]))

    @cached_property
    def scopes(self) -> tuple[Scope, ...]:
        return tuple(map(Scope._make, self._taken("scopes")))

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        return tuple(map(Use._make, self._taken("uses")))

    def _taken(self, key: str) -> Any:
        """The plain form of what records are made of once; together they fill the memory."""
        take = getattr(self.raw, "take", None)
        return self.raw[key] if take is None else take(key)

    def use(self, index: int) -> Use:
        """One of `uses`, without making records of all."""
        return Use._make(self.plain_uses[index])

    @property
    def plain_uses(self) -> Any:
        """The fields of `uses`, without making records of all."""
        return self.__dict__["uses"] if "uses" in self.__dict__ else self.raw["uses"]

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        return tuple(map(Definition._make, self._taken("definitions")))

    @cached_property
    def strings(self) -> tuple[DottedString, ...]:
        return tuple(map(DottedString._make, self._taken("strings")))

    @property
    def composed(self) -> tuple[Composed, ...]:
        return tuple(map(Composed._make, self.raw["composed"]))

    # The next three are made anew each time: one rule or another goes through them once.

    @property
    def dicts(self) -> tuple[DictDisplay, ...]:
        return tuple(
            DictDisplay(start, end, line, tuple(map(Key._make, keys)), *rest)
            for start, end, line, keys, *rest in self.raw["dicts"]
        )

    @property
    def key_reads(self) -> tuple[KeyRead, ...]:
        return tuple(map(KeyRead._make, self.raw["key_reads"]))

    @property
    def functions(self) -> tuple[Function, ...]:
        return tuple(map(Function._make, self.raw["functions"]))

    @cached_property
    def named(self) -> tuple[NamedModule, ...]:
        return tuple(
            NamedModule._make((*rest, tuple(map(NamedAttribute._make, attributes))))
            for *rest, attributes in self.raw["named"]
        )

    @cached_property
    def exports(self) -> Exports | None:
        raw = self.raw["exports"]
        return None if raw is None else Exports._make(raw)

    @property
    def encoding(self) -> str:
        """The Python codec of the file: `utf-8`, `utf-8-sig`, or that of its cookie."""
        return str(self.raw["encoding"])

    @property
    def has_getattr(self) -> bool:
        """Whether the module defines `__getattr__` (PEP 562)."""
        return bool(self.raw["getattr"])

    @property
    def effects(self) -> tuple[int, ...]:
        """Lines of top-level statements that do more than bind names: calls, loops, ..."""
        return tuple(self.raw["effects"])

    @property
    def keeps(self) -> tuple[Keep, ...]:
        """The comments that keep a place as it is."""
        return tuple(map(Keep._make, self.raw["keeps"]))

    @property
    def dynamic(self) -> tuple[str, ...]:
        """Ways in which the module may bind names that can't be read: `globals()`, `exec`, ..."""
        return tuple(self.raw["dynamic"])
