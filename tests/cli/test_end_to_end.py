"""The command as a whole: real repositories and real plans."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FILES = {
    "pkg/__init__.py": "",
    "pkg/new.py": "class Manager:\n    pass\n",
    "pkg/old.py": "from pkg.new import Manager\n",
    "app.py": "from pkg.old import Manager\n\nmanager = Manager()\n",
    "café/latin.py": (
        b"# -*- coding: latin-1 -*-\r\n# caf\xe9\r\nfrom pkg.old import Manager  # kept\r\n"
    ),
    "bad.py": "from pkg.old import Manager\ndef broken(:\n",
}
CONFIG = '[imports]\n"pkg.old.Manager" = "pkg.new.Manager"\n'
MIGRATED = "from pkg.new import Manager\n\nmanager = Manager()\n"


@pytest.fixture
def repository(make_repository: Callable[..., Any]) -> Any:
    return make_repository({**FILES, "migrate.toml": CONFIG})


# ------------------------------------------------------------ nothing to run on


def test_a_folder_that_does_not_exist(migrate: Any, tmp_path: Path) -> None:
    done = migrate("--repo", "nowhere", "--dry-run", cwd=tmp_path)
    assert (done.code, done.out) == (2, b"")
    assert done.err == "nowhere: no such file or folder\n"


def test_a_folder_without_git_can_be_shown_and_written_but_not_landed(
    migrate: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "plain"
    (folder / "pkg").mkdir(parents=True)
    for path in ("pkg/__init__.py", "pkg/new.py", "pkg/old.py", "app.py"):
        (folder / path).write_text(str(FILES[path]))
    (folder / "migrate.toml").write_text(CONFIG)
    assert migrate("--yes", cwd=folder).code == 2
    shown = migrate("--dry-run", cwd=folder)
    assert shown.code == 0
    assert b"+from pkg.new import Manager\n" in shown.out
    assert (folder / "app.py").read_text() == FILES["app.py"]
    assert migrate("apply", "--worktree", cwd=folder).code == 0
    assert (folder / "app.py").read_text() == MIGRATED


def test_a_repository_without_a_commit(migrate: Any, make_repository: Callable[..., Any]) -> None:
    repository = make_repository()
    repository.write({"migrate.toml": CONFIG})
    done = migrate("--dry-run", cwd=repository.path)
    assert (done.code, done.out) == (2, b"")
    assert "has no commit yet" in done.err
    assert "hint: " in done.err


def test_a_branch_without_a_commit(migrate: Any, repository: Any) -> None:
    repository.git("symbolic-ref", "HEAD", "refs/heads/unborn")
    done = migrate("--dry-run", cwd=repository.path)
    assert (done.code, done.out) == (2, b"")
    assert "unborn" in done.err


def test_a_repository_without_files(migrate: Any, make_repository: Callable[..., Any]) -> None:
    repository = make_repository({})
    repository.write({"migrate.toml": CONFIG})
    done = migrate("--dry-run", "--check", cwd=repository.path)
    assert (done.code, done.out) == (0, b"")
    assert "nothing to do" in done.err


def test_an_unknown_revision(migrate: Any, repository: Any) -> None:
    done = migrate.outside("--rev", "nope", "--dry-run", cwd=repository.path)
    assert (done.code, done.out) == (2, b"")
    assert "nope" in done.err
    assert "Traceback" not in done.err


def test_an_unknown_phase(migrate: Any, repository: Any) -> None:
    done = migrate("--dry-run", "--phase", "nope", cwd=repository.path)
    assert (done.code, done.out) == (2, b"")
    assert "nope" in done.err


# ---------------------------------------------------------------- configuration


def test_no_configuration(migrate: Any, make_repository: Callable[..., Any]) -> None:
    repository = make_repository(FILES)
    done = migrate("--dry-run", cwd=repository.path)
    assert (done.code, done.out) == (2, b"")
    assert "neither migrate.toml nor [tool.migrate]" in done.err
    assert "migrate init" in done.err


def test_a_broken_configuration_is_named_as_the_user_would_type_it(
    migrate: Any, repository: Any
) -> None:
    repository.write({"migrate.toml": 'pack = 3\n[imports]\n"a b" = "c"\n'})
    done = migrate("--dry-run", cwd=repository.path)
    assert (done.code, done.out) == (2, b"")
    assert [line.partition(" ")[0] for line in done.err.splitlines()] == [
        "migrate.toml:1:",
        "migrate.toml:3:",
    ]


def test_contradictory_configurations(migrate: Any, repository: Any) -> None:
    repository.write({"pyproject.toml": "[tool.migrate]\n"})
    done = migrate("--dry-run", cwd=repository.path)
    assert (done.code, done.out) == (2, b"")
    assert "migrate.toml: " in done.err
    assert "pyproject.toml" in done.err


def test_an_unknown_pack(migrate: Any, repository: Any) -> None:
    repository.write({"migrate.toml": f'pack = "nope"\n{CONFIG}'})
    done = migrate("--dry-run", cwd=repository.path)
    assert (done.code, done.out) == (2, b"")
    assert "nope" in done.err


def test_the_configuration_in_the_project_file(migrate: Any, repository: Any) -> None:
    (repository.path / "migrate.toml").unlink()
    repository.write({"pyproject.toml": CONFIG.replace("imports", "tool.migrate.imports")})
    assert migrate("--dry-run", "--check", cwd=repository.path).code == 1


# ---------------------------------------------------------------------- dry run


def test_a_piped_dry_run_is_a_patch_and_changes_nothing(
    migrate: Any, repository: Any, tree: Callable[[Path], dict[str, bytes]]
) -> None:
    before = repository.state(), tree(repository.path)
    done = migrate.outside("--dry-run", cwd=repository.path / "pkg")
    assert done.code == 0
    assert "bad.py" in done.err
    assert (repository.state(), tree(repository.path)) == before
    for arguments in (["--check"], []):
        command = ["git", "apply", *arguments]
        subprocess.run(command, cwd=repository.path, input=done.out, check=True)
    assert (repository.path / "app.py").read_text() == MIGRATED
    assert (repository.path / "café/latin.py").read_bytes() == (
        b"# -*- coding: latin-1 -*-\r\n# caf\xe9\r\nfrom pkg.new import Manager  # kept\r\n"
    )


def test_check_is_1_while_something_is_pending_and_0_after(migrate: Any, repository: Any) -> None:
    assert migrate("--dry-run", "--check", cwd=repository.path).code == 1
    diff = migrate("--dry-run", cwd=repository.path).out
    subprocess.run(["git", "apply", "--index"], cwd=repository.path, input=diff, check=True)
    repository.commit(message="migrated")
    done = migrate("--dry-run", "--check", cwd=repository.path)
    assert (done.code, done.out) == (0, b"")


def test_json_is_the_document_of_the_contract(migrate: Any, repository: Any) -> None:
    done = migrate.outside("--dry-run", "--format", "json", cwd=repository.path)
    assert (done.code, done.err) == (0, "")
    document = json.loads(done.out)
    assert document["schema"] == 1
    assert document["base"] == repository.git("rev-parse", "HEAD")
    assert [one["path"] for one in document["unparseable"]] == ["bad.py"]
    assert document["phases"]
    for phase in document["phases"]:
        assert phase.keys() >= {
            "name",
            "versions",
            "files_changed",
            "edits",
            "deleted",
            "refusals",
            "before",
            "after",
            "changes",
        }
        paths = [change["path"] for change in phase["changes"]]
        assert paths == sorted(paths)
        assert len(paths) == phase["files_changed"]
    changed = {change["path"] for phase in document["phases"] for change in phase["changes"]}
    assert changed >= {"app.py", "café/latin.py"}
    again = migrate("--jobs", "1", "--dry-run", "--format", "json", cwd=repository.path)
    assert again.out == done.out


def test_patches_are_what_git_am_takes(migrate: Any, repository: Any, tmp_path: Path) -> None:
    done = migrate("--dry-run", "--patch", str(tmp_path / "patches"), cwd=repository.path)
    assert done.code == 0
    patches = sorted((tmp_path / "patches").iterdir())
    assert patches
    repository.git("am", "--quiet", *map(str, patches))
    assert (repository.path / "app.py").read_text() == MIGRATED


def test_an_unknown_format(migrate: Any, repository: Any) -> None:
    done = migrate("--dry-run", "--format", "xml", cwd=repository.path)
    assert (done.code, done.out) == (2, b"")
    assert "--format" in done.err


def test_a_reader_that_leaves_early(migrate: Any, repository: Any) -> None:
    with subprocess.Popen(
        [*migrate.program, "--quiet", "--dry-run"],
        cwd=repository.path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 141


def test_on_a_terminal_the_diff_is_coloured_and_the_summary_below(
    migrate: Any, repository: Any
) -> None:
    code, shown = migrate.on_terminal("--dry-run", cwd=repository.path)
    assert code == 0
    assert b"\x1b[32m+from pkg.new import Manager\x1b[m\n" in shown
    assert shown.index(b"+from pkg.new") < shown.index(b"not parsed: 1")
    code, plain = migrate.on_terminal("--quiet", "--no-color", "--dry-run", cwd=repository.path)
    assert code == 0
    assert b"\x1b" not in plain
    no_color = {"NO_COLOR": "1"}
    quiet = migrate.on_terminal("--quiet", "--dry-run", cwd=repository.path, extra=no_color)
    assert quiet == (0, plain)


# ---------------------------------------------------------------------- landing


def branches(repository: Any) -> list[str]:
    listed = repository.git("for-each-ref", "--format=%(refname:short)", "refs/heads")
    return [name for name in str(listed).splitlines() if name != "main"]


def test_a_script_that_can_not_be_asked(migrate: Any, repository: Any) -> None:
    before = repository.state()
    done = migrate.outside(cwd=repository.path)
    assert done.code == 2
    assert "--yes" in done.err
    assert "--dry-run" in done.err
    assert repository.state() == before


@pytest.mark.parametrize("answer", [b"n\n", b"\n"])
def test_who_says_no_gets_nothing(migrate: Any, repository: Any, answer: bytes) -> None:
    before = repository.state()
    code, shown = migrate.on_terminal(cwd=repository.path, answer=answer)
    assert code == 0
    assert b"nothing was changed\n" in shown
    assert repository.state() == before


def test_who_interrupts_the_question_gets_nothing(migrate: Any, repository: Any) -> None:
    before = repository.state()
    code, shown = migrate.on_terminal(cwd=repository.path, answer=b"\x04")
    assert code == 130
    assert b"Traceback" not in shown
    assert repository.state() == before


def test_who_says_yes_gets_branches(migrate: Any, repository: Any) -> None:
    code, shown = migrate.on_terminal(cwd=repository.path, answer=b"y\n")
    assert code == 0, shown
    landed = branches(repository)
    assert landed
    assert all(f"created    {name}  ".encode() in shown for name in landed)


def test_landing_twice(migrate: Any, repository: Any) -> None:
    head = repository.git("rev-parse", "HEAD")
    assert migrate("apply", cwd=repository.path).code == 0
    landed = branches(repository)
    assert landed
    assert repository.git("show", f"{landed[-1]}:app.py") == MIGRATED.rstrip("\n")
    assert repository.git("rev-parse", "HEAD") == head
    before = repository.state()
    done = migrate("--yes", cwd=repository.path)
    assert done.code == 0
    assert "nothing to do" in done.err
    assert repository.state() == before


def test_from_the_landed_branch_nothing_is_left_to_do(migrate: Any, repository: Any) -> None:
    migrate("apply", cwd=repository.path)
    done = migrate("--rev", branches(repository)[-1], "--dry-run", "--check", cwd=repository.path)
    assert (done.code, done.out) == (0, b"")


def test_into_the_files_with_uncommitted_work_kept(migrate: Any, repository: Any) -> None:
    repository.write({"app.py": FILES["app.py"] + "mine = 1\n", "extra.py": FILES["app.py"]})
    head = repository.git("rev-parse", "HEAD")
    done = migrate("apply", "--worktree", cwd=repository.path)
    assert done.code == 0, done.err
    assert (repository.path / "app.py").read_text() == MIGRATED + "mine = 1\n"
    assert (repository.path / "extra.py").read_text() == MIGRATED
    assert branches(repository) == []
    assert repository.git("rev-parse", "HEAD") == head
    again = migrate("--rev", "WORKTREE", "--dry-run", "--check", cwd=repository.path)
    assert (again.code, again.out) == (0, b"")


# ------------------------------------------------------------------------- init


def test_init_and_then_a_dry_run(migrate: Any, make_repository: Callable[..., Any]) -> None:
    repository = make_repository(FILES)
    done = migrate("init", "--canonical", "pkg.new.Manager", cwd=repository.path)
    assert done.code == 0, done.err
    assert done.out.startswith(b"wrote migrate.toml with ")
    assert "pkg.old.Manager" in (repository.path / "migrate.toml").read_text()
    assert migrate("--dry-run", "--check", cwd=repository.path).code == 1
    assert migrate("init", "--canonical", "pkg.new.Manager", cwd=repository.path).code == 2


def test_init_without_a_name_ranks(
    migrate: Any, repository: Any, tree: Callable[[Path], dict[str, bytes]]
) -> None:
    before = tree(repository.path)
    done = migrate("init", cwd=repository.path)
    assert done.code == 0
    assert b"Manager" in done.out
    assert tree(repository.path) == before


def test_init_for_a_name_that_is_nowhere(migrate: Any, repository: Any) -> None:
    done = migrate("init", "--canonical", "pkg.no.Such", "--force", cwd=repository.path)
    assert done.code == 2
    assert "pkg.no.Such" in done.err
    assert (repository.path / "migrate.toml").read_text() == CONFIG


# ------------------------------------------------------------------------ speed


def test_help_loads_no_parser_and_no_git(migrate: Any, tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "sys.argv = ['migrate', '--help']\n"
        "from onepath_cli.app import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    heavy = {'libcst', 'git', 'bowler', 'multiprocessing'} & set(sys.modules)\n"
        "    print(sorted(heavy), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [migrate.program[0], "-c", program], cwd=tmp_path, capture_output=True, check=True
    )
    assert done.stderr == b"[]\n"
