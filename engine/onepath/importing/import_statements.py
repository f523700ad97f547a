"""Runs import statements: what each loads, what it takes from that, and what it binds."""

from onepath.importing.process import Process
from onepath.importing.scope import NameScope
from onepath.importing.steps import FromImport, Import
from onepath.importing.values import UNKNOWN, ImportValue, Module, ModuleValue, ObjectValue


class ImportStatements(Process):
    """A process that knows import statements; what else a body does is for who inherits."""

    def _import(self, step: Import, scope: NameScope) -> None:
        module = self._load(step.module, scope.module.path)
        head, *rest = step.module.split(".")
        top = self._load(head, scope.module.path)  # which may have failed and be gone again
        if step.asname is None:
            self._set(scope, head, UNKNOWN if top is None else ModuleValue(head))
            return
        value: ImportValue | None = UNKNOWN if module is None else ModuleValue(head)
        dotted = head
        for part in rest:
            value = self._attribute_of(value, part, dotted)
            dotted = f"{dotted}.{part}"
        self._set(scope, step.asname, value or UNKNOWN)

    def _attribute_of(self, value: ImportValue | None, name: str, dotted: str) -> ImportValue:
        """An attribute as `from` imports take it: `sys.modules` helps out."""
        if not isinstance(value, ModuleValue):
            if isinstance(value, ObjectValue) and value.has is not None and name not in value.has:
                text = f"'{dotted}' is no module, and has no '{name}'"
                raise self._failed("ImportError", text, f"{dotted}.{name}")
            return UNKNOWN
        module = self.modules.get(value.name)
        found = None if module is None else self.attribute(module, name)
        if found is not None:
            return found
        below = f"{value.name}.{name}"
        if below in self.modules:
            return ModuleValue(below)
        partial = "" if module is None or module.done else ", which is not complete by then"
        text = f"'{name}' can't be imported from '{value.name}'{partial}"
        raise self._failed("ImportError", text, below)

    def _absolute(self, module: Module, dotted: str) -> str:
        """The name that a dotted name with leading dots means in a module."""
        name = dotted.lstrip(".")
        level = len(dotted) - len(name)
        if not level:
            return name
        package = module.name.split(".")
        if not module.is_package:
            package = package[:-1]
        if level > len(package):
            raise self._failed("ImportError", "a relative import leaves the package", dotted)
        return ".".join((*package[: len(package) - level + 1], name)).rstrip(".")

    def _from_import(self, step: FromImport, scope: NameScope) -> None:
        dotted = step.module
        if step.level:
            dotted = self._absolute(scope.module, "." * step.level + dotted)
        module = self.modules.get(dotted) or self._load(dotted, scope.module.path)
        names = step.names
        if names and names[0][0] == "*":
            self._star(module, scope)
            return
        if module is None:
            for _, bound in names:
                self._set(scope, bound, UNKNOWN)
            return
        # Nearly all names are bound in a body that is followed: these are taken at once.
        there = {} if module.body is None else module.namespace
        for name, _ in names:
            if name not in there:
                self._submodule(module, name)
        for name, bound in names:
            value = there.get(name) if self.modules.get(module.name) is module else None
            if value is None:
                value = self._attribute_of(ModuleValue(module.name), name, dotted)
            self._set(scope, bound, value)

    def _submodule(self, module: Module, name: str) -> None:
        """Import a submodule that `from` names and the package does not have as an attribute."""
        if not module.is_package:
            return
        below, value = f"{module.name}.{name}", self.attribute(module, name)
        # A package that writes its namespace may have the name; that of a submodule it has not.
        is_guess = value is UNKNOWN and not {name, "__getattr__"} & module.namespace.keys()
        is_there = value is not None and not (is_guess and module.body is not None)
        if is_there and (module.body is not None or value != ModuleValue(below)):
            return
        if below in self.modules or self._sources.find(below, module.path) is not None:
            self._load(below, module.path)

    def _star(self, module: Module | None, scope: NameScope) -> None:
        if module is None or module.body is None:
            scope.module.open = True
            for name in () if module is None else self._sources.star_names(module):
                value = self.attribute(module, name) if module is not None else None
                self._set(scope, name, UNKNOWN if value is None else value)
            return
        listed = module.namespace.get("__all__")
        if isinstance(listed, ObjectValue) and listed.table is not None:
            for name in listed.table:
                self._submodule(module, name)
            for name in listed.table:
                self._set(scope, name, self._attribute_or_fail(module, name))
            return
        if listed is not None or module.open or module.body.dynamic:
            scope.module.open = True
        for name, value in list(module.namespace.items()):
            if not name.startswith("_"):
                self._set(scope, name, value)

    def _attribute_or_fail(self, module: Module, name: str) -> ImportValue:
        found = self.attribute(module, name)
        if found is None:
            partial = "" if module.done else ", which is not complete by then"
            text = f"'{module.name}' has no attribute '{name}'{partial}"
            raise self._failed("AttributeError", text, f"{module.name}.{name}")
        return found

    def _set(self, scope: NameScope, name: str, value: ImportValue) -> None:
        if scope.names is not None and (
            scope.is_class or (scope.function is not None and name in scope.function.local)
        ):
            scope.names[name] = value
        else:
            scope.module.namespace[name] = value
