"""Measure onepath beside LibCST's rename codemod and a plain search, on the same rename.

    python benchmarks/run.py --files 1000 --files 10000 --libcst-files 50

Every tool runs as a whole process, in turn, after a warm-up of each; medians are shown. What is
compared, and how it is fair, is said in benchmarks/README.md.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from measure import Measurement, measure

HERE = Path(__file__).resolve().parent
WORK = HERE.parent / "build" / "benchmarks"
BASE = "onepath, cold"


@dataclass(frozen=True)
class Subject:
    """A repository, the one rename to measure in it, and the files that mention the old name."""

    repository: Path
    old: str
    new: str
    python_files: int
    mentioned: list[str]


@dataclass
class Job:
    """One tool's way to do it."""

    name: str
    command: list[str]
    folder: Path
    accepted: tuple[int, ...] = (0,)
    prepare: Callable[[], None] = lambda: None
    changed: Callable[[], int] | None = None
    """How many files the last run changed, or would; asked outside of what is measured."""
    shown: bool = True
    runs: list[Measurement] = field(default_factory=list)

    def run(self) -> Measurement:
        self.prepare()
        return measure(self.command, self.folder, self.accepted)

    @property
    def wall(self) -> float:
        return statistics.median(run.wall for run in self.runs)


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
        old,
        pairs[old],
        len(git(repository, "ls-files", "--", "*.py")),
        [path for path in git(repository, *both) if (repository / path).is_file()],
    )


