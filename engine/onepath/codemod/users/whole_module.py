"""Runs one of the user's codemods over whole files; each file's outcome is a value."""

import argparse
import gc
import inspect
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import libcst
from libcst.codemod import Codemod, CodemodCommand, CodemodContext, SkipFile
from libcst.helpers import ModuleNameAndPackage
from libcst.metadata import FilePathProvider, FullRepoManager, FullyQualifiedNameProvider

from onepath.codemod.users.limit import TookTooLong, limited
from onepath.codemod.users.shell_command import command_rewrite
from onepath.codemod.users.user_codemod import (
    FailedError,
    LeftAloneError,
    UserCodemod,
    aside,
    error_line,
    line_of,
    load_codemod,
)
from onepath.codemod.users.watched import Ended, may_watch, watched
from onepath.errors import InputError, Terminated
from onepath.facts.extract.file import parse
from onepath.facts.source import SourceText, UndecodableError
from onepath.model import Entry, Source

CHANGED, UNCHANGED, MISSING = "changed", "unchanged", "missing"
SKIPPED, FAILED, BROKEN = "codemod-skipped", "codemod-failed", "proof-does-not-parse"

# Split, so that no other tool takes this very file for generated code.
_GENERATED = b"@" + b"generated"


class TargetFile(NamedTuple):
    """A file, and the module that it is."""

    entry: Entry
    module: str


class FileBatch(NamedTuple):
    """Work for one process."""

    codemod: UserCodemod
    source: Source
    targets: tuple[TargetFile, ...]
    settings: Mapping[str, bytes] = {}
    """For a command: files by path in which tools find their settings."""


class FileResult(NamedTuple):
    """What came of one file."""

    path: str
    status: str
    """`changed`, `unchanged`, `missing`, or the code of the refusal."""
    old: bytes = b""
    new: bytes = b""
    """With `changed`: the file before and after."""
    line: int = 0
    reason: str = ""
    warnings: tuple[str, ...] = ()
    """What the codemod has to say about the file."""
    is_defect: bool = False
    """Whether the codemod failed, and not because of what the file is."""


def check_codemod(codemod: UserCodemod) -> None:
    """Make sure that the codemod can be run, before any file is read.

    Raises:
        InputError: It can't be imported, is no codemod, or does not take its arguments.
    """
    if codemod.kind == "exec":
        return
    if codemod.kind == "libcst":
        _Command(codemod)
    elif not callable(load_codemod(codemod)):
        raise InputError(f"{codemod.name} is no function that builds a query")
    elif codemod.arguments:
        raise InputError(f"a Bowler query takes no arguments: {' '.join(codemod.arguments)}")


def run_batch(batch: FileBatch) -> list[FileResult]:
    """Run the codemod over every file of a batch; runs in a worker.

    Raises:
        InputError: The codemod as a whole does not work. One bad file never raises.
    """
    read = list(batch.source.read([target.entry for target in batch.targets]))
    files = {entry.path: data for entry, data in read if data is not None}
    modules = {target.entry.path: target.module for target in batch.targets}
    seconds = batch.codemod.seconds
    missing = [FileResult(entry.path, MISSING) for entry, data in read if data is None]
    with aside(), _collecting(), _rewrite(batch, files, modules) as rewrite:
        run = partial(_run, rewrite, files, seconds)
        if batch.codemod.kind == "exec" or not may_watch():
            return missing + [run(path) for path in files]
        results = watched(partial(_run_interrupted, run), list(files), seconds)
        return missing + [
            FileResult(result.path, FAILED, reason=result.reason, is_defect=True)
            if isinstance(result, Ended)
            else result
            for result in results
        ]


_Rewrite = Callable[[str, list[str]], bytes]
"""A path, and where warnings go -> the new bytes."""


