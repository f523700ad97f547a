"""Files that can't be read as Python, and that seem to use a name which goes by no import."""

import re
from collections.abc import Iterable, Iterator

from onepath.codemod import Refusal, World


def unread_users(world: World, paths: Iterable[str], name: str) -> Iterator[Refusal]:
    """The files that seem to read an attribute, override a method or give an argument of a name.

    Args:
        world: The code.
        paths: The files that spell the name.
        name: What a member or a parameter is called.
    """
    spelled = re.escape(name.encode())
    used = re.compile(
        rb"\.\s*%b(?!\w)|\bdef\s+%b\s*\(|(?<![\w.])%b\s*=(?!=)|[\"']%b[\"']" % ((spelled,) * 4)
    )
    failures = {path: world.facts(path).failure for path in paths}
    unread = [path for path, failure in failures.items() if failure is not None]
    for path, data in world.read(unread).items():
        failure = failures[path]
        if failure is not None and used.search(data) is not None:
            reason = f"{failure.reason}; the file seems to use '{name}'"
            yield Refusal(path, failure.line, "unparseable", reason)
