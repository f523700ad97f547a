"""Each version as a command of `libcst.tool`: file by file, what the phase gives."""

import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import libcst as cst
import pytest
from libcst.codemod import CodemodContext, SkipFile
from libcst.metadata import FullRepoManager

from onepath.codemod.packs.configuration import load_config
from onepath.codemod.packs.installed import load_packs
from onepath.model import FileChange, Phase
from onepath.plan.planner import make_plan
from onepath.run import libcst_command
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath_packs import websocket

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
COMMANDS = {
    version.phase: f"{version.codemod.__module__.rpartition('.')[0]}.command.Command"
    for version in websocket.PACK.versions
}


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """The demo with its configuration, in a folder without git."""
    folder = tmp_path / "demo"
    shutil.copytree(FIXTURES / "websocket_world", folder)
    shutil.copy(FIXTURES / "websocket_world.migrate.toml", folder / "migrate.toml")
    return folder


def phases_of(folder: Path) -> tuple[Phase, ...]:
    config = load_config(folder / "migrate.toml")
    return make_plan(Folder(folder), config, load_packs(), executor=SerialExecutor()).phases


def apply(folder: Path, changes: tuple[FileChange, ...]) -> None:
    for change in changes:
        if change.new is None:
            (folder / change.path).unlink()
        else:
            (folder / change.path).write_bytes(change.new)


def python_files(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def run(command: str, folder: Path) -> str:
    options = ("-x", "--no-format", "--hide-progress")
    done = subprocess.run(
        [sys.executable, "-m", "libcst.tool", "codemod", *options, command, "."],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_the_tool_gives_what_the_phases_give(demo: Path) -> None:
    phases = phases_of(demo)
    assert {phase.name for phase in phases} == COMMANDS.keys()
    for phase in phases:
        before = python_files(demo)
        told = run(COMMANDS[phase.name], demo)
        expected = dict(before)
        for change in phase.changeset.changes:
            if change.path in before and change.new is not None:
                expected[change.path] = change.new
            elif change.new is None:
                assert f"{change.path}: the phase deletes this file" in told
        assert python_files(demo) == expected, phase.name
        for refusal in phase.changeset.refusals:
            if refusal.path.endswith(".py"):
                assert f"{refusal.path}:{refusal.line}: left alone" in told
        apply(demo, phase.changeset.changes)


def test_the_root_is_the_one_of_the_context(demo: Path) -> None:
    command = import_module(COMMANDS["canonical-imports"].rpartition(".")[0]).Command
    path = "netra_backend/app/agents/base_agent.py"
    manager = FullRepoManager(str(demo), [str(demo / path)], [])
    context = CodemodContext(filename=str(demo / path), metadata_manager=manager)
    source = (demo / path).read_bytes()
    [first] = [phase for phase in phases_of(demo) if phase.name == "canonical-imports"]
    [change] = [change for change in first.changeset.changes if change.path == path]
    assert command(context).transform_module(cst.parse_module(source)).bytes == change.new
    with pytest.raises(SkipFile, match="has changed since the phase was planned"):
        command(context).transform_module(cst.parse_module(source + b"\nx = 1\n"))
    with pytest.raises(SkipFile, match="without a file name"):
        command(CodemodContext()).transform_module(cst.parse_module(source))


def test_a_repository_without_a_configuration_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    with pytest.raises(libcst_command.InputError, match=r"there is no migrate\.toml"):
        libcst_command.plan_version(websocket.PACK.codemods[0], tmp_path)
