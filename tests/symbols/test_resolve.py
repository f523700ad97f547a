from collections.abc import Callable

import pytest

from onepath.symbols.resolve import Resolution, Resolver

World = Callable[..., Resolver]
PACKAGE = {"p/__init__.py": "", "p/real.py": "class A: pass\nclass B: pass\n"}


def lead(found: Resolution) -> tuple[str, str, str]:
    return found.kind, found.path, found.name


A = ("definition", "p/real.py", "A")


# ------------------------------------------------------- what leads nowhere


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("from p.gone import A", "no such module"),
        ("from p.real import Gone as A", "no such name"),
        ("from .gone import A", "no such module"),
        ("from ...x import A", "beyond the top package"),
        ("def f():\n    global A\n    from p.real import A\n", "dynamic"),
        ("def __getattr__(name): pass", "dynamic"),
        ("globals()['A'] = 1", "dynamic"),
        ("from requests import *", "dynamic"),
        ("from p.lazy import *", "dynamic"),
        ("import os", "no such name"),
        ("def (", "unparseable"),
        ("if x:\n    from p.real import A\nelse:\n    from p.real import B as A", "ambiguous"),
        ("try:\n    from p.gone import A\nexcept ImportError:\n    from p.lost import A",
         "no such module"),
        ("from p.user import A", "cycle"),
        ("def f(A): from p.real import A", "no such name"),
    ],
)  # fmt: skip
def test_name_that_can_not_be_resolved_says_why(resolver: World, source: str, reason: str) -> None:
    files = {**PACKAGE, "p/user.py": source, "p/lazy.py": "__all__ = f()\n"}
    found = resolver(files).name("p/user.py", "A")
    assert (found.kind, found.reason) == ("unresolved", reason)


def test_cycle_of_re_exports_ends(resolver: World) -> None:
    files = {"a.py": "from b import X\n", "b.py": "from c import X\n", "c.py": "from a import X\n"}
    found = resolver(files).name("a.py", "X")
    assert (found.kind, found.reason) == ("unresolved", "cycle")


def test_stars_that_import_each_other_end(resolver: World) -> None:
    files = {"a.py": "from b import *\nclass X: pass\n", "b.py": "from a import *\n"}
    world = resolver(files)
    assert lead(world.name("b.py", "X")) == ("definition", "a.py", "X")
    assert world.name("b.py", "Y").kind == "unresolved"


# ---------------------------------------------------------------- what leads on


@pytest.mark.parametrize(
    "source",
    [
        "from p.real import A",
        "from .real import A",
        "from p.real import B as A\nfrom p.real import A",
        "from .real import *",
        "from p.real import A as C\nA = C",
        "import p.real\nA = p.real.A",
        "import p.real as r\nA = r.A",
        "from . import real\nA = real.A",
        "try:\n    from p.gone import A\nexcept ImportError:\n    from p.real import A",
        "try:\n    from p.real import A\nexcept ImportError:\n    A = None",
        "try:\n    from p.real import A\nexcept ImportError:\n    from p.gone import A",
        "if x:\n    from p.real import A\nelse:\n    A = None",
        "if x:\n    from p.real import A\nelse:\n    from .real import A",
        "A: type\nfrom p.real import A",
        "A = None\nfrom p.real import A",
        "class A: pass\nfrom p.real import *",
        "from p.other import *\nfrom p.real import A",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.real import A",
        "if TYPE_CHECKING:\n    from p.real import B as A\nelse:\n    from p.real import A",
        "from p.real import A\nB = A\nA = B",
        "with x:\n    from p.real import A",
        "from p.real import A\nfrom p.types import *",
        "from p.real import A\nfrom p.stars import *",
    ],
)
def test_name_leads_to_its_definition(resolver: World, source: str) -> None:
    files = {**PACKAGE, "p/user.py": source + "\n", "p/other.py": "class A: pass\n",
             "p/types.py": "if TYPE_CHECKING:\n    from p.other import A\n",
             "p/stars.py": "from p.types import *\n"}  # fmt: skip
    assert lead(resolver(files).name("p/user.py", "A")) == A


def test_definition_beside_an_import_is_what_comes_last(resolver: World) -> None:
    files = {**PACKAGE, "p/user.py": "from p.real import *\nclass A: pass\n"}
    assert lead(resolver(files).name("p/user.py", "A")) == ("definition", "p/user.py", "A")