@contextmanager
def _rewrite(
    batch: FileBatch, files: Mapping[str, bytes], modules: Mapping[str, str]
) -> Iterator[_Rewrite]:
    codemod = batch.codemod
    if codemod.kind == "exec":
        with command_rewrite(codemod, files, batch.settings) as rewrite:
            yield lambda path, _: rewrite(path)
    elif codemod.kind == "bowler":
        from onepath.codemod.users.bowler_query import bowler_rewrite

        with bowler_rewrite(codemod, files) as rewrite:
            yield lambda path, _: rewrite(path)
    else:
        command = _Command(codemod)
        yield lambda path, warnings: command.rewrite(path, modules[path], files[path], warnings)


def _run_interrupted(run: Callable[[str], FileResult], path: str) -> FileResult:
    """Run where an interrupt is the codemod's: that of a whole command is for all processes."""
    try:
        return run(path)
    except KeyboardInterrupt as error:
        return FileResult(path, FAILED, reason=error_line(error), is_defect=True)


def _run(rewrite: _Rewrite, files: Mapping[str, bytes], seconds: float, path: str) -> FileResult:
    warnings: list[str] = []
    try:
        with limited(seconds):
            new = rewrite(path, warnings)
        ran = _judged(path, files[path], new)
    except TookTooLong as end:
        where = error_line(end).partition("(")[2].rstrip(")")
        reason = f"it did not end within {seconds:g} seconds{f' ({where})' if where else ''}"
        ran = FileResult(path, FAILED, line=line_of(end), reason=reason, is_defect=True)
    except FailedError as failure:
        ran = FileResult(
            path, FAILED, line=failure.line, reason=failure.reason, is_defect=failure.is_defect
        )
    except (SkipFile, LeftAloneError) as skip:
        ran = FileResult(path, SKIPPED, reason=str(skip) or "the codemod skips this file")
    except Terminated:
        raise
    except (Exception, SystemExit) as error:
        ran = FileResult(path, FAILED, reason=error_line(error), is_defect=True)
    return ran._replace(warnings=tuple(map(str, warnings)))


def _judged(path: str, old: bytes, new: bytes) -> FileResult:
    """Refuse what no codemod may do to a file."""
    if new == old:
        return FileResult(path, UNCHANGED)
    if _GENERATED in old:
        return FileResult(path, SKIPPED, reason="generated file: change what generates it")
    problem = _problem(new)
    if problem and not _problem(old):
        line, reason = problem
        return FileResult(
            path, BROKEN, line=line, reason=f"after the codemod: {reason}", is_defect=True
        )
    return FileResult(path, CHANGED, old, new)


def _problem(data: bytes) -> tuple[int, str] | None:
    """Line and reason if the file does not parse."""
    try:
        parse(SourceText(data).utf8)
    except UndecodableError as error:
        return 1, str(error)
    except SyntaxError as error:
        return error.lineno or 1, error.msg or "invalid syntax"
    except (RecursionError, MemoryError):
        return 1, "nested too deeply to be read"
    return None


@contextmanager
def _collecting() -> Iterator[None]:
    """Collect cycles, which the user's code and Bowler's trees are full of."""
    before = gc.isenabled()
    gc.enable()
    try:
        yield
    finally:
        if not before:
            gc.disable()


# ------------------------------------------------------------------- libcst


