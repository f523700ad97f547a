"""What a call that holds a string does with it, as far as that can be known."""

from enum import Enum

from onepath.model import DottedString, Facts
from onepath.symbols.find_references.told import is_told_what_to_patch
from onepath.symbols.resolve import Resolver


class Purpose(Enum):
    """What a call does with the string that it is given."""

    PATCHES = "patches"
    """Replaces the name that the string spells, in the module that it spells."""
    IMPORTS = "imports"
    """Imports what the string spells, and takes the object itself."""
    NAMES_ATTRIBUTE = "names-attribute"
    """Takes the string for the name of an attribute of another argument."""
    TELLS = "tells"
    """Shows the string to people, or names a logger."""
    UNKNOWN = "unknown"


_PATCHES = frozenset(("unittest.mock.patch", "mock.patch", "mock.mock.patch"))
_CONVENTIONAL_PATCHES = frozenset(("patch", "mock.patch", "mocker.patch", "monkeypatch.setattr",
                                   "monkeypatch.delattr"))  # fmt: skip
_IMPORTS = frozenset((
    "builtins.__import__", "celery.utils.imports.symbol_by_name", "django.conf.urls.include",
    "django.urls.include", "django.utils.module_loading.import_string", "factory.RelatedFactory",
    "factory.RelatedFactoryList", "factory.SubFactory", "granian.Granian",
    "gunicorn.util.import_app",
    "importlib.import_module", "importlib.util.find_spec", "kombu.utils.imports.symbol_by_name",
    "pkgutil.resolve_name", "pydoc.locate", "pytest.importorskip", "runpy.run_module",
    "scrapy.utils.misc.load_object", "tornado.util.import_object", "uvicorn.Config",
    "uvicorn.run", "werkzeug.utils.import_string",
))  # fmt: skip
_FURTHER = {"zipapp.create_archive": ("3", "main")}
"""Functions that import what an argument further on names."""
_UNMISTAKABLE = frozenset((
    "__import__", "import_module", "import_string", "import_object", "import_by_path",
    "importorskip", "load_object",
))  # fmt: skip
"""Names that say it themselves, also of functions of the project's own."""
REPLACING = frozenset(("object", "setattr", "delattr", "spy", "multiple"))
"""Last names of calls that replace an attribute of an object that they are given."""
_IN_PLACE = frozenset(("dict", "multiple"))
"""`patch.dict("a.b.TABLE")` changes the object, `patch.multiple("a.b")` names a module."""
_TELLING = frozenset((
    "getLogger", "get_logger", "debug", "info", "warning", "warn", "error", "exception",
    "critical", "log", "print", "write", "startswith", "endswith", "get_central_logger",
))  # fmt: skip
_FIRST = frozenset((
    "0", "target", "name", "modname", "mod_name", "dotted_path", "import_name", "app", "path",
))  # fmt: skip


def purpose_of(path: str, facts: Facts, resolver: Resolver, string: DottedString) -> Purpose:
    """What the call around a string does with it.

    The callee is known by what it is imported from; one that nothing in the file imports (a
    fixture such as `mocker`, a method) is known by its conventional name.
    """
    if string.target >= 0:
        return Purpose.NAMES_ATTRIBUTE
    callee = string.callee
    last = callee.rpartition(".")[2]
    if last in _TELLING:
        return Purpose.TELLS
    if string.argument not in _FIRST:
        is_further = any(callee.endswith(name.rpartition(".")[2]) for name in _FURTHER)
        name = _imported_callee(path, facts, resolver, string) if is_further else None
        return (
            Purpose.IMPORTS if string.argument in _FURTHER.get(name or "", ()) else Purpose.UNKNOWN
        )
    imported = _imported_callee(path, facts, resolver, string)
    whole = callee if imported is None else imported
    if imported is not None and imported.rpartition(".")[2] in _TELLING:
        return Purpose.TELLS
    if _is_patch(whole, known=imported is not None):
        return Purpose.PATCHES
    outer, _, inner = whole.rpartition(".")
    if inner in _IN_PLACE and _is_patch(outer, known=imported is not None):
        return Purpose.IMPORTS
    if whole in _IMPORTS or last in _UNMISTAKABLE or inner in _UNMISTAKABLE:
        return Purpose.IMPORTS
    is_own = imported is None or not imported
    if callee and is_own and is_told_what_to_patch(path, facts, resolver, string):
        return Purpose.PATCHES
    return Purpose.UNKNOWN


def replaces(path: str, facts: Facts, resolver: Resolver, string: DottedString) -> bool:
    """Whether the call around a string replaces what the string names: `hasattr` only asks."""
    if string.target >= 0:
        return string.callee.rpartition(".")[2] in REPLACING
    return purpose_of(path, facts, resolver, string) is Purpose.PATCHES


def _is_patch(callee: str, *, known: bool) -> bool:
    if known:
        return callee in _PATCHES
    receiver, _, method = callee.rpartition(".")
    if receiver.endswith(("_mocker", "_monkeypatch")):
        receiver = receiver.rpartition("_")[2]
        callee = f"{receiver}.{method}"
    return callee in _CONVENTIONAL_PATCHES


def _imported_callee(
    path: str, facts: Facts, resolver: Resolver, string: DottedString
) -> str | None:
    """The full name of the callee; None if no import binds it; empty if it is of the project."""
    if string.callee_use < 0:
        return None
    use = facts.use(string.callee_use)
    names = set()
    for statement in facts.imports:
        if statement.scope != use.bound_in:
            continue
        for alias in statement.names:
            if alias.name == "*" or alias.bound != use.name:
                continue
            target = resolver.imported(path, statement, alias)
            if target.kind != "external":
                return ""
            names.add(".".join((target.path, *target.rest, *(name for name, _ in use.chain))))
    return names.pop() if len(names) == 1 else ""
