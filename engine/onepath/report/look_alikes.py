"""The classes beside a canonical one as a page in Markdown, and as a document."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from onepath.analysis.interfaces import EXTRA, MISSING, SAME
from onepath.discover.look_alikes import LookAlike, User
from onepath.report.text import counted, printable, without_surrogates

_SHOWN = 4


def look_alikes_page(found: Mapping[str, Sequence[LookAlike]]) -> str:
    """The look-alikes of each canonical class, with their users, and the matrix of methods.

    Args:
        found: Canonical path -> its look-alikes.
    """
    lines: list[str] = []
    for canonical, others in found.items():
        lines += [f"# {printable(canonical)}", ""]
        if not others:
            lines += ["No other class plays or names its role.", ""]
        for one in others:
            lines += [*_look_alike(one, canonical), ""]
        if others:
            lines += [*_matrix(others), ""]
    return "\n".join(lines)


def _look_alike(one: LookAlike, canonical: str) -> Iterator[str]:
    differing, missing, extra = map(
        len, (one.divergence.different, one.divergence.missing, one.divergence.extra)
    )
    yield f"## {printable(one.dotted)}"
    yield ""
    place = f"{printable(one.path)}:{one.line}"
    yield f"{one.verdict} in {place}; methods: {differing} differ, {missing} missing, {extra} extra"
    yield ""
    if one.importing:
        shown = ", ".join(map(printable, one.importing[:_SHOWN]))
        rest = len(one.importing) - _SHOWN
        more = f" and {rest} more" if rest > 0 else ""
        yield f"- imported and not used by {counted(len(one.importing), 'file')}: {shown}{more}"
    for user in one.users:
        yield _user(user)
    for place in one.named:
        yield f"- named by {printable(place)}"
    if one.is_unused:
        yield f'- nothing uses it; to remove it: `"{one.dotted}" = "{canonical}"`'


def _user(user: User) -> str:
    made = f"makes {user.made}" if user.made else "makes none"
    needs = f"needs {', '.join(user.needs)}" if user.needs else "needs no method for certain"
    lacks = f"; lacking: {', '.join(user.lacking)}" if user.lacking else ""
    return f"- {printable(user.path)}:{user.line} {made}; {needs}{lacks}"


def _matrix(others: Sequence[LookAlike]) -> Iterator[str]:
    """A row for each method, a column for each look-alike."""
    names = [one.dotted.rpartition(".")[2] for one in others]
    yield f"| method | {' | '.join(map(printable, names))} |"
    yield f"|---|{'---|' * len(others)}"
    columns = [_column(one) for one in others]
    nowhere = 0
    for name in sorted({name for column in columns for name in column}):
        words = [column.get(name) for column in columns]
        nowhere += {*words} == {MISSING}
        if {*words} != {MISSING}:
            # What one of them has beyond the canonical class, the others need not have.
            rest = "" if EXTRA in words else SAME
            cells = [(rest if word is None else word).replace("|", "\\|") for word in words]
            yield f"| `{name}` | {' | '.join(cells)} |"
    if nowhere:
        yield ""
        yield f"{counted(nowhere, 'method')} of the canonical class in none of them."


def _column(one: LookAlike) -> Mapping[str, str]:
    """What is said of the methods in which a class is another than the canonical one."""
    found = one.divergence
    words = {different.method: different.words for different in found.different}
    return words | dict.fromkeys(found.missing, MISSING) | dict.fromkeys(found.extra, EXTRA)


def look_alikes_document(found: Mapping[str, Sequence[LookAlike]]) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "schema": 1,
        "canonical": [
            {"path": canonical, "look_alikes": [_document(one) for one in others]}
            for canonical, others in found.items()
        ],
    }


def _document(one: LookAlike) -> dict[str, Any]:
    return {
        "name": one.dotted,
        "path": without_surrogates(one.path),
        "line": one.line,
        "verdict": one.verdict,
        "unused": one.is_unused,
        "missing": list(one.divergence.missing),
        "extra": list(one.divergence.extra),
        "different": {each.method: each.words for each in one.divergence.different},
        "imported_by": list(map(without_surrogates, one.importing)),
        "named_by": list(map(without_surrogates, one.named)),
        "users": [
            {
                "path": without_surrogates(user.path),
                "line": user.line,
                "made": user.made,
                "needs": list(user.needs),
                "lacking": list(user.lacking),
            }
            for user in one.users
        ],
    }
