"""What a factory variant hands on to the way that stays, and what it does besides."""

import ast
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from onepath.analysis.arguments import (
    Giving,
    Signature,
    same_default,
)
from onepath.analysis.bodies import Body
from onepath.analysis.classes import foreign_base
from onepath.analysis.factories.defaults import is_default, same_defaults
from onepath.analysis.factories.factory import beyond
from onepath.analysis.factories.handed import Handed, handed_by, shown
from onepath.analysis.factories.silent import is_silent, returned
from onepath.analysis.factories.variants import CLASS, Callee, Variant, callee_at, is_cached
from onepath.analysis.index import Index
from onepath.analysis.mentions import read_function
from onepath.analysis.places import defining
from onepath.analysis.top_classes import Place
from onepath.facts.extract.definitions import dotted

BESIDES = ""


class VariantForwarding(NamedTuple):
    """How calls of a variant become calls of what is kept."""

    giving: Giving
    awaited: bool
    """Whether what the variant returns has to be awaited."""
    more: tuple[str, ...]
    """What it does beyond forwarding, in words."""
    own_class: bool = False
    """Whether it makes an instance of the class that it is called on."""
    supplied: frozenset[str] = frozenset()
    """Parameters of what is kept to which it, or a variant that it hands on to, gives something
    that no call could write instead; `BESIDES` if one of the two does something besides."""
    gives_instances: bool = False
    """Whether all that it gives are instances of classes that can't be awaited."""


def forwarding(index: Index, variant: Variant, variants: Sequence[Variant]) -> VariantForwarding:
    """As `forwardings`, for one variant."""
    return forwardings(index, [variant], variants)[variant.name]


def forwardings(
    index: Index, wanted: Sequence[Variant], variants: Sequence[Variant]
) -> Mapping[str, VariantForwarding]:
    """Read from the bodies of variants what they hand on; the configuration has the last word.

    Args:
        index: The repository.
        wanted: The variants to read; none of them is blocked.
        variants: All of them: one may hand on to another.

    Returns:
        What each one hands on, by its name.
    """
    readers: dict[Place, _Reader] = {}
    found: dict[str, VariantForwarding] = {}
    for variant in wanted:
        goal = variant.goal.callee
        reader = readers.get(goal.place)
        if reader is None:
            reader = readers[goal.place] = _Reader(index, variants, goal)
        found[variant.name] = _settled(index, variant, reader.read(variant))
    return found


def reduced_forwarding(
    index: Index, variant: Variant, variants: Sequence[Variant], left: Body
) -> VariantForwarding:
    """As `forwardings`, for one variant of whose body only a part counts."""
    reader = _Reader(index, variants, variant.goal.callee)
    return _settled(index, variant, reader.read_part(variant, left))


def _settled(index: Index, variant: Variant, read: VariantForwarding) -> VariantForwarding:
    giving = _configured(read.giving, variant)
    same = same_defaults(index, variant.callee, variant.goal.callee, giving.to)
    return read._replace(giving=giving._replace(same_defaults=same))


def _configured(giving: Giving, variant: Variant) -> Giving:
    config = variant.config
    to = {old: new for old, new in giving.to.items() if new not in config.add}
    to |= config.rename
    dropped = frozenset({*(giving.dropped - config.rename.keys()), *config.drop})
    added = {name: text for name, text in giving.added.items() if name not in to.values()}
    return giving._replace(
        to={old: new for old, new in to.items() if old not in dropped},
        dropped=dropped,
        added={**added, **config.add},
    )


