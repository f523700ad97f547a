"""A publication as the JSON document of the command line contract."""

from collections.abc import Sequence
from typing import Any

from onepath.publish.part import PublishedPart
from onepath.publish.publish import Publication
from onepath.report.text import without_surrogates

SCHEMA = 1


def publication_document(
    publication: Publication, waiting: Sequence[str], *, bodies: bool
) -> dict[str, Any]:
    """Return a publication as plain values.

    Args:
        publication: What was published, or would be.
        waiting: Phases that wait until the parts of the one below them are merged.
        bodies: Whether the texts are wanted too.
    """
    rows = [_row(one, bodies) for one in publication.parts]
    return {
        "schema": SCHEMA,
        "target": publication.target,
        "stack": publication.stack,
        "pushed": sorted(publication.pushed),
        "waiting": list(waiting),
        "pull_requests": rows,
    }


def _row(one: PublishedPart, bodies: bool) -> dict[str, Any]:
    row = {
        "phase": one.part.phase.name,
        "shard": one.part.shard,
        "branch": one.part.branch,
        "commit": one.part.commit,
        "base": one.base,
        "title": without_surrogates(one.title),
        "status": one.status,
        "number": one.number,
        "url": one.url,
        "draft": one.draft,
        "labels": list(one.labels),
        "reviewers": list(one.reviewers),
        "people": one.part.people,
        "notes": list(one.notes),
    }
    return {**row, "body": without_surrogates(one.body)} if bodies else row
