"""Every way in which an instance of a class comes to be."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property

from onepath.analysis.bodies import Body
from onepath.analysis.classes import descendants, in_tests
from onepath.analysis.factories.factory import (
    ALIAS,
    ANNOTATED,
    CLASS,
    DIRECT,
    DYNAMIC,
    FUNCTION,
    METHOD,
    SINGLETON,
    STATIC,
    Factory,
    beyond,
    signature,
)
from onepath.analysis.index import Canonical, Index
from onepath.analysis.mentions import (
    CallMention,
    call_sites,
    files_using,
    may_call,
    mentions,
    read_function,
    shape_of,
    top,
    variable_readers,
)
from onepath.analysis.places import class_name
from onepath.analysis.top_classes import Class, Place
from onepath.model import FUNCTION_KINDS, Definition

_CACHES = ("lru_cache", "cache", "cached_property")
_OWN_CLASS = frozenset({"cls", "__class__"})


def factories(index: Index, canonical: Canonical) -> tuple[Factory, ...]:
    """The ways to an instance of a canonical class other than the canonical one.

    Those of tests are not among them: a fixture that makes an instance is a use of the class.

    Returns:
        Them by file and line; nothing where the symbol is not a class.
    """
    cls = canonical.cls
    if cls is None:
        return ()
    return search(index, canonical, cls).found


def search(index: Index, canonical: Canonical, cls: Class) -> "Search":
    """The search for these ways, made once."""
    key = ("factories", cls.place, canonical.symbol.factory)
    return index.once(key, lambda: Search(index, canonical, cls))


class Search:
    """Looks for functions that give an instance, then for those that give what these give.

    Args:
        index: The repository.
        canonical: The canonical symbol.
        cls: Its class.
        classes: That, and those outside of tests that inherit from it; None: to be found.
    """

    def __init__(
        self, index: Index, canonical: Canonical, cls: Class, classes: Set[Place] | None = None
    ) -> None:
        self._index = index
        self._canonical = canonical
        self._cls = cls
        if classes is None:
            own = {place for place in descendants(index, cls) if not in_tests(place[0])}
            classes = {cls.place, *own}
        self.classes = classes
        self.making: set[Place] = set(classes)
        """What gives an instance: the classes, functions, methods and variables."""
        self._bodies: dict[tuple[str, int], tuple[Definition, Body | None]] = {}
        self._annotated: dict[Place, Definition] = {}
        self._aliases: dict[Place, Definition] = {}
        self._waiting: dict[tuple[str, int], Definition] = {}
        self._members: dict[Place, set[str]] = {}
        """Class -> the names of its methods that are known to make one."""
        self._giving: dict[Place, list[Place]] = {}
        """Place -> the functions that return what it makes, until it is known to make one."""
        self.calls: Mapping[Place, Mapping[str, int]] = {}
        """How often each file calls each of them; known once all are found."""

    @cached_property
    def found(self) -> tuple[Factory, ...]:
        """The factories, by file and line."""
        new = set(self.making)
        for place in self.classes:
            self._read_methods(place)
        while new:
            self._read_around(frozenset(map(top, new)))
            new = self._grow()
            for place in new:
                if "." in place[1]:
                    self._read_methods(top(place))
            new |= self._grow()
        self._note_aliases(self._all_aliases())
        return tuple(sorted(self._factories()))

    # ------------------------------------------------------------ search

    def _all_aliases(self) -> Iterable[tuple[str, Definition]]:
        return self._index.aliases

    def _may_make(self, path: str) -> bool:
        """Whether what a file does is looked at."""
        return not in_tests(path)

    def _read_around(self, tops: frozenset[Place]) -> None:
        # Each file is read for what it uses itself, whatever is found in the same round.
        used: dict[str, set[Place]] = {}
        for one in tops:
            for path in filter(self._may_make, files_using(self._index, (one,))):
                used.setdefault(path, set()).add(one)
        for path in sorted(used):
            statements = sorted(
                (
                    one
                    for one in self._index.facts(path).definitions
                    if one.kind == "assign" and "." not in one.qualname
                ),
                key=lambda one: one.start,
            )
            starts = [statement.start for statement in statements]
            for mention in mentions(self._index, path, frozenset(used[path])):
                if mention.inside is not None:
                    self._read(path, mention.inside)
                    continue
                # `a = b = value` is one statement with a definition for each name.
                at = bisect_right(starts, mention.use.start) - 1
                while at >= 0 and mention.use.start < statements[at].end:
                    self._read(path, statements[at])
                    at -= 1
            for owner, name in used[path]:
                if owner == path and (path, name) not in self._index.classes:
                    for definition in variable_readers(self._index, path, name):
                        self._read(path, definition)

    def _read(self, path: str, definition: Definition) -> None:
        """Take a function or an assignment up for reading, unless what it returns is plain."""
        shape = shape_of(self._index, path, definition)
        if shape is None or not shape.returns or any(map(_may_be_made, shape.returns)):
            self._waiting.setdefault((path, definition.start), definition)

    def _read_methods(self, place: Place) -> None:
        """Take up those methods of a class that may call the class or a factory method of it."""
        cls = self._index.classes.get(place)
        names = _OWN_CLASS | {place[1]} | self._members.get(place, set())
        for definition in cls.methods.values() if cls is not None else ():
            if may_call(self._index, place[0], definition, names):
                self._read(place[0], definition)

    def _read_waiting(self) -> Iterator[Place]:
        """Read what was taken up; what gives an instance by what is known or says so."""
        waiting = {k: one for k, one in self._waiting.items() if k not in self._bodies}
        self._waiting = {}
        texts = self._index.world.read(sorted({path for path, _ in waiting}))
        for (path, start), definition in waiting.items():
            shape = shape_of(self._index, path, definition)
            text = texts.get(path, b"")
            if shape is None or shape.returns or text.find(b"yield", start, definition.end) >= 0:
                body = read_function(self._index, path, definition)
                self._bodies[path, start] = definition, body
                yield from self._note(path, definition, body)

    def _note(self, path: str, definition: Definition, body: Body | None) -> Iterator[Place]:
        """Keep for each place what gives what it makes; name a function that says so itself."""
        place = path, definition.qualname
        for origin in body.origins if body is not None else ():
            self._giving.setdefault(origin, []).append(place)
        if body is not None and body.origins & self.making:
            yield place
        elif (body is None or body.unreadable) and self._says_so(path, definition):
            self._annotated.setdefault(place, definition)
            yield place

    def _note_aliases(self, aliases: Iterable[tuple[str, Definition]]) -> None:
        for path, definition in aliases:
            name = definition.qualname
            if self._may_make(path):
                resolution = self._index.resolver.name(path, name)
                target = (resolution.path, ".".join((resolution.name, *resolution.rest)))
                is_class = target in self.classes
                # Another name of the class that reads like a class is a path to it, no factory.
                if target in self.making and not (is_class and name.strip("_")[:1].isupper()):
                    self._aliases[path, name] = definition

    def _grow(self) -> set[Place]:
        """Take in what gives something known, until nothing more does."""
        new: set[Place] = set()
        waiting = [*self._read_waiting()]
        while waiting:
            place = waiting.pop()
            if place not in self.making:
                new.add(place)
                self.making.add(place)
                self._members.setdefault(top(place), set()).add(place[1].rpartition(".")[2])
            waiting += [one for one in self._giving.pop(place, ()) if one not in self.making]
        return new

    def _says_so(self, path: str, definition: Definition) -> bool:
        name = class_name(definition.returns) if definition.kind in FUNCTION_KINDS else ""
        if not name or _decorated(definition, ("abstractmethod", "overload")):
            return False
        resolution = self._index.named(path, name)
        return not resolution.rest and (resolution.path, resolution.name) in self.classes

    # ----------------------------------------------------------- outcome

    def _factories(self) -> Iterator[Factory]:
        places = frozenset((self.making - self.classes) | set(self._aliases))
        settled = _place(self._index, self._canonical.symbol.factory)
        wanted = places | ({self._cls.place} if settled is not None else set())
        self.calls = self._calls(wanted - {settled})
        for (path, _), (definition, body) in sorted(self._bodies.items(), key=lambda b: b[0]):
            place = path, definition.qualname
            if place in places and place != settled and not self._is_private(place, body):
                called = self.calls[place]
                yield Factory(
                    path,
                    definition.line,
                    definition.qualname,
                    self._kind(place, definition, body),
                    signature(definition),
                    self._targets(body),
                    beyond(body, frozenset(self.making)),
                    sum(called.values()),
                    len(called),
                )
        for (path, name), definition in self._aliases.items():
            called = self.calls[path, name]
            yield Factory(
                path,
                definition.line,
                name,
                ALIAS,
                "",
                (definition.target,),
                (),
                sum(called.values()),
                len(called),
            )
        if settled is not None:
            direct = {
                path: count
                for path, count in self.calls[self._cls.place].items()
                if path not in (settled[0], self._cls.path) and not in_tests(path)
            }
            if direct:
                yield Factory(
                    self._cls.path,
                    self._cls.line,
                    self._cls.name,
                    DIRECT,
                    "",
                    (),
                    (),
                    sum(direct.values()),
                    len(direct),
                )

    def _calls(self, places: frozenset[Place]) -> Mapping[Place, Mapping[str, int]]:
        """How often each file calls each of these."""
        sites = call_sites(self._index, places)
        return {place: self._counted(sites[place]) for place in places}

    @staticmethod
    def _counted(sites: Iterable[CallMention]) -> Mapping[str, int]:
        return Counter(site.path for site in sites)

    def _kind(self, place: Place, definition: Definition, body: Body | None) -> str:
        if body is None or (place in self._annotated and not body.origins & self.making):
            return ANNOTATED
        if definition.kind not in FUNCTION_KINDS:
            return FUNCTION if body.is_lambda else SINGLETON
        if body.dynamic:
            return DYNAMIC
        if self._is_singleton(definition, body):
            return SINGLETON
        if "." not in definition.qualname:
            return FUNCTION
        if _decorated(definition, ("staticmethod",)):
            return STATIC
        return METHOD if _decorated(definition, ("classmethod",)) else CLASS

    def _is_singleton(self, definition: Definition, body: Body) -> bool:
        if _decorated(definition, _CACHES):
            return True
        owner = definition.qualname.partition(".")[0]
        kept = {
            key
            for key, value in body.stored
            if not key.endswith("[]") and body.made(value) & self.making
        }
        if any("." not in key or key.partition(".")[0] in ("cls", owner) for key in kept):
            return True
        # What a module variable holds was made once.
        variables = {p for p in body.origins if self.is_variable(p)}
        return bool(variables) and not (body.origins & self.making) - variables

    def is_variable(self, place: Place) -> bool:
        definition = self._index.definitions(place[0]).get(place[1])
        return definition is not None and definition.kind == "assign" and place in self.making

    def _is_private(self, place: Place, made: Body | None) -> bool:
        """Whether it is a variable that no other module uses and no function gives."""
        if not self.is_variable(place) or (made is not None and made.is_lambda):
            return False
        return self.users(place) == {place[0]} and place not in self._origins

    def users(self, place: Place) -> Set[str]:
        """The files that use a definition, its own one too."""
        return {*files_using(self._index, (place,))}

    @cached_property
    def supports(self) -> Mapping[Place, Set[Place]]:
        """What makes what each of the functions gives, of what is known to make an instance."""
        found: dict[Place, set[Place]] = {}
        for (path, _), (definition, body) in self._bodies.items():
            place = path, definition.qualname
            if body is not None and place in self.making:
                found.setdefault(place, set()).update(body.origins & self.making)
        return found

    @cached_property
    def _origins(self) -> frozenset[Place]:
        """What any of the functions returns; asked for once all are known."""
        bodies = (body for _, body in self._bodies.values() if body is not None)
        return frozenset(place for body in bodies for place in body.origins)

    def _targets(self, body: Body | None) -> tuple[str, ...]:
        if body is None:
            return ()
        return tuple(
            sorted(
                self._canonical_name if place == self._cls.place else place[1]
                for place in body.origins & self.making
            )
        )

    @property
    def _canonical_name(self) -> str:
        return self._canonical.symbol.path.rpartition(".")[2]


def _may_be_made(shape: str) -> bool:
    return shape.removeprefix("await ").partition(" ")[0] in ("call", "name", "other")


def _decorated(definition: Definition, names: Sequence[str]) -> bool:
    return any(
        decorator.partition("(")[0].rpartition(".")[2] in names
        for decorator in definition.decorators
    )


def _place(index: Index, dotted: str) -> Place | None:
    resolution = index.resolver.dotted(dotted) if dotted else None
    if resolution is None or resolution.kind != "definition":
        return None
    return resolution.path, ".".join((resolution.name, *resolution.rest))
