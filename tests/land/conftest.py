import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from onepath.edit.edits import apply_edits
from onepath.model import Changeset, Edit, FileChange, Phase, Plan, Refusal, VersionId
from onepath.snapshot.blobs import blob_id
from onepath.snapshot.repository import Repository

FILES = {
    "pkg/__init__.py": b"",
    "pkg/new.py": b"class Name:\n    pass\n",
    "pkg/old.py": b"from pkg.new import Name\n",
    "pkg/crlf.py": b"from pkg.old import Name\r\nx = 1\r\n",
    'pkg/od d "n\xc3\xa4me.py'.encode("latin-1").decode(): b"from pkg.old import Name",
    "pkg/latin\udce9.py": b"# -*- coding: latin-1 -*-\nfrom pkg.old import Name  # \xe9\n",
    "run.py": b"#!/usr/bin/env python\nfrom pkg.old import Name\n\nName()\n",
    "notes.txt": b"pkg.old\n",
}


def changed(path: str, old: bytes, before: bytes, after: bytes, mode: int = 0o100644) -> FileChange:
    start = old.index(before)
    edits = (Edit(start, start + len(before), after, "import", 1),)
    return FileChange(path, mode, blob_id(old), old, apply_edits(old, edits), edits)


def deleted(path: str, old: bytes) -> FileChange:
    return FileChange(path, 0o100644, blob_id(old), old, None, ())


def version(number: int, name: str) -> VersionId:
    return VersionId("demo", number, name, hashlib.sha256(name.encode()).hexdigest())


def phase(
    number: int, name: str, changes: Sequence[FileChange], refusals: Sequence[Refusal] = ()
) -> Phase:
    ordered = tuple(sorted(changes, key=lambda change: change.path))
    return Phase(
        number=number,
        name=name,
        branch=f"migrate/demo/{number:02d}-{name}",
        title=f"Take {name} to one path",
        versions=(version(number, name.replace("-", "_")),),
        changeset=Changeset(ordered, tuple(refusals)),
        before={},
        after={},
    )


def plan_of(commit: str | None, phases: Sequence[Phase], base: str | None = None) -> Plan:
    return Plan(base or commit or "", commit, tuple(phases), (), (), 8, 8)


def two_phases() -> list[Phase]:
    """Imports move in every file of FILES, then the shim goes and one file changes again."""
    first = [
        changed(path, content, b"pkg.old", b"pkg.new", 0o100755 if path == "run.py" else 0o100644)
        for path, content in FILES.items()
        if b"pkg.old import" in content
    ]
    [run] = [change for change in first if change.path == "run.py"]
    assert run.new is not None
    second = [
        changed("run.py", run.new, b"Name()", b"print(Name())", 0o100755),
        deleted("pkg/old.py", FILES["pkg/old.py"]),
    ]
    refusals = [Refusal("a.py", 3, "dynamic", "text"), Refusal("b.py", 1, "clash", "text")]
    return [phase(1, "canonical-imports", first, refusals), phase(2, "delete-shims", second)]


class Kit:
    """What the tests of this folder build plans with."""

    FILES = FILES
    changed = staticmethod(changed)
    deleted = staticmethod(deleted)
    phase = staticmethod(phase)
    plan = staticmethod(plan_of)
    two_phases = staticmethod(two_phases)


@pytest.fixture(scope="session")
def kit() -> Kit:
    return Kit()


@pytest.fixture
def project(make_repository: Callable[..., Any]) -> Any:
    """A repository with FILES, run.py executable."""
    repository = make_repository(FILES)
    (repository.path / "run.py").chmod(0o755)
    repository.git("commit", "--quiet", "--all", "--message", "executable")
    return repository


@pytest.fixture
def discover() -> Iterator[Callable[[Path], Repository]]:
    """Open the engine's view of a repository; closed when the test ends."""
    with ExitStack() as stack:

        def found(path: Path) -> Repository:
            repository = Repository.discover(path)
            assert repository is not None
            return stack.enter_context(repository)

        yield found


@pytest.fixture
def repository(project: Any, discover: Callable[..., Any]) -> Any:
    return discover(project.path)


@pytest.fixture
def plan(project: Any, kit: Any) -> Plan:
    made: Plan = kit.plan(project.git("rev-parse", "HEAD"), kit.two_phases())
    return made
