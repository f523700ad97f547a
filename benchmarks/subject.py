"""What is measured: a repository, one rename in it, and the files that mention the old name."""

import re
import subprocess
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Subject:
    """A repository, the one rename to measure in it, and the files that mention the old name."""

    repository: Path
    config: Path
    """The configuration with all renames."""
    old: str
    new: str
    python_files: int
    mentioned: Sequence[str]

    def size(self, paths: Sequence[str]) -> int:
        """Bytes of some of the files."""
        return sum((self.repository / path).stat().st_size for path in paths)


class Scratch:
    """A copy of some files, for a tool that writes in place."""

    def __init__(self, repository: Path, paths: Sequence[str], folder: Path) -> None:
        self.folder = folder
        self.before: Mapping[str, bytes] = {
            path: (repository / path).read_bytes() for path in paths
        }

    def restore(self) -> None:
        for path, data in self.before.items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)

    def now(self) -> Mapping[str, bytes]:
        """The files as they are; one that is gone is empty."""
        files = ((path, self.folder / path) for path in self.before)
        return {path: file.read_bytes() if file.is_file() else b"" for path, file in files}


def git(folder: Path, *arguments: str) -> list[str]:
    """The lines that git prints; `git grep` may find nothing.

    Raises:
        SystemExit: If git fails.
    """
    command = ["git", "-C", str(folder), "-c", "core.quotePath=false", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode > (arguments[0] == "grep"):
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout.splitlines()


def choose(repository: Path, config: Path) -> Subject:
    """Find the old name of the configuration that the most files import.

    Raises:
        SystemExit: If the configuration has no `[imports]`, or nothing imports one of them.
    """
    pairs = tomllib.loads(config.read_text()).get("imports", {})

    def imported(old: str) -> int:
        module, _, name = old.rpartition(".")
        statement = f"from +{re.escape(module)} +import"
        both = ("grep", "-lE", "--all-match", "-e", statement, "-e", rf"\b{name}\b", "--", "*.py")
        return len(git(repository, *both))

    counts = {old: imported(old) for old in pairs}
    if not any(counts.values()):
        raise SystemExit(f"{config}: no file of {repository} imports anything under [imports]")
    old = max(counts, key=lambda name: counts[name])
    module, _, name = old.rpartition(".")
    both = ("grep", "-lwF", "--all-match", "-e", module, "-e", name, "--", "*.py")
    return Subject(
        repository,
        config,
        old,
        pairs[old],
        len(git(repository, "ls-files", "--", "*.py")),
        [path for path in git(repository, *both) if (repository / path).is_file()],
    )


def sample(paths: Sequence[str], count: int | None) -> Sequence[str]:
    """`count` of the paths, evenly spread; all of them if it is None or too large."""
    if count is None or count >= len(paths):
        return paths
    return [paths[i * len(paths) // count] for i in range(count)]
