"""What phases start from while the branch of a phase is checked out."""

from collections.abc import Iterator

from onepath.land.commits import StoredCommit, is_ancestor, read_commits
from onepath.snapshot.blobs import decode_path
from onepath.snapshot.repository import Repository

_LOOK = 50


def base_of_head(repository: Repository) -> tuple[str | None, str | None]:
    """Return the branch of a phase that HEAD is on, and the branch that phases start from.

    Both are None if HEAD is on no such branch; the second alone if nothing tells it. It is what
    the remote calls its main branch, or `main`, `master` or `init.defaultBranch`: the first that
    contains what the phase was planned from.
    """
    done = repository.git("symbolic-ref", "-q", "HEAD", check=False, offline=True)
    ref = decode_path(done.stdout.rstrip(b"\n"))
    head = repository.head()
    if not ref.startswith("refs/heads/") or head is None:
        return None, None
    own = _phase_commit(repository, head)
    if own is None:
        return None, None
    branch = ref.removeprefix("refs/heads/")
    candidates = list(_candidates(repository))
    if branch in candidates or _is_reachable(repository, own.oid, candidates):
        return None, None  # A merged phase below an ordinary branch.
    base = own.trailer("Base-Oid")
    for candidate in candidates:
        if candidate != branch and is_ancestor(repository, base, candidate):
            return branch, candidate
    return branch, None


def today(repository: Repository) -> str:
    """Return the commit that phases would start from now; empty if nothing tells it."""
    branch, base = base_of_head(repository)
    if branch is not None:
        return repository.resolve(base) if base is not None else ""
    return repository.head() or ""


def _phase_commit(repository: Repository, head: str) -> StoredCommit | None:
    """The newest commit of a phase among the first parents of `head`."""
    listed = repository.git("rev-list", "--first-parent", f"--max-count={_LOOK}", head).stdout
    commits = read_commits(repository, listed.decode().split())
    return next((commit for commit in commits if commit.is_ours), None)


def _is_reachable(repository: Repository, commit: str, branches: list[str]) -> bool:
    return any(is_ancestor(repository, commit, branch) for branch in branches)


def _candidates(repository: Repository) -> Iterator[str]:
    """Names of branches that phases may start from, that exist."""
    remote = repository.git(
        "symbolic-ref", "-q", "refs/remotes/origin/HEAD", check=False, offline=True
    )
    upstream = decode_path(remote.stdout.rstrip(b"\n")).removeprefix("refs/remotes/")
    default = repository.git("config", "--get", "init.defaultBranch", check=False).stdout
    own = upstream.partition("/")[2]
    names = (own, "main", "master", decode_path(default.rstrip(b"\n")))
    for name in dict.fromkeys(name for name in names if name):
        ref = f"refs/heads/{name}"
        if repository.git("rev-parse", "-q", "--verify", ref, check=False).returncode == 0:
            yield name
    if upstream:
        yield upstream
