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
def test_what_may_run_while_it_is_replaced(reach: PatchReach, patching: str, reading: str) -> None:
    assert reach.reaches(patching, reading)


@pytest.mark.parametrize(("patching", "reading"), UNSEEN)
def test_what_does_not(reach: PatchReach, patching: str, reading: str) -> None:
    assert not reach.reaches(patching, reading)


LEADS = {
    "app/__init__.py": "",
    "app/main.py": "from app import chat\n",
    "app/chat.py": "def late():\n    from app import deep\n",
    "app/deep.py": "",
    "app/alone.py": "",
    "tests/test_main.py": "import app.main\n",
    "tests/test_chat.py": "import app.chat\n",
    "tests/by_fixture/conftest.py": "import app.alone\n",
    "tests/by_fixture/test_it.py": "",
    "tests/test_computed.py": "import importlib\nimportlib.import_module(input())\n",
}


@pytest.mark.parametrize(
    ("patching", "leads_to"),
    [
        ("tests/test_main.py", {"app/main.py", "app/chat.py", "app/deep.py"}),
        ("tests/test_chat.py", {"app/chat.py", "app/deep.py"}),
        ("tests/by_fixture/test_it.py", {"app/alone.py"}),
        ("tests/test_computed.py", {path for path in LEADS if path.startswith("app/")}),
        ("app/main.py", {path for path in LEADS if path.startswith("app/")}),
    ],
)
def test_what_the_imports_of_a_test_lead_to(
    tmp_path: Path, patching: str, leads_to: set[str]
) -> None:
    write_files(tmp_path, LEADS)
    reach = PatchReach(World.open(Folder(tmp_path), FactsCache(None), SerialExecutor()))
    found = {path for path in LEADS if path.startswith("app/") and reach.leads_to(patching, path)}
    assert found - {"app/__init__.py"} == leads_to - {"app/__init__.py"}


def test_a_test_that_imports_very_much_leads_everywhere(tmp_path: Path) -> None:
    names = [f"m{number}" for number in range(500)]
    files = {f"app/{name}.py": "" for name in names}
    imports = "".join(f"import app.{name}\n" for name in names)
    write_files(tmp_path, {**files, "app/alone.py": "", "tests/test_all.py": imports})
    reach = PatchReach(World.open(Folder(tmp_path), FactsCache(None), SerialExecutor()))
    assert reach.leads_to("tests/test_all.py", "app/alone.py")
