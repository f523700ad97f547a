"""Which code decides what a plan is: the engine, its parsers, and all that a pack is made of.

By content alone: neither the times of files nor where they are installed make a difference. Nothing
is imported to find it out; imports are read from the sources.
"""

import hashlib
import os
import platform
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from importlib import invalidate_caches
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any, NamedTuple

import onepath
from onepath.codemod.packs.known_code import (
    known_of_code,
    look_at,
    look_where_modules_are,
    rests_on_looks,
)
from onepath.codemod.packs.rewriting import REWRITING_VERSION

_PARSERS = ("libcst", "bowler", "fissix", "ahocorasick-rs")
"""Distributions of which the version decides what the engine reads and writes."""
_OWN = frozenset({"onepath", "libcst", "bowler", "fissix", "ahocorasick_rs", "git", "gitdb",
                  "typer", "zstandard"})  # fmt: skip
"""Packages that a pack need not answer for: the engine and what comes with it."""


class _Module(NamedTuple):
    name: str
    path: Path
    is_package: bool

    @property
    def package(self) -> str:
        return self.name if self.is_package else self.name.rpartition(".")[0]


@lru_cache(maxsize=1)
def engine_digest() -> str:
    """A name for this very engine: its sources, its parsers' versions and Python's."""
    top = Path(onepath.__file__).parent
    return known_of_code(("engine", str(top)), lambda: _engine_digest(top))


def _engine_digest(top: Path) -> str:
    digest = hashlib.sha256()
    look_where_modules_are()
    for path in _files_below(top):
        if path.suffix == ".py":
            _add(digest, path.relative_to(top).as_posix(), path.read_bytes())
    for distribution in _PARSERS:
        _add(digest, distribution, _version(distribution).encode())
    _add(digest, "Python", platform.python_version().encode())
    return digest.hexdigest()


