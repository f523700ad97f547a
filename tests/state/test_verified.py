"""`migrate verify` on branches of every shape that a migration of weeks gives them."""

from typing import Any

LATE = {"late.py": "from pkg.old import Manager\n\nprint(Manager())\n"}
FACTORY = {"late.py": "from pkg.make import make_manager\n\nprint(make_manager())\n"}
NOTES = {"notes.txt": "zero\none\ntwo\nthree\n"}


def verified(world: Any, code: int = 0) -> dict[str, list[str]]:
    """What differs, by the branch's number, and what is named on top of it."""
    document = world.json("verify", "--format", "json", code=code)
    return {
        one["branch"][18:20]: [
            *(f"{each['path']}: {each['text']}" for each in one["differences"]),
            *(f"+ {each['title']}" for each in one["people"]),
        ]
        for one in document["branches"]
    }


SAME: dict[str, list[str]] = {"01": [], "02": [], "03": []}


def test_branches_with_appended_commits(landed: Any) -> None:
    landed.repository.commit(LATE, "late")
    landed.apply("--append")
    assert verified(landed) == SAME
    landed.repository.commit(FACTORY, "later")
    landed.apply("--append")
    assert verified(landed) == SAME


def test_an_appended_commit_that_somebody_changed(landed: Any) -> None:
    landed.repository.commit(LATE, "late")
    landed.apply("--append")
    landed.git("switch", "--quiet", landed.FIRST)
    landed.repository.write({"late.py": "changed\n", "new.txt": "new\n"})
    landed.git("add", "--all")
    landed.git("commit", "--quiet", "--amend", "--no-edit")
    landed.git("switch", "--quiet", "main")
    assert verified(landed, code=3)["01"] == [
        "late.py: other content",
        "new.txt: changed in the branch, left alone by the phase",
    ]


def test_a_base_that_is_merged_in_below(landed: Any) -> None:
    head = landed.repository.commit(FACTORY, "late")
    assert landed.apply() == {"01": "unchanged", "02": "moved", "03": "moved"}
    assert f"Merge {head[:12]} below {landed.SECOND}" in landed.stack()
    assert verified(landed) == SAME


def test_a_base_that_is_merged_in_below_with_people(landed: Any) -> None:
    landed.commit_on(landed.FIRST, NOTES)
    landed.apply()
    landed.repository.commit(FACTORY, "late")
    assert landed.apply() == {"01": "unchanged", "02": "moved", "03": "moved"}
    assert verified(landed) == {**SAME, "01": ["+ mine"]}


def test_people_below_a_phase_that_is_planned_on_their_work(landed: Any) -> None:
    landed.commit_on(landed.FIRST, FACTORY)
    landed.apply()
    assert "late.py" in landed.git("diff", "--name-only", f"{landed.SECOND}~", landed.SECOND)
    assert verified(landed) == {**SAME, "01": ["+ mine"]}


def test_people_who_came_later_than_the_branch_above(landed: Any) -> None:
    landed.commit_on(landed.FIRST, FACTORY)
    assert verified(landed) == {**SAME, "01": ["+ mine"]}


def test_a_person_who_merged_main(landed: Any) -> None:
    landed.repository.commit({"notes.txt": "zero\n"}, "note")
    landed.git("switch", "--quiet", landed.FIRST)
    landed.git("merge", "--quiet", "--no-edit", "main")
    landed.git("switch", "--quiet", "main")
    found = verified(landed)
    assert found["01"][0].startswith("+ Merge branch")
    assert (found["02"], found["03"]) == ([], [])


def test_the_phase_below_is_merged(landed: Any) -> None:
    landed.git("merge", "--quiet", "--no-ff", "--no-edit", landed.FIRST)
    assert verified(landed) == SAME
    landed.repository.commit(FACTORY, "late")
    landed.apply()
    assert {name: verified(landed)[name] for name in ("02", "03")} == {"02": [], "03": []}


def test_the_phase_below_is_squashed(landed: Any) -> None:
    landed.git("merge", "--quiet", "--squash", landed.FIRST)
    landed.repository.commit(message="Squashed (#1)")
    landed.apply()
    assert {name: verified(landed)[name] for name in ("02", "03")} == {"02": [], "03": []}


def test_a_file_that_is_changed_below_differs_there_alone(landed: Any) -> None:
    landed.git("switch", "--quiet", landed.THIRD)
    landed.repository.write({"app.py": "changed\n"})
    landed.git("add", "--all")
    landed.git("commit", "--quiet", "--amend", "--no-edit")
    landed.git("switch", "--quiet", "main")
    assert verified(landed, code=3) == {
        **SAME,
        "03": ["app.py: changed in the branch, left alone by the phase"],
    }
