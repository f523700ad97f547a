"""Notes of pull requests for other commands: `migrate status` shows them without asking a forge."""

from onepath.publish.publish import Publication
from onepath.snapshot.repository import Repository
from onepath.state.branches.pulls import note_pull
from onepath.state.model import NotedPullRequest


def note_pulls(repository: Repository, publication: Publication, forge: str) -> None:
    """Note the pull request of each branch.

    Raises:
        OutsideError: git or the disk failed; the pull requests are as they should be.
    """
    for part in publication.parts:
        if part.number:
            state = "closed" if part.status == "closed" else "draft" if part.draft else "open"
            note_pull(
                repository, part.part.branch, NotedPullRequest(forge, part.number, part.url, state)
            )
