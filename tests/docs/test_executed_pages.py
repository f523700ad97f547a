"""Pages are right: a repository in which everything is done that the page says."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {"fleet.md": 7, "packs.md": 8, "review.md": 4, "scale.md": 6, "start.md": 8}
"""Page -> how many commands it has at least."""
_BLOCK = re.compile(r"^```(?P<kind>\w+) ?(?P<path>\S*)\n(?P<text>.*?)^```$", re.M | re.S)


class Step(NamedTuple):
    """A file that is written, or a command with what it prints."""

    path: str
    text: str
    command: str = ""


def steps(page: str) -> Iterator[Step]:
    for block in _BLOCK.finditer((DOCS / page).read_text(encoding="utf-8")):
        if block["kind"] == "mermaid":
            continue
        if block["kind"] != "console":
            assert block["path"], f"a block without a path: {block[0]}"
            yield Step(block["path"], block["text"])
            continue
        for part in re.split(r"^\$ ", block["text"], flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            yield Step("", output, command)


def pattern(output: str) -> str:
    """What the page shows, line by line, where `...` stands for anything."""
    lines = [re.escape(line).replace(r"\.\.\.", "(?s:.)*?") for line in output.splitlines()]
    return "(?s:.)*?".join(lines)


@pytest.mark.parametrize("page", PAGES)
def test_everything_is_as_the_page_says(
    tmp_path: Path, make_repository: Callable[..., Any], page: str
) -> None:
    folder, programs = tmp_path / "house", tmp_path / "bin"
    folder.mkdir()
    programs.mkdir()
    for name, code in (
        ("migrate", "-c 'from onepath_cli.app import main; main()'"),
        ("python", ""),
    ):
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {code} "$@"\n')
        (programs / name).chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org",
        "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    count = 0
    for step in steps(page):
        if step.path:
            (folder / step.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / step.path).write_text(step.text, encoding="utf-8")
            continue
        done = subprocess.run(
            step.command,
            shell=True,
            cwd=folder,
            env=environment,
            text=True,
            timeout=120,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        fails = step.command.startswith("migrate audit")
        assert done.returncode == (1 if fails else 0), f"$ {step.command}\n{done.stdout}"
        assert re.search(pattern(step.text), done.stdout), f"$ {step.command}\n{done.stdout}"
        count += 1
    assert count >= PAGES[page]
    assert page in ("fleet.md", "review.md", "scale.md") or (folder / "pulls").is_dir()
