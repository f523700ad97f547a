"""Measure onepath beside its peers, and its own commands beside a bare scan.

    python benchmarks/run.py --files 1000 --files 10000 --write benchmarks/RESULTS.md
    python benchmarks/run.py --repository ../ours --config ../ours/migrate.toml

What is compared, and how it is fair, is said in benchmarks/README.md.
"""

import argparse
import importlib.metadata
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import changes
from measure import measure
from subject import Subject, choose, git
from table import Row, table
from tools import Peers, Tool, compile_sources, definition_rename, ruff_scan

HERE = Path(__file__).resolve().parent
WORK = HERE.parent / "build" / "benchmarks"
PEERS = ("libcst", "bowler", "rope", "ast-grep-cli", "ruff", "grimp")


def run_in_turn(tools: Sequence[Tool], runs: int) -> Iterator[str]:
    """Warm every tool up, then run them A B C A B C ..., so that a busy minute hits all alike.

    Yields:
        The lines of a table, and which peers end with an error in this repository.
    """
    able, unable = [], []
    for tool in tools:
        say(f"  warm-up: {tool.name}")
        try:
            tool.run()
        except SystemExit as end:
            if not tool.is_peer:
                raise
            say(str(end))
            unable.append(tool.name)
        else:
            able.append(tool)
    for number in range(1, runs + 1):
        for tool in able:
            tool.runs.append(tool.run())
            say(f"  run {number} of {runs}: {tool.name}: {tool.runs[-1].cpu:.2f} s")
    yield from table([_row(tool) for tool in able])
    if unable:
        yield ""
        yield f"Ended with an error here: {'; '.join(unable)}."


def _row(tool: Tool) -> Row:
    start = measure(tool.start, tool.folder, tool.accepted) if tool.start else None
    counted = tool.outcome() if tool.outcome is not None else None
    if counted is not None and not counted.changed:
        raise SystemExit(f"{tool.name}: changed nothing, so there is nothing to compare")
    return Row(tool.name, tool.runs, counted, tool.factor, start)


def section(subject: Subject, options: argparse.Namespace) -> Iterator[str]:
    """All that is measured in one repository, as lines of Markdown."""
    say(f"{subject.repository}: {subject.old} -> {subject.new}")
    runs = "1 run" if options.runs == 1 else f"{options.runs} runs"
    yield f"## {subject.repository.name}: {subject.python_files:,} Python files, {runs}"
    yield ""
    yield f"One path becomes another: `{subject.old}`, mentioned in {len(subject.mentioned)} files,"
    yield f"becomes `{subject.new}`."
    yield environment()
    yield ""
    with tempfile.TemporaryDirectory(prefix="onepath-benchmark-") as folder:
        peers = Peers(subject, Path(folder), options.libcst_files)
        yield from run_in_turn(peers.tools(), options.runs)
    yield ""
    if subject.python_files <= options.rope_files:
        with tempfile.TemporaryDirectory(prefix="onepath-benchmark-") as folder:
            renaming = definition_rename(subject, Path(folder))
            if renaming:
                yield "The class itself gets another name, with all that refers to it:"
                yield ""
                tools = [ruff_scan(subject.repository), *renaming]
                yield from run_in_turn(tools, options.runs)
                yield ""
    yield "The commands of onepath, for all of the configuration, and after one changed file:"
    yield ""
    with tempfile.TemporaryDirectory(prefix="onepath-benchmark-") as folder:
        clone = changes.Clone(subject.repository, Path(folder))
        rows = []
        for row in changes.rows(clone, subject.config, options.changed, options.runs, 1):
            say(f"  {row.name}: {row.cpu:.2f} s")
            rows.append(row)
        yield from table(rows)
    yield ""


def environment() -> str:
    """What the numbers depend on, in a line."""
    versions = [f"Python {platform.python_version()}"]
    versions += [f"{name} {importlib.metadata.version(name)}" for name in PEERS]
    versions.append(f"git {git(Path(), 'version')[0].split()[2]}")
    return f"{', '.join(versions)}; {platform.system()}, {os.cpu_count()} cores."


def note_if_busy() -> None:
    """Say so when the machine is doing other things: ratios hold better than seconds then."""
    load = os.getloadavg()[0]
    if load > (os.cpu_count() or 1) / 2:
        say(f"note: the machine is busy (load {load:.1f}); compare ratios, not seconds")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def subjects(options: argparse.Namespace) -> Iterator[Subject]:
    """The repositories to measure in, made where they are not there yet."""
    for files in options.files or ([] if options.repository else [1000]):
        out = options.work / f"synthetic-{files}"
        out.parent.mkdir(parents=True, exist_ok=True)
        say(f"making {out.name} (kept for the next time)")
        script = HERE / "synthetic" / "make_repository.py"
        generator = [sys.executable, str(script), str(out), "--reuse"]
        subprocess.run([*generator, "--files", str(files), "--seed", options.seed], check=True)
        yield choose(out.resolve(), (out / "migrate.toml").resolve())
    if options.repository:
        config = options.config or options.repository / "migrate.toml"
        yield choose(options.repository.resolve(), config.resolve())


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure onepath beside its peers.")
    add = parser.add_argument
    add("--files", type=int, action="append", metavar="N", help="a synthetic repository; repeat")
    add("--repository", type=Path, help="a repository of yours; it is only read")
    add("--config", type=Path, help="its migrate.toml with [imports]; by default its own")
    add("--runs", type=int, default=3, help="measured runs of each command, after a warm-up")
    add("--changed", type=int, default=3, help="files to change, one at a time, for each kind")
    add("--libcst-files", type=int, metavar="K", help="give LibCST K of the files and scale")
    add("--rope-files", type=int, default=1500, help="no rope in repositories with more files")
    add("--seed", default="1", help="of the synthetic repositories")
    add("--work", type=Path, default=WORK, help="where synthetic repositories are kept")
    add("--write", type=Path, help="the tables of these repositories go there")
    options = parser.parse_args(arguments)
    if options.runs < 1 or (options.libcst_files is not None and options.libcst_files < 1):
        parser.error("--runs and --libcst-files must be at least 1")
    return options


def main(arguments: Sequence[str]) -> None:
    """Measure, and write the tables."""
    options = parse(arguments)
    note_if_busy()
    compile_sources()
    lines = [
        "# Measured",
        "",
        "Written by `benchmarks/run.py`; `README.md` beside it says what is measured, and how.",
        "Each number is of a whole process, run in turn with the others: the median, and the",
        "range. The ratio is of CPU time to ruff's scan of the same files in the same run; the",
        "rest depends on the machine.",
        "",
    ]
    for subject in subjects(options):
        lines += section(subject, options)
    text = "\n".join(lines)
    if options.write is None:
        print(text)
    else:
        earlier = options.write.read_text(encoding="utf-8") if options.write.exists() else ""
        options.write.write_text(with_earlier(text, earlier), encoding="utf-8")


def with_earlier(text: str, earlier: str) -> str:
    """Tables with those that an earlier run has written of other repositories."""
    start, *new = re.split(r"(?m)^(?=## )", text)
    measured = {part.partition(":")[0] for part in new}
    old = re.split(r"(?m)^(?=## )", earlier)[1:]
    kept = [part for part in old if part.partition(":")[0] not in measured]
    return start + "\n\n".join(part.strip("\n") for part in (*kept, *new)) + "\n"


if __name__ == "__main__":
    main(sys.argv[1:])
