"""`migrate rename` and `migrate run`, from the command line to the branch."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

F_STRINGS = "libcst.codemod.commands.convert_format_to_fstring.ConvertFormatStringCommand"
FILES = {
    "pkg/__init__.py": "",
    "pkg/old.py": "class Manager:\n    pass\n",
    "pkg/new.py": "class Manager:\n    pass\n",
    "pkg/use.py": "from pkg.old import Manager\n\nprint('{}'.format(Manager()))\n",
    "pkg/windows.py": "# \xe9\r\nx = '{}-{}'.format(1, 2)\r\n",
    "tests/bad.py": "x = (\n",
}
CODEMOD = """
from libcst.codemod import VisitorBasedCodemodCommand
import helper

class Rename(VisitorBasedCodemodCommand):
    @staticmethod
    def add_args(arg_parser):
        arg_parser.add_argument("--to", default="renamed")
        arg_parser.add_argument("names", nargs="*")

    def __init__(self, context, to, names):
        super().__init__(context)
        self.to, self.names = to, names

    def leave_Name(self, original_node, updated_node):
        if updated_node.value in self.names:
            print("noise")
            return updated_node.with_changes(value=self.to)
        return updated_node
"""
QUERY = """
from bowler import Query

def query(paths):
    return Query(paths).select_class("Manager").rename("Boss")
