"""A review under way: the hunks of a plan in order, and what was decided about each."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from onepath.codemod.review.edited import as_shown, as_stored
from onepath.codemod.review.hunks import Hunk, hunks_of, whole_file
from onepath.edit.edits import apply_edits
from onepath.facts.extract.file import parse
from onepath.facts.source import SourceText, UndecodableError
from onepath.model import FileChange, Phase, Plan, Review
from onepath.plan.plan_hash import plan_hash
from onepath.state.review.kept import KeptReview


class Answer(StrEnum):
    """What can be decided about a hunk."""

    ACCEPTED = "accepted"
    SKIPPED = "skipped"
    EDITED = "edited"


class Decision(NamedTuple):
    """What was decided about a hunk."""

    answer: Answer
    text: str = ""
    """With `edited`: what is there instead."""


class Item(NamedTuple):
    """A hunk of a plan."""

    phase: Phase
    hunk: Hunk
    change: FileChange
    """What it does by itself."""
    following: int
    """How many edits of its file follow from it and its like: imports."""


class ReviewSession:
    """Goes through the hunks of a plan.

    Args:
        plan: As it is without any review.
        kept: What was decided before, by version.
    """

    def __init__(self, plan: Plan, kept: Mapping[str, KeptReview]) -> None:
        self._plan = plan
        self.items = [item for phase in plan.phases for item in _items(phase)]
        self._decided: dict[int, Decision] = {}
        self._history: list[dict[int, Decision | None]] = []
        self._answered: set[int] = set()
        """The hunks about which something was said here."""
        self.take_over(kept)
        self.at = self._next(0)
        """The hunk that is shown, an index into `items`; their number when all is decided."""

    def take_over(self, kept: Mapping[str, KeptReview]) -> None:
        """Know what is kept of the hunks about which nothing was said here.

        Somebody may review the same plan in another terminal.
        """
        for at, item in enumerate(self.items):
            if at not in self._answered:
                self._decided.pop(at, None)
                decision = _known(item, kept, self._plan.configured)
                self._decided |= {} if decision is None else {at: decision}

    @property
    def counts(self) -> Counter[Answer]:
        """How many hunks were decided in which way."""
        return Counter(decision.answer for decision in self._decided.values())

    @property
    def is_done(self) -> bool:
        """Whether every hunk is decided."""
        return len(self._decided) == len(self.items)

    def decision(self, at: int) -> Decision | None:
        """What was decided about a hunk."""
        return self._decided.get(at)

    def decide(self, decision: Decision) -> None:
        """Decide about the hunk that is shown, and go to the next one."""
        self._set({self.at: decision})

    def skip_file(self) -> int:
        """Skip what is not decided of the file that is shown; how many hunks that is."""
        here = self.items[self.at]
        return self._all(
            Answer.SKIPPED,
            lambda item: item.phase is here.phase and item.hunk.path == here.hunk.path,
        )

    def skip_kind(self) -> int:
        """Skip what is not decided of the kind that is shown, in its phase; how many that is."""
        here = self.items[self.at]
        return self._all(
            Answer.SKIPPED,
            lambda item: item.phase is here.phase and item.hunk.kind == here.hunk.kind,
        )

    def accept_rest(self) -> int:
        """Accept all that is not decided; how many hunks that is."""
        return self._all(Answer.ACCEPTED, lambda _: True)

    def undo(self) -> bool:
        """Take the last answer back and show what it was about; False if there is none."""
        if not self._history:
            return False
        before = self._history.pop()
        for at, decision in before.items():
            if decision is None:
                self._decided.pop(at, None)
            else:
                self._decided[at] = decision
        self.at = min(before)
        return True

    def search(self, text: str) -> bool:
        """Show the next hunk that has a text in its path, or in its old or new lines.

        Decided ones are shown as well: another answer may be given.
        """
        count = len(self.items)
        for step in range(1, count + 1):
            at = (self.at + step) % count if count else 0
            if count and _mentions(self.items[at], text):
                self.at = at
                return True
        return False

    def old_text(self) -> str:
        """What is now where the hunk that is shown changes something."""
        item = self.items[self.at]
        edit = item.hunk.edits[0]
        return as_shown(item.hunk.path, item.change.old, item.change.old[edit.start : edit.end])

    def planned_text(self) -> str:
        """What the hunk that is shown puts there; empty for one that only deletes."""
        item = self.items[self.at]
        edits = item.hunk.edits
        return as_shown(item.hunk.path, item.change.old, edits[0].new) if edits else ""

    def problem_of(self, text: str) -> str:
        """Why a text can't stand in the place of the hunk that is shown; empty if it can."""
        item = self.items[self.at]
        if not item.hunk.starts or len(item.hunk.edits) != 1:
            return (
                "only a hunk that is one place can be edited; this one is several, or a whole file"
            )
        edit = item.hunk.edits[0]
        stored = as_stored(item.hunk.path, item.change.old, edit.start, text)
        if stored is None:
            return f"{item.hunk.path}: the encoding of the file has no such letters"
        edit = edit._replace(new=stored)
        if not item.hunk.path.endswith((".py", ".pyi")):
            return ""
        try:
            parse(SourceText(apply_edits(item.change.old, (edit,))).utf8)
        except (SyntaxError, UndecodableError, RecursionError) as error:
            line = getattr(error, "lineno", None) or getattr(error, "line", 1)
            return f"{item.hunk.path}:{line}: {getattr(error, 'msg', None) or error}"
        return ""

    def reviews(self) -> Mapping[str, KeptReview | None]:
        """What is to be kept, by version; None for all while nothing is decided."""
        wanted = plan_hash(self._plan)
        found: dict[str, KeptReview | None] = {}
        for phase in self._plan.phases:
            decided = [
                (item, self._decided.get(at))
                for at, item in enumerate(self.items)
                if item.phase is phase
            ]
            review = _review(decided)._replace(asked=self._plan.configured)
            kept = KeptReview(wanted, review, self._plan.commit or "") if self._decided else None
            found |= {str(version): kept for version in phase.versions}
        return found

    def _all(self, answer: Answer, wanted: Callable[[Item], bool]) -> int:
        chosen = [
            at for at, item in enumerate(self.items) if at not in self._decided and wanted(item)
        ]
        self._set(dict.fromkeys(chosen, Decision(answer)))
        return len(chosen)

    def _set(self, decisions: Mapping[int, Decision]) -> None:
        if decisions:
            self._history.append({at: self._decided.get(at) for at in decisions})
            self._answered.update(decisions)
            self._decided |= decisions
            self.at = self._next(self.at)

    def _next(self, start: int) -> int:
        """The next hunk that is not decided, from a place on and then from the beginning."""
        places = (*range(start, len(self.items)), *range(start))
        return next((at for at in places if at not in self._decided), len(self.items))


