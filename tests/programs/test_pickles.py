"""Pickles in the repository: what they need by its old path goes on to be there."""

import bz2
import gzip
import json
import lzma
import pickle
import sys
from collections.abc import Callable
from types import ModuleType

import pytest
from tests.conftest import Repository
from tests.programs.conftest import Program
from typer.testing import CliRunner

from onepath_cli.app import app

PACKED: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
}
FILES = {
    "p/__init__.py": "",
    "p/new.py": "",
    "p/shapes.py": "class Point:\n    x = 4\n",
    "use.py": "import pickle\n\nprint(pickle.load(open('kept.pkl', 'rb')).x)\n",
}


def pickled(monkeypatch: pytest.MonkeyPatch, protocol: int) -> str:
    """A pickle of an instance of `p.shapes.Point`, as text in Latin-1."""
    module = ModuleType("p.shapes")
    exec(FILES["p/shapes.py"], vars(module))
    monkeypatch.setitem(sys.modules, "p", ModuleType("p"))
    monkeypatch.setitem(sys.modules, "p.shapes", module)
    module.Point.__module__ = "p.shapes"
    return pickle.dumps(module.Point(), protocol).decode("latin-1")


@pytest.mark.parametrize("protocol", [0, 1])
@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"rename": ("p.shapes.Point", "p.shapes.Dot")}, "old-name-kept"),
        ({"move": ("p.shapes.Point", "p.new")}, "old-path-kept"),
        ({"rename": ("p.shapes", "p.forms")}, "old-module-kept"),
    ],
)
def test_what_a_pickle_names_is_kept(
    unchanged_by: Program,
    monkeypatch: pytest.MonkeyPatch,
    protocol: int,
    options: dict[str, tuple[str, str]],
    code: str,
) -> None:
    files = {**FILES, "kept.pkl": pickled(monkeypatch, protocol)}
    after = unchanged_by(files, script="import use", **options)
    assert after.printed == "4\n"
    assert {one for *_, one in after.refusals} == {code}


@pytest.mark.parametrize("suffix", PACKED)
@pytest.mark.parametrize("change", [("rename", "p.shapes.Dot"), ("move", "p.new")])
def test_what_a_compressed_pickle_names_is_kept(
    make_repository: Callable[..., Repository],
    monkeypatch: pytest.MonkeyPatch,
    suffix: str,
    change: tuple[str, str],
) -> None:
    verb, new = change
    repository = make_repository(FILES)
    packed = PACKED[suffix](pickled(monkeypatch, 4).encode("latin-1"))
    (repository.path / f"kept.pkl{suffix}").write_bytes(packed)
    repository.git("add", "-A")
    repository.git("commit", "-qm", "Keep a pickle")
    monkeypatch.chdir(repository.path)
    done = CliRunner().invoke(app, [verb, "p.shapes.Point", new, "--dry-run", "--format", "json"])
    [refusal] = json.loads(done.stdout)["phases"][0]["refusals"]
    assert refusal["code"] in ("old-name-kept", "old-path-kept")
    assert f"kept.pkl{suffix}" in refusal["reason"]


@pytest.mark.parametrize("suffix", PACKED)
def test_a_file_that_is_no_compressed_pickle_holds_nothing(
    unchanged_by: Program, suffix: str
) -> None:
    files = {
        **FILES,
        "use.py": "from p.shapes import Point\n",
        f"kept.pkl{suffix}": "p.shapes Point",
    }
    after = unchanged_by(files, rename=("p.shapes.Point", "p.shapes.Dot"))
    assert not after.refusals


def test_a_shim_that_a_pickle_needs_is_not_deleted(
    unchanged_by: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        **FILES,
        "p/shapes.py": "from p.new import Point\n",
        "p/new.py": FILES["p/shapes.py"],
        "kept.pkl": pickled(monkeypatch, 0),
        "migrate.toml": 'schema = 1\n[shims]\n"p.shapes" = "delete"\n',
    }
    after = unchanged_by(files, script="import use")
    assert "p/shapes.py" in after.files
    assert ("kept.pkl", 1, "held") in after.refusals


def test_a_pickle_of_something_else_holds_nothing(
    unchanged_by: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = pickled(monkeypatch, 0).replace("Point", "Line")
    files = {**FILES, "use.py": "from p.shapes import Point\n", "kept.pkl": other}
    after = unchanged_by(files, rename=("p.shapes.Point", "p.shapes.Dot"))
    assert not after.refusals
