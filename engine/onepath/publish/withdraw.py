"""Takes back at the forge and at the remote what a rollback has withdrawn here."""

from collections.abc import Sequence

from onepath.errors import RefusedError
from onepath.progress import Progress
from onepath.publish.forges.forge import Forge
from onepath.publish.key import read_mark, withdrawn
from onepath.publish.push import bring_in, delete, lost_commit, remote_tips
from onepath.report.text import printable
from onepath.snapshot.repository import Repository
from onepath.state.branches.pulls import note_pull
from onepath.state.branches.withdraw import KEPT


def withdraw_published(
    repository: Repository, remote: str, forge: Forge, branches: Sequence[str], progress: Progress
) -> list[str]:
    """Close the pull requests of withdrawn branches and delete the branches at the remote.

    It may be called again after it failed: it goes on where it stopped.

    Args:
        repository: Where the branches were.
        remote: Where they were pushed to.
        forge: Where their pull requests are.
        branches: From the bottom of the stack to the top.
        progress: Told, in words, what goes on.

    Returns:
        The addresses of the pull requests that were closed.

    Raises:
        RefusedError: A branch at the remote has commits that were not here; it was left alone.
        OutsideError: The forge or git failed.
    """
    closed = withdraw_pulls(forge, branches, progress)
    tips = remote_tips(repository, remote)
    there = {branch: tips[branch] for branch in branches if branch in tips}
    bring_in(repository, remote, list(there.values()))
    left = [branch for branch, tip in there.items() if _would_lose(repository, branch, tip)]
    delete(repository, remote, {one: tip for one, tip in there.items() if one not in left})
    for branch in branches:
        if branch not in left:
            note_pull(repository, branch, None)
    if left:
        raise RefusedError(
            "\n".join(
                f"{printable(one)} at {remote} has other commits; left there" for one in left
            ),
            hint="look at them, then delete the branch there",
        )
    return closed


def withdraw_pulls(forge: Forge, branches: Sequence[str], progress: Progress) -> list[str]:
    """Close the open pull requests of branches that this tool opened, from the top down.

    Their text says that they were withdrawn, so that another landing opens new ones. It may be
    called again after it failed.

    Args:
        forge: Where they are.
        branches: From the bottom of the stack to the top.
        progress: Told, in words, what goes on.

    Returns:
        The addresses of those that were closed.

    Raises:
        OutsideError: The forge failed.
    """
    forge.target()
    closed = []
    for branch in reversed(branches):
        pull = forge.find(branch)
        if pull is None or pull.state != "open" or read_mark(pull.body) is None:
            continue
        progress(f"closing the pull request of {branch}")
        forge.withdraw(pull, withdrawn(pull.body))
        closed.append(pull.url)
    return closed


def _would_lose(repository: Repository, branch: str, tip: str) -> bool:
    """Whether a branch at the remote has a commit of somebody that was not withdrawn here."""
    listed = repository.git("for-each-ref", "--format=%(objectname)", f"{KEPT}{branch}/").stdout
    kept = listed.decode().split()
    head = repository.head()
    return head is None or lost_commit(repository, tip, kept, head) is not None
