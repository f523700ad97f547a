"""The text of a pull request, made for a reviewer with ten minutes."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from shlex import quote

from onepath.model import Changeset, Refusal
from onepath.publish.key import marked
from onepath.publish.part import PhasePart
from onepath.publish.render.hunks import typical_hunks
from onepath.publish.render.markdown import cell, code, fenced, folded_section, prose
from onepath.publish.render.moves import moves
from onepath.report.diff import stat
from onepath.report.text import counted

LIMIT = 65_536
"""GitHub's limit for a body, in characters."""
_SPARE = 8_192
"""Left free, because people may write around our text."""
_STEPS = (1_000, 400, 200, 100, 50, 20, 10, 5, 2, 0)
"""How many rows a list may have: the first number with which all of it fits."""
_AREA_PARTS = 2
_ROWS = 20


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A pull request of the same stack, as a row of the table."""

    title: str
    branch: str
    number: int
    """0 if it is not known yet."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a body says besides its own part."""

    target: str
    """The branch that the pull request is merged into."""
    owners: Mapping[str, Sequence[str]]
    """Path -> owners, where CODEOWNERS knows them."""
    stack: tuple[Neighbour, ...] = ()
    """From the bottom to the top; empty where the server shows the stack itself."""
    position: tuple[int, int] = (1, 1)
    """The part's place in the stack, and the size of that."""
    needs: str = ""
    """The shard that this one is stacked on, in words."""
    state: str = "ready"
    sign: str = "#"
    """What is before a number: `#` at GitHub, `!` at GitLab."""


def body(part: PhasePart, context: Context, title: str, limit: int = LIMIT - _SPARE) -> str:
    """Return the body of a part's pull request, with the hidden marks around it.

    Lists are cut, and say so, until all of it has at most `limit` characters.

    Args:
        part: What it is about.
        context: Where it goes and what is around it.
        title: The title that the pull request gets.
        limit: In characters.
    """
    text = ""
    for rows in _STEPS:
        text = "\n".join(_Body(part, context, rows).lines())
        text = marked(text, part.branch, title, context.state)
        if len(text.encode("utf-16-le", "surrogatepass")) // 2 <= limit:
            break
    return text