class _Command:
    """A libcst codemod with its arguments; every file gets an instance of its own."""

    def __init__(self, codemod: UserCodemod) -> None:
        self._class = _codemod_class(codemod)
        self._arguments = _arguments(codemod, self._class)
        try:
            with aside():
                self._class(CodemodContext(), **self._arguments)
        except Terminated:
            raise
        except (Exception, SystemExit) as error:
            raise InputError(f"{codemod.name} can't be made: {error_line(error)}") from error

    def rewrite(self, path: str, module: str, data: bytes, warnings: list[str]) -> bytes:
        package = module if Path(path).stem == "__init__" else module.rpartition(".")[0]
        context = CodemodContext(
            warnings=warnings,
            filename=path,
            full_module_name=module,
            full_package_name=package,
            metadata_manager=_Metadata(
                path,
                ModuleNameAndPackage(module, package),
                self._class.get_inherited_dependencies(),
            ),
        )
        try:
            tree = libcst.parse_module(data)
        except libcst.ParserSyntaxError as error:
            reason = " ".join(error.message.partition(": expected one of")[0].split())
            # Where a file does not end, CPython names the place and libcst the first line.
            line, _ = _problem(data) or (error.raw_line, "")
            raise FailedError(line, f"libcst can't parse it: {reason}") from None
        except (UnicodeDecodeError, SyntaxError, LookupError) as error:
            raise FailedError(1, f"libcst can't decode it: {error}") from None
        known = _seen(path)
        try:
            result: object = self._class(context, **self._arguments).transform_module(tree)
        except (SkipFile, Terminated):
            raise
        except (Exception, SystemExit) as error:
            raise FailedError(line_of(error), error_line(error), is_defect=True) from error
        if not isinstance(result, libcst.Module):
            reason = f"it gives {type(result).__name__}, and not a libcst.Module"
            raise FailedError(0, reason, is_defect=True)
        if _seen(path) != known:
            reason = "it has written into the file itself, and not only given its new tree"
            raise FailedError(0, reason, is_defect=True)
        new = result.bytes
        if new == data or new == tree.bytes:
            return data
        if tree.bytes != data:
            raise FailedError(0, "libcst does not reproduce this file byte for byte")
        return new


def _seen(path: str) -> tuple[int, int] | None:
    """How a file looks where the codemod finds it by its path; None if it is not there."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size


class _Metadata(FullRepoManager):
    """What libcst would ask a repository on disk, known from the snapshot.

    Other providers that keep something of a repository are asked for it, as libcst's runner does.
    """

    def __init__(
        self, path: str, module: ModuleNameAndPackage, providers: Iterable[type[Any]]
    ) -> None:
        known = {FullyQualifiedNameProvider: module, FilePathProvider: Path(path)}
        others = {one for one in providers if one not in known and one.gen_cache is not None}
        super().__init__(".", [path], others)
        self._known = known

    def get_cache_for_path(self, path: str) -> Mapping[Any, object]:
        return {**super().get_cache_for_path(path), **self._known}


def _codemod_class(codemod: UserCodemod) -> type[Codemod]:
    found = load_codemod(codemod)
    if not (inspect.isclass(found) and issubclass(found, Codemod)):
        raise InputError(
            f"{codemod.name} is not a libcst codemod",
            hint="it must be a class that derives from libcst.codemod.Codemod",
        )
    if inspect.isabstract(found):
        missing = ", ".join(sorted(found.__abstractmethods__))
        raise InputError(f"{codemod.name} is abstract: it does not define {missing}")
    return found


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InputError(f"{self.prog}: {message}", hint=self.format_help().strip())


def codemod_help(codemod: UserCodemod) -> str:
    """What a codemod says of itself and of its arguments.

    Raises:
        InputError: It can't be imported, or is none that takes arguments.
    """
    command = _codemod_class(codemod) if codemod.kind == "libcst" else None
    if command is None or not issubclass(command, CodemodCommand):
        raise InputError(f"{codemod.name} takes no arguments")
    return _parser(codemod, command).format_help()


def _arguments(codemod: UserCodemod, command: type[Codemod]) -> dict[str, Any]:
    if not issubclass(command, CodemodCommand):
        if codemod.arguments:
            raise InputError(f"{codemod.name} takes no arguments: {' '.join(codemod.arguments)}")
        return {}
    parser = _parser(codemod, command)
    try:
        with aside():
            return vars(parser.parse_args(codemod.arguments))
    except (InputError, Terminated):
        raise
    except (Exception, SystemExit) as error:
        raise InputError(f"{codemod.name} can't be given arguments: {error_line(error)}") from error


def _parser(codemod: UserCodemod, command: type[CodemodCommand]) -> _Parser:
    parser = _Parser(
        prog=f"migrate run {codemod.name} --",
        description=command.DESCRIPTION,
        add_help=False,
        fromfile_prefix_chars="@",
    )
    try:
        with aside():
            command.add_args(parser)
    except Terminated:
        raise
    except (Exception, SystemExit) as error:
        raise InputError(f"{codemod.name} can't be given arguments: {error_line(error)}") from error
    return parser
