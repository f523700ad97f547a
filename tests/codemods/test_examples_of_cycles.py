"""What v0005 leaves behind can be imported, whichever module comes first."""

import subprocess
import sys
from pathlib import Path

import pytest

import onepath_packs.canonical.cycles
from onepath.codemod.examples import read_example

FOLDER = Path(onepath_packs.canonical.cycles.__file__).with_name("examples")
OPENED = sorted(path for path in FOLDER.rglob("*.example") if "\n=== after " in path.read_text())


@pytest.mark.parametrize("path", OPENED, ids=lambda path: path.stem)
def test_every_module_can_be_imported_first(path: Path, tmp_path: Path) -> None:
    example = read_example(path)
    for name, data in example.expected.items():
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    modules = [name[:-3].replace("/", ".") for name in example.expected if name.startswith("app/")]
    for module in modules:
        name = module.removesuffix(".__init__")
        done = subprocess.run(
            [sys.executable, "-B", "-c", f"import {name}"], cwd=tmp_path, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
