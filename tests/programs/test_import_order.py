"""Imports that move run in an order that Python can follow, or stay, one by one."""

import pytest

from .conftest import Program

FACTORY = "class Factory:\n    pass\n"
SHOW = "import p\nprint(sorted(name for name in vars(p) if name.istitle()))\n"


def test_a_facade_that_binds_the_name_too_late_is_left_by_one_place(unchanged_by: Program) -> None:
    after = unchanged_by(
        {
            "p/__init__.py": "from . import early, late\nfrom ._make import Factory\n",
            "p/_make.py": FACTORY,
            "p/early.py": "from ._make import Factory\n\nmade = Factory()\n",
            "p/late.py": "def make():\n    from ._make import Factory\n    return Factory()\n",
        },
        rename=("p._make.Factory", "p.Factory", "--inside"),
        script="import p\nprint(type(p.early.made).__name__, type(p.late.make()).__name__)\n",
    )
    assert after.files["p/early.py"].startswith("from ._make import Factory")
    assert "from . import Factory" in after.files["p/late.py"]
    assert ("p/early.py", 1, "import-cycle") in after.refusals


def test_a_package_keeps_its_own_imports_beside_its_facade(unchanged_by: Program) -> None:
    after = unchanged_by(
        {
            "p/__init__.py": "from ._make import Factory\nfrom . import user\n",
            "p/_make.py": FACTORY,
            "p/old.py": "from ._make import Factory\n",
            "p/user.py": "from ._make import Factory\n",
            "p/shimmed.py": "from .old import Factory\n",
            "q.py": "from p._make import Factory\n",
            "migrate.toml": '[imports]\n"p._make.Factory" = "p.Factory"\n'
            '"p.old.Factory" = "p.Factory"\n',
        },
        script=SHOW,
    )
    assert after.files["p/user.py"] == "from ._make import Factory\n"
    assert after.files["p/shimmed.py"] == "from ._make import Factory\n"
    assert after.files["q.py"] == "from p import Factory\n"
    assert after.refusals == ()


def test_a_module_that_only_its_facade_makes_importable_is_entered_by_it(
    unchanged_by: Program,
) -> None:
    after = unchanged_by(
        {
            "m/__init__.py": "",
            "m/facade.py": "from m.parts import read, MARK\nDB = 'db'\n",
            "m/parts.py": "from m import facade\nMARK = 'm'\ndef read():\n    return facade.DB\n",
            "first.py": "from m.facade import read\n",
            "second.py": "import m.facade\nfrom m.facade import read\n",
        },
        rename=("m.facade.read", "m.parts.read"),
        script="import first\nprint(first.read())\n",
    )
    assert after.files["first.py"] == "from m.facade import read\n"
    assert after.files["second.py"] == "import m.facade\nfrom m.parts import read\n"
    assert ("first.py", 1, "import-order") in after.refusals


def test_a_name_is_read_late_where_importing_its_module_would_be_too_early(
    unchanged_by: Program,
) -> None:
    after = unchanged_by(
        {
            "p/__init__.py": "from .graph import Graph\nfrom .digraph import DiGraph\n",
            "p/graph.py": "import p\nclass Graph:\n    def to(self):\n        return p.DiGraph()\n",
            "p/digraph.py": "from p.graph import Graph\nclass DiGraph(Graph):\n    pass\n",
        },
        rename=("p.DiGraph", "p.digraph.DiGraph"),
        script="import p\nprint(type(p.Graph().to()).__name__)\n",
    )
    assert "p.digraph.DiGraph()" in after.files["p/graph.py"]
    assert after.files["p/graph.py"].count("import") == 1


@pytest.mark.parametrize(
    "early",
    [
        "from p.models import Thing\n\n\nclass Sub(Thing):\n    pass\n",
        "import p.models\n\n\ndef f(one=p.models.Thing):\n    return one\n",
        "from p import models\n\nTHINGS = {'x': models.Thing}\n",
    ],
)
def test_what_is_read_at_once_is_bound_by_then(unchanged_by: Program, early: str) -> None:
    unchanged_by(
        {
            "p/__init__.py": "from . import early\nfrom .models import Thing\n",
            "p/models.py": "class Thing:\n    pass\n",
            "p/early.py": early,
        },
        rename=("p.models.Thing", "p.Thing", "--inside"),
        script=SHOW,
    )


