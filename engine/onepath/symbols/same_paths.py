"""Whether files may come and go without anybody noticing who has asked for paths.

What was asked is kept (`onepath.snapshot.asked`); what each file that comes or goes changes is
known: its path, the module of its name, the folders that are there because of it, and whether
scripts beside it find each other.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from posixpath import dirname
from typing import Any

from onepath.snapshot.asked import AskedPaths, PathKind, is_python
from onepath.symbols.modules import COMPILED, SUFFIXES, Modules, is_package


def kept_paths(modules: Modules, asked: AskedPaths) -> Mapping[str, Any]:
    """What was asked, in a form that can be kept and shared; not the kinds, which are code.

    Args:
        modules: The modules of the snapshot that it was asked of.
        asked: What was asked.
    """
    return {
        "roots": modules.roots,
        "projects": modules.projects,
        "joined": modules.joined,
        "files": asked.files | asked.planned,
        "stems": asked.stems,
        "own_stems": asked.own_stems,
        "script_folders": asked.script_folders,
        "planned": asked.planned,
        "are_listed": asked.are_listed,
        "are_python_listed": asked.are_python_listed,
        "tops": asked.tops,
    }


def nobody_asked(
    kept: Mapping[str, Any],
    modules: Modules,
    *,
    differing: Sequence[str],
    there: Set[str],
    gone: Collection[str] = (),
    kinds: Sequence[PathKind] = (),
    python_listed: bool = False,
) -> bool:
    """Whether all that was asked of the paths of one tree has the same answer in another one.

    Args:
        kept: What was asked.
        modules: The modules of the other tree.
        differing: The paths that only one of them has.
        there: The paths that both have.
        gone: Those that only the first one has.
        kinds: All paths of these kinds were asked for.
        python_listed: Whether it is no matter that somebody went through all Python files.
    """
    kept_roots = tuple(kept["roots"]), tuple(kept["projects"]), frozenset(kept["joined"])
    if kept_roots != (modules.roots, modules.projects, frozenset(modules.joined)):
        return False
    if not differing:
        return True
    if kept["are_listed"] or not kept["files"].isdisjoint(differing):
        return False
    python = [path for path in differing if is_python(path)]
    if python and kept["are_python_listed"] and not python_listed:
        return False
    if any(kind(path) for kind in kinds for path in differing):
        return False
    if not kept["stems"].isdisjoint(stem for path in differing for stem in _stems(path)):
        return False
    come = (path for path in differing if path not in gone)
    if not kept["own_stems"].isdisjoint(stem for path in come for stem in _stems(path)):
        return False
    stays = there - kept["planned"]
    if not all(
        _top(path, modules) not in kept["tops"] or _has_a_known_top(path, stays, modules)
        for path in python
    ):
        return False
    return _same_folders(kept, python, stays)


def _has_a_known_top(path: str, there: Set[str], modules: Modules) -> bool:
    """Whether the name of another module begins in the same way."""
    top = _top(path, modules)
    folder = path.partition("/")[0]
    return any(
        other.startswith(f"{folder}/") and is_python(other) and _top(other, modules) == top
        for other in there
    )


def _top(path: str, modules: Modules) -> str:
    """What the name of a module begins with."""
    return modules.name(path).partition(".")[0]


def _stems(path: str) -> Iterable[str]:
    """Where a file is looked for as a module, or as what a module is built from."""
    if path.endswith(COMPILED):
        yield path.rpartition(".")[0]
    for suffix in SUFFIXES:
        if path.endswith(suffix):
            yield path.removesuffix(suffix)


def _same_folders(kept: Mapping[str, Any], python: Sequence[str], there: Set[str]) -> bool:
    """Whether the folders that were asked for are there because of other files as well.

    Files that planned worlds change, make or leave out say nothing of that.
    """
    modules = {path for path in there if is_python(path)}
    direct = {dirname(path) for path in modules}
    above = {folder for one in direct for folder in _with_parents(one)}
    for path in python:
        folder = dirname(path)
        if any(one in kept["stems"] and one not in above for one in _with_parents(folder)):
            return False
        asked: Set[str] = kept["script_folders"]
        if is_package(path):
            # Around a package that was none, or is none any more, scripts are found otherwise.
            if folder in asked or dirname(folder) in asked - direct:
                return False
        elif folder in asked - direct:
            return False
    return True


def _with_parents(folder: str) -> Iterable[str]:
    while folder:
        yield folder
        folder = dirname(folder)
