"""Version switches and guards over a library outside the repository: both sides are kept."""

import pytest
from tests.programs.conftest import Program
from tests.programs.pairs import pairs

TABLE = '[imports]\n"typing.OrderedDict" = "collections.OrderedDict"\n"mock" = "unittest.mock"\n'
KEPT = [
    source
    for source, _ in pairs("""\
import sys

NEWER = sys.version_info >= (3, 99)
if NEWER:
    from collections import OrderedDict
else:
    from typing import OrderedDict
===
import os

if 'USE_NEW' in os.environ:
    from collections import OrderedDict
else:
    from typing import OrderedDict
===
import sys

if sys.version_info >= (3, 99):
    from collections import OrderedDict
else:
    from typing import OrderedDict
===
import sys

if sys.version_info < (3, 0):
    from typing import OrderedDict
else:
    from collections import OrderedDict
===
import sys

PY3 = sys.version_info[0] == 3
if PY3:
    from collections import OrderedDict
else:
    from typing import OrderedDict
===
try:
    from collections import OrderedDict
except ImportError:
    from typing import OrderedDict
===
try:
    from typing import OrderedDict
except ImportError:
    from collections import OrderedDict
===
import collections
import sys
import typing

if sys.version_info >= (3, 9):
    OrderedDict = collections.OrderedDict
else:
    OrderedDict = typing.OrderedDict
===
import collections
import sys
import typing

OrderedDict = (
    collections.OrderedDict if sys.version_info >= (3, 9) else typing.OrderedDict
)
===
import collections, typing

try:
    OrderedDict = collections.OrderedDict
except AttributeError:
    OrderedDict = typing.OrderedDict
===
import collections, typing

OrderedDict = (
    collections.OrderedDict if hasattr(collections, 'OrderedDict') else typing.OrderedDict
)
===
import sys

from collections import OrderedDict

if sys.version_info < (3, 9):
    from typing import OrderedDict
===
try:
    from unittest import mock
except ImportError:
    import mock
===
def run():
    try:
        from mock import patch
    except ImportError:
        from unittest.mock import patch
    return patch
""")
]


@pytest.mark.parametrize("source", KEPT)
def test_the_side_for_older_versions_is_kept_and_listed(unchanged_by: Program, source: str) -> None:
    files = {"app.py": source, "migrate.toml": TABLE}
    after = unchanged_by(files, script="import app; print(hasattr(app, 'OrderedDict'))")
    assert after.files["app.py"] == source
    assert {(path, code) for path, _, code in after.refusals} == {("app.py", "version-switch")}


@pytest.mark.parametrize(
    ("source", "becomes"),
    pairs("""\
import sys

if sys.version_info >= (3, 8):
    from typing import OrderedDict
else:
    OrderedDict = dict
---
import sys

if sys.version_info >= (3, 8):
    from collections import OrderedDict
else:
    OrderedDict = dict
===
try:
    from typing import OrderedDict
except ImportError:
    OrderedDict = None
---
try:
    from collections import OrderedDict
except ImportError:
    OrderedDict = None
===
try:
    from ordereddict import OrderedDict
except ImportError:
    from typing import OrderedDict
---
try:
    from ordereddict import OrderedDict
except ImportError:
    from collections import OrderedDict
===
import sys

if sys.platform == 'win32':
    from collections import OrderedDict
else:
    from typing import OrderedDict
---
import sys

if sys.platform == 'win32':
    from collections import OrderedDict
else:
    from collections import OrderedDict
"""),
)
def test_what_is_no_switch_between_old_and_new_moves(
    unchanged_by: Program, source: str, becomes: str
) -> None:
    files = {"app.py": source, "migrate.toml": TABLE}
    after = unchanged_by(files, script="import app; print(bool(app.OrderedDict))")
    assert after.files["app.py"] == becomes
    assert after.refusals == ()


@pytest.mark.parametrize(
    ("source", "becomes"),
    pairs("""\
try:
    from collections import OrderedDict
except ImportError:
    from typing import OrderedDict
---
from collections import OrderedDict
===
import sys

if sys.version_info >= (3, 7):
    from collections import OrderedDict
else:
    from typing import OrderedDict
---
import sys

if sys.version_info >= (3, 7):
    from collections import OrderedDict
else:
    from collections import OrderedDict
===
try:
    from unittest import mock
except ImportError:
    import mock
---
from unittest import mock
"""),
)
def test_a_minimum_says_that_the_newer_side_is_always_there(
    unchanged_by: Program, source: str, becomes: str
) -> None:
    files = {"app.py": source, "migrate.toml": f'{TABLE}\n[minimum]\npython = "3.9"\n'}
    after = unchanged_by(files)
    assert after.files["app.py"] == becomes
    assert after.refusals == ()


def test_a_minimum_below_the_switch_keeps_it(unchanged_by: Program) -> None:
    files = {"app.py": KEPT[0], "migrate.toml": f'{TABLE}\n[minimum]\npython = "3.9"\n'}
    after = unchanged_by(files)
    assert after.files["app.py"] == KEPT[0]
    assert [code for _, _, code in after.refusals] == ["version-switch"]


def test_the_minimum_of_a_library_decides_its_own_switches(unchanged_by: Program) -> None:
    source = (
        "import lib\n\nif lib.__version__ >= '2.0':\n    from lib.new import X\nelse:\n"
        "    from lib.old import X\n"
    )
    table = '[imports]\n"lib.old.X" = "lib.new.X"\n\n[minimum]\nlib = "{}"\n'
    kept = unchanged_by({"app.py": source, "migrate.toml": table.format("1.9")})
    assert kept.files["app.py"] == source
