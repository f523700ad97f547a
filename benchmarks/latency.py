"""What a shared place costs that answers late.

    python benchmarks/latency.py [--files 1000] [--milliseconds 0 --milliseconds 50]

It makes a synthetic repository, and audits it with a shared place that answers each request after
so many milliseconds, as an object store does: with an empty place, which the audit fills; as a
fresh clone for which the whole audit is there; and as one for which nothing but the facts is. The
place is a folder behind a file system of fsspec that waits, and of which fsspec asks as much at a
time as of any store.
"""

import argparse
import asyncio
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from fsspec import register_implementation
from fsspec.asyn import AsyncFileSystem

from measure import measure

HERE = Path(__file__).resolve()
WAIT = "LATENCY_SECONDS"
KINDS_BESIDE_FACTS = ("outcomes", "dependencies", "figures")


class LateFileSystem(AsyncFileSystem):  # type: ignore[misc]
    """Files of this machine, each request for one answered after a while."""

    protocol = "late"

    async def _cat_file(self, path: str, *_: Any, **__: Any) -> bytes:
        await asyncio.sleep(float(os.environ[WAIT]))
        return Path(path).read_bytes()

    async def _pipe_file(self, path: str, value: bytes, *_: Any, **__: Any) -> None:
        await asyncio.sleep(float(os.environ[WAIT]))
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(value)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--milliseconds", type=int, action="append")
    parser.add_argument("--folder", type=Path, default=HERE.parents[1] / "build" / "benchmarks")
    given = parser.parse_args()
    repository = (given.folder / f"f{given.files}").resolve()
    make = [sys.executable, HERE.parent / "synthetic" / "make_repository.py", repository]
    measure([*map(str, make), "--files", str(given.files), "--reuse"], Path())
    print("| milliseconds | run | CPU | elapsed |\n|---|---|---|---|")
    for milliseconds in given.milliseconds or [0, 50]:
        os.environ[WAIT] = str(milliseconds / 1000)
        place = given.folder.resolve() / "late"
        shutil.rmtree(place, ignore_errors=True)
        os.environ["ONEPATH_CACHE"] = f"late://{place}"
        for name in ("empty place", "whole audit shared", "facts alone shared"):
            if name.startswith("facts"):
                for folder in place.rglob("*"):
                    if folder.is_dir() and folder.name in KINDS_BESIDE_FACTS:
                        shutil.rmtree(folder)
            shutil.rmtree(repository / ".git" / "onepath", ignore_errors=True)
            command = [sys.executable, str(HERE), "migrate", "--jobs", "2", "audit"]
            took = measure([*command, "--format", "json"], repository, (0, 1))
            print(f"| {milliseconds} | {name} | {took.cpu:.1f} s | {took.wall:.1f} s |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["migrate"]:
        register_implementation("late", LateFileSystem)
        del sys.argv[0]
        from onepath_cli.start import main as migrate

        migrate()
    else:
        main()
