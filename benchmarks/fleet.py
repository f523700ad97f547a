"""How much a fleet costs beside its repositories, one after the other.

    python benchmarks/fleet.py [--count 60] [--files 40]

It makes small repositories in a temporary folder, applies to all of them with `migrate fleet
--jobs 1`, and to copies with `migrate apply`, one by one; then it says by how much the fleet took
longer than the single commands. On a busy machine only the CPU says something.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

PROGRAM = (sys.executable, "-c", "from onepath_cli.start import main; main()")
IDENTITY = {
    "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


class Cost(NamedTuple):
    """What a command took, with all its processes, in seconds."""

    wall: float
    cpu: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--files", type=int, default=40)
    given = parser.parse_args()
    os.environ.update(IDENTITY)
    with tempfile.TemporaryDirectory(prefix="onepath-fleet-") as name:
        top = Path(name)
        for number in range(given.count):
            _make(top / "repos" / f"r{number:03}", given.files)
        shutil.copytree(top / "repos", top / "copies")
        (top / "fleet.toml").write_text('[[repositories]]\npath = "repos/*"\n')
        fleet, document = _timed(
            "fleet", str(top / "fleet.toml"), "apply", "--jobs", "1", "--format", "json"
        )
        assert all(one["code"] == 0 for one in json.loads(document)["repositories"])
        turns = [
            _timed("apply", "--repo", str(one), "--jobs", "1")[0]
            for one in sorted((top / "copies").iterdir())
        ]
    single = Cost(sum(one.wall for one in turns), sum(one.cpu for one in turns))
    print(f"{given.count} repositories of {given.files} files, one at a time")
    print(f"fleet:            {fleet.wall:7.1f} s, {fleet.cpu:7.1f} s CPU")
    print(f"single commands:  {single.wall:7.1f} s, {single.cpu:7.1f} s CPU")
    print(
        f"the fleet's part: {fleet.wall / single.wall - 1:+.1%}, {fleet.cpu / single.cpu - 1:+.1%}"
    )


def _make(folder: Path, files: int) -> None:
    texts = {
        "migrate.toml": '[imports]\n"shop.old.Name" = "shop.new.Name"\n',
        "shop/__init__.py": "",
        "shop/new.py": "class Name:\n    pass\n",
        "shop/old.py": "from shop.new import Name\n",
        **{f"lib/m{number}.py": "from shop.old import Name\n\nprint(Name)\n" * 20
           for number in range(files)},
    }  # fmt: skip
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    for command in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "-m", "start")):
        subprocess.run(["git", "-C", folder, *command], check=True)


def _timed(*arguments: str) -> tuple[Cost, bytes]:
    started, before = time.perf_counter(), _cpu()
    done = subprocess.run([*PROGRAM, *arguments], stdout=subprocess.PIPE, check=True)
    return Cost(time.perf_counter() - started, _cpu() - before), done.stdout


def _cpu() -> float:
    """What all processes that have ended have taken."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
