"""A name that some place goes on to need of a module that has it by a star import."""

import pytest
from tests.programs.conftest import Program

HOME = "{}def first(values):\n    return values[0]\n"
HOMES = {
    "without a list": HOME.format(""),
    "with a list": HOME.format('__all__ = ["first"]\n\n\n'),
    "with a tuple": HOME.format('__all__ = ("other", "first")\nother = 1\n\n\n'),
}


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("package", ["from .items import *\n", "from .all import *\n"])
def test_the_old_name_is_kept_where_the_star_takes_it_from(
    unchanged_by: Program, home: str, package: str
) -> None:
    files = {
        "pkg/__init__.py": package,
        "pkg/all.py": "from .items import *\n",
        "pkg/items.py": HOMES[home],
        "use.py": "import pkg\nname = 'first'\nprint(pkg.first([1]), getattr(pkg, name)([2]))\n",
    }
    after = unchanged_by(
        files,
        rename=("pkg.items.first", "pkg.items.head"),
        script="import use\n",
    )
    assert "pkg.head([1])" in after.files["use.py"]
    assert "first = head" in after.files["pkg/items.py"]
    assert "old-name-kept" in {code for _, _, code in after.refusals}


HOME = """\
__all__ = ["old", "other"]


def old():
    return 1


def other():
    return 2
"""
READS = "names = ('old', 'other')\nprint([getattr(lib, name)() for name in names])\n"
LOOPS = "import lib\nprint(len([getattr(lib, name) for name in lib.__all__]))\n"
READERS = {
    "a star": ({"use.py": f"from lib import *\nimport lib\n{READS}"}, True),
    "all names": ({"use.py": f"import lib\n{READS}", "loop.py": LOOPS}, False),
}


@pytest.mark.parametrize("reader", READERS)
def test_it_is_listed_only_where_a_star_has_to_bring_it(unchanged_by: Program, reader: str) -> None:
    readers, is_listed = READERS[reader]
    script = f"import {', '.join(path.removesuffix('.py') for path in readers)}"
    after = unchanged_by({"lib.py": HOME, **readers}, rename=("lib.old", "lib.new"), script=script)
    assert "old = new" in after.files["lib.py"]
    assert ('"old"' in after.files["lib.py"]) is is_listed
