"""Facades that have their names for type checkers, and make them when the code asks for them."""

import pytest
from tests.programs.conftest import Program

TYPES = "from typing import TYPE_CHECKING\n"
TYPED = "\nif TYPE_CHECKING:\n    from .client import connect, other\n"
ALL = '__all__ = ["connect", "other"]\n'
MAKING = """\
import importlib
from types import ModuleType


def lazy_import(namespace, aliases):
    def __getattr__(name):
        if name in aliases:
            module = importlib.import_module(aliases[name], namespace["__name__"])
            return getattr(module, name)
        raise AttributeError(name)

    namespace["__getattr__"] = __getattr__


def attach(package, submod_attrs):
    at = {name: module for module, names in submod_attrs.items() for name in names}

    def __getattr__(name):
        if name in at:
            return getattr(importlib.import_module(f"{package}.{at[name]}"), name)
        raise AttributeError(name)

    return __getattr__, lambda: list(at), list(at)


class Lazy(ModuleType):
    def __init__(self, name, old, structure):
        super().__init__(name)
        self.__path__ = old["__path__"]
        self.__getattr__ = attach(name, structure)[0]

    def __getattribute__(self, name):
        try:
            return super().__getattribute__(name)
        except AttributeError:
            return super().__getattribute__("__getattr__")(name)
"""
BY_NAME = (
    "\n\ndef __getattr__(name):\n    if name in _LAZY:\n"
    "        return getattr(importlib.import_module(_LAZY[name], __name__), name)\n"
    "    raise AttributeError(name)\n"
)
FACADES = {
    "a function that imports": TYPES + TYPED + ALL + "\n\ndef __getattr__(name):\n"
    "    if name == 'connect':\n        from .client import connect\n\n        return connect\n"
    "    if name == 'other':\n        from .client import other\n\n        return other\n"
    "    raise AttributeError(name)\n",
    "a table of modules": f"import importlib\n{TYPES}{TYPED}"
    f'_LAZY = {{"connect": ".client", "other": ".client"}}\n{ALL}{BY_NAME}',
    "a table of names": f"import importlib\n{TYPES}{TYPED}"
    '_NAMES = {"client": ["connect", "other"]}\n'
    '_LAZY = {name: f".{where}" for where, names in _NAMES.items() for name in names}\n'
    f"{ALL}{BY_NAME}",
    "a table of modules and names": f"import importlib\n{TYPES}{TYPED}"
    '_LAZY = {"connect": ("pk.client", "connect"), "other": ("pk.client", "other")}\n'
    f"{ALL}\n\ndef __getattr__(name):\n    if name in _LAZY:\n        module, name = _LAZY[name]\n"
    "        return getattr(importlib.import_module(module), name)\n"
    "    raise AttributeError(name)\n",
    "a call that gets the namespace": f"{TYPES}\nfrom .making import lazy_import\n{TYPED}\n"
    f'lazy_import(globals(), aliases={{"connect": ".client", "other": ".client"}})\n{ALL}',
    "a call where no type checker is": f"{TYPES}\nfrom .making import lazy_import\n{TYPED}else:\n"
    f'    lazy_import(globals(), {{"connect": ".client", "other": ".client"}})\n\n{ALL}',
    "attached names": f"{TYPES}\nfrom .making import attach\n{TYPED}\n__getattr__, __dir__, __all__"
    ' = attach(__name__, submod_attrs={"client": ["connect", "other"]})\n',
    "another object": f"import sys\n{TYPES}\nfrom .making import Lazy\n{TYPED}\n{ALL}\n"
    'sys.modules[__name__] = Lazy(__name__, globals(), {"client": ["connect", "other"]})\n',
    "its exported names": f"{TYPES}{TYPED}{ALL}\n\ndef __getattr__(name):\n"
    "    if name in __all__:\n        from . import client\n\n"
    "        return getattr(client, name)\n    raise AttributeError(name)\n",
}
CLIENT = "def connect():\n    return 1\n\n\ndef other():\n    return 2\n"
USE = (
    "import pk\nfrom pk import connect, other\nfrom pk.client import connect as own\n\n"
    "print(connect(), pk.connect(), other(), own())\n"
)
SCRIPT = "import pk\nimport use\nprint(pk.connect(), pk.other())\n"


def _files(facade: str) -> dict[str, str]:
    return {
        "pk/__init__.py": facade, "pk/making.py": MAKING, "pk/client.py": CLIENT, "use.py": USE,
    }  # fmt: skip


@pytest.mark.parametrize("name", FACADES)
def test_a_facade_keeps_the_name_by_which_it_makes_a_definition(
    unchanged_by: Program, name: str
) -> None:
    rename = ("pk.client.connect", "pk.client.dial")
    after = unchanged_by(_files(FACADES[name]), rename=rename, script=SCRIPT)
    assert "def dial():" in after.files["pk/client.py"]
    assert "from .client import dial as connect, other\n" in after.files["pk/__init__.py"]
    assert "from pk.client import dial as own\n" in after.files["use.py"]


@pytest.mark.parametrize("name", FACADES)
def test_names_are_taken_from_a_facade(unchanged_by: Program, name: str) -> None:
    rename = ("pk.client.connect", "pk.connect")
    after = unchanged_by(_files(FACADES[name]), rename=rename, script=SCRIPT)
    assert after.files["pk/__init__.py"] == FACADES[name]
    assert "from pk.client import" not in after.files["use.py"]


@pytest.mark.parametrize("name", FACADES)
def test_names_are_taken_past_a_facade_which_goes_on_making_them(
    unchanged_by: Program, name: str
) -> None:
    rename = ("pk.connect", "pk.client.connect")
    after = unchanged_by(_files(FACADES[name]), rename=rename, script=SCRIPT)
    assert after.files["pk/__init__.py"] == FACADES[name]
    assert "from pk import other\n" in after.files["use.py"]


@pytest.mark.parametrize("name", FACADES)
def test_a_facade_finds_a_module_that_is_renamed(unchanged_by: Program, name: str) -> None:
    after = unchanged_by(
        _files(FACADES[name]),
        rename=("pk.client", "pk.dialling"),
        script=SCRIPT,
        may_go=["pk.client"],
    )
    assert "pk/client.py" not in after.files
