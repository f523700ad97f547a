"""What is known of phases that came into the base, in whichever way."""

import json
import re
from typing import Any

import pytest

MERGED = ["merged", "pending", "pending"]
IMPORTS = "Import by the canonical paths"


def squash(world: Any, branch: str, message: str = "Squashed (#7)") -> str:
    world.git("merge", "--quiet", "--squash", branch)
    world.git("commit", "--quiet", "--message", message)
    return str(world.git("rev-parse", "HEAD"))


def first(world: Any) -> Any:
    return world.status()["canonical-imports"]


def check_merged(world: Any, how: str, commit: str | None, trailers: str = "applied") -> None:
    phase = first(world)
    assert (phase["status"], phase["known"]["code"]) == ("merged", "done")
    assert phase["known"]["trailers"] == trailers
    assert phase["merged"] == {"how": how, "commit": commit, "reverted_by": None}


# --------------------------------------------------------------------- before


def test_nothing_has_landed(world: Any) -> None:
    document = world.json("status", "--format", "json")
    assert document["base"] == world.git("rev-parse", "HEAD")
    assert [phase["status"] for phase in document["phases"]] == ["pending"] * 3
    assert [phase["action"] for phase in document["phases"]] == ["create"] * 3
    phase = document["phases"][0]
    assert phase["known"] == {"trailers": "absent", "ledger": "absent", "code": "pending"}
    assert (phase["commit"], phase["base"], phase["merged"]) == (None, None, None)


def test_a_phase_with_nothing_to_do_and_no_trace_of_it(world: Any) -> None:
    files = {"app.py": "", "pkg/make.py": "def make_manager(): ...\n", "other.py": ""}
    world.repository.commit(files)
    assert first(world)["status"] == "nothing to do"


def test_status_writes_nothing(landed: Any) -> None:
    landed.repository.commit({"late.py": "from pkg.old import Manager\n"})
    before = landed.repository.state()
    landed.status()
    landed.migrate("status")
    assert landed.repository.state() == before


def test_the_table(landed: Any) -> None:
    landed.commit_on(landed.SECOND, {"a.py": ""}, "esc \x1b[2Jape")
    text = landed.migrate("status")
    base = landed.git("rev-parse", "HEAD")[:12]
    assert text.startswith(f"base {base}\n\n    phase              status  files  commit")
    assert re.search(rf"^1\.  canonical-imports  landed  2 +\w{{12}}  {base}", text, re.MULTILINE)
    assert "Ada Author: esc \\x1b[2Jape" in text
    assert "\x1b" not in text


# --------------------------------------------------------------------- merged


def test_a_merge(landed: Any) -> None:
    landed.git("merge", "--quiet", "--no-ff", "--no-edit", landed.FIRST)
    check_merged(landed, "merge", landed.tips()[0])
    tips = landed.tips()
    assert landed.apply() == {"02": "unchanged", "03": "unchanged"}
    assert landed.tips() == tips


def test_a_fast_forward(landed: Any) -> None:
    landed.git("merge", "--quiet", "--ff-only", landed.FIRST)
    check_merged(landed, "fast-forward", landed.tips()[0])
    assert landed.apply() == {"02": "unchanged", "03": "unchanged"}


@pytest.mark.parametrize("deleted", [False, True])
def test_a_fast_forward_of_all(landed: Any, deleted: bool) -> None:
    tips = landed.tips()
    landed.git("merge", "--quiet", "--ff-only", landed.THIRD)
    if deleted:
        landed.git("branch", "--quiet", "-D", *landed.ALL)
    found = [(one["status"], one["merged"]) for one in landed.status().values()]
    assert found == [
        ("merged", {"how": "fast-forward", "commit": tip, "reverted_by": None}) for tip in tips
    ]
    assert landed.apply() == {}
    assert "nothing to do" in landed.migrate("apply")


def test_a_squash_that_keeps_the_trailers(landed: Any) -> None:
    body = landed.git("log", "-1", "--format=%B", landed.FIRST)
    commit = squash(landed, landed.FIRST, f"Imports (#7)\n\n* {body}\n\nCo-authored-by: B <b@c.d>")
    check_merged(landed, "squash", commit)
    assert landed.apply() == {"02": "moved", "03": "moved"}
    assert landed.git("rev-parse", f"{landed.SECOND}~") == commit
    assert landed.statuses() == ["merged", "landed", "landed"]
    landed.git("branch", "-D", landed.FIRST)
    check_merged(landed, "squash", commit)


def test_a_squash_that_drops_the_trailers_is_known_by_the_ledger(landed: Any) -> None:
    commit = squash(landed, landed.FIRST)
    landed.repository.commit({"notes.txt": "later"})
    check_merged(landed, "squash", commit, trailers="absent")
    assert first(landed)["known"]["ledger"] == "applied"
    landed.git("branch", "-D", landed.FIRST)
    check_merged(landed, "squash", commit, trailers="absent")


def test_a_squash_without_trailers_and_ledger_is_known_by_the_code(landed: Any) -> None:
    landed.git("merge", "--quiet", "--squash", landed.FIRST)
    landed.git("rm", "--quiet", "-rf", ".migrate")
    landed.git("commit", "--quiet", "--message", "squashed")
    check_merged(landed, "squash", None, trailers="absent")
    assert landed.apply() == {"02": "moved", "03": "moved"}


def test_a_squash_of_the_whole_stack(landed: Any) -> None:
    bodies = landed.git("log", "--reverse", "--format=* %B", f"main..{landed.THIRD}")
    commit = squash(landed, landed.THIRD, f"All of it (#9)\n\n{bodies}")
    found = [(one["status"], one["merged"]["how"]) for one in landed.status().values()]
    assert found == [("merged", "squash")] * 3
    assert first(landed)["merged"]["commit"] == commit


