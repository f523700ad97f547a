"""A file does not come to import a module that may end its own import."""

import pytest
from tests.programs.conftest import Program

RENAME = ("app.hub.Hub", "app.facade.Hub")
FILES = {
    "app/__init__.py": "",
    "app/hub.py": "class Hub:\n    pass\n",
    "use.py": "from app.hub import Hub\n\n\ndef go():\n    return Hub\n",
}
SCRIPT = "import use\nprint(use.go().__qualname__)\n"
ENDING = {
    "raise": "import os\nif not os.path.exists('absent.cfg'):\n    raise RuntimeError('no file')\n",
    "raise on the line of its block": "import sys\nif sys.argv: raise ImportError('not here')\n",
    "raise for another platform": (
        "import sys\nif sys.platform == 'other':\n    WAIT = 1\n\n# a comment\n\n"
        "else:\n    # nothing else will do\n\n    raise ImportError(sys.platform)\n"
    ),
    "exit": "import sys\nwith open(__file__):\n    sys.exit('not here')\n",
    "a variable of the environment": "import os\nKEY = os.environ['NOT_SET_AT_ALL'].lower()\n",
    "one in a class": (
        "from os import environ\n\n\nclass Settings:\n    key = [environ['NOT_SET_AT_ALL']]\n"
    ),
    "a file": "with open('absent.txt') as file:\n    TEXT = file.read()\n",
    "a package that must be there": (
        "try:\n    import not_there\nexcept ImportError as error:\n"
        "    raise RuntimeError('install it') from error\n"
    ),
}


@pytest.mark.parametrize("by", ["itself", "by a third"])
@pytest.mark.parametrize("ending", ENDING.values(), ids=ENDING)
def test_an_import_that_may_be_ended_stays(unchanged_by: Program, ending: str, by: str) -> None:
    facade = ending if by == "itself" else "import app.third\n"
    files = {**FILES, "app/facade.py": f"{facade}from app.hub import Hub\n"}
    after = unchanged_by(files | {"app/third.py": ending}, rename=RENAME, script=SCRIPT)
    assert after.files["use.py"] == FILES["use.py"]
    assert ("use.py", 1, "import-order") in after.refusals


GOING_ON = {
    "another version": "import sys\nif sys.version_info < (3, 8):\n    raise RuntimeError('old')\n",
    "a script": "import sys\nif __name__ == '__main__':\n    sys.exit(0)\n",
    "what complains of other values": (
        "import os\nif os.environ.get('NOT_SET') == '1':\n    SET = True\n"
        "elif not os.environ.get('NOT_SET'):\n    SET = False\n"
        "else:\n    raise ValueError('NOT_SET')\n"
    ),
    "a function": "import os\n\n\ndef key():\n    raise KeyError(os.environ['NOT_SET_AT_ALL'])\n",
    "what is caught": "try:\n    raise KeyError\nexcept KeyError:\n    pass\n",
    "what is asked for": (
        "import os\nKEY = os.environ['NOT_SET'] if 'NOT_SET' in os.environ else ''\n"
        "if 'NOT_SET' in os.environ:\n    KEY = os.environ['NOT_SET']\n"
    ),
    "what is set": "import os\nos.environ.setdefault('SET', '1')\nKEY = os.environ['SET']\n",
    "what is written": "import os\nwith open(os.devnull, 'w') as file:\n    file.write('a')\n",
    "a package that is everywhere": (
        "try:\n    import json\nexcept ImportError as error:\n    raise RuntimeError from error\n"
    ),
}


@pytest.mark.parametrize("facade", GOING_ON.values(), ids=GOING_ON)
def test_a_module_that_goes_on_holds_nothing(unchanged_by: Program, facade: str) -> None:
    files = {**FILES, "app/facade.py": f"{facade}from app.hub import Hub\n"}
    after = unchanged_by(files, rename=RENAME, script=SCRIPT)
    assert after.files["use.py"] == FILES["use.py"].replace("app.hub", "app.facade")


def test_who_has_imported_it_before_imports_it_again(unchanged_by: Program) -> None:
    files = {
        **FILES,
        "app/facade.py": "import app.third\nfrom app.hub import Hub\n",
        "app/third.py": "import os\nif os.sep == ':':\n    raise ImportError\n",
        "use.py": "import app.third\nfrom app.hub import Hub\n\n\ndef go():\n    return Hub\n",
    }
    after = unchanged_by(files, rename=RENAME, script=SCRIPT)
    assert after.files["use.py"] == files["use.py"].replace("app.hub", "app.facade")


def test_a_module_that_may_end_its_import_moves(unchanged_by: Program) -> None:
    files = {
        **FILES,
        "app/third.py": "import os\nif os.sep == ':':\n    raise ImportError\nVALUE = 1\n",
        "use.py": "from app.third import VALUE\n\n\ndef go():\n    return print(VALUE) or go\n",
    }
    after = unchanged_by(
        files, move=("app.third", "app.below"), script=SCRIPT, may_go=["app.third"]
    )
    assert "from app.below.third import VALUE" in after.files["use.py"]
