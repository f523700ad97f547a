"""The classes in which a name means one member, and what stands against another name for it."""

import builtins
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from importlib import import_module
from typing import NamedTuple, get_origin

from onepath.analysis.classes import ancestors, descendants, foreign_base, outside_name
from onepath.analysis.constructors import CONSTRUCTORS
from onepath.analysis.index import Index
from onepath.analysis.instance_attributes import InstanceAttributes
from onepath.analysis.top_classes import Class, Place
from onepath.codemod import World
from onepath.errors import InputError, did_you_mean
from onepath.model import FUNCTION_KINDS
from onepath.symbols.resolve import Resolution
from onepath.symbols.tree.declared import class_of
from onepath.symbols.tree.names import Tree
from onepath_packs.canonical.definitions.members.implementers import Implementers
from onepath_packs.canonical.definitions.refused import CannotMoveError

TUPLES = frozenset(("NamedTuple", "namedtuple"))
ENUMS = frozenset(("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum"))
_ATTRS = frozenset(("define", "frozen", "mutable", "attrs", "s", "dataclass"))
"""Decorators that make a keyword of the class's calls of each field."""
_WIRED = frozenset(("TypedDict", "BaseModel", "BaseSettings", "Model", "Struct"))
"""Bases whose fields have the names of what is read and written elsewhere."""
PLAIN_BASES = frozenset(("object", "ABC", "Generic", "Protocol"))
_STANDARD = frozenset((
    "abc", "argparse", "ast", "asyncio", "code", "codecs", "collections", "collections.abc",
    "concurrent.futures", "configparser", "contextlib", "csv", "datetime", "decimal",
    "email.message", "fractions", "html.parser", "http.client", "http.cookiejar", "http.cookies",
    "http.server", "io", "json", "logging", "logging.handlers", "multiprocessing", "numbers",
    "optparse", "pathlib", "pickle", "pprint", "queue", "random", "selectors", "shlex", "smtplib",
    "socket", "socketserver", "sqlite3", "ssl", "string", "subprocess", "tempfile", "threading",
    "types", "typing", "unittest", "urllib.request", "uuid", "weakref", "zipfile",
))  # fmt: skip
"""Modules whose classes are looked at: importing them does nothing else."""
_DISPATCHED = ("visit_", "do_", "test", "handle_", "generic_")
"""What names begin with that such classes put together."""
_OF_TUPLES = frozenset(("_fields", "_asdict", "_make", "_replace", *dir(tuple)))

_SETTING = re.compile(rb"\bsetattr\(|\b__dict__\b|\bvars\(self\)")
"""What sets attributes by names that are not written there."""
_ANY = ("__getattr__", "__getattribute__")
"""Methods that may give any attribute."""
_MOST = 5
"""So many classes are named."""


class RenamedMember(NamedTuple):
    """What gets another name."""

    place: Place
    """(path, name) of the class that was named."""
    old: str
    new: str


