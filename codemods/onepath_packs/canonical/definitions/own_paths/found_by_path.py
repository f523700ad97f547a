"""Files that other code finds by their path, and would not find at their new place."""

import re
from collections.abc import Iterator, Mapping
from posixpath import basename, dirname

from onepath.codemod import Needles, World
from onepath.snapshot.asked import Beside, paths_of_kind
from onepath.symbols.modules import is_package, is_test
from onepath_packs.canonical.definitions.old_paths.remaining import RemainingReader
from onepath_packs.canonical.definitions.own_paths.own_place import READING_DATA
from onepath_packs.canonical.definitions.refused import CannotMoveError

_PYTHON = (".py", ".pyi")
_SCRIPT = re.compile(rb"(?m)^if[ \t]+__name__[ \t]*==[ \t]*[\"']__main__[\"']")
_READS_TEXT = re.compile(rb"\bopen\(|\bread_(?:text|bytes)\(")
_OF_PLACE = re.compile(rb"__file__|" + READING_DATA)
_HINT = "what finds it can be given the new path first"


def found_by_path(world: World, files: Mapping[str, str]) -> Iterator[tuple[str, RemainingReader]]:
    """The files that code which stays finds by their path, each with a place that does.

    `Path(__file__).parent / "tools" / "gen.py"`, `pkgutil.get_data("p", "data/t.txt")`; and by the
    name of the file alone, `"gen.py"`, where the code is in its folder or below it.

    Args:
        world: The code.
        files: Old path -> new path, of all that moves.
    """
    store = world.fact_store
    names = {basename(path) for path in files if not is_package(path)}
    texts = world.read([*store.others_mentioning(store.python, Needles.of(names))] if names else [])
    moving = {*files, *files.values()}
    staying = {path: data for path, data in texts.items() if path not in moving}
    for path in files if staying else ():
        parent, name = basename(dirname(path)).encode(), basename(path).encode()
        if is_package(path) or name not in b"\0".join(staying.values()):
            continue
        spelled = tuple(map(re.escape, (parent, name))) * 2
        here = re.compile(
            rb"(?<=[\"'/])%b/%b(?=[\"'])|[\"']%b[\"']\s*\)?\s*[,/]\s*[\"']%b(?=[\"'])" % spelled
        )
        alone = re.compile(rb"(?<=[\"'])%b(?=[\"'])" % re.escape(name))
        whole = (b'"%b"' % path.encode(), b"'%b'" % path.encode())
        for user, data in staying.items():
            by_name = _is_near(user, path) and _OF_PLACE.search(data) is not None
            for match in (alone if by_name else here).finditer(data) if parent or by_name else ():
                start = data.rfind(b"\n", 0, match.start()) + 1
                if not any(one in data[start : match.end() + 1] for one in whole):
                    yield path, _reader(user, data, match.start())


def runs_as_script(data: bytes) -> bool:
    """Whether a module does something when it is run: `if __name__ == "__main__":`."""
    return _SCRIPT.search(data) is not None


def check_found_by_path(world: World, files: Mapping[str, str]) -> None:
    """Refuse to move data and scripts that code which stays finds by their path, and modules whose
    text it reads.

    Args:
        world: The code.
        files: Old path -> new path, of all that moves.

    Raises:
        CannotMoveError: Names the place that finds them.
    """
    moved = world.read([path for path in files if path.endswith(".py")])
    for path, reader in (*found_by_path(world, files), *_folder_found(world, files)):
        is_run = path.endswith(_PYTHON) and not runs_as_script(moved.get(path, b""))
        if not is_run or _READS_TEXT.search(world.read([reader.path])[reader.path]):
            reason = f"'{path}' is found here by its path"
            raise CannotMoveError(reader.path, reader.line, reason, hint=_HINT)


def text_reader(world: World, path: str) -> RemainingReader | None:
    """A place that reads the text of a module, which it finds by its path; None if there is none.

    Args:
        world: The code.
        path: The module.
    """
    for _, reader in found_by_path(world, {path: path}):
        if _READS_TEXT.search(world.read([reader.path])[reader.path]):
            return reader
    if is_package(path):
        # Who opens that of a package looks for its version.
        return None
    store = world.fact_store
    mentioning = store.others_mentioning(store.python, Needles.of([path]))
    # A whole path is a text that many lists have: it is read where that line reads one.
    whole = re.compile(rb"(?m)^.*?[\"']%b[\"'].*$" % re.escape(path.encode()))
    for user, data in world.read([*mentioning]).items():
        for match in whole.finditer(data):
            if user != path and _READS_TEXT.search(match[0]):
                return _reader(user, data, match.start())
    return None


def _is_near(user: str, path: str) -> bool:
    """Whether code, and no test, is in the folder of a file or below it."""
    folder = dirname(path)
    return (not folder or user.startswith(f"{folder}/")) and not is_test(user)


def _folder_found(world: World, files: Mapping[str, str]) -> Iterator[tuple[str, RemainingReader]]:
    """The data of a package whose folder modules beside it find by its name."""
    inits = [path for path in files if is_package(path)]
    data = next((path for path in files if not path.endswith(_PYTHON)), None)
    if not inits or data is None:
        return
    folder = dirname(min(inits, key=len))
    named = re.compile(
        rb"(?:[,/]|joinpath\()\s*[\"']%b[\"']" % re.escape(basename(folder).encode())
    )
    beside = paths_of_kind(world.fact_store.python, Beside(dirname(folder)))
    for path, text in world.read(beside).items():
        if _OF_PLACE.search(text) and (match := named.search(text)) is not None:
            yield data, _reader(path, text, match.start())


def _reader(path: str, data: bytes, at: int) -> RemainingReader:
    return RemainingReader(path, data.count(b"\n", 0, at) + 1, "finds it by its path")
