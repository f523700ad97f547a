"""Codemods of users, and what becomes of files that are in memory."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from onepath.codemod.users.user_codemod import UserCodemod
from onepath.codemod.users.whole_module import (
    FileBatch,
    FileResult,
    TargetFile,
    check_codemod,
    run_batch,
)
from onepath.model import Entry

LIBCST = """
import libcst
from libcst.codemod import Codemod, ContextAwareTransformer, SkipFile, VisitorBasedCodemodCommand
from libcst.metadata import FullyQualifiedNameProvider

class Name(VisitorBasedCodemodCommand):
    "Renames one name."

    DESCRIPTION = "Renames one name."

    @staticmethod
    def add_args(arg_parser):
        arg_parser.add_argument("--old", required=True)
        arg_parser.add_argument("--new", required=True)

    def __init__(self, context, old, new):
        super().__init__(context)
        self.old, self.new = old, new

    def leave_Name(self, original_node, updated_node):
        if updated_node.value == self.old:
            self.warn(f"found {self.old} in {self.context.filename}")
            print("a word to the user")
            return updated_node.with_changes(value=self.new)
        return updated_node

class Odd(ContextAwareTransformer):
    def leave_Name(self, original_node, updated_node):
        if updated_node.value == "skip":
            raise SkipFile("not this one")
        if updated_node.value == "leave":
            raise SystemExit(3)
        if updated_node.value == "fail":
            raise ValueError("first line\\nsecond line")
        if updated_node.value == "broken":
            return updated_node.with_changes(value="class")
        if updated_node.value == "smile":
            return updated_node.with_changes(value="\\u0436")
        return updated_node.with_changes(value="done")

class Whereabouts(VisitorBasedCodemodCommand):
    METADATA_DEPENDENCIES = (FullyQualifiedNameProvider,)

    def leave_FunctionDef(self, original_node, updated_node):
        (found,) = self.get_metadata(FullyQualifiedNameProvider, original_node)
        context = self.context
        said = f"{found.name} {context.full_module_name} {context.full_package_name}"
        return updated_node.with_changes(
            body=libcst.IndentedBlock([libcst.parse_statement(repr(said))])
        )

class Abstract(Codemod):
    pass

class Greedy(VisitorBasedCodemodCommand):
    def __init__(self, context, more):
        super().__init__(context)

NOT_A_CLASS = 3
"""

BOWLER = """
from bowler import Query

def rename(paths):
    return Query(paths).select_function("old").rename("new")

def half(paths):
    wanted = [path for path in paths if path.endswith("a.py")]
    return Query(wanted).select_function("old").rename("new")

def picky(paths):
    return rename(paths).process(lambda path, hunk: "# no" not in "".join(hunk))

def fails(paths):
    def modify(node, capture, filename):
        raise ValueError(f"can't do {filename}")
    return Query(paths).select_function("old").modify(modify)

def breaks(paths):
    def modify(node, capture, filename):
        node.children[1].value = "not a name"
    return Query(paths).select_function("old").modify(modify)

def runs_itself(paths):
    return rename(paths).execute(write=True, silent=True, interactive=False)

def none(paths):
    pass

def raises(paths):
    raise KeyError("here")
"""


class Memory:
    """A source whose files are in memory."""

    def __init__(self, files: Mapping[str, bytes | None]) -> None:
        self._files = files

    def part(self, entries: Iterable[Entry]) -> "Memory":
        return self

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes | None]]:
        for entry in entries:
            yield entry, self._files[entry.path]


@pytest.fixture(autouse=True)
def _same_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))


@pytest.fixture
def codemods(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").write_text(LIBCST)
    (tmp_path / "query.py").write_text(BOWLER)
    return tmp_path


def run(codemod: UserCodemod, files: Mapping[str, bytes | None]) -> dict[str, FileResult]:
    check_codemod(codemod)
    targets = tuple(
        TargetFile(Entry(path, "0" * 40, 0o100644), path.removesuffix(".py").replace("/", "."))
        for path in files
    )
    return {ran.path: ran for ran in run_batch(FileBatch(codemod, Memory(files), targets))}
