"""Runs a Bowler query over texts. Bowler itself neither reads nor writes the user's files."""

import codecs
import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bowler import Query
from bowler.tool import BowlerTool, apply_single_file
from bowler.types import BadTransform

from onepath.codemod.users.copies import write_copy
from onepath.codemod.users.user_codemod import (
    FailedError,
    LeftAloneError,
    UserCodemod,
    error_line,
    load_codemod,
)
from onepath.errors import InputError, Terminated
from onepath.facts.source import SourceText, UndecodableError


class _Tool(BowlerTool):  # type: ignore[misc]
    """Bowler's engine for one text at a time: no files, no queues, no processes, no questions."""

    def __init__(self, query: Query) -> None:
        def accept(filename: str, hunk: list[str]) -> bool:
            answers = [ask(filename, hunk) for ask in query.processors]
            return False not in answers

        options = {"print_function": True} if query.python_version == 3 else {}
        super().__init__(query.compile(), options=options, hunk_processor=accept, in_process=True)

    def log_error(self, msg: str, *args: Any, **kwds: Any) -> None:
        """Where Bowler goes on after an error in parsing, this file ends."""
        error = args[-1]
        place = getattr(error, "context", None)
        line = place[1][0] if place else 0
        raise FailedError(line, f"Bowler reads Python up to 3.8, and this is not: {error}")

    def refactor_tree(self, tree: Any, name: str) -> bool:
        if str(tree) != self._text:
            raise FailedError(0, "Bowler does not reproduce this file byte for byte")
        return bool(super().refactor_tree(tree, name))

    def rewritten(self, text: str, filename: str) -> str:
        """The text after the query; `text` itself if nothing matched."""
        self._text = text if text.endswith("\n") else text + "\n"
        new = str(self.refactor_string(self._text, filename))
        hunks = self.processed_file(new, filename, self._text)
        accepted = [hunk for hunk in hunks if self.hunk_processor(filename, hunk)]
        if len(accepted) < len(hunks):
            body = "".join("\n".join(hunk[2:]) + "\n" for hunk in accepted)
            new = self._text
            if body:
                new = apply_single_file(new, f"--- {filename}\n+++ {filename}\n{body}")
        return new if text.endswith("\n") else new.removesuffix("\n")


Rewrite = Callable[[str], bytes]


@contextlib.contextmanager
def bowler_rewrite(codemod: UserCodemod, files: Mapping[str, bytes]) -> Iterator[Rewrite]:
    """Give a function that takes one of `files` by its path and gives its new bytes.

    The query is built once, with the paths of copies in a private folder that is gone at the end,
    so that neither the function that builds it nor its callbacks meet the user's own files. What
    the given function raises is an outcome of that file.

    Raises:
        InputError: The user's function fails, runs the query itself, or gives something else.
    """
    with TemporaryDirectory(prefix="onepath-") as name:
        folder = Path(name).resolve()
        copies = {path: str(write_copy(folder, path, data)) for path, data in files.items()}
        query = _query(codemod, sorted(copies.values()))
        tool = _Tool(query)

        def rewrite(path: str) -> bytes:
            if not _covers(query, copies[path]):
                raise LeftAloneError("the query leaves this file out")
            try:
                return _rewritten(tool, copies[path], files[path])
            except FailedError:
                raise
            except UndecodableError as error:
                raise FailedError(1, str(error)) from None
            except BadTransform as error:
                reason = "what the query makes of it does not parse"
                raise FailedError(0, reason, is_defect=True) from error
            except Terminated:
                raise
            except (Exception, SystemExit) as error:
                reason = error_line(error).replace(f"{folder}/", "")
                raise FailedError(0, reason, is_defect=True) from error

        yield rewrite


def _query(codemod: UserCodemod, paths: list[str]) -> Query:
    try:
        query = load_codemod(codemod)(paths)
    except Terminated:
        raise
    except (Exception, SystemExit) as error:
        raise InputError(f"{codemod.name} failed: {error_line(error)}") from error
    if not isinstance(query, Query):
        raise InputError(
            f"{codemod.name} gives {type(query).__name__}, not a bowler.Query",
            hint="it is called with a list of paths and returns the query: Query(paths).select…",
        )
    if query.retcode is not None:
        raise InputError(
            f"{codemod.name} runs the query itself",
            hint="leave out execute(), write(), diff() or idiff(): it returns the query, unrun",
        )
    return query


def _rewritten(tool: _Tool, copy: str, data: bytes) -> bytes:
    source = SourceText(data)
    text = source.utf8.decode("utf-8")
    # Bowler ends the lines that it makes with \n.
    windows = "\r\n" in text and text.count("\n") == text.count("\r\n")
    new = tool.rewritten(text.replace("\r\n", "\n") if windows else text, copy)
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    codec = "utf-8" if mark else source.encoding
    return mark + (new.replace("\n", "\r\n") if windows else new).encode(codec)


def _covers(query: Query, copy: str) -> bool:
    """Whether the paths that the query was made with name the file or a folder above it."""
    return query.paths == ["."] or any(
        copy == path or copy.startswith(f"{path.rstrip('/')}/") for path in query.paths
    )
