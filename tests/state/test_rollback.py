"""Phases taken back."""

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from tests.warm import MIGRATE, run_warm

RUN = "from onepath_cli.app import main; main()"


def rolled_back(world: Any, phase: str) -> list[tuple[str, str]]:
    document = world.json("rollback", phase, "--format", "json")
    return [(one["status"], one["branch"]) for one in document["branches"]]


def test_a_phase_that_is_not_there(landed: Any) -> None:
    text = landed.migrate("rollback", "nope", code=2)
    assert "no phase 'nope'" in text
    assert "hint: phases: canonical-imports, factories, shims" in text


def test_a_phase_is_withdrawn_with_those_above_and_nothing_is_lost(landed: Any) -> None:
    theirs = landed.commit_on(landed.THIRD, {"x.txt": "x"})
    first, second, _ = landed.tips()
    before = landed.repository.state()[:5]
    assert rolled_back(landed, "factories") == [
        ("withdrawn", landed.THIRD),
        ("withdrawn", landed.SECOND),
    ]
    assert landed.tips() == [first, "", ""]
    assert landed.repository.state()[:5] == before
    kept = landed.git("for-each-ref", "--format=%(objectname)", "refs/onepath/withdrawn").split()
    assert sorted(kept) == sorted([second, theirs])
    assert landed.statuses() == ["landed", "pending", "pending"]
    assert rolled_back(landed, "factories") == []
    assert landed.apply() == {"01": "unchanged", "02": "created", "03": "created"}
    landed.migrate("rollback", "canonical-imports")
    assert landed.statuses() == ["pending"] * 3


def test_a_merged_phase_gets_a_branch_that_reverts_it(landed: Any) -> None:
    start = landed.git("rev-parse", "main")
    landed.git("merge", "--quiet", "--ff-only", landed.SECOND)
    head = landed.repository.commit({"notes.txt": "later"})
    assert rolled_back(landed, "canonical-imports") == [
        ("withdrawn", landed.THIRD),
        ("withdrawn", landed.SECOND),
        ("withdrawn", landed.FIRST),
        ("reverted", f"{landed.FIRST}-revert"),
    ]
    revert = f"{landed.FIRST}-revert"
    assert landed.git("merge-base", revert, "main") == head
    assert landed.git("diff", "--name-only", start, revert) == "notes.txt"
    assert landed.git("log", "--format=%s", f"main..{revert}").splitlines() == [
        'Revert "Import by the canonical paths"',
        'Revert "Make instances in one way"',
    ]
    assert rolled_back(landed, "canonical-imports") == [("unchanged", revert)]
    assert landed.json("status", "--format", "json")["leftovers"] == []
    landed.git("merge", "--quiet", "--ff-only", revert)
    phase = landed.status()["canonical-imports"]
    assert (phase["status"], phase["known"]["trailers"]) == ("pending", "reverted")
    assert rolled_back(landed, "canonical-imports") == []
    assert landed.apply() == {"01": "created", "02": "created", "03": "created"}


def test_a_revert_that_would_lose_what_came_after_is_refused(landed: Any) -> None:
    landed.git("merge", "--quiet", "--ff-only", landed.FIRST)
    app = landed.show("main", "app.py")
    landed.repository.commit({"app.py": app.replace("import Manager", "import Manager, sys")})
    before = landed.repository.state()
    text = landed.migrate("rollback", "canonical-imports", code=3)
    assert "can't be reverted" in text
    assert "app.py" in text
    assert landed.repository.state() == before


def test_a_branch_of_the_reverts_name_is_not_touched(landed: Any) -> None:
    landed.git("merge", "--quiet", "--ff-only", landed.FIRST)
    landed.git("branch", f"{landed.FIRST}-revert")
    before = landed.repository.state()
    assert "does not revert" in landed.migrate("rollback", "canonical-imports", code=3)
    assert landed.repository.state() == before


def test_a_branch_that_is_checked_out_is_not_withdrawn(landed: Any) -> None:
    landed.git("switch", "--quiet", landed.SECOND)
    before = landed.repository.state()
    assert "is checked out in" in landed.migrate("rollback", "factories", code=3)
    assert landed.repository.state() == before


# --------------------------------------------------------------- interrupted


def run(world: Any, *arguments: str) -> int:
    """Run the command in a process of its own; return how it ended."""
    command = ["--repo", os.fspath(world.path), *arguments]
    return run_warm(RUN, command, world.path, os.environ, loaded=MIGRATE).returncode


@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize(
    ("word", "script", "code", "done"),
    [
        ("update-ref", "kill -9 $$", 4, False),
        ("update-ref", "kill -9 $PPID", -signal.SIGKILL, False),
        ("update-ref", "kill $PPID; sleep 1", 128 + signal.SIGTERM, False),
        ("update-ref", '"$real" "$@"; kill -9 $PPID', -signal.SIGKILL, True),
        ("ls-tree", "kill -9 $PPID", -signal.SIGKILL, False),
    ],
)
def test_a_rollback_that_is_ended_did_nothing_or_all(
    landed: Any,
    word: str,
    script: str,
    code: int,
    done: bool,
    merged: bool,
    wrap_git: Callable[..., None],
    unwrap_git: Callable[[], None],
) -> None:
    if merged:
        landed.git("merge", "--quiet", "--ff-only", landed.FIRST)
    before = landed.repository.state()
    landed.migrate("status")  # What the plan reads is known by now.
    wrap_git(word, script)
    assert run(landed, "rollback", "canonical-imports") == code
    unwrap_git()
    after = landed.repository.state()
    assert after[:5] == before[:5]
    assert (after == before) is not done
    assert run(landed, "rollback", "canonical-imports") == 0
    assert landed.tips() == ["", "", ""]
    reverts = landed.git("branch", "--list", "--format=%(refname:short)", "*-revert")
    assert reverts == (f"{landed.FIRST}-revert" if merged else "")
    assert landed.git("fsck", "--strict", "--no-dangling") == ""


def test_a_branch_that_moves_meanwhile_is_not_withdrawn(
    landed: Any, wrap_git: Callable[..., None], unwrap_git: Callable[[], None]
) -> None:
    move = f'"$real" -C {landed.path} branch -q -f {landed.SECOND} main; exec "$real" "$@"'
    wrap_git("update-ref", move)
    text = landed.migrate("rollback", "factories", code=3)
    unwrap_git()
    assert f"{landed.SECOND} moved meanwhile; nothing was changed" in text
    assert landed.git("rev-parse", landed.THIRD)
    assert landed.git("for-each-ref", "refs/onepath") == ""
