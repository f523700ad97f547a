"""The commands with a plan made by hand; the planner's own plans are in test_end_to_end."""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

import onepath_cli.commands.phases.apply
import onepath_cli.commands.phases.dry_run
from onepath.model import Changeset, Edit, FileChange, Phase, Plan, Refusal, VersionId
from onepath_cli.app import app

OLD = b"from old import Name\n\nName()\n"
NEW = b"from new import Name\n\nName()\n"
LATIN = "# -*- coding: latin-1 -*-\n# caf\xe9\r\nimport old\r\n".encode("latin-1")


def phase(number: int, name: str, changes: list[FileChange], *refusals: Refusal) -> Phase:
    version = VersionId("websocket", number, name.replace("-", "_"), "0" * 64)
    branch = f"migrate/websocket/{number:02d}-{name}"
    changeset = Changeset(tuple(changes), refusals)
    return Phase(number, name, branch, f"Do {name}", (version,), changeset, {}, {})


def rewritten(path: str, oid: str, old: bytes, new: bytes | None) -> FileChange:
    edits = () if new is None else (Edit(0, len(old), new, "import", 1),)
    return FileChange(path, 0o100644, oid, old, new, edits)


class World:
    """A repository, a plan for it, and the command line run in this process."""

    def __init__(self, repository: Any) -> None:
        self.repository = repository
        self.folder: Path = repository.path
        commit = repository.commit({"a.py": OLD, "latin.py": LATIN, "old.py": b"Name = 1\n"})
        latin = LATIN.replace(b"import o", b"import g")
        imports = phase(
            1,
            "imports",
            [
                rewritten("a.py", self._oid("a.py"), OLD, NEW),
                rewritten("latin.py", self._oid("latin.py"), LATIN, latin),
            ],
            Refusal("b.py", 4, "star", "a star import"),
        )
        shims = phase(2, "shims", [rewritten("old.py", self._oid("old.py"), b"Name = 1\n", None)])
        self.plan = Plan(commit, commit, (imports, shims), (), (), 3, 3)
        self.asked: list[tuple[list[str], str | None]] = []

    def _oid(self, path: str) -> str:
        return str(self.repository.git("rev-parse", f"HEAD:{path}"))

    def plan_phases(self, options: Any, workspace: Any, phases: Any, rev: Any = None) -> Plan:
        self.asked.append((list(phases or ()), rev))
        return self.plan

    @contextmanager
    def planned(self, *asked: Any) -> Iterator[Any]:
        yield SimpleNamespace(plan=self.plan_phases(*asked))

    def plan_nothing(self) -> None:
        empty = [phase(1, "imports", [], Refusal("b.py", 4, "star", "a star import"))]
        self.plan = Plan(self.plan.base, self.plan.commit, tuple(empty), (), (), 3, 3)

    def __call__(self, *arguments: str, answer: str = "") -> Any:
        return CliRunner().invoke(app, ["--repo", str(self.folder), *arguments], input=answer)

    def branches(self) -> list[str]:
        listed = self.repository.git("for-each-ref", "--format=%(refname:short)", "refs/heads")
        return str(listed).splitlines()


@pytest.fixture
def world(make_repository: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(make_repository())
    for module in (onepath_cli.commands.phases.dry_run, onepath_cli.commands.phases.apply):
        monkeypatch.setattr(module, "plan_phases", world.plan_phases)
    monkeypatch.setattr(onepath_cli.commands.phases.apply, "planned", world.planned)
    monkeypatch.setattr(onepath_cli.commands.phases.apply, "pending_again_lines", lambda *_: [])
    return world


BOTH = ["main", "migrate/websocket/01-imports", "migrate/websocket/02-shims"]

# ---------------------------------------------------------------- arguments


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--dry-run", "apply"], "--dry-run has no meaning before the command apply"),
        (["--yes", "init"], "--yes has no meaning before the command init"),
        (["--phase", "x", "apply"], "--phase has no meaning before the command apply"),
        (["--check"], "--check needs --dry-run"),
        (["--format", "json"], "--format needs --dry-run"),
        (["--patch", "there"], "--patch needs --dry-run"),
        (["--quiet", "--verbose", "--dry-run"], "--quiet and --verbose contradict each other"),
        (["apply", "--worktree", "--rev", "x"], "--worktree changes the files as they lie"),
        (["--dry-run", "--format", "xml"], "is not one of 'diff', 'stat', 'json'"),
        (["--jobs", "0", "--dry-run"], "invalid value for '--jobs'"),
        (["migrate"], "no such command 'migrate'"),
        (["--rev", "HEAD", "apply", "--worktree"], "--worktree changes the files as they lie"),
        (["--rev", "WORKTREE", "--yes"], "has no commit for a branch to start from"),
        (["--rev", "WORKTREE", "apply"], "has no commit for a branch to start from"),
        (["init", "--force"], "without --canonical nothing is written"),
    ],
)
def test_contradicting_arguments_change_nothing(
    world: World, arguments: list[str], told: str
) -> None:
    before = world.repository.state()
    done = world(*arguments)
    assert done.exit_code == 2, done.stderr
    assert told in done.stderr
    assert done.stdout == ""
    assert world.repository.state() == before
    assert world.asked == []


