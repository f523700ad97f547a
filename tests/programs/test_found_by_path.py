"""Files that code finds by their path: they don't move away from it unnoticed."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.plan.test_definitions import rename
from tests.plan.test_moves import move
from tests.programs.conftest import Program

from onepath.errors import RefusedError

DATA = {
    "p/__init__.py": "",
    "p/data/__init__.py": "",
    "p/data/t.txt": "text\n",
    "q/__init__.py": "",
}
READERS = {
    "the package above": "import pkgutil\n\nprint(pkgutil.get_data('p', 'data/t.txt'))\n",
    "parts of a path": (
        "from pathlib import Path\n\n"
        "print((Path(__file__).parent / 'data' / 't.txt').read_text())\n"
    ),
    "parts that are joined": (
        "import os\n\n"
        "print(open(os.path.join(os.path.dirname(__file__), 'data', 't.txt')).read())\n"
    ),
    "resources of the package above": (
        "from importlib.resources import files\n\n"
        "print(files('p').joinpath('data', 't.txt').read_text())\n"
    ),
    "the folder alone": (
        "from pathlib import Path\n\n"
        "print([one.name for one in (Path(__file__).parent / 'data').iterdir()])\n"
    ),
}


@pytest.mark.parametrize("shape", READERS)
def test_data_that_is_found_by_its_path_stays(
    make_repository: Callable[..., Any], shape: str
) -> None:
    repository = make_repository({**DATA, "p/read.py": READERS[shape]})
    with pytest.raises(RefusedError, match=r"p/read\.py:3: 'p/data/t\.txt' is found here"):
        move(repository.path, "p.data", "q")


def test_data_that_is_found_by_its_package_moves(unchanged_by: Program) -> None:
    read = (
        "from importlib.resources import files\n\nprint(files('p.data').joinpath('t.txt').name)\n"
    )
    after = unchanged_by(
        {**DATA, "read.py": read}, move=("p.data", "q"), script="import read", may_go=["p.data"]
    )
    assert "files('q.data')" in after.files["read.py"]


SCRIPT = "def main():\n    print('ran')\n\n\nif __name__ == '__main__':\n    main()\n"
RUN = "import subprocess, sys\n\nsubprocess.run([sys.executable, {}], check=True)\n"


def test_a_script_that_is_run_by_parts_of_its_path_stays(
    make_repository: Callable[..., Any],
) -> None:
    run = RUN.format("'/'.join(['tools', 'gen.py'])")
    files = {"tools/__init__.py": "", "tools/gen.py": SCRIPT, "q/__init__.py": "", "run.py": run}
    with pytest.raises(RefusedError, match=r"run\.py:3: 'tools/gen\.py' is found here"):
        move(make_repository(files).path, "tools.gen", "q")


def test_a_script_that_is_run_by_its_whole_path_moves(unchanged_by: Program) -> None:
    run = RUN.format("'tools/gen.py'")
    files = {"tools/__init__.py": "", "tools/gen.py": SCRIPT, "q/__init__.py": "", "run.py": run}
    after = unchanged_by(files, move=("tools.gen", "q"), script="import run", may_go=["tools.gen"])
    assert after.files["run.py"] == RUN.format("'q/gen.py'")


def test_a_module_that_is_loaded_by_its_path_is_kept_there(unchanged_by: Program) -> None:
    load = (
        "import importlib.util as util\nfrom pathlib import Path\n\n"
        "place = Path(__file__).parent / 'tools' / 'gen.py'\n"
        "spec = util.spec_from_file_location('gen', place)\nmodule = util.module_from_spec(spec)\n"
        "spec.loader.exec_module(module)\nprint(module.VALUE)\n"
    )
    files = {
        "tools/__init__.py": "",
        "tools/gen.py": "VALUE = 1\n",
        "q/__init__.py": "",
        "load.py": load,
    }
    after = unchanged_by(files, move=("tools.gen", "q"), script="import load")
    assert after.printed == "1\n"
    assert after.refusals == (("tools/gen.py", 1, "old-module-kept"),)


TEXT = "from pathlib import Path\n\n{}\n"
READ_TEXTS = {
    "beside it": ("p/read.py", "print((Path(__file__).parent / 'gen.py').read_text())"),
    "below it": (
        "p/sub/read.py",
        "for name in ['read.py', 'gen.py']: print(open(Path(__file__).parents[1] / name).read())",
    ),
    "by its folder": ("read.py", "print(Path('p', 'gen.py').read_text(), Path(__file__).parent)"),
}


@pytest.mark.parametrize("shape", READ_TEXTS)
def test_a_module_whose_text_is_read_by_its_path_stays(
    make_repository: Callable[..., Any], shape: str
) -> None:
    reader, text = READ_TEXTS[shape]
    files = {"p/__init__.py": "", "p/gen.py": "VALUE = 1\n", "q/__init__.py": ""}
    files |= {"p/sub/__init__.py": "", reader: TEXT.format(text)}
    with pytest.raises(RefusedError, match=r"read\.py:3: 'p/gen\.py' is found here"):
        move(make_repository(files).path, "p.gen", "q")


def test_a_file_of_the_same_name_elsewhere_is_another_one(unchanged_by: Program) -> None:
    files = {
        "p/__init__.py": "",
        "p/gen.py": "VALUE = 1\n",
        "q/__init__.py": "",
        "r/__init__.py": "",
        "r/gen.py": "# text\n",
        "r/read.py": TEXT.format("print((Path(__file__).parent / 'gen.py').read_text())"),
    }
    after = unchanged_by(files, move=("p.gen", "q"), script="import r.read", may_go=["p.gen"])
    assert "p/gen.py" not in after.files
    assert after.printed == "# text\n\n"


PASTED = {
    "p/__init__.py": "",
    "p/shapes.py": "class Old:\n    pass\n\n\n# end\nOTHER = 1\n",
    "p/paste.py": (
        "from pathlib import Path\n\nMODULES = ['shapes.py']\n\n\ndef pasted():\n"
        "    here = Path(__file__).parent\n"
        "    parts = [(here / one).read_text().split('# end')[0] for one in MODULES]\n"
        "    names = {}\n    exec(''.join(parts), names)\n    return names\n"
    ),
}


def test_a_name_is_not_kept_beside_a_definition_whose_text_alone_is_read(
    make_repository: Callable[..., Any],
) -> None:
    use = "import p.shapes\nfrom p.paste import pasted\n\nname = 'Old'\nprint(pasted()[name])\n"
    use += "print(getattr(p.shapes, name))\n"
    repository = make_repository({**PASTED, "use.py": use})
    told = r"p/paste\.py:3: the text of 'p/shapes\.py' is read here, and 'Old' has to stay in it"
    with pytest.raises(RefusedError, match=told):
        rename(repository.path, "p.shapes.Old", "p.shapes.New")


def test_a_definition_whose_text_is_read_gets_its_name_where_nobody_asks_for_the_old_one(
    unchanged_by: Program,
) -> None:
    use = (
        "from p.paste import pasted\nfrom p.shapes import Old\nprint(len(pasted()), Old is None)\n"
    )
    after = unchanged_by(
        {**PASTED, "use.py": use},
        rename=("p.shapes.Old", "p.shapes.New"),
        script="import use",
    )
    assert "class New" in after.files["p/shapes.py"]


TEXTS_OF_SHAPES = {
    "by a list of names": PASTED["p/paste.py"],
    "by its whole path": "names = {}\nexec(open('p/shapes.py').read(), names)\n",
    "by its whole path, later": (
        "from pathlib import Path\n\nnames = {}\nplace = Path('p/shapes.py').read_text()\n"
    ),
}


@pytest.mark.parametrize("shape", TEXTS_OF_SHAPES)
@pytest.mark.parametrize("name", ["Old", "OTHER"])
def test_a_definition_stays_in_a_module_whose_text_is_read(
    make_repository: Callable[..., Any], shape: str, name: str
) -> None:
    repository = make_repository({**PASTED, "p/paste.py": TEXTS_OF_SHAPES[shape]})
    told = rf"p/paste\.py:\d: the text of 'p/shapes\.py' is read here, and '{name}' would not"
    with pytest.raises(RefusedError, match=told):
        move(repository.path, f"p.shapes.{name}", "p.other")


def test_a_definition_moves_out_of_a_file_that_is_only_listed(unchanged_by: Program) -> None:
    listed = "FILES = ['p/shapes.py']\n\nprint(len(FILES), open(__file__).read()[:5])\n"
    files = {"p/__init__.py": "VERSION = 1\n\n\ndef first():\n    pass\n", "listed.py": listed}
    files |= {"p/shapes.py": PASTED["p/shapes.py"], "use.py": "import listed\nimport p.shapes\n"}
    after = unchanged_by(files, move=("p.shapes.Old", "p.other"), script="import use")
    assert "class Old" in after.files["p/other.py"]


def test_a_package_is_opened_for_its_version(unchanged_by: Program) -> None:
    setup = "import re\n\nprint(re.findall('VERSION = (.*)', open('p/__init__.py').read()))\n"
    files = {"p/__init__.py": "VERSION = 1\n\n\ndef first():\n    pass\n", "setup.py": setup}
    after = unchanged_by(files, move=("p.first", "p.other"), script="import setup")
    assert "def first" in after.files["p/other.py"]
