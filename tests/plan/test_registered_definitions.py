"""Renames of definitions that tell others of themselves, who may know them by their name."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.plan.test_definitions import rename

from onepath.errors import RefusedError

BASE = """\
BY_NAME = {}


class Base:
    def __init_subclass__(cls):
        BY_NAME[cls.__name__] = cls


def task(function):
    BY_NAME[function.__name__] = function
    return function
"""
REFUSED = {
    "a function of the file that files what it is given": (
        {
            "m.py": "class old: ...\n\n\nKINDS = {}\n\n\ndef put(kind):\n"
            "    KINDS[kind.__name__.lower()] = kind\n\n\nput(kind=old)\nmade = KINDS['old']\n",
        },
        r"m\.py:8: .*m\.py:12",
    ),
    "the class of an instance that is one of several": (
        {
            "m.py": "class old: ...\n\n\nMADE = [cls() for cls in (old,)]\n",
            "use.py": "from m import MADE, old\n\nhandlers = {'old': print, None: [old]}\n"
            "for made in MADE:\n    handlers[type(made).__name__](made)\n",
        },
        r"use\.py:3: this is compared with the own name of something",
    ),
    "its text, which is run elsewhere": (
        {
            "m.py": "import inspect\n\n\ndef old(x):\n    return x\n\n\n"
            "def source():\n    return inspect.getsource(old)\n",
            "use.py": "from m import source\n\nspace = {}\nexec(source(), space)\n"
            "print(space['old'](1))\n",
        },
        r"m\.py:9: 'old' tells others of itself .*use\.py:5",
    ),
    "its text, which a function is given it for": (
        {
            "m.py": "from inspect import getsource\n\n\nclass old: ...\n\n\n"
            "def remote(task, name):\n    return getsource(task), name\n\n\n"
            "remote(old, 'old')\n",
        },
        r"m\.py:8: 'old' tells others of itself .*m\.py:11",
    ),
    "a base that is told, and a string": (
        {"m.py": "from base import BY_NAME, Base\n\n\nclass old(Base):\n    other = 'old'\n"},
        r"m\.py:4: 'old' tells others of itself \(class old\(Base\):\), and m\.py:5 may ask",
    ),
    "a decorator of the repository, and a key elsewhere": (
        {
            "m.py": "import base\n\n\n@base.task\ndef old():\n    return 1\n",
            "use.py": "import m\nfrom base import BY_NAME\n\nprint(BY_NAME['old']())\n",
        },
        r"m\.py:4: .*@base\.task.*use\.py:4",
    ),
    "a method of an object, and a template": (
        {
            "m.py": (
                "from flask import Flask\n\napp = Flask('m')\n\n\n@app.route('/')\ndef old(): ...\n"
            ),
            "page.html": "<a href=\"{{ url_for('old') }}\">\n",
        },
        r"m\.py:6: .*@app\.route.*page\.html:1",
    ),
    "a base that a call makes": (
        {
            "m.py": "from base import Made\n\n\nclass old(Made):\n    pass\n",
            "base.py": "from orm import base_class\n\nMade = base_class()\n",
            "use.py": "from orm import relation\n\nchild = relation('old')\n",
        },
        r"m\.py:4: .*use\.py:3",
    ),
}


@pytest.mark.parametrize("shape", REFUSED)
def test_a_string_may_ask_for_it(make_repository: Callable[..., Any], shape: str) -> None:
    files, told = REFUSED[shape]
    repository = make_repository({"base.py": BASE, **files})
    with pytest.raises(RefusedError, match=told):
        rename(repository.path, "m.old", "m.new")


REFUSED |= {
    "a table over what is listed": (
        {
            "m.py": "def old(): ...\n\n\ndef other(): ...\n\n\n"
            "BY_NAME = {f.__name__: f for f in (old, other)}\n",
            "use.py": "import m\n\nm.BY_NAME['old']()\n",
        },
        r"m\.py:7: .*BY_NAME.*use\.py:3",
    ),
    "a loop in another module, and a value of a configuration file": (
        {
            "m.py": "class old: ...\n",
            "use.py": "import m\n\nfound = {}\nfor one in [m.old]:\n"
            "    found[one.__qualname__] = one\n",
            "m.ini": "[m]\nkind = old\n",
        },
        r"use\.py:5: .*m\.ini:2",
    ),
    "a function that makes the table": (
        {
            "made.py": "def table(*functions):\n    return {f.__name__: f for f in functions}\n",
            "m.py": "from made import table\n\n\ndef old(): ...\n\n\nTABLE = table(old)\n",
            "use.py": "import m\n\nm.TABLE['old']()\n",
        },
        r"made\.py:2: .*use\.py:3",
    ),
    "its base asks for its subclasses": (
        {
            "m.py": "class Op:\n    @classmethod\n    def named(cls, name):\n"
            "        return [one for one in cls.__subclasses__() if one.__name__ == name]\n\n\n"
            "class old(Op): ...\n",
            "use.py": "import m\n\nm.Op.named('old')\n",
        },
        r"m\.py:7: .*use\.py:3",
    ),
    "a base writes its name down": (
        {
            "m.py": "class Base:\n    def written(self):\n"
            "        return {'kind': type(self).__name__}\n\n\nclass old(Base): ...\n",
            "kept.json": '{"kind": "old"}\n',
        },
        r"m\.py:3: .*kept\.json:1",
    ),
    "a name with the module, for a task": (
        {
            "m.py": "import base\n\n\n@base.task\ndef old():\n    return 1\n",
            "use.py": "import m\n\nsend = print\nsend('m.old')\n",
        },
        r"m\.py:4: .*use\.py:4",
    ),
    "an expression in a string": (
        {
            "m.py": "import base\n\n\nclass old(base.Base): ...\n",
            "use.py": "from orm import relation\n\nrelation(on='old.key == other.key')\n",
        },
        r"m\.py:4: .*use\.py:3",
    ),
    "methods that are found by its name": (
        {
            "m.py": "class old: ...\n",
            "use.py": "class Visitor:\n    def visit(self, node):\n"
            "        return getattr(self, 'visit_' + type(node).__name__)(node)\n\n"
            "    def visit_old(self, node): ...\n",
        },
        r"use\.py:5: 'visit_old' is found by the name of the class",
    ),
}


@pytest.mark.parametrize(
    ("made", "name", "asked"),
    [
        ("cls.__name__.lower()", "OldThing", "oldthing"),
        ("cls.__name__.removesuffix('Thing')", "OldThing", "Old"),
        ("cls.__name__[:-5].lower()", "OldThing", "old"),
        ("re.sub('(?<!^)(?=[A-Z])', '_', cls.__name__).lower()", "OldThing", "old_thing"),
        ("cls.__name__.replace('_', '-')", "old_thing", "old-thing"),
    ],
)
def test_a_string_may_ask_for_what_is_made_of_its_name(
    make_repository: Callable[..., Any], made: str, name: str, asked: str
) -> None:
    files = {
        "base.py": "import re\n\nBY_NAME = {}\n\n\nclass Base:\n    def __init_subclass__(cls):\n"
        f"        BY_NAME[{made}] = cls\n",
        "m.py": f"from base import Base\n\n\nclass {name}(Base): ...\n",
        "use.py": f"import m\nfrom base import BY_NAME\n\nBY_NAME['{asked}']\n",
    }
    with pytest.raises(RefusedError, match=r"m\.py:4: .*use\.py:4"):
        rename(make_repository(files).path, f"m.{name}", "m.New")
    files["use.py"] = "import m\nfrom base import BY_NAME\n\nprint(sorted(BY_NAME))\n"
    assert rename(make_repository(files).path, f"m.{name}", "m.New").phases


RENAMED = {
    "nothing spells its name": "from base import Base\n\n\nclass old(Base):\n    pass\n",
    "its strings are types and exports": (
        "import base\n\n__all__ = ['old']\n\n\nclass old(base.Base):\n"
        "    def same(self) -> 'old':\n        return self\n"
    ),
    "its name is only shown": (
        "def old(): ...\n\n\ndef shown(function):\n    print(function.__name__)\n"
        "    return sorted([old], key=lambda f: f.__name__), 'old'\n"
    ),
    "the name that a test is given is not its own": (
        "class old: ...\n\n\ndef pick(kind): ...\n\n\nclass TestIt:\n"
        "    def setup_method(self, method):\n        self.seen = {method.__name__: self}\n"
        "        self.kind = {type(self).__name__: pick(kind=old)}\n\n\nNAMES = 'a', 'old'\n"
    ),
    "it is only what a type is asked for": (
        "import typing as t\n\nold = t.TypeVar('old')\n\n\ndef same(value: old) -> old:\n"
        "    for cls in type(value).mro():\n        if cls.__name__ in KINDS:\n"
        "            KINDS.remove(cls.__name__)\n    return t.cast(old, value)\n\n\n"
        "KINDS = ['old']\n"
    ),
    "it is only what an instance is made of without its constructor": (
        "class old:\n    def copy(self):\n        made = old.__new__(old)\n"
        "        super(old, made).__init__()\n        return made\n\n\n"
        "def put(kinds):\n    return {kind.__name__: kind for kind in kinds}\n\n\n"
        "put([int])\nNAMES = 'a', 'old'\n"
    ),
    "the name of a class is only in a message that is put together": (
        "class old:\n    def __getitem__(self, key):\n"
        "        raise TypeError('not {0}'.format(key.__class__.__name__))\n\n"
        "    def warn(self):\n        log.warning('%s'.upper().format(type(self).__name__))\n\n\n"
        "NAMES = 'a', 'old'\n"
    ),
    "comments and prose ask for nothing": (
        'from base import Base\n\n\nclass old(Base):\n    """Filed as \'old\'."""\n\n'
        "    # KINDS = ['old']\n"
    ),
    "what a new type is told of its own name": (
        "from typing import NewType\n\nold = NewType(\n    'old', int\n)\nprint(old.__name__)\n"
    ),
    "what a named tuple is told of its own name": (
        "import collections\n\nold = collections.namedtuple('old', 'a')\n"
        "TABLE = {old.__name__: old}\n"
    ),
    "nobody is told of it": (
        "import functools\n\n\n@functools.cache\ndef old():\n    return 'old'\n"
    ),
}


@pytest.mark.parametrize("shape", RENAMED)
def test_it_gets_its_name(make_repository: Callable[..., Any], shape: str) -> None:
    repository = make_repository({"base.py": BASE, "m.py": RENAMED[shape]})
    plan = rename(repository.path, "m.old", "m.new")
    changed = {one.path: one.new for phase in plan.phases for one in phase.changeset.changes}
    assert b"new" in (changed["m.py"] or b"")


@pytest.mark.parametrize(("page", "is_refused"), [("m.old", False), ("old", True)])
def test_a_page_that_links_to_it_asks_for_nothing(
    make_repository: Callable[..., Any], page: str, is_refused: bool
) -> None:
    files = {
        "base.py": BASE,
        "m.py": "from base import Base\n\n\nclass old(Base): ...\n",
        "doc/index.html": f'<a href="#{page}" title="{page}">it</a>\n',
    }
    repository = make_repository(files)
    if is_refused:
        with pytest.raises(RefusedError, match=r"doc/index\.html:1"):
            rename(repository.path, "m.old", "m.new")
    else:
        assert rename(repository.path, "m.old", "m.new").phases
