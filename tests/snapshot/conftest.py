"""What the snapshot tests share."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onepath.model import Snapshot

Contents = Callable[[Snapshot], dict[str, bytes | None]]


@pytest.fixture
def contents() -> Contents:
    """Everything a snapshot holds, read through its source; checks that the order is kept."""

    def read(snapshot: Snapshot) -> dict[str, bytes | None]:
        entries = list(snapshot.entries.values())
        assert [entry.path for entry in entries] == sorted(snapshot.entries)
        answers = list(snapshot.source().read(entries))
        assert [entry for entry, _ in answers] == entries
        return {entry.path: data for entry, data in answers}

    return read


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list["subprocess.Popen[bytes]"]:
    """Every child process that is started from now on."""
    started: list[subprocess.Popen[bytes]] = []

    class Recorded(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    return started


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go from now on: a folder of this test's own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def partial_clone(make_repository, tmp_path):
    """A clone with a filter, and a file that exists once its origin has been asked again."""
    origin = make_repository({"pkg/a.py": "a = 1\n", "b.py": "b = 2\n", ".gitignore": "*.log\n"})
    origin.git("config", "uploadpack.allowFilter", "true")
    asked = tmp_path / "asked"
    spy = tmp_path / "upload-pack"
    spy.write_text(f"#!/bin/sh\ntouch '{asked}'\nexec git-upload-pack \"$@\"\n")
    spy.chmod(0o755)

    def clone(kind):
        path = tmp_path / "partial"
        uri = origin.path.as_uri()
        origin.git("clone", "-q", "--no-checkout", f"--filter={kind}", uri, str(path))
        origin.git("-C", str(path), "config", "remote.origin.uploadpack", str(spy))
        return path, asked

    return clone