def _version(distribution: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


def code_digest(functions: Collection[Callable[..., Any]]) -> str:
    """A name for all the code that some functions of a pack may run.

    That is every file of the packages in which they are written, and every module that these
    import, in turn, besides the standard library and what comes with the engine.
    """
    starts = [module for function in functions if (module := _module_of(function)) is not None]
    return known_of_code(("code", *_places(starts)), lambda: _code_digest(starts))


def _places(modules: Iterable[_Module]) -> list[str]:
    return sorted({f"{module.name} {module.path}" for module in modules})


def _code_digest(starts: Sequence[_Module]) -> str:
    digest = hashlib.sha256()
    for package in sorted({module.package for module in starts} - {""}):
        for folder in _folders(package):
            for path in _files_below(folder):
                inside = path.relative_to(folder).as_posix()
                _add(digest, f"{package}/{inside}", path.read_bytes())
    for name, content in _reached([module.name for module in starts], lambda _: True):
        _add(digest, name, content)
    return digest.hexdigest()


def reached_digest(functions: Collection[Callable[..., Any]]) -> str:
    """A name for the modules of some functions and all that these import, and nothing else."""
    starts = [module for function in functions if (module := _module_of(function)) is not None]
    return known_of_code(("reached", *_places(starts)), lambda: _reached_digest(starts))


def _reached_digest(starts: Sequence[_Module]) -> str:
    digest = hashlib.sha256()
    names = [module.name for module in starts]
    for name, content in _reached(names, lambda _: True, parents=False):
        _add(digest, name, content)
    return digest.hexdigest()


def version_digest(codemod: type) -> str:
    """SHA-256 of all that decides what a version of a pack does.

    That is the folder of the codemod, if its module is called `codemod`, without examples and
    texts for people; every module of the pack's own distribution that it imports, in turn; and the
    version of what the engine does.

    Args:
        codemod: The class.
    """
    start = _module_of(codemod)
    question = ("version", str(REWRITING_VERSION), *_places([start] if start else []))
    return known_of_code(question, lambda: _version_digest(start))


def _version_digest(start: _Module | None) -> str:
    digest = hashlib.sha256(b"%d\n" % REWRITING_VERSION)
    for name, content in sorted(_deciding(start).items() if start else ()):
        _add(digest, name, content)
    return digest.hexdigest()


def _deciding(start: _Module) -> Mapping[str, bytes]:
    top = start.name.partition(".")[0]
    files = dict(_reached([start.name], lambda name: name.partition(".")[0] == top, parents=False))
    if start.name.endswith(".codemod"):
        for folder in _folders(start.package):
            for path in _files_below(folder):
                inside = path.relative_to(folder)
                if _decides(inside):
                    # A module is one thing, however it has been come upon.
                    dotted = ".".join([start.package, *inside.with_suffix("").parts])
                    name = dotted if inside.suffix == ".py" else inside.as_posix()
                    files[name.removesuffix(".__init__")] = path.read_bytes()
    # The same pack has another first name where it is found by its path.
    return {name.removeprefix(f"{top}."): content for name, content in files.items()}


def _decides(inside: Path) -> bool:
    """Whether a file in the folder of a codemod has to do with what the codemod does."""
    return (
        inside.suffix not in (".pyc", ".md", ".rst", ".example") and "examples" not in inside.parts
    )


def _files_below(folder: Path) -> list[Path]:
    """All files below a folder besides what Python has compiled, in order."""
    files: list[Path] = []
    look_at([folder])
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        look_at(os.path.join(place, name) for name in folders)  # before they are listed
        files += [Path(place, name) for name in names if not name.endswith(".pyc")]
    there = sorted(path for path in files if path.is_file())
    look_at(there)
    return there


def _add(digest: Any, name: str, content: bytes) -> None:
    encoded = name.encode("utf-8", "surrogateescape")
    digest.update(b"%d %d\n" % (len(encoded), len(content)) + encoded + content)


def _module_of(function: Callable[..., Any]) -> _Module | None:
    """The module in which a function is written; None if it is one of the engine's."""
    while isinstance(function, partial):
        function = function.func
    name = getattr(function, "__module__", None) or type(function).__module__
    return None if name.partition(".")[0] in _OWN else _find(name)


# -------------------------------------------------------------------- imports


def _reached(
    names: Collection[str], wanted: Callable[[str], bool], *, parents: bool = True
) -> list[tuple[str, bytes]]:
    """Modules that are imported by way of some, these included: name and content, by name."""
    found: dict[str, bytes] = {}
    todo = list(names)
    while todo:
        name = todo.pop()
        module = None if name in found else _find(name)
        if module is None:
            continue
        content = found[name] = _content(module)
        if parents and "." in name:
            todo.append(name.rpartition(".")[0])
        if module.path.suffix == ".py":
            todo += [
                one for one in _imports(module.package, content) if one not in found and wanted(one)
            ]
    return sorted(found.items())


def _counts(name: str) -> bool:
    top = name.partition(".")[0]
    return top not in _OWN and top not in sys.stdlib_module_names


def _content(module: _Module) -> bytes:
    try:
        return module.path.read_bytes()
    except OSError:
        pass
    # In an archive: what its loader says is as good.
    spec = _spec(module.name)
    source = getattr(spec.loader, "get_source", None) if spec else None
    try:
        return (source(module.name) or "").encode() if source else b""
    except ImportError:
        return b""


_IMPORT = re.compile(
    r"""\bfrom[\s\\]+(?P<base>[.\w]+)[\s\\]+import\b[\s\\]*(?P<names>\([^)]*\)|(?:[^\n\\;]|\\\n)*)
    |\bimport[\s\\]+(?P<modules>(?:[^\n\\;]|\\\n)+)""",
    re.VERBOSE,
)
_NAME = re.compile(r"[\w.]+")


@cache
def _imports(package: str, content: bytes) -> tuple[str, ...]:
    """All modules that a source in a package may import, of those that count.

    Also inside functions, and some that it does not import: the text is searched, which is much
    faster than parsing it; what only looks like an import in a docstring or a comment counts as
    well, and does no harm. Remembered, as most sources decide about several versions.
    """
    return tuple(filter(_counts, dict.fromkeys(_written_imports(package, content))))


def _written_imports(package: str, content: bytes) -> Iterator[str]:
    for match in _IMPORT.finditer(content.decode("utf-8", "replace")):
        if match["modules"] is not None:
            yield from _NAME.findall(match["modules"])
            continue
        written = match["base"]
        base = written.lstrip(".")
        level = len(written) - len(base)
        if level:
            parts = package.split(".")
            above = parts[: len(parts) - level + 1]
            base = ".".join([*above, *([base] if base else [])])
        yield base
        yield from (f"{base}.{name}" for name in _NAME.findall(match["names"]))


def _find(name: str) -> _Module | None:
    """Where a module is; None if there is none, or none with a file."""
    spec = _spec(name)
    if spec is None or not spec.has_location or not spec.origin:
        return None
    module = _Module(name, Path(spec.origin), spec.submodule_search_locations is not None)
    # Something else beside it may come to have its name.
    look_at([module.path, *list(module.path.parents)[: 1 + module.is_package]])
    return module


def _folders(package: str) -> Iterator[Path]:
    spec = _spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if Path(folder).is_dir():
            yield Path(folder)


def _spec(name: str) -> ModuleSpec | None:
    """How a module would be imported; neither it nor its packages are."""
    known = getattr(sys.modules.get(name), "__spec__", None)
    if isinstance(known, ModuleSpec):
        return known
    parent, _, _ = name.rpartition(".")
    if not parent:
        look_where_modules_are()
        return _found_spec(name, tuple(sys.path), (), None)
    above = _spec(parent)
    if above is None or above.submodule_search_locations is None:
        return None
    path = tuple(above.submodule_search_locations)
    look_at(path)
    return _found_spec(name, path, tuple(map(_last_change, path)), path)


def _last_change(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns
    except OSError:
        return 0


@cache
def _found_spec(
    name: str, _folders: tuple[str, ...], _times: tuple[int, ...], path: Sequence[str] | None
) -> ModuleSpec | None:
    """What the finders say of a name, asked once as long as the folders are the same.

    Most names are no modules: classes after `from package import`, and words of prose.
    """
    for finder in sys.meta_path:
        try:
            spec = finder.find_spec(name, path)
        except (ImportError, AttributeError, ValueError):
            continue
        if spec is not None:
            return spec
    return None


rests_on_looks(_found_spec.cache_clear)
rests_on_looks(invalidate_caches)
