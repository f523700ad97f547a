"""The modules of one process that imports, and what they have as attributes.

The rules are those of the import system of the language reference and of `importlib._bootstrap`:
a module is in `sys.modules` while its body runs, packages above it are imported first, it becomes
an attribute of its package when its body has ended, and one whose body fails is taken out again.
"""

import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence

from onepath.importing.sources import Sources
from onepath.importing.steps import BodyStep, FunctionSteps, StringTable
from onepath.importing.values import (
    UNKNOWN,
    Frame,
    ImportFailed,
    ImportValue,
    Module,
    ModuleValue,
    ObjectValue,
    TextValue,
)

ATTRIBUTES = frozenset((
    "__name__", "__file__", "__doc__", "__package__", "__spec__", "__loader__", "__dict__",
    "__builtins__", "__cached__", "__class__", "__annotations__",
))  # fmt: skip
"""What every module has."""


class Process(ABC):
    """One process that imports modules: what it has loaded.

    Args:
        sources: The modules that there are.
        takes_branches: Which body runs where that can't be known: the first, or the other.
    """

    def __init__(self, sources: Sources, *, takes_branches: bool) -> None:
        self._sources = sources
        self._takes = takes_branches
        self.modules: dict[str, Module] = {}
        """`sys.modules`."""
        self._running_steps: list[tuple[Module, BodyStep]] = []
        """The steps that are under way, outermost first."""
        self._guarded = 0
        """How many `try` statements around would catch that a module is missing."""
        self._asked: list[tuple[str, str]] = []
        """Modules and names for which a module `__getattr__` is running."""
        self.guessed = False
        """Whether something that can't be known was decided."""

    @abstractmethod
    def _run_module(self, module: Module) -> None:
        """Run the body of a module."""

    @abstractmethod
    def _call(
        self, function: FunctionSteps, module: Module, arguments: Sequence[ImportValue]
    ) -> ImportValue:
        """Run a function of a module; what it returns, where that is known."""

    def start(self, name: str) -> None:
        """Import a module as the first one of a process, or after those that are there.

        Raises:
            ImportFailed: The program would fail.
        """
        self._load(name, "")

    # --------------------------------------------------------------- modules

    def _load(self, name: str, importer: str) -> Module | None:
        """`importlib.import_module`; None for a module from elsewhere."""
        known = self.modules.get(name)
        if known is not None:
            return known
        parent, _, leaf = name.rpartition(".")
        above = self._load(parent, importer) if parent else None
        if name in self.modules:
            return self.modules[name]
        if parent and above is None:
            self._outside(name)
            return None
        module = self._sources.find(name, importer)
        if module is None:
            if self._sources.is_ours(name, importer):
                raise self._failed("ModuleNotFoundError", f"there is no module '{name}'", name)
            self._outside(name)
            return None
        if above is not None and not above.is_package:
            raise self._failed("ModuleNotFoundError", f"'{parent}' is not a package", name)
        self.modules[name] = module
        self._run_body(module)
        if above is not None:
            above.namespace[leaf] = ModuleValue(name)
        return module

    def _outside(self, name: str) -> None:
        """A module from elsewhere: it may be missing where somebody reckons with that."""
        if self._guarded and name.partition(".")[0] not in sys.stdlib_module_names:
            self.guessed = True
            if not self._takes:
                raise self._failed("ModuleNotFoundError", f"'{name}' may be missing", name)

    def _run_body(self, module: Module) -> None:
        if module.body is not None and not module.done:
            guarded, self._guarded = self._guarded, 0
            try:
                self._run_module(module)
            except ImportFailed:
                del self.modules[module.name]
                raise
            finally:
                self._guarded = guarded
        module.done = True

    def _failed(self, kind: str, text: str, subject: str) -> ImportFailed:
        failed = ImportFailed(kind, text, subject)
        failed.frames = tuple(
            Frame(module.name, module.path, step.place) for module, step in self._running_steps
        )
        return failed

    def attribute(self, module: Module, name: str) -> ImportValue | None:
        """What `getattr` gives for a module; None if it fails.

        Raises:
            ImportFailed: A module `__getattr__` fails to import something.
        """
        value = module.namespace.get(name)
        if value is not None:
            return value
        if module.body is None:
            return self._sources.attribute(module, name)
        lazy = module.namespace.get("__getattr__")
        if name in ATTRIBUTES or (name == "__path__" and module.is_package):
            return UNKNOWN
        if lazy is not None:
            if (module.name, name) in self._asked:
                raise self._failed("RecursionError", f"'{name}' needs itself", name)
            self._asked.append((module.name, name))
            try:
                return self._lazily(module, name, lazy)
            except ImportFailed as failed:
                if failed.kind == "AttributeError":
                    return None
                raise
            finally:
                self._asked.pop()
        may_be_there = module.open or (module.body.dynamic and name not in module.body.bound)
        return UNKNOWN if may_be_there and not name.startswith("__") else None

    def _lazily(self, module: Module, name: str, lazy: ImportValue) -> ImportValue | None:
        """What a module `__getattr__` (PEP 562) gives."""
        if isinstance(lazy, ObjectValue) and lazy.function is not None:
            value = self._call(lazy.function, module, [TextValue(name)])
            if value is not UNKNOWN:
                return value
        for table in self._tables(module):
            if name in table or any(name in names for names in table.values()):
                return self._from_table(module, table, name)
        return UNKNOWN

    def _tables(self, module: Module) -> list[StringTable]:
        return [
            value.table
            for value in module.namespace.values()
            if isinstance(value, ObjectValue) and value.table is not None
        ]

    def _from_table(self, module: Module, table: StringTable, name: str) -> ImportValue | None:
        """What a lazy attribute is by its entry in a table: `name: module`, or `module: [names]`.

        An entry may have the name of the attribute in its module as well.
        """
        texts = table[name] if name in table else [k for k, names in table.items() if name in names]
        found: Module | None = None
        for text in texts:
            for dotted in (text.lstrip("."), f"{module.name}.{text.lstrip('.')}"):
                if self._sources.find(dotted, module.path) is not None:
                    found = self._load(dotted, module.path)
        if found is None:
            return UNKNOWN
        names = [text for text in texts if text.isidentifier() and text != found.name]
        values = [self.attribute(found, one) for one in (name, *names)]
        return next((value for value in values if value is not None), None)
