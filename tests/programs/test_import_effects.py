"""A module that does something to others when it is imported goes on being imported."""

import pytest
from tests.programs.conftest import Program

RENAME = ("app.old.Name", "app.new.Name")
FILES = {
    "app/__init__.py": "",
    "app/new.py": (
        "SEEN = []\nTABLE = {}\n\n\nclass Name:\n    pass\n\n\n"
        "class Told:\n    def __init_subclass__(cls):\n        SEEN.append(cls.__name__)\n\n\n"
        "class Meta(type):\n    def __init__(cls, *args):\n        SEEN.append(cls.__name__)\n"
        "\n\nclass Made(metaclass=Meta):\n    pass\n\n\nBase = Meta('Base', (), {})\n\n\n"
        "class Kept:\n    def __init__(self):\n        SEEN.append('kept')\n\n\n"
        "class Asked:\n    pass\n\n\n_ONE = None\n\n\n"
        "_COUNT = 0\n\n\ndef count():\n    global _COUNT\n    _COUNT += 1\n"
        "    return _COUNT\n\n\n"
        "def the_one():\n    global _ONE\n    if _ONE is None:\n        _ONE = []\n"
        "    return _ONE\n\n\n"
        "def asked():\n    return [one.__name__ for one in Asked.__subclasses__()]\n\n\n"
        "def keep(thing):\n    return TABLE.setdefault('kept', thing)\n\n\n"
        "def named(name):\n    def inner(function):\n        TABLE[name] = name\n"
        "        return function\n\n    return inner\n\n\n"
        "def wrapped(function):\n    def inner():\n        return function()\n\n"
        "    return inner\n\n\n"
        "def register(thing):\n    SEEN.append(getattr(thing, '__name__', thing))\n"
        "    return thing\n"
    ),
    "use.py": "from app.old import Name\n\n\ndef go():\n    return Name\n",
}
SCRIPT = (
    "import use\nfrom app.new import SEEN, TABLE, asked, count\n"
    "print(use.go().__name__, SEEN, TABLE, asked(), count())\n"
)
ACTING = {
    "a call": "from app.new import Name, register\nregister('old')\n",
    "a call in a block": (
        "from app.new import Name, register\n"
        "try:\n    register('old')\nexcept ValueError:\n    pass\n"
    ),
    "a call in a loop": (
        "from app.new import Name, register\nfor one in ('a', 'b'):\n    register(one)\n"
    ),
    "a method": "from app.new import Name, SEEN\nSEEN.append('old')\n",
    "an item": "from app.new import Name, TABLE\nTABLE['old'] = 1\n",
    "an attribute of a module": (
        "import app.new\nfrom app.new import Name\n\napp.new.TABLE = {'other': 1}\n"
    ),
    "a decorator": (
        "from app.new import Name, register\n\n\n@register\ndef handler():\n    pass\n"
    ),
    "a function of its own": (
        "from app.new import Name, SEEN\n\n\ndef _set_up():\n    SEEN.append('set up')\n\n\n"
        "_set_up()\n"
    ),
    "an object of its own that is given another": (
        "from app.new import SEEN, Name\n\n\nclass Watcher:\n    def watch(self, seen):\n"
        "        seen.append('watched')\n\n\nWATCHER = Watcher()\nWATCHER.watch(SEEN)\n"
    ),
    "an object that others hold": (
        "from app.new import Name, register\n\nseen = register([])\nseen.append('old')\n"
    ),
    "a function in a function": (
        "def _outer():\n    _inner()\n\n\ndef _inner():\n    from app.new import SEEN\n\n"
        "    SEEN.append('inner')\n\n\n_outer()\nfrom app.new import Name  # noqa: E402\n"
    ),
    "a call that keeps what it gives": "from app.new import Name, keep\n\nmade = keep(3)\n",
    "a call that counts": "from app.new import Name, count\n\nnumber = count()\n",
    "a decorator of its own": (
        "from app.new import Name, SEEN\n\n\ndef told(function):\n"
        "    SEEN.append(function.__name__)\n    return function\n\n\n"
        "@told\ndef handler():\n    pass\n"
    ),
    "a decorator of its own that is called": (
        "from app.new import Name, TABLE\n\n\ndef told(name):\n    def inner(function):\n"
        "        TABLE[name] = function.__name__\n        return function\n\n    return inner\n"
        "\n\n@told('one')\ndef handler():\n    pass\n"
    ),
    "a value that its own function gives": (
        "from app.new import Name, SEEN\n\n\ndef made():\n    SEEN.append('made')\n"
        "    return 1\n\n\nvalue: int = made()\n"
    ),
    "an instance that is kept": "from app.new import Kept, Name\n\nmade = Kept()\n",
    "a subclass that is asked for": "from app.new import Asked, Name\n\n\n"
    "class Handler(Asked):\n    pass\n",
    "a decorator that gives what it keeps": (
        "import app.new as new\nfrom app.new import Name\n\n\n"
        "@new.named('handler')\ndef handler():\n    pass\n"
    ),
    "a subclass": "from app.new import Name, Told\n\n\nclass Handler(Told):\n    pass\n",
    "a class of a metaclass": "import app.new as new\nfrom app.new import Name\n\n\n"
    "class Handler(new.Made):\n    pass\n",
    "a subclass of what a call gave": "from app.new import Base, Name\n\n\n"
    "class Model(Base):\n    pass\n",
    "a subclass of a subclass": "from app.new import Name, Told\n\n\nclass _Own(Told):\n    pass\n"
    "\n\nclass Handler(_Own):\n    pass\n",
    "a value that is registered": "import atexit\nfrom app.new import Name, SEEN\n\n"
    "handler = atexit.register(print, 'bye', SEEN)\n",
}
QUIET = {
    "a warning": "import warnings\nfrom app.new import Name\nwarnings.warn('old', stacklevel=2)\n",
    "a log message": (
        "import logging\nfrom app.new import Name\n\nlogger = logging.getLogger(__name__)\n"
        "logger.info('loaded')\nlogging.getLogger('x').addHandler(logging.NullHandler())\n"
    ),
    "a value of its own": "from app.new import Name, register\n\nown = list(map(str, range(3)))\n",
    "an object that is made once": "from app.new import Name, the_one\n\nown = the_one()\n",
    "a wrapper of its own": (
        "from app.new import Name\n\n\ndef twice(function):\n    def inner():\n"
        "        return [function(), function()]\n\n    return inner\n\n\n"
        "@twice\ndef helper():\n    return 1\n\n\nvalue = helper()\n"
    ),
    "a wrapper of the code": (
        "from app.new import Name, wrapped\n\n\n@wrapped\ndef helper():\n    return 1\n"
    ),
    "a wrapper from outside": (
        "import functools\nfrom app.new import Name\n\n\n"
        "@functools.lru_cache\ndef helper():\n    return 1\n"
    ),
    "a function that keeps to itself": (
        "import warnings\nfrom app.new import Name\n\n_KNOWN = {}\n\n\nclass Table:\n"
        "    def __init__(self):\n        self.rows = []\n\n    def add(self, row):\n"
        "        self.rows.append(row)\n\n\nTABLE = Table()\nTABLE.add('row')\n\n\n"
        "def _set_up():\n    found = []\n    found.append(1)\n    Table.rows = found\n"
        "    _KNOWN.update(one=1)\n    warnings.warn('old', stacklevel=2)\n\n\n_set_up()\n"
    ),
    "classes of its own": (
        "from app.new import Name\n\nown = []\n\n\nclass _Told:\n"
        "    def __init_subclass__(cls):\n        own.append(cls)\n\n\n"
        "class Handler(_Told):\n    pass\n\n\nclass Other(Name):\n    pass\n"
    ),
    "an abstract class": (
        "import abc\nimport enum\nfrom app.new import Name\n\n\n"
        "class Other(Name, metaclass=abc.ABCMeta):\n    pass\n\n\n"
        "class Colour(enum.Enum):\n    RED = 1\n"
    ),
    "a script": (
        "from app.new import Name, register\n\nif __name__ == '__main__':\n    register('run')\n"
    ),
}


