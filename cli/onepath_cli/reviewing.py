"""The dialogue of a review: shows a hunk, reads an answer, keeps it."""

import io
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from onepath.errors import InputError, OnepathError, OutsideError
from onepath_cli.commands.phases.dry_run import print_summary
from onepath_cli.context import WORKTREE, Options, Workspace, no_repository
from onepath_cli.output import Output, reader

if TYPE_CHECKING:
    from onepath.config.migrate_toml import Config
    from onepath.model import Plan
    from onepath.snapshot import Repository
    from onepath.state.review.session import Item, ReviewSession

_HELP = """\
y  accept this hunk             n  skip it: it is left as it is, and listed
f  skip the rest of this file   k  skip the rest of this kind, in this phase
e  edit what stands there       x  explain: where its names lead, and what was proven
u  undo the last answer         /  search: /TEXT shows the next hunk that has it
a  accept all the rest          p  progress
q  quit; the review goes on later where it was left
"""
_AT_THE_END = "u  undo the last answer   /TEXT  show a hunk again   p  progress   q  quit"
_QUESTION = "accept? [y,n,f,k,e,x,u,/,a,p,q,?] "
_END = "all is decided: [q,u,/,p] "


class Dialogue:
    """Walks through a review.

    Args:
        session: What is reviewed.
        output: Is shown the hunks.
        keep: Called after each answer.
        explain: Gives the reasons for a hunk, as lines.
    """

    def __init__(
        self,
        session: "ReviewSession",
        output: Output,
        keep: Callable[[], None],
        explain: Callable[["Item"], Iterable[str]],
    ) -> None:
        self._session = session
        self._output = output
        self._keep = keep
        self._explain = explain

    def run(self) -> None:
        """Ask until somebody quits, or nobody answers any more."""
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")  # a slip of the fingers is no defect
        shown = -1
        while True:
            is_end = self._session.at == len(self._session.items)
            if self._session.at != shown and not is_end:
                shown = self._session.at
                self._show()
            answer = self._ask(_END if is_end else _QUESTION)
            if answer is None or answer == "q" or (is_end and not answer):
                return
            if is_end and answer[0] not in "u/p":
                self._say(_AT_THE_END)
                continue
            if self._answer(answer):
                self._keep()
                shown = -1

    def _ask(self, question: str) -> str | None:
        with reader():
            sys.stdout.write(question)
            sys.stdout.flush()
        line = sys.stdin.readline()
        if not line:
            self._say("")
            return None
        if not sys.stdin.isatty():
            self._say(line.rstrip("\n"))  # what a terminal shows by itself
        return line.strip()

    def _answer(self, answer: str) -> bool:
        """Follow an answer; whether what is decided, or what is shown, has changed."""
        from onepath.state.review.session import Answer, Decision

        session = self._session
        plain = {"y": Answer.ACCEPTED, "n": Answer.SKIPPED}
        many = {"f": session.skip_file, "k": session.skip_kind, "a": session.accept_rest}
        if answer in plain:
            session.decide(Decision(plain[answer]))
            return True
        if answer in many:
            self._say(f"{many[answer]():,} decided")
            return True
        if answer == "u":
            return session.undo() or self._say("nothing to undo")
        if answer.startswith("/"):
            found = len(answer) > 1 and session.search(answer[1:])
            return found or self._say("no hunk has that" if answer[1:] else "write /TEXT")
        if answer == "e":
            return self._edit()
        if answer == "x":
            return self._say(*self._explain(session.items[session.at]))
        return self._say(self._progress() if answer == "p" else _HELP.rstrip("\n"))

    def _say(self, *lines: str) -> bool:
        from onepath.report.text import printable

        for text in lines:
            shown = "\n".join(printable(line) for line in text.split("\n"))
            self._output.result(f"{shown}\n")
        return False

    def _progress(self) -> str:
        counts = self._session.counts
        decided, total = sum(counts.values()), len(self._session.items)
        kinds = ", ".join(f"{number:,} {answer.value}" for answer, number in sorted(counts.items()))
        return f"{decided:,} of {total:,} decided{f': {kinds}' if kinds else ''}"

    def _show(self) -> None:
        from onepath.report.diff import colourise, unified

        session = self._session
        item = session.items[session.at]
        known = session.decision(session.at)
        state = f" ({known.answer.value})" if known is not None else ""
        self._say(
            "",
            f"hunk {session.at + 1:,} of {len(session.items):,}{state}, {item.phase.name}, "
            f"{item.hunk.kind}: {item.hunk.path}:{item.hunk.line}   {self._progress()}",
        )
        # The names of the file are above; what counts are the lines.
        diff = unified(item.change)
        diff = diff[max(diff.find(b"\n@@") + 1, 0) :]
        if self._output.colours:
            self._output.result(colourise(diff))
        else:
            self._output.result_bytes(diff)

    def _edit(self) -> bool:
        from onepath.state.review.session import Answer, Decision

        session = self._session
        planned, known = session.planned_text(), session.decision(session.at)
        if problem := session.problem_of(planned):
            return self._say(problem)
        try:
            text = _edited(known.text if known and known.text else planned)
        except OnepathError as error:
            return self._say(f"not kept: {error.message}")
        if problem := session.problem_of(text):
            return self._say(f"not kept: {problem}")
        is_as_before = text == session.old_text()
        session.decide(Decision(Answer.SKIPPED) if is_as_before else Decision(Answer.EDITED, text))
        return True