@pytest.mark.parametrize("arguments", [["--yes"], ["apply"]])
def test_branches_need_a_repository(tmp_path: Path, arguments: list[str]) -> None:
    done = CliRunner().invoke(app, ["--repo", str(tmp_path), *arguments])
    assert done.exit_code == 2
    assert "not in a git repository" in done.stderr
    assert "hint: " in done.stderr


def test_patches_need_a_repository(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["--repo", str(tmp_path), "--dry-run", "--patch", "there"])
    assert done.exit_code == 2
    assert "not in a git repository" in done.stderr


def test_help_and_version_need_nothing(tmp_path: Path) -> None:
    for arguments in (
        ["--help"],
        ["-h"],
        ["init", "-h"],
        ["apply", "--help"],
        ["--version"],
        ["-V"],
    ):
        done = CliRunner().invoke(app, ["--repo", str(tmp_path / "none"), *arguments])
        assert (done.exit_code, done.stderr) == (0, "")
    assert CliRunner().invoke(app, ["-V"]).stdout.startswith("onepath ")


# ------------------------------------------------------------------ dry run


def test_a_piped_diff_is_applicable_and_the_summary_is_beside_it(world: World) -> None:
    before = world.repository.state()
    done = world("--dry-run")
    assert done.exit_code == 0
    assert "   left alone  1 place\n" in done.stderr
    assert "left alone" not in done.stdout
    assert b"caf\xe9\r\n" in done.stdout_bytes
    assert world.repository.state() == before
    apply = subprocess.run(["git", "apply"], cwd=world.folder, input=done.stdout_bytes)
    assert apply.returncode == 0
    assert (world.folder / "a.py").read_bytes() == NEW
    assert b"import gld" in (world.folder / "latin.py").read_bytes()
    assert not (world.folder / "old.py").exists()


def test_quiet_leaves_only_the_diff(world: World) -> None:
    done = world("--quiet", "--dry-run")
    assert done.stderr == ""
    assert done.stdout_bytes.startswith(b"# phase 1: imports\ndiff --git a/a.py b/a.py\n")


def test_a_dry_run_as_numbers(world: World) -> None:
    done = world("--dry-run", "--format", "stat")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("# phase 1: imports\n a.py     | 2 +-\n latin.py | 2 +-\n")
    assert "base " in done.stdout
    assert "b.py:4 a star import" in done.stdout


