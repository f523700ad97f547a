"""Migrates pinned public packages and looks whether anything that worked does not any more.

    acceptance.py --list LIST --sources FOLDER [--only NAME ...] [--python PYTHON] [--tests]

For each package and each case of the list a git repository is made of its source distribution, the
case is applied, and before and after it every module is imported first, in a process of its own,
and the object behind every public name is compared. Damage makes the exit status 1.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_IDENTITY = {
    **os.environ, "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1", "PYTHONHASHSEED": "0",
    "GIT_CONFIG_GLOBAL": os.devnull,
    **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
       for what, value in (("NAME", "Acceptance"), ("EMAIL", "acceptance@example.invalid"))},
}  # fmt: skip
_LOOK = """
import importlib, json, sys
module = importlib.import_module(sys.argv[1])
def said(value):
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    kind = type(value)
    return f"{kind.__module__}.{kind.__qualname__} {getattr(value, '__module__', '')} {name or ''}"
names = {n: said(v) for n, v in vars(module).items() if not n.startswith("_")}
print("\\n" + json.dumps(names))
"""
_LONGEST = 120


@dataclass
class Result:
    """What became of one case."""

    package: str
    case: str
    modules: int = 0
    files: int = 0
    edits: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    damage: list[str] = field(default_factory=list)
    seconds: float = 0
    tests: str = ""


class Package:
    """A package of the list.

    Args:
        name: Its name.
        entry: Its table in the list.
        options: Of the command line.
    """

    def __init__(self, name: str, entry: Mapping[str, Any], options: argparse.Namespace) -> None:
        self.name = name
        self._entry = entry
        self._options = options
        self._env = {**_IDENTITY, "PYTHONPATH": ""}

    def results(self) -> Iterator[Result]:
        """Each case, migrated and looked at."""
        with tempfile.TemporaryDirectory() as scratch:
            top = Path(scratch) / "package"
            self._unpack(top)
            before = self._look(top)
            for number, case in enumerate(self._cases()):
                copy = Path(scratch) / f"case{number}"
                _run(["git", "clone", "--quiet", str(top), str(copy)], Path(scratch), self._env)
                yield self._result(case, copy, before)

    def _cases(self) -> list[list[list[str]]]:
        found = []
        for definition, facade in self._entry["symbols"]:
            found += [
                [["rename", definition, facade, "--yes"]],
                [["rename", definition, facade, "--inside", "--yes"]],
                [["rename", facade, definition, "--yes"]],
                [["init", "--canonical", facade], ["apply"]],
                [["init", "--canonical", definition], ["apply"]],
            ]
        return found

    def _unpack(self, top: Path) -> None:
        [archive] = Path(self._options.sources).glob(f"{self._entry['sdist']}*.tar.gz")
        with tarfile.open(archive) as tar:
            tar.extractall(top.parent / "sdist", filter="data")
        [inner] = (top.parent / "sdist").iterdir()
        shutil.move(inner, top)
        for arguments in (["init", "--quiet", "-b", "main"], ["add", "-A", "-f"],
                          ["commit", "--quiet", "-m", "as published"]):  # fmt: skip
            _run(["git", *arguments], top, self._env)

    def _result(
        self, case: Sequence[Sequence[str]], top: Path, before: Mapping[str, Any]
    ) -> Result:
        words = [" ".join(one for one in command if one != "--yes") for command in case]
        result = Result(self.name, "; ".join(words), modules=_importable(before))
        start = time.monotonic()
        for command in case:
            code, said = _run([*self._options.migrate.split(), *command], top, self._env)
            if code not in (0, 3):
                result.damage.append(f"exit {code}: {(said.strip().splitlines() or ['-'])[-1]}")
        result.seconds = time.monotonic() - start
        refs = ["git", "for-each-ref", "--format=%(refname)", "refs/heads/migrate"]
        branches = _run(refs, top, self._env)[1].split()
        if branches:
            _run(["git", "checkout", "--quiet", branches[-1]], top, self._env)
            stat = _run(["git", "diff", "--shortstat", "main"], top, self._env)[1]
            result.files = int(stat.split()[0]) if stat.split() else 0
            result.damage += _differences(before, self._look(top))
            result.damage += self._undefined(top)
        return result

    def _undefined(self, top: Path) -> list[str]:
        """New findings of ruff about undefined, redefined and unused names."""
        changed = _run(["git", "diff", "--name-only", "main", "--", "*.py"], top, self._env)[1]
        counts = {}
        for state in ("main", "HEAD"):
            found: Counter[str] = Counter()
            for path in changed.split():
                text = subprocess.run(
                    ["git", "show", f"{state}:{path}"], cwd=top, capture_output=True, check=False
                ).stdout
                done = subprocess.run(
                    [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select",
                     "F821,F811,F401", "--output-format", "concise", "--stdin-filename", path, "-"],
                    input=text, cwd=top, capture_output=True, check=False,
                )  # fmt: skip
                for line in done.stdout.decode().splitlines():
                    where, _, what = line.partition(" ")
                    if ":" in where:
                        found[f"{path}: {what}"] += 1
            counts[state] = found
        return [f"new: {what}" for what in (counts["HEAD"] - counts["main"])]

    def _look(self, top: Path) -> dict[str, Any]:
        """Module -> its public names, or what is said when it is imported first."""
        root = top / self._entry.get("root", ".")
        modules = []
        for package in self._entry["packages"]:
            for file in sorted((root / package).rglob("*.py")):
                parts = list(file.relative_to(root).with_suffix("").parts)
                if all(part.isidentifier() for part in parts):
                    modules.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
        env = {**self._env, "PYTHONPATH": str(root)}
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            said = pool.map(lambda one: self._say(one, top, env), modules)
            return dict(zip(modules, said, strict=True))

    def _say(self, module: str, top: Path, env: Mapping[str, str]) -> Any:
        code, said = _run([self._options.python, "-c", _LOOK, module], top, env)
        last = (said.strip().splitlines() or ["nothing"])[-1]
        return json.loads(last) if not code else last.replace(str(top), "")


def _importable(said: Mapping[str, Any]) -> int:
    return sum(isinstance(one, dict) for one in said.values())


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    found = []
    for module, was in before.items():
        now = after.get(module)
        if not isinstance(was, dict):
            continue
        if not isinstance(now, dict):
            found.append(f"import {module}: {now or 'the module is gone'}")
            continue
        found += [
            f"{module}.{name}: {value} -> {now.get(name, 'gone')}"
            for name, value in was.items()
            if now.get(name) != value
        ]
    return found


def _run(arguments: Sequence[str], folder: Path, env: Mapping[str, str]) -> tuple[int, str]:
    try:
        done = subprocess.run(
            arguments, cwd=folder, env=dict(env), capture_output=True, check=False,
            text=True, errors="replace", timeout=_LONGEST, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return 124, f"no end within {_LONGEST} s"
    return done.returncode, done.stdout + done.stderr


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--list", type=Path, default=Path(__file__).with_name("acceptance.toml"))
    parser.add_argument("--sources", type=Path, required=True)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--migrate", default=str(Path(sys.executable).with_name("migrate")))
    parser.add_argument("--python", default=sys.executable)
    options = parser.parse_args()
    damaged = 0
    for name, entry in tomllib.loads(options.list.read_text()).items():
        if options.only and name not in options.only:
            continue
        for result in Package(name, entry, options).results():
            state = "damage" if result.damage else "holds"
            print(
                f"{state:7}{result.package:12} {result.case}: {result.files} files, "
                f"{result.modules} modules, {result.seconds:.1f} s", flush=True,
            )  # fmt: skip
            for line in result.damage:
                print(f"       {line[:200]}", flush=True)
            damaged += bool(result.damage)
    sys.exit(1 if damaged else 0)


if __name__ == "__main__":
    main()