def test_a_lazy_facade_is_no_way_back(unchanged_by: Program) -> None:
    after = unchanged_by(
        {
            "p/__init__.py": "_WHERE = {'Thing': '.app', 'Other': '.app'}\n\n\n"
            "def __getattr__(name):\n    if name in _WHERE:\n        import importlib\n"
            "        return getattr(importlib.import_module(_WHERE[name], __name__), name)\n"
            "    raise AttributeError(name)\n",
            "p/app/__init__.py": "from .base import Thing\nOther = 1\n",
            "p/app/base.py": "class Thing:\n    pass\n",
            "use.py": "from p.app.base import Thing\n",
        },
        rename=("p.app.base.Thing", "p.Thing"),
        script="import p, use\nprint(p.Thing is use.Thing)\n",
    )
    assert after.files["p/app/__init__.py"].startswith("from .base import Thing")


# ------------------------------------------------------------ what imports load

SHOP = {
    "shop/__init__.py": "",
    "shop/cart.py": "from shop.store import Basket\nLIMIT = 7\n",
    "shop/store.py": "class Basket:\n    pass\n",
}


@pytest.mark.parametrize(
    "user",
    [
        "import shop as s\nfrom shop.cart import Basket\n\n\ndef go():\n    return s.cart.LIMIT\n",
        "import shop\nfrom shop.cart import Basket\n\n\ndef go():\n    return shop.cart.LIMIT\n",
        "def go():\n    import shop\n    from shop.cart import Basket\n    return shop.cart.LIMIT",
        "import shop.store as t, shop\nfrom shop.cart import Basket as B\ngo = lambda: shop.cart\n",
    ],
)
def test_a_module_stays_loaded_that_is_read_as_an_attribute(
    unchanged_by: Program, user: str
) -> None:
    after = unchanged_by(
        {**SHOP, "user.py": user},
        rename=("shop.cart.Basket", "shop.store.Basket"),
        script="import user\nprint(user.go() is not None)\n",
    )
    assert "from shop.store import Basket" in after.files["user.py"]
    assert "import shop.cart" in after.files["user.py"]


def test_a_module_is_not_kept_loaded_for_nobody(unchanged_by: Program) -> None:
    after = unchanged_by(
        {**SHOP, "user.py": "from shop.cart import Basket\n\nprint(Basket)\n"},
        rename=("shop.cart.Basket", "shop.store.Basket"),
        script="import user\n",
    )
    assert after.files["user.py"] == "from shop.store import Basket\n\nprint(Basket)\n"


def test_a_package_goes_on_loading_what_others_read_of_it(unchanged_by: Program) -> None:
    after = unchanged_by(
        {
            **SHOP,
            "shop/__init__.py": "from .cart import Basket\n",
            "app.py": "import shop\n\n\ndef go():\n    return shop.Basket, shop.cart.LIMIT\n",
        },
        rename=("shop.cart.Basket", "shop.store.Basket"),
        script="import app\nprint(app.go()[1])\n",
    )
    assert "from . import cart" in after.files["shop/__init__.py"]


# -------------------------------------------------------------- names of packages


@pytest.mark.parametrize("call", ["geo.helpers.resize(2)", "(lambda: geo.helpers.resize(2))()"])
@pytest.mark.parametrize("binding", ["from geo.scale import scale\n", "from .scale import scale\n"])
def test_a_module_that_its_package_hides_is_not_read_through_it(
    unchanged_by: Program, call: str, binding: str
) -> None:
    unchanged_by(
        {
            "geo/__init__.py": binding,
            "geo/scale.py": "def scale(x):\n    return x\ndef resize(x):\n    return x\n",
            "geo/helpers.py": "from geo.scale import resize\n",
            "whole.py": f"import geo.helpers\n\n\ndef go():\n    return {call}\n",
            "named.py": "import geo.helpers as gh\n\n\ndef go():\n    return gh.resize(2)\n",
        },
        rename=("geo.helpers.resize", "geo.scale.resize"),
        script="import whole, named\nprint(whole.go(), named.go())\n",
    )


