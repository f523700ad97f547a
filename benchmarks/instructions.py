"""Count the instructions of a plan and of an audit, and compare them with the last that were kept.

    python benchmarks/instructions.py            # ends with 1 if one has grown by more than 5 %
    python benchmarks/instructions.py --keep     # writes benchmarks/instructions.json

Valgrind counts what the processor does, so that a busy machine changes nothing. What is kept and
compared is the ratio to `ast.parse` of the same files, counted in the same run: another build of
Python counts otherwise, for both. Ratios are kept for each version of Python; with another one, or
without Valgrind, nothing is compared, and that is said.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools import MIGRATE, PARSE, compile_sources

HERE = Path(__file__).resolve().parent
KEPT = HERE / "instructions.json"
MORE = 1.05
"""What is still taken for the same."""
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
_COLLECTED = re.compile(r"Collected : (\d+)")


def count(command: Sequence[str], folder: Path, fed: str = "") -> int:
    """The instructions of one process, without its children.

    Raises:
        SystemExit: It fails, or Valgrind does.
    """
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*valgrind, *command],
        cwd=folder,
        input=fed,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    collected = _COLLECTED.search(done.stderr)
    if done.returncode not in (0, 1) or collected is None:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr[-2000:]}")
    return int(collected[1])


def ratios(folder: Path) -> dict[str, float]:
    """The instructions of each command, as a ratio to those of parsing the same files."""
    compile_sources()
    demo = folder / "demo"
    build = [sys.executable, str(HERE.parent / "fixtures" / "build_demo.py"), str(demo)]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    listed = subprocess.run(
        ["git", "-C", demo, "ls-files", "*.py"], check=True, capture_output=True, text=True
    ).stdout
    parsing = count([sys.executable, "-c", PARSE], demo, listed)
    cache = demo / ".git" / "onepath"
    found = {}
    for name, arguments in (
        ("plan", ("--dry-run", "--format", "json")),
        ("audit", ("audit", "--format", "json")),
    ):
        shutil.rmtree(cache, ignore_errors=True)
        command = [*MIGRATE, "--jobs", "1", "--quiet", *arguments]
        found[name] = round(count(command, demo) / parsing, 4)
    return found


def compare(now: Mapping[str, float], kept: Mapping[str, float]) -> list[str]:
    """One line for each command that takes more instructions than are kept."""
    return [
        f"{name}: {now[name]:.2f} times the parsing, {kept[name]:.2f} before "
        f"({now[name] / kept[name] - 1:+.1%})"
        for name in now
        if name in kept and now[name] > MORE * kept[name]
    ]


def main() -> None:
    """Count, and keep or compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--keep", action="store_true", help="keep what is counted")
    given = parser.parse_args()
    if shutil.which("valgrind") is None:
        print("instructions: not counted, Valgrind is not installed")
        return
    with tempfile.TemporaryDirectory(prefix="onepath-instructions-") as folder:
        now = ratios(Path(folder))
    for name, ratio in now.items():
        print(f"{name}: {ratio:.2f} times the instructions of parsing the files")
    every = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    if given.keep:
        text = json.dumps({**every, VERSION: now}, indent=2, sort_keys=True)
        KEPT.write_text(f"{text}\n", encoding="utf-8")
    elif VERSION not in every:
        print(f"instructions: nothing to compare with, none are kept for Python {VERSION}")
    elif slower := compare(now, every[VERSION]):
        raise SystemExit("\n".join(["more instructions than before:", *slower]))


if __name__ == "__main__":
    main()
