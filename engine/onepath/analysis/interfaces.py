"""How the interfaces and constructors of two classes differ, method by method."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from onepath.analysis.classes import (
    IMPLEMENTATION,
    RoleVerdict,
    ancestors,
    candidates,
    external_bases,
    interface,
    is_dataclass,
    method,
)
from onepath.analysis.index import Canonical, Index
from onepath.analysis.top_classes import Class, Place
from onepath.model import FUNCTION_KINDS, Definition, Param

SAME, MISSING, EXTRA = "same", "missing", "extra"
_COMPARED = (IMPLEMENTATION, "protocol")
_NO_CONSTRUCTOR = frozenset({"object", "ABC", "Protocol", "Generic"})


class MethodDifference(NamedTuple):
    """How one method of two classes differs."""

    method: str
    words: str
    """`async where the other is not; without user_id`"""


class Divergence(NamedTuple):
    """How a class departs from another one."""

    place: Place
    verdict: RoleVerdict
    """As in `Candidate`."""
    missing: tuple[str, ...]
    """Public methods of the other class that it lacks, sorted."""
    extra: tuple[str, ...]
    """Public methods that the other class lacks, sorted."""
    different: tuple[MethodDifference, ...]
    lacking: tuple[str, ...]
    """Required methods that it lacks, sorted."""
    bases: tuple[str, ...]
    """Its bases, if they are others."""


class Matrix(NamedTuple):
    """The methods of the classes of one role, side by side."""

    reference: Place
    methods: tuple[str, ...]
    """The rows: public methods of the canonical class and of the others, sorted."""
    columns: tuple[Divergence, ...]
    """The other classes."""

    def cell(self, name: str, column: Divergence) -> str:
        """`same`, `missing`, `extra`, the words of the difference; empty where neither has it."""
        if name in column.missing:
            return MISSING
        if name in column.extra:
            return EXTRA
        words = {difference.method: difference.words for difference in column.different}
        return words.get(name, SAME if name in self._of_reference else "")

    @property
    def _of_reference(self) -> frozenset[str]:
        every = set(self.methods)
        return frozenset(every.difference(*(divergence.extra for divergence in self.columns)))


def matrix(index: Index, canonical: Canonical) -> Matrix:
    """Every implementation and protocol of a role against its canonical class.

    Raises:
        ValueError: The canonical symbol is not a class.
    """
    cls = canonical.cls
    if cls is None:
        raise ValueError(f"{canonical.symbol.path} is not a class")
    columns = tuple(
        compare_interfaces(
            index, cls, index.classes[candidate.place], candidate.verdict, canonical.symbol.required
        )
        for candidate in candidates(index, canonical)
        if candidate.verdict in _COMPARED and candidate.place in index.classes
    )
    methods = interface(index, cls).union(*(divergence.extra for divergence in columns))
    return Matrix(cls.place, tuple(sorted(methods)), columns)


def compare_interfaces(
    index: Index,
    reference: Class,
    other: Class,
    verdict: RoleVerdict = IMPLEMENTATION,
    required: Sequence[str] = (),
) -> Divergence:
    """How `other` departs from `reference`, inherited methods of the repository included.

    Args:
        index: The repository.
        reference: What it is held against.
        other: The class.
        verdict: What the class is, as in `Candidate`.
        required: Methods that it must have whatever the reference has.
    """
    expected, present = interface(index, reference), interface(index, other)
    different = []
    for name in sorted(expected & present):
        one, two = method(index, reference, name), method(index, other, name)
        words = "; ".join(method_words(one[1], two[1])) if one and two else ""
        if words:
            different.append(MethodDifference(name, words))
    mine, theirs = _bases(index, other), _bases(index, reference)
    return Divergence(
        place=other.place,
        verdict=verdict,
        missing=tuple(sorted(expected - present)),
        extra=tuple(sorted(present - expected)),
        different=tuple(different),
        lacking=tuple(sorted(name for name in required if method(index, other, name) is None)),
        bases=mine if mine != theirs else (),
    )


def constructor(index: Index, cls: Class) -> tuple[Param, ...] | None:
    """The parameters with which a class is called; None where something unknown makes them."""
    found = method(index, cls, "__init__")
    if found is not None:
        return parameters(found[1])
    if is_dataclass(index, cls):
        return _fields(index, cls)
    return () if external_bases(index, cls) <= _NO_CONSTRUCTOR else None


def parameters(definition: Definition) -> tuple[Param, ...]:
    """The parameters that a caller gives: without `self` and `cls`."""
    bound = "." in definition.qualname and _kind(definition) != "staticmethod"
    return definition.params[1:] if bound else definition.params


def parameter_words(expected: Sequence[Param], present: Sequence[Param]) -> Iterator[str]:
    """How a signature departs from another one, each thing in a few words."""
    before, after = {p.name: p for p in expected}, {p.name: p for p in present}
    lost = [_shown(p) for p in expected if p.name not in after]
    gained = [_shown(p) for p in present if p.name not in before]
    if lost:
        yield f"without {', '.join(lost)}"
    if gained:
        yield f"with {', '.join(gained)}"
    both = [name for name in before if name in after]
    for name in both:
        parameter, two = before[name], after[name]
        if parameter.kind != two.kind:
            yield f"{name} is {_KIND_WORDS[two.kind]}, not {_KIND_WORDS[parameter.kind]}"
        if parameter.default != two.default:
            yield f"{name} has {_default(two)}, not {_default(parameter)}"
    if [name for name in after if name in before] != both:
        yield "another order"


_KIND_WORDS: Mapping[str, str] = {
    "posonly": "positional-only", "normal": "plain", "*": "*args", "kwonly": "keyword-only",
    "**": "**kwargs",
}  # fmt: skip


def _shown(param: Param) -> str:
    return f"{param.kind}{param.name}" if param.kind in ("*", "**") else param.name


def _default(param: Param) -> str:
    return "no default" if param.default is None else f"default {param.default}"


def method_words(expected: Definition, present: Definition) -> Iterator[str]:
    """How a function or method departs from another one, each thing in a few words."""
    one, two = _kind(expected), _kind(present)
    if one != two:
        yield f"a {two}, not a {one}"
    if expected.kind != present.kind:
        yield "async" if present.kind == "async def" else "not async"
    yield from parameter_words(parameters(expected), parameters(present))


def _kind(definition: Definition) -> str:
    for decorator in definition.decorators:
        name = decorator.partition("(")[0]
        last = name.rpartition(".")[2]
        if last in ("property", "cached_property", "setter", "getter", "deleter"):
            return "property"
        if last in ("classmethod", "staticmethod"):
            return last
    return "method"


def _bases(index: Index, cls: Class) -> tuple[str, ...]:
    found = []
    for written, base in zip(cls.bases, index.bases(cls), strict=True):
        if base.kind == "definition":
            found.append(f"{index.module(base.path)}.{base.name}")
        else:
            found.append(base.path if base.kind == "external" else written)
    return tuple(sorted(name for name in found if name != "object"))


def _fields(index: Index, cls: Class) -> tuple[Param, ...]:
    """The parameters that `@dataclass` makes of annotated names, those of its bases first."""
    found: dict[str, Param] = {}
    for one in reversed((cls, *ancestors(index, cls))):
        for name, definition in one.members.items():
            if definition.kind not in FUNCTION_KINDS and _is_field(definition):
                default = None if definition.kind == "annotation" else definition.target or "..."
                found[name] = Param(name, "normal", default, definition.returns)
    return tuple(found.values())


def _is_field(definition: Definition) -> bool:
    return bool(definition.returns) and "ClassVar" not in definition.returns
