"""What a repository brings of its own does not run, and does not reach the terminal."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

NEW_USER = {"late.py": "from pkg.old import Manager\n\nprint(Manager)\n"}


@pytest.fixture
def hostile(landed: Any, tmp_path: Path) -> Any:
    """Every program that git would run for this repository leaves a trace."""
    script = tmp_path / "script"
    script.write_text(f'#!/bin/sh\necho "$0 $@" >>"{tmp_path}/ran"\ncat\n')
    script.chmod(0o755)
    hooks = landed.path / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in (
        "pre-commit",
        "commit-msg",
        "prepare-commit-msg",
        "post-commit",
        "post-rewrite",
        "reference-transaction",
        "update",
        "post-checkout",
        "post-index-change",
        "pre-auto-gc",
        "applypatch-msg",
        "post-merge",
        "fsmonitor-watchman",
    ):
        (hooks / name).symlink_to(script)
    attributes = "* filter=evil diff=evil merge=evil\n"
    (landed.path / ".git/info").mkdir(exist_ok=True)
    (landed.path / ".git/info/attributes").write_text(attributes)
    for name, value in {
        "core.fsmonitor": str(script),
        "core.pager": str(script),
        "core.editor": str(script),
        "core.sshCommand": str(script),
        "diff.external": str(script),
        "diff.evil.command": str(script),
        "diff.evil.textconv": str(script),
        "filter.evil.clean": str(script),
        "filter.evil.smudge": str(script),
        "filter.evil.process": str(script),
        "merge.evil.driver": str(script),
        "gpg.program": str(script),
        "log.showSignature": "true",
        "alias.log": f"!{script}",
    }.items():
        landed.git("config", name, value)
    landed.ran = tmp_path / "ran"
    return landed


def commit_quietly(world: Any, branch: str, path: str, text: str) -> None:
    """Put a commit on a branch without running what the repository brings."""
    script = (
        f"commit refs/heads/{branch}\ncommitter Bea <bea@example.org> 1758000000 +0000\n"
        f"data 5\nmine\n\nfrom refs/heads/{branch}^0\nM 644 inline {path}\n"
        f"data {len(text)}\n{text}\n"
    )
    subprocess.run(
        ["git", "-C", world.path, "-c", "core.hooksPath=/dev/null", "fast-import", "--quiet"],
        input=script.encode(), check=True,
    )  # fmt: skip


def test_no_program_of_the_repository_runs(hostile: Any) -> None:
    commit_quietly(hostile, hostile.FIRST, "notes.txt", "one\ntwo\nthree\nfour\n")
    commit_quietly(hostile, "main", "notes.txt", "zero\none\ntwo\nthree\n")
    commit_quietly(hostile, "main", "late.py", NEW_USER["late.py"])
    hostile.ran.unlink(missing_ok=True)
    hostile.status()
    assert hostile.apply() == {"01": "moved", "02": "moved", "03": "moved"}
    hostile.migrate("apply", "--append")
    hostile.migrate("rollback", "shims")
    hostile.migrate("heads")
    assert not hostile.ran.exists(), hostile.ran.read_text()
    assert hostile.git("cat-file", "blob", f"{hostile.FIRST}:notes.txt") == (
        "zero\none\ntwo\nthree\nfour"
    )


def test_names_reach_no_terminal_and_become_no_option(landed: Any) -> None:
    name = "--upload-pack=x \x1b]0;gone\x07.txt"
    landed.commit_on(landed.FIRST, {name: "a\n"}, "\x1b[2J::error::gone\n\n\x1b[31m")
    landed.repository.commit({name: "b\n", **NEW_USER}, "\x1b[2J")
    text = landed.migrate("apply", code=3) + landed.migrate("status")
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\\x1b]0;gone\\x07.txt" in text
    assert "\n::error" not in text
    document = landed.json("status", "--format", "json")
    assert document["phases"][0]["conflicts"] == [name]


def test_trailers_that_mean_nothing_are_no_phases(landed: Any) -> None:
    message = (
        "x\n\nMigrate-Version: websocket/v0001_canonical_imports\nBase-Oid: --help\n"
        "Migrate-Appends: --all\n"
    )
    landed.commit_on(landed.FIRST, {"x.txt": "x"}, message)
    landed.repository.commit(NEW_USER)
    tips = landed.tips()
    assert landed.apply(code=3)["01"] in ("diverged", "frozen")
    assert landed.tips() == tips
    landed.commit_on(landed.FIRST, {"y.txt": "y"}, "Migrate-Version: \x1b[2J\nBase-Oid: x\n")
    assert landed.apply(code=3)["01"] in ("diverged", "frozen")
    landed.repository.commit({}, "This reverts commit --help.\n\nThis reverts commit 1234567.")
    landed.status()
