"""Own names of objects of which the code around says what class they are."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.plan.test_definitions import rename
from tests.programs.blocks import blocks
from tests.programs.conftest import Program

from onepath.errors import RefusedError

RENAME = ("p.a.Old", "p.a.New")
A = "class Old:\n    n = 1\n"
NAMESAKES = blocks(
    """
=== a parameter
def told(x: Old): return type(x).__name__ == "Old"
=== a quoted parameter
def told(x: "Old"): return x.__class__.__name__ == "Old"
=== what is made here
def told(y):
    x = Old()
    return type(x).__qualname__ == "Old"
=== what isinstance has sorted
def told(x): return isinstance(x, Old) and type(x).__name__ == "Old"
=== a branch
def told(x):
    if x and isinstance(x, Old):
        return type(x).__name__ == "Old"
=== what is caught
class Old(Exception): ...
def told(y):
    try:
        raise Old
    except Old as x:
        return type(x).__name__ == "Old"
=== itself
class Old:
    def told(self): return type(self).__name__ == "Old"
def told(x): return x.told()
"""
)


@pytest.mark.parametrize("shape", NAMESAKES)
def test_a_namesake_keeps_its_name(unchanged_by: Program, shape: str) -> None:
    text = NAMESAKES[shape]
    namesake = text if "class Old" in text else f"class Old: ...\n{text}"
    files = {"p/__init__.py": "", "p/a.py": A, "p/b.py": namesake, "u.py": "from p.a import Old\n"}
    script = "import u, p.b as b\nprint(b.told(b.Old()))\n"
    after = unchanged_by(files, rename=RENAME, script=script)
    assert after.files["p/b.py"] == namesake
    assert after.files["p/a.py"] == A.replace("Old", "New")
    assert not after.refusals


NOT_SURE = blocks(
    """
=== any object
def told(x): return type(x).__name__ == "Old"
=== a class below it
from p.b import Base
def told(x: Base): return type(x).__name__ == "Old"
=== a name that is set again
from p.b import Other
def told(x: Other):
    x = x.get()
    return type(x).__name__ == "Old"
=== a branch that sets it
from p.b import Other
def told(x):
    if isinstance(x, Other):
        x = x.get()
        return type(x).__name__ == "Old"
=== the other branch
from p.b import Other
def told(x):
    if isinstance(x, Other): return 0
    else: return type(x).__name__ == "Old"
"""
)


@pytest.mark.parametrize("shape", NOT_SURE)
def test_what_may_be_the_class_itself_holds_its_name(
    make_repository: Callable[..., Any], shape: str
) -> None:
    base = "class Base: ...\nclass Other:\n    def get(self): return self.it\n"
    files = {
        "p/__init__.py": "",
        "p/b.py": base,
        "p/a.py": "from p.b import Base\nclass Old(Base): ...\n",
        "u.py": NOT_SURE[shape],
    }
    repository = make_repository(files)
    with pytest.raises(RefusedError, match=r"u\.py:\d: this is compared with the own name"):
        rename(repository.path, *RENAME)


FOLLOWING = blocks(
    """
=== what is made here
from p.a import Old
def told():
    x = Old()
    return type(x).__name__ == "Old", x.__class__.__name__ in ("Old", "Other")
=== a parameter
import p.a
def of(x: "p.a.Old"): return "Old" == type(x).__name__
def told(): return of(p.a.Old())
=== under the old name
from p.a import Old
def of(x: Old): return type(x).__name__ != "Old"
def told(): return of(globals()["Old"]())
"""
)


@pytest.mark.parametrize("shape", FOLLOWING)
def test_the_class_itself_is_expected_by_its_new_name(unchanged_by: Program, shape: str) -> None:
    files = {"p/__init__.py": "", "p/a.py": A, "u.py": FOLLOWING[shape]}
    after = unchanged_by(files, rename=RENAME, script="import u\nprint(u.told())\n")
    assert '"New"' in after.files["u.py"]


def test_tests_of_an_exception_follow_what_tells_of_it(unchanged_by: Program) -> None:
    text = """\
