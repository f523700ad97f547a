"""Which file an import name means: modules, packages, namespace packages, source roots."""

import sys
from collections.abc import Iterable, Iterator
from posixpath import dirname

from onepath.snapshot.asked import AskedPaths, RecordedFiles
from onepath.snapshot.blobs import encode_path
from onepath.symbols.joined import roots_of
from onepath.symbols.projects import declared_roots

_NEAREST = 3
"""How many of the folders around a file may be roots for it."""
COMPILED = (".pyx", ".pyd", ".so", ".c", ".cpp", ".rs", ".proto")
SUFFIXES = ("/__init__.py", ".py", "/__init__.pyi", ".pyi")


class Modules:
    """The modules of a snapshot, from its paths alone.

    A module is known by the path of its file; a package by that of its `__init__.py`; a
    namespace package by its folder's path with a final `/`.

    Args:
        paths: All paths of the snapshot.
        roots: Folders whose contents are importable by name (`""` is the top); None finds them.
        declared: Text of `pyproject.toml`, whose own declarations of roots are followed.
        projects: Roots of projects in sub-folders: what is in them comes before what is in the
            others, and a name that several of them have means nothing outside of them.
        joined: Folders of packages that take in what other roots have of them.
        asked: Takes a record of what is asked; roots and projects are not asked for by it.
    """

    def __init__(
        self,
        paths: Iterable[str],
        roots: Iterable[str] | None = None,
        declared: str = "",
        projects: Iterable[str] = (),
        joined: Iterable[str] = (),
        asked: AskedPaths | None = None,
    ) -> None:
        paths = tuple(paths)
        self._asked = asked or AskedPaths()
        self._files = frozenset(path for path in paths if path.endswith((".py", ".pyi")))
        self.files = RecordedFiles(self._files, self._asked)
        self._built = frozenset(
            path.rpartition(".")[0] for path in paths if path.endswith(COMPILED)
        )
        self._folders = _folders_of(self._files)
        self._packages = frozenset(
            dirname(path)
            for path in self._files
            if path.endswith(("/__init__.py", "/__init__.pyi"))
        )
        if roots is None:
            self.roots = tuple(
                dict.fromkeys(("", *self._conventional(), *declared_roots(declared)))
            )
        else:
            self.roots = tuple(dict.fromkeys(root.strip("/").removeprefix("./") for root in roots))
        self.joined = self._packages.intersection(joined)
        if roots is None and self.joined:
            projects = (*projects, *roots_of(self.joined, self._packages))
        self.projects = tuple(
            root
            for root in dict.fromkeys(projects)
            if root not in self.roots and root in self._folders and root not in self._packages
        )
        self._local_roots = self._find_local_roots()
        self._found: dict[tuple[str, tuple[str, ...]], str | None] = {}
        self.ways: dict[tuple[str, str], tuple[str, ...]] = {}
        """(dotted name, folder of the importer) -> the files read on the way to a module."""
        self._local: dict[str, tuple[str, ...]] = {}
        self._in_project: dict[str, str] = {}
        """File -> its name below the root of its project; empty where that means another one."""

    # ------------------------------------------------------------- paths

    def find(self, dotted: str, importer: str = "") -> str | None:
        """The file (or namespace folder) that `import dotted` reads when written in `importer`."""
        key = (dotted, self.local_roots(importer))
        if key not in self._found:
            self._found[key] = self._find(*key)
        return self._found[key]

    def is_hidden(self, path: str) -> bool:
        """Whether the name of a module means another file than itself."""
        return self._find_for_itself(path, self.name(path), self.local_roots(path)) != path

    def _find_for_itself(self, path: str, dotted: str, local: tuple[str, ...]) -> str | None:
        """As `find`, for a file that looks for its own name.

        That it looks where it is itself is recorded apart: if it goes, nobody else misses it there.
        """
        own = path.rpartition(".")[0]
        is_known = own in self._asked.stems
        found = self._find(dotted, local)  # not kept: who asks for it later is recorded
        if not is_known and path.endswith(SUFFIXES) and not is_package(path):
            self._asked.stems.discard(own)
            self._asked.own_stems.add(own)
        return found

    def local_roots(self, path: str) -> tuple[str, ...]:
        """Folders around a file that are roots for what is in them, innermost first."""
        known = self._local.get(path)
        if known is None:
            parents = [*_with_parents(dirname(path))]
            self._asked.script_folders.update(parents)
            found = [parent for parent in parents if parent in self._local_roots]
            own = [root for root in self.projects if _below(path, root)]
            own.sort(key=len, reverse=True)
            known = self._local[path] = tuple(dict.fromkeys((*own, *found[:_NEAREST])))
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
        if self.projects:
            if path not in self._in_project:
                self._in_project[path] = self._name_in_project(path)
            if self._in_project[path]:
                return self._in_project[path]
        holding = [root for root in self.roots if _below(path, root)] or self.local_roots(path)
        root = max(holding, key=len, default="")
        return _dotted(path[len(root) + 1 :] if root else path)

    def _name_in_project(self, path: str) -> str:
        """The name of a file below its project's root, if it means the file everywhere."""
        holding = [root for root in self.projects if _below(path, root)]
        root = max(holding, key=len, default="")
        if not root or path == f"{root}/":
            return ""
        dotted = _dotted(path[len(root) + 1 :])
        found = self._find_for_itself(path, dotted, self.local_roots(""))
        is_portion = path.endswith("/") and found is not None and found.endswith("/")
        return dotted if found == path or is_portion else ""

    def is_built(self, stem: str) -> bool:
        """Whether a build makes a module of something here: a path without its ending."""
        self._asked.stems.add(stem)
        return stem in self._built

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
        found = self._at(dirname(path) + "/" + name)
        goes_on = path.endswith("/") or dirname(path) in self.joined
        if goes_on and (found is None or found.endswith("/")):
            # A namespace package may go on below other roots.
            others = (self._at(f"{folder}/{name}") for folder in self._portions(path))
            regular = (one for one in others if one is not None and not one.endswith("/"))
            inner = (self._at(f"{folder}/{name}") for folder in self._portions(path))
            return next(regular, None) or found or next(filter(None, inner), None)
        return found

    def _portions(self, path: str) -> Iterator[str]:
        """The other folders of a namespace or joined package, in the order of the roots."""
        folder = path.rstrip("/") if path.endswith("/") else dirname(path)
        every = (*self.roots, *self.projects)
        inside = [root for root in every if _below(folder, root) and folder != root]
        root = max(inside, key=len, default="")
        inner = folder[len(root) + 1 :] if root else folder
        for other in every:
            portion = f"{other}/{inner}" if other else inner
            self._asked.stems.add(portion)
            is_whole = portion in self._packages and portion not in self.joined
            if portion != folder and portion in self._folders and not is_whole:
                yield portion

    # ---------------------------------------------------------- internals

    def _at(self, stem: str) -> str | None:
        self._asked.stems.add(stem)
        for suffix in SUFFIXES:
            if stem + suffix in self._files:
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
                # A namespace package below a root is no folder of scripts: it does not mean the
                # module of its name that it holds itself.
                if not (root in local and namespace and root and _is_inside(found, namespace)):
                    return found
                continue
            namespace = namespace or found
        return namespace if standard else self._in_projects(dotted, local, namespace)

    def _in_projects(
        self, dotted: str, local: tuple[str, ...], namespace: str | None
    ) -> str | None:
        """What a name means that is not below the other roots: projects have it, or none."""
        inner = dotted.replace(".", "/")
        places = [self._at(f"{root}/{inner}") for root in self.projects if root not in local]
        found = {place for place in places if place is not None and not place.endswith("/")}
        if found and "." in dotted:
            folder = self._one_folder(dotted, local)
            found = {place for place in found if place.startswith(folder)}
        is_joined = all(is_package(one) and dirname(one) in self.joined for one in found)
        if found and (len(found) == 1 or is_joined):
            return next(place for place in places if place in found)
        portions = (place for place in places if place is not None and place.endswith("/"))
        return namespace or (None if found else next(portions, None))

    def _one_folder(self, dotted: str, local: tuple[str, ...]) -> str:
        """The folder that must hold a module, with a final `/`; empty where no package says so.

        A regular package is that folder alone, whatever others of its name hold.
        """
        parts = dotted.split(".")[:-1]
        for length in range(1, len(parts) + 1):
            package = self._find(".".join(parts[:length]), local)
            if package is None or package.endswith("/"):
                break
            if dirname(package) not in self.joined:
                return f"{dirname(package)}/"
        return ""

    def _conventional(self) -> tuple[str, ...]:
        return tuple(r for r in ("src", "lib") if r in self._folders and r not in self._packages)

    def _find_local_roots(self) -> frozenset[str]:
        """Folders that hold packages or scripts without being packages: roots for what is in them.

        Test runners and `python folder/script.py` put such folders on the path.
        """
        parents = {dirname(folder) for folder in self._packages}
        parents |= {dirname(path) for path in self._files}
        return frozenset(parents - self._packages - {""})


