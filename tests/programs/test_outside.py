"""Modules and names outside the repository, on one side of a rename or on both."""

import subprocess
import sys

import pytest
from tests.programs.conftest import Program
from tests.programs.pairs import pairs

XML = ("xml.dom.minidom", "xml.etree.ElementTree")


# ------------------------------------------------------------ modules whole


@pytest.mark.parametrize(
    ("source", "becomes"),
    pairs("""\
import xml.dom.minidom

READ = bool(xml.dom.minidom.__name__)
---
import xml.etree.ElementTree

READ = bool(xml.etree.ElementTree.__name__)
===
import xml.dom.minidom as m

READ = bool(m.__name__)
---
import xml.etree.ElementTree as m

READ = bool(m.__name__)
===
from xml.dom import minidom

READ = bool(minidom.__name__)
---
from xml.etree import ElementTree

READ = bool(ElementTree.__name__)
===
from xml.dom import minidom as m

READ = bool(m.__name__)
---
from xml.etree import ElementTree as m

READ = bool(m.__name__)
===
from xml.dom import Node, minidom

READ = bool(minidom.__name__), bool(Node)
---
from xml.dom import Node
from xml.etree import ElementTree

READ = bool(ElementTree.__name__), bool(Node)
===
import xml.dom.minidom

READ = xml.dom.Node.TEXT_NODE, bool(xml.dom.minidom)
---
import xml.dom.minidom
import xml.etree.ElementTree

READ = xml.dom.Node.TEXT_NODE, bool(xml.etree.ElementTree)
===
import importlib

READ = bool(importlib.import_module('xml.dom.minidom'))
---
import importlib

READ = bool(importlib.import_module('xml.etree.ElementTree'))
===
def read():
    import xml.dom.minidom

    return bool(xml.dom.minidom)


READ = read()
---
def read():
    import xml.etree.ElementTree

    return bool(xml.etree.ElementTree)


READ = read()
"""),
)
def test_a_module_outside_becomes_another_in_every_form(
    unchanged_by: Program, source: str, becomes: str
) -> None:
    after = unchanged_by({"app.py": source}, rename=XML, script="import app; print(app.READ)")
    assert after.files["app.py"] == becomes
    assert after.refusals == ()


@pytest.mark.parametrize(
    ("source", "becomes"),
    pairs("""\
import mock

mock.patch
---
from unittest import mock

mock.patch
===
import mock as m

m.patch
---
import unittest.mock as m

m.patch
===
from mock import patch

patch
---
from unittest.mock import patch

patch
===
import os, mock

os, mock.patch
===
try:
    import mock
except ImportError:
    mock = None
---
try:
    from unittest import mock
except ImportError:
    mock = None
"""),
)
def test_a_top_level_module_that_is_not_installed_moves_in_every_form(
    unchanged_by: Program, source: str, becomes: str | None
) -> None:
    becomes = becomes or "import os\nfrom unittest import mock\n\nos, mock.patch\n"
    files = {"app.py": "def run():\n" + "".join(f"    {x}\n" for x in source.splitlines() if x)}
    after = unchanged_by(files, rename=("mock", "unittest.mock"))
    wanted = "def run():\n" + "".join(f"    {x}\n" for x in becomes.splitlines() if x)
    assert after.files["app.py"] == wanted
    assert after.refusals == ()


@pytest.mark.parametrize(
    "source", ["from {0}.part import x\n\nx\n", "import {0}.part\n\n{0}.part.x\n"]
)
@pytest.mark.parametrize(("new", "follows"), [("newer.elder", True), ("unittest.mock", False)])
def test_what_is_below_a_module_follows_unless_it_is_certainly_not_there(
    unchanged_by: Program, source: str, new: str, follows: bool
) -> None:
    files = {
        "app.py": "if 0:\n" + "".join(f"    {x}\n" for x in source.format("elder").splitlines())
    }
    after = unchanged_by(files, rename=("elder", new))
    wanted = files["app.py"].replace("elder", new) if follows else files["app.py"]
    assert after.files["app.py"] == wanted
    assert bool(after.refusals) is not follows