import traceback
from p.a import Old


def test_name():
    try: raise Old("y")
    except Exception as e: assert type(e).__name__ == "Old"


def test_text():
    try: raise Old("y")
    except Exception as e: assert f"{type(e).__name__}: {e}" == "Old: y"


def test_trace():
    try: raise Old("y")
    except Exception as e:
        assert traceback.format_exception_only(e)[0].strip() == "p.a.Old: y"


def check(log):
    return log == "Old: y"
"""
    files = {"p/__init__.py": "", "p/a.py": "class Old(Exception): ...\n", "test_u.py": text}
    script = "import test_u as t\nt.test_name()\nt.test_text()\nt.test_trace()\nprint(1)\n"
    after = unchanged_by(files, rename=RENAME, script=script)
    assert after.files["test_u.py"].count("Old") == 1
    assert ("test_u.py", 22, "name-shown") in after.refusals


ENUM = "import enum\nclass Old(enum.Enum):\n    RED = 1\n"
SHOWN = blocks(
    """
=== str
from p.a import Old
def told(): return str(Old.RED) == "Old.RED"
=== an f-string and its beginning
from p.a import Old
def told(): return f"{Old.RED}".startswith("Old."), "Old.RED" in str([str(Old.RED)])
"""
)


@pytest.mark.parametrize("shape", SHOWN)
def test_the_text_of_a_member_follows(unchanged_by: Program, shape: str) -> None:
    files = {"p/__init__.py": "", "p/a.py": ENUM, "u.py": SHOWN[shape]}
    after = unchanged_by(files, rename=RENAME, script="import u\nprint(u.told())\n")
    assert "Old" not in after.files["u.py"]


@pytest.mark.parametrize("text", ["TABLE = {'Old.RED': 1}\n", "PREFIX = 'Old.'\n"])
@pytest.mark.parametrize("base", ["enum.Enum", "str, enum.Enum", "enum.Flag"])
def test_a_string_that_may_be_the_text_of_a_member_holds_it(
    make_repository: Callable[..., Any], text: str, base: str
) -> None:
    files = {"p/__init__.py": "", "p/a.py": ENUM.replace("enum.Enum", base), "u.py": text}
    repository = make_repository(files)
    with pytest.raises(RefusedError, match=r"u\.py:1: 'Old\.\w*' may be what members of 'Old'"):
        rename(repository.path, *RENAME)


@pytest.mark.parametrize("base", ["enum.StrEnum", "enum.IntEnum", "object"])
def test_other_members_are_no_text_of_their_class(unchanged_by: Program, base: str) -> None:
    lib = ENUM.replace("enum.Enum", base).replace("RED = 1", "RED = '1'")
    files = {"p/__init__.py": "", "p/a.py": lib, "u.py": "T = {'Old.RED': 1}\n"}
    if base == "enum.IntEnum":
        files["p/a.py"] = lib.replace("'1'", "1")
    after = unchanged_by(files, rename=RENAME, script="import u, p.a\nprint(u.T)\n")
    assert "class New" in after.files["p/a.py"]


def test_values_of_literal_and_notes_of_annotated_are_no_types(unchanged_by: Program) -> None:
    lib = (
        "from typing import Annotated, Literal, get_type_hints\n\n\nclass Old:\n"
        "    kind: Literal['Old', 'Leaf'] = 'Old'\n    note: Annotated['Old', 'Old']\n"
        '    deep: \'dict[Literal["Old"], Annotated[Old, "Old"]]\'\n'
    )
    use = (
        "import typing\nfrom p import a\nfrom p.a import Old\n"
        "hints = typing.get_type_hints(Old, include_extras=True)\n"
        "print(hints['kind'], hints['note'].__metadata__, hints['note'].__origin__ is Old)\n"
    )
    files = {"p/__init__.py": "", "p/a.py": lib, "u.py": use}
    after = unchanged_by(files, rename=RENAME, script="import u")
    assert (
        "Literal['Old', 'Leaf'] = 'Old'\n    note: Annotated['New', 'Old']\n"
        in (after.files["p/a.py"])
    )
