"""How a dotted path of a replacement is read in a file, and which imports that needs."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from onepath.codemod.patterns.names import FileNames, symbol_named, symbol_of
from onepath.codemod.patterns.region import MatchSite
from onepath.codemod.patterns.template import needs_no_import
from onepath.edit.draft import Draft
from onepath.edit.imports.bring_in import BringIn
from onepath.errors import InputError
from onepath.model import Edit
from onepath.model.refused import Refused
from onepath.symbols.destinations import Destination
from onepath.symbols.outside.lookup import Kind, Outside
from onepath.symbols.resolve import Resolver, Step
from onepath.symbols.tree.names import Tree


class Path:
    """A dotted path of a replacement, taken apart.

    Args:
        dotted: As the user wrote it.
        resolver: Over the code.
        outside: What is known of other modules.
        where: What messages call the replacement.

    Raises:
        InputError: There is certainly nothing of that name.
    """

    def __init__(self, dotted: str, resolver: Resolver, outside: Outside, where: str) -> None:
        self.dotted = dotted
        self._resolver = resolver
        parts = dotted.split(".")
        self.is_builtin = needs_no_import(dotted) and resolver.modules.find(parts[0]) is None
        if self.is_builtin:
            return
        count = self._modules(parts, outside)
        if count == 0:
            raise InputError(
                f"{where}: '{dotted}' is no builtin and no module",
                hint="write the dotted path by which it is imported: package.module.name",
            )
        self.module = ".".join(parts[:count])
        self.name = parts[count] if count < len(parts) else ""
        self.rest = tuple(parts[count + 1 :])
        resolution = resolver.dotted(dotted)
        is_missing = resolution.kind == "external" and outside.kind(dotted) is Kind.MISSING
        if resolution.kind == "unresolved" or is_missing:
            near = outside.closest(dotted) if is_missing else ""
            raise InputError(
                f"{where}: '{dotted}' does not exist",
                hint=f"did you mean '{near}'?" if near else "",
            )

    def _modules(self, parts: Sequence[str], outside: Outside) -> int:
        """How many parts are the path of a module."""
        resolver = self._resolver
        if resolver.modules.is_ours(parts[0]) or resolver.modules.find(parts[0]) is not None:
            for count in range(len(parts), 0, -1):
                if resolver.dotted(".".join(parts[:count])).kind == "module":
                    return count
            return 0
        kinds = [outside.kind(".".join(parts[:count])) for count in range(1, len(parts) + 1)]
        if kinds[0] is not Kind.ABSENT:
            return sum(kind is Kind.MODULE for kind in kinds)
        if len(parts) == 1:
            return 0
        # Nobody can say what it is: a class is spelled like one, and what it has is below it.
        classes = [at for at, part in enumerate(parts) if at and part[:1].isupper()]
        return classes[0] if classes else len(parts) - 1

    @property
    def introduced(self) -> frozenset[Step]:
        """What the proof has to be told."""
        if self.is_builtin:
            return frozenset()
        resolution = self._resolver.dotted(self.dotted)
        if resolution.kind in ("definition", "module"):
            steps = {(resolution.path, resolution.name), *resolution.route}
            module = self._resolver.modules.find(self.module)
            return frozenset(steps | ({(module, "")} if module else set()))
        return frozenset({(self.dotted, "")})

    @property
    def ways(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """What it can be read from, its module first, each with the attributes that follow."""
        parts = (self.name, *self.rest) if self.name else ()
        for count in range(len(parts) + 1):
            yield ".".join((self.module, *parts[:count])), parts[count:]

    @cached_property
    def as_name(self) -> Destination | None:
        """Where its name is imported from; None for a module."""
        return Destination(self.module, self.name) if self.name else None

    @cached_property
    def as_module(self) -> Destination:
        return Destination(self.module, "")

    @property
    def from_package(self) -> Destination | None:
        """Its module as a name of the package around it, `from pkg import new`; None at the top."""
        package, _, leaf = self.module.rpartition(".")
        return Destination(package, leaf) if package else None


class PathSpelling:
    """The dotted paths that one file comes to read.

    Args:
        draft: The file.
        tree: Its tree.
        names: Its names.
        paths: The dotted paths of the replacements.
        outside: What is known of other modules.
    """

    def __init__(
        self,
        draft: Draft,
        tree: Tree,
        names: FileNames,
        paths: Mapping[str, Path],
        outside: Outside,
    ) -> None:
        self._tree, self._names, self._paths, self._outside = tree, names, paths, outside
        self.bring = BringIn(draft)
        self._forms: dict[str, Destination] = {}
        """Dotted path -> how it was imported the first time: one way is enough for a file."""

    def text(self, dotted: str, site: MatchSite) -> str:
        """The text by which a dotted path is read at a place.

        It is imported as what it replaces was: by its own name, or by its module.

        Raises:
            Refused: It can't be read there.
        """
        path = self._paths[dotted]
        scope = self._tree.scope_at(site.start)
        if path.is_builtin:
            if not self._names.is_builtin(scope, dotted.partition(".")[0]):
                raise Refused("name-taken", f"'{dotted}' may mean something else here")
            return dotted
        same = self._by_the_same(path, site)
        if same:
            return same
        name, module = path.as_name, path.as_module
        forms = [form for form in (name, module) if form is not None]
        for form in forms:
            present = self.bring.present(scope, site.start, form)
            if present:
                return self._whole(path, form, present)
        if not self._is_by_name(site):
            forms.reverse()
        beside = path.from_package
        if beside is not None and self._tree.resolver.dotted(path.module).kind == "module":
            forms.append(beside)  # where both its name and that of its package are taken
        forms.sort(key=lambda form: form != self._forms.get(dotted))
        reasons = []
        for form in forms:
            try:
                text = self.bring.need(scope, site.start, form, self._beside(site))
            except Refused as why:
                reasons.append(str(why))
            else:
                self._forms[dotted] = form
                return self._whole(path, form, text)
        raise Refused("name-taken", f"'{dotted}' can't be imported: {reasons[0]}")

    def _by_the_same(self, path: Path, site: MatchSite) -> str:
        """The path by the name that what is replaced begins with; empty if that leads elsewhere."""
        if site.root is None or site.root.use is None or site.root.doubt:
            return ""
        use = self._tree.facts.uses[site.root.use]
        binding = self._tree.binding(use)
        if binding is None:
            return ""
        resolver = self._tree.resolver
        for inner, rest in path.ways:
            if symbol_named(resolver, inner) == symbol_of(binding.resolution):
                self.bring.rely_on(use.bound_in, use.name)
                return ".".join((use.name, *rest))
        return ""

    def edits(self) -> tuple[Edit, ...]:
        """The edits of the imports."""
        return self.bring.edits()

    @staticmethod
    def _whole(path: Path, form: Destination, text: str) -> str:
        parts = path.rest
        if path.name and form != path.as_name:
            parts = (path.name, *parts)
        return ".".join((text, *parts))

    def _is_by_name(self, site: MatchSite) -> bool:
        """Whether what is replaced was imported by its own name, not by that of a module."""
        if site.root is None or site.root.statement is None or site.root.use is None:
            return False
        use, statement = (
            self._tree.facts.uses[site.root.use], self._tree.facts.imports[site.root.statement]
        )  # fmt: skip
        alias = next((name for name in statement.names if name.bound == use.name), None)
        if alias is None or not statement.is_from:
            return False
        resolution = self._tree.resolver.imported(self._tree.path, statement, alias)
        if resolution.kind == "external":
            kind = self._outside.kind(resolution.path)
            if kind not in (Kind.ABSENT, Kind.UNKNOWN):
                return kind is not Kind.MODULE
            # Nobody knows whether it is a module; names are read from modules.
            return not use.chain or not alias.name.islower()
        return resolution.kind == "definition"

    def _beside(self, site: MatchSite) -> int | None:
        return site.root.statement if site.root is not None else None
