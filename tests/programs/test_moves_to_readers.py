"""A definition that moves into a module which reads it while it is imported stands before that."""

import pytest
from tests.programs.conftest import Program

_READERS = {
    "a function that is called": """
from p.old import Name
def f():
    return Name()
X = f()
""",
    "a function by the module": """
import p.old
import p.old
def f():
    return p.old.Name()
X = f()
""",
    "a method": """
import p.old
class B:
    def make(self):
        return p.old.Name()
    @classmethod
    def f(cls):
        return cls().make()
X = B.f()
""",
    "a decorator": """
import p.old as old
def registered(function):
    old.Name()
    return function
@registered
def g(): ...
""",
    "a function of a function, in a class": """
from p import old
def f():
    return old.Name
def g():
    return f()
class B:
    x = g()
""",
    "the body of a class": """
import p.old
from p.old import other
class B:
    x = p.old.Name() if callable(p.old.Name) else other
""",
    "a base": """
import p.old as old
class B(old.Name): ...
""",
}


@pytest.mark.parametrize("reader", _READERS.values(), ids=_READERS.keys())
def test_it_stands_before_who_runs_while_the_module_is_imported(
    unchanged_by: Program, reader: str
) -> None:
    files = {
        "p/__init__.py": "",
        "p/old.py": "class Name:\n    x = 1\n\n\nother = 1\n",
        "p/new.py": f"{reader}\n\ndef last(): ...\n",
    }

    after = unchanged_by(files, move=("p.old.Name", "p.new"))

    assert "class Name" in after.files["p/new.py"]
    assert not after.refusals
