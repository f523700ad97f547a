"""Small programs that run before and after a migration, with CPython as the judge.

A program is a repository of a few files. What each of its modules says when it is imported first,
and what a script prints, must be the same on the branch that a migration makes.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Repository
from tests.warm import PYTEST as LOADED_PYTEST
from tests.warm import run_warm
from typer.testing import CliRunner

from onepath_cli.app import app

Program = Callable[..., "After"]
Refused = Callable[..., str]

_PROBE = """
import importlib, json, os, sys
said = {}
for module in sys.argv[1:]:
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        try:
            importlib.import_module(module)
            line = "ok"
        except BaseException as error:
            line = f"{type(error).__name__}: {error}".replace(os.getcwd(), "")
        os.write(write, line.encode()[:4000])
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said[module] = pipe.read().decode()
    os.waitpid(child, 0)
print(json.dumps(said))
"""
_PROBING = "import importlib, json\n"
"""What every probe loads: that takes longer than to probe."""
RUN = "import runpy\nrunpy.run_path('main.py')\n"
"""The script of a program that begins in `main.py`."""
PYTEST = """
import contextlib, io, re, pytest
with contextlib.redirect_stdout(io.StringIO()) as said:
    pytest.main(["-q", "-p", "no:cacheprovider", "--tb=short", {tests!r}])