class _Body:
    def __init__(self, part: PhasePart, context: Context, rows: int) -> None:
        self._part = part
        self._context = context
        self._rows = rows

    def lines(self) -> Iterator[str]:
        yield from self._why()
        yield from self._stack()
        yield from self._moves()
        yield from self._removed()
        yield from self._figures()
        yield from self._areas()
        yield from self._hunks()
        yield from self._remarks()
        yield from self._left_alone()
        yield from self._verify()
        yield from self._identity()

    # --------------------------------------------------------------- why

    def _why(self) -> Iterator[str]:
        part, changeset = self._part, self._part.phase.changeset
        yield f"**{prose(part.title)}.** {_changed(changeset)}"
        yield ""
        yield (
            "This is a phase of a migration that takes each symbol to one canonical path. It was "
            "made by a versioned codemod, not by hand: every changed file was parsed again, every "
            "rewritten name leads to the definition that it led to before or to its declared "
            "replacement, no public name is lost, and no import cycle is new."
        )
        if part.shard:
            yield ""
            yield (
                f"It is the part {code(part.shard)} of the phase {code(part.phase.name)}, and was "
                f"planned and proven alone{self._context.needs and f', on {self._context.needs}'}."
            )
        if part.people:
            yield ""
            yield f"{counted(part.people, 'commit')} of people on top of it: review those by hand."
        yield ""

    def _stack(self) -> Iterator[str]:
        at, size = self._context.position
        if size < 2:
            return
        if not self._context.stack:
            yield f"Number {at} of {size} in its stack; merge from the bottom."
            yield ""
            return
        yield "### Stack"
        yield ""
        target = code(self._context.target)
        yield f"Merge from the top row down: each is made on the row above, the first on {target}."
        yield ""
        yield "| | pull request | branch |"
        yield "|---|---|---|"
        for place, neighbour in enumerate(self._context.stack, 1):
            here = "**this**" if place == at else str(place)
            number = f"{self._context.sign}{neighbour.number} " if neighbour.number else ""
            yield f"| {here} | {number}{prose(neighbour.title)} | {cell(neighbour.branch)} |"
        yield ""

    # --------------------------------------------------------- what it does

    def _moves(self) -> Iterator[str]:
        found = moves(self._part.phase.changeset.changes)
        if not found:
            return
        yield "### Which paths went where"
        yield ""
        yield "| from | to | files |"
        yield "|---|---|---|"
        shown = found[: min(self._rows, _ROWS * 2)]
        for (old, new), files in shown:
            yield f"| {cell(old)} | {cell(new)} | {files:,} |"
        yield from _rest(len(found) - len(shown), "path")
        yield ""

    def _removed(self) -> Iterator[str]:
        phase = self._part.phase
        made = [code(change.path) for change in phase.changeset.changes if change.is_new]
        gone = [code(path) for path in phase.changeset.deleted]
        names = [
            f"{removed.kind} {code(removed.name)} in {code(removed.path)}"
            for removed in phase.removed
        ]
        for title, rows, noun in (
            ("Removed files", gone, "file"),
            ("Removed definitions", names, "definition"),
            ("New files", made, "file"),
        ):
            if rows:
                yield f"### {title}"
                yield ""
                shown = rows[: self._rows]
                yield from (f"- {row}" for row in shown)
                yield from _rest(len(rows) - len(shown), noun)
                yield ""

    def _figures(self) -> Iterator[str]:
        before, after = self._part.phase.before, self._part.phase.after
        rules = sorted({*before, *after})
        if not rules:
            return
        yield "### Before and after"
        yield ""
        yield "| what there is to do | before | after |"
        yield "|---|---|---|"
        for rule in rules:
            yield f"| {cell(rule)} | {before.get(rule, 0):,} | {after.get(rule, 0):,} |"
        yield ""

    def _areas(self) -> Iterator[str]:
        areas = _by_area(self._part.phase.changeset)
        owners = self._context.owners
        yield "### Files by area"
        yield ""
        yield f"| area | files | lines | {'owners |' if owners else ''}"
        yield f"|---|---|---|{'---|' if owners else ''}"
        shown = areas[: min(self._rows, _ROWS)]
        for area, paths, added, deleted in shown:
            row = f"| {cell(area)} | {len(paths):,} | +{added:,} -{deleted:,} |"
            if owners:
                whose = Counter(owner for path in paths for owner in owners.get(path, ()))
                names = [cell(owner) for owner, _ in whose.most_common(3)]
                more = f" and {len(whose) - 3}" if len(whose) > 3 else ""
                row += f" {', '.join(names)}{more} |"
            yield row
        yield from _rest(len(areas) - len(shown), "area")
        yield ""

    def _hunks(self) -> Iterator[str]:
        hunks = typical_hunks(self._part.phase.changeset.changes) if self._rows else []
        if not hunks:
            return
        yield "### Typical hunks"
        yield ""
        for hunk in hunks:
            alike = f", and {hunk.alike - 1:,} like it" if hunk.alike > 1 else ""
            yield f"In {code(hunk.path)}{alike}:"
            yield ""
            yield from fenced(list(hunk.lines), "diff")
            yield ""

    def _remarks(self) -> Iterator[str]:
        remarks = self._part.phase.remarks
        if not remarks:
            return
        shown = remarks[: self._rows]
        lines = fenced(list(shown), "text") if shown else []
        lines += _rest(len(remarks) - len(shown), "line")
        yield from folded_section(
            f"What the phase found out ({counted(len(remarks), 'line')})", lines
        )

    # -------------------------------------------------------- left alone

    def _left_alone(self) -> Iterator[str]:
        refusals: dict[str, list[Refusal]] = defaultdict(list)
        for refusal in sorted(self._part.phase.changeset.refusals):
            refusals[refusal.code].append(refusal)
        yield "### Left alone"
        yield ""
        if not refusals:
            yield "Nothing."
            yield ""
            return
        total = sum(map(len, refusals.values()))
        yield f"{counted(total, 'place')}, each with the reason; they are still to be decided."
        yield ""
        for kind, places in sorted(refusals.items(), key=lambda item: (-len(item[1]), item[0])):
            shown = places[: self._rows]
            lines = [_place(refusal) for refusal in shown]
            lines += _rest(len(places) - len(shown), "place")
            yield from folded_section(f"<code>{_plain(kind)}</code>: {len(places):,}", lines)

    # --------------------------------------------------------- afterwards

    def _verify(self) -> Iterator[str]:
        part, branch, phase = self._part, self._part.branch, self._part.phase.name
        yield "### How to verify"
        yield ""
        if part.shard:
            yield "Planned again from its base, the phase changes these files in the same way:"
            command = f"migrate --rev {part.base} --dry-run --phase {quote(phase)}"
        else:
            yield "Planned again from its base, it gives the same bytes:"
            command = f"migrate verify {quote(branch)}"
        yield ""
        yield from fenced([f"git fetch origin {quote(f'{branch}:{branch}')}", command], "sh")
        yield ""
        yield "### How to undo"
        yield ""
        yield "Before the merge, close it and delete the branch. After it, revert its commit, or:"
        yield ""
        yield from fenced([f"migrate rollback {quote(phase)}"], "sh")
        yield ""

    def _identity(self) -> Iterator[str]:
        part = self._part
        rows = [("base", part.base), ("commit", part.made or "not landed")]
        rows += [(f"version {version}", version.digest) for version in part.phase.versions]
        lines = [f"- {name} {code(value)}" for name, value in rows]
        yield from folded_section("Base and versions", lines)


def _changed(changeset: Changeset) -> str:
    edited = len(changeset.changes) - len(changeset.deleted)
    parts = [f"{counted(changeset.edits, 'edit')} in {counted(edited, 'file')}"] if edited else []
    if changeset.deleted:
        parts.append(f"{counted(len(changeset.deleted), 'file')} deleted")
    if changeset.refusals:
        parts.append(f"{counted(len(changeset.refusals), 'place')} left alone")
    return f"{', '.join(parts)}."


def _by_area(changeset: Changeset) -> list[tuple[str, list[str], int, int]]:
    """Folder, its files, and the lines added and deleted in them; the largest first."""
    areas: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for path, added, deleted in stat(changeset.changes):
        parts = path.split("/")[:-1][:_AREA_PARTS]
        areas["/".join(parts) or "."].append((path, added, deleted))
    rows = [
        (area, [path for path, _, _ in files], sum(f[1] for f in files), sum(f[2] for f in files))
        for area, files in areas.items()
    ]
    return sorted(rows, key=lambda row: (-len(row[1]), row[0]))


def _place(refusal: Refusal) -> str:
    where = f"{refusal.path}:{refusal.line}" if refusal.line else refusal.path
    return f"- {code(where)} {prose(refusal.reason)}"


def _rest(count: int, noun: str) -> list[str]:
    if count <= 0:
        return []
    return ["", f"{counted(count, noun)} more; `migrate --dry-run --verbose` lists all."]


def _plain(kind: str) -> str:
    """The code of a refusal, which is a word of ours."""
    return "".join(char for char in kind if char.isalnum() or char in "-_.")
