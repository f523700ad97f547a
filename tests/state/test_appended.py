"""Branches that were brought to the base of today by commits that are appended."""

from typing import Any

import pytest
from tests.state.test_verified import FACTORY, LATE, NOTES, SAME, verified

KEPT = {"01": "unchanged", "02": "unchanged", "03": "unchanged"}


@pytest.fixture
def appended(landed: Any) -> Any:
    """All three branches have one more commit for what came late on main, beside other work."""
    landed.repository.commit({**LATE, "work.txt": "work\n"}, "late")
    assert landed.apply("--append") == {"01": "appended", "02": "appended", "03": "appended"}
    return landed


def amend(world: Any, branch: str, files: dict[str, str]) -> None:
    world.git("switch", "--quiet", branch)
    world.repository.write(files)
    world.git("add", "--all")
    world.git("commit", "--quiet", "--amend", "--no-edit")
    world.git("switch", "--quiet", "main")


# ------------------------------------------------------------------- left alone


@pytest.mark.parametrize("arguments", [(), ("--append",), ("--restack",)])
def test_an_appended_commit_that_somebody_amended_is_left_alone(
    appended: Any, arguments: tuple[str, ...]
) -> None:
    amend(appended, appended.FIRST, {"late.py": "changed\n"})
    tips = appended.tips()
    assert appended.status()["canonical-imports"]["status"] == "diverged"
    done = appended.apply(*arguments, code=3)
    assert done == {"01": "diverged", "02": "waiting", "03": "waiting"}
    assert appended.tips() == tips
    assert "late.py" in appended.status()["canonical-imports"]["conflicts"]


def test_another_message_is_no_other_commit(appended: Any) -> None:
    appended.git("switch", "--quiet", appended.THIRD)
    text = appended.git("log", "-1", "--format=%B")
    appended.git("commit", "--quiet", "--amend", "--message", f"Mine\n\n{text}")
    appended.git("switch", "--quiet", "main")
    assert appended.apply() == KEPT
    appended.repository.commit(FACTORY, "later")
    assert appended.apply()["03"] == "moved"


def test_a_phase_whose_first_commit_is_gone_is_left_alone(appended: Any) -> None:
    appended.git("switch", "--quiet", appended.THIRD)
    tree = appended.git("rev-parse", "HEAD^{tree}")
    text = appended.git("log", "-1", "--format=%B")
    made = appended.git("commit-tree", tree, "-p", "main", "-m", text)
    appended.git("reset", "--quiet", "--hard", made)
    appended.git("switch", "--quiet", "main")
    assert appended.apply(code=3)["03"] == "diverged"
    assert appended.git("rev-parse", appended.THIRD) == made


# ----------------------------------------------------------------------- people


def test_people_between_and_on_top_are_named_and_kept(landed: Any) -> None:
    landed.commit_on(landed.FIRST, NOTES, "between")
    landed.apply()
    landed.repository.commit(LATE, "late")
    assert landed.apply("--append")["01"] == "appended"
    landed.commit_on(landed.FIRST, {"more.txt": "more\n"}, "on top")
    assert verified(landed) == {**SAME, "01": ["+ between", "+ on top"]}
    assert [one["title"] for one in landed.status()["canonical-imports"]["people"]] == [
        "between",
        "on top",
    ]
    landed.repository.commit({"later.py": LATE["late.py"]}, "later")
    assert landed.apply() == {"01": "moved", "02": "moved", "03": "moved"}
    assert landed.stack()[2:5] == ["on top", "between", "Import by the canonical paths"]


def test_people_who_merged_the_base_between(landed: Any) -> None:
    landed.commit_on(landed.FIRST, NOTES, "between")
    landed.repository.commit({"work.txt": "work\n"}, "work")
    landed.git("switch", "--quiet", landed.FIRST)
    landed.git("merge", "--quiet", "--no-edit", "main")
    landed.git("switch", "--quiet", "main")
    assert landed.apply("--append")["01"] == "unchanged"
    landed.repository.commit(LATE, "late")
    assert landed.apply("--append")["01"] == "appended"
    assert verified(landed)["01"][0] == "+ between"
    assert landed.apply("--append") == KEPT
    assert landed.apply() == KEPT


def test_people_who_conflict_freeze_it(appended: Any) -> None:
    appended.commit_on(appended.FIRST, {"late.py": "mine\n"})
    appended.repository.commit({"late.py": "from pkg.old import Manager\n\nprint(1)\n"}, "later")
    tips = appended.tips()
    assert appended.apply("--append", code=3)["01"] == "frozen"
    assert appended.tips() == tips


# ----------------------------------------------------------------------- verify


def test_what_is_below_may_be_gone(landed: Any) -> None:
    """A branch is verified by what it is made of, whatever became of those below it."""
    landed.commit_on(landed.FIRST, NOTES)
    landed.apply()
    landed.repository.commit(FACTORY, "late")
    assert landed.apply("--append")["02"] == "appended"
    landed.git("branch", "--quiet", "-D", landed.FIRST)
    assert verified(landed) == {"02": [], "03": []}
    landed.git("branch", "--quiet", "-D", landed.SECOND)
    assert verified(landed) == {"03": []}