def test_alias_means_what_its_right_side_was_then(resolver: World) -> None:
    files = {**PACKAGE, "p/user.py": "from p.real import A\nC = A\nfrom p.real import B as A\n"}
    world = resolver(files)
    assert lead(world.name("p/user.py", "C")) == A
    assert lead(world.name("p/user.py", "A")) == ("definition", "p/real.py", "B")


def test_attributes_that_are_left_over_are_kept(resolver: World) -> None:
    files = {**PACKAGE, "p/user.py": "from p.real import A\nmake = A.create\n"}
    world = resolver(files)
    assert world.name("p/user.py", "make").rest == ("create",)
    assert world.dotted("p.real.A.create.x").rest == ("create", "x")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # what an instance, a function or an attribute has is a new value
        ("from p.real import S\nx = S.pi", "p/user.py"),
        ("import p.real\nx = p.real.S.pi", "p/user.py"),
        ("from p.real import S as T\nU = T\nx = U.pi", "p/user.py"),
        ("from p.real import f\nx = f.cache", "p/user.py"),
        ("from p.real import A\nx = A.one.two", "p/user.py"),
        # another name of the instance, of a name of a module, and of an attribute of a class
        ("from p.real import S\nx = S", "p/real.py"),
        ("import p.real as r\nx = r.S", "p/real.py"),
        ("from p.real import A\nx = A.one", "p/real.py"),
        ("import p.real\nx = p.real.A.Inner.two", "p/real.py"),
        ("import outside\nx = outside.S", "outside"),
    ],
)
def test_an_attribute_of_an_instance_is_no_other_name_of_it(
    resolver: World, source: str, expected: str
) -> None:
    real = (
        "class A:\n    one = 1\n\n    class Inner:\n        two = 2\n\n\n"
        "def f(): pass\n\n\nS = A()\n"
    )
    world = resolver({"p/__init__.py": "", "p/real.py": real, "p/user.py": source + "\n"})
    assert world.name("p/user.py", "x").path == expected


@pytest.mark.parametrize("source", ["(A := 1)", "match x:\n    case A: pass", "for A in x: pass"])
def test_name_that_is_bound_in_an_odd_way_is_defined_there(resolver: World, source: str) -> None:
    found = resolver({"a.py": source + "\n"}).name("a.py", "A")
    assert lead(found) == ("definition", "a.py", "A")


@pytest.mark.parametrize("size", [50, 400, 3_000])
def test_a_chain_of_any_length_is_followed(resolver: World, size: int) -> None:
    links = "".join(f"A{at + 1} = A{at}\n" for at in range(size))
    found = resolver({"a.py": f"class A0: pass\n{links}"}).name("a.py", f"A{size}")
    assert lead(found) == ("definition", "a.py", "A0")


@pytest.mark.parametrize("size", [3, 400])
def test_a_cycle_of_any_length_ends(resolver: World, size: int) -> None:
    files = {f"m{at}.py": f"from m{(at + 1) % size} import X\n" for at in range(size)}
    assert resolver(files).name("m0.py", "X").reason == "cycle"


def test_route_has_every_stop(resolver: World) -> None:
    files = {
        "p/__init__.py": "from p.facade import *\n", "p/facade.py": "from p.shim import A as Z\n",
        "p/shim.py": "from p.real import A\n", "p/real.py": "class A: pass\n",
    }  # fmt: skip
    found = resolver(files).dotted("p.Z")
    assert lead(found) == A
    assert found.route == (
        ("p/__init__.py", "Z"),
        ("p/facade.py", "Z"),
        ("p/shim.py", "A"),
        ("p/real.py", "A"),
    )


# ------------------------------------------------------------------------ stars