# ------------------------------------------------- names read through modules


@pytest.mark.parametrize(
    ("source", "becomes"),
    pairs("""\
from os import path

READ = path.join('a', 'b')
---
import posixpath

READ = posixpath.join('a', 'b')
===
from os import path as p

READ = p.join('a', 'b')
---
import posixpath as p

READ = p.join('a', 'b')
===
from os import path

READ = path.join('a', 'b'), path.sep
---
from os import path
from posixpath import join

READ = join('a', 'b'), path.sep
===
from os import path


def join():
    return path.join('a', 'b'), path.sep


READ = join()
---
from os import path
import posixpath


def join():
    return posixpath.join('a', 'b'), path.sep


READ = join()
===
import os

READ = os.path.join('a', 'b')
---
import posixpath

READ = posixpath.join('a', 'b')
===
import os.path

READ = os.path.join('a', 'b'), os.sep
---
import os.path
import posixpath

READ = posixpath.join('a', 'b'), os.sep
===
import os.path as p

READ = p.join('a', 'b')
---
import posixpath as p

READ = p.join('a', 'b')
===
from os.path import join, sep

READ = join('a', 'b'), sep
---
from os.path import sep
from posixpath import join

READ = join('a', 'b'), sep
===
import os

READ = f"{os.path.join('a', 'b')}"
---
import posixpath

READ = f"{posixpath.join('a', 'b')}"
"""),
)
def test_a_name_is_reached_through_its_module(
    unchanged_by: Program, source: str, becomes: str
) -> None:
    after = unchanged_by(
        {"app.py": source},
        rename=("os.path.join", "posixpath.join"),
        script="import app; print(app.READ)",
    )
    assert after.files["app.py"] == becomes
    assert after.refusals == ()


def test_a_star_import_of_a_module_outside_is_listed(unchanged_by: Program) -> None:
    files = {"app.py": "from os.path import *\n\nREAD = join('a', 'b')\n"}
    after = unchanged_by(files, rename=("os.path.join", "posixpath.join"))
    assert after.refusals == (("app.py", 1, "star-import"),)


# ------------------------------------------------------------------ builtins


@pytest.mark.parametrize(
    ("source", "becomes"),
    pairs("""\
from typing import List

READ = List[int]
---
READ = list[int]
===
from typing import Any, List

READ: List[Any] = []
---
from typing import Any

READ: list[Any] = []
===
from typing import List as L

READ = L[int]
---
READ = list[int]
===
import typing

READ = typing.List[int]
---
READ = list[int]
===
import typing as t

READ = t.List[int]
---
READ = list[int]
===
import typing

READ = typing.List[typing.Any]
---
import typing

READ = list[typing.Any]
===
def read():
    from typing import List

    return List[int]


READ = read()
---
def read():
    return list[int]


READ = read()
===
if __name__:
    from typing import List

READ = List[int]
---
if __name__:
    pass

READ = list[int]
"""),
)
def test_a_name_that_is_built_in_needs_no_import(
    unchanged_by: Program, source: str, becomes: str
) -> None:
    script = "import app; print(str(app.READ).replace('typing.List', 'list'))"
    after = unchanged_by({"app.py": source}, rename=("typing.List", "list"), script=script)
    assert after.files["app.py"] == becomes
    assert after.refusals == ()


@pytest.mark.parametrize(
    ("source", "becomes"),
    pairs("""\
from typing import List

def list():
    return List[int]
---
from typing import List

def list():
    return List[int]
===
import typing

READ = typing.List[int]

class A:
    list = 1
    x = typing.List[int]
---
import typing

READ = list[int]

class A:
    list = 1
    x = typing.List[int]
===
from typing import List

__all__ = ['List']
READ = List[int]
---
from typing import List

__all__ = ['List']
READ = list[int]
===
from typing import Dict, List

READ = List[int]

class A:
    def list(self) -> List[int]: ...

    def other(self, list: List[int], x: Dict[int, List[int]]) -> None:
        self.x: List[int] = list
        y: List[int] = []

    def third(self) -> None:
        y: List[int] = []
---
from typing import Dict, List

READ = list[int]

class A:
    def list(self) -> List[int]: ...

    def other(self, list: List[int], x: Dict[int, List[int]]) -> None:
        self.x: List[int] = list
        y: List[int] = []

    def third(self) -> None:
        y: list[int] = []
"""),
)
def test_a_builtin_that_is_hidden_or_must_be_importable_is_refused(
    unchanged_by: Program, source: str, becomes: str
) -> None:
    after = unchanged_by({"app.py": source}, rename=("typing.List", "list"))
    assert after.files["app.py"] == becomes
    assert {code for _, _, code in after.refusals} == {"name-taken"}