class Family:
    """The classes in which the name means the member: those that define it, and all below them.

    Args:
        index: The classes.
        member: What gets another name.

    Raises:
        InputError: The class is not known, or does not define the member.
    """

    def __init__(self, index: Index, member: RenamedMember) -> None:
        self.index = index
        self._old = member.old
        self.attributes = InstanceAttributes(index.world)
        self.implementers = Implementers(index, self.attributes)
        self.classes: Mapping[Place, Class]
        self.standing: tuple[Class, ...]
        """Those that stand for one of the others and don't inherit from it."""
        self.classes, self.standing = _family(index, member, self.attributes, self.implementers)
        self.is_of_instances = all(member.old not in cls.members for cls in self.classes.values())
        """Whether no class has the member, but its methods set it on their instances."""
        self.is_field = _is_field(self, member)
        """Whether the member is a field, which is a keyword where the class is called."""

    def is_record(self, cls: Class) -> bool:
        """Whether a class, or one above it, makes a keyword of each of its fields."""
        return any(_makes_fields(self.index, one) for one in (cls, *ancestors(self.index, cls)))

    def may_be_set_by_keyword(self, place: Place) -> bool:
        """Whether calls of a class may set the member by a keyword that its constructor does not
        name: it takes any, and code of the class, or of one above it, sets what is named so."""
        cls = self.classes.get(place)
        line = () if cls is None else (cls, *ancestors(self.index, cls))
        makers = [one.members[name] for one in line for name in CONSTRUCTORS if name in one.members]
        params = [param for maker in makers for param in maker.params]
        if not makers or all(param.kind != "**" for param in makers[0].params):
            return False
        texts = self.index.world.read(sorted({one.path for one in line})).values()
        return all(param.name != self._old for param in params) and any(
            _SETTING.search(text) for text in texts
        )

    def sets(self, place: Place, name: str) -> bool:
        """Whether the methods of a class of the family set an attribute on its instances."""
        return place in self.classes and self.attributes.has(self.classes[place], name)

    def __contains__(self, place: object) -> bool:
        return place in self.classes

    def remarks(self, what: str) -> Iterator[str]:
        """What to know of classes that follow without being told of the others.

        Args:
            what: What gets another name.
        """
        for cls in self.standing[:_MOST]:
            where = f"'{cls.name}' ({cls.path}:{cls.line})"
            yield f"{where} stands for a class with '{what}' without inheriting, and follows"
        if len(self.standing) > _MOST:
            yield f"{len(self.standing) - _MOST} more classes stand for one, and follow"

    @cached_property
    def asked_for(self) -> tuple[frozenset[str], ...]:
        """What each protocol among the classes asks for, the member with it."""
        known = self.implementers
        return tuple(
            known.members(cls) for cls in self.classes.values() if known.asks_for(cls, self._old)
        )

    @cached_property
    def is_enum(self) -> bool:
        """Whether the classes are enumerations."""
        return bool(self._foreign & ENUMS)

    @cached_property
    def has_values_by_name(self) -> bool:
        """Whether `auto()` gives a member a value that is made of its name."""
        line = [*self.classes.values()]
        line += [ancestor for cls in line for ancestor in ancestors(self.index, cls)]
        makes = any("_generate_next_value_" in cls.members for cls in line)
        return makes or "StrEnum" in self._foreign

    @cached_property
    def _foreign(self) -> frozenset[str]:
        """The last names of the bases that are not of this code: `class State(str, Enum)`."""
        return frozenset(
            name for cls in self.classes.values() for name in outside_names(self.index, cls)
        )

    def may_hold(self, tree: Tree, place: Place) -> bool:
        """Whether what is of some class may be of the family too, by a class below both."""
        index = self.index
        known = index.classes.get(place)
        if known is None or descendants(index, known) & self.classes.keys():
            return True
        if self.implementers.is_protocol(known) and any(
            self.implementers.stands_for(cls, known) for cls in self.classes.values()
        ):
            return True
        line = (known, *ancestors(index, known))
        if any(name in cls.members for cls in line for name in _ANY):
            # It may pass on what it does not have itself.
            return not any(self._old in cls.members for cls in line)
        for cls in line:
            for spelled, base in zip(cls.bases, index.bases(cls), strict=True):
                is_known = base.kind == "external" or class_of(tree, base) is not None
                if not is_known and not hasattr(builtins, spelled):
                    return True
        return False