print(re.sub(r" in .*", "", said.getvalue().strip().splitlines()[-1]))
"""


@dataclass(frozen=True)
class After:
    """What a migration made of a program that still runs."""

    files: Mapping[str, str]
    """The Python files on the last branch; those of the program where there is no branch."""
    refusals: tuple[tuple[str, int, str], ...]
    """(path, line, code) of every place that was left alone."""
    printed: str
    """What the script printed, before as after."""
    documents: Mapping[str, str]
    """The documents on the last branch."""


@pytest.fixture
def unchanged_by(
    make_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch
) -> Program:
    """`unchanged_by(files, rename=(old, new), script=...)` migrates a program and runs it twice.

    Args of the function:
        files: path -> text. A `migrate.toml` among them is applied where there is no `rename`.
        rename: The old and the new dotted path of one rename; a list of such pairs runs in turn.
        script: Python that prints something, run with the repository's top as current folder.
        tests: A folder or file of tests that pytest runs instead of a script.
        roots: The folders on the path.
        may_go: Modules that may be deleted.
        phases: The phases to apply; all of them where none is named.
        move: What moves and where to, as for `rename`.
        init: Canonical paths for which `init` writes the `migrate.toml` that is applied.
    """

    def run(
        files: Mapping[str, str],
        *,
        rename: Sequence[Any] = (),
        script: str = "",
        tests: str = "",
        roots: Sequence[str] = ("",),
        may_go: Sequence[str] = (),
        phases: Sequence[str] = (),
        init: Sequence[str] = (),
        move: Sequence[Any] = (),
    ) -> After:
        repository = make_repository(files)
        top = repository.path
        script = script or (PYTEST.format(tests=tests) if tests else "")
        before = _look(top, roots, script)
        oneoffs = [
            [verb, *one]
            for verb, wanted in (("rename", rename), ("move", move))
            for one in ([wanted] if wanted and isinstance(wanted[0], str) else wanted)
        ]
        commands = [[*one, "--yes"] for one in oneoffs]
        shown = [[*one, "--dry-run", "--format", "json"] for one in oneoffs]
        if not commands:
            chosen = [part for name in phases for part in ("--phase", name)]
            commands, shown = [["apply", *chosen]], [["--dry-run", "--format", "json", *chosen]]
        with monkeypatch.context() as patch:
            patch.chdir(top)
            if init:
                _invoke(["init", *(part for one in init for part in ("--canonical", one))])
            refusals = [one for command in shown for one in _refusals(_invoke(command))]
            for command in commands:
                _invoke(command)
        branches = repository.git(
            "for-each-ref", "--format=%(refname:short)", "--sort=refname", "refs/heads/migrate"
        ).split()
        landed = top
        if branches:
            landed = top.parent / f"{top.name}-after"
            landed.mkdir()
            with monkeypatch.context() as patch:
                patch.setenv("GIT_INDEX_FILE", os.fspath(top.parent / "index-after"))
                repository.git(f"--work-tree={landed}", "read-tree", "--reset", "-u", branches[-1])
        after = _look(landed, roots, script)
        compare(before, after, may_go)
        python = {
            str(path.relative_to(landed)): path.read_text() for path in sorted(landed.rglob("*.py"))
        }
        documents = {
            str(path.relative_to(landed)): path.read_text()
            for path in sorted(landed.rglob("*.rst"))
        }
        return After(python, tuple(sorted(set(refusals))), after["printed"], documents)

    return run


@pytest.fixture
def refused(make_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch) -> Refused:
    """`refused(files, "rename", old, new)` is the output of a command that changes nothing."""

    def run(files: Mapping[str, str], *command: str) -> str:
        repository = make_repository(files)
        monkeypatch.chdir(repository.path)
        done = CliRunner().invoke(app, [*command, "--yes"])
        assert done.exit_code == 3, done.output
        assert not repository.git("for-each-ref", "refs/heads/migrate")
        return done.output

    return run


def _invoke(arguments: Sequence[str]) -> str:
    done = CliRunner().invoke(app, list(arguments))
    assert isinstance(done.exception, SystemExit | None), done.exception
    assert done.exit_code in (0, 3), f"{arguments}: {done.exit_code}\n{done.output}"
    assert done.stdout, done.stderr  # Nothing is shown of what is refused as a whole.
    return done.stdout


def _refusals(plan: str) -> list[tuple[str, int, str]]:
    return [
        (one["path"], one["line"], one["code"])
        for phase in json.loads(plan)["phases"]
        for one in phase["refusals"]
    ]


def _look(top: Path, roots: Sequence[str], script: str) -> dict[str, str]:
    """What every module says when it is imported first, and what the script prints."""
    path = os.pathsep.join(str(top / root) for root in roots)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment = {
        **kept,
        "PYTHONPATH": path,
        "PYTHONDONTWRITEBYTECODE": "1",
        # No program uses a plugin that happens to be installed; loading them takes its time.
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    modules = {name: file for root in roots for name, file in _modules(top / root)}
    # Loading pytest takes longer than all else: it is there already where a module asks for it.
    with_pytest = {name for name, file in modules.items() if b"pytest" in file.read_bytes()}
    seen: dict[str, str] = {}
    for loaded, names in ((_PROBING, modules.keys() - with_pytest), (LOADED_PYTEST, with_pytest)):
        if names:
            seen |= json.loads(_python(_PROBE, sorted(names), top, environment, loaded))
    loaded = LOADED_PYTEST if "pytest.main(" in script else ""
    seen["printed"] = _python(script, (), top, environment, loaded) if script else ""
    return seen


def _modules(root: Path) -> Iterator[tuple[str, Path]]:
    for file in root.rglob("*.py"):
        parts = file.relative_to(root).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        if parts and all(part.isidentifier() for part in parts):
            yield ".".join(parts), file


def _python(
    source: str, arguments: Sequence[str], top: Path, environment: Mapping[str, str], loaded: str
) -> str:
    done = run_warm(source, arguments, top, environment, loaded=loaded)
    ending = f"{done.stderr}\n(exit {done.returncode})" if done.returncode else ""
    return (done.stdout + ending).replace(str(top), "")


def compare(
    before: Mapping[str, str], after: Mapping[str, str], may_go: Sequence[str] = ()
) -> None:
    """Fail where a module that could be imported can't be any more, or the script differs."""
    gone = {name for name, said in before.items() if said == "ok"} - after.keys() - set(may_go)
    assert not gone, f"these modules are gone: {sorted(gone)}"
    differing = {
        name: (said, after[name])
        for name, said in before.items()
        if name in after and after[name] != said and (said == "ok" or name == "printed")
    }
    assert not differing, f"these say something else: {differing}"