def test_a_rebase(landed: Any) -> None:
    landed.repository.commit({"notes.txt": "unrelated"})
    landed.git("cherry-pick", landed.FIRST)
    check_merged(landed, "rebase", landed.git("rev-parse", "HEAD"))
    landed.git("branch", "-D", landed.FIRST)
    check_merged(landed, "rebase", landed.git("rev-parse", "HEAD"))


def test_a_cherry_pick(landed: Any) -> None:
    landed.repository.commit({"notes.txt": "unrelated"})
    landed.git("cherry-pick", "-x", landed.FIRST)
    check_merged(landed, "cherry-pick", landed.git("rev-parse", "HEAD"))
    assert landed.apply() == {"02": "moved", "03": "moved"}


def test_a_revert_and_its_revert(landed: Any) -> None:
    landed.git("merge", "--quiet", "--ff-only", landed.FIRST)
    landed.git("revert", "--no-edit", "HEAD")
    phase = first(landed)
    assert phase["status"] == "pending"
    assert phase["known"] == {"trailers": "reverted", "ledger": "absent", "code": "pending"}
    assert phase["merged"]["reverted_by"] == landed.git("rev-parse", "HEAD")
    assert landed.apply() == {"01": "moved", "02": "moved", "03": "moved"}
    landed.git("revert", "--no-edit", "HEAD")
    assert first(landed)["known"]["trailers"] == "applied"
    assert first(landed)["status"] == "merged"


def test_a_revert_of_the_merge_that_brought_it(landed: Any) -> None:
    landed.git("merge", "--quiet", "--no-ff", "--no-edit", landed.FIRST)
    landed.git("revert", "--no-edit", "-m", "1", "HEAD")
    phase = first(landed)
    assert (phase["status"], phase["known"]["trailers"]) == ("pending", "reverted")


def test_a_revert_by_hand_that_leaves_the_ledger_is_told(landed: Any) -> None:
    landed.git("merge", "--quiet", "--ff-only", landed.FIRST)
    landed.repository.commit({"app.py": "from pkg.old import Manager\n"})
    phase = first(landed)
    assert phase["status"] == "pending"
    assert phase["known"] == {"trailers": "applied", "ledger": "applied", "code": "pending"}
    assert "it was applied before, and there is something to change again" in phase["remarks"]


def test_a_merged_phase_whose_branch_has_more_commits_of_people(landed: Any) -> None:
    squash(landed, landed.FIRST)
    theirs = landed.commit_on(landed.FIRST, {"late.txt": "x"}, "too late")
    [remark] = [one for one in first(landed)["remarks"] if "people" in one]
    assert remark.startswith("nothing is left to do, but 1 of people's commits")
    landed.apply()
    assert landed.tips()[0] == theirs


# ----------------------------------------------------------------- next rounds


def test_work_that_a_merge_made_possible_is_said_until_there_is_none(landed: Any) -> None:
    """A factory was kept because one use of it can't be rewritten; the use goes."""
    user = "from pkg.make import make_manager\n\nname = make_manager.__name__\n"
    landed.repository.commit({"value.py": user})
    landed.apply()
    landed.git("merge", "--quiet", "--ff-only", landed.THIRD)
    assert "def make_manager" in landed.show("main", "pkg/make.py")
    assert landed.apply() == {}
    landed.repository.commit({"value.py": "name = None\n"})
    phase = landed.status()["factories"]
    assert (phase["status"], phase["known"]["trailers"]) == ("pending", "applied")
    text = landed.migrate("apply")
    assert "phase 2 (factories) can go on: 1 factory is free now\n" in text
    assert "moved      migrate/websocket/02-factories" in text
    landed.git("merge", "--quiet", "--ff-only", landed.SECOND)
    assert "def make_manager" not in landed.show("main", "pkg/make.py")
    assert landed.apply() == {}


def test_a_whole_migration_step_by_step(landed: Any) -> None:
    for branch in landed.ALL:
        squash(landed, branch, f"{branch} (#1)")
        landed.apply()
    assert landed.statuses() == ["merged"] * 3
    assert not (landed.path / "pkg/old.py").exists()
    assert json.loads(landed.migrate("--dry-run", "--format", "json"))["phases"][0]["edits"] == 0


# ------------------------------------------------------- other repositories


def test_a_bare_repository_reads_its_own_configuration(landed: Any, tmp_path: Any) -> None:
    bare = tmp_path / "bare.git"
    landed.git("clone", "--quiet", "--bare", ".", str(bare))
    (landed.path / "migrate.toml").write_text("broken")
    document = landed.json("status", "--format", "json", repo=bare)
    assert [phase["status"] for phase in document["phases"]] == ["landed"] * 3
    text = landed.migrate("apply", repo=bare)
    assert text.count("unchanged") == 3


def test_a_revision_brings_its_configuration(landed: Any) -> None:
    """In the work tree nothing is asked for any more; a year ago something was."""
    landed.git("rm", "--quiet", "migrate.toml")
    landed.repository.commit({"pyproject.toml": "[tool.migrate]\n"})
    assert landed.statuses() == []
    assert landed.statuses("--rev", "HEAD~1") == ["landed"] * 3
    landed.repository.commit({"pyproject.toml": "[tool.migrate"})
    assert "HEAD:pyproject.toml:1:" in landed.migrate("--rev", "HEAD", "status", code=2)
    landed.git("rm", "--quiet", "pyproject.toml")
    landed.repository.commit({"migrate.toml": "[imports]\n"})
    landed.git("rm", "--quiet", "migrate.toml")
    landed.git("commit", "--quiet", "--message", "no configuration")
    landed.repository.write({"migrate.toml": "[imports]\n"})
    assert "has no configuration: " in landed.migrate("--rev", "HEAD", "status")
