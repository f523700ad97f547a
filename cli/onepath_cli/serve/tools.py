"""What an agent can ask for: small answers, and nothing written that was not shown.

Every answer is a mapping with `state`, a word of `State`, and `message` where there is something to
say. Lists come in pages. A plan is known by its hash; only a plan that was shown in this session
can be landed, and only a branch whose commit was shown can be withdrawn.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from onepath.land.git_format import git_quoted
from onepath_cli.serve.calls import CallAnswer, CommandRunner, State

PAGE = 40
"""Rows of a page."""

_MOST_TEXT = 20_000
"""Characters of a diff in one answer."""


_MOVED = "the base, the configuration or people's commits changed since; plan again"


@dataclass(frozen=True, slots=True)
class _Command:
    """A command with its options, and the names that it is about."""

    words: Sequence[str]
    names: Sequence[str] = ()

    def with_options(self, *options: str) -> Sequence[str]:
        """All arguments. A name is never taken for an option, however it begins."""
        return [*self.words, *options, *(["--", *self.names] if self.names else [])]


@dataclass
class _Shown:
    """A plan that was shown, and the commands that make it again."""

    planned: "_Command"
    landed: "_Command"
    document: Mapping[str, Any]
    diff: str | None = None


@dataclass
class Tools:
    """The tools of one session; the descriptions are what an agent reads."""

    calls: CommandRunner
    _plans: dict[str, _Shown] = field(default_factory=dict)
    _branches: dict[str, str] = field(default_factory=dict)
    """By phase, the commit that `status` has shown."""

    # ------------------------------------------------------------------ reading

    async def explain(self, name: str) -> dict[str, Any]:
        """Tell every import path to a symbol and who uses which (`pkg.mod.Name`), what a rule of
        the audit means (`shim`), or what becomes of a finding (its fingerprint).
        """
        return _told(await self.calls.run("explain", "--format", "json", "--", name))

    async def audit(
        self, paths: list[str] | None = None, rules: list[str] | None = None, page: int = 1
    ) -> dict[str, Any]:
        """List findings: what is fragmented, where, and what is canonical.

        `paths` are files, folders or globs, by default the whole repository; `rules` are names of
        rules. State `found` means that there are findings.
        """
        chosen = [f"--path={path}" for path in paths or ()]
        chosen += [f"--rule={rule}" for rule in rules or ()]
        answer = await self.calls.run("audit", *chosen, "--format", "json")
        if answer.document is None:
            return _told(answer)
        document = answer.document
        return {
            **_said(answer),
            "revision": document["revision"],
            "rules": document["rules"],
            **_page(document["findings"], "findings", page),
        }

    async def status(self) -> dict[str, Any]:
        """Tell where each phase stands: pending, landed, stale, merged, diverged or frozen, with
        its branch and commit.
        """
        answer = await self.calls.run("status", "--format", "json")
        for phase in (answer.document or {}).get("phases", ()):
            if phase.get("commit"):
                self._branches[phase["name"]] = phase["commit"]
        return _told(answer)

    # ------------------------------------------------------------------ planning

    async def plan_phases(self, phases: list[str] | None = None) -> dict[str, Any]:
        """Plan the phases of `migrate.toml` (all, or those named) and prove what they change.

        Nothing is written. The answer has the plan's hash and, for each phase, figures before and
        after and how many places are left alone for which reason. Read `refusals` and `diff` with
        the hash before `apply`.
        """
        chosen = [f"--phase={phase}" for phase in phases or ()]
        return await self._plan(_Command(chosen), _Command(["apply", *chosen]))

    async def plan_rename(self, old: str, new: str, inside: bool = False) -> dict[str, Any]:
        """Plan that every reference to the dotted path `old` goes to `new`; prove it.

        Nothing is written. `inside` takes the modules of the package whose facade `new` is along.
        The answer is as that of `plan_phases`.
        """
        command = _Command(["rename", *(["--inside"] if inside else [])], (old, new))
        return await self._plan(command, command)

    async def _plan(self, planned: _Command, landed: _Command) -> dict[str, Any]:
        answer = await self.calls.run(*planned.with_options("--dry-run", "--format", "json"))
        if answer.document is None:
            return _told(answer)
        document = answer.document
        self._plans[document["hash"]] = _Shown(planned, landed, document)
        return {
            **_said(answer),
            "plan": document["hash"],
            "base": document["base"],
            "phases": [_phase_figures(phase) for phase in document["phases"]],
            "notes": len(document["notes"]),
            "unparseable": document["unparseable"][:PAGE],
        }

    async def changes(self, plan: str, phase: str | None = None, page: int = 1) -> dict[str, Any]:
        """List the files that a shown plan changes, deletes, or takes definitions from."""
        shown = self._plans.get(plan)
        if shown is None:
            return _not_shown(plan)
        rows = [
            {"phase": one["name"], **row}
            for one in _phases(shown.document, phase)
            for row in (
                *({"path": path, "deleted": True} for path in one["deleted"]),
                *({**removed, "removed": True} for removed in one["removed"]),
                *one["changes"],
            )
        ]
        return {"state": State.DONE, "plan": plan, **_page(rows, "changes", page)}

    async def refusals(
        self, plan: str, code: str | None = None, path: str | None = None, page: int = 1
    ) -> dict[str, Any]:
        """List the places that a shown plan leaves alone, with file, line, reason and code.

        `code` and `path` (a file, or the beginning of a path) choose among them.
        """
        shown = self._plans.get(plan)
        if shown is None:
            return _not_shown(plan)
        rows = [
            {"phase": phase["name"], **refusal}
            for phase in shown.document["phases"]
            for refusal in phase["refusals"]
            if (code is None or refusal["code"] == code)
            and (path is None or refusal["path"].startswith(path))
        ]
        return {"state": State.DONE, "plan": plan, **_page(rows, "refusals", page)}

    async def diff(self, plan: str, path: str) -> dict[str, Any]:
        """Show what a shown plan does to one file, as a unified diff for each phase in order."""
        shown = self._plans.get(plan)
        if shown is None:
            return _not_shown(plan)
        if shown.diff is None:
            answer = await self.calls.run(
                *shown.planned.with_options("--dry-run", "--format", "diff")
            )
            if answer.state is not State.DONE:
                return _told(answer)
            if f"plan {plan}" not in answer.message:
                return {"state": State.REFUSED, "message": _MOVED}
            shown.diff = answer.text
        text = "".join(_of_file(shown.diff, path))
        if not text:
            message = f"the plan does not change {path}; `changes` lists the files"
            return {"state": State.BAD_INPUT, "message": message}
        cut = len(text) > _MOST_TEXT
        return {
            "state": State.DONE,
            "plan": plan,
            "path": path,
            "diff": text[:_MOST_TEXT],
            "cut": cut,
        }

    # ------------------------------------------------------------------ writing

    async def apply(self, plan: str) -> dict[str, Any]:
        """Land exactly a plan that was shown in this session, by its whole hash: a branch with one
        commit for each phase. The work tree and the index are not touched.

        State `refused`: something else would land now (plan again), or a branch was left alone.
        """
        shown = self._plans.get(plan)
        if shown is None:
            return _not_shown(plan)
        form = () if shown.landed.names else ("--format", "json")
        return _told(await self.calls.run(*shown.landed.with_options("--plan", plan, *form)))

    async def roll_back(self, phase: str, commit: str) -> dict[str, Any]:
        """Withdraw a landed phase and those above it, and close their pull requests; where it is
        merged, make a branch that reverts it. `commit` is that of the phase as `status` showed it.
        """
        if self._branches.get(phase) != commit:
            message = f"{phase} was not shown at {commit} in this session; ask `status` first"
            return {"state": State.REFUSED, "message": message}
        now = await self.status()
        if self._branches.get(phase) != commit:
            return {"state": State.REFUSED, "message": f"{phase} has moved; look again", **now}
        return _told(await self.calls.run("rollback", "--format", "json", "--", phase))


def _said(answer: CallAnswer) -> dict[str, Any]:
    return {"state": answer.state, **({"message": answer.message} if answer.message else {})}


def _told(answer: CallAnswer) -> dict[str, Any]:
    """A whole answer, as a document or as text."""
    if answer.document is not None:
        return {**_said(answer), "answer": answer.document}
    return {**_said(answer), **({"text": answer.text} if answer.text else {})}


def _not_shown(plan: str) -> dict[str, Any]:
    message = f"no plan {plan} was shown in this session; make one with plan_phases or plan_rename"
    return {"state": State.BAD_INPUT, "message": message}


def _page(rows: Sequence[Any], name: str, page: int) -> dict[str, Any]:
    pages = max(1, -(-len(rows) // PAGE))
    number = min(max(page, 1), pages)
    first = (number - 1) * PAGE
    return {name: rows[first : first + PAGE], "total": len(rows), "page": number, "pages": pages}


def _phases(document: Mapping[str, Any], name: str | None) -> Iterable[Mapping[str, Any]]:
    return [phase for phase in document["phases"] if name is None or phase["name"] == name]


def _phase_figures(phase: Mapping[str, Any]) -> dict[str, Any]:
    kept = (
        "name",
        "title",
        "branch",
        "files_changed",
        "edits",
        "before",
        "after",
        "declared",
        "remarks",
    )
    return {
        **{key: phase[key] for key in kept},
        "deleted": len(phase["deleted"]),
        "removed": len(phase["removed"]),
        "left_alone": dict(Counter(refusal["code"] for refusal in phase["refusals"])),
    }


def _of_file(diff: str, path: str) -> Iterator[str]:
    """The lines of a diff that are about one file, each phase's below its name."""
    start = f"diff --git {git_quoted(f'a/{path}').decode()} {git_quoted(f'b/{path}').decode()}"
    phase, is_wanted = "", False
    for line in diff.split("\n"):
        # What a file contains never begins a line: ' ', '+' or '-' is before it.
        if line.startswith("# phase "):
            phase, is_wanted = line, False
        elif line.startswith("diff --git "):
            is_wanted = line == start
            if is_wanted and phase:
                yield f"{phase}\n"
        if is_wanted:
            yield f"{line}\n"
