"""Names of modules that are read all at once: by them something is compared, made or called."""

from collections.abc import Callable

import pytest
from tests.conftest import Repository
from tests.programs.conftest import Program
from typer.testing import CliRunner

from onepath_cli.app import app

LIB = "def old():\n    return 1\n\n\ndef other():\n    return 2\n"
AT_ONCE = [
    "import p.lib\n\nprint(len([n for n in vars(p.lib) if n == 'zero']))\n",
    "from p import lib\n\nprint(len([n for n in dir(lib) if n == 'zero']))\n",
    "import inspect\nfrom p import lib\nprint(inspect.getmembers(lib, callable)[0][0] == 0)\n",
    "from inspect import getmembers\nimport p.lib as it\nprint(getmembers(it)[0][0] == '')\n",
    "import p.lib\n\nprint('zero' in {n: f for n, f in p.lib.__dict__.items() if callable(f)})\n",
    "import p\n\nprint('zero' in set(vars(p)))\n",
]
BEFORE_IMPORTS = [
    "import p.lib\nimport os\nprint('zero' in set(vars(p.lib)))\n",
    "import os, p.lib\nimport p\nprint('zero' in dir(p.lib))\n",
    "from p import lib\nimport os\nprint('zero' in set(lib.__dict__))\n",
    "import p.lib\n(a) = 1\nprint('zero' in dir(p.lib))\n",
    "import p.lib\n\nprint('zero' in dir(p.lib))\n",
]
ONE = [
    "import p.lib\n\nprint(p.lib.__dict__['other']())\n",
    "import p.lib\n\nprint(vars(p.lib)['other'](), p.lib.__dict__.get('other')())\n",
    "import p.lib\n\nprint(p.lib.other(), sorted(vars(p.lib.other)))\n",
    "import p.lib\nimport types\n\nprint(len(dir(types)) > 1, p.lib.other())\n",
    "class lib:\n    a = 1\n\n\nprint('a' in vars(lib))\n",
]


@pytest.mark.parametrize("use", [*AT_ONCE, *BEFORE_IMPORTS])
def test_who_reads_all_names_of_a_module_is_listed(unchanged_by: Program, use: str) -> None:
    files = {"p/__init__.py": "from p.lib import old\n", "p/lib.py": LIB, "use.py": use}
    after = unchanged_by(files, rename=("p.lib.old", "p.lib.new"), script="import use")
    assert after.refusals == (("use.py", 3, "all-names-read"),)


@pytest.mark.parametrize("use", ONE)
def test_who_reads_one_of_them_is_not(unchanged_by: Program, use: str) -> None:
    files = {"p/__init__.py": "from p.lib import old\n", "p/lib.py": LIB, "use.py": use}
    after = unchanged_by(files, rename=("p.lib.old", "p.lib.new"), script="import use")
    assert not after.refusals


@pytest.mark.parametrize("use", AT_ONCE[:5])
def test_the_old_path_stays_for_who_reads_those_of_a_module(
    unchanged_by: Program, use: str
) -> None:
    files = {"p/__init__.py": "", "p/lib.py": LIB, "p/to.py": "", "use.py": use}
    after = unchanged_by(files, move=("p.lib.old", "p.to"), script="import use")
    assert after.refusals == (("p/lib.py", 1, "old-path-kept"),)


PACKAGE_READS = [
    "import p\n\nprint('zero' in set(vars(p)))\n",
    "import p\n\nprint([name for name in dir(p) if name == 'zero'])\n",
    "import p\n\nprint(*[k for k, v in p.__dict__.items() if k == 'zero'])\n",
]


@pytest.mark.parametrize("use", PACKAGE_READS)
def test_who_meets_a_module_among_the_names_of_its_package_is_listed(
    unchanged_by: Program, use: str
) -> None:
    files = {"p/__init__.py": "from p.lib import old\n", "p/lib.py": LIB, "use.py": use}
    after = unchanged_by(files, rename=("p.lib", "p.core"), script="import use", may_go={"p.lib"})
    assert {*after.refusals} == {("use.py", 3, "all-names-read")}


@pytest.mark.parametrize(
    "use", ["import p\n\nprint(vars(p)['old']())\n", "import p.lib\n\nprint(len(dir(p.lib)) > 1)\n"]
)
def test_who_meets_other_names_is_not(unchanged_by: Program, use: str) -> None:
    files = {"p/__init__.py": "from p.lib import old\n", "p/lib.py": LIB, "use.py": use}
    after = unchanged_by(files, rename=("p.lib", "p.core"), script="import use", may_go={"p.lib"})
    assert not after.refusals


COPIES = [
    "import p\n\nglobals().update({k: v for k, v in p.__dict__.items() if k == 'lib'})\n",
    "import p\n\nglobals().update({k: v for k, v in vars(p).items() if k[0] != '_'})\n",
    "import p\n\nfor k, v in vars(p).items():\n    if k[0] != '_':\n        globals()[k] = v\n",
]
LOADING = {
    "by itself": "from .lib import old\n",
    "after others": "from .other import one\nfrom .lib import old\n\nlate = [old]\n",
    "by its full path": "from p.lib import old\n",
    "by another module": "from . import other\n",
}