def sample(paths: list[str], count: int | None) -> list[str]:
    """`count` of the paths, evenly spread; all of them if it is None or too large."""
    if count is None or count >= len(paths):
        return paths
    return [paths[i * len(paths) // count] for i in range(count)]


class Scratch:
    """A copy of some files, for a tool that writes in place."""

    def __init__(self, repository: Path, paths: list[str], folder: Path) -> None:
        self._contents = [(folder / path, (repository / path).read_bytes()) for path in paths]

    def restore(self) -> None:
        for target, data in self._contents:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)

    def changed(self) -> int:
        return sum(target.read_bytes() != data for target, data in self._contents)


def planned(plan: list[str], folder: Path) -> int:
    """How many files a dry run of onepath would change.

    Raises:
        SystemExit: If it fails.
    """
    done = subprocess.run(
        [*plan[:-1], "json"], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(plan)}\n{done.stderr}")
    phases = json.loads(done.stdout)["phases"]
    return len({change["path"] for phase in phases for change in phase["changes"]})


def jobs_for(subject: Subject, migrate: str, libcst_files: int | None, scratch: Path) -> list[Job]:
    """The tools to compare, each with the same rename of the same name."""
    config = scratch / "one-rename.toml"
    config.write_text(f'[imports]\n"{subject.old}" = "{subject.new}"\n')
    common = git(subject.repository, "rev-parse", "--git-common-dir")[0]
    cache = (subject.repository / common).resolve() / "onepath"
    options = ["--repo", str(subject.repository), "--config", str(config)]
    plan = [migrate, *options, "--dry-run", "--format", "stat"]

    paths = sample(subject.mentioned, libcst_files)
    copy = scratch / "copy"
    copy.mkdir()
    empty = copy / "nothing_to_rename.py"
    empty.write_text("")
    module, _, name = subject.new.rpartition(".")
    rename = ["--old_name", subject.old, "--new_name", f"{module}:{name}"]
    codemod = [
        sys.executable, "-m", "libcst.tool", "codemod", "rename.RenameCommand", *rename,
        "--no-format", "--hide-progress", "--jobs", "2",
    ]  # fmt: skip
    files = Scratch(subject.repository, paths, copy)
    # LibCST ends with 1 when it could not parse one of the files.
    libcst = Job("LibCST rename, 2 jobs", [*codemod, *paths], copy, (0, 1), files.restore)
    libcst.changed = files.changed
    cold = Job(BASE, plan, scratch, prepare=lambda: shutil.rmtree(cache, ignore_errors=True))
    cold.changed = lambda: planned(plan, scratch)
    jobs = [cold, Job("onepath, warm", plan, scratch), libcst]
    if len(paths) < len(subject.mentioned):
        libcst.name += f", scaled from {len(paths)} of {len(subject.mentioned)} files"
        jobs.append(Job("LibCST, start only", [*codemod, empty.name], copy, (0, 1), shown=False))
    old_name = subject.old.rpartition(".")[2]
    search = ["git", "grep", "-lw", old_name, "--", "*.py"]
    return [*jobs, Job("git grep -lw (search only)", search, subject.repository, (0, 1))]


def run_in_turn(jobs: list[Job], runs: int) -> None:
    """Warm every job up, then run them A B C A B C ..., so that a busy minute hits all alike."""
    for job in jobs:
        say(f"  warm-up: {job.name}")
        job.run()
    for number in range(1, runs + 1):
        for job in jobs:
            job.runs.append(job.run())
            say(f"  run {number} of {runs}: {job.name}: {job.runs[-1].wall:.2f} s")


def scaled_walls(jobs: list[Job], subject: Subject, libcst_files: int | None) -> dict[str, float]:
    """The median of each job; LibCST's, where it saw a sample, scaled to all files by size.

    Its start, measured beside it, is not scaled.
    """
    walls = {job.name: job.wall for job in jobs}
    start = next((job.wall for job in jobs if not job.shown), None)
    if start is not None:
        total = size(subject, subject.mentioned)
        factor = total / size(subject, sample(subject.mentioned, libcst_files))
        name = next(job.name for job in jobs if "scaled" in job.name)
        walls[name] = start + max(walls[name] - start, 0) * factor
    return walls


def size(subject: Subject, paths: list[str]) -> int:
    return sum((subject.repository / path).stat().st_size for path in paths)


def measure_subject(subject: Subject, options: argparse.Namespace) -> dict[str, Any]:
    """All measurements for one repository, as a JSON document."""
    say(f"{subject.repository}: {subject.old} -> {subject.new}")
    with tempfile.TemporaryDirectory(prefix="onepath-benchmark-") as folder:
        jobs = jobs_for(subject, options.migrate, options.libcst_files, Path(folder))
        run_in_turn(jobs, options.runs)
        walls = scaled_walls(jobs, subject, options.libcst_files)
        changed = {job.name: job.changed() for job in jobs if job.changed}
    for name, count in changed.items():
        if not count:
            raise SystemExit(f"{name}: changed nothing, so there is nothing to compare")
    return {
        "repository": subject.repository.name,
        "python_files": subject.python_files,
        "old": subject.old,
        "new": subject.new,
        "files_that_mention_it": len(subject.mentioned),
        "libcst_files": len(sample(subject.mentioned, options.libcst_files)),
        "runs": options.runs,
        "jobs": [
            {
                "name": job.name,
                "files_changed": changed.get(job.name),
                "wall_seconds": round(walls[job.name], 3),
                "walls_measured": [round(run.wall, 3) for run in job.runs],
                "peak_mb": _megabytes([run.peak for run in job.runs]),
                "largest_process_mb": _megabytes([run.largest for run in job.runs]),
                "times_base": round(walls[job.name] / walls[BASE], 3),
            }
            for job in jobs
            if job.shown
        ],
    }


def _megabytes(values: list[int | None] | list[int]) -> float | None:
    known = [value for value in values if value is not None]
    return round(max(known) / 1e6, 1) if known else None


def table(result: dict[str, Any]) -> str:
    """One repository's measurements for people to read."""
    files, mentioned = result["python_files"], result["files_that_mention_it"]
    lines = [
        f"{result['repository']}: {files:,} Python files, {mentioned} mention {result['old']}",
        f"median wall time of {result['runs']} runs each, in turn; highest memory of all processes",
        "",
        f"{'':56}{'wall s':>9}{'peak MB':>9}{'x cold':>8}{'changed':>9}",
    ]
    for job in result["jobs"]:
        peak = "-" if job["peak_mb"] is None else f"{job['peak_mb']:.0f}"
        changed = "" if job["files_changed"] is None else str(job["files_changed"])
        numbers = f"{job['wall_seconds']:9.2f}{peak:>9}{job['times_base']:8.2f}{changed:>9}"
        lines.append(f"{job['name']:56}{numbers}")
    return "\n".join(lines) + "\n"


def environment() -> dict[str, Any]:
    """What the numbers depend on."""
    return {
        "python": platform.python_version(),
        "libcst": importlib.metadata.version("libcst"),
        "git": git(Path(), "version")[0].split()[2],
        "system": platform.system(),
        "cores": os.cpu_count(),
    }


def note_if_busy() -> None:
    """Say so when the machine is doing other things: ratios hold better than seconds then."""
    load = os.getloadavg()[0]
    if load > (os.cpu_count() or 1) / 2:
        say(f"note: the machine is busy (load {load:.1f}); compare ratios, not seconds")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def subjects(options: argparse.Namespace) -> Iterator[Subject]:
    """The repositories to measure in, made where they are not there yet."""
    if options.repository:
        config = options.config or options.repository / "migrate.toml"
        yield choose(options.repository.resolve(), config)
    for files in options.files or ([] if options.repository else [1000]):
        out = options.work / f"synthetic-{files}"
        out.parent.mkdir(parents=True, exist_ok=True)
        say(f"making {out.name} (kept for the next time)")
        generator = [sys.executable, str(HERE / "make_repository.py"), str(out), "--reuse"]
        subprocess.run([*generator, "--files", str(files), "--seed", options.seed], check=True)
        yield choose(out, out / "migrate.toml")


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure onepath beside its peers.")
    add = parser.add_argument
    add("--files", type=int, action="append", metavar="N", help="a synthetic repository; repeat")
    add("--repository", type=Path, help="a repository of yours; its onepath cache is deleted")
    add("--config", type=Path, help="its migrate.toml with [imports]; by default its own")
    add("--runs", type=int, default=5, help="measured runs of each tool, after a warm-up")
    add("--libcst-files", type=int, metavar="K", help="give LibCST K of the files and scale")
    add("--seed", default="1", help="of the synthetic repositories")
    add("--work", type=Path, default=WORK, help="where synthetic repositories are kept")
    add("--migrate", default=str(Path(sys.executable).with_name("migrate")), help="the command")
    add("--json", action="store_true", help="print one JSON document instead of tables")
    options = parser.parse_args(arguments)
    if options.runs < 1 or (options.libcst_files is not None and options.libcst_files < 1):
        parser.error("--runs and --libcst-files must be at least 1")
    return options


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    note_if_busy()
    results = [measure_subject(subject, options) for subject in subjects(options)]
    if options.json:
        print(json.dumps({"schema": 1, **environment(), "results": results}, indent=1))
    else:
        about = environment()
        print(", ".join(f"{name} {value}" for name, value in about.items()), end="\n\n")
        print("\n".join(map(table, results)), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
