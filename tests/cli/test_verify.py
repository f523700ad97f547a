"""`migrate verify`: real branches, tampered with, and real imports."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FILES = {
    "pkg/__init__.py": "",
    "pkg/new.py": "class Manager:\n    def __init__(self, user=None): pass\n",
    "pkg/old.py": "from pkg.new import Manager\n",
    "app.py": "from pkg.old import Manager\n\nmanager = Manager()\n",
    "tool.py": "#!/usr/bin/env python\nfrom pkg.old import Manager\n",
    "migrate.toml": '[imports]\n"pkg.old.Manager" = "pkg.new.Manager"\n',
}
BRANCH = "migrate/websocket/01-canonical-imports"
BROKEN = FILES["pkg/old.py"] + "raise SystemExit\n"
RIGHT = "each the same object, also where its module is imported first"


@pytest.fixture
def repository(make_repository: Callable[..., Any]) -> Any:
    return make_repository(FILES)


@pytest.fixture
def landed(repository: Any, migrate: Any) -> Any:
    assert migrate("apply", cwd=repository.path).code == 0
    return repository


def amend(repository: Any, files: dict[str, str], *options: str) -> str:
    """Change the phase's commit as a person would, and come back."""
    repository.git("checkout", "--quiet", BRANCH)
    repository.write(files)
    repository.git("add", "--all")
    repository.git("commit", "--quiet", *options)
    repository.git("checkout", "--quiet", "main")
    return str(repository.git("rev-parse", BRANCH))


# ------------------------------------------------------------- refused, branches


def test_a_folder_without_git_has_no_branches(migrate: Any, tmp_path: Path) -> None:
    done = migrate("verify", cwd=tmp_path)
    assert (done.code, done.out) == (2, b"")
    assert "not in a git repository" in done.err


def test_without_a_configuration(migrate: Any, make_repository: Callable[..., Any]) -> None:
    done = migrate("verify", cwd=make_repository({"a.py": ""}).path)
    assert (done.code, done.out) == (2, b"")
    assert "nothing has landed" in done.err


def test_a_pack_that_is_not_installed(migrate: Any, landed: Any) -> None:
    landed.write({"migrate.toml": 'pack = "other"\n' + FILES["migrate.toml"]})
    done = migrate("verify", cwd=landed.path)
    assert (done.code, done.out) == (2, b"")
    assert "no pack 'other'" in done.err


def test_nothing_has_landed(migrate: Any, repository: Any) -> None:
    repository.git("branch", "migrate/websocket/other")
    done = migrate("verify", cwd=repository.path)
    assert (done.code, done.out) == (2, b"")
    assert "there is no branch migrate/websocket/NN-PHASE" in done.err
    assert "hint: `migrate apply`" in done.err


def test_a_phase_without_a_branch(migrate: Any, landed: Any) -> None:
    done = migrate("verify", "--phase", "shims", cwd=landed.path)
    assert (done.code, done.out) == (2, b"")
    assert "no branch migrate/websocket/NN-shims" in done.err
    assert "hint: phases with a branch: canonical-imports" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--rev", "HEAD", "verify"), "leave --rev out"),
        (("verify", "--python", "python3"), "--python needs --runtime"),
        (("verify", "--runtime", "--phase", "x"), "no branch migrate/websocket/NN-x"),
        (("verify", "--runtime", "main"), "main is not the branch of a phase"),
        (
            ("--rev", "main", "verify", "--runtime", BRANCH),
            "a branch and --rev contradict each other",
        ),
    ],
)
def test_options_that_contradict(
    migrate: Any, landed: Any, arguments: tuple[str, ...], said: str
) -> None:
    done = migrate(*arguments, cwd=landed.path)
    assert (done.code, done.out) == (2, b"")
    assert said in done.err


# --------------------------------------------------------------------- branches


@pytest.mark.parametrize("arguments", [(), ("--phase", "canonical-imports")])
def test_a_landed_phase_is_the_same(migrate: Any, landed: Any, arguments: tuple[str, ...]) -> None:
    before = landed.state()
    done = migrate("verify", *arguments, cwd=landed.path)
    tip, base = (landed.git("rev-parse", "--short=12", name) for name in (BRANCH, "main"))
    assert done.out.decode() == f"same       {BRANCH}  {tip}, 2 files from {base}\n"
    assert (done.code, done.err) == (0, "")
    assert landed.state() == before


@pytest.mark.parametrize("name", [BRANCH, f"origin/{BRANCH}"])
def test_one_branch(migrate: Any, landed: Any, name: str) -> None:
    done = migrate("verify", name, cwd=landed.path)
    assert done.code == 0
    assert BRANCH in done.out.decode()