@pytest.mark.parametrize("use", COPIES)
@pytest.mark.parametrize("loading", LOADING)
def test_a_module_that_is_copied_stays_in_its_package(
    unchanged_by: Program, use: str, loading: str
) -> None:
    files = {
        "p/__init__.py": LOADING[loading],
        "p/lib.py": LIB,
        "p/other.py": "from . import lib\n\none = lib.old\n",
        "use.py": use,
    }
    script = "import use, p\nprint(use.lib.old() == use.p.lib.old(), use.lib is p.lib)"
    after = unchanged_by(files, rename=("p.lib", "p.core"), script=script)
    assert ("p/lib.py", 1, "old-module-kept") in after.refusals


@pytest.mark.parametrize("loading", LOADING)
def test_a_module_that_is_kept_for_others_stays_in_its_package(
    unchanged_by: Program, loading: str
) -> None:
    files = {
        "p/__init__.py": LOADING[loading],
        "p/lib.py": LIB,
        "p/other.py": "from . import lib\n\none = lib.old\n",
        "use.py": "import p\n\nname = 'l' + 'ib'\nprint(getattr(p, name).old())\n"
        "__import__('p.' + name)\n",
    }
    after = unchanged_by(files, rename=("p.lib", "p.core"), script="import use")
    assert {code for *_, code in after.refusals} == {"old-module-kept"}


def test_a_module_that_is_loaded_on_a_condition_is_not_loaded_for_sure(
    unchanged_by: Program,
) -> None:
    files = {
        "p/__init__.py": "try:\n    from .lib import old\nexcept ImportError:\n    old = None\n",
        "p/lib.py": "import nowhere\n\n\ndef old(): return 1\n",
        "use.py": "import p\n\nprint(p.old)\nname = 'p.'\n\n\ndef load(leaf):\n"
        "    return __import__('p.' + leaf)\n",
    }
    unchanged_by(files, rename=("p.lib", "p.core"), script="import use")


_SHAPES = {
    "p/__init__.py": "",
    "p/shapes.py": "LIMIT = 3\n\n\nclass Circle:\n    r = 1\n",
}
_ASKING = {
    "by a tag of data": {
        "p/load.py": "from p import shapes\n\n\ndef load(tag):\n    return getattr(shapes, tag)\n",
        "data.yaml": "shape: !Circle {}\n",
    },
    "by a field of a template": {
        "p/load.py": (
            "from p import shapes\n\n\ndef load(tag):\n"
            "    return '{0.Circle.r} %(Circle)s'.format(shapes)\n"
        )
    },
    "by a key of a template": {
        "p/load.py": (
            "from p import shapes\n\n\ndef load(tag):\n    return '%(Circle)s' % vars(shapes)\n"
        )
    },
}


@pytest.mark.parametrize("files", _ASKING.values(), ids=_ASKING.keys())
def test_a_module_that_is_asked_for_names_keeps_one_that_data_or_templates_have(
    unchanged_by: Program, files: dict[str, str]
) -> None:
    script = "from p.load import load\nprint(load('Circle') is not None)\n"
    after = unchanged_by(
        {**_SHAPES, **files}, rename=("p.shapes.Circle", "p.shapes.Disc"), script=script
    )
    assert ("p/shapes.py", 4, "old-name-kept") in after.refusals
    assert "class Disc:" in after.files["p/shapes.py"]


_CHOOSING = {
    "an end": "[n for n, _ in inspect.getmembers(shapes) if n.endswith('le')]",
    "a beginning": "[n for n in dir(shapes) if n.startswith('Cir')]",
    "an end of what is loaded": (
        "[n for n in vars(importlib.import_module('p.' + name)) if n.endswith('le')]"
    ),
    "its own name": "{c.__name__.lower(): c for c in vars(shapes).values() if hasattr(c, 'r')}",
}


@pytest.mark.parametrize("chosen", _CHOOSING.values(), ids=_CHOOSING.keys())
def test_no_name_changes_by_which_it_is_chosen_among_all(
    make_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch, chosen: str
) -> None:
    head = "import importlib, inspect\nfrom p import shapes\n\n\n"
    text = f"{head}def load(name):\n    return {chosen}\n"
    repository = make_repository({**_SHAPES, "p/load.py": text, "use.json": '{"kind": "circle"}\n'})
    monkeypatch.chdir(repository.path)

    refused = CliRunner().invoke(app, ["rename", "p.shapes.Circle", "p.shapes.Disc", "--dry-run"])
    done = CliRunner().invoke(app, ["rename", "p.shapes.LIMIT", "p.shapes.MOST", "--dry-run"])

    assert (refused.exit_code, done.exit_code) == (3, 0), refused.output + done.output
    assert "p/load.py:6: " in refused.output or "p/load.py:2: " in refused.output
