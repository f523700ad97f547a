"""A bound name that another file reads by its spelling keeps it."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import After, Program

RENAME = ("eng.old.Engine", "eng.core.Motor")
ENGINE = {
    "eng/__init__.py": "",
    "eng/old.py": "from eng.core import Motor as Engine\n",
    "eng/core.py": "class Motor:\n    n = 2\n",
    "app/__init__.py": "",
}
USE = "from eng.old import Engine\n\n\ndef go():\n    return Engine.n\n"
KEPT = "from eng.core import Motor as Engine\n"
SCRIPT = """
import importlib
for name in {modules!r}:
    try:
        print(name, importlib.import_module(name).go())
    except Exception as error:
        print(name, type(error).__name__, error)
"""
READERS = blocks(
    r"""
=== by_import
from app.by_import_used import Engine
def go():
    return Engine.n
=== by_import_in_text
def go():
    space = {}
    exec('from app.by_import_in_text_used import Engine\nn = Engine.n', space)
    return space['n']
=== by_attribute
import app.by_attribute_used
def go():
    return app.by_attribute_used.Engine.n
=== by_alias
import app.by_alias_used as it
def go():
    return it.Engine.n
=== by_getattr
from app import by_getattr_used
def go():
    return getattr(by_getattr_used, 'Engine').n
=== by_variable
from app import by_variable_used as it
KIND = 'Eng'
def go():
    return getattr(it, KIND + 'ine').n
=== by_vars
from app import by_vars_used
def go(kind='eng'):
    names = sorted(k for k in vars(by_vars_used) if k[0] != '_')
    return [v.n for k, v in vars(by_vars_used).items() if k.lower().startswith(kind)], names
=== by_dict
import app.by_dict_used
def go():
    return sorted(k for k in app.by_dict_used.__dict__ if k[0] != '_')
=== by_members
import inspect
from app import by_members_used
def go():
    return [name for name, _ in inspect.getmembers(by_members_used, inspect.isclass)]
=== by_argument
import app.by_argument_used as it
def look(where, kind):
    return getattr(where, kind)
def go(kind='ENGINE'):
    return look(it, kind.capitalize()).n
=== by_list
from app import by_list_used
PLUGINS = [by_list_used]
def go(kind='ENGINE'):
    return [getattr(one, kind.capitalize()).n for one in PLUGINS]
=== by_import_module
from importlib import import_module
def go():
    return import_module('app.by_import_module_used').Engine.n
=== by_import_module_later
import importlib
def go():
    it = importlib.import_module('app.by_import_module_later_used')
    return it.Engine.n
=== by_import_module_computed
import importlib
def go(kind='ENGINE'):
    it = importlib.import_module('app.by_import_module_computed_used')
    return getattr(it, kind.capitalize()).n
=== by_prefix
import importlib
def go(name='by_prefix_used'):
    return importlib.import_module(f'app.{name}').Engine.n
=== by_dunder_import
def go():
    it = __import__('app.by_dunder_import_used', fromlist=['Engine'])
    return getattr(it, 'Engine').n
=== by_sys_modules
import sys
import app.by_sys_modules_used
def go():
    return sys.modules['app.by_sys_modules_used'].Engine.n
=== by_star
from app.by_star_used import *
def go():
    return Engine.n
=== by_resolve_name
import pkgutil
def go():
    return pkgutil.resolve_name('app.by_resolve_name_used:Engine').n
=== by_child
import subprocess, sys
def go():
    code = 'from app.by_child_used import Engine; print(Engine.n)'
    return subprocess.check_output([sys.executable, '-c', code])
=== by_child_attribute
import subprocess, sys
def go():
    code = '''
import app.by_child_attribute_used
print(app.by_child_attribute_used.Engine.n)
'''
    return subprocess.check_output([sys.executable, '-c', code])
=== by_doctest
import doctest
def go():
    return doctest.run_docstring_examples(go, {})
go.__doc__ = '''
>>> from app.by_doctest_used import Engine
>>> Engine.n
2
'''
""",
)
SETUP = """from setuptools import setup
if __name__ == '__main__':
    setup(entry_points={'console_scripts': ['x = app.a4:Engine']})
