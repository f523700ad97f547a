from collections.abc import Callable, Iterable
from itertools import pairwise

import pytest

from onepath.symbols.find_references.references import references
from onepath.symbols.graph.imports import imported_modules, reachable
from onepath.symbols.resolve import Resolver
from onepath.symbols.routes import is_shim, names_of, path_uses

World = Callable[..., Resolver]
FILES = {
    "p/__init__.py": "", "p/a.py": "class A: pass\n", "p/q/__init__.py": "from p.a import A\n",
    "p/q/b.py": "", "n/c.py": "", "top.py": "",
}  # fmt: skip


def imports(resolver: World, source: str, path: str = "u.py") -> list[str]:
    world = resolver({**FILES, path: source})
    return list(imported_modules(path, world.facts(path), world.modules))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import p.q.b", ["p/__init__.py", "p/q/__init__.py", "p/q/b.py"]),
        ("from p.q import A", ["p/__init__.py", "p/q/__init__.py"]),
        ("from p.q import b", ["p/__init__.py", "p/q/__init__.py", "p/q/b.py"]),
        ("from n import c", ["n/c.py"]),
        ("import n", []),
        ("import p.gone.b", ["p/__init__.py"]),
        ("import os, requests", []),
        ("try:\n    import top\nexcept ImportError:\n    import p", ["top.py", "p/__init__.py"]),
        ("class C:\n    import top", ["top.py"]),
        ("def f():\n    import top", []),
        ("if TYPE_CHECKING:\n    import top", []),
        ("if TYPE_CHECKING: pass\nelse:\n    import top", ["top.py"]),
        ("from .... import x", []),
    ],
)
def test_only_what_runs_at_import_is_in_the_graph(
    resolver: World, source: str, expected: list[str]
) -> None:
    assert imports(resolver, source) == expected


def test_packages_around_the_importer_are_being_imported_already(resolver: World) -> None:
    assert imports(resolver, "import p.q.b", "p/q/u.py") == ["p/q/b.py"]
    assert imports(resolver, "from . import b", "p/q/u.py") == ["p/q/__init__.py", "p/q/b.py"]


CHAIN = {"a.py": "import b\n", "b.py": "import c\n", "c.py": "import d\n", "d.py": "import a\n"}


def imports_of(world: Resolver) -> Callable[[str], Iterable[str]]:
    return lambda path: imported_modules(path, world.facts(path), world.modules)


def test_reachable_follows_imports_and_ends_in_a_cycle(resolver: World) -> None:
    world = resolver(CHAIN)
    loaded: list[str] = []

    def load(paths: Iterable[str]) -> None:
        loaded.extend(paths)

    assert reachable(["a.py"], imports_of(world), load) == set(CHAIN)
    assert loaded == ["a.py", "b.py", "c.py", "d.py"]


def test_reachable_stops_where_it_may(resolver: World) -> None:
    world = resolver(CHAIN)
    loaded: list[str] = []
    found = reachable(["a.py"], imports_of(world), loaded.extend, until="c.py")
    assert found == {"b.py", "c.py"}
    assert loaded == ["a.py", "b.py"]


def test_start_is_not_reached_unless_it_is_met(resolver: World) -> None:
    world = resolver({"a.py": "import b\n", "b.py": ""})
    assert reachable(["a.py"], imports_of(world), lambda _: None) == {"b.py"}


# ------------------------------------------------------------------- references


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from p.a import A", [("p/a.py", "A", "import", 1)]),
        ("from p.a import A as B, C", [("p/a.py", "A", "import", 1)]),
        ("from p.a import *", [("p/a.py", "*", "import", 1)]),
        ("import p.a\np.a.A()", [("p/a.py", "A", "chain", 0)]),
        ("import p.a as x\nx.A.b", [("p/a.py", "A", "chain", 0)]),
        ("from p import a\na.A", [("p/a.py", "A", "chain", 0)]),
        ("def f():\n    import p.a\n    p.a.A", [("p/a.py", "A", "chain", 0)]),
        ("x = 'p.a.A'", [("p/a.py", "A", "string", 1)]),
        ("x = 'p.a:A'", [("p/a.py", "A", "string", 1)]),
        ("from p.q import A", [("p/q/__init__.py", "A", "import", 1)]),
        ("from requests import A", []),
        ("import p.a\np.a.B", []),
        ("x = 'gone.A'", []),
        ("A = 1", []),
    ],
)
def test_references_name_the_place_that_is_written(
    resolver: World, source: str, expected: list[tuple[str, str, str, int]]
) -> None:
    world = resolver({**FILES, "u.py": source})
    found = references("u.py", world.facts("u.py"), world, {"A"})
    assert [(one.module, one.name, one.kind, one.line) for one in found] == expected