def _is_inside(path: str, namespace: str) -> bool:
    """Whether a file is in a namespace package that is not at the top of the repository."""
    return path.startswith(namespace) and "/" in namespace[:-1]


def is_package(path: str) -> bool:
    """Whether a path is that of a package's `__init__`."""
    return path.endswith(("/__init__.py", "/__init__.pyi")) or path in (
        "__init__.py",
        "__init__.pyi",
    )


VENDORED = frozenset(
    ("_vendor", "_vendored", "vendored", "third_party", "thirdparty", "_externals", "site-packages")
)
"""Folders of copies of other projects, by convention. Just `vendor` may be of one's own."""


def is_vendored(path: str) -> bool:
    """Whether a file is part of a copy of another project."""
    return not VENDORED.isdisjoint(path.split("/")[:-1])


def is_test(path: str) -> bool:
    """Whether a file holds tests or serves them, by the names that test runners go by."""
    *folders, name = path.split("/")
    return (
        name.startswith("test_")
        or name.endswith("_test.py")
        or name == "conftest.py"
        or not {"test", "tests"}.isdisjoint(folders)
    )


def is_shared(path: str) -> bool:
    """Whether any test may run a file: it is none itself, or fixtures come from it."""
    return not is_test(path) or path.rpartition("/")[2] == "conftest.py"


def _dotted(inner: str) -> str:
    """The dotted name of a file by its path below a root."""
    for suffix in SUFFIXES:
        if inner.endswith(suffix):
            inner = inner[: -len(suffix)]
            break
    name = inner.strip("/").replace("/", ".")
    # Bytes that are no UTF-8 can't be spelled in an import: such a name leads nowhere.
    return name if name.isascii() else encode_path(name).decode("utf-8", "replace")


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
