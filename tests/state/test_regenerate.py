"""Branches that exist, brought to the base of today."""

import os
from pathlib import Path
from typing import Any

import pytest

TITLES = [
    "Delete the shims that nothing refers to",
    "Make instances in one way",
    "Import by the canonical paths",
]
NEW_USER = {"late.py": "from pkg.old import Manager\n\nprint(Manager)\n"}


def fsck(world: Any) -> None:
    assert world.git("fsck", "--strict", "--no-dangling") == ""


# ------------------------------------------------------------------- untouched


def test_an_unrelated_commit_touches_no_branch(landed: Any) -> None:
    tips = landed.tips()
    landed.repository.commit({"notes.txt": "zero\none\ntwo\nthree\n"}, "unrelated")
    assert landed.apply() == {"01": "unchanged", "02": "unchanged", "03": "unchanged"}
    assert landed.tips() == tips


def test_a_patch_that_only_moved_touches_no_branch(landed: Any) -> None:
    tips = landed.tips()
    app = landed.show("main", "app.py")
    landed.repository.commit({"app.py": f"# new\n\n{app}\n\n\nprint()\n"})
    assert landed.apply() == {"01": "unchanged", "02": "unchanged", "03": "unchanged"}
    assert landed.tips() == tips


def test_a_hash_of_another_version_of_the_tool_touches_no_branch(landed: Any) -> None:
    """The same change by a codemod that was written anew is no reason to push again."""
    tips = landed.tips()
    path = f"{landed.LEDGER}/0001_canonical_imports.toml"
    landed.repository.commit({path: 'version = "websocket/v0001_canonical_imports"\nhash = "x"\n'})
    assert landed.apply() == {"01": "unchanged", "02": "unchanged", "03": "unchanged"}
    assert landed.tips() == tips


# ----------------------------------------------------------------------- moved


def test_a_new_use_moves_the_stack(landed: Any) -> None:
    before = landed.repository.state()[:5]
    old = landed.tips()
    head = landed.repository.commit(NEW_USER, "late")
    assert landed.statuses() == ["stale", "stale", "stale"]
    assert landed.apply() == {"01": "moved", "02": "moved", "03": "moved"}
    assert landed.stack() == [*TITLES, "late", "start"]
    assert landed.git("rev-parse", f"{landed.FIRST}~") == head
    assert landed.show(landed.THIRD, "late.py").startswith("from pkg.new import")
    assert landed.repository.state()[:5] != before  # HEAD moved by the commit alone
    assert landed.git("status", "--porcelain") == ""
    assert [landed.git("rev-parse", f"{branch}@{{1}}") for branch in landed.ALL] == old
    assert landed.apply() == {"01": "unchanged", "02": "unchanged", "03": "unchanged"}
    assert landed.statuses() == ["landed", "landed", "landed"]
    fsck(landed)


def test_what_is_below_a_changed_phase_is_not_touched(landed: Any) -> None:
    """Only the second phase has something new to do: the first keeps its commit and approvals."""
    first = landed.tips()[0]
    late = {"late.py": "from pkg.make import make_manager\n\nprint(make_manager())\n"}
    head = landed.repository.commit(late, "late")
    assert landed.apply() == {"01": "unchanged", "02": "moved", "03": "moved"}
    assert landed.tips()[0] == first
    assert landed.stack()[:3] == [*TITLES[:2], f"Merge {head[:12]} below {landed.SECOND}"]
    assert landed.show(landed.THIRD, "late.py").startswith("from pkg.new import Manager")
    assert landed.git("merge-base", landed.THIRD, "main") == head
    assert landed.apply() == {"01": "unchanged", "02": "unchanged", "03": "unchanged"}
    landed.repository.commit({"notes.txt": "unrelated"})
    assert landed.apply() == {"01": "unchanged", "02": "unchanged", "03": "unchanged"}
    fsck(landed)


def test_restack_moves_what_could_stay(landed: Any) -> None:
    head = landed.repository.commit({"notes.txt": "unrelated"}, "unrelated")
    assert landed.apply("--restack") == {"01": "moved", "02": "moved", "03": "moved"}
    assert landed.stack() == [*TITLES, "unrelated", "start"]
    assert landed.status()["shims"]["base"] == head
    assert landed.apply("--restack") == {"01": "unchanged", "02": "unchanged", "03": "unchanged"}


