"""Private names of a class that gets another name: `__token` of `Old` is `_Old__token` outside."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.plan.test_definitions import rename
from tests.programs.conftest import Program

from onepath.errors import RefusedError

REFUSED = {
    "a base of the new name": {
        "a.py": "class New:\n    def base(self):\n        return self.__x\n",
        "b.py": "import a\n\n\nclass Old(a.New):\n    def __init__(self):\n        self.__x = 1\n",
    },
    "a nested class of the new name, with underscores before it": {
        "b.py": """\
class Old:
    __x = 1

    class _New:
        def f(self):
            return self.__x
""",
    },
    "a class of the new name with many underscores before it": {
        "a.py": "class ___New:\n    def f(self):\n        return self.__x\n",
        "b.py": "class Old:\n    __x = 1\n",
    },
    "another class of the old name": {
        "a.py": "class Old:\n    __x = 1\n\n\nprint(Old._Old__x)\n",
        "b.py": "class Old:\n    def f(self, at):\n        return at.__x\n",
    },
}


@pytest.mark.parametrize("shape", REFUSED)
def test_names_that_two_classes_would_share(
    make_repository: Callable[..., Any], shape: str
) -> None:
    with pytest.raises(RefusedError, match="has a private '__x' as well"):
        rename(make_repository(REFUSED[shape]).path, "b.Old", "b.New")


def test_a_class_of_underscores_has_no_private_names(make_repository: Callable[..., Any]) -> None:
    files = {"b.py": "class Old:\n    __x = 1\n"}
    with pytest.raises(RefusedError, match=r"b\.py:1: a name of underscores alone"):
        rename(make_repository(files).path, "b.Old", "b.__")


CLASS = """\
class Old:
    __count = 0

    def __init__(self, __at=1):
        self.__token = __at
        type(self).__count += 1

    def __refresh(self):
        return self.__token

    def token(self):
        class Inner:
            __own = 2

            def get(self, outer):
                return self.__own, outer._Old__token

        return self.__refresh(), Inner().get(self), self.__dunder__()

    def __dunder__(self):
        return "dunder"
"""
READERS = {
    "below.py": """\
from base import Old


class Below(Old):
    def read(self):
        return self._Old__token, self._Old__refresh(), Old._Old__count
""",
    "test_it.py": """\
from unittest import mock

from base import Old


def test_it():
    with mock.patch.object(Old, "_Old__refresh", return_value=7):
        assert Old().token()[0] == 7
    with mock.patch("base.Old._Old__refresh", return_value=8):
        assert Old().token()[0] == 8
    assert "_Old__token" in vars(Old()) and Old(_Old__at=5).token()[0] == 5
""",
    "main.py": "from below import Below\nprint(Below().read(), Below().token())\n",
}


@pytest.mark.parametrize("new", ["New", "_New", "_Old"])
def test_what_is_read_outside_follows(unchanged_by: Program, new: str) -> None:
    script = "import runpy, test_it\nrunpy.run_path('main.py')\ntest_it.test_it()\n"
    files = {"base.py": CLASS, **READERS}
    after = unchanged_by(files, rename=("base.Old", f"base.{new}"), script=script)
    assert f"class {new}:" in after.files["base.py"]
    assert f"outer._{new.lstrip('_')}__token" in after.files["base.py"]
    assert not after.refusals
