"""The synthetic repository has the mix that its shape file counts."""

import ast
import json
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GENERATOR = ROOT / "benchmarks" / "synthetic" / "make_repository.py"
SHAPE = json.loads((ROOT / "benchmarks" / "synthetic" / "websocket-shape.json").read_text())
FILES = 150
PACKAGE = "netra_backend.app.websocket"

# A repository of 150 files with as much in it as a tenth of the real one: enough to count.
DENSE = {**SHAPE, "python_files": 10 * FILES, "files_that_do_not_parse": 20}
DENSE["lines"] = SHAPE["lines"] * 10 * FILES // SHAPE["python_files"]


def make(out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(GENERATOR), str(out), *options],
        capture_output=True,
        text=True,
        check=False,
    )


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("synthetic")
    (folder / "shape.json").write_text(json.dumps(DENSE))
    done = make(folder / "out", "--files", str(FILES), "--shape", str(folder / "shape.json"))
    assert done.returncode == 0, done.stderr
    return folder / "out"


@pytest.fixture(scope="module")
def sources(repository: Path) -> dict[str, str]:
    paths = repository.rglob("*.py")
    return {path.relative_to(repository).as_posix(): path.read_text() for path in paths}


@pytest.fixture(scope="module")
def trees(sources: dict[str, str]) -> dict[str, ast.Module]:
    parsed = {}
    for path, text in sources.items():
        try:
            parsed[path] = ast.parse(text)
        except SyntaxError:
            continue
    return parsed


def context(node: ast.AST) -> str:
    if isinstance(node, ast.If):
        guarded = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return "TYPE_CHECKING" if guarded else "if"
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return "local"
    return "try" if isinstance(node, ast.Try) else ""


def imports(node: ast.AST, around: frozenset[str] = frozenset()) -> Iterator[tuple[ast.stmt, str]]:
    """Every import statement with the context in which it stands."""
    inner = around | {context(node)} - {""}
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, " ".join(sorted(inner)) or "top"
        else:
            yield from imports(child, inner)


def form(statement: ast.Import | ast.ImportFrom, source: str) -> str:
    words = ["from" if isinstance(statement, ast.ImportFrom) else "import"]
    words += ["multi"] * (len(statement.names) > 1)
    words += ["as"] * any(alias.asname for alias in statement.names)
    words += ["star"] * (statement.names[0].name == "*")
    words += ["paren"] * ("(" in (ast.get_source_segment(source, statement) or ""))
    return " ".join(words)


def test_a_folder_with_other_things_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    done = make(tmp_path, "--files", str(FILES))
    assert done.returncode == 1
    assert "not made by this program" in done.stderr
    assert (tmp_path / "thesis.txt").exists()


def test_fewer_files_than_the_package_needs_are_refused(tmp_path: Path) -> None:
    done = make(tmp_path / "out", "--files", "20")
    assert done.returncode == 1
    assert "--files 20" in done.stderr


def test_it_is_a_clean_repository_with_that_many_files(
    repository: Path, sources: dict[str, str]
) -> None:
    assert len(sources) == FILES
    assert git(repository, "status", "--porcelain") == ""
    assert git(repository, "rev-list", "--count", "HEAD") == "1"


def test_the_same_arguments_give_the_same_commit(tmp_path: Path) -> None:
    commits = []
    for name, seed in (("first", "7"), ("second", "7"), ("other", "8")):
        assert make(tmp_path / name, "--files", str(FILES), "--seed", seed).returncode == 0
        commits.append(git(tmp_path / name, "rev-parse", "HEAD"))
    assert commits[0] == commits[1] != commits[2]