def _family(
    index: Index, member: RenamedMember, attributes: InstanceAttributes, implementers: Implementers
) -> tuple[dict[Place, Class], tuple[Class, ...]]:
    """The classes, and those of them that stand for others."""

    def defines(one: Class) -> bool:
        return member.old in one.members or attributes.has(one, member.old)

    cls = index.classes.get(member.place)
    if cls is None:
        raise InputError(f"'{member.place[1]}' is no class at the top of a module")
    above = {one.place: tuple(index.ancestors(one)) for one in index.classes.values()}
    line = [cls, *above[cls.place]]
    home = next((one for one in line if defines(one)), None)
    if home is None:
        where = "neither in its body nor on `self` in its methods"
        names = {name for one in line for name in (*one.members, *attributes.names(one))}
        raise InputError(
            f"{cls.path}:{cls.line}: '{cls.name}' does not define '{member.old}', {where}",
            hint=did_you_mean(member.old, names),
        )
    family, standing = {home.place: home}, list[Class]()
    while True:
        more = {
            one.place: one
            for one in index.classes.values()
            if any(base.place in family for base in above[one.place])
        }
        more |= {
            base.place: base for place in {*family, *more} for base in above[place] if defines(base)
        }
        found = [*implementers.among({*family, *more}, member.old)]
        more |= {one.place: one for one in found}
        standing += found
        if more.keys() <= family.keys():
            stubs = {
                (f"{path}i", name): one
                for (path, name), one in family.items()
                if f"{path}i" in index.world.modules.files
            }
            return {**family, **stubs}, tuple(standing)
        family |= more


def check_member(family: Family, member: RenamedMember) -> None:
    """Refuse a name that the member can't have, and a member that others may know by its name.

    Raises:
        InputError: The name is taken, or one that means something to Python.
        CannotMoveError: A base outside of the repository may know the member, or it is a field.
    """
    index, old, new = family.index, member.old, member.new
    if old.startswith("__") or new.startswith("__"):
        raise InputError("names that begin with two underscores mean something to Python itself")
    for cls in family.classes.values():
        for one in (cls, *index.ancestors(cls)):
            if new in one.members:
                line = one.members[new].line
                raise InputError(f"{one.path}:{line}: '{one.name}' has a '{new}' already")
            if one.place not in family and family.attributes.has(one, new):
                raise InputError(f"{one.path}:{one.line}: '{one.name}' sets a '{new}' already")
        _check_bases(family, cls, member)
    if family.is_field:
        _check_field(family, member)


def outside_names(index: Index, cls: Class) -> Iterator[str]:
    """The last names of all bases of a class, and of those above it, that are not of this code."""
    for one in (cls, *ancestors(index, cls)):
        for spelled, base in zip(one.bases, index.bases(one), strict=True):
            if base.kind == "external":
                yield outside_name(base)
            elif base.kind != "definition":
                yield spelled.rpartition(".")[2]


def base_outside(index: Index, cls: Class, names: Collection[str]) -> str:
    """A base of a class that is not of this code and may know some names; empty if none may."""
    return next(bases_outside(index, cls, names), "")


def bases_outside(index: Index, cls: Class, names: Collection[str]) -> Iterator[str]:
    """The bases of a class that are not of this code and may know some names.

    An index has the classes that may know of a member. Others of the code do not name it.
    """
    foreign = foreign_base(index, cls)
    waiting = [(one.path, base) for one in (cls, *ancestors(index, cls)) for base in one.bases]
    seen: set[Place] = set()
    while waiting and foreign:
        path, base = waiting.pop()
        resolution = index.named(path, base)
        if resolution.kind != "definition" or resolution.rest:
            if resolution.kind == "external":
                base = ".".join((resolution.path, *resolution.rest))
            if base.rpartition(".")[2] not in PLAIN_BASES and not _is_known(resolution, names):
                yield base
        elif resolution[1:3] not in seen:
            seen.add(resolution[1:3])
            own = index.world.facts(resolution.path).definitions
            waiting += [
                (resolution.path, base.partition("[")[0])
                for definition in own
                if definition.qualname == resolution.name
                for base in definition.bases
            ]


