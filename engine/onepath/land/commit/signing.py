"""Signs commits that `git fast-import` made, where commit.gpgSign asks for it: it can't itself."""

import os
from collections.abc import Sequence
from pathlib import Path

from onepath.errors import OutsideError
from onepath.land.commit.identity import parse_identity
from onepath.land.commits import StoredCommit
from onepath.snapshot.git_process import environment, run_git
from onepath.snapshot.repository import Repository


def wants_signatures(repository: Repository) -> bool:
    """Whether the user's configuration says that commits are signed."""
    done = repository.git("config", "--type=bool", "--get", "commit.gpgSign", check=False)
    return done.stdout.strip() == b"true"


def sign_commits(repository: Repository, objects: Path, commits: Sequence[str]) -> list[str]:
    """Make each commit again with a signature, in order; return the new ids.

    Args:
        repository: Whose configuration says how to sign.
        objects: The object folder that has the commits, and gets the new ones.
        commits: Parents before children.

    Raises:
        OutsideError: git could not sign.
    """
    env = {
        "GIT_OBJECT_DIRECTORY": os.fspath(objects),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": os.fspath(repository.common_dir / "objects"),
    }
    signed: dict[str, str] = {}
    for oid in commits:
        content = _run(repository, env, "cat-file", "commit", oid)
        commit = StoredCommit(oid, content)
        tree = content.split(b"\n", 1)[0].split()[1].decode()
        parents = [f"-p{signed.get(parent, parent)}" for parent in commit.parents]
        config = ("-c", f"i18n.commitEncoding={commit.encoding or 'utf-8'}")
        made = _run(
            repository,
            env | _people(commit),
            *config,
            "commit-tree",
            "-S",
            tree,
            *parents,
            "-F",
            "-",
            data=commit.raw_message,
        )
        signed[oid] = made.decode().strip()
    return [signed[oid] for oid in commits]


def _people(commit: StoredCommit) -> dict[str, str]:
    env: dict[str, str] = {}
    for role, line in (("AUTHOR", commit.author), ("COMMITTER", commit.committer)):
        try:
            name, email, date = parse_identity(line)
        except ValueError as error:
            raise OutsideError(
                f"the commit {commit.oid[:12]} has no proper {role.lower()}: {line}"
            ) from error
        env |= {f"GIT_{role}_NAME": name, f"GIT_{role}_EMAIL": email, f"GIT_{role}_DATE": date}
    return env


def _run(repository: Repository, env: dict[str, str], *arguments: str, data: bytes = b"") -> bytes:
    place = [f"--git-dir={repository.git_dir}"]
    done = run_git([*place, *arguments], env=environment(env), input=data, check=False)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip() or f"exit status {done.returncode}"
        raise OutsideError(
            f"git could not sign a commit: {said}; no branch was made",
            hint="commit.gpgSign is set, so every commit is signed: look at user.signingKey and "
            "gpg.format, or set commit.gpgSign to false for this repository",
        )
    return done.stdout
