"""Which file an import name means: modules, packages, namespace packages, source roots."""

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from posixpath import dirname

_IMPORTABLE = re.compile(r"[^\W\d]\w*")
_NEAREST = 3
"""How many of the folders around a file may be roots for it."""
_SUFFIXES = ("/__init__.py", ".py", "/__init__.pyi", ".pyi")


class Modules:
    """The modules of a snapshot, from its paths alone.

    A module is known by the path of its file; a package by that of its `__init__.py`; a
    namespace package by its folder's path with a final `/`.

    Args:
        paths: All paths of the snapshot.
        roots: Folders whose contents are importable by name (`""` is the top); None finds them.
        declared: Text of `pyproject.toml`, whose own declarations of roots are followed.
    """

    def __init__(
        self, paths: Iterable[str], roots: Iterable[str] | None = None, declared: str = ""
    ) -> None:
        self.files = frozenset(path for path in paths if path.endswith((".py", ".pyi")))
        self._folders = _folders_of(self.files)
        self._packages = frozenset(
            dirname(path) for path in self.files if path.endswith(("/__init__.py", "/__init__.pyi"))
        )
        if roots is None:
            self.roots = tuple(
                dict.fromkeys(("", *self._conventional(), *_declared_roots(declared)))
            )
        else:
            self.roots = tuple(dict.fromkeys(root.strip("/").removeprefix("./") for root in roots))
        self._local_roots = self._find_local_roots()
        self._found: dict[tuple[str, tuple[str, ...]], str | None] = {}
        self.ways: dict[tuple[str, str], tuple[str, ...]] = {}
        """(dotted name, folder of the importer) -> the files read on the way to a module."""
        self._local: dict[str, tuple[str, ...]] = {}

    # ------------------------------------------------------------- paths

    def find(self, dotted: str, importer: str = "") -> str | None:
        """The file (or namespace folder) that `import dotted` reads when written in `importer`."""
        key = (dotted, self.local_roots(importer))
        if key not in self._found:
            self._found[key] = self._find(*key)
        return self._found[key]

    def local_roots(self, path: str) -> tuple[str, ...]:
        """Folders around a file that are roots for what is in them, innermost first."""
        known = self._local.get(path)
        if known is None:
            found = [one for one in _with_parents(dirname(path)) if one in self._local_roots]
            known = self._local[path] = tuple(found[:_NEAREST])
        return known

    def is_ours(self, dotted: str, importer: str = "") -> bool:
        """Whether a module of this name would have to be here.

        False for the standard library and for installed packages. A namespace folder at the top
        says nothing: an installed package of that name would win over it.
        """
        top = dotted.partition(".")[0]
        found = self.find(top, importer)
        return found is not None and not found.endswith("/")

    def name(self, path: str) -> str:
        """The dotted name of a file: under the innermost root that holds it.

        Folders that are roots only for what is in them count where there is no other: a name
        that is understood everywhere comes first.
        """
        holding = [root for root in self.roots if _below(path, root)] or self.local_roots(path)
        root = max(holding, key=len, default="")
        return _dotted(path[len(root) + 1 :] if root else path)

    def names(self, path: str) -> tuple[str, ...]:
        """Every dotted name by which a file is known everywhere, that of `name` first."""
        roots = [root for root in self.roots if _below(path, root)]
        inner = (path[len(root) + 1 :] if root else path for root in roots)
        return tuple(dict.fromkeys((self.name(path), *map(_dotted, inner))))

    def local_names(self, path: str, importer: str) -> tuple[str, ...]:
        """The dotted names of a file below the folders that are roots for another one."""
        roots = [root for root in self.local_roots(importer) if _below(path, root)]
        return tuple(_dotted(path[len(root) + 1 :]) for root in roots)

    def absolute(self, path: str, level: int, module: str) -> str | None:
        """The dotted name that a relative import in `path` means; None beyond the top package.

        Dots are resolved against the file's place, as Python does, never ignored.
        """
        if level == 0:
            return module
        package = self.name(path).split(".")
        if not is_package(path):
            package = package[:-1]
        if level > len(package):
            return None
        package = package[: len(package) - (level - 1)]
        return ".".join((*package, module) if module else package) or None

    def submodule(self, path: str, name: str) -> str | None:
        """The file of `name` inside a package or namespace package."""
        if not (path.endswith("/") or is_package(path)):
            return None
        return self._at(dirname(path) + "/" + name)

    # ---------------------------------------------------------- internals

    def _at(self, stem: str) -> str | None:
        for suffix in _SUFFIXES:
            if stem + suffix in self.files:
                return stem + suffix
        return stem + "/" if stem in self._folders else None

    def _find(self, dotted: str, local: tuple[str, ...]) -> str | None:
        if not dotted:
            return None
        inner = dotted.replace(".", "/")
        standard = dotted.partition(".")[0] in sys.stdlib_module_names
        namespace = None
        for root in self.roots if standard else (*self.roots, *local):
            found = self._at(f"{root}/{inner}" if root else inner)
            if found is not None and not found.endswith("/"):
                return found
            namespace = namespace or found
        return namespace

    def _conventional(self) -> tuple[str, ...]:
        return tuple(r for r in ("src", "lib") if r in self._folders and r not in self._packages)

    def _find_local_roots(self) -> frozenset[str]:
        """Folders that hold packages or scripts without being packages: roots for what is in them.

        Test runners and `python folder/script.py` put such folders on the path.
        """
        parents = {dirname(folder) for folder in self._packages}
        parents |= {dirname(path) for path in self.files}
        return frozenset(parents - self._packages - {""})


