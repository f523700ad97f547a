"""What examples and tests expect to be shown of a class that gets another name."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import Program

RENAME = ("p.lib.Old", "p.lib.New")
CHECKED = "import doctest, p.lib, use\nprint(doctest.testmod(p.lib), doctest.testmod(use))\n"
CLASSES = blocks(
    """
=== a data class
from dataclasses import dataclass
@dataclass
class Old:
    n: int = 1
=== its own name
class Old:
    def __init__(self, n=1): self.n = n
    def __repr__(self): return f"{type(self).__name__}(n={self.n})"
"""
)
USE = '''\
def show():
    """Show it.

    >>> from p.lib import Old
    >>> [Old(2), 3]
    [Old(n=2), 3]
    >>> type(Old())
    <class 'p.lib.Old'>
    """


from p.lib import Old

assert repr(Old()) == "Old(n=1)"
assert f"{Old(3)}" == "Old(n=3)"
assert "Old(n=4)" in str([Old(4)])
assert str(Old()).startswith("Old")
assert Old.__name__ == "Old"
'''


@pytest.mark.parametrize("shape", CLASSES)
def test_what_is_expected_follows(unchanged_by: Program, shape: str) -> None:
    files = {"p/__init__.py": "", "p/lib.py": CLASSES[shape], "use.py": USE}
    after = unchanged_by(files, rename=RENAME, script=CHECKED)
    assert "Old" not in after.files["use.py"]
    assert not after.refusals


FORMATS = {
    "a call": ("'%s.of(%r)' % (self.__class__.__name__, self.n)", "Old.of(1)"),
    "brackets": ("f'{type(self).__name__}[{self.n}]'", "Old[1]"),
    "a colon": ("'{}: {}'.format(type(self).__name__, self.n)", "Old: 1"),
    "a local name": ("(cn := type(self).__name__) and '%s/%d' % (cn, self.n)", "Old/1"),
    "angle brackets": ("'<' + self.__class__.__name__ + '/' + str(self.n) + '>'", "<Old/1>"),
}
SHOWN = """
import doctest
from p.lib import Old


def show():
    '''Show it.

    {line}
    >>> Old()
    {shown}
    >>> [Old()]
    [{shown}]
    '''


assert repr(Old()) == {shown!r}
assert str(Old()) == {composed}
assert repr([Old()]) == '[%s]' % {shown!r}


def check():
    made = Old()
    assert repr(made) == {shown!r}
    assert f"{{made}}" == {shown!r}


check()
assert doctest.testmod().failed == 0
"""


@pytest.mark.parametrize("shape", FORMATS)
@pytest.mark.parametrize(
    ("base", "line"), [("", ">>> from p.lib import Old"), ("Node", ">>> n = 1")]
)
def test_what_follows_the_name_in_a_text_of_its_own(
    unchanged_by: Program, shape: str, base: str, line: str
) -> None:
    made, shown = FORMATS[shape]
    lib = f"    def __init__(self, n=1): self.n = n\n    def __repr__(self): return {made}\n"
    lib = f"class Node:\n{lib}class Old(Node): pass\n" if base else f"class Old:\n{lib}"
    composed = repr(shown.replace("1", "%s")) + " % 1"
    files = {"p/__init__.py": "", "p/lib.py": lib}
    files["use.py"] = SHOWN.format(shown=shown, composed=composed, line=line)
    after = unchanged_by(files, rename=RENAME, script="import runpy; runpy.run_module('use')")
    # An example that reads the names of its module keeps that of the class there.
    kept = "from p.lib import New as Old\n" if base else "from p.lib import New\n"
    assert kept in after.files["use.py"]
    assert shown not in after.files["use.py"]
    assert not after.refusals


def test_parts_of_an_expected_text_are_listed(unchanged_by: Program) -> None:
    lib = "class Old: pass\n\n\ndef say(made):\n    return f'{type(made).__name__}=1'\n"
    use = (
        "from p.lib import Old, say\n\nn = 1\n\n\ndef check():\n"
        "    assert say(Old()) == 'Old=%d' % 1\n"
        "    assert say(Old()) == f'Old={n}'\n"
        "    assert say(Old()) == 'Old={}'.format(n)\n"
        "    assert say(Old()) == 'Old' + '=1'\n"
        "    print('Old=%d' % 1)\n"
    )
    files = {"p/__init__.py": "", "p/lib.py": lib, "use.py": use}
    refusals = unchanged_by(files, rename=RENAME, script="import use").refusals
    lines = [line for path, line, code in refusals if (path, code) == ("use.py", "name-shown")]
    assert lines == [7, 8, 9, 10]


def test_members_of_an_enumeration_follow(unchanged_by: Program) -> None:
    lib = (
        "import enum\n\n\nclass Old(enum.Enum):\n    RED = 1\n\n"
        "    def __str__(self):\n        return 'Old(red)'\n"
    )
    use = (
        "from p.lib import Old\n\nassert repr(Old.RED) == '<Old.RED: 1>'\n"
        "assert str(Old.RED) == 'Old(red)'\n"
    )
    files = {"p/__init__.py": "", "p/lib.py": lib, "use.py": use}
    after = unchanged_by(files, rename=RENAME, script="import use")
    assert "'<New.RED: 1>'" in after.files["use.py"]
    assert "'Old(red)'" in after.files["use.py"]
    assert ("use.py", 4, "name-shown") in after.refusals


def test_what_a_class_writes_of_itself_stays_and_is_listed(unchanged_by: Program) -> None:
    lib = "class Old:\n    def __repr__(self):\n        return 'Old(1)'\n"
    use = '''def show():\n    """
    >>> from p.lib import Old
    >>> Old()
    Old(1)
    """
'''
    files = {"p/__init__.py": "", "p/lib.py": lib, "use.py": use}
    after = unchanged_by(files, rename=RENAME, script=CHECKED)
    assert "    >>> New()\n    Old(1)\n" in after.files["use.py"]
    assert after.refusals == (("p/lib.py", 3, "name-shown"),)


def test_what_a_class_says_in_angle_brackets_follows_or_is_listed(unchanged_by: Program) -> None:
    lib = "class Old:\n    def __repr__(self):\n"
    lib += "        return f'<{type(self).__name__} of {vars(self)}>'\n"
    use = """def show():
    \"\"\"
    >>> from p.lib import Old
    >>> Old()
    <Old of {}>
    \"\"\"