def test_only_the_phases_above_have_something_new(landed: Any) -> None:
    first = landed.tips()[0]
    landed.repository.commit({**FACTORY, "work.txt": "work\n"}, "late")
    assert landed.apply("--append") == {"01": "unchanged", "02": "appended", "03": "appended"}
    assert landed.tips()[0] == first
    assert verified(landed) == SAME
    assert landed.apply("--append") == KEPT
    assert landed.apply() == KEPT
    landed.repository.commit({"later.py": FACTORY["late.py"]}, "later")
    assert landed.apply("--append") == {"01": "unchanged", "02": "appended", "03": "appended"}
    assert verified(landed) == SAME
    assert landed.apply() == KEPT
    assert landed.show(landed.THIRD, "work.txt") == "work"


def test_a_person_s_change_in_a_lower_phase_s_file_is_told(appended: Any) -> None:
    amend(appended, appended.SECOND, {"other.py": "changed\n"})
    assert verified(appended, code=3)["02"] == ["other.py: other content"]


# ------------------------------------------------------------------ merged, reverted


def merge(world: Any, how: str) -> None:
    """Bring the first phase into main."""
    message = world.git("log", "-1", "--format=%B", world.FIRST)
    if how == "merge":
        world.git("merge", "--quiet", "--no-ff", "--no-edit", world.FIRST)
    elif how == "fast-forward":
        world.git("merge", "--quiet", "--ff-only", world.FIRST)
    else:
        world.git("merge", "--quiet", "--squash", world.FIRST)
        message = message if how == "squash" else "all of it"
        world.git("commit", "--quiet", "--message", message)


@pytest.mark.parametrize("how", ["merge", "fast-forward", "squash", "squash of other words"])
def test_merged_in_whatever_way(appended: Any, how: str) -> None:
    merge(appended, how)
    phase = appended.status()["canonical-imports"]
    assert (phase["status"], phase["merged"]["how"]) == ("merged", how.partition(" ")[0])
    # After a squash nothing of main is below the branches any more.
    became = "moved" if how.startswith("squash") else "unchanged"
    assert appended.apply() == {"02": became, "03": became}
    assert verified(appended) == SAME


def test_a_squash_is_known_without_a_ledger(world: Any) -> None:
    config = world.show("main", "migrate.toml")
    world.repository.commit({"migrate.toml": f"ledger = false\n\n{config}\n"})
    world.apply()
    world.repository.commit(LATE, "late")
    assert world.apply("--append")["01"] == "appended"
    world.repository.commit({"work.txt": "work\n"}, "work")
    merge(world, "squash of other words")
    assert world.status()["canonical-imports"]["merged"]["how"] == "squash"


@pytest.mark.parametrize("how", ["merge", "fast-forward", "squash"])
def test_rolled_back_after_it_was_merged(appended: Any, how: str) -> None:
    """What others did on main meanwhile is not taken back."""
    start = appended.git("rev-parse", "main")
    merge(appended, how)
    appended.repository.commit({"notes.txt": "later\n"}, "after")
    appended.migrate("rollback", "canonical-imports")
    revert = f"{appended.FIRST}-revert"
    assert appended.git("diff", "--name-only", start, revert) == "notes.txt"
    assert appended.json("rollback", "canonical-imports", "--format", "json")["branches"] == [
        {**one, "status": "unchanged"}
        for one in appended.json("rollback", "canonical-imports", "--format", "json")["branches"]
    ]
    appended.git("merge", "--quiet", "--ff-only", revert)
    phase = appended.status()["canonical-imports"]
    assert (phase["status"], phase["known"]["trailers"]) == ("pending", "reverted")
    assert appended.apply() == {"01": "created", "02": "created", "03": "created"}


def test_people_between_are_not_rolled_back(landed: Any) -> None:
    changed = landed.show(landed.FIRST, "app.py").replace("Manager()", "Manager(1)")
    landed.commit_on(landed.FIRST, NOTES, "beside")
    landed.commit_on(landed.FIRST, {"app.py": f"{changed}\n"}, "on what the phase did")
    landed.repository.commit(LATE, "late")
    assert landed.apply("--append")["01"] == "appended"
    merge(landed, "merge")
    landed.migrate("rollback", "canonical-imports")
    revert = f"{landed.FIRST}-revert"
    assert landed.show(revert, "notes.txt") == NOTES["notes.txt"].strip()
    assert "from pkg.old import Manager" in landed.show(revert, "app.py")


def test_a_merge_of_it_that_was_reverted(appended: Any) -> None:
    merge(appended, "merge")
    appended.git("revert", "--no-edit", "-m", "1", "HEAD")
    phase = appended.status()["canonical-imports"]
    assert (phase["status"], phase["known"]["trailers"]) == ("pending", "reverted")
