"""What happens on the walk, step by step."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.walk.record import AUDITED, Walk

PHASES = ("canonical-imports", "factories", "shims", "managers", "cycles", "events")
FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH = (
    f"migrate/websocket/{number:02d}-{name}" for number, name in enumerate(PHASES, 1)
)
LATE = '''"""A page that a colleague wrote meanwhile, by a path that is about to go."""

from netra_backend.app.websocket_core.manager import WebSocketManager


def page(user_id: str) -> WebSocketManager:
    return WebSocketManager(user_id)
'''


@dataclass(frozen=True)
class Edit:
    """An edit of one file, made if it is not there."""

    path: str
    change: Callable[[str], str]

    def __call__(self, top: Path) -> None:
        target = top / self.path
        old = target.read_text() if target.exists() else ""
        target.write_text(self.change(old))


def appended(path: str, text: str) -> Edit:
    return Edit(path, lambda old: old + text)


def begin(walk: Walk) -> None:
    walk.say("""
# A migration over several weeks

This page is made by `make walk`: every command below was run on the demo repository (`fixtures/`)
with a git server and a forge on the loopback address; a test fails when what they print changes.
Ids of commits are replaced by numbers in the order in which they appear.

The demo has one more commit than `make demo` makes: its `migrate.toml` begins with

    verify = ["python -m pytest -q tests"]

and a new test insists that one file is as an auditor has signed it.

## Landing and publishing

Each phase becomes a branch with one commit, stacked on the one before.
""")
    walk.migrate("apply", last=6)
    walk.say("`migrate pr` pushes the branches and opens a pull request for each.")
    walk.migrate("pr", "--forge", "github", "--label", "migration")


def main_moves(walk: Walk) -> None:
    walk.say("""
## A commit on main in between

Somebody writes documentation. No patch changes, so no branch moves and every approval stays.
""")
    before = walk.tips()
    walk.commit("main", "Say where to ask", appended("docs/guide.md", "\nAsk in #websocket.\n"))
    walk.migrate("status")
    walk.migrate("apply", last=7)
    assert walk.tips() == before


def reviewer(walk: Walk) -> None:
    walk.say("""
## A reviewer's commit, and main moves again

A reviewer adds a commit to the first branch, and a colleague merges a page that still imports by an
old path. Now the first phase has one more file to change: its commit is made anew, and the
reviewer's commit is put on top of it again.
""")
    walk.commit(
        FIRST,
        "Say in startup what is canonical",
        appended("netra_backend/app/startup.py", "\n# The manager has one path by now.\n"),
    )
    walk.commit("main", "Add a page", Edit("netra_backend/app/routes/page.py", lambda _: LATE))
    walk.git("log", "--oneline", "-2", FIRST, shown=True)
    walk.migrate("apply", last=6)
    walk.git("log", "--oneline", "-3", FIRST, shown=True)
    walk.migrate("pr", "--forge", "github", "--label", "migration")


def conflict(walk: Walk) -> None:
    walk.say("""
## A commit that conflicts

On the last branch somebody changes a line, and on main somebody changes the same line. The branch
is frozen: it is left as it is, the files are named, and nothing is lost.
""")
    path = "netra_backend/app/agents/event_log.py"
    first = (walk.path / path).read_text().split("\n")[0]

    def titled(title: str) -> Edit:
        return Edit(path, lambda old: old.replace(first, f'"""{title}"""', 1))

    walk.commit(SIXTH, "Describe the log", titled("What agents said, as a list."))
    walk.commit("main", "Describe the log of events", titled("The log of what agents did."))
    tip = walk.git("rev-parse", SIXTH)
    walk.migrate("apply", code=3, last=9)
    assert walk.git("rev-parse", SIXTH) == tip
    walk.say("""
The hint says how to go on: the commit is kept on a branch of its own and the phase's branch is made
again. Then `git cherry-pick keep` puts it on top, with the conflict to be resolved.
""")
    walk.git("branch", "keep", SIXTH, shown=True)
    walk.git("branch", "-D", SIXTH, shown=True)
    walk.migrate("apply", last=6)


def gate(walk: Walk) -> None:
    walk.say("""
## Verifying, with a gate that fails

A reviewer asks whether the first branch is what the phase gives, and whether anything newly fails.
""")
    walk.migrate("verify", FIRST, code=3)
    walk.say(f"""
The auditor signed `{AUDITED}`.
It alone is left out and the rest lands; the next verification finds nothing.
""")
    walk.migrate("apply", last=6)
    walk.migrate("verify", FIRST)
    walk.git("diff", "--stat=72", f"{FIRST}~2", f"{FIRST}~1", shown=True)
    walk.migrate("pr", "--forge", "github", "--label", "migration")


def squash(walk: Walk) -> None:
    walk.say("""
## The first phase is merged by squash

At the forge the first pull request is merged as one commit, without the trailers. It is known all
the same: by the ledger, and by the code.
""")
    clone = walk.path.parent / "forge"
    walk.git("clone", "--quiet", str(walk.origin), str(clone), folder=walk.path.parent)
    walk.git("merge", "--quiet", "--squash", f"origin/{FIRST}", folder=clone)
    walk.git("commit", "--quiet", "--message", "Import by the canonical paths (#7)", folder=clone)
    walk.git("push", "--quiet", "origin", "main", folder=clone)
    first = next(pull for pull in walk.github.pulls.values() if pull["head"] == FIRST)
    first |= {"state": "closed", "merged_at": "2025-10-20T09:00:00Z"}
    walk.git("pull", "--quiet", "--ff-only", "origin", "main")
    walk.migrate("status")


def next_round(walk: Walk) -> None:
    walk.say("""
## The next round

The rest is planned from the main of today, and the pull requests follow.
""")
    walk.migrate("apply", last=5)
    walk.migrate("pr", "--forge", "github", "--label", "migration")
    walk.say("""
A colleague brings an old path back. The first phase has work again, and says so.
""")
    again = LATE.replace("def page", "def again")
    walk.commit("main", "Add a page", Edit("netra_backend/app/routes/again.py", lambda _: again))
    walk.migrate("apply", last=8)


def rollback(walk: Walk) -> None:
    walk.say("""
## Rolling back

The fourth phase is not wanted yet. It and those above it are withdrawn, at the forge too; their
commits are kept.
""")
    walk.migrate("rollback", "managers")
    walk.migrate("status")
    refs = subprocess.run(
        ["git", "-C", walk.path, "fsck", "--connectivity-only"], capture_output=True, check=True
    )
    assert b"missing" not in refs.stdout


STEPS = (begin, main_moves, reviewer, conflict, gate, squash, next_round, rollback)