# ----------------------------------------------------------------------- routes


def test_path_uses_are_imports_and_chains_by_the_path_as_it_resolves(resolver: World) -> None:
    source = "from .q import A\nimport p.q as x\nx.A()\nfrom p.a import Gone\nimport os\nos.A\n"
    world = resolver({**FILES, "p/u.py": source})
    found = list(path_uses("p/u.py", world.facts("p/u.py"), world))
    assert [(one.dotted, one.line, one.resolution.kind) for one in found] == [
        ("p.q.A", 1, "definition"),
        ("p.a.Gone", 4, "unresolved"),
        ("p.q.A", 0, "definition"),
    ]


def test_names_of_a_definition_are_all_that_lead_to_it(resolver: World) -> None:
    files = {**FILES, "u.py": "from p.q import A as Z\nY = Z\nX = Z.x\n"}
    files["v.py"] = "import u\nW = u.Y\n"
    world = resolver(files)
    near = {("p/a.py", "A"), ("p/q/__init__.py", "A"), ("u.py", "Z"), ("u.py", "Y")}
    assert set(names_of([("p/a.py", "A")], FILES | {"u.py": ""}, world, {"A"})) == near
    assert set(names_of([("p/a.py", "A")], files, world, {"A"})) == near | {("v.py", "W")}
    assert names_of([("p/a.py", "A")], files, world, {"Q"}) == {}


@pytest.mark.parametrize("backwards", [False, True])
def test_a_long_chain_of_names_is_followed_at_once(resolver: World, backwards: bool) -> None:
    modules = [f"m{at:03}" for at in range(300)]
    chain = ["a", *(reversed(modules) if backwards else modules)]
    files = {f"{one}.py": "" for one in sorted(chain)} | {"a.py": "class A0: pass\n"}
    for at, (before, module) in enumerate(pairwise(chain)):
        files[f"{module}.py"] = f"from {before} import A{at}\nA{at + 1} = A{at}\n"
    found = names_of([("a.py", "A0")], files, resolver(files), {"A0"})
    assert len(found) == 2 * 300 + 1


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from a import A", True),
        ("'''Old.'''\nfrom a import A\nB = A\n__all__ = ['A', 'B']\n", True),
        ("import warnings\nfrom a import A\nwarnings.warn('old', DeprecationWarning)", True),
        ("try:\n    from a import A\nexcept ImportError:\n    from b import A", True),
        ("def __getattr__(name): return f(name)\nimport a", True),
        ("from a import A\nregister(A)", False),
        ("from a import A\nA.x = 1", False),
        ("from a import A\nclass B(A): pass", False),
        ("from a import A\ndef make(): return A()", False),
        ("from a import A\nlogger = getLogger(__name__)", False),
        ("from a import A\nfor x in y: pass", False),
        ("from r import A\nB = A.made", True),
        ("import r\nB = r.A", True),
        ("import os\nfrom r import A\nsep = os.sep", True),
        ("from r import S\npi = S.Pi", False),
        ("import r\npi = r.S.Pi", False),
        ("from r import S\nT = S\npi = T.Pi", False),
        ("from r import A\ndeep = A.made.x", False),
        ("from r import f\ndoc = f.__doc__", False),
        ("__all__ = []", False),
        ("", False),
        ("from a import (", False),
    ],
)
def test_shim_only_forwards(resolver: World, source: str, expected: bool) -> None:
    others = "class A:\n    made = 1\n\n\ndef f(): pass\n\n\nS = A()\n"
    files = {"s.py": source + "\n", "r.py": others, "a.py": "class A: pass\n"}
    assert is_shim("s.py", resolver(files)) is expected