def test_a_repository_is_reused_only_for_the_same_arguments(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert make(out, "--files", str(FILES)).returncode == 0
    (out / "note.txt").write_text("still here")
    assert make(out, "--files", str(FILES), "--reuse").returncode == 0
    assert (out / "note.txt").exists()
    assert make(out, "--files", str(FILES), "--reuse", "--seed", "2").returncode == 0
    assert not (out / "note.txt").exists()


def test_all_files_parse_but_the_stated_share(
    sources: dict[str, str], trees: dict[str, ast.Module]
) -> None:
    assert len(sources) - len(trees) == DENSE["files_that_do_not_parse"] / 10


def test_files_are_as_long_as_in_the_shape(sources: dict[str, str]) -> None:
    lines = sum(text.count("\n") for text in sources.values())
    assert lines / FILES == pytest.approx(SHAPE["lines"] / SHAPE["python_files"], rel=0.05)
    size = sum(len(text.encode()) for text in sources.values())
    assert size / FILES == pytest.approx(SHAPE["bytes"] / SHAPE["python_files"], rel=0.1)
    lengths = sorted(text.count("\n") for text in sources.values())
    assert lengths[-1] > 3 * lengths[FILES // 2]


def test_import_statements_have_the_mix_of_the_shape(
    sources: dict[str, str], trees: dict[str, ast.Module]
) -> None:
    found: Counter[str] = Counter()
    modules: Counter[str] = Counter()
    for path, tree in trees.items():
        for statement, where in imports(tree):
            assert isinstance(statement, ast.Import | ast.ImportFrom)
            module = getattr(statement, "module", None) or statement.names[0].name
            if module.startswith(PACKAGE):
                found[f"{form(statement, sources[path])} | {where}"] += 1
                modules[module] += 1
    wanted = SHAPE["import_statements_by_form_and_context"]
    assert set(found) <= set(wanted)
    assert {key for key, count in wanted.items() if abs(found[key] - count / 10) >= 1} == set()
    assert found.total() == round(sum(wanted.values()) / 10)
    for module, entry in SHAPE["modules_imported"].items():
        assert modules[module] == pytest.approx(entry["statements"] / 10, abs=5), module


def test_strings_and_factory_calls_have_the_mix_of_the_shape(
    trees: dict[str, ast.Module],
) -> None:
    strings: Counter[str] = Counter()
    calls: Counter[tuple[object, ...]] = Counter()
    nodes = [node for tree in trees.values() for node in ast.walk(tree)]
    awaited = {id(node.value) for node in nodes if isinstance(node, ast.Await)}
    for node in nodes:
        if isinstance(node, ast.Constant) and str(node.value).startswith(PACKAGE):
            strings["all"] += 1
        if not isinstance(node, ast.Call):
            continue
        through = "attr" if isinstance(node.func, ast.Attribute) else "name"
        name = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
        keywords = tuple(str(keyword.arg) for keyword in node.keywords)
        calls[name, through, id(node) in awaited, len(node.args), keywords] += 1
        if node.args and str(getattr(node.args[0], "value", "")).startswith(PACKAGE):
            strings[name] += 1
    assert strings["all"] == round(sum(SHAPE["strings"].values()) / 10)
    assert abs(strings["patch"] - SHAPE["strings"]["patch target"] / 10) < 1
    for record in SHAPE["calls_of_factory_variants"]:
        what = (
            record["name"],
            record["through"],
            record["awaited"],
            record["positional"],
            tuple(record["keywords"]),
        )
        assert abs(calls[what] - record["calls"] / 10) < 1, what


def test_every_deprecated_path_leads_to_the_class_or_is_gone(repository: Path) -> None:
    imports = tomllib.loads((repository / "migrate.toml").read_text())["imports"]
    program = f"""
import importlib, pkgutil
gone = []
for old, new in {imports!r}.items():
    canonical = pkgutil.resolve_name(new)
    module, _, name = old.rpartition(".")
    try:
        assert getattr(importlib.import_module(module), name) is canonical, old
    except ModuleNotFoundError:
        gone.append(module)
print(*sorted(gone))
"""
    done = subprocess.run(
        [sys.executable, "-B", "-c", program],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [
        "netra_backend.app.websocket_manager",
        "netra_backend.app.websockets.websocket_manager",
    ]
    assert len(imports) > 10


@pytest.mark.slow
def test_ten_thousand_files_are_made(tmp_path: Path) -> None:
    assert make(tmp_path / "out", "--files", "10000").returncode == 0
    paths = list((tmp_path / "out").rglob("*.py"))
    assert len(paths) == 10_000
    wanted = SHAPE["bytes"] / SHAPE["python_files"] * 10_000
    assert sum(path.stat().st_size for path in paths) == pytest.approx(wanted, rel=0.05)
