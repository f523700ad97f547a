"""Modules that are imported by names which are put together elsewhere in the file."""

import pytest
from tests.programs.conftest import Program

IMPORT = "import importlib\n\n\n"
LOADERS = {
    "a function that gives the name": IMPORT
    + """\
def path_of(name):
    return f"{__name__}.{name}"


def load(name):
    return importlib.import_module(path_of(name))
""",
    "an attribute of a class": IMPORT
    + """\
class Loader:
    prefix = __name__ + "."

    def load(self, name):
        return importlib.import_module(self.prefix + name)


load = Loader().load
""",
    "a text for % that format makes": """\
from importlib import import_module as load_module

PREFIX = "{}.%s".format(__name__)


def load(name):
    return load_module(PREFIX % name)
""",
    "a list that is joined": IMPORT
    + """\
def load(name):
    parts = [__package__]
    parts.append(name)
    return importlib.import_module(".".join(parts))
""",
    "a relative name that a function gives": IMPORT
    + """\
def relative(name):
    return "." + name


def load(name):
    return importlib.import_module(relative(name), __package__)
""",
    "a file beside this one": """\
import importlib.util
import os


def load(name):
    path = os.path.join(os.path.dirname(__file__), name + ".py")
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
""",
    "a tuple that is joined for the builtin": """\
import sys


def full(name):
    return ".".join((__name__, name))


def load(name):
    __import__(full(name))
    return sys.modules[full(name)]
""",
}
USE = """\
from pk import load
from pk.alpha import Thing

print(load("al" + "pha").Thing.k, load("beta").V, Thing.k)
"""


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("wanted", ["rename", "shims"])
def test_a_module_that_may_be_loaded_stays(unchanged_by: Program, loader: str, wanted: str) -> None:
    is_shim = wanted == "shims"
    files = {
        "pk/__init__.py": LOADERS[loader],
        "pk/alpha.py": "from pk.beta import Thing\n" if is_shim else "class Thing:\n    k = 1\n",
        "pk/beta.py": "class Thing:\n    k = 1\n\n\nV = 2\n",
        "use.py": USE,
    }
    after = (
        unchanged_by(files, init=("pk.beta.Thing",), script="import use\n")
        if is_shim
        else unchanged_by(files, rename=("pk.alpha", "pk.omega"), script="import use\n")
    )
    assert after.printed == "1 2 1\n"
    assert after.files["use.py"] != USE
    assert "pk/alpha.py" in after.files


def test_names_of_loggers_hold_nothing(unchanged_by: Program) -> None:
    files = {
        "pk/__init__.py": "",
        "pk/core.py": (
            "import importlib\nimport logging\n\n\ndef log(name):\n"
            '    return logging.getLogger(f"{__name__}.{name}")\n\n\n'
            "def load(name):\n    return importlib.import_module(name)\n"
        ),
        "pk/alpha.py": "class Thing:\n    k = 1\n",
        "use.py": "from pk.alpha import Thing\nfrom pk.core import log\n\nprint(Thing.k)\n",
    }
    after = unchanged_by(
        files, rename=("pk.alpha", "pk.omega"), script="import use\n", may_go=("pk.alpha",)
    )
    assert "pk/alpha.py" not in after.files
