"""Fixtures, quoted types and imports that a file does not use: found by the bound name."""

from tests.programs.blocks import blocks
from tests.programs.conftest import Program

FIXTURES = blocks(
    """
=== tests/__init__.py
=== tests/fixtures_old.py
from tests.fixtures import database as db
=== tests/fixtures.py
import pytest


@pytest.fixture
def database():
    return {'a': 1}
=== tests/test_unused.py
from tests.fixtures_old import db  # noqa: F401


def test_it(db):
    assert db['a'] == 1
=== tests/test_marked.py
import pytest
from tests.fixtures_old import db


@pytest.mark.usefixtures('db')
class TestIt:
    def test_it(self, request):
        assert request.getfixturevalue('db') == {'a': 1}
=== tests/test_asked.py
import pytest
from tests.fixtures_old import db


@pytest.fixture
def row(db):
    return db['a']


def test_it(row):
    assert row == 1
=== tests/deep/conftest.py
from tests.fixtures_old import db

USED = [db]
=== tests/deep/__init__.py
=== tests/deep/test_it.py
def test_it(db):
    assert db == {'a': 1}
=== tests/plug.py
from tests.fixtures_old import db


def pytest_report_header():
    return str(db)
=== tests/plugged/__init__.py
=== tests/plugged/test_it.py
def test_it(plugged):
    assert plugged == 1
=== conftest.py
pytest_plugins = ['tests.made']
=== tests/made.py
from tests.made_old import made

plugged = made
made
=== tests/made_old.py
from tests.making import making as made
=== tests/making.py
import pytest

making = pytest.fixture(lambda: 1)
""",
)
TYPES_RENAME = ("db.models_old.B", "db.tables.Bee")
TYPES = {
    "db/__init__.py": "",
    "db/tables.py": "class Bee:\n    pass\n",
    "db/models_old.py": "from db.tables import Bee as B\n",
}
IMPORT = "import typing\nfrom db.models_old import B\n"
KEPT = "from db.tables import Bee as B\n"
LEFT = blocks(
    r"""
=== forward_ref
R = typing.ForwardRef('B')
class H:
    rows: typing.List[R]
def go():
    return typing.get_type_hints(H)
=== typed_dict
Q = typing.TypedDict('Q', {'b': 'B'})
def go():
    return typing.get_type_hints(Q)
=== typed_dict_nested
Q = typing.TypedDict('Q', {'b': "dict[str, 'B']"})
def go():
    return typing.get_type_hints(Q)
=== named_tuple
Q = typing.NamedTuple('Q', [('b', 'B')])
def go():
    return typing.get_type_hints(Q)
=== data_class
import dataclasses
Q = dataclasses.make_dataclass('Q', [('b', 'B')])
Q.__module__ = __name__
def go():
    return typing.get_type_hints(Q)
=== alias
Alias = 'list[B]'
def f(x: Alias): ...
def go():
    return typing.get_type_hints(f)
=== plain_alias
Alias = 'B'
def f(x: Alias): ...
def go():
    return typing.get_type_hints(f)
=== generic_alias
Alias = typing.List['B']
def f(x: Alias): ...
def go():
    return typing.get_type_hints(f)
=== optional
Alias = typing.Optional['B']
def f(x: Alias): ...
def go():
    return typing.get_type_hints(f)
=== written
def f(): ...
f.__annotations__['x'] = 'B'
def go():
    return typing.get_type_hints(f)
=== written_whole
def f(): ...
f.__annotations__ = {'x': 'B | None'}
def go():
    return typing.get_type_hints(f)
=== in_parts
def f(x: 'list' '[B]'): ...
def go():
    return typing.get_type_hints(f)
=== escaped
def f(x: 'list\x5bB]'): ...
def go():
    return typing.get_type_hints(f)
=== relationship
def relationship(of): return lambda: globals()[of]
rows = relationship('B')
def go():
    return rows()
=== bound
T = typing.TypeVar('T', bound='B')
def go():
    return eval(T.__bound__.__forward_arg__)
=== comment
def f(x):
    # type: (B) -> 'B'
    pass
def go():
    return B
""",
    IMPORT=IMPORT,
)
FOLLOWING = blocks(
    """
=== quoted
def f(v: 'typing.Dict[str, "B"]', w: "B") -> 'list["B"]': ...
def go():
    return typing.get_type_hints(f)
=== three_deep
def f(v: '''dict[str, "list['B']"]'''): ...
def go():
    return typing.get_type_hints(f)
=== in_class
class Row:
    one: 'B'
    many: "list['B'] | None" = None
def go():
    return typing.get_type_hints(Row)
=== cast
def go():
    return typing.cast('list[B]', []), B
""",
    IMPORT=IMPORT,
)
SCRIPT = """
import importlib
for name in {modules!r}:
    try:
        print(name, importlib.import_module(name).go())
    except Exception as error:
        print(name, type(error).__name__, error)
"""


def test_an_imported_fixture_keeps_its_name(unchanged_by: Program) -> None:
    config = (
        '[imports]\n"tests.fixtures_old.db" = "tests.fixtures.database"\n'
        '"tests.made_old.made" = "tests.making.making"\n'
    )
    after = unchanged_by({**FIXTURES, "migrate.toml": config}, tests="tests")
    assert after.printed == "5 passed\n"
    kept = [path for path, text in after.files.items() if "import database as db" in text]
    assert len(kept) == 6


def test_names_in_quoted_types_are_kept_or_follow(unchanged_by: Program) -> None:
    modules = {name: IMPORT + text for name, text in (LEFT | FOLLOWING).items()}
    files = {**TYPES, **{f"{name}.py": text for name, text in modules.items()}}
    after = unchanged_by(files, rename=TYPES_RENAME, script=SCRIPT.format(modules=sorted(modules)))
    assert {name for name in modules if KEPT in after.files[f"{name}.py"]} == LEFT.keys()


UNUSED = {
    "base/__init__.py": "",
    "base/old.py": "from base.new import Case as Old, run as start\n",
    "base/new.py": "import unittest\n\n\nclass Case:\n    pass\n\n\ndef run():\n    return 1\n",
    "api.py": "from base.old import Old\n",
    "app/__init__.py": "from base.old import Old\n",
    "tests/conftest.py": "from base.old import Old\n",
    "tests/test_kept.py": "from base.old import Old  # noqa: F401\n",
    "tests/test_function.py": "from base.old import start\n",
    "tests/test_class.py": "from base.old import Old\n",
}


def test_an_import_that_its_file_does_not_use_is_there_for_others(unchanged_by: Program) -> None:
    config = '[imports]\n"base.old.Old" = "base.new.Case"\n"base.old.start" = "base.new.run"\n'
    after = unchanged_by({**UNUSED, "migrate.toml": config})
    kept = [path for path, text in after.files.items() if " as Old" in text or " as start" in text]
    assert kept == [
        "api.py",
        "app/__init__.py",
        "base/old.py",
        "tests/conftest.py",
        "tests/test_function.py",
        "tests/test_kept.py",
    ]
    assert after.files["tests/test_class.py"] == "from base.new import Case\n"
