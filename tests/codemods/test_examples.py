"""Every example beside every codemod: what it becomes, what is refused, and that it stays so."""

import ast
import importlib.util
from pathlib import Path

import pytest

import onepath_packs.websocket

_spec = importlib.util.spec_from_file_location("examples", Path(__file__).with_name("examples.py"))
assert _spec is not None
assert _spec.loader is not None
examples = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(examples)

FOLDER = Path(onepath_packs.websocket.__file__).parent / "examples"
VERSIONS = {f"v{version.number:04d}": version for version in onepath_packs.websocket.PACK.versions}
FILES = sorted(FOLDER.glob("v*/*.example"))


def test_every_version_has_examples_and_refusals() -> None:
    for name in VERSIONS:
        texts = [path.read_text() for path in FILES if path.parent.name == name]
        assert any("\n=== after " in text for text in texts), name
        assert any("\n=== refused " in text for text in texts), name


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_example(path: Path, tmp_path: Path) -> None:
    example = examples.read_example(path)
    phase = VERSIONS[path.parent.name].phase
    result = examples.run_example(example, onepath_packs.websocket.PACK, phase, tmp_path)
    assert result.files.keys() == example.expected.keys()
    for name, data in example.expected.items():
        assert result.files[name].decode("latin-1") == data.decode("latin-1"), name
    assert result.remarks == example.remarks
    assert sorted(result.refused) == sorted(example.refused)
    assert [change.path for change in result.again.changeset.changes] == []
    for name, data in example.world.items():
        if name.endswith(".py") and name in result.files and _parses(data):
            assert _parses(result.files[name]), name


def _parses(data: bytes) -> bool:
    try:
        ast.parse(data)
    except (SyntaxError, ValueError):
        return False
    return True