@pytest.mark.parametrize("name", ["main", "migrate/websocket/x", "other/01-canonical-imports"])
def test_a_branch_of_no_phase(migrate: Any, landed: Any, name: str) -> None:
    done = migrate("verify", name, cwd=landed.path)
    assert (done.code, f"{name} is not the branch of a phase" in done.err) == (2, True)
    assert migrate("verify", BRANCH, "--phase", "x", cwd=landed.path).code == 2


def test_a_base_that_has_moved_on_is_no_matter(migrate: Any, landed: Any) -> None:
    base = landed.git("rev-parse", "main")
    landed.commit({"app.py": "print()\n", "more.py": "from pkg.old import Manager\n"})
    done = migrate("verify", cwd=landed.path)
    assert done.code == 0
    assert done.out.decode().endswith(f"2 files from {base[:12]}\n  the base has moved since\n")


def test_a_branch_that_was_tampered_with_differs_by_file(migrate: Any, landed: Any) -> None:
    changed = {
        "app.py": "from pkg.new import Manager\n",
        "more.py": "",
        "tool.py": FILES["tool.py"],
    }
    (landed.path / "pkg").joinpath("gone.py").touch()
    tip = amend(landed, changed, "--amend", "--no-edit")
    done = migrate("verify", cwd=landed.path)
    assert done.code == 3
    first, *rest = done.out.decode().splitlines()
    assert first.startswith(f"differs    {BRANCH}  {tip[:12]}, 2 files from ")
    assert rest == [
        "  app.py: other content",
        "  more.py: changed in the branch, left alone by the phase",
        "  pkg/gone.py: changed in the branch, left alone by the phase",
        "  tool.py: left alone in the branch, changed by the phase",
    ]
    assert "hint: " in done.err


def test_a_file_mode_and_a_deletion_differ(migrate: Any, landed: Any) -> None:
    landed.git("checkout", "--quiet", BRANCH)
    (landed.path / "tool.py").chmod(0o755)
    (landed.path / "app.py").unlink()
    amend(landed, {}, "--amend", "--no-edit")
    done = migrate("verify", cwd=landed.path)
    assert done.code == 3
    assert done.out.decode().splitlines()[1:] == [
        "  app.py: deleted in the branch, changed by the phase",
        "  tool.py: mode 100755, not 100644",
    ]


def test_a_commit_on_top_is_named_and_does_not_differ(migrate: Any, landed: Any) -> None:
    tip = amend(landed, {"more.py": ""}, "--message", "by hand")
    done = migrate("verify", cwd=landed.path)
    assert done.code == 0
    first, person = done.out.decode().splitlines()
    assert first.startswith(f"same       {BRANCH}  {tip[:12]}, 2 files from ")
    assert person == f"  + {tip[:12]} Ada Author: by hand"


def test_a_branch_without_a_commit_of_this_tool_differs(migrate: Any, landed: Any) -> None:
    tip = landed.git("rev-parse", "main")
    landed.git("branch", "--quiet", "--force", BRANCH, "main")
    done = migrate("verify", cwd=landed.path)
    assert done.code == 3
    assert f"the commit {tip[:12]} was not made by this tool" in done.out.decode()


def test_a_commit_of_another_version_of_the_codemod_differs(migrate: Any, landed: Any) -> None:
    message = landed.git("log", "-1", "--format=%B", BRANCH)
    digest = next(line for line in message.splitlines() if line.startswith("Migrate-Hash: "))
    amend(landed, {}, "--amend", "--message", message.replace(digest, "Migrate-Hash: 00"))
    done = migrate("verify", cwd=landed.path)
    assert done.code == 3
    assert f"  it is from another version: no {digest}" in done.out.decode().splitlines()


def test_a_commit_of_a_version_that_is_not_known_differs(migrate: Any, landed: Any) -> None:
    message = landed.git("log", "-1", "--format=%B", BRANCH)
    amend(landed, {}, "--amend", "--message", message.replace("websocket/v0001", "websocket/v0099"))
    done = migrate("verify", cwd=landed.path)
    assert done.code == 3
    assert "is of websocket/v0099_canonical_imports, so of no phase" in done.out.decode()


def test_a_branch_that_was_rebased_differs(migrate: Any, landed: Any) -> None:
    moved = landed.commit({"more.py": ""})
    landed.git("rebase", "--quiet", "main", BRANCH)
    landed.git("checkout", "--quiet", "main")
    done = migrate("verify", cwd=landed.path)
    assert done.code == 3
    assert f"the commit {moved[:12]} is not made by this tool, so of no" in done.out.decode()


