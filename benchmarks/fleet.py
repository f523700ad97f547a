"""How much a fleet costs beside its repositories, one after the other.

    python benchmarks/fleet.py [--count 60] [--files 40]

It makes small repositories in a temporary folder, applies to all of them with `migrate fleet
--jobs 1`, and to copies with `migrate apply`, one by one; then it says by how much the fleet took
longer than the work that it did for each, and than the single commands.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAM = (sys.executable, "-c", "from onepath_cli.app import main; main()")
IDENTITY = {
    "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


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
        fleet, document = _timed("fleet", str(top / "fleet.toml"), "apply", "--jobs", "1",
                                 "--format", "json")  # fmt: skip
        inside = sum(one["seconds"] for one in json.loads(document)["repositories"])
        single = sum(
            _timed("apply", "--repo", str(one), "--jobs", "1")[0]
            for one in sorted((top / "copies").iterdir())
        )
    print(f"{given.count} repositories of {given.files} files")
    print(f"fleet, one at a time:        {fleet:7.1f} s")
    print(f"  of it work on repositories {inside:7.1f} s ({fleet / inside - 1:+.1%} beside it)")
    print(f"single commands, in turn:    {single:7.1f} s ({fleet / single - 1:+.1%} for the fleet)")


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


def _timed(*arguments: str) -> tuple[float, bytes]:
    started = time.perf_counter()
    done = subprocess.run([*PROGRAM, *arguments], stdout=subprocess.PIPE, check=True)
    return time.perf_counter() - started, done.stdout


if __name__ == "__main__":
    main()
