"""Who uses a name, for programs."""

from typing import Any

from onepath.discover.users import UsersOf
from onepath.report.text import without_surrogates

SCHEMA = 1


def users_document(found: UsersOf) -> dict[str, Any]:
    """Return the users of some names in one repository as plain values."""
    return {
        "schema": SCHEMA,
        "revision": without_surrogates(found.revision),
        "names": list(found.names),
        "defined": [
            {"name": name, "path": without_surrogates(path)} for name, path in found.defined
        ],
        "others": [{"name": name, "path": path} for name, path in found.others],
        "users": [
            {
                "name": name,
                "path": without_surrogates(place.path),
                "line": place.line,
                "kind": place.kind,
                "text": without_surrogates(place.text),
                "breaks": place.breaks,
            }
            for name, place in found.users
        ],
        "unread": [
            {"path": without_surrogates(path), "reason": reason} for path, reason in found.unread
        ],
        "free": found.is_free,
    }