# ------------------------------------------------------------- one-part names


ONE_PART = {
    "box/__init__.py": "",
    "box/tool.py": "from tool import f\n",
    "tool.py": "def f():\n    return 1\n",
    "old/__init__.py": "",
    "old/sub.py": "from new.sub import g\n",
    "new/__init__.py": "",
    "new/sub.py": "def g():\n    return 2\n",
}


@pytest.mark.parametrize(
    ("source", "becomes"),
    pairs("""\
from box import tool

READ = tool.f()
---
import tool

READ = tool.f()
===
from box import tool as t

READ = t.f()
---
import tool as t

READ = t.f()
===
import box.tool

READ = box.tool.f()
---
import tool

READ = tool.f()
===
import box.tool as t

READ = t.f()
---
import tool as t

READ = t.f()
===
from box.tool import f

READ = f()
---
from tool import f

READ = f()
===
from box import tool
import box.tool

READ = tool.f(), box.tool.f()
---
import tool

READ = tool.f(), tool.f()
===
import box.tool
from box import tool

READ = tool.f(), box.tool.f()
---
import tool

READ = tool.f(), tool.f()
===
import tool
from box import tool as t

READ = tool.f(), t.f()
---
import tool

READ = tool.f(), tool.f()
===
from box import (
    tool,
)

READ = tool.f()
---
import tool

READ = tool.f()
===
def read(tool):
    import box.tool

    return box.tool.f()


READ = read(1)
"""),
)
def test_a_module_becomes_one_at_the_top(
    unchanged_by: Program, source: str, becomes: str | None
) -> None:
    after = unchanged_by(
        {**ONE_PART, "app.py": source},
        rename=("box.tool", "tool"), script="import app; print(app.READ)",
    )  # fmt: skip
    assert after.files["app.py"] == (becomes or source)
    assert bool(after.refusals) == (becomes is None)


@pytest.mark.parametrize(
    ("source", "becomes"),
    pairs("""\
import old.sub

READ = old.sub.g()
---
import new.sub

READ = new.sub.g()
===
import old.sub as s

READ = s.g()
---
import new.sub as s

READ = s.g()
===
from old import sub

READ = sub.g()
---
from new import sub

READ = sub.g()
===
from old.sub import g

READ = g()
---
from new.sub import g

READ = g()
===
import old, old.sub

READ = old.sub.g(), bool(old)
---
import new, new.sub

READ = new.sub.g(), bool(new)
===
import old.sub

new = 1
READ = old.sub.g()
===
import old.sub

READ = f'{old.sub.g()}'
---
import new.sub

READ = f'{new.sub.g()}'
"""),
)
def test_a_module_at_the_top_becomes_another(
    unchanged_by: Program, source: str, becomes: str | None
) -> None:
    after = unchanged_by(
        {**ONE_PART, "app.py": source},
        rename=("old", "new"), script="import app; print(app.READ)",
    )  # fmt: skip
    assert after.files["app.py"] == (becomes or source)
    assert bool(after.refusals) == (becomes is None)


# ----------------------------------------------------------- the longest key


KEYS = '[imports]\n"os.path" = "posixpath"\n"os.path.join" = "ntpath.join"\n'