def _is_known(base: Resolution, names: Collection[str]) -> bool:
    """Whether a base is a class of the standard library that has no attribute of some names."""
    module, _, name = ".".join((base.path, *base.rest)).rpartition(".")
    if module not in _STANDARD or any(one.startswith(_DISPATCHED) for one in names):
        return False
    cls = getattr(import_module(module), name, None)
    cls = get_origin(cls) or cls  # `typing.Mapping` stands for `collections.abc.Mapping`
    if not isinstance(cls, type) or any(hasattr(cls, one) for one in names):
        return False
    return not any(_uses(one, names) for base in cls.__mro__ for one in vars(base).values())


def _uses(attribute: object, names: Collection[str]) -> bool:
    """Whether a method or property reads or sets an attribute of one of some names."""
    function = getattr(attribute, "fget", getattr(attribute, "__func__", attribute))
    code = getattr(function, "__code__", None)
    return code is not None and not {*names}.isdisjoint(code.co_names)


def _check_bases(family: Family, cls: Class, member: RenamedMember) -> None:
    old = member.old
    for foreign in bases_outside(family.index, cls, (old, member.new)):
        leaf = foreign.rpartition(".")[2]
        own = getattr(builtins, foreign, None)
        if leaf in _WIRED and not _is_method(cls, old):
            reason = (
                f"'{old}' is a field of '{cls.name}', and what it reads and writes has that name"
            )
            raise CannotMoveError(cls.path, cls.line, reason)
        is_harmless = leaf in ENUMS or (own is not None and not hasattr(own, old))
        is_harmless = is_harmless or (leaf in TUPLES and old not in _OF_TUPLES)
        if not is_harmless:
            reason = f"'{cls.name}' inherits from '{foreign}', which may know '{old}'"
            raise CannotMoveError(cls.path, cls.line, reason)


def _check_field(family: Family, member: RenamedMember) -> None:
    """Refuse a field that is not simply a keyword of the same name."""
    for cls in filter(family.is_record, family.classes.values()):
        if member.new.startswith("_") and not TUPLES.isdisjoint(outside_names(family.index, cls)):
            raise InputError(f"'{member.new}' can't be a field: those of a tuple are public")
        if not cls.members.keys().isdisjoint(CONSTRUCTORS):
            line = cls.members.get("__init__", cls.members.get("__new__", None))
            reason = f"'{cls.name}' has a constructor of its own, which may take '{member.old}'"
            raise CannotMoveError(cls.path, line.line if line else cls.line, reason)
        is_attrs = any(
            not decorator.startswith("dataclass") for decorator in _decorators(family.index, cls)
        )
        if is_attrs and "_" in (member.old[0], member.new[0]):
            reason = f"the keyword of '{cls.name}' is spelled without the underscore"
            raise CannotMoveError(cls.path, cls.line, reason)


def _is_field(family: Family, member: RenamedMember) -> bool:
    return any(
        _makes_fields(family.index, cls)
        and member.old in cls.members
        and not _is_method(cls, member.old)
        for cls in family.classes.values()
    )


def _makes_fields(index: Index, cls: Class) -> bool:
    """Whether what a class itself declares are keywords where it is called."""
    return not TUPLES.isdisjoint(outside_names(index, cls)) or any(
        _is_record(decorator) for decorator in _decorators(index, cls)
    )


def _is_method(cls: Class, name: str) -> bool:
    return name in cls.members and cls.members[name].kind in FUNCTION_KINDS


def is_member_rename(world: World, old: str, new: str) -> bool:
    """Whether a rename is one of a member of a class: both are attributes of one class."""
    resolution = world.resolver.dotted(old)
    owner = old.rpartition(".")[0]
    return (
        resolution.kind == "definition"
        and len(resolution.rest) == 1
        and owner == new.rpartition(".")[0]
    )


def _decorators(index: Index, cls: Class) -> tuple[str, ...]:
    definition = index.definitions(cls.path).get(cls.name)
    return definition.decorators if definition is not None else ()


def _is_record(decorator: str) -> bool:
    return decorator.partition("(")[0].rpartition(".")[2] in _ATTRS
