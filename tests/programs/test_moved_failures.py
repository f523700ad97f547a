"""Modules that fail, or answer a failure, while they are imported: they may do so elsewhere too."""

import pytest
from tests.programs.conftest import Program

LIB = """\
try:
    unicode
except NameError:
    unicode = str
{more}

def old(given=unicode("x")):
    return given
"""
MORE = {
    "alone": "",
    "a class in a function": (
        "def make(name, label=''):\n    class Sign:\n        if label:\n"
        "            text = label\n    return Sign()\n\n\nsign = make('a')\nname = 1\n"
    ),
    "a function in a function": (
        "def make(label):\n    def inner():\n        return label\n    return inner()\n\n\n"
        "sign = make('a')\nlabel = 1\n"
    ),
    "a part that may be missing": (
        "try:\n    from p._fast import speed\nexcept ImportError:\n    speed = 0\n"
    ),
    "a cycle": "import p.other\n",
    "a cycle that fails": "try:\n    from p.other import late\nexcept ImportError:\n    late = 0\n",
}
FILES = {
    "p/__init__.py": "from .lib import old\n",
    "p/other.py": "from . import lib\n",
    "use.py": "import p.lib\n\nprint(p.old(), p.lib.unicode)\n",
}


@pytest.mark.parametrize(
    ("rename", "more"),
    [
        *((("p.lib", "p.core"), more) for more in MORE if "fails" not in more),
        *((("p", "q"), more) for more in MORE if "missing" not in more and "fails" not in more),
    ],
)
def test_a_module_that_answers_a_failure_gets_another_name(
    unchanged_by: Program, rename: tuple[str, str], more: str
) -> None:
    files = {**FILES, "p/lib.py": LIB.format(more=MORE[more])}
    unchanged_by(files, rename=rename, script="import use", may_go={"p.lib", "p", "p.other"})