@pytest.mark.parametrize(
    ("source", "becomes"),
    pairs("""\
import os.path

READ = os.path.join('a'), os.path.basename('c/d')
---
import posixpath
import ntpath

READ = ntpath.join('a'), posixpath.basename('c/d')
===
import os.path as p

READ = p.join('a'), p.basename('c/d')
---
import posixpath as p
from ntpath import join

READ = join('a'), p.basename('c/d')
===
from os import path

READ = path.join('a'), path.basename('c/d')
---
import posixpath
from ntpath import join

READ = join('a'), posixpath.basename('c/d')
===
from os.path import basename, join

READ = join('a'), basename('c/d')
---
from posixpath import basename
from ntpath import join

READ = join('a'), basename('c/d')
===
from importlib import import_module
from unittest import mock

with mock.patch('os.path.join'):
    READ = bool(import_module('os.path'))
---
from importlib import import_module
from unittest import mock

with mock.patch('ntpath.join'):
    READ = bool(import_module('posixpath'))
"""),
)
def test_of_two_keys_the_longer_one_wins(unchanged_by: Program, source: str, becomes: str) -> None:
    files = {"app.py": source, "migrate.toml": KEYS}
    after = unchanged_by(files, script="import app; print(app.READ)")
    assert after.files["app.py"] == becomes
    assert after.refusals == ()


def test_the_longer_key_wins_in_documents_too(unchanged_by: Program) -> None:
    inner = '[imports]\n"pkg.a" = "pkg.b"\n"pkg.a.X" = "pkg.c.Y"\n'
    files = {
        "migrate.toml": inner,
        "pkg/__init__.py": "",
        "pkg/a.py": "from pkg.b import Z\nfrom pkg.c import Y as X\n",
        "pkg/b.py": "class Z:\n    pass\n",
        "pkg/c.py": "class Y:\n    pass\n",
        "shown.py": '"""A.\n\n>>> from pkg.a import X, Z\n"""\n',
        "app.py": "import pkg.a\n\nR = pkg.a.X, pkg.a.Z\n",
    }
    after = unchanged_by(files, script="import app; print(app.R)")
    shown = '"""A.\n\n>>> from pkg.c import Y\n>>> from pkg.b import Z\n"""\n'
    assert after.files["shown.py"] == shown
    assert after.files["app.py"] == "import pkg.b\nimport pkg.c\n\nR = pkg.c.Y, pkg.b.Z\n"


# ------------------------------------------------------ submodules on demand


@pytest.mark.parametrize(
    ("source", "becomes"),
    pairs("""\
from six.moves import urllib

def read():
    return urllib.parse.quote("a b")
---
import urllib.parse

def read():
    return urllib.parse.quote("a b")
===
from six.moves import range, urllib

def read():
    return urllib.parse.quote("a b"), urllib.error.URLError, range(1)
---
import urllib.parse
import urllib.error

def read():
    return urllib.parse.quote("a b"), urllib.error.URLError, range(1)
===
import six

def read():
    return six.moves.urllib.parse.quote("a b")
---
import urllib.parse

def read():
    return urllib.parse.quote("a b")
===
import urllib.parse
from six.moves import urllib as lib

def read():
    return lib.parse.quote("a b"), urllib.parse.quote("c d")
---
import urllib.parse
import urllib as lib

def read():
    return lib.parse.quote("a b"), urllib.parse.quote("c d")
===
import six.moves.urllib as lib

def read():
    return lib.parse.quote("a b")
---
import urllib as lib
import urllib.parse

def read():
    return lib.parse.quote("a b")
===
from six.moves.urllib import parse

def read():
    return parse.quote("a b")
---
from urllib import parse

def read():
    return parse.quote("a b")
"""),
)
def test_what_a_package_loads_on_demand_is_imported(
    unchanged_by: Program, source: str, becomes: str
) -> None:
    table = '[imports]\n"six.moves.urllib" = "urllib"\n"six.moves.range" = "range"\n'
    after = unchanged_by({"app.py": source, "migrate.toml": table})
    assert after.files["app.py"] == becomes
    assert after.refusals == ()
    assert subprocess.run([sys.executable, "-c", f"{becomes}\nread()"], check=False).returncode == 0
