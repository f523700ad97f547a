"""Branches that others push to: what was fetched counts, and is not lost."""

import os
from pathlib import Path
from typing import Any

import pytest

NEW_USER = {"late.py": "from pkg.old import Manager\n\nprint(Manager)\n"}


class Shared:
    """Our repository, and a clone of somebody else's, on one bare repository."""

    def __init__(self, world: Any, folder: Path) -> None:
        self.world = world
        bare, self.clone = folder / "bare.git", folder / "clone"
        world.git("clone", "--quiet", "--bare", ".", os.fspath(bare))
        world.git("remote", "add", "origin", os.fspath(bare))
        world.git("fetch", "--quiet", "origin")
        world.git("clone", "--quiet", os.fspath(bare), os.fspath(self.clone))

    def theirs(self, *arguments: str) -> str:
        return str(self.world.git("-C", os.fspath(self.clone), *arguments))

    def push(self, branch: str, path: str, text: str, message: str) -> str:
        """Somebody commits on a branch and pushes it; we fetch that."""
        self.theirs("switch", "--quiet", branch)
        (self.clone / path).write_text(text)
        self.theirs("add", "--all")
        self.theirs("commit", "--quiet", "--message", message)
        self.theirs("push", "--quiet", "origin", branch)
        self.world.git("fetch", "--quiet", "origin")
        return self.theirs("rev-parse", "HEAD")


@pytest.fixture
def shared(landed: Any, tmp_path: Path) -> Shared:
    return Shared(landed, tmp_path)


def test_a_fetched_commit_moves_the_branch_forward(shared: Shared) -> None:
    world = shared.world
    theirs = shared.push(world.FIRST, "notes.txt", "theirs\n", "theirs")
    phase = world.status()["canonical-imports"]
    assert (phase["status"], phase["action"], phase["tip"]) == ("landed", "forward", theirs)
    assert [one["title"] for one in phase["people"]] == ["theirs"]
    assert "the branch is behind a remote's: migrate apply brings it here" in phase["remarks"]
    assert world.apply() == {"01": "forwarded", "02": "unchanged", "03": "unchanged"}
    assert world.tips()[0] == theirs
    assert world.apply() == {"01": "unchanged", "02": "unchanged", "03": "unchanged"}


def test_a_fetched_commit_is_put_on_top_of_a_branch_that_moved(shared: Shared) -> None:
    world = shared.world
    world.repository.commit(NEW_USER, "late")
    world.apply()
    shared.push(world.FIRST, "notes.txt", "theirs\n", "theirs")
    assert world.apply() == {"01": "moved", "02": "moved", "03": "moved"}
    assert world.stack()[2:5] == ["theirs", "Import by the canonical paths", "late"]
    tips = world.tips()
    assert world.apply() == {"01": "unchanged", "02": "unchanged", "03": "unchanged"}
    assert world.tips() == tips


def test_a_fetched_commit_that_conflicts_freezes_the_branch(shared: Shared) -> None:
    world = shared.world
    world.repository.commit({"notes.txt": "ours\n", **NEW_USER}, "late")
    world.apply()
    tips = world.tips()
    shared.push(world.FIRST, "notes.txt", "theirs\n", "theirs")
    assert world.apply(code=3) == {"01": "frozen", "02": "waiting", "03": "waiting"}
    assert world.tips() == tips


def test_a_fetched_commit_that_the_base_has_changes_nothing(shared: Shared) -> None:
    world = shared.world
    shared.push(world.FIRST, "notes.txt", "theirs\n", "theirs")
    world.repository.commit({"notes.txt": "theirs\n", **NEW_USER}, "late")
    assert world.apply()["01"] == "moved"
    tips = world.tips()
    assert world.apply() == {"01": "unchanged", "02": "unchanged", "03": "unchanged"}
    assert world.tips() == tips


def test_a_fresh_clone_takes_the_branches_over(shared: Shared) -> None:
    world = shared.world
    document = world.json("status", "--format", "json", repo=shared.clone)
    assert [phase["status"] for phase in document["phases"]] == ["landed"] * 3
    assert [phase["local"] for phase in document["phases"]] == [None] * 3
    text = world.migrate("apply", repo=shared.clone)
    assert text.count("forwarded") == 3
    assert shared.theirs("rev-parse", *world.ALL).split() == world.tips()
    assert "nothing to take back" not in world.migrate("rollback", "shims", repo=shared.clone)


def test_a_branch_of_a_remote_that_is_no_phase_is_not_taken(shared: Shared) -> None:
    world = shared.world
    world.git("update-ref", f"refs/remotes/origin/{world.FIRST}", "main")
    world.git("update-ref", f"refs/remotes/other/{world.SECOND}", "main")
    assert world.apply() == {"01": "unchanged", "02": "unchanged", "03": "unchanged"}
