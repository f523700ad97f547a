"""Every example beside every codemod: what it becomes, what is refused, and that it stays so."""

import ast
import inspect
from pathlib import Path

import pytest
from tests.codemods import examples

from onepath_packs import websocket

VERSIONS = {version.phase: version for version in websocket.PACK.versions}
FILES = {
    phase: sorted(Path(inspect.getfile(version.codemod)).with_name("examples").rglob("*.example"))
    for phase, version in VERSIONS.items()
}
EXAMPLES = [(phase, path) for phase, paths in FILES.items() for path in paths]


def test_every_version_has_examples_and_refusals() -> None:
    for phase, paths in FILES.items():
        texts = [path.read_text() for path in paths]
        assert any("\n=== after " in text for text in texts), phase
        assert any("\n=== refused " in text for text in texts), phase


@pytest.mark.parametrize(
    ("phase", "path"), EXAMPLES, ids=[f"{phase}-{path.stem}" for phase, path in EXAMPLES]
)
def test_example(phase: str, path: Path, tmp_path: Path) -> None:
    example = examples.read_example(path)
    result = examples.run_example(example, websocket.PACK, phase, tmp_path)
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
