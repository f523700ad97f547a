"""Which packages a repository says it needs, in each of the files where that is written."""

from pathlib import Path

import pytest

from onepath.facts.store.cache import FactsCache
from onepath.importing.loaded.requirements import Requirements
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World

FILES = {
    "pyproject.toml": '[project]\ndependencies = ["Py_Toml>=1"]\n[project.optional-dependencies]\n'
    'x = ["only-extra"]\n[tool.poetry.dependencies]\npoet = "1"\nmaybe = {optional = true}\n',
    "setup.cfg": "[options]\ninstall_requires =\n    configured>=2\n    second\n",
    "sub/setup.py": 'setup(install_requires=["scripted>=3", "other"], tests_require=["tested"])\n',
    "Pipfile": '[packages]\npiped = "*"\n',
    "requirements/base.txt": "-r more.txt\nlisted==1\n# commented\n",
    "requirements-dev.txt": "pillow\n",
    "notes.txt": "unrelated\n",
}


@pytest.fixture
def requirements(tmp_path: Path) -> Requirements:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    return Requirements(World.open(Folder(tmp_path), FactsCache(None), SerialExecutor()))


@pytest.mark.parametrize(
    "package",
    ["py_toml", "poet", "configured", "second", "scripted", "other", "piped", "listed", "PIL"],
)
def test_what_is_required_is_there(requirements: Requirements, package: str) -> None:
    assert requirements.has(package)


@pytest.mark.parametrize(
    "package", ["only_extra", "maybe", "tested", "r", "commented", "unrelated", "li"]
)
def test_nothing_else_is_certain_to_be_there(requirements: Requirements, package: str) -> None:
    assert not requirements.has(package)
