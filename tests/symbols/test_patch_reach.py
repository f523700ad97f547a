"""What a test replaces is replaced for what the test may run, and for nothing else."""

from pathlib import Path

import pytest
from tests.conftest import write_files

from onepath.facts.store.cache import FactsCache
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.find_references.patch_reach import PatchReach
from onepath.symbols.world import World

GUARD = "if __name__ == '__main__':\n    pass\n"
FILES = {
    "app.py": "",
    "bin/alone.py": GUARD,
    "bin/spoken_of.py": GUARD,
    "bin/no_script.py": "",
    "conftest.py": "",
    "tests/conftest.py": "",
    "tests/test_one.py": "from tests import helper\n\nRUN = 'bin/spoken_of.py'\n",
    "tests/test_two.py": "",
    "tests/inner/test_three.py": "from tests.test_two import base\n",
    "tests/helper.py": "from tests import deeper\n",
    "tests/deeper.py": "",
    "tests/other_helper.py": "",
    "checks/inner_test.py": "",
}
SEEN = [
    ("tests/test_one.py", "tests/test_one.py"),
    ("tests/test_one.py", "app.py"),
    ("tests/test_one.py", "bin/no_script.py"),
    ("tests/test_one.py", "bin/spoken_of.py"),
    ("tests/test_one.py", "conftest.py"),
    ("tests/test_one.py", "tests/helper.py"),
    ("tests/test_one.py", "tests/deeper.py"),
    ("tests/helper.py", "tests/test_one.py"),
    ("tests/deeper.py", "tests/test_one.py"),
    ("tests/helper.py", "tests/other_helper.py"),
    ("tests/test_two.py", "tests/inner/test_three.py"),
    ("tests/conftest.py", "tests/inner/test_three.py"),
    ("conftest.py", "checks/inner_test.py"),
    ("app.py", "tests/test_two.py"),
]
UNSEEN = [
    ("tests/test_one.py", "tests/test_two.py"),
    ("tests/test_one.py", "tests/other_helper.py"),
    ("tests/test_one.py", "checks/inner_test.py"),
    ("tests/test_one.py", "bin/alone.py"),
    ("tests/helper.py", "tests/test_two.py"),
    ("tests/conftest.py", "checks/inner_test.py"),
]


@pytest.fixture(scope="module")
def reach(tmp_path_factory: pytest.TempPathFactory) -> PatchReach:
    folder: Path = tmp_path_factory.mktemp("world")
    write_files(folder, FILES)
    return PatchReach(World.open(Folder(folder), FactsCache(None), SerialExecutor()))


@pytest.mark.parametrize(("patching", "reading"), SEEN)
def test_what_may_run_while_it_is_replaced(
    reach: PatchReach, patching: str, reading: str
) -> None:  # fmt: skip
    assert reach.reaches(patching, reading)


@pytest.mark.parametrize(("patching", "reading"), UNSEEN)
def test_what_does_not(reach: PatchReach, patching: str, reading: str) -> None:
    assert not reach.reaches(patching, reading)
