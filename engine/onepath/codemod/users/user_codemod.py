"""A codemod that the user names: how its name is written, and how it is imported.

It is the user's own code, named on the command line, so it is imported and run as such: from
the installed packages and the current folder, or from a file, never from a snapshot.
"""

import functools
import hashlib
import importlib
import importlib.util
import inspect
import os
import re
import sys
import sysconfig
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, NamedTuple

from onepath.errors import InputError, Terminated

_BOWLER = "bowler:"
_FORMS = (
    "write package.module.Class or path/to/file.py:Class for a libcst codemod, "
    "bowler:package.module:function or bowler:path/to/file.py:function for a Bowler query"
)
_NOT_THE_USERS = frozenset(("onepath", "libcst", "bowler", "fissix"))
"""Packages whose frames in a traceback say nothing of where the user's code went wrong."""
_STANDARD = Path(os.path.realpath(sysconfig.get_path("stdlib")))
_NOT_IN_A_BRANCH = re.compile(r"[^A-Za-z0-9_-]+")


class LeftAloneError(Exception):
    """The codemod leaves a file alone; the message says why."""


class FailedError(Exception):
    """The codemod fails on a file.

    Args:
        line: Where in the file, if that is known; else 0.
        reason: In one line.
        is_defect: Whether the codemod is at fault, and not the file.
    """

    def __init__(self, line: int, reason: str, *, is_defect: bool = False) -> None:
        super().__init__(reason)
        self.is_defect = is_defect
        self.line = line
        self.reason = reason


UserKind = Literal["libcst", "bowler", "exec"]


class UserCodemod(NamedTuple):
    """What the user typed, taken apart. Small, and every process imports it for itself."""

    kind: UserKind
    """`exec` is that of a command."""
    place: str
    """A dotted module, or the absolute path of a file; of a command the program."""
    attribute: str
    """The class or function in it."""
    arguments: tuple[str, ...]
    """Its own command line."""
    seconds: float = 0
    """How long it may take for one file; 0 for any time."""

    @property
    def in_file(self) -> bool:
        return self.place.endswith(".py")

    @property
    def name(self) -> str:
        """The same on every machine: a file is known by its own name."""
        if self.kind == "exec":
            return os.path.basename(self.place)
        if self.in_file:
            text = f"{os.path.basename(self.place)}:{self.attribute}"
        else:
            text = f"{self.place}{':' if self.kind == 'bowler' else '.'}{self.attribute}"
        return f"{_BOWLER}{text}" if self.kind == "bowler" else text

    @property
    def slug(self) -> str:
        """The name as the last part of a branch's name."""
        return _NOT_IN_A_BRANCH.sub("-", self.name).strip("-") or "codemod"


def parse_codemod(text: str, arguments: Sequence[str] = (), seconds: float = 0) -> UserCodemod:
    """Take apart how the user names a codemod; nothing is imported.

    Args:
        text: What was typed.
        arguments: The codemod's own command line.
        seconds: How long it may take for one file; 0 for any time.

    Raises:
        InputError: It has none of the forms.
    """
    kind: UserKind = "bowler" if text.startswith(_BOWLER) else "libcst"
    rest = text.removeprefix(_BOWLER)
    separator = ":" if ":" in rest else "."
    place, _, attribute = rest.rpartition(separator)
    is_file = separator == ":" and place.endswith(".py")
    dotted = all(part.isidentifier() for part in place.split("."))
    if not attribute.isidentifier() or not (is_file or dotted) or rest.endswith(".py"):
        raise InputError(f"'{text}' names no codemod", hint=_FORMS)
    place = os.path.abspath(place) if is_file else place
    return UserCodemod(kind, place, attribute, tuple(arguments), seconds)


@functools.cache
def load_codemod(codemod: UserCodemod) -> Any:
    """Import what the user named.

    Raises:
        InputError: There is no such module, file or name in it, or importing it fails.
    """
    with aside():
        module = _from_file(codemod) if codemod.in_file else _from_packages(codemod)
        found = getattr(module, codemod.attribute, None) or _submodule(codemod)
    own = _candidates(codemod, found if inspect.ismodule(found) else module)
    if found is None:
        close = get_close_matches(codemod.attribute, own, 1) or own
        raise InputError(
            f"{codemod.place} has no '{codemod.attribute}'",
            hint=f"it has {', '.join(close)}" if close else _FORMS,
        )
    if inspect.ismodule(found):
        raise InputError(
            f"{codemod.name} is a module; name a codemod in it",
            hint=f"it has {', '.join(own)}" if own else _FORMS,
        )
    return found