def test_a_main_that_was_rewritten(landed: Any) -> None:
    landed.repository.write({"notes.txt": "other"})
    landed.git("commit", "--quiet", "--all", "--amend", "--message", "start again")
    assert landed.apply() == {"01": "moved", "02": "moved", "03": "moved"}
    assert landed.stack() == [*TITLES, "start again"]


def test_a_configuration_that_changed(landed: Any) -> None:
    config = landed.show("main", "migrate.toml") + "\n"
    landed.repository.commit({"migrate.toml": config.replace('"delete"', '"keep"')}, "keep")
    assert landed.apply() == {"01": "unchanged", "02": "unchanged"}
    document = landed.json("status", "--format", "json")
    assert [one["branch"] for one in document["leftovers"]] == [landed.THIRD]


def test_a_branch_that_somebody_deleted_is_made_again_with_those_above(landed: Any) -> None:
    tips = landed.tips()
    landed.git("branch", "--quiet", "-D", landed.SECOND)
    assert landed.apply()["02"] == "created"
    assert landed.apply() == {"01": "unchanged", "02": "unchanged", "03": "unchanged"}
    assert landed.tips()[0] == tips[0]
    assert landed.stack() == [*TITLES, "start"]


def test_a_branch_rebased_by_hand_is_right(landed: Any) -> None:
    landed.repository.commit({"notes.txt": "unrelated"}, "unrelated")
    landed.git("switch", "--quiet", landed.FIRST)
    landed.git("rebase", "--quiet", "main")
    landed.git("switch", "--quiet", "main")
    tip = landed.tips()[0]
    assert landed.apply() == {"01": "unchanged", "02": "moved", "03": "moved"}
    assert landed.tips()[0] == tip
    landed.repository.commit(NEW_USER)
    assert landed.apply() == {"01": "moved", "02": "moved", "03": "moved"}


# ---------------------------------------------------------------------- people