def test_a_base_that_is_gone_is_said(migrate: Any, landed: Any) -> None:
    message = landed.git("log", "-1", "--format=%B", BRANCH)
    base = landed.git("rev-parse", "main")
    amend(landed, {}, "--amend", "--message", message.replace(base, "0" * 39 + "1"))
    done = migrate("verify", cwd=landed.path)
    assert (done.code, done.out) == (2, b"")
    assert f"was planned from {'0' * 39}1, which this repository lacks" in done.err


def test_another_configuration_gives_differences(migrate: Any, landed: Any) -> None:
    landed.write({"migrate.toml": 'exclude = ["app.py"]\n' + FILES["migrate.toml"]})
    done = migrate("verify", cwd=landed.path)
    assert done.code == 3
    assert "  app.py: changed in the branch, left alone by the phase" in done.out.decode()


def test_what_an_earlier_run_has_kept_proves_nothing(migrate: Any, landed: Any) -> None:
    shutil.rmtree(landed.path / ".git" / "onepath")
    assert migrate("verify", cwd=landed.path).code == 0
    assert not (landed.path / ".git" / "onepath").exists()


# ---------------------------------------------------------------------- runtime


def runtime(migrate: Any, repository: Any, *arguments: str) -> Any:
    return migrate(
        "verify", "--runtime", "--python", sys.executable, *arguments, cwd=repository.path
    )


def test_an_interpreter_that_does_not_exist(migrate: Any, repository: Any) -> None:
    done = migrate("verify", "--runtime", "--python", "./nowhere", cwd=repository.path)
    assert (done.code, done.out) == (4, b"")
    assert "./nowhere: no such Python" in done.err


def test_an_interpreter_that_does_not_start(migrate: Any, repository: Any) -> None:
    repository.write({"python": "#!/nowhere/at/all\n"})
    (repository.path / "python").chmod(0o755)
    done = migrate("verify", "--runtime", "--python", "./python", cwd=repository.path)
    assert (done.code, done.out) == (4, b"")
    assert "can't be started" in done.err
    assert "hint: --python" in done.err


def test_all_routes_give_one_object(migrate: Any, repository: Any) -> None:
    before = repository.state()
    done = runtime(migrate, repository)
    version = ".".join(map(str, sys.version_info[:3]))
    assert done.out.decode().splitlines() == [
        "route            same object  same signature  warnings  error",
        "pkg.new.Manager  canonical    yes             -         -",
        "pkg.old.Manager  yes          yes             -         -",
        "",
        f"2 routes in Python {version}: {RIGHT}",
    ]
    assert done.code == 0
    assert done.err == f"importing the work tree with {sys.executable}\n"
    assert repository.state() == before


def test_what_lies_in_the_work_tree_is_imported(migrate: Any, repository: Any) -> None:
    repository.write({"pkg/old.py": "class Manager:\n    pass\n"})
    done = runtime(migrate, repository)
    assert done.code == 1
    assert done.out.decode().splitlines()[2:] == [
        "pkg.old.Manager  no           no              -         -",
        "",
        "pkg.old.Manager, in order: class pkg.old.Manager()",
        "  not class pkg.new.Manager(user=None)",
        "pkg.old.Manager, imported first: class pkg.old.Manager()",
        "  not class pkg.new.Manager(user=None)",
        f"2 routes in Python {'.'.join(map(str, sys.version_info[:3]))}: 1 of them wrong",
    ]


def test_an_import_error_and_a_warning_are_in_the_table(migrate: Any, repository: Any) -> None:
    repository.write(
        {
            "pkg/old.py": "import warnings\nwarnings.warn('x', DeprecationWarning)\n"
            "from pkg.new import Manager\n",
            "pkg/bad.py": "from pkg.new import Manager\nraise OSError('no \x1b[31mway')\n",
            "migrate.toml": FILES["migrate.toml"] + '"pkg.bad.Manager" = "pkg.new.Manager"\n',
        }
    )
    done = runtime(migrate, repository)
    assert done.code == 1
    lines = done.out.decode().splitlines()
    assert lines[2].split() == ["pkg.old.Manager", "yes", "yes", "1", "-"]
    assert lines[3].split(maxsplit=4)[:4] == ["pkg.bad.Manager", "-", "-", "-"]
    assert lines[3].endswith(r"OSError: no \x1b[31mway")


def test_a_module_that_depends_on_the_order(migrate: Any, repository: Any) -> None:
    repository.write(
        {
            "pkg/old.py": "import sys\nif 'pkg.new' in sys.modules:\n"
            "    from pkg.new import Manager\nelse:\n    Manager = dict\n"
        }
    )
    done = runtime(migrate, repository)
    assert done.code == 1
    lines = done.out.decode().splitlines()
    assert "no, imported first" in lines[2]
    assert "pkg.old.Manager, imported first: class builtins.dict" in done.out.decode()


