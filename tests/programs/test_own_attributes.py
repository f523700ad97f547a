"""What others know by the `__name__` or the `__module__` that it has of its own."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import RUN, Program, Refused

SHAPES = """
=== pkg/__init__.py
=== pkg/shapes.py
class Circle(Exception):
    x = 1
class Square:
    x = 2
def on_start():
    return 1
"""

RENAMES = {
    "a key": 'AREAS = {"Circle": 3}\nprint(AREAS[type(Circle()).__name__])',
    "a key that may be missing": 'AREAS = {"Circle": 3}\nprint(AREAS.get(type(Circle()).__name__))',
    "a variable": 'kind = getattr(Circle, "__name__")\nprint(kind == "Circle")',
    "a case": (
        'match type(Circle()).__name__:\n    case "Disk" | "Circle":\n        print(1)\n'
        "    case _:\n        print(2)"
    ),
    "a table of the class": (
        'class Areas:\n    table = {"Circle": 3}\n    def of(self, it):\n'
        "        return self.table[type(it).__name__]\nprint(Areas().of(Circle()))"
    ),
    "a set": 'ROUND = frozenset({"Circle"})\nprint(type(Circle()).__name__ in ROUND)',
    "a function that says it": (
        'def kind(it):\n    return type(it).__name__\nprint(kind(Circle()) == "Circle")'
    ),
    "an identifier": (
        'NAMES = ["Circle", "Square"]\n'
        'print([one in NAMES for one in [kind.__name__ for kind in (Circle,)]])\nKEY = "Circle"'
    ),
}


FOLLOWING = {
    "a comparison": 'print(type(Circle()).__name__ == "Circle")',
    "a comparison from the other side": 'print("Circle" != Circle().__class__.__qualname__)',
    "one of several": 'print(type(Circle()).__name__ in ("Square", "Circle"))',
}


@pytest.mark.parametrize("case", FOLLOWING)
def test_what_is_certainly_compared_with_its_own_name_follows(
    unchanged_by: Program, case: str
) -> None:
    files = blocks(f"{SHAPES}=== main.py\nfrom pkg.shapes import Circle\n{FOLLOWING[case]}\n")
    rename = ("pkg.shapes.Circle", "pkg.shapes.Disc")
    after = unchanged_by(files, rename=rename, script=RUN)
    assert "Circle" not in after.files["main.py"]


@pytest.mark.parametrize("case", RENAMES)
def test_what_is_compared_with_its_own_name_keeps_it(refused: Refused, case: str) -> None:
    files = blocks(f"{SHAPES}=== main.py\nfrom pkg.shapes import Circle\n{RENAMES[case]}\n")
    output = refused(files, "rename", "pkg.shapes.Circle", "pkg.shapes.Disc")
    assert "main.py:" in output


ASKED = {
    "its module": (
        'AREAS = {"Circle": 3}',
        "from pkg import tables as known\nprint(known.AREAS[type(Circle()).__name__])",
    ),
    "its name": (
        'AREAS: dict = dict({"Circle": 3})',
        "from pkg.tables import AREAS as known\nprint(known[type(Circle()).__name__])",
    ),
    "another name from another module": (
        'AREAS = ("Square", "Circle")',
        "from pkg.facade import KNOWN\nprint(type(Circle()).__name__ in KNOWN)",
    ),
    "its exported names": (
        '__all__ = ["Circle"]',
        "from pkg import tables\nprint(type(Circle()).__name__ in tables.__all__)",
    ),
}
FACADE = "=== pkg/facade.py\nfrom pkg.tables import AREAS as KNOWN\n"


@pytest.mark.parametrize("case", ASKED)
def test_a_table_of_another_module_is_asked_by_the_name(refused: Refused, case: str) -> None:
    table, use = ASKED[case]
    facade = FACADE if "facade" in use else ""
    files = blocks(
        f"{SHAPES}=== pkg/tables.py\n{table}\n{facade}=== main.py\n"
        f"from pkg.shapes import Circle\n{use}\n"
    )
    output = refused(files, "rename", "pkg.shapes.Circle", "pkg.shapes.Disc")
    assert "pkg/tables.py:1" in output


def test_the_place_that_compares_is_named(refused: Refused) -> None:
    files = blocks(f'{SHAPES}=== main.py\n\ndef is_it(it):\n    return it.__name__ == "on_start"\n')
    output = refused(files, "rename", "pkg.shapes.on_start", "pkg.shapes.begin")
    assert "main.py:3" in output


@pytest.mark.parametrize(
    "line",
    [
        'LABELS = {"Circle": 1}\nprint(LABELS["Circle"])',
        'print(type(Circle()).__name__ == "Square", "Circle")',
        'print(sorted((Circle, Square), key=lambda kind: kind.x)[0].x, "Circle")',
        'print({"Square": 2}[Square.__name__])',
        'print(Square.__name__ == "Circle", on_start.__qualname__ in ("Circle",))',
    ],
)
def test_a_string_that_is_compared_with_nothing_holds_no_name(
    unchanged_by: Program, line: str
) -> None:
    files = blocks(
        f"{SHAPES}=== main.py\nfrom pkg.shapes import Circle, Square, on_start\n{line}\n"
    )
    after = unchanged_by(files, rename=("pkg.shapes.Circle", "pkg.shapes.Disc"), script=RUN)
    assert "class Disc" in after.files["pkg/shapes.py"]


FILED = {
    "in a table": "REG = {}\nREG[Circle.__name__] = Circle",
    "by a call": (
        "REG = {}\ndef keep(name, cls):\n    REG[name] = cls\nkeep(Circle.__name__, Circle)"
    ),
    "in a text": "REG = {}\nREG[f'{Circle.__name__}'] = Circle",
    "by a lambda": "REG = dict(zip(map(lambda cls: cls.__name__, (Circle,)), (Circle,)))",
    "in a list": "REG = dict(zip([cls.__name__ for cls in (Circle,)], (Circle,)))",
}


def filed(case: str, use: str) -> dict[str, str]:
    shapes = SHAPES.replace("class Square", f"{FILED[case]}\nclass Square")
    return blocks(f"{shapes}=== main.py\nfrom pkg import shapes\n{use}\n")


@pytest.mark.parametrize("case", FILED)
def test_what_is_filed_by_its_name_keeps_it_where_something_asks(
    refused: Refused, case: str
) -> None:
    files = filed(case, 'print(shapes.REG["Circle"].x)')
    assert "main.py:2" in refused(files, "rename", "pkg.shapes.Circle", "pkg.shapes.Disc")


@pytest.mark.parametrize("case", FILED)
def test_what_is_filed_by_its_name_and_asked_for_by_nothing_follows(
    unchanged_by: Program, case: str
) -> None:
    files = filed(case, "print(len(shapes.REG))")
    after = unchanged_by(files, rename=("pkg.shapes.Circle", "pkg.shapes.Disc"), script=RUN)
    assert "class Disc" in after.files["pkg/shapes.py"]


MODULES = {
    "a comparison": 'print(Circle.__module__ == "pkg.shapes")',
    "a beginning": 'print(getattr(Circle, "__module__", "").startswith("pkg.shapes"))',
    "a table": 'OURS = {"pkg.shapes": 1}\nprint(OURS.get(type(Circle()).__module__))',
    "a whole path": (
        'print(f"{Circle.__module__}.{Circle.__name__}" in ("pkg.shapes.Circle", "other.Circle"))'
    ),
    "a path with a colon": (
        "def key(cls):\n    return f'{cls.__module__}:{cls.__qualname__}'\n"
        'KNOWN = ["pkg.shapes:Circle"]\nprint(key(Circle) in KNOWN)'
    ),
    "a path put together": (
        'print(Circle.__module__ + "." + Circle.__qualname__ == "pkg.shapes.Circle")'
    ),
}


@pytest.mark.parametrize("case", MODULES)
@pytest.mark.parametrize("place", ["main.py", "pkg/shapes.py"])
def test_what_is_compared_with_a_module_follows_it(
    unchanged_by: Program, case: str, place: str
) -> None:
    files = blocks(f"{SHAPES}=== main.py\nfrom pkg.shapes import Circle\n")
    files[place] += f"{MODULES[case]}\n"
    renames = ("pkg.shapes", "pkg.forms")
    after = unchanged_by(files, rename=renames, script=RUN, may_go=["pkg.shapes"])
    assert "pkg/shapes.py" not in after.files
    assert not after.refusals


PATHS = ["a whole path", "a path with a colon", "a path put together"]


@pytest.mark.parametrize("case", PATHS)
@pytest.mark.parametrize(
    "how",
    [
        {"rename": ("pkg.shapes.Circle", "pkg.shapes.Disc")},
        {"move": ("pkg.shapes.Circle", "pkg.a")},
    ],
)
def test_what_is_compared_with_a_whole_path_follows_it(
    unchanged_by: Program, case: str, how: dict[str, tuple[str, str]]
) -> None:
    files = blocks(f"{SHAPES}=== main.py\nfrom pkg.shapes import Circle\n{MODULES[case]}\n")
    after = unchanged_by(files, **how, script=RUN)
    assert "class Circle" not in after.files["pkg/shapes.py"]
    assert not after.refusals


@pytest.mark.parametrize("case", ["a comparison", "a beginning", "a table"])
def test_what_is_told_by_its_module_stays_in_it(refused: Refused, case: str) -> None:
    files = blocks(f"{SHAPES}=== main.py\nfrom pkg.shapes import Circle\n{MODULES[case]}\n")
    assert "main.py:2" in refused(files, "move", "pkg.shapes.Circle", "pkg.other")


def test_a_module_that_looks_for_what_is_its_own_keeps_it(refused: Refused) -> None:
    own = (
        "__all__ = [name for name, it in list(globals().items())"
        " if getattr(it, '__module__', '') == __name__]\n"
    )
    files = blocks(f"{SHAPES}{own}=== main.py\nfrom pkg.shapes import *\nprint(Circle.x)\n")
    assert "pkg/shapes.py:7" in refused(files, "move", "pkg.shapes.Circle", "pkg.other")


def test_a_module_that_is_another_one_tells_nothing(unchanged_by: Program) -> None:
    use = 'print(Circle.x, [].__class__.__module__ == "builtins")'
    files = blocks(f"{SHAPES}=== main.py\nfrom pkg.shapes import Circle\n{use}\n")
    after = unchanged_by(files, move=("pkg.shapes.Circle", "pkg.other"), script=RUN)
    assert "class Circle" in after.files["pkg/other.py"]


BASE = """
=== pkg/__init__.py
=== pkg/base.py
class Handler:
    known = {}
    def __init_subclass__(cls):
        Handler.known[cls.__module__.rpartition(".")[2] + ":" + cls.__name__] = cls
