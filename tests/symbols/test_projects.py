"""Source roots of projects in sub-folders, and namespace packages over several of them."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import write_files

from onepath.symbols.modules import Modules
from onepath.symbols.projects import declared_roots, project_roots

PLAIN = '[project]\nname = "x"\n'


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a/pyproject.toml", PLAIN, ("a",)),
        ("a/pyproject.toml", '[tool.setuptools.packages.find]\nwhere = ["."]\n', ("a",)),
        ("a/pyproject.toml", '[tool.setuptools.packages.find]\nwhere = ["py"]\n', ("a/py",)),
        ("a/pyproject.toml", '[tool.setuptools]\npackage-dir = {"" = "py"}\n', ("a/py",)),
        ("a/pyproject.toml", '[tool.setuptools]\npackage-dir = {"p" = "py/p"}\n', ("a/py",)),
        ("a/pyproject.toml", '[[tool.poetry.packages]]\ninclude = "p"\nfrom = "lib"\n', ("a/lib",)),
        ("a/pyproject.toml", '[tool.poetry]\npackages = [{include = "p"}]\n', ("a",)),
        ("a/pyproject.toml", '[tool.hatch.build.targets.wheel]\npackages = ["py/p"]\n', ("a/py",)),
        ("a/pyproject.toml", '[tool.hatch.build]\nsources = ["py"]\n', ("a/py",)),
        ("a/pyproject.toml", '[tool.pdm.build]\npackage-dir = "py"\n', ("a/py",)),
        ("a/pyproject.toml", '[tool.uv.build-backend]\nmodule-root = ""\n', ("a",)),
        ("b/pyproject.toml", PLAIN, ("b/src",)),
        ("a/pyproject.toml", "[tool.ruff]\nline-length = 90\n", ()),
        ("a/pyproject.toml", "not toml [", ()),
        ("a/pyproject.toml", '[tool.setuptools.packages.find]\nwhere = ["../../x"]\n', ()),
        ("pyproject.toml", PLAIN, ()),
        ("a/setup.cfg", "[metadata]\nname = x\n[options]\npackage_dir =\n    = py\n", ("a/py",)),
        ("a/setup.cfg", "[metadata]\nname=x\n[options.packages.find]\nwhere = py\n", ("a/py",)),
        ("a/setup.cfg", "[flake8]\nignore = E\n", ()),
        ("a/setup.py", 'setup(package_dir={"": "py"})', ("a/py",)),
        ("a/setup.py", "setup(packages=find_namespace_packages(where='py'))", ("a/py",)),
        ("a/setup.py", "setup(packages=find_packages())", ("a",)),
        ("a/setup.py", "print(1)", ()),
    ],
)
def test_projects_declare_their_roots(path: str, text: str, expected: tuple[str, ...]) -> None:
    assert project_roots([(path, text)], ["a/p/x.py", "b/src/p/x.py"]) == expected


def test_a_package_dir_of_one_package_is_no_root_of_its_own() -> None:
    assert declared_roots('[tool.setuptools]\npackage-dir = {"p.q" = "src/p/q"}') == ("src",)
    assert declared_roots('[tool.setuptools]\npackage-dir = {"p" = "other"}') == ()


FILES = ["one/acme/legacy.py", "two/acme/tools/__init__.py", "two/acme/tools/impl.py"]


def test_a_namespace_package_goes_on_below_another_root() -> None:
    modules = Modules(FILES, projects=["one", "two"])
    assert modules.find("acme") == "one/acme/"
    assert modules.submodule("one/acme/", "tools") == "two/acme/tools/__init__.py"
    assert modules.submodule("two/acme/", "legacy") == "one/acme/legacy.py"
    assert modules.find("acme.tools.impl") == "two/acme/tools/impl.py"
    assert modules.absolute("two/acme/tools/impl.py", 2, "legacy") == "acme.legacy"
    assert modules.name("two/acme/") == "acme"
    assert modules.names("one/acme/legacy.py") == ("acme.legacy", "one.acme.legacy")


def test_what_several_projects_have_is_that_of_the_own_one() -> None:
    files = ["a/app/__init__.py", "a/app/x.py", "b/app/__init__.py", "b/app/y.py", "top.py"]
    modules = Modules(files, projects=["a", "b"])
    assert modules.find("app.x", "a/app/x.py") == "a/app/x.py"
    assert modules.find("app", "b/app/y.py") == "b/app/__init__.py"
    assert modules.find("app.x", "b/app/y.py") is None
    assert modules.find("app") is None
    for path in files:
        assert modules.find(modules.name(path)) == path


def test_a_package_is_no_root_because_a_project_file_is_in_it() -> None:
    modules = Modules(["p/__init__.py", "p/q.py"], projects=["p"])
    assert modules.projects == ()
    assert modules.name("p/q.py") == "p.q"


# ---------------------------------------------------------------- the oracle

NAMES = st.sampled_from(["n", "m", "k"])
PATHS = st.builds(
    lambda root, parts, leaf: "/".join((root, *parts, leaf)),
    st.sampled_from(["one", "two", "three"]),
    st.lists(NAMES, min_size=1, max_size=2),
    st.sampled_from(["a.py", "b.py", "__init__.py", "n.py"]),
)
_ASK = """
import importlib.util, json, sys
answers = {}
for name in json.loads(sys.argv[1]):
    try:
        spec = importlib.util.find_spec(name)
    except Exception:
        spec = None
    answers[name] = None if spec is None else (spec.origin or "namespace")
print(json.dumps(answers))
"""


@settings(max_examples=25)
@given(st.sets(PATHS, min_size=1, max_size=7), st.data())
def test_what_is_found_is_what_python_finds(
    tmp_path_factory: pytest.TempPathFactory, paths: set[str], data: st.DataObject
) -> None:
    """One root after the other on the path: CPython says what a name means."""
    top = tmp_path_factory.mktemp("world")
    write_files(top, dict.fromkeys(paths, ""))
    roots = ["one", "two", "three"]
    names = sorted({name for path in paths for name in _names(path)})
    answers = _python_finds(top, roots, names)
    modules = Modules(paths, projects=roots)
    shared = {name for name in names if _is_ambiguous(paths, name)}
    for name in names:
        if name in shared or any(name.startswith(f"{one}.") for one in shared):
            continue
        found = modules.find(name)
        expected = answers[name]
        if expected == "namespace":
            assert found is not None
            assert found.endswith("/")
        elif expected is not None:
            assert found == expected
        if expected is not None and "." in name:
            parent, _, leaf = name.rpartition(".")
            inner = modules.submodule(modules.find(parent) or "", leaf)
            assert (inner or "").endswith("/") if expected == "namespace" else inner == expected


def _names(path: str) -> list[str]:
    parts = path.removesuffix(".py").split("/")[1:]
    parts = parts[:-1] if parts[-1] == "__init__" else parts
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _is_ambiguous(paths: set[str], name: str) -> bool:
    """Whether more than one root has a module of that name: then only an order would tell."""
    inner = name.replace(".", "/")
    places = {
        path
        for path in paths
        for end in (".py", "/__init__.py")
        if path.partition("/")[2] == inner + end
    }
    return len(places) > 1


def _python_finds(top: Path, roots: list[str], names: list[str]) -> Mapping[str, str | None]:
    environment = {"PYTHONPATH": ":".join(str(top / root) for root in roots)}
    done = subprocess.run(
        [sys.executable, "-c", _ASK, json.dumps(names)],
        cwd=top, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    answers: dict[str, str | None] = json.loads(done.stdout)
    return {
        name: None if origin is None else origin.removeprefix(f"{top}/")
        for name, origin in answers.items()
    }
