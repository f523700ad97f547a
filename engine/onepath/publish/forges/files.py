"""Everything that a publication needs, written into a folder: for other forges, and by hand."""

import json
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from onepath.errors import InputError, OutsideError
from onepath.land.commit.identity import Identity
from onepath.land.commit.message import commit_message
from onepath.land.together import write_together
from onepath.publish.part import PhasePart
from onepath.publish.publish import Publication
from onepath.report.patch import phase_patch
from onepath.report.text import without_surrogates

_SAFE = re.compile(r"[^A-Za-z0-9_.]+")


def write_publication(
    folder: Path, publication: Publication, remote: str, author: Identity
) -> list[Path]:
    """Write a publication into `folder`, which is made if need be; return the files' paths.

    There are a body and a patch for each part, `pull-requests.json` with all the rest, and
    `commands.sh`, which pushes the branches and opens the pull requests with GitHub's or GitLab's
    own command. Files of the same name are replaced, once all of them have been written.

    Raises:
        InputError: `folder` is a file.
        OutsideError: The disk failed.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file", hint="give a folder")
    contents: dict[Path, bytes] = {}
    rows = []
    for number, part in enumerate(publication.parts, 1):
        stem = f"{number:02d}-{_SAFE.sub('-', part.part.branch.rpartition('/')[2])}"
        contents[folder / f"{stem}.md"] = part.body.encode("utf-8", "backslashreplace")
        contents[folder / f"{stem}.patch"] = _patch(part.part, author)
        rows.append({
            "branch": part.part.branch, "commit": part.part.commit, "base": part.base,
            "title": without_surrogates(part.title), "body": f"{stem}.md", "patch": f"{stem}.patch",
            "draft": part.draft, "labels": list(part.labels), "reviewers": list(part.reviewers),
        })  # fmt: skip
    document = {"schema": 1, "target": publication.target, "pull_requests": rows}
    contents[folder / "pull-requests.json"] = f"{json.dumps(document, indent=2)}\n".encode()
    branches = "".join(f"{row['commit']} {row['branch']} {row['base']}\n" for row in rows)
    contents[folder / "branches.txt"] = branches.encode()
    contents[folder / "commands.sh"] = _commands(rows, remote).encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_together(contents)
    except OSError as error:
        raise OutsideError(f"{error.filename or folder}: {error.strerror}") from error
    return list(contents)


def _patch(part: PhasePart, author: Identity) -> bytes:
    return phase_patch(
        part.phase,
        author=author.name,
        email=author.email,
        date=author.date,
        message=commit_message(part.phase, part.base),
    )


def _commands(rows: Sequence[dict[str, object]], remote: str) -> str:
    pushed = " ".join(
        shlex.quote(f"{row['commit'] or row['branch']}:refs/heads/{row['branch']}") for row in rows
    )
    lines = [
        "#!/bin/sh",
        "# Pushes the branches, all or none, and opens the pull requests, from the bottom up.",
        "set -eu",
        'here=$(dirname "$0")',
        f"git push --atomic -- {shlex.quote(remote)} {pushed}",
        "",
        "# With GitHub's command; GitLab's is `glab mr create --source-branch ... --target-branch",
        "# ... --title ... --description ...`.",
    ]
    for row in rows:
        branch = shlex.quote(str(row["branch"]))
        words = [f"--base={row['base']}", f"--title={row['title']}"]
        body = f'--body-file="$here"/{shlex.quote(str(row["body"]))}'
        shared = f"{' '.join(map(shlex.quote, words))} {body}"
        once = ["--draft"] if row["draft"] else []
        for name, values in (("label", row["labels"]), ("reviewer", row["reviewers"])):
            assert isinstance(values, list)
            once += [f"--{name}={str(value).removeprefix('@')}" for value in values]
        more = "".join(f" {word}" for word in map(shlex.quote, once))
        lines += [
            f"if gh pr view {branch} >/dev/null 2>&1; then",
            f"    gh pr edit {branch} {shared}",
            f"else gh pr create --head={branch} {shared}{more}; fi",
        ]
    return "\n".join(lines) + "\n"
