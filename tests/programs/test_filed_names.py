"""Definitions that are filed by their own name: who knows them by it is listed."""

import pytest
from tests.programs.conftest import Program

CODE = "filed-by-name"
FILED = {
    "a base": """\
class Base:
    def __init_subclass__(cls):
        KNOWN[cls.__name__] = cls


class old(Base):  # here
    pass
""",
    "a base of a base": """\
class Base:
    def __init_subclass__(cls):
        KNOWN[cls.__qualname__] = cls


class Near(Base):
    pass


class old(Near):  # here
    pass
""",
    "a metaclass": """\
class Meta(type):
    def __new__(mcs, name, bases, namespace):
        cls = super().__new__(mcs, name, bases, namespace)
        KNOWN[name.lower()] = cls
        return cls


class old(metaclass=Meta):  # here
    pass
""",
    "a metaclass of a base": """\
class Meta(type):
    def __init__(cls, name, bases, namespace):
        KNOWN.setdefault(name, cls)


class Base(metaclass=Meta):
    pass


class old(Base):  # here
    pass
""",
    "a decorator": """\
def keep(function):
    KNOWN[function.__name__.replace('_', '-')] = function
    return function


@keep  # here
def old():
    return 1
""",
    "a decorator that is given something": """\
def keep(where):
    def inner(function):
        where[function.__name__] = function
        return function

    return inner


@keep(KNOWN)  # here
def old():
    return 1
""",
    "a method of an object": """\
class Keeper:
    def keep(self, function):
        KNOWN.update({function.__name__: function})
        return function


keeper = Keeper()


@keeper.keep  # here
def old():
    return 1
""",
    "a call": """\
def old():
    return 1


KNOWN[old.__name__] = old  # here
""",
    "a loop": """\
def old():
    return 1


KNOWN.update({one.__name__: one for one in (old, len)})  # here
""",
    "what instances say": """\
class old:
    def dump(self):
        return {'kind': type(self).__name__}  # here


KNOWN['x'] = old()
""",
}


@pytest.mark.parametrize("kind", FILED)
def test_who_files_it_by_its_name_is_listed(unchanged_by: Program, kind: str) -> None:
    text = f"KNOWN = {{}}\n\n\n{FILED[kind]}"
    line = text.partition("# here")[0].count("\n") + 1
    files = {"lib.py": text}
    script = "import lib; print(len(lib.KNOWN))"
    after = unchanged_by(files, rename=("lib.old", "lib.new"), script=script)
    assert ("lib.py", line, CODE) in after.refusals
    assert len([one for one in after.refusals if one[2] == CODE]) == 1
    assert " old" not in after.files["lib.py"]


FRAMEWORKS = {
    "a command": ("@app.command()", True),
    "a command without a call": ("@app.command", True),
    "a command with a name": ("@app.command('old')", False),
    "a command with a name by keyword": ("@app.command(name='x')", False),
    "a route": ("@app.route('/old')", True),
    "a route with an endpoint": ("@app.route('/x', endpoint='x')", False),
    "a hook": ("@app.hookimpl", True),
    "something else": ("@app.cached", False),
}
APP = """\
class App:
    def __getattr__(self, name):
        return lambda *args, **keywords: args[0] if args and callable(args[0]) else lambda f: f


app = App()
"""


@pytest.mark.parametrize("kind", FRAMEWORKS)
def test_what_a_framework_calls_by_its_name_is_listed(unchanged_by: Program, kind: str) -> None:
    decorator, is_listed = FRAMEWORKS[kind]
    lib = (
        f"from app import app\n\n\n{decorator.replace('old', 'other')}\ndef old():\n    return 1\n"
    )
    files = {"app.py": APP, "lib.py": lib}
    after = unchanged_by(files, rename=("lib.old", "lib.new"), script="import lib")
    assert [one for one in after.refusals if one[2] == CODE] == [("lib.py", 4, CODE)][:is_listed]


UNFILED = {
    "a base of others": "class old:\n    def __init_subclass__(cls):\n"
    "        KNOWN[cls.__name__] = cls\n",
    "a base that files by something else": "class Base:\n    def __init_subclass__(cls):\n"
    "        KNOWN[id(cls)] = cls\n\n\nclass old(Base):\n    pass\n",
    "what it shows": "class old:\n    def __repr__(self):\n"
    "        return f'<{type(self).__name__}>'\n\n    def log(self):\n"
    "        print(type(self).__name__)\n",
    "what wraps it": "import functools\n\n\ndef wrap(function):\n    @functools.wraps(function)\n"
    "    def inner():\n        return function()\n\n    return inner\n\n\n@wrap\ndef old():\n"
    "    return 1\n",
}


@pytest.mark.parametrize("kind", UNFILED)
def test_who_does_not_is_not(unchanged_by: Program, kind: str) -> None:
    files = {"lib.py": f"KNOWN = {{}}\n\n\n{UNFILED[kind]}"}
    after = unchanged_by(files, rename=("lib.old", "lib.new"), script="import lib")
    assert not after.refusals
