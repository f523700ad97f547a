"""Names that are bound to modules, and star imports: what else reads by way of them is kept."""

from tests.programs.blocks import blocks
from tests.programs.conftest import Program

RENAME = ("eng.old.Engine", "eng.core.Motor")
ENGINE = {
    "eng/__init__.py": "",
    "eng/old.py": "from eng.core import Motor as Engine\n\n\ndef helper():\n    return 1\n",
    "eng/core.py": "class Motor:\n    n = 2\n",
    "app/__init__.py": "",
}
SCRIPT = """
import importlib
for name in {modules!r}:
    try:
        print(name, importlib.import_module(name).go())
    except Exception as error:
        print(name, type(error).__name__, error)
"""
MODULES = blocks(
    """
=== app.whole
import eng.old
def go():
    return eng.old.Engine.n, eval('eng.old.Engine.n')
=== app.whole_timed
import timeit, eng.old
def go():
    code = 'eng.old.Engine()'
    return eng.old.Engine.n, timeit.timeit(code, globals=globals(), number=1) >= 0
=== app.local
def go():
    import eng.old as old
    return old.Engine.n, eval('old.Engine.n'), '{old.Engine.n}'.format(**locals())
=== app.shown
import eng.old as old
def go():
    return old.Engine.n, f'{old.Engine.n=}', f'{old.Engine.n + 1 = }'
=== app.passed_on
from eng import old
def go():
    return old.Engine.n
=== app.passed_as
import eng.old as base
def go():
    return base.Engine.n
=== app.taken
from app.passed_on import old
import app.passed_as
def go():
    return old.helper(), app.passed_as.base.helper()
=== app.starred
from eng.old import *
def go():
    return Engine.n
=== app.from_starred
from app.starred import helper
def go():
    return helper()
=== app.starred_globals
from eng.old import *
def go():
    return Engine.n, globals()['helper']()
"""
)
FOLLOWING = blocks(
    """
=== app.plain
from eng import old
def go():
    return old.Engine.n
=== app.alone
from eng.old import *
def go():
    return Engine.n
"""
)


def test_what_is_read_by_way_of_a_module_or_a_star_is_kept(unchanged_by: Program) -> None:
    modules = MODULES | FOLLOWING
    files = {f"{name.replace('.', '/')}.py": text for name, text in modules.items()}
    script = SCRIPT.format(modules=sorted(modules))
    after = unchanged_by({**ENGINE, **files}, rename=RENAME, script=script)
    assert ("app/starred.py", 1, "star-import") in after.refusals
    assert ("app/starred_globals.py", 1, "star-import") in after.refusals
    assert {code for path, _, code in after.refusals if path == "app/shown.py"} == {"f-string"}
    assert "from eng import core\n" in after.files["app/plain.py"]
    assert "from eng.core import Motor as Engine\n" in after.files["app/alone.py"]


STARRED_FIXTURES = blocks(
    """
=== tests/__init__.py
=== tests/fixtures_old.py
from tests.fixtures import *
from tests.fixtures import database as db
=== tests/fixtures.py
import pytest
@pytest.fixture
def database():
    return {'a': 1}
@pytest.fixture
def other():
    return 1
=== tests/conftest.py
from tests.fixtures_old import *
USED = db
=== tests/test_it.py
def test_it(db, other):
    assert db['a'] == other
"""
)


def test_fixtures_that_a_star_brings_are_kept(unchanged_by: Program) -> None:
    rename = ("tests.fixtures_old.db", "tests.fixtures.database")
    after = unchanged_by(STARRED_FIXTURES, rename=rename, tests="tests")
    assert after.printed == "1 passed\n"
    assert ("tests/conftest.py", 1, "star-import") in after.refusals
