"""Paths that a framework imports: configured classes, settings, logging and entry points."""

import pytest
from tests.programs.conftest import Program

PROGRAM = {
    "migrate.toml": (
        '[imports]\n"zoo.old.Foo" = "zoo.models.Foo"\n[shims]\n"zoo.old" = "delete"\n'
    ),
    "zoo/__init__.py": "",
    "zoo/old.py": "from zoo.models import Foo\n",
    "zoo/models.py": (
        "import logging\n\n\nclass Foo(logging.Handler):\n    def emit(self, record):\n"
        "        print(type(self).__name__, record.getMessage())\n\n"
        "    def sees(self, record):\n        return True\n"
    ),
    "build.py": (
        "import importlib\n\n\ndef build(path):\n    module, _, name = path.rpartition('.')\n"
        "    return getattr(importlib.import_module(module), name).__name__\n"
    ),
}
FORMS = {
    "a display": "CFG = {'_target_': 'zoo.old.Foo', 'x': 1}\nprint(build(CFG['_target_']))\n",
    "a class path": "CFG = {'class_path': 'zoo.old.Foo'}\nprint(build(CFG['class_path']))\n",
    "a keyword": "CFG = dict(_target_='zoo.old.Foo')\nprint(build(CFG['_target_']))\n",
    "a default": (
        "from dataclasses import dataclass\n\n\n@dataclass\nclass Cfg:\n"
        "    _target_: str = 'zoo.old.Foo'\n\n\nprint(build(Cfg()._target_))\n"
    ),
    "settings": "MIDDLEWARE = ['build.build', 'zoo.old.Foo']\nprint(build(MIDDLEWARE[-1]))\n",
    "nested settings": (
        "CACHES = {'default': {'BACKEND': 'zoo.old.Foo', 'TIMEOUT': 1}}\n"
        "print(build(CACHES['default']['BACKEND']))\n"
    ),
    "settings that grow": (
        "INSTALLED_APPS = ['a']\nINSTALLED_APPS += ['zoo.old.Foo']\n"
        "print(build(INSTALLED_APPS[1]))\n"
    ),
    "logging": (
        "import logging.config\n\nlogging.config.dictConfig({\n    'version': 1,\n"
        "    'handlers': {'h': {'class': 'zoo.old.Foo'}, 'i': {'()': 'zoo.old.Foo'}},\n"
        "    'root': {'handlers': ['h', 'i']},\n})\nlogging.warning('said')\n"
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_configured_class_follows(unchanged_by: Program, form: str) -> None:
    files = {**PROGRAM, "app.py": f"from build import build\n\n{FORMS[form]}"}
    after = unchanged_by(files, script="import app", may_go=["zoo.old"])
    assert "zoo.old" not in after.files["app.py"]
    assert "zoo/old.py" not in after.files
    assert "Foo" in after.printed


@pytest.mark.parametrize(
    "source",
    [
        # the text is put together, or has another form than the path
        "CFG = {'_target_': 'zoo.' 'old.Foo'}\nprint(build(CFG['_target_']))\n",
        "CFG = {'cls': 'zoo.old.Foo'}\nprint(build(CFG['cls']))\n",
        "PATHS = ('zoo.old.Foo',)\nprint(build(PATHS[0]))\n",
    ],
)
def test_what_is_not_certain_is_held_and_listed(unchanged_by: Program, source: str) -> None:
    files = {**PROGRAM, "app.py": f"from build import build\n\n{source}"}
    after = unchanged_by(files, script="import app")
    assert "zoo/old.py" in after.files
    assert {code for path, _, code in after.refusals if path == "app.py"} >= {"held"}


def test_entry_points_of_a_setup_script_follow(unchanged_by: Program) -> None:
    setup = (
        "from setuptools import setup\n\nsetup(\n    name='zoo',\n    entry_points={\n"
        "        'console_scripts': ['foo = zoo.old:Foo', 'bar=zoo.models:Foo'],\n"
        '        "plugins": """\n            first = zoo.old:Foo [extra]\n'
        '            second = zoo.models:Foo\n        """,\n    },\n)\n'
    )
    after = unchanged_by({**PROGRAM, "setup.py": setup}, may_go=["zoo.old"])
    assert after.files["setup.py"] == setup.replace("zoo.old", "zoo.models")
    assert "zoo/old.py" not in after.files


def test_plugins_of_pytest_follow_a_module(unchanged_by: Program) -> None:
    files = {
        "plug/__init__.py": "",
        "plug/old.py": "from plug.new import *\n",
        "plug/new.py": "import pytest\n\n\n@pytest.fixture\ndef one():\n    return 1\n",
        "conftest.py": "pytest_plugins = ['plug.old']\n",
        "tests/test_one.py": "def test_one(one):\n    assert one == 1\n",
    }
    after = unchanged_by(files, rename=("plug.old", "plug.new"), tests="tests")
    assert after.files["conftest.py"] == "pytest_plugins = ['plug.new']\n"