def test_an_import_that_hangs(migrate: Any, repository: Any) -> None:
    repository.write({"pkg/old.py": "import time\ntime.sleep(600)\nManager = 1\n"})
    done = runtime(migrate, repository, "--timeout", "1.5")
    assert done.code == 1
    assert "not done after 1.5 s" in done.out.decode()


def test_a_path_that_is_gone_is_noted_and_not_imported(migrate: Any, repository: Any) -> None:
    (repository.path / "pkg" / "old.py").unlink()
    done = runtime(migrate, repository)
    assert (done.code, done.out) == (0, b"")
    assert "pkg.old.Manager does not exist any more; not imported" in done.err
    assert "no path of [imports] is there to be imported" in done.err


def test_the_worktree_may_be_named_and_a_folder_will_do(migrate: Any, tmp_path: Path) -> None:
    for path, content in FILES.items():
        target = tmp_path / "plain" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)
    arguments = ("--rev", "WORKTREE", "verify", "--runtime", "--python", sys.executable)
    assert migrate(*arguments, cwd=tmp_path / "plain").code == 0


@pytest.mark.parametrize("arguments", [(), (BRANCH,), ("--phase", "canonical-imports")])
def test_a_branch_is_imported_and_not_the_work_tree(
    migrate: Any, landed: Any, arguments: tuple[str, ...]
) -> None:
    amend(landed, {"pkg/new.py": FILES["pkg/new.py"] + "branch = 1\n"}, "--message", "mine")
    landed.write({"pkg/old.py": BROKEN})
    before = landed.state()
    done = runtime(migrate, landed, *arguments)
    tip = landed.git("rev-parse", "--short=12", BRANCH)
    assert done.code == 0
    assert done.out.decode().splitlines()[0] == f"{BRANCH}  {tip}"
    assert RIGHT in done.out.decode()
    assert landed.state() == before
    # What the branch breaks is found, whatever lies in the work tree.
    landed.write({"pkg/old.py": FILES["pkg/old.py"]})
    amend(landed, {"pkg/old.py": BROKEN}, "--message", "broken")
    assert runtime(migrate, landed, *arguments).code == 1


def test_a_route_that_was_no_better_at_the_base_does_not_count(
    migrate: Any, make_repository: Callable[..., Any]
) -> None:
    needs = "import a_library_that_is_not_here\n"
    repository = make_repository({
        **FILES,
        "pkg/also.py": needs + "from pkg.new import Manager\n",
        "migrate.toml": FILES["migrate.toml"] + '"pkg.also.Manager" = "pkg.new.Manager"\n',
    })  # fmt: skip
    assert migrate("apply", cwd=repository.path).code == 0
    done = runtime(migrate, repository, "--format", "json")
    [branch] = json.loads(done.out)["imported"]
    routes = {route["route"]: route for route in branch["routes"]}
    also = routes["pkg.also.Manager"]
    assert (done.code, also["holds"], also["no_better_at_base"]) == (0, False, True)
    assert (
        "1 of them wrong, 1 of these no better at the base"
        in runtime(migrate, repository).out.decode()
    )
    # What was right at the base, or gave at least another object, counts.
    amend(repository, {"pkg/old.py": "class Manager: pass\n"}, "--message", "another")
    done = runtime(migrate, repository, "--format", "json")
    [branch] = json.loads(done.out)["imported"]
    counted = [
        one["route"]
        for one in branch["routes"]
        if not one["holds"] and not one["no_better_at_base"]
    ]
    assert (done.code, counted) == (1, ["pkg.old.Manager"])
    # Without a base nothing is known to have been so before.
    command = ("verify", "--runtime", "--python", sys.executable)
    assert migrate("--rev", "main", *command, cwd=repository.path).code == 1


def test_a_revision_is_imported(migrate: Any, landed: Any) -> None:
    landed.write({"pkg/old.py": BROKEN})
    command = ("verify", "--runtime", "--python", sys.executable, "--format", "json")
    done = migrate("--rev", "main", *command, cwd=landed.path)
    assert done.code == 0
    [found] = json.loads(done.out)["imported"]
    assert (found["branch"], [route["holds"] for route in found["routes"]]) == ("main", [True] * 2)
    assert migrate("--rev", "WORKTREE", *command, cwd=landed.path).code == 1


def test_the_help_says_that_code_is_run(migrate: Any, tmp_path: Path) -> None:
    done = migrate("verify", "--help", cwd=tmp_path)
    assert "This runs your code" in " ".join(done.out.decode().split())
