"""Changes the code in small ways, one at a time, and lists those that no near test notices.

    python -m tests.mutants.run [--seed 2] [--only engine/onepath/proof] [--mutants 3] [--again]

`mutants.toml` names the folders and the tests nearest to each, and how many mutants of a module
are drawn. Results are kept in `build/mutants`; `--again` tries those of the same seed once more
that survived.
"""

import argparse
import json
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "mutants"


def read(log: Path) -> list[dict[str, Any]]:
    """The results that a run has left, if there was one."""
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return [json.loads(line) for line in lines]


def try_folder(folder: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Run the tests of a folder for each of its mutants; the results go to the log."""
    keyword = ["-k", folder["keyword"]] if "keyword" in folder else []
    # Outside of this repository: a folder below it would be taken for a part of it.
    with TemporaryDirectory() as temporary:
        subprocess.run(
            [
                sys.executable, "-m", "pytest", "-p", "tests.mutants.trial", "-xqs",
                "-p", "no:cacheprovider", f"--basetemp={temporary}/tests",
                "--hypothesis-profile=mutants", *keyword, f"--mutants={json.dumps(wanted)}",
                *folder["tests"],
            ],
            cwd=ROOT, check=True, stdout=subprocess.PIPE,
        )  # fmt: skip


def main() -> None:
    """Try the mutants of every folder, or of those that are asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1, help="another one draws other mutants")
    parser.add_argument("--only", action="append", help="a folder of the table; repeatable")
    parser.add_argument("--mutants", type=int, help="how many of each module, in every folder")
    parser.add_argument("--again", action="store_true", help="only those that survived last time")
    asked = parser.parse_args()
    table = tomllib.loads(Path(__file__).with_name("mutants.toml").read_text(encoding="utf-8"))
    for folder in table["folder"]:
        modules = folder["modules"]
        if asked.only and modules not in asked.only:
            continue
        log = BUILD / f"{modules.replace('/', '.')}-{asked.seed}.jsonl"
        before = read(log)
        survivors = [one for one in before if one["outcome"] == "survived"]
        if asked.again and not survivors:
            continue
        log.parent.mkdir(parents=True, exist_ok=True)
        log.unlink(missing_ok=True)
        try_folder(folder, {
            "modules": modules, "operators": table["operators"], "seed": asked.seed,
            "apart": [one["modules"] for one in table["folder"] if one["modules"] != modules],
            "mutants": folder["mutants"] if asked.mutants is None else asked.mutants,
            "again": [[one["path"], *one["diff"]] for one in survivors] if asked.again else [],
            "log": str(log),
        })  # fmt: skip
        results = read(log)
        for one in results:
            if one["outcome"] != "killed":
                print(f"{one['path']}:{one['line']}: {one['outcome']}", *one["diff"], sep="\n    ")
        outcomes = Counter(one["outcome"] for one in results)
        outcomes.pop("incompetent", None)
        told = outcomes.total() - outcomes["survived"]
        print(f"{modules}: {told} of {outcomes.total()} killed", flush=True)


if __name__ == "__main__":
    main()
