"""`patch.object(old, "Name")`: the module and the name follow together with those who read it."""

import pytest
from tests.programs.conftest import Program, Refused

PAY = {
    "pay/__init__.py": "",
    "pay/old.py": "from pay.gateway import charge_card as charge\n\n\ndef other():\n    return 1\n",
    "pay/gateway.py": "def charge_card(n):\n    return 'real', n\n",
    "pay/shop.py": "from pay import old\n\n\ndef buy(n):\n    return old.charge(n)\n",
    "pay/late.py": """\
def buy(n):
    from pay.old import charge

    return charge(n)
""",
}
TESTS = {
    "a module from its package": """\
from unittest import mock

from pay import late, old, shop


def test_it():
    with mock.patch.object(old, "charge", return_value=7):
        assert (shop.buy(1), late.buy(1)) == (7, 7)
""",
    "a module under another name, and a fixture": """\
import pay.old as the_old

from pay import late, shop


def test_it(monkeypatch):
    monkeypatch.setattr(the_old, "charge", lambda n: ("fake", n))
    assert (shop.buy(1), late.buy(2)) == (("fake", 1), ("fake", 2))
    assert the_old.other() == 1
""",
    "a path that is written out, a decorator and a string": """\
from unittest.mock import patch

import pay.old
from pay import late, shop


@patch.object(pay.old, "charge")
def test_it(fake):
    assert shop.buy(1) is late.buy(1) is fake.return_value


@patch("pay.old.charge", return_value=3)
def test_too(fake):
    assert shop.buy(1) == late.buy(1) == 3
""",
    "names of the call's arguments, and a module that a function imports": """\
from unittest.mock import patch

from pay import late, shop


def test_it():
    import pay.old

    with patch.object(target=pay.old, attribute="charge") as fake:
        assert shop.buy(1) is late.buy(1) is fake.return_value
""",
}


@pytest.mark.parametrize("shape", TESTS)
def test_patches_and_readers_move_together(unchanged_by: Program, shape: str) -> None:
    files = {**PAY, "tests/test_pay.py": TESTS[shape]}
    after = unchanged_by(files, rename=("pay.old.charge", "pay.gateway.charge_card"), tests="tests")
    assert not after.refusals
    assert '"charge"' not in after.files["tests/test_pay.py"]
    assert "old" not in after.files["pay/shop.py"] + after.files["pay/late.py"]
    assert "1 passed" in after.printed or "2 passed" in after.printed


STAYING = {
    "a reader that does not move": (
        "from unittest import mock\n\nfrom pay import old, shop\n\n\ndef test_it():\n"
        "    with mock.patch.object(old, 'charge', return_value=7):\n"
        "        assert shop.buy(1) == getattr(old, 'charge')(2) == 7\n"
    ),
    "a name that is no literal": (
        "from unittest import mock\n\nfrom pay import old, shop\n\n\ndef test_it():\n"
        "    for name in ['charge']:\n"
        "        with mock.patch.object(old, name, return_value=7):\n"
        "            assert shop.buy(1) == 7\n"
    ),
    "a new module that has no free name": (
        "from unittest import mock\n\nfrom pay import old, shop\n\n\ndef test_it(gateway=0):\n"
        "    with mock.patch.object(old, 'charge', return_value=7):\n"
        "        assert shop.buy(gateway) == old.charge(gateway) + old.other() - 1 == 7\n"
    ),
    "the dictionary of the module, by fixture": (
        "from pay import old, shop\n\n\ndef test_it(monkeypatch):\n"
        "    monkeypatch.setitem(old.__dict__, 'charge', lambda n: 7)\n"
        "    assert shop.buy(1) == 7\n"
    ),
    "the dictionary of the module, by a call": (
        "from unittest.mock import patch\n\nfrom pay import old, shop\n\n\ndef test_it():\n"
        "    with patch.dict(vars(old), charge=lambda n: 7):\n"
        "        assert shop.buy(1) == 7\n"
    ),
    "the dictionary of the module, by a string": (
        "from unittest import mock\n\nfrom pay import shop\n\n\n"
        "@mock.patch.dict('pay.old.__dict__', {'charge': lambda n: 7})\ndef test_it():\n"
        "    assert shop.buy(1) == 7\n"
    ),
    "another module that is read there already": (
        "from unittest import mock\n\nfrom pay import gateway, old, shop\n\n\ndef test_it():\n"
        "    with mock.patch.object(old, 'charge', return_value=7):\n"
        "        assert shop.buy(1) == 7 and gateway.charge_card(1) == ('real', 1)\n"
    ),
}


@pytest.mark.parametrize("shape", STAYING)
def test_all_of_them_stay_where_one_can_not_move(unchanged_by: Program, shape: str) -> None:
    files = {**PAY, "tests/test_pay.py": STAYING[shape]}
    after = unchanged_by(files, rename=("pay.old.charge", "pay.gateway.charge_card"), tests="tests")
    assert "1 passed" in after.printed
    assert {path for path, *_ in after.refusals} >= {"pay/shop.py", "pay/late.py"}
    assert after.files["pay/shop.py"] == PAY["pay/shop.py"]


BESIDE = {
    "it is called": "assert app.service.make('x') == 1",
    "it is asked": "app.service.cached('y')\n        app.service.make.assert_called_once()",
    "it is imported": "from app.service import make\n        assert make('x') == 1",
    "it is asked for by a string": "assert getattr(app.service, 'make')('x') == 1",
}
SERVICE = "def make(name):\n    return [name]\n\n\ndef cached(name):\n    return make(name)\n"


@pytest.mark.parametrize("case", BESIDE)
def test_a_patch_that_counts_for_its_own_test_as_well_stays(refused: Refused, case: str) -> None:
    test = "from unittest import mock\nimport app.service\n\n\ndef test_it():\n"
    test += f"    with mock.patch('app.service.make', return_value=1):\n        {BESIDE[case]}\n"
    files = {"app/__init__.py": "", "app/service.py": SERVICE, "test_app.py": test}
    said = refused(files, "move", "app.service.cached", "app.caching")
    assert "test_app.py:6: 'make' is replaced here for 'cached', and for test_app.py:" in said


def test_a_patch_follows_where_other_tests_read_the_name(unchanged_by: Program) -> None:
    test = "from unittest import mock\nimport app.service\nfrom app.service import cached\n\n\n"
    test += "@mock.patch('app.service.make', return_value=1)\ndef test_it(made):\n"
    test += "    assert cached('x') == 1\n\n\n"
    test += "def test_other():\n    assert app.service.make('x') == ['x']\n"
    files = {"app/__init__.py": "", "app/service.py": SERVICE, "test_app.py": test}
    after = unchanged_by(files, move=("app.service.cached", "app.caching"), tests="test_app.py")
    assert "mock.patch('app.caching.make'" in after.files["test_app.py"]