"""
RENAME = ("rename", "pkg.old.Manager", "pkg.new.Manager")
RUN = ("run", F_STRINGS)


@pytest.fixture
def repository(make_repository: Callable[..., Any]) -> Any:
    return make_repository(FILES)


@pytest.fixture(autouse=True)
def _tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "mine.py").write_text(CODEMOD)
    (tmp_path / "helper.py").write_text("")
    (tmp_path / "query.py").write_text(QUERY)


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["rename", "pkg.old.Manager"], "rename takes OLD and NEW, or --from FILE"),
        (["rename", "--from", "t.csv", *RENAME[1:]], "rename takes OLD and NEW, or --from FILE"),
        (["rename", "--from", "none.csv"], "none.csv can't be read: No such file"),
        (["rename", "pkg.old.Manager", "pkg.new.Manger"], "did you mean 'pkg.new.Manager'?"),
        (["rename", "pkg.old.Manager", "pkg.new.Manger"], "hint: a rename moves references"),
        (["rename", "a.b", "a.b"], "is renamed to itself"),
        (["run"], "run takes CODEMOD, or --exec COMMAND"),
        (["run", "--exec", "sed -i s/a/b/"], "has no {file}"),
        (["run", "--exec", "sed {file}", "--", "x"], "--exec has its arguments in it"),
        (["run", "nosuch.Class"], "no module 'nosuch'"),
        (["run", "json.JSONDecoder"], "is not a libcst codemod"),
        (["run", F_STRINGS, "nothing/*.py"], "'nothing/*.py' matches no Python file"),
        (["run", F_STRINGS, "--", "--nonsense"], "unrecognized arguments: --nonsense"),
        (["run", "bowler:nosuch:query"], "no module 'nosuch'"),
        ([*RENAME, "--check"], "--check needs --dry-run"),
        ([*RUN, "--format", "json"], "--format needs --dry-run"),
        ([*RUN, "--patch", "there"], "--patch needs --dry-run"),
        (["--dry-run", *RUN], "--dry-run has no meaning before the command run"),
        (["--rev", "WORKTREE", *RENAME], "has no commit for a branch to start from"),
        (["--rev", "HEAD", *RUN, "--worktree"], "--worktree changes the files as they lie"),
        ([*RUN], "hint: add --yes"),
    ],
)
def test_what_can_not_be_done_changes_nothing(
    repository: Any, migrate: Any, arguments: list[str], told: str
) -> None:
    before = repository.state()
    done = migrate(*arguments, cwd=repository.path)
    assert done.code == 2, done.err
    assert told in done.err
    assert "Traceback" not in done.err
    assert repository.state() == before


def test_a_configuration_with_errors_is_still_an_error(repository: Any, migrate: Any) -> None:
    repository.write({"migrate.toml": "exclude = 3\n"})
    for command in (RENAME, RUN):
        done = migrate(*command, "--dry-run", cwd=repository.path)
        assert done.code == 2
        assert "migrate.toml:1: exclude: expected a list of strings" in done.err


def test_without_git_the_hint_names_this_command(tmp_path: Path, migrate: Any) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "a.py").write_text("x = '{}'.format(y)\n")
    done = migrate(*RUN, cwd=folder)
    assert done.code == 2
    assert "`migrate run --worktree` writes into the files" in done.err
    assert migrate(*RUN, "--worktree", cwd=folder).code == 0
    assert (folder / "a.py").read_text() == "x = f'{y}'\n"


# ------------------------------------------------------------------- showing


def test_a_table_of_moves_may_name_files_and_folders(
    make_repository: Callable[..., Any], migrate: Any, tmp_path: Path
) -> None:
    files = {"pkg/__init__.py": "", "pkg/a.py": "A = 1\n", "use.py": "from pkg.a import A\n"}
    repository = make_repository(files)
    table = tmp_path / "moves.csv"
    table.write_text("pkg/a.py,pkg/sub/\n")
    done = migrate("move", "--from", str(table), "--worktree", "--yes", cwd=repository.path)
    assert done.code == 0, done.err
    assert (repository.path / "use.py").read_text() == "from pkg.sub.a import A\n"
    assert not (repository.path / "pkg/a.py").exists()


def test_a_table_of_renames_lands_on_one_branch(
    repository: Any, migrate: Any, tmp_path: Path
) -> None:
    table = tmp_path / "two moves.csv"
    table.write_text("old,new\npkg.old.Manager,pkg.new.Manager\npkg.gone.X,pkg.new.Manager\n")
    done = migrate("rename", "--from", str(table), "--yes", cwd=repository.path)
    assert done.code == 0, done.err
    branch = "migrate/rename/two-moves"
    assert (
        b"from pkg.new import Manager\n" in repository.git("show", f"{branch}:pkg/use.py").encode()
    )
    assert repository.git("log", "-1", "--format=%s", branch).strip() == (
        "Rename 2 paths as two moves.csv says"
    )


def test_a_table_of_one_rename_counts_one_path(
    repository: Any, migrate: Any, tmp_path: Path
) -> None:
    table = tmp_path / "single.csv"
    table.write_text("pkg.old.Manager,pkg.new.Manager\n")
    done = migrate("rename", "--from", str(table), "--dry-run", cwd=repository.path)
    assert done.code == 0, done.err
    assert "Rename 1 path as single.csv says" in done.err


def test_a_piped_dry_run_is_a_patch(repository: Any, migrate: Any) -> None:
    for command, line in ((RENAME, b"from pkg.new import Manager\n"), (RUN, b"f'{Manager()}'")):
        before = repository.state()
        done = migrate(*command, "--dry-run", cwd=repository.path)
        assert done.code == 0, done.err
        assert repository.state() == before
        subprocess.run(["git", "apply"], cwd=repository.path, input=done.out, check=True)
        assert line in (repository.path / "pkg/use.py").read_bytes()
        repository.git("checkout", "--quiet", ".")


def test_the_other_forms_of_a_dry_run(repository: Any, migrate: Any, tmp_path: Path) -> None:
    folder = tmp_path / "patches"
    done = migrate(
        *RUN,
        "--dry-run",
        "--format",
        "json",
        "--check",
        "--patch",
        str(folder),
        cwd=repository.path,
    )
    assert done.code == 1
    (phase,) = json.loads(done.out)["phases"]
    assert phase["versions"] == [f"run/v0000_{F_STRINGS}"]
    assert [change["path"] for change in phase["changes"]] == ["pkg/use.py", "pkg/windows.py"]
    assert [(one["path"], one["code"]) for one in phase["refusals"]] == [
        ("tests/bad.py", "codemod-failed")
    ]
    (patch,) = folder.iterdir()
    repository.git("am", "--quiet", str(patch))
    assert b"x = f'{1}-{2}'\r\n" in (repository.path / "pkg/windows.py").read_bytes()
    stat = migrate(*RENAME, "--dry-run", "--format", "stat", cwd=repository.path)
    assert stat.code == 0
    assert b" 1 file changed, 1 insertion(+), 1 deletion(-)\n" in stat.out


def test_a_dry_run_of_the_files_as_they_lie(repository: Any, migrate: Any) -> None:
    repository.write({"new.py": "from pkg.old import Manager\n\nManager()\n"})
    done = migrate(*RENAME, "--dry-run", "--worktree", cwd=repository.path)
    assert done.code == 0
    assert b"+++ b/new.py\n" in done.out


# ------------------------------------------------------------------- landing


@pytest.mark.parametrize(
    ("command", "branch"),
    [
        (RENAME, "migrate/rename/Manager-to-Manager"),
        (RUN, f"migrate/run/{F_STRINGS.replace('.', '-')}"),
    ],
)
def test_it_lands_on_a_branch_and_a_dirty_tree_stays_as_it_is(
    repository: Any, migrate: Any, command: tuple[str, ...], branch: str
) -> None:
    repository.write({"pkg/use.py": "mine\n", "untracked.py": "'{}'.format(1)\n"})
    repository.git("add", "pkg/use.py")
    before = repository.state()
    done = migrate(*command, "--yes", cwd=repository.path)
    assert done.code == 0
    assert done.err.startswith("1 file with changes is not in this")
    commit = repository.git("rev-parse", branch)
    assert f"created    {branch}  {commit[:12]}\n" in done.out.decode()
    assert repository.state()[:-1] == before[:-1]
    assert repository.git("rev-parse", f"{branch}^") == repository.git("rev-parse", "HEAD")
    message = repository.git("log", "-1", "--format=%B", branch)
    assert f"Migrate-Version: {command[0]}/v0000_" in message
    again = migrate("--quiet", *command, "--yes", cwd=repository.path)
    assert (again.code, again.err) == (0, "")
    assert f"unchanged  {branch}  {commit[:12]}\n" in again.out.decode()


def test_on_a_terminal_it_asks(repository: Any, migrate: Any) -> None:
    code, shown = migrate.on_terminal(*RENAME, cwd=repository.path, answer=b"n\n")
    assert (code, b"Create these branches?" in shown) == (0, True)
    assert repository.git("branch", "--list", "migrate/*") == ""


def test_the_files_themselves(repository: Any, migrate: Any) -> None:
    done = migrate(*RUN, "pkg", "--worktree", cwd=repository.path)
    assert (done.code, done.err) == (0, "wrote 2 files\n")
    windows = (repository.path / "pkg/windows.py").read_bytes()
    assert windows == "# \xe9\r\nx = f'{1}-{2}'\r\n".encode()
    assert repository.git("branch", "--list", "migrate/*") == ""
    again = migrate(*RUN, "pkg", "--worktree", cwd=repository.path)
    assert (again.code, again.err) == (0, "")
    assert b"changed     nothing to do\n" in again.out


# ------------------------------------------------------- the user's own codemods


def test_what_follows_two_dashes_belongs_to_the_codemod(
    repository: Any, migrate: Any, tmp_path: Path
) -> None:
    done = migrate.outside(
        "run",
        f"{tmp_path}/mine.py:Rename",
        "pkg/old.py",
        "--dry-run",
        "--",
        "Manager",
        "--to",
        "Boss",
        cwd=repository.path,
    )
    assert done.code == 0, done.err
    assert b"+class Boss:\n" in done.out
    assert b"pkg/new.py" not in done.out
    assert b"noise" not in done.out
    assert "noise\n" in done.err


def test_a_codemod_in_the_current_folder(repository: Any, migrate: Any, tmp_path: Path) -> None:
    done = migrate.outside(
        "--repo",
        str(repository.path),
        "run",
        "mine.Rename",
        "--dry-run",
        "--",
        "Manager",
        cwd=tmp_path,
    )
    assert done.code == 0, done.err
    assert b"+class renamed:\n" in done.out


def test_a_bowler_query(repository: Any, migrate: Any, tmp_path: Path) -> None:
    query = f"bowler:{tmp_path}/query.py:query"
    done = migrate("run", query, "pkg", "--yes", cwd=repository.path)
    assert (done.code, done.err) == (0, "")
    branch = "migrate/run/bowler-query-py-query"
    assert repository.git("show", f"{branch}:pkg/old.py") == "class Boss:\n    pass"
    assert "import Boss" in repository.git("show", f"{branch}:pkg/use.py")
    assert (repository.path / "pkg/old.py").read_text() == "class Manager:\n    pass\n"


@pytest.mark.parametrize("command", [RENAME, RUN])
def test_exactly_what_was_shown_lands_by_its_hash(
    migrate: Any, repository: Any, command: tuple[str, ...]
) -> None:
    shown = migrate(*command, "--dry-run", "--format", "json", cwd=repository.path)
    wanted = json.loads(shown.out)["hash"]
    before = repository.state()
    wrong = migrate(*command, "--plan", "0" * 64, cwd=repository.path)
    assert (wrong.code, repository.state()) == (3, before)
    assert "is not what would land now" in wrong.err
    # No question: whoever gives the hash has seen the plan.
    assert migrate(*command, "--plan", wanted[:12], cwd=repository.path).code == 0
    assert repository.git("branch", "--list", "migrate/*")
    repository.commit({"pkg/more.py": "from pkg.old import Manager\n'{}'.format(1)\n"})
    assert migrate(*command, "--plan", wanted, cwd=repository.path).code == 3


def test_a_command_runs_on_copies(repository: Any, migrate: Any) -> None:
    before = repository.state()
    command = ("run", "--exec", "sed -i s/Manager/Boss/ {file}", "pkg/old.py", "pkg/new.py")
    assert migrate(*command, "--dry-run", "--check", cwd=repository.path).code == 1
    assert repository.state() == before
    only = ("--containing", "Nobody")
    assert migrate(*command, *only, "--dry-run", "--check", cwd=repository.path).code == 0
    assert migrate(*command, "--yes", cwd=repository.path).code == 0
    assert repository.git("show", "migrate/run/sed:pkg/old.py").startswith("class Boss:")


def test_a_codemod_that_fails_stops_before_anything_is_shown(repository: Any, migrate: Any) -> None:
    command = ("run", "--exec", "false {file}", "pkg", "--dry-run")
    done = migrate(*command, cwd=repository.path)
    assert (done.code, done.out) == (3, b"")
    assert "false failed on 5 of 5:\npkg/__init__.py exit code 1\n" in done.err
    assert migrate(*command, "--keep-going", cwd=repository.path).code == 0