def is_package(path: str) -> bool:
    """Whether a path is that of a package's `__init__`."""
    return path.endswith(("/__init__.py", "/__init__.pyi")) or path in (
        "__init__.py",
        "__init__.pyi",
    )


def is_test(path: str) -> bool:
    """Whether a file holds tests or serves them, by the names that test runners go by."""
    *folders, name = path.split("/")
    return (
        name.startswith("test_")
        or name.endswith("_test.py")
        or name == "conftest.py"
        or not {"test", "tests"}.isdisjoint(folders)
    )


def is_dotted_name(text: str) -> bool:
    """Whether a text is a dotted path of identifiers."""
    return all(_IMPORTABLE.fullmatch(part) for part in text.split("."))


def _dotted(inner: str) -> str:
    """The dotted name of a file by its path below a root."""
    for suffix in _SUFFIXES:
        if inner.endswith(suffix):
            inner = inner[: -len(suffix)]
            break
    return inner.strip("/").replace("/", ".")


def _with_parents(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = dirname(folder)


def _below(path: str, root: str) -> bool:
    return not root or path.startswith(root + "/")


def _folders_of(files: Iterable[str]) -> frozenset[str]:
    folders: set[str] = set()
    for folder in {dirname(path) for path in files}:
        folders.update(_with_parents(folder))
    return frozenset(folders)


def _declared_roots(pyproject: str) -> tuple[str, ...]:
    """Source roots that `pyproject.toml` names for setuptools, hatch, poetry or pytest."""
    try:
        data = tomllib.loads(pyproject)
    except tomllib.TOMLDecodeError:
        return ()
    tool = data.get("tool", {})
    found: list[object] = []
    setuptools = _table(tool, "setuptools")
    found += _table(setuptools, "package-dir").values()
    found += _listed(_table(setuptools, "packages", "find").get("where"))
    found += [dirname(str(p)) for p in _listed(
        _table(tool, "hatch", "build", "targets", "wheel").get("packages"))]  # fmt: skip
    found += [p.get("from", "") for p in _listed(_table(tool, "poetry").get("packages"))
              if isinstance(p, dict)]  # fmt: skip
    found += _listed(_table(tool, "pytest", "ini_options").get("pythonpath"))
    return tuple(
        root.removeprefix("./").strip("/") if root != "." else ""
        for root in found
        if isinstance(root, str)
    )


def _table(data: object, *keys: str) -> Mapping[str, object]:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def _listed(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]