@pytest.mark.parametrize(
    ("exports", "names", "complete"),
    [
        ("", {"A", "B"}, True),
        ("__all__ = ['A', '_c']", {"A", "_c"}, True),
        ("__all__ = ['A'] + f()", {"A"}, False),
        ("from p import other\n__all__ = ['A'] + other.__all__", {"A", "O"}, True),
        ("__all__ = ['A'] + os.__all__", {"A"}, False),
        ("exec(x)", {"A", "B"}, False),
        ("from p.other import *", {"A", "B", "O"}, True),
        ("from os import *", {"A", "B"}, False),
    ],
)
def test_star_brings_what_all_says_or_else_public_names(
    resolver: World, exports: str, names: set[str], complete: bool
) -> None:
    files = {
        "p/__init__.py": "", "p/m.py": f"class A: pass\nB = _c = 1\n{exports}\n",
        "p/other.py": "class O: pass\nclass P: pass\n__all__ = ['O']\n",
    }  # fmt: skip
    found, whole = resolver(files).star_names("p/m.py")
    assert (found - {"other"}, whole) == (names, complete)


def test_star_does_not_bring_what_all_leaves_out(resolver: World) -> None:
    files = {"a.py": "class A: pass\n__all__ = []\n", "b.py": "from a import *\n"}
    assert resolver(files).name("b.py", "A").reason == "no such name"


def test_star_brings_what_all_lists_and_a_star_before_it_binds(resolver: World) -> None:
    files = {
        "a.py": "class A: pass\n", "b.py": "from a import *\n__all__ = ['A']\n",
        "c.py": "from b import *\n",
    }  # fmt: skip
    assert lead(resolver(files).name("c.py", "A")) == ("definition", "a.py", "A")


# --------------------------------------------------------- packages and modules


def test_attribute_of_a_package_wins_over_its_submodule(resolver: World) -> None:
    files = {
        "p/__init__.py": "from p.thing import thing\n", "p/thing.py": "def thing(): pass\n",
        "u.py": "from p import thing\nfrom p.thing import thing as same\n",
    }  # fmt: skip
    world = resolver(files)
    for name in ("thing", "same"):
        assert lead(world.name("u.py", name)) == ("definition", "p/thing.py", "thing")
    assert lead(world.dotted("p.thing")) == ("definition", "p/thing.py", "thing")
    assert lead(world.dotted("p.thing.thing")) == ("definition", "p/thing.py", "thing")


def test_package_that_imports_its_own_submodule_holds_the_module(resolver: World) -> None:
    files = {"p/__init__.py": "from . import sub\nfrom p import sub as s\n", "p/sub.py": "X = 1\n"}
    world = resolver(files)
    assert lead(world.name("p/__init__.py", "sub")) == ("module", "p/sub.py", "")
    assert lead(world.name("p/__init__.py", "s")) == ("module", "p/sub.py", "")
    assert lead(world.dotted("p.sub.X")) == ("definition", "p/sub.py", "X")


def test_import_without_as_binds_the_top_package(resolver: World) -> None:
    files = {**PACKAGE, "u.py": "import p.real\nimport p.real as r\n"}
    world = resolver(files)
    assert lead(world.name("u.py", "p")) == ("module", "p/__init__.py", "")
    assert lead(world.name("u.py", "r")) == ("module", "p/real.py", "")


def test_namespace_package_has_modules_and_nothing_else(resolver: World) -> None:
    world = resolver({"n/a.py": "X = 1\n", "u.py": "from n import a\nfrom n import gone\n"})
    assert lead(world.name("u.py", "a")) == ("module", "n/a.py", "")
    assert world.name("u.py", "gone").reason == "no such name"
    assert lead(world.dotted("n.a.X")) == ("definition", "n/a.py", "X")


@pytest.mark.parametrize("name", ["requests.get", "os.path", "json"])
def test_what_is_not_here_is_external(resolver: World, name: str) -> None:
    world = resolver({**PACKAGE, "u.py": f"from {name} import x\n"})
    assert world.dotted(name).kind == "external"
    assert world.name("u.py", "x") == ("external", f"{name}.x", "", (), (("u.py", "x"),), "")


def test_test_helper_beside_the_test_is_found_from_there_alone(resolver: World) -> None:
    files = {
        **PACKAGE, "tests/helpers.py": "class H: pass\n",
        "tests/test_a.py": "from helpers import H\n", "p/u.py": "from helpers import H\n",
    }  # fmt: skip
    world = resolver(files)
    assert lead(world.name("tests/test_a.py", "H")) == ("definition", "tests/helpers.py", "H")
    assert world.name("p/u.py", "H").kind == "external"


def test_names_every_module_has_are_no_dangling_ones(resolver: World) -> None:
    assert resolver(PACKAGE).name("p/real.py", "__file__").kind == "definition"
