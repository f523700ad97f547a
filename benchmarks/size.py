"""How time and memory grow with a repository.

    python benchmarks/size.py --files 10000 --files 50000 [--jobs 2] [--folder build/benchmarks]

It makes a synthetic repository of each size, and runs `migrate audit` and `migrate --dry-run` in
it, each with an empty cache, and the audit once more with what the first one has kept. CPU is that
of all processes; memory is that of all of them together at the worst moment, shared pages counted
once.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from measure import Measurement, measure

HERE = Path(__file__).resolve().parent
PROGRAM = (sys.executable, "-c", "from onepath_cli.start import main; main()")
RUNS = {
    "audit, cold": ("audit", "--format", "json"),
    "audit, warm": ("audit", "--format", "json"),
    "dry run, cold": ("--dry-run", "--format", "stat"),
}
MEBI = 1 << 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, action="append", required=True)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=HERE.parent / "build" / "benchmarks")
    given = parser.parse_args()
    print("| files | of them Python | run | CPU | elapsed | memory |\n|---|---|---|---|---|---|")
    for count in given.files:
        folder = (given.folder / f"f{count}").resolve()
        make = [
            sys.executable,
            HERE / "synthetic" / "make_repository.py",
            folder,
            "--files",
            str(count),
        ]
        subprocess.run([*make, "--reuse"], check=True, stdout=subprocess.DEVNULL)
        listed = subprocess.run(
            ["git", "-C", folder, "ls-files"], check=True, capture_output=True, text=True
        ).stdout.splitlines()
        python = sum(path.endswith(".py") for path in listed)
        for name, arguments in RUNS.items():
            if name.endswith("cold"):
                shutil.rmtree(folder / ".git" / "onepath", ignore_errors=True)
            took = measure([*PROGRAM, "--jobs", str(given.jobs), *arguments], folder, (0, 1))
            print(f"| {len(listed):,} | {python:,} | {name} | {_cells(took)} |", flush=True)


def _cells(took: Measurement) -> str:
    memory = "-" if took.peak is None else f"{took.peak / MEBI:,.0f} MiB"
    return f"{took.cpu:.1f} s | {took.wall:.1f} s | {memory}"


if __name__ == "__main__":
    main()