@pytest.mark.parametrize(
    "user",
    [
        "from geo.helpers import grow\n",
        "def late():\n    from geo.helpers import grow\n    return grow\nlate()\n",
        "import geo.helpers\ngeo.helpers.grow\n",
    ],
)
def test_no_submodule_replaces_a_name_of_its_package(unchanged_by: Program, user: str) -> None:
    after = unchanged_by(
        {
            "geo/__init__.py": "from geo.core import scale\n",
            "geo/core.py": "def scale(x):\n    return x\n",
            "geo/helpers.py": "def grow(x):\n    from geo.scale import grow\n    return grow(x)\n",
            "geo/scale.py": "def grow(x):\n    return -x\n",
            "user.py": user,
        },
        rename=("geo.helpers.grow", "geo.scale.grow"),
        script="import geo, user\nprint(geo.scale(3))\n",
    )
    assert {code for _, _, code in after.refusals} == {"name-overwritten"}


OPTIONAL = {
    "p/__init__.py": "import p.s.t2\nfrom .m1 import C1\n",
    "p/m1.py": (
        "try:\n    from p.s import C2\nexcept ImportError:\n    {}\n\n\n"
        "class C1:\n    pass\n\n\ndef late():\n    return C2\n"
    ),
    "p/s/__init__.py": "from p.s.t2 import C2\n",
    "p/s/t2.py": "class C2:\n    pass\n\n\nimport p.s.t1\n",
    "p/s/t1.py": "try:\n    from p import C1\nexcept ImportError:\n    pass\n",
    "use.py": "from p import C1\n\n\ndef go():\n    return C1.__name__\n",
}


@pytest.mark.parametrize("answer", ["pass", "C2 = None"])
def test_a_failure_that_the_program_answers_is_one(unchanged_by: Program, answer: str) -> None:
    files = {**OPTIONAL, "p/m1.py": OPTIONAL["p/m1.py"].format(answer)}
    after = unchanged_by(
        files,
        rename=("p.C1", "p.m1.C1"),
        script="import p, use\nprint(p.m1.late(), use.go())\n",
    )
    assert after.files["p/s/t1.py"] == files["p/s/t1.py"]
    assert ("p/s/t1.py", 2, "import-order") in after.refusals
    assert "from p.m1 import C1" in after.files["use.py"]


@pytest.mark.parametrize(
    "removal",
    ["del Factory", "globals().pop('Factory')", "del globals()['Factory']", "drop()"],
)
def test_a_name_that_its_module_removes_is_not_imported_from_it(
    unchanged_by: Program, removal: str
) -> None:
    drop = "import sys\n\ndef drop():\n    sys._getframe(1).f_globals.pop('Factory', None)\n"
    after = unchanged_by(
        {
            "p/__init__.py": "from .early import Factory, drop\nfrom . import late\n"
            f"{removal}\nfrom . import later\nfrom .early import Factory\n",
            "p/early.py": f"from ._make import Factory\n{drop}",
            "p/_make.py": FACTORY,
            "p/late.py": "from ._make import Factory\n",
            "p/later.py": "from ._make import Factory\n",
        },
        rename=("p._make.Factory", "p.Factory", "--inside"),
        script="import p\nprint(p.late.Factory is p.later.Factory)\n",
    )
    assert "from . import" not in after.files["p/later.py"]


@pytest.mark.parametrize("space", ["locals()", "globals()", "vars()"])
def test_a_package_that_reads_its_namespace_is_followed_into_its_modules(
    unchanged_by: Program, space: str
) -> None:
    after = unchanged_by(
        {
            "p/__init__.py": "from .sub import early\nfrom ._make import Factory\n",
            "p/_make.py": FACTORY,
            "p/sub/__init__.py": f"names = dict({space})\nfrom .early import made\n",
            "p/sub/early.py": "from . import user\nmade = user.Factory()\n",
            "p/sub/user.py": "from .._make import Factory\n",
        },
        rename=("p._make.Factory", "p.Factory", "--inside"),
        script="import p\nprint(type(p.early.made).__name__)\n",
    )
    assert after.files["p/sub/user.py"] == "from .._make import Factory\n"
