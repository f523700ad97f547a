"""A publication for people: what became of each part."""

from collections.abc import Iterator

from onepath.publish.part import PublishedPart
from onepath.publish.publish import Publication
from onepath.report.text import printable


def publication_text(publication: Publication, *, bodies: bool) -> str:
    """Return a line for each pull request, or its title and body.

    Args:
        publication: What was published, or would be.
        bodies: Whether titles and bodies are wanted.
    """
    lines = [
        line for part in publication.parts for line in (_shown(part) if bodies else _lines(part))
    ]
    return "".join(f"{line}\n" for line in lines)


def _lines(part: PublishedPart) -> Iterator[str]:
    where = part.url or f"into {part.base}"
    yield f"{part.status:<9}  {printable(part.part.branch)}  {printable(where)}"
    yield from (f"  {printable(note)}" for note in part.notes)


def _shown(part: PublishedPart) -> Iterator[str]:
    draft = ", a draft" if part.draft else ""
    yield f"# {part.part.branch} into {part.base}{draft}: {printable(part.title)}"
    if part.labels:
        yield f"# labels: {', '.join(map(printable, part.labels))}"
    if part.reviewers:
        yield f"# reviewers: {', '.join(map(printable, part.reviewers))}"
    yield ""
    yield part.body.rstrip()
    yield ""