class _Reader:
    def __init__(self, index: Index, variants: Sequence[Variant], goal: Callee) -> None:
        self._index = index
        self._others = {
            variant.place: variant for variant in variants if variant.goal.callee == goal
        }
        self._goal = goal
        self._open: set[Place] = set()
        self._known: dict[str, VariantForwarding] = {}

    def read(self, variant: Variant) -> VariantForwarding:
        """What a variant hands on, those that it calls first, however many call one another."""
        waiting = [variant]
        while waiting:
            one = waiting[-1]
            inner = [] if one.callee.place in self._open else self._called(one)
            self._open.add(one.callee.place)
            inner = [other for other in inner if other.name not in self._known]
            inner = [other for other in inner if other.callee.place not in self._open]
            if inner:
                waiting += inner
                continue
            waiting.pop()
            if one.name not in self._known:
                self._known[one.name] = self._of(one)
            self._open.discard(one.callee.place)
        return self._known[variant.name]

    def read_part(self, variant: Variant, left: Body) -> VariantForwarding:
        """What a variant hands on if no more than a part of its body runs."""
        self.read(variant)
        return self._of_body(variant.callee, left)

    def _called(self, variant: Variant) -> list[Variant]:
        """The other variants that a variant calls."""
        callee = variant.callee
        if callee.kind == CLASS or callee.place == self._goal.place:
            return []
        read = read_function(self._index, callee.place[0], callee.definition)
        places = [call.callee for call in read.calls] if read is not None else []
        return [
            self._others[fromkey] for fromkey in dict.fromkeys(places) if fromkey in self._others
        ]

    def _of(self, variant: Variant) -> VariantForwarding:
        callee = variant.callee
        if callee.place == self._goal.place:  # another name for it
            return VariantForwarding(
                _same_names(callee.signature, self._goal.signature), callee.awaited, ()
            )
        if callee.kind == CLASS:
            return self._of_class(callee)
        read = read_function(self._index, callee.place[0], callee.definition)
        if read is None:
            return self._unknown(callee)
        return self._of_body(callee, read)

    def _unknown(self, callee: Callee) -> VariantForwarding:
        more = ("its text can't be followed",)
        return VariantForwarding(self._by_name(callee), callee.awaited, more)

    def _by_name(self, callee: Callee) -> Giving:
        return _same_names(callee.signature, self._goal.signature)

    def _of_class(self, callee: Callee) -> VariantForwarding:
        """The class itself, where a factory stays: what that hands on, the other way round."""
        read = read_function(self._index, self._goal.place[0], self._goal.definition)
        calls = [] if read is None else _calls_of(read, frozenset({callee.place}))
        if len(calls) != 1 or read is None:
            said = f"'{self._goal.place[1]}' does not make a {callee.place[1]} that it gives"
            return VariantForwarding(self._by_name(callee), False, () if calls else (said,))
        params = self._goal.signature or Signature(())
        own = callee.signature or Signature(())
        handed = handed_by(calls[0], params, own, None)
        more = [
            f"'{self._goal.place[1]}' gives {name}={text}, and the class has another default"
            for name, text in handed.added.items()
            if name not in own.named or not same_default(own.named[name].default, text)
        ]
        giving = Giving(
            {new: old for old, new in handed.to.items()}, rest=handed.rest, keywords=handed.keywords
        )
        return VariantForwarding(giving, False, (*handed.more, *more))

    def _of_body(self, callee: Callee, read: Body) -> VariantForwarding:
        making = frozenset({self._goal.place, *self._others} - {callee.place})
        calls = _calls_of(read, making)
        own = callee.signature or Signature(())
        value = returned(read.node)
        if len(calls) != 1:
            said = beyond(read, making) or ()
            if not calls:
                said = (f"does not call {self._goal.place[1]} in a way that can be seen", *said)
            else:
                said = said or (f"calls {self._goal.place[1]} in several ways",)
            handed_on = [self._through(call, read, own)[0] for call in calls]
            supplied = frozenset({BESIDES}).union(*(one.supplied for one in handed_on))
            supplied |= self._gives_class(read, own)
            by_name, plain = self._by_name(callee), self._gives_instances(read)
            return VariantForwarding(by_name, callee.awaited, said, _own(read), supplied, plain)
        call = calls[0]
        handed, target_awaited = self._through(call, read, own)
        simple = value is not None and _call_in(value) is call
        more = list(handed.more if simple else (*beyond(read, making), *handed.more))
        more += [
            f"is decorated with '{cache}'" for cache in [is_cached(callee.definition)] if cache
        ]
        if not dotted(call.func):
            more.append(f"calls `{shown(call.func)}`, a class that it computes")
        if not simple and not more:
            more.append(_what_else(read, call))
        awaits = any(
            isinstance(node, ast.Await) and node.value is call for node in ast.walk(read.node)
        )
        is_plain = callee.definition.kind != "async def"
        awaited = callee.awaited or (is_plain and target_awaited and not awaits)
        plain = self._gives_instances(read)
        if callee.awaited and target_awaited and not awaits:
            more.append("gives something that has to be awaited twice")
        said = tuple(dict.fromkeys(more))
        if not handed.fits:
            by_name, supplied = self._by_name(callee), self._gives_class(read, own) | {BESIDES}
            return VariantForwarding(by_name, awaited, said, _own(read), supplied, plain)
        to = handed.to
        used = _names_read(read)
        dropped = {p.name for p in own.named.values() if p.name not in used}
        rest = handed.rest or _unused(own, "*", used)
        keywords = handed.keywords or _unused(own, "**", used)
        giving = Giving(to, frozenset(dropped), handed.added, rest, keywords)
        supplied = handed.supplied | ({BESIDES} if said else set())
        return VariantForwarding(giving, awaited, said, _own(read), supplied, plain)

    def _gives_class(self, read: Body, own: Signature) -> frozenset[str]:
        """Parameters of the goal that a class, which is made without it, is given by the same name.

        What comes from no parameter of the function would be lost with it.
        """
        if self._goal.signature is None:
            return frozenset()
        found: set[str] = set()
        for place in read.origins & self._index.classes.keys():
            made = callee_at(self._index, place)
            if made is not None and made.signature is not None:
                for call in _calls_of(read, frozenset({place})):
                    values = handed_by(call, own, made.signature, None).values
                    found |= {
                        name
                        for name, value in values.items()
                        if not self._is_default(read, own, value, name)
                    }
        return frozenset(found & self._goal.signature.named.keys())

    def _without_defaults(self, handed: Handed, read: Body, own: Signature) -> Handed:
        """What a call returns besides the very objects that the goal takes by itself."""
        same = {
            name: f"gives {name}={shown(value)}"
            for name, value in handed.values.items()
            if self._is_default(read, own, value, name)
        }
        more = [one for one in handed.more if one not in same.values()]
        return handed._replace(more=more, supplied=handed.supplied - same.keys())

    def _is_default(self, read: Body, own: Signature, value: ast.expr, name: str) -> bool:
        """Whether the goal takes a value by itself, if it is given nothing for a parameter."""
        local = own.named.keys() | {key.partition(".")[0] for key in read.assigned}
        head = ast.unparse(value).partition(".")[0]
        return head not in local and is_default(self._index, read.path, value, self._goal, name)

    def _gives_instances(self, read: Body) -> bool:
        index = self._index
        classes = [index.classes.get(place) for place in read.origins]
        return (
            bool(classes)
            and all(map(read.made, read.results))
            and all(
                cls is not None
                and defining(index, cls, "__await__") is None
                and not foreign_base(index, cls)
                for cls in classes
            )
        )

    def _through(self, call: ast.Call, read: Body, own: Signature) -> tuple[Handed, bool]:
        """What a call of the goal, or of another variant, gives to the goal."""
        goal = self._goal.signature or Signature(())
        places = read.callees(call.func)
        if self._goal.place in places:
            handed = self._without_defaults(handed_by(call, own, goal, None), read, own)
            return handed, self._goal.awaited
        other = next(variant for place, variant in self._others.items() if place in places)
        inner = self._known.get(other.name) or self._unknown(other.callee)
        giving = _configured(inner.giving, other)
        handed = handed_by(call, own, other.callee.signature or Signature(()), (giving, goal))
        more = [] if other.config.accept else list(inner.more)
        handed = self._without_defaults(handed, read, own)
        supplied = handed.supplied | inner.supplied
        return handed._replace(more=[*handed.more, *more], supplied=supplied), inner.awaited