def _items(phase: Phase) -> Iterable[Item]:
    for change in phase.changeset.changes:
        hunks = hunks_of(change, phase.places.get(change.path, ()))
        for hunk in hunks.hunks:
            alone = (
                change
                if not hunk.starts
                else replace(change, edits=hunk.edits, new=apply_edits(change.old, hunk.edits))
            )
            yield Item(phase, hunk, alone, len(hunks.following))


def _keys(item: Item) -> Sequence[str]:
    """By what a hunk is known: of several versions in one phase the file as a whole is."""
    is_joined = len(item.phase.versions) > 1 and not item.hunk.starts
    return (whole_file(item.hunk.path), item.hunk.key) if is_joined else (item.hunk.key,)


def _known(item: Item, kept: Mapping[str, KeptReview], configured: str) -> Decision | None:
    for version in item.phase.versions:
        review = kept[str(version)].review if str(version) in kept else Review()
        if review.asked not in ("", configured):
            continue
        edited = dict(review.edited)
        if item.hunk.key in edited:
            return Decision(Answer.EDITED, edited[item.hunk.key])
        if item.hunk.key in review.accepted:
            return Decision(Answer.ACCEPTED)
        if item.hunk.key in review.skipped:
            return Decision(Answer.SKIPPED)
    return None


def _review(decided: Sequence[tuple[Item, Decision | None]]) -> Review:
    def keys(answer: Answer | None) -> tuple[str, ...]:
        found = {
            key
            for item, decision in decided
            if (decision.answer if decision else None) is answer
            for key in _keys(item)
        }
        return tuple(sorted(found))

    edited = sorted(
        (item.hunk.key, decision.text)
        for item, decision in decided
        if decision is not None and decision.answer is Answer.EDITED
    )
    undecided = keys(None)
    return Review(
        keys(Answer.ACCEPTED), tuple(edited), keys(Answer.SKIPPED), undecided, others=not undecided
    )


def _mentions(item: Item, text: str) -> bool:
    """Whether a text is in the path of a hunk, or in a line of it as it is or would be."""
    raw, old = text.encode("utf-8", "surrogateescape"), item.change.old
    for edit in item.hunk.edits:
        first = old.rfind(b"\n", 0, edit.start) + 1
        last = old.find(b"\n", edit.end)
        line = old[edit.end : last if last >= 0 else len(old)]
        if raw in old[first : edit.end] + line or raw in old[first : edit.start] + edit.new + line:
            return True
    return text in item.hunk.path