def test_peoples_commits_stay_on_top_in_their_order(
    landed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Bea")
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2025-10-01T08:00:00+0200")
    landed.commit_on(landed.FIRST, {"notes.txt": "one\ntwo\nthree\nfour\n"}, "a: not a trailer\n")
    landed.commit_on(landed.FIRST, {"app.py": landed.show(landed.FIRST, "app.py") + "\n# x\n"}, "b")
    landed.commit_on(landed.SECOND, {"notes.txt": None, "moved.txt": "one\ntwo\nthree\n"}, "c")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Ada Author")
    assert landed.status()["canonical-imports"]["status"] == "landed"
    landed.repository.commit(NEW_USER, "late")
    landed.apply()
    assert landed.stack() == [
        TITLES[0],
        "c",
        TITLES[1],
        "b",
        "a: not a trailer",
        TITLES[2],
        "late",
        "start",
    ]
    shown = landed.git("log", "-1", "--format=%an %aI %cn", f"{landed.FIRST}")
    assert shown == "Bea 2025-10-01T08:00:00+02:00 Ada Author"
    assert landed.show(landed.THIRD, "moved.txt") == "one\ntwo\nthree\nfour"
    assert landed.show(landed.THIRD, "app.py").endswith("# x")
    people = landed.status()["canonical-imports"]["people"]
    assert [one["title"] for one in people] == ["a: not a trailer", "b"]
    assert landed.apply() == {"01": "unchanged", "02": "unchanged", "03": "unchanged"}
    fsck(landed)


def test_phases_above_are_planned_on_peoples_commits(landed: Any) -> None:
    more = {"more.py": "from pkg.make import make_manager\n\nprint(make_manager())\n"}
    landed.commit_on(landed.FIRST, more)
    assert landed.apply() == {"01": "unchanged", "02": "moved", "03": "moved"}
    assert landed.show(landed.SECOND, "more.py").startswith("from pkg.new import Manager")
    assert landed.apply() == {"01": "unchanged", "02": "unchanged", "03": "unchanged"}


def test_a_dry_run_shows_what_lands_on_peoples_commits(landed: Any) -> None:
    more = {"more.py": "from pkg.make import make_manager\n\nprint(make_manager())\n"}
    landed.commit_on(landed.FIRST, more)
    for _ in range(2):  # The second time it is recalled.
        [_, second, _] = landed.json("--dry-run", "--format", "json")["phases"]
        assert "more.py" in [change["path"] for change in second["changes"]]


def test_commits_that_conflict_freeze_the_branch_and_nothing_is_lost(landed: Any) -> None:
    mine = landed.commit_on(landed.FIRST, {"app.py": "manager = None\n"})
    landed.repository.commit({"app.py": landed.show("main", "app.py") + "print()\n"})
    tips = landed.tips()
    assert landed.status()["canonical-imports"]["status"] == "frozen"
    text = landed.migrate("apply", code=3)
    assert "frozen     " in text
    assert "      app.py\n" in text
    assert "git cherry-pick" in text
    assert landed.tips() == tips
    assert tips[0] == mine
    phases = landed.status()
    assert phases["canonical-imports"]["conflicts"] == ["app.py"]
    assert phases["factories"]["remarks"] == [f"it waits for {landed.FIRST}"]
    assert phases["factories"]["status"] == "stale"
    # What the hint says.
    landed.git("branch", "keep", landed.FIRST)
    landed.git("branch", "-D", landed.FIRST)
    assert landed.apply()["01"] == "created"


@pytest.mark.parametrize(
    ("theirs", "main"),
    [
        ({"data.bin": "a\0b"}, {"data.bin": "a\0c"}),
        ({"app.py": None}, {"app.py": "from pkg.old import Manager\nprint(Manager)\n"}),
        ({"notes.txt/x": ""}, {"notes.txt": "kept\n"}),
        ({"new/file.py": ""}, {"new": "a file\n"}),
    ],
)
def test_other_conflicts(landed: Any, theirs: dict[str, str | None], main: dict[str, str]) -> None:
    if "notes.txt/x" in theirs:
        landed.git("switch", "--quiet", landed.FIRST)
        (landed.path / "notes.txt").unlink()
        landed.git("switch", "--quiet", "--discard-changes", "main")
        landed.git("switch", "--quiet", landed.FIRST)
        (landed.path / "notes.txt").unlink()
        landed.repository.commit(theirs)
        landed.git("switch", "--quiet", "main")
    else:
        landed.commit_on(landed.FIRST, theirs)
    landed.repository.commit({**main, **NEW_USER})
    tips = landed.tips()
    assert landed.apply(code=3) == {"01": "frozen", "02": "waiting", "03": "waiting"}
    assert landed.tips() == tips


def test_a_commit_that_main_has_by_now_is_not_made_again(landed: Any) -> None:
    mine = landed.commit_on(landed.FIRST, {"notes.txt": "better\n"})
    landed.repository.commit({"notes.txt": "better\n", **NEW_USER})
    document = landed.json("apply", "--format", "json")
    assert document["branches"][0]["dropped"] == [mine]
    assert landed.stack()[2] == TITLES[2]


def test_main_merged_into_the_branch_is_no_commit_of_a_person(landed: Any) -> None:
    """What the button "Update branch" does."""
    landed.repository.commit({"notes.txt": "unrelated\n"})
    landed.git("switch", "--quiet", landed.FIRST)
    landed.git("merge", "--quiet", "--no-edit", "main")
    landed.git("switch", "--quiet", "main")
    tip = landed.tips()[0]
    assert landed.apply()["01"] == "unchanged"
    assert landed.tips()[0] == tip
    landed.repository.commit(NEW_USER, "late")
    assert landed.apply()["01"] == "moved"
    assert landed.git("rev-list", "--count", f"main..{landed.FIRST}") == "1"
    fsck(landed)


def test_a_merge_that_somebody_resolved_is_kept(landed: Any) -> None:
    landed.repository.commit({"app.py": "from pkg.old import Manager as M\n\nmanager = M()\n"})
    landed.git("switch", "--quiet", landed.FIRST)
    landed.git("merge", "--quiet", "main", check=False)
    landed.repository.commit({"app.py": "from pkg.new import Manager as M\n\nmanager = M(3)\n"})
    landed.git("switch", "--quiet", "main")
    tips = landed.tips()
    assert landed.apply(code=3)["01"] == "frozen"
    assert landed.tips() == tips


def test_another_branch_merged_into_a_phase_stays_merged(landed: Any) -> None:
    landed.git("switch", "--quiet", "--create", "side", landed.FIRST)
    side = landed.repository.commit({"side.py": "x = 1\n"}, "side")
    landed.git("switch", "--quiet", landed.FIRST)
    landed.repository.commit({"front.py": "x = 1\n"}, "front")
    landed.git("merge", "--quiet", "--no-ff", "--message", "join", "side")
    landed.git("switch", "--quiet", "main")
    landed.repository.commit(NEW_USER, "late")
    assert landed.apply()["01"] == "moved"
    assert landed.git("rev-parse", f"{landed.FIRST}^2") == side
    assert landed.show(landed.FIRST, "side.py") == "x = 1"
    assert landed.stack()[2:5] == ["join", "front", TITLES[2]]


def test_a_commit_of_the_phase_that_somebody_amended_is_left_alone(landed: Any) -> None:
    landed.git("switch", "--quiet", landed.FIRST)
    landed.repository.write({"app.py": "from pkg.new import Manager\n\nmanager = Manager(7)\n"})
    landed.git("commit", "--quiet", "--all", "--amend", "--no-edit")
    landed.git("switch", "--quiet", "main")
    tips = landed.tips()
    assert landed.apply(code=3) == {"01": "diverged", "02": "waiting", "03": "waiting"}
    assert landed.tips() == tips
    phase = landed.status()["canonical-imports"]
    assert (phase["status"], "app.py" in phase["conflicts"]) == ("diverged", True)


def test_a_branch_of_that_name_that_is_no_phase(world: Any) -> None:
    world.git("switch", "--quiet", "--create", world.SECOND)
    theirs = world.repository.commit({"x.py": ""})
    world.git("switch", "--quiet", "main")
    assert world.apply(code=3) == {"01": "created", "02": "diverged", "03": "waiting"}
    assert world.git("rev-parse", world.SECOND) == theirs
    assert world.statuses() == ["landed", "diverged", "pending"]


# ---------------------------------------------------------------------- append


def test_append_adds_a_commit_and_moves_nothing(landed: Any) -> None:
    landed.commit_on(landed.FIRST, {"notes.txt": "mine\n"})
    tips = landed.tips()
    landed.repository.commit(NEW_USER, "late")
    assert landed.apply("--append") == {"01": "appended", "02": "appended", "03": "appended"}
    for branch, tip in zip(landed.ALL, tips, strict=True):
        assert landed.git("merge-base", branch, tip) == tip
        assert landed.git("merge-base", branch, "main") == landed.git("rev-parse", "main")
    assert landed.show(landed.THIRD, "late.py").startswith("from pkg.new import")
    assert landed.show(landed.THIRD, "notes.txt") == "mine"
    assert landed.git("diff", "--name-only", "main", landed.FIRST).split() == [
        f"{landed.LEDGER}/0001_canonical_imports.toml",
        "app.py",
        "late.py",
        "notes.txt",
        "pkg/make.py",
    ]
    assert landed.apply("--append") == {"01": "unchanged", "02": "unchanged", "03": "unchanged"}
    assert landed.apply() == {"01": "unchanged", "02": "unchanged", "03": "unchanged"}
    assert landed.statuses() == ["landed", "landed", "landed"]
    landed.repository.commit({"later.py": NEW_USER["late.py"]}, "later")
    assert landed.apply("--append")["01"] == "appended"
    assert landed.apply() == {"01": "unchanged", "02": "unchanged", "03": "unchanged"}
    landed.repository.commit({"last.py": NEW_USER["late.py"]}, "last")
    assert landed.apply()["01"] == "moved"
    assert landed.stack()[:5] == [*TITLES[:2], "mine", TITLES[2], "last"]
    fsck(landed)


# --------------------------------------------------------------------- refused


def test_a_branch_that_is_checked_out_is_not_moved(landed: Any, tmp_path: Path) -> None:
    other = os.fspath(tmp_path / "other")
    landed.git("worktree", "add", "--quiet", other, landed.SECOND)
    landed.repository.commit(NEW_USER)
    before = landed.repository.state()
    text = landed.migrate("apply", code=3)
    assert f"branch {landed.SECOND} must move, and it is checked out in {other}" in text
    assert landed.repository.state() == before
    landed.git("worktree", "remove", other)
    assert landed.apply()["02"] == "moved"


def test_with_a_phase_checked_out_main_is_the_base(landed: Any) -> None:
    landed.git("switch", "--quiet", landed.THIRD)
    assert landed.statuses() == ["landed", "landed", "landed"]
    assert landed.apply() == {"01": "unchanged", "02": "unchanged", "03": "unchanged"}
    landed.git("branch", "--quiet", "-m", "main", "trunk")
    assert "migrate --rev main" in landed.migrate("status", code=2)
    assert landed.statuses("--rev", "trunk") == ["landed", "landed", "landed"]
