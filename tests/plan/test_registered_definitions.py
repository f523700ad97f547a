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


RENAMED = {
    "nothing spells its name": "from base import Base\n\n\nclass old(Base):\n    pass\n",
    "its strings are types and exports": (
        "import base\n\n__all__ = ['old']\n\n\nclass old(base.Base):\n"
        "    def same(self) -> 'old':\n        return self\n"
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
    assert b" new" in (changed["m.py"] or b"")