=== pkg/handlers.py
from pkg.base import Handler
class Json(Handler):
    x = 1
=== main.py
import pkg.handlers
from pkg.base import Handler
"""


def test_what_is_filed_by_its_module_stays_where_something_asks(refused: Refused) -> None:
    files = blocks(f'{BASE}print(Handler.known["handlers:Json"].x)\n')
    assert "main.py:3" in refused(files, "move", "pkg.handlers.Json", "pkg.formats")


def test_what_is_filed_by_its_module_is_listed(unchanged_by: Program) -> None:
    files = blocks(f"{BASE}print(len(Handler.known))\n")
    after = unchanged_by(files, move=("pkg.handlers.Json", "pkg.formats"), script=RUN)
    assert "pkg/formats.py" in after.files
    assert ("pkg/handlers.py", 2, "named-by-module") in after.refusals


LINES = [
    "self.__class__.mro()", "type(self).__mro__", "reversed(type(self).__mro__)",
    "inspect.getmro(type(self))[1:]",
]  # fmt: skip
WALKING = """\
import inspect


class Part:
    pass


class Base:
    pass


class Owner(Base):
    parts = [Part, Base]

    def names(self, table):
        return [table[cls.__name__] for cls in LINE if cls.__name__ in table]
"""


@pytest.mark.parametrize("line", LINES)
def test_what_goes_through_the_classes_above_meets_no_other(
    unchanged_by: Program, refused: Refused, line: str
) -> None:
    use = "from lib import Owner, Part\n\nprint(Owner().names({'Base': 1, 'Part': 2}), not Part)\n"
    files = {"lib.py": WALKING.replace("LINE", line), "use.py": use}
    after = unchanged_by(files, rename=("lib.Part", "lib.Piece"), script="import use")
    assert "class Piece" in after.files["lib.py"]
    said = refused(files, "rename", "lib.Base", "lib.Root")
    assert "lib.py:16: 'Base' tells others of itself" in said
    assert "use.py:3 may ask for it by this string" in said