@pytest.mark.parametrize("old", ACTING.values(), ids=ACTING)
def test_what_acts_is_still_imported(unchanged_by: Program, old: str) -> None:
    after = unchanged_by({**FILES, "app/old.py": old}, rename=RENAME, script=SCRIPT)
    assert after.files["use.py"].startswith(
        "from app.new import Name\nimport app.old  # noqa: F401\n"
    )


@pytest.mark.parametrize("old", QUIET.values(), ids=QUIET)
def test_what_only_tells_or_keeps_to_itself_is_let_go(unchanged_by: Program, old: str) -> None:
    after = unchanged_by({**FILES, "app/old.py": old}, rename=RENAME, script=SCRIPT)
    assert after.files["use.py"].startswith("from app.new import Name\n\n")


@pytest.mark.parametrize("acting", ACTING.values(), ids=ACTING)
def test_what_acts_further_down_is_still_imported(unchanged_by: Program, acting: str) -> None:
    """The deprecated module does nothing itself, and loads a module that does."""
    files = {
        **FILES,
        "app/old.py": "import app.between\nfrom app.new import Name\n",
        "app/between.py": "from . import acting\n",
        "app/acting.py": acting,
    }
    after = unchanged_by(files, rename=RENAME, script=SCRIPT)
    assert after.files["use.py"].startswith(
        "from app.new import Name\nimport app.acting  # noqa: F401\n"
    )


