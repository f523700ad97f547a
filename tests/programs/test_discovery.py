"""Programs that keep running after all that `init` proposes as active is applied."""

import pytest
from tests.programs.conftest import Program

CORE = "class Thing:\n    def start(self): return 1\n"


@pytest.mark.parametrize(
    ("single", "numbers"),
    [
        ("S = Registry()\n", "from .single import S\n\npi = S.Pi\n"),
        ("S = Registry()\n", "from p import single\n\npi = single.S.Pi\nhalf = pi.Half\n"),
        ("def make(): return Registry()\n\n\nS = make()\n", "from p import S as T\n\npi = T.Pi\n"),
    ],
)
def test_a_module_with_an_attribute_of_an_instance_stays(
    unchanged_by: Program, single: str, numbers: str
) -> None:
    registry = (
        "class Registry:\n    def __getattr__(self, name):\n"
        "        if name.startswith('__'):\n            raise AttributeError(name)\n"
        "        return Registry()\n\n\n"
    )
    after = unchanged_by(
        {
            "p/__init__.py": "from .single import S\n",
            "p/single.py": registry + single,
            "p/numbers.py": numbers,
            "use.py": "from p import S\nhalf = S.Half\n",
        },
        init=["p.single.S"],
    )
    assert after.files["p/numbers.py"].rstrip().endswith(numbers.rpartition("\n\n")[2].rstrip())


@pytest.mark.parametrize(
    ("types", "check"),
    [
        ("class Cat(Base):\n    pass\nclass Dog(Base):\n    pass\n", "isinstance(Cat(), Dog)"),
        ("class Cat(Base): pass\n", "type(Cat()).__name__"),
        ("class Cat(Base): pass\n", "{Base: 1}.get(Cat)"),
    ],
)
def test_empty_subclasses_stay_types_of_their_own(
    unchanged_by: Program, types: str, check: str
) -> None:
    base = "class Base:\n    def __repr__(self):\n        return type(self).__name__\n"
    after = unchanged_by(
        {
            "p/__init__.py": "",
            "p/core.py": base,
            "use.py": f"from p.core import Base\n{types}\ndef go(): return Cat(), {check}\n",
        },
        init=["p.core.Base"],
        script="import use; print(use.go())",
    )
    assert "Cat" in after.printed


def test_entry_points_views_and_public_functions_stay(unchanged_by: Program) -> None:
    client = "class Client:\n    def __init__(self, host, port=1):\n        self.host = host\n"
    after = unchanged_by(
        {
            "lib/__init__.py": "",
            "lib/client.py": f"{client}def connect(host):\n    return Client(host)\n",
            "lib/app.py": "from lib.client import Client\n"
            "def main():\n    return Client('localhost')\n"
            "class Shop:\n    def open(self):\n        return Client('x')\n",
            "lib/views.py": "from lib.client import Client\n"
            "def view(request=None):\n    return Client('v')\n"
            "PATTERNS = {'/': view}\n",
            "tests/test_view.py": "from lib.views import view\n"
            "def test_view(): assert view().host == 'v'\n",
            "pyproject.toml": "[project.scripts]\nlib = 'lib.client:connect'\n",
            "other.py": "from lib.client import connect\ndef go(): return connect('o').host\n",
        },
        init=["lib.client.Client"],
        script="import lib.app, lib.views, lib.client, other\n"
        "print(lib.app.main().host, lib.app.Shop().open().host, lib.views.view().host,\n"
        "      lib.client.connect('h').host, other.go())",
    )
    assert after.printed.split() == ["localhost", "x", "v", "h", "o"]


def test_two_canonical_symbols_of_one_name_are_told_apart(unchanged_by: Program) -> None:
    after = unchanged_by(
        {
            "p/__init__.py": "",
            "p/core.py": CORE,
            "p/other.py": CORE.replace("1", "2"),
            "p/old.py": "from p.core import Thing\n",
            "use.py": "from p.old import Thing\nfrom p.other import Thing as Other\n"
            "def go(): return Thing().start(), Other().start()\n",
        },
        init=["p.core.Thing", "p.other.Thing"],
        script="import use; print(use.go())",
        may_go=["p.old"],
    )
    assert "from p.core import Thing" in after.files["use.py"]