def codemod_digest(codemod: UserCodemod) -> str:
    """SHA-256 of the source file that defines the codemod, or of the command, hex."""
    if codemod.kind == "exec":
        return hashlib.sha256(repr(codemod[:4]).encode(errors="replace")).hexdigest()
    try:
        source = inspect.getsourcefile(load_codemod(codemod))
    except TypeError:
        source = None
    return hashlib.sha256(Path(source).read_bytes() if source else b"").hexdigest()


@contextmanager
def aside() -> Iterator[None]:
    """Let what the user's code prints go to stderr: stdout has our result."""
    with redirect_stdout(sys.stderr):
        yield


def line_of(error: BaseException) -> int:
    """The line of the file at whose node a libcst codemod failed; 0 if that is not known."""
    from libcst import CSTNode, Module
    from libcst.metadata import MetadataWrapper, PositionProvider

    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    visited = [frame.f_locals.get("self") for frame in frames if frame.f_code.co_name == "visit"]
    nodes = [node for node in visited if isinstance(node, CSTNode)]
    root = next((node for node in nodes if isinstance(node, Module)), None)
    if root is None:
        return 0
    places = MetadataWrapper(root, unsafe_skip_copy=True).resolve(PositionProvider)
    return next((places[node].start.line for node in reversed(nodes) if node in places), 0)


def error_line(error: BaseException) -> str:
    """An error of the user's code in one line, with the place in that code."""
    text = next(iter(str(error).splitlines()), "")
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if _NOT_THE_USERS.isdisjoint(Path(frame.filename).parts)
        and not frame.filename.startswith("<")
        and not _is_standard(frame.filename)
    ]
    place = ""
    # A syntax error names its place itself.
    if frames and not (isinstance(error, SyntaxError) and error.filename):
        place = f" ({os.path.basename(frames[-1].filename)}:{frames[-1].lineno})"
    return f"{type(error).__name__}{': ' if text else ''}{text}{place}"


def _is_standard(filename: str) -> bool:
    """Whether a file is of the standard library, in whose folder installed packages may be too."""
    path = Path(os.path.realpath(filename))
    return path.is_relative_to(_STANDARD) and "site-packages" not in path.parts


def _candidates(codemod: UserCodemod, module: ModuleType) -> list[str]:
    """What the user may have meant: the codemods that the module itself defines."""
    from libcst.codemod import Codemod

    wanted = inspect.isfunction if codemod.kind == "bowler" else inspect.isclass
    return [
        name
        for name, value in inspect.getmembers(module, wanted)
        if value.__module__ == module.__name__
        and (codemod.kind == "bowler" or issubclass(value, Codemod))
    ]


def _submodule(codemod: UserCodemod) -> ModuleType | None:
    try:
        return (
            None
            if codemod.in_file
            else importlib.import_module(f"{codemod.place}.{codemod.attribute}")
        )
    except ImportError:
        return None


def _from_packages(codemod: UserCodemod) -> ModuleType:
    _add_to_path(os.getcwd())
    try:
        return importlib.import_module(codemod.place)
    except ModuleNotFoundError as error:
        if error.name and f"{codemod.place}.".startswith(f"{error.name}."):
            if own := _of_libcst(codemod):
                return own
            raise InputError(
                f"no module '{error.name}', neither installed nor in the current folder",
                hint=_FORMS,
            ) from None
        raise _import_failed(codemod, error) from error
    except Terminated:
        raise
    except (Exception, SystemExit) as error:
        raise _import_failed(codemod, error) from error


def _of_libcst(codemod: UserCodemod) -> ModuleType | None:
    """The module of libcst's own codemods that its runner would take; None if there is none."""
    if codemod.kind != "libcst":
        return None
    try:
        return importlib.import_module(f"libcst.codemod.commands.{codemod.place}")
    except ImportError:
        return None


def _from_file(codemod: UserCodemod) -> ModuleType:
    path = Path(codemod.place)
    if not path.is_file():
        raise InputError(f"{codemod.place}: no such file")
    _add_to_path(str(path.parent))
    # Not the file's own name: it may be that of a module which is imported already.
    name = f"_onepath_run_{hashlib.sha256(codemod.place.encode(errors='replace')).hexdigest()}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise InputError(f"{codemod.place}: not a Python file")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Terminated:
        raise
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise _import_failed(codemod, error) from error
    return module


def _add_to_path(folder: str) -> None:
    # Last, so that no folder of the user's hides a module that this program still imports.
    if folder not in sys.path:
        sys.path.append(folder)


def _import_failed(codemod: UserCodemod, error: BaseException) -> InputError:
    return InputError(f"importing {codemod.place} failed: {error_line(error)}")