def test_several_that_act_further_down_are_imported_as_they_were(unchanged_by: Program) -> None:
    files = {
        **FILES,
        "app/old.py": "import app.first\nimport app.second\nfrom app.new import Name\n",
        "app/first.py": ACTING["a method"],
        "app/second.py": ACTING["an item"],
    }
    after = unchanged_by(files, rename=RENAME, script=SCRIPT)
    assert after.files["use.py"].startswith(
        "from app.new import Name\nimport app.old  # noqa: F401\n"
    )


def test_what_acts_further_down_and_is_loaded_anyway_is_let_go(unchanged_by: Program) -> None:
    files = {
        **FILES,
        "app/__init__.py": "from app import setting_up\n",
        "app/setting_up.py": "import app.acting\n",
        "app/old.py": "import app.acting\nfrom app.new import Name\n",
        "app/acting.py": ACTING["a call"],
    }
    after = unchanged_by(files, rename=RENAME, script=SCRIPT)
    assert after.files["use.py"].startswith("from app.new import Name\n\n")


def test_what_is_imported_anyway_need_not_be_kept(unchanged_by: Program) -> None:
    files = {
        **FILES,
        "app/__init__.py": "import app.old\n",
        "app/old.py": ACTING["a call"],
    }
    after = unchanged_by(files, rename=RENAME, script=SCRIPT)
    assert "app.old" not in after.files["use.py"]


@pytest.mark.parametrize(
    "use",
    [
        "import app.old\n\n\ndef go():\n    return app.old.Name\n",
        "import app.old as old\n\n\ndef go():\n    return old.Name\n",
        "from app import old\n\n\ndef go():\n    return old.Name\n",
    ],
)
@pytest.mark.parametrize("further", [False, True])
def test_a_module_that_is_reached_by_attribute_acts_as_well(
    unchanged_by: Program, use: str, further: bool
) -> None:
    files = {**FILES, "app/old.py": ACTING["a call"], "use.py": use}
    if further:
        files["app/acting.py"] = files["app/old.py"]
        files["app/old.py"] = "import app.acting\nfrom app.new import Name\n"
    unchanged_by(files, rename=RENAME, script=SCRIPT)


def test_an_acting_shim_that_is_imported_for_that_is_not_deleted(unchanged_by: Program) -> None:
    config = f'[imports]\n"{RENAME[0]}" = "{RENAME[1]}"\n[shims]\n"app.old" = "delete"\n'
    files = {**FILES, "app/old.py": ACTING["a call"], "migrate.toml": config}
    after = unchanged_by(files, script=SCRIPT)
    assert "app/old.py" in after.files


FACTORY = {
    "migrate.toml": '[factories."app.make.make"]\nto = "app.new.Name"\n',
    "app/make.py": (
        "from app.new import Name, register\n\nregister('made')\n\n\n"
        "def make():\n    return Name()\n"
    ),
    "use.py": (
        "from app.make import make\n\none = make()\ntwo = make()\n\n\n"
        "def go():\n    return type(make())\n"
    ),
}


def test_a_module_of_factories_that_acts_is_still_imported(unchanged_by: Program) -> None:
    after = unchanged_by({**FILES, **FACTORY}, script=SCRIPT)
    assert "from app.make import make\n" in after.files["use.py"]
    assert ("use.py", "proof-module-not-loaded") in {(r[0], r[2]) for r in after.refusals}


ALIKE = {
    "x/__init__.py": "from .thing import thing\n",
    "x/thing.py": "from y.thing import thing\n",
    "y/__init__.py": "",
    "y/thing.py": "def thing():\n    return 't'\n",
}
LATER = {
    "a plain import": "import x.thing\nfrom x import thing as taken\n",
    "from the submodule": "from x.thing import thing\nimport x.thing as taken\n",
    "in a function": "import x\n\n\ndef taken():\n    import x.thing\n\n    return x.thing()\n",
    "by a string": (
        "import importlib\nimport x\n\nimportlib.import_module('x.thing')\ntaken = x.thing\n"
    ),
}


@pytest.mark.parametrize("use", LATER.values(), ids=LATER)
def test_a_package_loads_the_submodule_before_it_binds_its_name(
    unchanged_by: Program, use: str
) -> None:
    after = unchanged_by(
        {**ALIKE, "use.py": use}, rename=("x.thing.thing", "y.thing.thing"),
        script="import use\nprint(use.taken())\n",
    )  # fmt: skip
    assert after.files["x/__init__.py"] == ALIKE["x/__init__.py"]
    assert ("x/__init__.py", 1, "proof-module-not-loaded") in after.refusals
