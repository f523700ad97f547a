"""The hidden marks in the body of a pull request, by which it is known again.

What is between the two marks is ours and is replaced by each run; what people write before or
after it is kept. The first mark says for which branch the text is, whether labels and reviewers
have been set (after that they are the people's), and what title it was given, so that a title
that somebody changed is left alone.
"""

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

_FIRST = re.compile(
    r"^<!-- onepath: (?P<branch>\S+) (?P<state>open|ready|withdrawn) (?P<title>[0-9a-f]{12}) -->$",
    re.MULTILINE,
)
_LAST = "<!-- onepath: end -->"


@dataclass(frozen=True, slots=True)
class Mark:
    """What the hidden mark of a body says."""

    branch: str
    state: str
    """`open`: labels and reviewers are still to be set; `ready`; `withdrawn` by a rollback."""
    title: str
    """Digest of the title that was given."""


def title_digest(title: str) -> str:
    """Return what a mark keeps of a title."""
    return hashlib.sha256(title.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def marked(text: str, branch: str, title: str, state: str) -> str:
    """Return `text` between the marks of its pull request."""
    # `--` must not stand in a comment, and `quote` leaves it alone.
    name = quote(branch, safe="/", errors="surrogateescape").replace("--", "-%2D")
    return f"<!-- onepath: {name} {state} {title_digest(title)} -->\n{text.strip()}\n\n{_LAST}\n"


def read_mark(body: str) -> Mark | None:
    """Return the mark of a body; None if it was not written by this tool."""
    match = _FIRST.search(body.replace("\r\n", "\n"))
    if match is None:
        return None
    return Mark(unquote(match["branch"], errors="surrogateescape"), match["state"], match["title"])


def withdrawn(body: str) -> str:
    """Return `body` with a mark that says the pull request was withdrawn by this tool."""
    match = _FIRST.search(body)
    if match is None:
        return body
    return f"{body[: match.start('state')]}withdrawn{body[match.end('state') :]}"


def replaced(body: str, new: str) -> str:
    """Return `body` with our part replaced by `new`; what people wrote around it is kept."""
    body = body.replace("\r\n", "\n")
    match = _FIRST.search(body)
    if match is None:
        return new
    end = body.find(f"\n{_LAST}", match.end())
    rest = body[end + 1 + len(_LAST) :] if end >= 0 else ""
    return f"{body[: match.start()]}{new.rstrip()}{rest or chr(10)}"
