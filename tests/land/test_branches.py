import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onepath.errors import InputError, RefusedError
from onepath.land.commit.message import commit_message
from onepath.model import FileChange, Phase, Plan
from onepath.state.branches.landing import Landed, land

FIRST = "migrate/demo/01-canonical-imports"
SECOND = "migrate/demo/02-delete-shims"


def all_of(plan: Plan, repository: Any) -> list[Landed]:
    return land(repository, plan, plan.phases)


def outside_of_branches(project: Any) -> list[str]:
    """The state of a repository without the branches that a landing makes."""
    *state, refs = project.state()
    return [*state, *(line for line in refs.split("\n") if "/migrate" not in line)]


def check_landed(project: Any, plan: Plan) -> None:
    """Every phase has its branch, with exactly its content on the one before."""
    parent = plan.commit
    for phase in plan.phases:
        ref = f"refs/heads/{phase.branch}"
        assert project.git("rev-parse", f"{ref}^@") == parent
        parent = project.git("rev-parse", ref)
        assert project.git("log", "-1", "--format=%B", ref) == commit_message(
            phase, plan.commit or ""
        ).rstrip("\n")
        check_content(project, phase)
    assert project.git("fsck", "--strict", "--no-dangling") == ""
    assert not list(project.path.glob(".git/objects/tmp_*"))


def check_content(project: Any, phase: Phase) -> None:
    branch = phase.branch
    listed = project.git("diff", "--name-only", "-z", "--no-renames", f"{branch}~", branch)
    changes = phase.changeset.changes
    assert listed.split("\0")[:-1] == [change.path for change in changes]
    for change in changes:
        entry = project.git("ls-tree", "-z", branch, "--", f":(literal){change.path}")
        if change.new is None:
            assert entry == ""
            continue
        mode, kind, oid = entry.partition("\t")[0].split(" ")
        assert (int(mode, 8), kind) == (change.mode, "blob")
        shown = ["git", "-C", os.fspath(project.path), "cat-file", "blob", oid]
        assert subprocess.run(shown, capture_output=True, check=True).stdout == change.new


# ------------------------------------------------------------ the user's input


@pytest.mark.parametrize(("commit", "base"), [(None, "/some/folder"), (None, "WORKTREE")])
def test_a_plan_without_a_commit_has_no_branch(
    repository: Any, kit: Any, commit: str | None, base: str
) -> None:
    with pytest.raises(InputError, match="must start from a commit"):
        all_of(kit.plan(commit, kit.two_phases(), base), repository)


def test_a_plan_over_the_work_tree_has_no_branch(repository: Any, plan: Plan) -> None:
    with pytest.raises(InputError, match="uncommitted files"):
        all_of(replace(plan, base="WORKTREE"), repository)


def test_a_phase_does_not_land_without_the_one_below_it(
    project: Any, repository: Any, plan: Plan
) -> None:
    before = project.state()
    with pytest.raises(InputError, match=r"delete-shims does not fit .* run\.py differs"):
        land(repository, plan, plan.phases[1:])
    assert project.state() == before


@pytest.mark.parametrize("name", ["a..b", "a b", "x.lock", "", "-/", "a\nb", "a\0b"])
def test_a_branch_name_that_git_does_not_take(repository: Any, plan: Plan, name: str) -> None:
    with pytest.raises(InputError, match="no name for a branch"):
        land(repository, plan, [replace(plan.phases[0], branch=name)])


