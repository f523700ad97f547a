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
    lines = [line for one in publication.parts for line in (_shown(one) if bodies else _lines(one))]
    return "".join(f"{line}\n" for line in lines)


def _lines(one: PublishedPart) -> Iterator[str]:
    where = one.url or f"into {one.base}"
    yield f"{one.status:<9}  {printable(one.part.branch)}  {printable(where)}"
    yield from (f"  {printable(note)}" for note in one.notes)


def _shown(one: PublishedPart) -> Iterator[str]:
    draft = ", a draft" if one.draft else ""
    yield f"# {one.part.branch} into {one.base}{draft}: {printable(one.title)}"
    if one.labels:
        yield f"# labels: {', '.join(map(printable, one.labels))}"
    if one.reviewers:
        yield f"# reviewers: {', '.join(map(printable, one.reviewers))}"
    yield ""
    yield one.body.rstrip()
    yield ""
