"""Who looks up names of other modules after the imports at the top of files have run."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import NamedTuple

from onepath.analysis.index import Index
from onepath.model import Guard
from onepath.symbols.resolve import Step

Files = Mapping[Step, set[str]]
"""Name of a module -> some files."""


class Imported(NamedTuple):
    """What a file imports, as far as it matters to patches."""

    at_top: Sequence[Step]
    """What it takes of modules by name while it is imported itself."""
    in_functions: Sequence[Step]
    """The same, later."""
    starred: Sequence[str]
    """The modules that it takes stars from."""
    modules: Sequence[str]
    """Those on the way to what it imports in functions."""


def imported_in(index: Index, path: str) -> Imported | None:
    """What one file imports; None if that is nothing that matters."""
    at_top: dict[Step, None] = {}
    in_functions: dict[Step, None] = {}
    starred: dict[str, None] = {}
    modules: dict[str, None] = {}
    for name_import in index.imports_of(path):
        resolution, name = name_import.resolution, name_import.alias.name
        is_late = name_import.statement.guard & Guard.FUNCTION
        for step in resolution.route[:1]:
            if step[1] == name:
                (in_functions if is_late else at_top)[step] = None
        if name == "*" and resolution.kind == "module":
            starred[resolution.path] = None
        if is_late:
            modules |= dict.fromkeys(step[0] for step in resolution.route)
            if resolution.kind == "module":
                modules[resolution.path] = None
    found = Imported(tuple(at_top), tuple(in_functions), tuple(starred), tuple(modules))
    return found if any(found) else None


@dataclass(frozen=True, slots=True)
class LateReaders:
    """Who may see that names of modules were replaced."""

    readers: Files
    """The files that look a name up when the imports at their top have run, or may do so."""
    importers: Files
    """Those that import it at their top."""
    in_functions: Mapping[str, Set[str]]
    """File -> the modules that it imports in functions."""

    def see(self, step: Step, patching: str) -> bool:
        """Whether somebody may see what a file has put in the place of a name."""
        # A module that the test imports inside the patch may import the name only then.
        imported = self.in_functions.get(patching, frozenset())
        return bool(self.readers[step]) or not imported.isdisjoint(self.importers[step])

    def beside(self, readers: Files, importers: Files, paths: Sequence[str]) -> "LateReaders":
        """These, who are some files alone, with others that were known before.

        Args:
            readers: Who looked a name up.
            importers: Who imported it.
            paths: The files that these were found in.
        """
        both = (
            {step: before[step].difference(paths) | now[step] for step in before}
            for before, now in ((readers, self.readers), (importers, self.importers))
        )
        return replace(self, readers=next(both), importers=next(both))


def late_readers(index: Index, sought: frozenset[Step]) -> LateReaders:
    """Those among the files that are looked at.

    Args:
        index: The files.
        sought: The names in question.
    """
    readers: dict[Step, set[str]] = {step: set() for step in sought}
    importers: dict[Step, set[str]] = {step: set() for step in sought}
    in_functions: dict[str, Set[str]] = {}
    names: dict[str, set[str]] = {}
    for module, name in sought:
        names.setdefault(module, set()).add(name)
    for path, imported in index.of_files(imported_in).items():
        for step in sought.intersection(imported.in_functions):
            readers[step].add(path)
        for module in names.keys() & imported.starred:
            for name in names[module]:
                readers[module, name].add(path)
        for step in sought.intersection(imported.at_top):
            importers[step].add(path)
        if imported.modules:
            in_functions[path] = frozenset(imported.modules)
    for use in index.uses:
        if not use.line:
            for step in sought.intersection(use.resolution.route[:1]):
                readers[step].add(use.file)
    using: dict[str, list[str]] = {}
    for module in names:
        for path in index.users.get(module, ()):
            using.setdefault(path, []).append(module)
    for path, modules in using.items():
        # Who names the module may read an attribute of this name from it, whatever it goes by.
        attributes = {name for use in index.facts(path).plain_uses for name, _ in use[6]}
        for module in modules:
            for name in names[module] & attributes:
                readers[module, name].add(path)
    return LateReaders(readers, importers, in_functions)