"""
NOTEBOOK = (
    '{"cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null,'
    ' "source": [%s]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
)
TEXTS = {
    "run.yaml": ("engine: {cls: app.a1.Engine}\n", "a1"),
    "apart.yaml": ("module: app.a2\nname: Engine\n", "a2"),
    "setup.cfg": ("[options.entry_points]\nconsole_scripts =\n    x = app.a3:Engine\n", "a3"),
    "setup.py": (SETUP, "a4"),
    "logging.ini": ("[handler_x]\nclass = app.a5.Engine\n", "a5"),
    "data.json": ('{"class": "app.a6.Engine"}\n', "a6"),
    "pyproject.toml": ('[project]\nname = "x"\n[project.scripts]\nx = "app.a7:Engine"\n', "a7"),
    "one.ipynb": (NOTEBOOK % '"from app.a8 import (\\n", "    Engine,\\n", ")\\n"', "a8"),
    "two.ipynb": (NOTEBOOK % '"from app import a9\\n", "%timeit a9.Engine()"', "a9"),
    "docs/usage.rst": ("Usage\n=====\n\n>>> from app.b1 import Engine\n>>> Engine.n\n2\n", "b1"),
    "docs/api.rst": ("Api\n===\n\n.. autoclass:: app.b2.Engine\n", "b2"),
    "docs/usage.md": ("# Usage\n\n```python\nimport app.b3\napp.b3.Engine()\n```\n", "b3"),
    "docs/api.md": ("# Api\n\n::: app.b4.Engine\n", "b4"),
    "ci.yaml": ("steps:\n  - run: python -c 'from app.b5 import Engine'\n", "b5"),
    "run.sh": ("python -c \"import app.b6; app.b6.Engine()\"\n", "b6"),
}  # fmt: skip
TALK = '"""See app.c3.Engine; do `from app.c3 import Engine`."""\n# from app.c3 import Engine\n'
OTHER = """from app import c4
import importlib
importlib.reload(c4)
assert c4 is not None
print(c4.go(), hasattr(c4, 'nothing'))
"""
PROSE = {
    "README.md": ("The old name `app.c1.Engine` is an Engine.\n", "c1"),
    "notes.txt": ("app.c2 has an Engine. So does app.c2x.\n", "c2"),
    "talk.py": (TALK, "c3"),
    "other.py": (OTHER, "c4"),
}  # fmt: skip


def test_a_name_that_code_elsewhere_reads_by_its_spelling_is_kept(unchanged_by: Program) -> None:
    used = {f"app/{name}_used.py": USE for name in READERS}
    files = {**ENGINE, **used, **{f"{name}.py": text for name, text in READERS.items()}}
    script = SCRIPT.format(modules=sorted(READERS))
    after = unchanged_by(files, rename=RENAME, script=script)
    kept = {name for name in READERS if KEPT in after.files[f"app/{name}_used.py"]}
    assert kept == READERS.keys()


def _texts(unchanged_by: Program, texts: dict[str, tuple[str, str]]) -> tuple[After, set[str]]:
    used = {f"app/{name}.py": USE for _, name in texts.values()}
    files = {**ENGINE, **used, **{path: text for path, (text, _) in texts.items()}}
    after = unchanged_by(files, rename=RENAME)
    return after, {
        path for path, (_, name) in texts.items() if KEPT in after.files[f"app/{name}.py"]
    }


def test_a_name_that_a_document_or_a_configuration_reads_is_kept(unchanged_by: Program) -> None:
    _, kept = _texts(unchanged_by, TEXTS)
    assert kept == TEXTS.keys()


def test_a_name_that_is_only_talked_about_follows(unchanged_by: Program) -> None:
    after, kept = _texts(unchanged_by, PROSE)
    assert kept == set()
    assert "from eng.core import Motor\n" in after.files["app/c1.py"]


@pytest.mark.parametrize(
    "source",
    [
        r'["x = 1\n", "!python -c \"from pkg.core import load; print(load(1))\""]',
        r'"x = 1\n%sx python -c \"from pkg.core import load\""',
        r'["%%bash\n", "echo 1\n"], "more": ["!python -c \"from pkg.core import load\""]',
    ],
)
def test_a_shell_line_of_a_notebook_keeps_a_name(unchanged_by: Program, source: str) -> None:
    cell = (
        '{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": '
    )
    files = {
        "pkg/__init__.py": "",
        "pkg/core.py": "def load(x):\n    return x\n",
        "one.ipynb": f'{{"cells": [{cell}{source}}}], "metadata": {{}}, "nbformat": 4}}\n',
    }
    after = unchanged_by(files, rename=("pkg.core.load", "pkg.core.read"))
    assert "load = read" in after.files["pkg/core.py"]
    assert {(path, code) for path, _, code in after.refusals} == {
        ("one.ipynb", "mentioned"),
        ("pkg/core.py", "old-name-kept"),
    }
