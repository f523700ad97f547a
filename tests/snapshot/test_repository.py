"""Finding a repository, resolving revisions in it, and running git there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from onepath.errors import InputError, OutsideError
from onepath.snapshot import Repository


def found(path: Path) -> Repository:
    repository = Repository.discover(path)
    assert repository is not None
    return repository


# ------------------------------------------------------------------ discovery


def test_a_folder_without_git_has_no_repository(tmp_path):
    assert Repository.discover(tmp_path) is None


def test_a_path_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(InputError, match="nowhere: no such file or folder"):
        Repository.discover(tmp_path / "nowhere")


def test_git_not_installed_is_said(make_repository, tmp_path, monkeypatch):
    repository = make_repository({"a.py": ""})
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="git is not installed") as caught:
        Repository.discover(repository.path)
    assert caught.value.hint


def test_a_git_that_gitpython_cannot_run_is_said(tmp_path):
    program = (
        "import pathlib, onepath.errors, onepath.snapshot as s\n"
        "try: s.Repository.discover(pathlib.Path('.'))\n"
        "except onepath.errors.InputError as error: print(error.message, '|', error.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "GIT_PYTHON_GIT_EXECUTABLE": str(tmp_path / "no-git")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "no git it can run" in done.stdout
    assert "GIT_PYTHON_GIT_EXECUTABLE" in done.stdout


def test_another_users_repository_is_refused_with_the_way_out(make_repository, monkeypatch):
    repository = make_repository({"a.py": ""})
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(InputError, match="does not trust this repository") as caught:
        Repository.discover(repository.path)
    assert "safe.directory" in caught.value.hint


def test_a_git_folder_without_head_is_broken_not_absent(make_repository):
    repository = make_repository({"a.py": "", "sub/b.py": ""})
    (repository.path / ".git/HEAD").unlink()
    with pytest.raises(InputError, match="can't use the repository here"):
        Repository.discover(repository.path / "sub")


def test_a_git_file_that_points_nowhere_is_broken(tmp_path):
    (tmp_path / ".git").write_text("gitdir: /nowhere/at/all\n")
    with pytest.raises(InputError, match="can't use the repository here: not a git repository"):
        Repository.discover(tmp_path)


def test_an_unreadable_configuration_is_reported_in_gits_words(make_repository):
    repository = make_repository({"a.py": ""})
    (repository.path / ".git/config").write_text("[core\nnonsense")
    with pytest.raises(InputError, match="bad config"):
        Repository.discover(repository.path)


def test_an_empty_git_folder_is_passed_over_as_git_does(tmp_path):
    (tmp_path / ".git").mkdir()
    assert Repository.discover(tmp_path) is None


def test_the_repository_is_found_from_a_subfolder_and_from_a_file(make_repository):
    made = make_repository({"pkg/deep/a.py": ""})
    for start in ("", "pkg/deep", "pkg/deep/a.py", ".git", ".git/refs"):
        repository = found(made.path / start)
        assert repository.top == made.path
        assert repository.git_dir == repository.common_dir == made.path / ".git"
        assert repository.cache_dir == made.path / ".git/onepath"
        assert not repository.bare
        assert repository.oid_length == 40


def test_a_folder_name_with_everything_in_it(tmp_path, make_repository):
    made = make_repository({"a.py": "x = 1\n"})
    odd = tmp_path / "sp ace $HOME %PATH% ~ 'q'\nnew line \udce9"
    try:
        made.path.rename(odd)
    except OSError:
        pytest.skip("this disk does not take such a name")
    repository = found(odd)
    assert repository.top == odd
    assert repository.git("show", "HEAD:a.py").stdout == b"x = 1\n"


def test_a_repository_reached_through_a_symbolic_link_has_its_real_place(make_repository, tmp_path):
    made = make_repository({"a.py": ""})
    (tmp_path / "link").symlink_to(made.path)
    assert found(tmp_path / "link").top == made.path


def test_a_bare_repository(make_repository, tmp_path):
    made = make_repository({"a.py": "x"})
    made.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    repository = found(tmp_path / "bare.git")
    assert repository.bare
    assert repository.top == repository.git_dir == tmp_path / "bare.git"
    assert repository.git("show", "HEAD:a.py").stdout == b"x"


def test_a_linked_work_tree_shares_its_repositorys_cache(make_repository, tmp_path):
    made = make_repository({"a.py": ""})
    made.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))
    repository = found(tmp_path / "linked")
    assert repository.top == tmp_path / "linked"
    assert repository.git_dir == made.path / ".git/worktrees/linked"
    assert repository.common_dir == made.path / ".git"
    assert repository.cache_dir == made.path / ".git/onepath"
    assert repository.git("symbolic-ref", "HEAD").stdout == b"refs/heads/other\n"


def test_a_linked_work_tree_of_a_bare_repository_is_not_bare(make_repository, tmp_path):
    made = make_repository({"a.py": ""})
    made.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    made.git(
        "--git-dir", str(tmp_path / "bare.git"), "worktree", "add", "-q", str(tmp_path / "linked")
    )
    repository = found(tmp_path / "linked")
    assert not repository.bare
    assert repository.top == tmp_path / "linked"


def _moved_git_folder(top: Path) -> None:
    (top / ".git").rename(top.parent / "elsewhere")
    (top / ".git").symlink_to(top.parent / "elsewhere")


def _other_work_tree(top: Path) -> None:
    (top.parent / "tree").mkdir()
    subprocess.run(["git", "-C", top, "config", "core.worktree", top.parent / "tree"], check=True)


def _as_it_is(_: Path) -> None:
    pass


@pytest.mark.parametrize(
    ("change", "start", "is_plain"),
    [
        (_as_it_is, "", True),
        (_as_it_is, "pkg", True),
        (lambda top: (top / "pkg/.git").mkdir(), "pkg", False),
        (lambda top: (top / "HEAD").write_text("a file like any other\n"), "pkg", False),
        (_as_it_is, ".git/refs", False),
        (_moved_git_folder, "", False),
        (_other_work_tree, "", False),
    ],
)
def test_a_plain_repository_is_found_without_gitpython_which_says_the_same(
    make_repository, monkeypatch, change, start, is_plain
):
    made = make_repository({"pkg/a.py": ""})
    change(made.path)
    repository = found(made.path / start)
    assert (repository._repo is None) == is_plain
    monkeypatch.setattr("onepath.snapshot.repository._plain_top", lambda _: None)
    assert found(made.path / start) == repository


def test_ids_of_a_sha256_repository_are_longer(tmp_path):
    subprocess.run(["git", "init", "-q", "--object-format=sha256", tmp_path], check=True)
    repository = found(tmp_path)
    assert (repository._repo, repository.oid_length) == (None, 64)


def test_the_environment_of_another_repositorys_hook_does_not_count(make_repository, monkeypatch):
    mine, other = make_repository({"a.py": ""}), make_repository({"b.py": ""})
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / ".git/index"))
    repository = found(mine.path)
    assert repository.top == mine.path
    assert repository.git("ls-files").stdout == b"a.py\n"


# -------------------------------------------------------------------- resolve


def test_a_repository_without_a_commit_says_so(make_repository):
    with pytest.raises(InputError, match="has no commit yet") as caught:
        found(make_repository().path).resolve("HEAD")
    assert "WORKTREE" in caught.value.hint


def test_a_branch_without_a_commit_is_told_from_an_empty_repository(make_repository):
    made = make_repository({"a.py": ""})
    made.git("switch", "--quiet", "--orphan", "fresh")
    repository = found(made.path)
    with pytest.raises(InputError, match="HEAD is on fresh, which has no commit yet"):
        repository.resolve("HEAD")
    assert repository.head() is None
    assert repository.resolve("main") == made.git("rev-parse", "main")


@pytest.mark.parametrize(
    "rev", ["nope", "", "--all", "^HEAD", "HEAD..HEAD", "HEAD^-", "HEAD~9", "1" * 40, "a\0b", "é\n"]
)
def test_a_revision_that_names_nothing_is_refused(make_repository, rev):
    with pytest.raises(InputError, match="no such revision") as caught:
        found(make_repository({"a.py": ""}).path).resolve(rev)
    assert caught.value.hint


def test_a_shallow_clone_gets_its_own_hint(make_repository, tmp_path):
    made = make_repository({"a.py": ""})
    made.commit({"a.py": "2"})
    made.git("clone", "-q", "--depth=1", made.path.as_uri(), str(tmp_path / "shallow"))
    with pytest.raises(InputError) as caught:
        found(tmp_path / "shallow").resolve("HEAD~1")
    assert "--unshallow" in caught.value.hint


@pytest.mark.parametrize(("rev", "kind"), [("HEAD:a.py", "blob"), ("HEAD^{tree}", "tree")])
def test_a_revision_that_is_no_commit_is_refused(make_repository, rev, kind):
    with pytest.raises(InputError, match=f"names a {kind}, not a commit"):
        found(make_repository({"a.py": ""}).path).resolve(rev)


def test_a_branch_whose_commit_is_gone_is_not_the_users_mistake(make_repository):
    made = make_repository({"a.py": ""})
    commit = made.git("rev-parse", "HEAD")
    (made.path / ".git/objects" / commit[:2] / commit[2:]).unlink()
    with pytest.raises(OutsideError, match=f"main is {commit}, which this repository lacks"):
        found(made.path).resolve("main")


def test_every_spelling_of_a_commit_resolves_to_its_id(make_repository):
    made = make_repository({"a.py": ""})
    first = made.git("rev-parse", "HEAD")
    second = made.commit({"a.py": "2"}, "second one")
    made.git("tag", "-a", "-m", "annotated", "v1", first)
    repository = found(made.path)
    for rev in (first, first[:10], "v1", "HEAD~1", "main^", ":/start"):
        assert repository.resolve(rev) == first
    assert repository.resolve("HEAD") == repository.head() == second


# ------------------------------------------------------------------------ git


def test_a_failing_git_is_reported_in_its_own_words(make_repository):
    repository = found(make_repository({"a.py": ""}).path)
    with pytest.raises(OutsideError, match="unknown revision or path"):
        repository.git("log", "nope")
    assert repository.git("log", "nope", check=False).returncode == 128


def test_git_takes_input_and_never_waits_for_the_terminal(make_repository):
    repository = found(make_repository({"a.py": ""}).path)
    assert repository.git("hash-object", "--stdin", input=b"").stdout.startswith(b"e69de29")
    assert repository.git("hash-object", "--stdin").stdout.startswith(b"e69de29")


def test_objects_are_what_their_ids_name_whatever_replaces_them(make_repository):
    made = make_repository({"a.py": "true", "b.py": "other"})
    made.git("replace", *made.git("rev-parse", "HEAD:a.py", "HEAD:b.py").split())
    assert made.git("show", "HEAD:a.py") == "other"
    assert found(made.path).git("show", "HEAD:a.py").stdout == b"true"


def test_offline_refuses_every_transport(make_repository):
    made = make_repository({"a.py": ""})
    repository = found(made.path)
    assert b"refs/heads/main" in repository.git("ls-remote", made.path.as_uri()).stdout
    with pytest.raises(OutsideError, match="transport 'file' not allowed"):
        repository.git("ls-remote", made.path.as_uri(), offline=True)


def test_a_closed_repository_leaves_no_process(make_repository, processes):
    with found(make_repository({"a.py": ""}).path) as repository:
        repository.resolve("HEAD")
    assert processes
    assert all(process.poll() is not None for process in processes)
