"""Which string keys a function of the repository reads of an argument that a call gives it."""

import ast
from collections.abc import Collection

from onepath.facts.extract.definitions import dotted
from onepath.model import Facts, Function
from onepath.symbols.tree.scoped import ScopedTree
from onepath.symbols.world import World

_BY_PLACE = ("posonly", "normal")


class CalleeReads:
    """Looks calls of one file up in the repository.

    Args:
        world: The code.
        path: The file.
        tree: Its tree.
    """

    def __init__(self, world: World, path: str, tree: ScopedTree) -> None:
        self._world = world
        self._path = path
        self._tree = tree
        self._uses = {use.start: use for use in tree.facts.uses}

    def __call__(self, call: ast.Call, argument: int | str) -> Collection[str]:
        """The keys; none where the function is not known."""
        found = self._function(call)
        if found is None:
            return ()
        facts, function, bound = found
        name = self._parameter(facts, function, argument, bound)
        inside = {function.scope}
        for index, scope in enumerate(facts.scopes):
            if scope.parent in inside:
                inside.add(index)
        return {read.key for read in facts.key_reads if read.scope in inside and read.base == name}

    def _function(self, call: ast.Call) -> tuple[Facts, Function, bool] | None:
        """The function that is called, and whether its first parameter is given by itself."""
        place = self._place(call.func)
        if place is None:
            return None
        path, qualname = place
        facts = self._world.facts(path)
        functions = {function.qualname: function for function in facts.functions}
        if qualname in functions:
            return facts, functions[qualname], "." in qualname
        made = functions.get(f"{qualname}.__init__")
        return (facts, made, True) if made else None

    def _place(self, function: ast.expr) -> tuple[str, str] | None:
        head, _, rest = dotted(function).partition(".")
        owner = self._tree.owner(function)
        if head in ("self", "cls") and rest and owner is not None:
            return self._path, f"{owner.name}.{rest}"
        base = function
        while isinstance(base, ast.Attribute):
            base = base.value
        made = self._made(base) if isinstance(base, ast.Name) else None
        if made is not None:
            return made[0], f"{made[1]}.{rest}"
        use = self._uses.get(self._tree.place(base)[0])
        if not isinstance(base, ast.Name) or use is None or use.name != base.id:
            return None
        resolver, facts = self._world.resolver, self._tree.facts
        chain = [name for name, _ in use.chain]
        targets = [
            resolver.imported(self._path, statement, alias)
            for statement in facts.imports
            if statement.scope == use.bound_in
            for alias in statement.names
            if alias.bound == use.name and alias.name != "*"
        ]
        if not targets and use.bound_in == 0:
            targets = [resolver.name(self._path, use.name)]
        if not targets:
            return None
        target = targets[-1]
        if target.kind == "module":
            target = resolver.attributes(target.path, chain)
        elif target.kind == "definition":
            target = target._replace(rest=(*target.rest, *chain))
        if target.kind != "definition":
            return None
        return target.path, ".".join((target.name, *target.rest))

    def _made(self, name: ast.Name) -> tuple[str, str] | None:
        """The class of which a local name is certainly an instance."""
        key = self._tree.binding(name)
        if not key or key in self._tree.other_binders or not key[0]:
            return None
        stores = [one for one in self._tree.named(key) if isinstance(one.ctx, ast.Store)]
        value = getattr(self._tree.parent(stores[0]), "value", None) if len(stores) == 1 else None
        if not isinstance(value, ast.Call) or self._tree.named(key) == [name]:
            return None
        base = value.func
        while isinstance(base, ast.Attribute):
            base = base.value
        if isinstance(base, ast.Name) and self._tree.binding(base) == key:
            return None
        place = self._place(value.func)
        if place is None:
            return None
        is_class = any(
            definition.qualname == place[1] and definition.kind == "class"
            for definition in self._world.facts(place[0]).definitions
        )
        return place if is_class else None

    @staticmethod
    def _parameter(facts: Facts, function: Function, argument: int | str, bound: bool) -> str:
        """The name of the parameter that takes an argument."""
        if isinstance(argument, str):
            return argument
        definition = next(
            (one for one in facts.definitions if one.qualname == function.qualname), None
        )
        if definition is None:
            return ""
        if bound and "staticmethod" not in definition.decorators:
            argument += 1
        places = [parameter.name for parameter in definition.params if parameter.kind in _BY_PLACE]
        return places[argument] if argument < len(places) else ""