def _edited(text: str) -> str:
    """A text as somebody has left it in their editor.

    Raises:
        InputError: No editor is named.
        OutsideError: It could not be run, or failed.
    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise InputError("no editor: neither VISUAL nor EDITOR is set")
    with tempfile.TemporaryDirectory(prefix="onepath-") as folder:
        path = Path(folder) / "hunk.py"
        path.write_text(text + "\n", encoding="utf-8", errors="surrogateescape", newline="\n")
        try:
            code = subprocess.run([*shlex.split(editor), str(path)], check=False).returncode
            left = path.read_text(encoding="utf-8", errors="surrogateescape")
        except ValueError as error:
            raise InputError(f"the editor '{editor}' can't be run: {error}") from error
        except OSError as error:
            raise OutsideError(f"the editor '{editor}' failed: {error.strerror}") from error
        if code:
            raise OutsideError(f"the editor '{editor}' failed: exit code {code}")
        return left.removesuffix("\n")


# -------------------------------------------------------------------- a plan


def walk(options: Options, workspace: Workspace, plan: "Plan", config: "Config") -> bool:
    """Ask about the hunks of a plan that are not decided, and keep each answer.

    Args:
        options: The global options.
        workspace: Has the repository in whose git folder answers are kept.
        plan: As it is without a review.
        config: What it was made with.

    Returns:
        Whether there was anything to review.

    Raises:
        InputError: There is no repository.
    """
    from onepath.run import make_executor
    from onepath.snapshot import open_snapshot
    from onepath.state.review.kept import note_reviews, read_reviews
    from onepath.state.review.reasons import reasons
    from onepath.state.review.session import ReviewSession

    repository = _repository(workspace)
    session = ReviewSession(plan, read_reviews(repository))
    if not session.items:
        options.output.result("nothing to review\n")
        return False

    def keep() -> None:
        session.take_over(read_reviews(repository))
        note_reviews(repository, session.reviews())

    def explain(item: "Item") -> list[str]:
        snapshot = open_snapshot(workspace.folder, plan.commit or WORKTREE)
        with make_executor(options.jobs, options.scheduler) as executor:
            return reasons(
                snapshot, config, plan, item, executor=executor, cache_dir=workspace.cache_dir
            )

    Dialogue(session, options.output, keep, explain).run()
    keep()
    counts, total = session.counts, len(session.items)
    parts = [f"{number:,} {answer.value}" for answer, number in sorted(counts.items())]
    if rest := total - sum(counts.values()):
        left_out = ", and left out until they are" if counts else ""
        parts.append(f"{rest:,} not decided{left_out}")
    options.output.result(f"\nreviewed: {', '.join(parts)}\n\n")
    return True


def forget_answers(options: Options, workspace: Workspace, plan: "Plan | None") -> None:
    """Forget what was decided about the versions of a plan; of all, one-offs too, without one."""
    from onepath.state.review.kept import note_reviews, read_reviews

    repository = _repository(workspace)
    versions = [*read_reviews(repository)]
    if plan is not None:
        versions = [str(version) for phase in plan.phases for version in phase.versions]
    note_reviews(repository, dict.fromkeys(versions))
    options.output.note("forgotten: nothing is left out any more\n")


def tell(options: Options, plan: "Plan", landing: str) -> None:
    """Show the summary of a plan as reviewed, and how just that lands: `landing` with its hash."""
    from onepath.plan.plan_hash import plan_hash

    print_summary(plan, options.output)
    if any(phase.changeset.changes for phase in plan.phases):
        options.output.note(f"{landing.format(plan_hash(plan)[:12])} lands just this\n")


def _repository(workspace: Workspace) -> "Repository":
    if workspace.repository is None:
        raise no_repository(workspace, "there is nowhere to keep the answers")
    return workspace.repository