def check(made):
    return repr(made) == "<Old of {}>"
"""
    files = {"p/__init__.py": "", "p/lib.py": lib, "use.py": use}
    after = unchanged_by(files, rename=RENAME, script=CHECKED)
    assert "    <New of {}>\n" in after.files["use.py"]
    assert after.refusals == (("use.py", 10, "name-shown"),)


MAKING = """\
from p.lib import *


def make():
    return Old([Old([])])
"""
DUMPS = blocks(
    """
=== a star import
from p.lib import *

EXPECTED = "Old([Old([])])"
=== a function of the package, in parts
from p.making import make

EXPECTED = (
    "Old(["
    "Old([])"
    "])"
)
=== the module, in one text of several lines
import textwrap
import p.making

EXPECTED = textwrap.dedent('''\\
    Old([
    Old([])
    ])
''').replace("\\n", "")
=== a fixture that comes from a relative import
from .making import make

EXPECTED = "[Old([Old([])])]"[1:-1]
"""
)


@pytest.mark.parametrize(
    ("shape", "lines"),
    [
        ("a star import", [3]),
        ("a function of the package, in parts", [4, 5]),
        ("the module, in one text of several lines", [5, 6]),
        ("a fixture that comes from a relative import", [3]),
    ],
)
@pytest.mark.parametrize("base", ["", "Node"])
def test_what_modules_expect_that_do_not_name_it_is_listed(
    unchanged_by: Program, shape: str, lines: list[int], base: str
) -> None:
    showing = "    def __init__(self, of): self.of = of\n"
    showing += "    def __repr__(self): return f'{type(self).__name__}({self.of})'\n"
    lib = f"class Node:\n{showing}class Old(Node): pass\n" if base else f"class Old:\n{showing}"
    files = {
        "p/__init__.py": "",
        "p/lib.py": lib,
        "p/making.py": MAKING,
        "p/check.py": DUMPS[shape],
        "other.py": 'TEXT = "Old(1)"\n',
    }
    after = unchanged_by(files, rename=RENAME)
    assert after.refusals == tuple(("p/check.py", line, "name-shown") for line in lines)
    assert after.files["p/check.py"] == DUMPS[shape]


@pytest.mark.parametrize(
    "text",
    ['"""Old(1) in a docstring."""', '"older Old"', '"Older(1)"', "# Old(1)", '"other.Old(1)"'],
)
def test_what_shows_no_object_is_not_listed(unchanged_by: Program, text: str) -> None:
    files = {
        "p/__init__.py": "",
        "p/lib.py": "class Old: pass\n",
        "check.py": f"{text}\nimport p.lib\n",
    }
    assert unchanged_by(files, rename=RENAME).refusals == ()


def test_a_class_that_shows_something_else_is_expected_nowhere(unchanged_by: Program) -> None:
    files = {
        "p/__init__.py": "",
        "p/lib.py": "class Old:\n    def __repr__(self): return '<it>'\n",
        "check.py": 'import p.lib\n\nCALLED = "Old(1)"\nCLASS = "<class \'p.lib.Old\'>"\n',
    }
    refusals = unchanged_by(files, rename=RENAME).refusals
    assert [line for path, line, _ in refusals if path == "check.py"] == [4]


@pytest.mark.parametrize(
    ("expecting", "is_listed"),
    [
        ("assert 'Old' in message", True),
        ("assert message == 'no Old here'", True),
        ("import unittest; unittest.TestCase().assertIn('Old', message)", True),
        ("import pytest; pytest.raises(ValueError, match='no Old').__exit__(E, E(message), None)",
         True),
        ("import unittest; unittest.TestCase().assertRegex(message, 'no Old')", True),
        ("assert message.startswith('no Old')", True),
        ("assert message != 'Older'", False),
        ("assert message != 'Old-After'", False),
        ("print('Old')", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("using", ["from p.lib import Old, complain", "from p.lib import *"])
def test_texts_that_messages_are_compared_with_are_listed(
    unchanged_by: Program, expecting: str, is_listed: bool, using: str
) -> None:
    lib = "class Old: pass\n\n\ndef complain(made):\n    return f'no {type(made).__name__} here'\n"
    use = f"{using}\nE = ValueError\n\n\ndef check(message=complain(Old())):\n    {expecting}\n"
    files = {"p/__init__.py": "", "p/lib.py": lib, "use.py": use}
    after = unchanged_by(files, rename=RENAME)
    assert (("use.py", 6, "name-shown") in after.refusals) == is_listed
    assert f"    {expecting}\n" in after.files["use.py"]
