"""Modules that copy all names of another one into their own."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import RUN, Program

COPIES = {
    "all": "from pkg import core\nglobals().update(vars(core))",
    "the dictionary": "import pkg.core as core\nglobals().update(core.__dict__)",
    "the public ones": (
        "from pkg import core\nlocals().update({name: it for name, it in vars(core).items()"
        " if not name.startswith('_')})"
    ),
    "one by one": (
        "from pkg import core\nfor name in dir(core):\n    if name[0] != '_':\n"
        "        globals()[name] = getattr(core, name)"
    ),
    "those of a module that is loaded by its name": (
        "import importlib\ncore = importlib.import_module('.core', __name__)\n"
        "globals().update({name: getattr(core, name) for name in core.__all__})"
    ),
    "what is asked for": (
        "from pkg import core\ndef __getattr__(name):\n    value = getattr(core, name)\n"
        "    globals()[name] = value\n    return value"
    ),
    "into the module object": (
        "import sys\nfrom pkg import core\nfor name in core.__all__:\n"
        "    setattr(sys.modules[__name__], name, getattr(core, name))"
    ),
}
PROGRAM = """
=== pkg/core.py
__all__ = ["Thing"]
class Thing:
    x = 1
=== main.py
import pkg
from pkg import Thing
print(pkg.Thing.x, Thing.x)
"""


@pytest.mark.parametrize("case", COPIES)
@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"rename": ("pkg.core.Thing", "pkg.core.Item")}, "old-name-kept"),
        ({"move": ("pkg.core.Thing", "pkg.other")}, "old-path-kept"),
    ],
)
def test_what_is_copied_keeps_its_old_name(
    unchanged_by: Program, case: str, how: dict[str, tuple[str, str]], code: str
) -> None:
    files = blocks(f"{PROGRAM}=== pkg/__init__.py\n{COPIES[case]}\n")
    after = unchanged_by(files, **how, script=RUN)
    assert code in {one for *_, one in after.refusals}


@pytest.mark.parametrize(
    "line",
    ["from pkg import core\nglobals()['other'] = core.Thing", "globals().update(vars(str))"],
)
def test_what_copies_something_else_keeps_nothing(unchanged_by: Program, line: str) -> None:
    program = PROGRAM.replace("import pkg\nfrom pkg import Thing\nprint(pkg.Thing.x, ", "print(")
    program = program.replace("print(Thing.x)", "from pkg.core import Thing\nprint(Thing.x)")
    files = blocks(f"{program}=== pkg/__init__.py\n{line}\n")
    after = unchanged_by(files, rename=("pkg.core.Thing", "pkg.core.Item"), script=RUN)
    assert "old-name-kept" not in {one for *_, one in after.refusals}


LAZY = """\
from importlib import import_module

_HOMES = {"other": "pkg.more", "third": "pkg.core"}


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(name)

    globals()[name] = getattr(import_module(_HOMES[name]), name)
    return globals()[name]
"""


@pytest.mark.parametrize("parameter", ["name", "attribute"])
def test_a_lazy_module_copies_what_its_table_lists(unchanged_by: Program, parameter: str) -> None:
    program = PROGRAM.replace("import pkg\nfrom pkg import Thing\nprint(pkg.Thing.x, ", "print(")
    program = program.replace(
        "print(Thing.x)", "import pkg\nfrom pkg.core import Thing\nprint(Thing.x, pkg.other)"
    )
    lazy = LAZY.replace("name", parameter).replace(f"{parameter}s", "names")
    files = blocks(f"{program}=== pkg/__init__.py\n{lazy}\n=== pkg/more.py\nother = 1\n")
    after = unchanged_by(files, rename=("pkg.core.Thing", "pkg.core.Item"), script=RUN)
    assert "old-name-kept" not in {one for *_, one in after.refusals}
