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
    for one in publication.parts:
        if one.number:
            state = "closed" if one.status == "closed" else "draft" if one.draft else "open"
            note_pull(
                repository, one.part.branch, NotedPullRequest(forge, one.number, one.url, state)
            )