def test_nobody_to_commit_as(
    project: Any, repository: Any, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GIT_COMMITTER_NAME")
    monkeypatch.delenv("GIT_COMMITTER_EMAIL")
    project.git("config", "user.useConfigOnly", "true")
    before = project.state()
    with pytest.raises(InputError, match="no committer"):
        all_of(plan, repository)
    assert project.state() == before


# -------------------------------------------------------------------- refused


def check_refused(project: Any, repository: Any, plan: Plan) -> str:
    before = project.state()
    with pytest.raises(RefusedError) as caught:
        all_of(plan, repository)
    assert project.state() == before
    assert "git branch -D" in caught.value.hint
    return caught.value.message


@pytest.mark.parametrize("name", ["migrate", "migrate/demo", f"{FIRST}/x"])
def test_a_branch_name_that_stands_in_the_way(
    project: Any, repository: Any, plan: Plan, name: str
) -> None:
    project.git("branch", name)
    message = check_refused(project, repository, plan)
    assert f"branch {FIRST} can't exist beside branch {name}" in message


# --------------------------------------------------------------------- landed


def test_phases_become_stacked_branches(project: Any, repository: Any, plan: Plan) -> None:
    landed = all_of(plan, repository)
    assert [(item.phase, item.branch, item.status) for item in landed] == [
        ("canonical-imports", FIRST, "created"),
        ("delete-shims", SECOND, "created"),
    ]
    assert [item.commit for item in landed] == project.git("rev-parse", FIRST, SECOND).split()
    check_landed(project, plan)
    assert project.git("for-each-ref", "refs/onepath") == ""


def test_git_reads_who_when_and_the_trailers(project: Any, repository: Any, plan: Plan) -> None:
    all_of(plan, repository)
    shown = project.git("log", "-1", "--format=%an <%ae> %ad|%cn|%(trailers:key=Base-Oid)", FIRST)
    assert shown.startswith("Ada Author <ada@example.org> Sun Sep 14 10:00:00 2025 +0000|Ada")
    assert f"Base-Oid: {plan.commit}" in shown


def test_nothing_but_branches_changes_in_a_dirty_tree(
    project: Any, repository: Any, plan: Plan
) -> None:
    project.write({"run.py": "stashed\n"})
    project.git("stash")
    project.write({"run.py": "dirty\n", "untracked.py": "x\n", "staged.py": "y\n"})
    project.git("add", "staged.py")
    (project.path / "pkg/old.py").unlink()
    index = (project.path / ".git/index").read_bytes()
    before = outside_of_branches(project)
    all_of(plan, repository)
    assert (project.path / ".git/index").read_bytes() == index
    assert outside_of_branches(project) == before
    assert (project.path / "run.py").read_text() == "dirty\n"
    check_landed(project, plan)


def test_no_hook_runs(project: Any, repository: Any, plan: Plan, tmp_path: Path) -> None:
    hooks = project.path / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in (
        "pre-commit",
        "commit-msg",
        "post-commit",
        "reference-transaction",
        "update",
        "post-checkout",
        "post-index-change",
        "pre-push",
        "pre-auto-gc",
    ):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/hook-ran\nexit 1\n")
        (hooks / name).chmod(0o755)
    all_of(plan, repository)
    assert not (tmp_path / "hook-ran").exists()
    check_landed(project, plan)


def test_a_phase_that_changes_nothing_gets_no_branch(
    project: Any, repository: Any, plan: Plan, kit: Any
) -> None:
    empty = kit.phase(3, "nothing", [])
    landed = land(repository, plan, [*plan.phases, empty])
    assert [item.branch for item in landed] == [FIRST, SECOND]
    assert land(repository, plan, [empty]) == []


def test_landing_again_writes_nothing(
    project: Any, repository: Any, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = all_of(plan, repository)
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2026-01-01T00:00:00+0000")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-01-01T00:00:00+0000")
    folder = project.path / ".git"
    before = sorted(os.fspath(path) for path in folder.rglob("*")), project.state()
    again = all_of(plan, repository)
    assert again == [replace(item, status="unchanged") for item in first]
    assert (sorted(os.fspath(path) for path in folder.rglob("*")), project.state()) == before


def test_later_phases_are_stacked_on_branches_that_stand(
    project: Any, repository: Any, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    [first] = land(repository, plan, plan.phases[:1])
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-01-01T00:00:00+0000")
    landed = all_of(plan, repository)
    assert [item.status for item in landed] == ["unchanged", "created"]
    assert landed[0].commit == first.commit
    check_landed(project, plan)


def test_a_branch_that_is_not_made_of_ascii(project: Any, repository: Any, plan: Plan) -> None:
    phase = replace(plan.phases[0], branch="migrer/é\u2028-étape", title="Où")
    land(repository, plan, [phase])
    assert [item.status for item in land(repository, plan, [phase])] == ["unchanged"]
    assert project.git("log", "-1", "--format=%s", "migrer/é\u2028-étape") == "Où"


def test_the_same_plan_gives_the_same_commits(project: Any, repository: Any, plan: Plan) -> None:
    first = all_of(plan, repository)
    project.git("branch", "-D", FIRST, SECOND)
    assert all_of(plan, repository) == first


def test_a_bare_repository(
    project: Any, plan: Plan, discover: Callable[..., Any], tmp_path: Path
) -> None:
    bare = tmp_path / "bare.git"
    project.git("clone", "--quiet", "--bare", ".", os.fspath(bare))
    all_of(plan, discover(bare))
    project.git(
        "fetch", "--quiet", os.fspath(bare), "refs/heads/*:refs/heads/*", "--update-head-ok"
    )
    check_landed(project, plan)


def test_a_linked_work_tree(
    project: Any, plan: Plan, discover: Callable[..., Any], tmp_path: Path
) -> None:
    linked = tmp_path / "linked tree"
    project.git("worktree", "add", "--quiet", "--detach", os.fspath(linked))
    before = outside_of_branches(project)
    all_of(plan, discover(linked))
    assert outside_of_branches(project) == before
    check_landed(project, plan)


def test_a_repository_that_borrows_its_objects(
    project: Any, plan: Plan, discover: Callable[..., Any], tmp_path: Path, make_repository: Any
) -> None:
    shared = make_repository()
    alternates = shared.path / ".git/objects/info/alternates"
    alternates.write_text("../../../repository1/.git/objects\n")
    shared.git("reset", "--quiet", "--hard", plan.commit)
    all_of(plan, discover(shared.path))
    check_landed(shared, plan)


def test_a_sha256_repository(
    kit: Any, discover: Callable[..., Any], tmp_path: Path, make_repository: Any
) -> None:
    path = os.fspath(tmp_path / "repository1")
    made = ["git", "init", "--quiet", "--object-format=sha256", "--initial-branch=main", path]
    if subprocess.run(made, capture_output=True, check=False).returncode:
        pytest.skip("this git makes no SHA-256 repositories")
    repository = make_repository(kit.FILES)
    commit = repository.git("rev-parse", "HEAD")
    assert len(commit) == 64
    plan = kit.plan(commit, kit.two_phases())
    all_of(plan, discover(repository.path))
    check_landed(repository, plan)
    assert [item.status for item in all_of(plan, discover(repository.path))] == ["unchanged"] * 2


def test_a_mode_that_git_no_longer_writes(
    kit: Any, make_repository: Any, discover: Callable[..., Any]
) -> None:
    repository = make_repository({"a.py": "old\n"})
    oid = repository.git("rev-parse", "HEAD:a.py")
    tree = (
        subprocess.run(
            ["git", "-C", repository.path, "mktree"],
            capture_output=True,
            check=True,
            input=f"100664 blob {oid}\ta.py\n".encode(),
        )
        .stdout.decode()
        .strip()
    )
    commit = repository.git("commit-tree", "-m", "old", tree)
    phase = kit.phase(1, "modes", [kit.changed("a.py", b"old\n", b"old", b"new", 0o100664)])
    plan = kit.plan(commit, [phase])
    all_of(plan, discover(repository.path))
    assert repository.git("ls-tree", phase.branch).startswith("100644 ")
    assert [item.status for item in all_of(plan, discover(repository.path))] == ["unchanged"]


def test_shared_repositories_stay_shared(project: Any, repository: Any, plan: Plan) -> None:
    project.git("config", "core.sharedRepository", "0666")
    mask = os.umask(0o077)
    try:
        all_of(plan, repository)
    finally:
        os.umask(mask)
    packs = list(project.path.glob(".git/objects/pack/pack-*"))
    assert packs
    assert all(path.stat().st_mode & 0o444 == 0o444 for path in packs)


def test_a_new_file_is_in_the_branch_and_stays_unchanged_there(
    repository: Any, project: Any, kit: Any
) -> None:
    made = FileChange.made("pkg/protocol.py", b"class P: ...\n")
    commit = project.git("rev-parse", "HEAD")
    phase = kit.phase(1, "managers", [made])
    [first] = land(repository, kit.plan(commit, [phase]), [phase])
    shown = project.git("show", f"{phase.branch}:pkg/protocol.py")
    assert (first.status, shown) == ("created", "class P: ...")
    [again] = land(repository, kit.plan(commit, [phase]), [phase])
    assert again.status == "unchanged"


def test_a_new_file_that_the_base_has_does_not_fit(repository: Any, project: Any, kit: Any) -> None:
    commit = project.git("rev-parse", "HEAD")
    phase = kit.phase(1, "managers", [FileChange.made("run.py", b"x\n")])
    with pytest.raises(InputError, match=r"does not fit .* run\.py differs"):
        land(repository, kit.plan(commit, [phase]), [phase])
