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
    rows = [_row(part, bodies) for part in publication.parts]
    return {
        "schema": SCHEMA,
        "target": publication.target,
        "stack": publication.stack,
        "pushed": sorted(publication.pushed),
        "waiting": list(waiting),
        "pull_requests": rows,
    }


def _row(part: PublishedPart, bodies: bool) -> dict[str, Any]:
    row = {
        "phase": part.part.phase.name,
        "shard": part.part.shard,
        "branch": part.part.branch,
        "commit": part.part.commit,
        "base": part.base,
        "title": without_surrogates(part.title),
        "status": part.status,
        "number": part.number,
        "url": part.url,
        "draft": part.draft,
        "labels": list(part.labels),
        "reviewers": list(part.reviewers),
        "people": part.part.people,
        "notes": list(part.notes),
    }
    return {**row, "body": without_surrogates(part.body)} if bodies else row