def test_a_dry_run_as_json_is_one_document(world: World) -> None:
    done = world("--dry-run", "--format", "json")
    assert (done.exit_code, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert document["schema"] == 1
    assert [one["name"] for one in document["phases"]] == ["imports", "shims"]


def test_the_phases_asked_for_are_planned(world: World) -> None:
    world("--dry-run", "--phase", "b", "--phase", "a")
    world("apply", "--phase", "c")
    assert world.asked == [(["b", "a"], None), (["c"], None)]


def test_check_fails_only_when_something_is_pending(world: World) -> None:
    assert world("--dry-run", "--check").exit_code == 1
    world.plan_nothing()
    assert world("--dry-run", "--check").exit_code == 0


def test_patches_are_what_git_am_takes(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "patches"
    done = world("--dry-run", "--patch", str(folder), "--format", "json")
    assert done.exit_code == 0
    json.loads(done.stdout)
    patches = sorted(folder.iterdir())
    assert [path.name for path in patches] == ["0001-imports.patch", "0002-shims.patch"]
    assert all(f"wrote {path}\n" in done.stderr for path in patches)
    world.repository.git("am", "--quiet", *map(str, patches))
    assert not (world.folder / "old.py").exists()


# ------------------------------------------------------------------ landing


def test_nobody_to_ask_is_an_error_that_says_what_to_add(world: World) -> None:
    before = world.repository.state()
    done = world()
    assert done.exit_code == 2
    assert "1. imports: Do imports\n" in done.stdout
    assert "nothing was changed" in done.stderr
    assert "hint: add --yes" in done.stderr
    assert world.repository.state() == before


def test_yes_lands_every_phase(world: World) -> None:
    done = world("--yes")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "1. imports: Do imports\n" in done.stdout
    assert world.branches() == BOTH
    for branch in BOTH[1:]:
        commit = world.repository.git("rev-parse", branch)
        assert f"created    {branch}  {commit[:12]}\n" in done.stdout
    assert world.repository.git("show", f"{BOTH[1]}:a.py") == NEW.decode().rstrip("\n")


def test_landing_twice_does_nothing_the_second_time(world: World) -> None:
    assert world("apply").exit_code == 0
    before = world.repository.state()
    done = world("apply")
    assert (done.exit_code, done.stderr) == (0, "nothing to do\n")
    assert f"unchanged  {BOTH[1]}  " in done.stdout
    assert world.repository.state() == before


def test_nothing_pending_is_never_asked_about(world: World) -> None:
    world.plan_nothing()
    done = world()
    assert (done.exit_code, done.stderr) == (0, "")
    assert "   changed     nothing to do\n" in done.stdout
    assert world.branches() == ["main"]


def test_a_branch_of_that_name_with_other_content_is_refused(world: World) -> None:
    world.repository.git("switch", "--quiet", "--create", BOTH[1])
    world.repository.commit({"mine.py": "x = 1\n"})
    world.repository.git("switch", "--quiet", "main")
    before = world.repository.state()
    done = world("apply")
    assert done.exit_code == 3
    assert f"diverged   {BOTH[1]}" in done.stdout
    assert f"waiting    {BOTH[2]}" in done.stdout
    assert "git branch -D" in done.stderr
    assert world.repository.state() == before


def test_the_files_themselves(world: World) -> None:
    done = world("apply", "--worktree")
    assert (done.exit_code, done.stderr) == (0, "wrote 3 files\n")
    assert world.asked == [([], "WORKTREE")]
    assert (world.folder / "a.py").read_bytes() == NEW
    assert not (world.folder / "old.py").exists()
    assert world.branches() == ["main"]


def test_files_that_changed_since_are_not_overwritten(world: World) -> None:
    (world.folder / "a.py").write_text("mine\n")
    done = world("apply", "--worktree")
    assert done.exit_code == 3
    assert "a.py" in done.stderr
    assert (world.folder / "a.py").read_text() == "mine\n"
    assert (world.folder / "old.py").exists()


# --------------------------------------------------------------------- init

FOUND = '[imports]\n"old.Name" = "new.Name"\n'


@pytest.fixture
def discovering(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    asked: list[list[str]] = []

    def discovered(options: Any, workspace: Any, canonical: list[str], *_: Any) -> str:
        asked.append(canonical)
        return FOUND if canonical else "the ranking\n"

    monkeypatch.setattr("onepath_cli.commands.init._discovered", discovered)
    return asked


def test_init_removes_what_a_killed_run_has_left(
    world: World, discovering: list[list[str]]
) -> None:
    old, new, other = (world.folder / f".migrate.toml.{end}" for end in ("123", "456", "bak"))
    for path in (old, new, other):
        path.write_text("half")
    for path in (old, other):
        os.utime(path, (0, 0))
    assert world("init", "--canonical", "new.Name").exit_code == 0
    # What is new may be somebody's who is writing; what has another name is not ours.
    assert [path.exists() for path in (old, new, other)] == [False, True, True]


def test_a_signal_waits_until_init_has_written(
    world: World, discovering: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def killed(*arguments: Any) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        link(*arguments)

    monkeypatch.setattr(os, "link", killed)
    world("init", "--canonical", "new.Name")
    assert [path.name for path in world.folder.glob("*migrate.toml*")] == ["migrate.toml"]


def test_init_never_overwrites_unasked(world: World, discovering: list[list[str]]) -> None:
    world.repository.write({"migrate.toml": "mine"})
    done = world("init", "--canonical", "new.Name")
    assert done.exit_code == 2
    assert "exists already" in done.stderr
    assert "hint: add --force" in done.stderr
    assert (world.folder / "migrate.toml").read_text() == "mine"
    assert discovering == []


def test_init_keeps_a_dangling_link(world: World, discovering: list[list[str]]) -> None:
    (world.folder / "migrate.toml").symlink_to("nowhere")
    assert world("init", "--canonical", "new.Name").exit_code == 2
    assert (world.folder / "migrate.toml").is_symlink()
    assert discovering == []


def test_init_does_not_contradict_the_project_file(
    world: World, discovering: list[list[str]]
) -> None:
    world.repository.write({"pyproject.toml": "[tool.migrate]\n"})
    done = world("init", "--canonical", "new.Name")
    assert done.exit_code == 2
    assert "has [tool.migrate] already" in done.stderr
    assert discovering == []


def test_init_into_a_folder_that_is_not_there(
    world: World, discovering: list[list[str]], tmp_path: Path
) -> None:
    done = world("init", "--canonical", "new.Name", "--output", str(tmp_path / "no" / "file"))
    assert done.exit_code == 2
    assert "no such folder" in done.stderr
    assert discovering == []


def test_init_writes_what_it_found(world: World, discovering: list[list[str]]) -> None:
    done = world("init", "--canonical", "new.Name", "--canonical", "new.Other")
    target = world.folder / "migrate.toml"
    assert done.exit_code == 0, done.stderr
    assert done.stdout == f"wrote {target} with 1 rename\n"
    assert done.stderr == "review it, then run `migrate --dry-run`\n"
    assert target.read_text() == FOUND
    assert target.stat().st_mode & 0o777 == (world.folder / "a.py").stat().st_mode & 0o777
    assert discovering == [["new.Name", "new.Other"]]
    assert [path.name for path in world.folder.iterdir() if "migrate" in path.name] == [
        "migrate.toml"
    ]


def test_init_overwrites_when_told(world: World, discovering: list[list[str]]) -> None:
    world.repository.write({"migrate.toml": "mine"})
    assert world("init", "--canonical", "new.Name", "--force").exit_code == 0
    assert (world.folder / "migrate.toml").read_text() == FOUND
    assert discovering == [["new.Name"]]


def test_init_elsewhere_says_how_to_use_it(
    world: World, discovering: list[list[str]], tmp_path: Path
) -> None:
    target = tmp_path / "other.toml"
    done = world("init", "--canonical", "new.Name", "--output", str(target))
    assert target.read_text() == FOUND
    assert f"`migrate --config {target} --dry-run`" in done.stderr
    assert discovering == [["new.Name"]]


def test_init_writes_the_configuration_that_is_named(
    world: World, discovering: list[list[str]], tmp_path: Path
) -> None:
    target = tmp_path / "named.toml"
    done = world("--config", str(target), "init", "--canonical", "new.Name")
    assert target.read_text() == FOUND
    assert f"`migrate --config {target} --dry-run`" in done.stderr
    assert not (world.folder / "migrate.toml").exists()
    assert discovering == [["new.Name"]]


@pytest.mark.parametrize("option", ["--config", "--output"])
def test_init_leaves_a_pyproject_alone(
    world: World, discovering: list[list[str]], option: str
) -> None:
    world.repository.write({"pyproject.toml": "[project]\n"})
    target = str(world.folder / "pyproject.toml")
    named = ["--canonical", "new.Name", "--force"]
    asked = (
        [option, target, "init", *named]
        if option == "--config"
        else ["init", *named, option, target]
    )
    done = world(*asked)
    assert done.exit_code == 2
    assert "is not written" in done.stderr
    assert (world.folder / "pyproject.toml").read_text() == "[project]\n"
    assert discovering == []


def test_init_without_a_name_ranks_and_writes_nothing(
    world: World, discovering: list[list[str]]
) -> None:
    done = world("init")
    assert (done.exit_code, done.stdout) == (0, "the ranking\n")
    assert discovering == [[]]
    assert not (world.folder / "migrate.toml").exists()
