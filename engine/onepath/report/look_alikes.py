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
        for look_alike in others:
            lines += [*_look_alike(look_alike, canonical), ""]
        if others:
            lines += [*_matrix(others), ""]
    return "\n".join(lines)


def _look_alike(look_alike: LookAlike, canonical: str) -> Iterator[str]:
    differing, missing, extra = map(
        len,
        (
            look_alike.divergence.different,
            look_alike.divergence.missing,
            look_alike.divergence.extra,
        ),
    )
    yield f"## {printable(look_alike.dotted)}"
    yield ""
    place = f"{printable(look_alike.path)}:{look_alike.line}"
    counts = f"{differing} differ, {missing} missing, {extra} extra"
    yield f"{look_alike.verdict} in {place}; methods: {counts}"
    yield ""
    if look_alike.importing:
        shown = ", ".join(map(printable, look_alike.importing[:_SHOWN]))
        rest = len(look_alike.importing) - _SHOWN
        more = f" and {rest} more" if rest > 0 else ""
        importing = counted(len(look_alike.importing), "file")
        yield f"- imported and not used by {importing}: {shown}{more}"
    for user in look_alike.users:
        yield _user(user)
    for place in look_alike.named:
        yield f"- named by {printable(place)}"
    if look_alike.is_unused:
        yield f'- nothing uses it; to remove it: `"{look_alike.dotted}" = "{canonical}"`'


def _user(user: User) -> str:
    made = f"makes {user.made}" if user.made else "makes none"
    needs = f"needs {', '.join(user.needs)}" if user.needs else "needs no method for certain"
    lacks = f"; lacking: {', '.join(user.lacking)}" if user.lacking else ""
    return f"- {printable(user.path)}:{user.line} {made}; {needs}{lacks}"


def _matrix(others: Sequence[LookAlike]) -> Iterator[str]:
    """A row for each method, a column for each look-alike."""
    names = [look_alike.dotted.rpartition(".")[2] for look_alike in others]
    yield f"| method | {' | '.join(map(printable, names))} |"
    yield f"|---|{'---|' * len(others)}"
    columns = [_column(look_alike) for look_alike in others]
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


def _column(look_alike: LookAlike) -> Mapping[str, str]:
    """What is said of the methods in which a class is another than the canonical one."""
    divergence = look_alike.divergence
    words = {different.method: different.words for different in divergence.different}
    return (
        words | dict.fromkeys(divergence.missing, MISSING) | dict.fromkeys(divergence.extra, EXTRA)
    )


def look_alikes_document(found: Mapping[str, Sequence[LookAlike]]) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "schema": 1,
        "canonical": [
            {"path": canonical, "look_alikes": [_document(look_alike) for look_alike in others]}
            for canonical, others in found.items()
        ],
    }


def _document(look_alike: LookAlike) -> dict[str, Any]:
    return {
        "name": look_alike.dotted,
        "path": without_surrogates(look_alike.path),
        "line": look_alike.line,
        "verdict": look_alike.verdict,
        "unused": look_alike.is_unused,
        "missing": list(look_alike.divergence.missing),
        "extra": list(look_alike.divergence.extra),
        "different": {each.method: each.words for each in look_alike.divergence.different},
        "imported_by": list(map(without_surrogates, look_alike.importing)),
        "named_by": list(map(without_surrogates, look_alike.named)),
        "users": [
            {
                "path": without_surrogates(user.path),
                "line": user.line,
                "made": user.made,
                "needs": list(user.needs),
                "lacking": list(user.lacking),
            }
            for user in look_alike.users
        ],
    }
