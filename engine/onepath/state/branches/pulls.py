"""Which pull request belongs to which branch, noted in the repository's own references.

Each note is a small JSON blob under `refs/onepath/pulls/<branch>`: it moves in the same transaction
as other references, can be pushed and fetched, and is in no one's way.
"""

import json
from collections.abc import Mapping

from onepath.snapshot.blobs import decode_path, encode_path
from onepath.snapshot.repository import Repository
from onepath.state.model import NotedPullRequest

PREFIX = "refs/onepath/pulls/"


def read_pulls(repository: Repository) -> Mapping[str, NotedPullRequest]:
    """Return the pull requests that are noted, by branch. A note that can't be read is left out."""
    listed = repository.git(
        "for-each-ref", "--format=%(objecttype) %(objectname) %(refname)", PREFIX
    ).stdout
    result = {}
    for line in decode_path(listed).split("\n")[:-1]:
        kind, oid, ref = line.split(" ", 2)
        if kind != "blob":
            continue
        pull = _parsed(repository.git("cat-file", "blob", oid).stdout)
        if pull is not None:
            result[ref.removeprefix(PREFIX)] = pull
    return result


def _parsed(data: bytes) -> NotedPullRequest | None:
    try:
        content = json.loads(data)
        return NotedPullRequest(
            str(content["forge"]),
            int(content["number"]),
            str(content["url"]),
            str(content["state"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def note_pull(repository: Repository, branch: str, pull: NotedPullRequest | None) -> None:
    """Note the pull request of `branch`; None forgets it."""
    ref = PREFIX + branch
    if pull is None:
        update = b"delete %s\0\0" % encode_path(ref)
    else:
        content = json.dumps({"schema": 1, **pull._asdict()}, sort_keys=True)
        oid = repository.git("hash-object", "-w", "--stdin", input=content.encode()).stdout.strip()
        update = b"update %s\0%s\0\0" % (encode_path(ref), oid)
    repository.git("update-ref", "-z", "--stdin", input=update)
