"""Make a synthetic git repository with a fragmented class in it, of any size.

    python benchmarks/synthetic/make_repository.py OUT --files 10000 --seed 1

The code is made up; how many import statements of which form and context, dotted strings and
factory calls lead to the class, through which modules, is what the shape file counts, scaled to
the number of files. The same arguments give the same commit id on every machine.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple

import filler
import sites
import target

HERE = Path(__file__).resolve().parent
SHAPE = HERE / "websocket-shape.json"
MARKER = "onepath-benchmark"

AREAS = (
    ("netra_backend/app/agents", 9), ("netra_backend/app/services", 9),
    ("netra_backend/app/routes", 4), ("netra_backend/app/core", 5), ("netra_backend/app/db", 4),
    ("netra_backend/app/schemas", 3), ("netra_backend/tests", 14), ("auth_service", 4),
    ("shared", 2), ("scripts", 8), ("tests/unit", 14), ("tests/integration", 12),
    ("tests/e2e", 8), ("tests/mission_critical", 4),
)  # fmt: skip
"""Where files lie, and how many of a hundred."""

CONSUMERS = 0.16
"""The share of files that import from the fragmented package."""
STRING_FILES = 0.012
"""The share of files that hold its dotted strings; these come many at a time."""
SPREAD = 0.8
"""The sigma of the log-normal distribution of file lengths."""
LOGGER = "\nlogger = logging.getLogger(__name__)\n"
BROKEN = (
    "\n<<<<<<< HEAD\nLIMIT = 1\n=======\nLIMIT = 2\n>>>>>>> feature\n",
    "\ndef unfinished(value:\n    return value\n",
    '\nMESSAGE = "no end\n',
)


class Slot(NamedTuple):
    """A file to be written."""

    path: str
    module: str
    is_test: bool


def slot(path: str) -> Slot:
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return Slot(path, module, path.rpartition("/")[2].startswith("test_"))


def package_slots(shape: Mapping[str, Any]) -> list[Slot]:
    """The modules of the fragmented package, its shims, and the packages they lie in."""
    modules = {name for name, entry in shape["modules_imported"].items() if entry["module_exists"]}
    modules |= set(target.SOURCES)
    parents = {name.rpartition(".")[0] for name in modules}
    while missing := {p.rpartition(".")[0] for p in parents} - parents - {""}:
        parents |= missing
    return [
        slot(f"{name.replace('.', '/')}{'/__init__' if name in parents else ''}.py")
        for name in sorted(modules | parents)
    ]


def other_slots(count: int, random_: random.Random) -> list[Slot]:
    """`count` files in the rest of the repository; application packages have an `__init__`."""
    per_folder = 25
    paths: list[str] = []
    weights = [weight for _, weight in AREAS]
    topics = random_.sample(filler.WORDS, min(len(filler.WORDS), 1 + count // (len(AREAS) * 20)))
    filled: dict[str, int] = defaultdict(int)
    while len(paths) < count:
        area = random_.choices(AREAS, weights)[0][0]
        folder = f"{area}/{random_.choice(topics)}"
        if filled[folder] >= per_folder * 4:
            continue
        if not filled[folder] and "/app/" in folder and len(paths) + 1 < count:
            paths.append(f"{folder}/__init__.py")
        filled[folder] += 1
        a, b = random_.sample(filler.WORDS, 2)
        prefix = "test_" if "tests" in area else ""
        paths.append(f"{folder}/{prefix}{a}_{b}_{len(paths)}.py")
    return [slot(path) for path in paths]


def line_counts(slots: list[Slot], mean: float, random_: random.Random) -> list[int]:
    """How long each file is to be; 0 for those that hold only what they must."""
    fixed = {module.replace(".", "/") for module in target.SHIMS}
    raw = [
        0.0
        if entry.path.endswith("__init__.py") or entry.path.removesuffix(".py") in fixed
        else min(random_.lognormvariate(0, SPREAD), 12)
        for entry in slots
    ]
    factor = mean * len(slots) / sum(raw)
    return [round(value * factor) for value in raw]


def plan(files: int, shape: Mapping[str, Any], seed: str) -> tuple[list[Slot], dict[str, Any]]:
    """Decide which files there are and what each is to hold.

    Raises:
        SystemExit: If `files` is too small for the fragmented package itself.
    """
    random_ = random.Random(f"{seed} plan")
    package = package_slots(shape)
    if files < 2 * len(package):
        raise SystemExit(f"--files {files}: the package alone has {len(package)}; ask for more")
    others = other_slots(files - len(package), random_)
    slots = [*package, *others]
    scale = files / shape["python_files"]

    ordinary = [entry for entry in others if not entry.path.endswith("__init__.py")]
    random_.shuffle(ordinary)
    broken = {entry.path for entry in ordinary[: round(shape["files_that_do_not_parse"] * scale)]}
    sound = ordinary[len(broken) :]
    consumers = sound[: max(1, round(CONSUMERS * files))]
    with_strings = consumers[: max(1, round(STRING_FILES * files))]

    held: dict[str, list[sites.Site]] = defaultdict(list)
    statements = sites.statements(shape, scale, random_)
    sites.attach_calls(statements, shape, scale, random_)
    for number, statement in enumerate(statements):
        place = consumers[number] if number < len(consumers) else random_.choice(consumers)
        held[place.path].append(sites.render(statement, number, random_))
    for site in sites.strings(shape, scale, random_):
        held[random_.choice(with_strings).path].append(site)

    lengths = line_counts(slots, shape["lines"] / shape["python_files"], random_)
    classes = [entry for entry in sound if "/app/" in entry.path and not entry.is_test]
    details = {
        "held": held,
        "lengths": dict(zip([entry.path for entry in slots], lengths, strict=True)),
        "broken": sorted(broken),
        "classes": classes,
        "numbers": {entry.path: number for number, entry in enumerate(classes)},
    }
    return slots, details


def source(entry: Slot, details: Mapping[str, Any], seed: str) -> str:
    """The text of one file."""
    length = details["lengths"][entry.path]
    is_package = entry.module.startswith(f"{target.APP}.websocket")
    own = target.source_of(entry.module) if is_package else ""
    if entry.path.endswith("__init__.py") or (own and not length):
        return f'"""The {entry.module.rpartition(".")[2]} package."""\n{_typing(own)}{own}'
    random_ = random.Random(f"{seed} {entry.path}")
    held = details["held"].get(entry.path, [])
    top = [line for site in held for line in site.top]
    bodies = ["\n" + "\n".join(site.body) + "\n\n" for site in held]
    number = details["numbers"].get(entry.path)
    if number is not None:
        bodies.append(f'\nclass {class_name(entry)}:\n    name = "{entry.module}"\n\n')
    earlier = details["classes"][:number] if number is not None else details["classes"]
    count = 0 if is_package else random_.randrange(5)
    others = random_.sample(earlier, min(len(earlier), count))
    top = [f"from {other.module} import {class_name(other)}" for other in others] + top
    if any("patch(" in body for body in bodies):
        top.insert(0, "from unittest.mock import patch")
    if any(name in body for body in bodies for name in ("importlib.", "sys.")):
        top.insert(0, "import importlib\nimport sys")
    header = filler.header(random_, is_test=entry.is_test)
    pieces = [header, *(f"{line}\n" for line in ["", *top] if top), LOGGER, own]
    taken = sum(piece.count("\n") for piece in (*pieces, *bodies))
    chunks = filler.chunks(random_, length - taken, is_test=entry.is_test)
    for body in bodies:
        chunks.insert(random_.randrange(len(chunks) + 1), body)
    if entry.path in details["broken"]:
        chunks.append(BROKEN[details["broken"].index(entry.path) % len(BROKEN)])
    return "".join((*pieces, *chunks))


def class_name(entry: Slot) -> str:
    """The class that a module of the application defines for others to import."""
    return "".join(part.title() for part in entry.module.rpartition(".")[2].split("_"))


def _typing(own: str) -> str:
    return "\nfrom typing import Any\n" if "Any" in own else ""


def configuration(shape: Mapping[str, Any]) -> str:
    """A `migrate.toml` that maps every deprecated path of the class to the canonical one."""
    paths = target.deprecated_paths(shape["modules_imported"])
    return "[imports]\n" + "".join(f'"{path}" = "{target.CANONICAL}"\n' for path in paths)


def contents(files: int, shape: Mapping[str, Any], seed: str) -> Iterator[tuple[str, str]]:
    """Yield every file of the repository: path and text."""
    slots, details = plan(files, shape, seed)
    for entry in slots:
        yield entry.path, source(entry, details, seed)
    yield "migrate.toml", configuration(shape)


def write_commit(stream: IO[bytes], made: Iterator[tuple[str, str]]) -> None:
    """Write one commit of these files as a `git fast-import` stream."""
    stream.write(
        b"commit refs/heads/main\n"
        b"committer Ada Author <ada@example.org> 1757844000 +0000\n"
        b"data 5\nstart\n"
    )
    for path, text in made:
        data = text.encode()
        stream.write(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))


def identity(files: int, shape: bytes, seed: str) -> str:
    """Names the repository that these arguments and this version of the generator give."""
    digest = hashlib.sha256(f"{files} {seed}".encode() + shape)
    for name in ("filler.py", "make_repository.py", "sites.py", "target.py"):
        digest.update((HERE / name).read_bytes())
    return digest.hexdigest()


def build(out: Path, files: int, shape_file: Path, seed: str, *, reuse: bool = False) -> None:
    """Make the repository.

    Raises:
        SystemExit: If `out` holds something that this program did not make, or `files` is too
            small.
    """
    shape_bytes = shape_file.read_bytes()
    name = identity(files, shape_bytes, seed)
    marker = out / ".git" / MARKER
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        if not marker.is_file():
            raise SystemExit(f"{out}: not empty and not made by this program; name a new folder")
        if reuse and marker.read_text() == name:
            return
        shutil.rmtree(out)
    made = contents(files, json.loads(shape_bytes), seed)
    environment = {key: value for key, value in os.environ.items() if key[:4] != "GIT_"}
    environment |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}

    def git(*arguments: str) -> list[str]:
        return ["git", "-C", str(out), *arguments]

    out.mkdir(parents=True, exist_ok=True)
    subprocess.run(git("init", "--quiet", "--initial-branch=main"), check=True, env=environment)
    marker.write_text("unfinished")
    subprocess.run(git("config", "core.autocrlf", "false"), check=True, env=environment)
    importer = subprocess.Popen(
        git("fast-import", "--quiet"), stdin=subprocess.PIPE, env=environment
    )
    with importer:
        assert importer.stdin is not None
        write_commit(importer.stdin, made)
    if importer.returncode:
        raise SystemExit(f"git fast-import ended with {importer.returncode}")
    subprocess.run(git("reset", "--quiet", "--hard"), check=True, env=environment)
    marker.write_text(name)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Make a synthetic repository to measure with.")
    parser.add_argument("out", type=Path, help="where to make it: new, empty, or made by this")
    parser.add_argument("--files", type=int, required=True, help="how many Python files")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--shape", type=Path, default=SHAPE, help="counts to follow, JSON")
    parser.add_argument("--reuse", action="store_true", help="keep it if it is there already")
    options = parser.parse_args(arguments)
    build(options.out, options.files, options.shape, options.seed, reuse=options.reuse)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