# ------------------------------------------------------------------- bodies


def _calls_of(read: Body, places: frozenset[Place]) -> list[ast.Call]:
    calls = [node for node in ast.walk(read.node) if isinstance(node, ast.Call)]
    return [node for node in calls if read.callees(node.func) & places]


def _call_in(value: ast.expr) -> ast.expr:
    return value.value if isinstance(value, ast.Await) else value


def _what_else(read: Body, call: ast.Call) -> str:
    """The first statement that is more than handing on."""
    statements = list(getattr(read.node, "body", ()))
    for statement in statements:
        if not is_silent(statement) and not any(node is call for node in ast.walk(statement)):
            if isinstance(statement, ast.Return):
                continue
            return f"does `{shown(statement)}`"
    return "does not give what the call gives, as it is"


def _names_read(read: Body) -> set[str]:
    """The names that a body reads or writes."""
    names = (node for node in ast.walk(read.node) if isinstance(node, ast.Name))
    return {node.id for node in names}


def _unused(own: Signature, kind: str, used: set[str]) -> str:
    """`dropped`, if what `*args` or `**kwargs` takes is never looked at."""
    names = [p.name for p in own.params if p.kind == kind]
    return "dropped" if names and names[0] not in used else ""


def _own(read: Body) -> bool:
    """Whether a body speaks of the class, or the object, that it is called on."""
    first = read.definition.params[0].name if read.definition.params else ""
    return first in ("cls", "self") and first in _names_read(read)


def _same_names(old: Signature | None, new: Signature | None) -> Giving:
    """Each parameter to the one of its name."""
    names = (new or Signature(())).named
    to = {name: name for name in (old or Signature(())).named if name in names}
    kept = {
        kind: "kept" if old and new and old.has(kind) and new.has(kind) else ""
        for kind in ("*", "**")
    }
    return Giving(to, rest=kept["*"], keywords=kept["**"])
