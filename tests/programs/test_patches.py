"""What tests replace is still replaced: patches and those who read the names move together."""

import re
from collections.abc import Iterable, Mapping

import pytest
from tests.programs.conftest import Program

# ------------------------------------------- a consumer's name is replaced

GATE = {
    "gate/__init__.py": "",
    "gate/login.py": "from gate.auth import sign_in as do_login\n",
    "gate/auth.py": "def sign_in():\n    return 'in'\n",
    "gate/app.py": "from gate.login import do_login\n\n\ndef root():\n    return do_login()\n",
    "tests/names.py": "MODULE = 'gate.app'\n",
}
LOGIN = ("gate.login.do_login", "gate.auth.sign_in")
RENAMED = "from gate.auth import sign_in\n\n\ndef root():\n    return sign_in()\n"
KEPT = "from gate.auth import sign_in as do_login\n\n\ndef root():\n    return do_login()\n"
HEAD = "from unittest import mock\n\nimport pytest\n\nimport gate.app\nfrom gate import app\n\n"
BODY = ", return_value='fake'):\n        assert app.root() == 'fake'\n"


def by(target: str, before: str = "", inside: str = "") -> str:
    """A test that replaces `target`, an expression, while it runs."""
    lines = f"\n\ndef test_it(monkeypatch):\n{inside}    with mock.patch({target}{BODY}"
    return f"{HEAD}{before}{lines}"


FOLLOWING = {
    "f-string": by("f'{MODULE}.do_login'", "MODULE = 'gate.app'\n"),
    "plus": by("MODULE + '.do_login'", "MODULE: str = 'gate.app'\n"),
    "percent": by("'%s.do_login' % app.__name__"),
    "percent with names": by("'%(m)s.%(n)s' % {'m': app.__name__, 'n': 'do_login'}"),
    "format": by("'{}.do_login'.format(app.__name__)"),
    "format with names": by("'{module}.do_login'.format(module=gate.app.__name__)"),
    "join": by("'.'.join([MODULE, 'do_login'])", "MODULE = 'gate.app'\n"),
    "name of a module": by("app.__name__ + '.do_login'"),
    "two constants": by("f'{PACKAGE}.app.do_login'", "PACKAGE = 'gate'\n"),
    "local": by("f'{module}.do_login'", inside="    module = 'gate.app'\n"),
    "class attribute": HEAD + "\nclass TestIt:\n    module = 'gate.app'\n\n"
    "    @mock.patch(f'{module}.do_login', return_value='fake')\n"
    "    def test_it(self, _):\n        assert app.root() == 'fake'\n",
    "setattr by string": HEAD + "MODULE = 'gate.app'\n\n\ndef test_it(monkeypatch):\n"
    "    monkeypatch.setattr(f'{MODULE}.do_login', lambda: 'fake')\n"
    "    assert app.root() == 'fake'\n",
    "setattr by object": HEAD + "\ndef test_it(monkeypatch):\n"
    "    monkeypatch.setattr(app, 'do_login', lambda: 'fake')\n    assert app.root() == 'fake'\n",
    "setattr by builtin": HEAD + "\ndef test_it():\n    kept = getattr(app, 'do_login')\n"
    "    setattr(app, 'do_login', lambda: 'fake')\n    assert app.root() == 'fake'\n"
    "    setattr(gate.app, 'do_login', kept)\n    assert app.root() == 'in'\n",
    "patch.object": HEAD + "\n@mock.patch.object(gate.app, 'do_login', return_value='fake')\n"
    "def test_it(_):\n    assert app.root() == 'fake'\n",
    "module from sys.modules": HEAD + "import sys\n\n\ndef test_it(monkeypatch):\n"
    "    monkeypatch.setattr(sys.modules['gate.app'], 'do_login', lambda: 'fake')\n"
    "    assert app.root() == 'fake'\n",
    "module imported by a string": HEAD + "import importlib\n\n\ndef test_it(monkeypatch):\n"
    "    module = importlib.import_module('gate.app')\n"
    "    monkeypatch.setattr(module, 'do_login', lambda: 'fake')\n"
    "    assert app.root() == 'fake'\n",
    "attribute of self": HEAD + "\nclass TestIt:\n    module = 'gate.app'\n\n"
    "    def test_it(self):\n        with mock.patch(f'{self.module}.do_login', "
    "return_value='fake'):\n            assert app.root() == 'fake'\n",
    "constant": by("TARGET", "TARGET = 'gate.app.do_login'\n"),
    "parameter": HEAD + "\n@pytest.mark.parametrize('target', ['gate.app.do_login'])\n"
    "def test_it(target):\n    with mock.patch(target" + BODY,
}
UNKNOWN = {
    "constant of another file": by("f'{MODULE}.do_login'", "from tests.names import MODULE\n"),
    "parameter of the other part": HEAD + "\n@pytest.mark.parametrize('module', ['gate.app'])\n"
    "def test_it(module):\n    with mock.patch(f'{module}.do_login'" + BODY,
    "default": HEAD
    + "\ndef test_it(module='gate.app'):\n    with mock.patch(module + '.do_login'"
    + BODY,
}
HOLDING = {
    "name in a constant": by("f'gate.app.{NAME}'", "NAME = 'do_login'\n"),
    "parameter of a part": HEAD + "\n@pytest.mark.parametrize('name', ['do_login'])\n"
    "def test_it(name):\n    with mock.patch(f'gate.app.{name}'" + BODY,
    "loop over names": HEAD + "\ndef test_it(monkeypatch):\n    for name in ('do_login', 'root'):\n"
    "        monkeypatch.setattr(app, name, lambda: 'fake')\n    assert app.do_login() == 'fake'\n",
    "loop over modules": HEAD + "\ndef test_it(monkeypatch):\n    for module in (app, gate.app):\n"
    "        monkeypatch.setattr(module, 'do_login', lambda: 'fake')\n"
    "    assert app.root() == 'fake'\n",
    "multiple": HEAD + "\ndef test_it():\n"
    "    with mock.patch.multiple('gate.app', do_login=mock.DEFAULT) as made:\n"
    "        made['do_login'].return_value = 'fake'\n        assert app.root() == 'fake'\n",
    "multiple of an object": HEAD + "\n@mock.patch.multiple(app, do_login=lambda: 'fake')\n"
    "def test_it():\n    assert app.root() == 'fake'\n",
}  # fmt: skip


def each(files: Mapping[str, str], word: str, tests: Iterable[str]) -> dict[str, str]:
    """One program with its own copy of the files that have `word` in their path for each test."""
    made = {path: text for path, text in files.items() if word not in path}
    for number, test in enumerate(tests):
        for path, text in {**files, f"tests/test_{word}.py": test}.items():
            if word in path:
                made[path.replace(word, f"{word}{number}")] = re.sub(
                    rf"\b{word}\b", f"{word}{number}", text
                )
    return made


def test_patches_follow_the_new_name_in_a_consumer(unchanged_by: Program) -> None:
    files = each(GATE, "app", FOLLOWING.values())
    after = unchanged_by(files, rename=LOGIN, tests="tests")
    assert after.printed == f"{len(FOLLOWING)} passed\n"
    for number, kind in enumerate(FOLLOWING):
        assert after.files[f"gate/app{number}.py"] == RENAMED, kind
        assert "do_login" not in after.files[f"tests/test_app{number}.py"], kind


def test_names_in_a_consumer_stay_for_patches_that_can_not_follow(unchanged_by: Program) -> None:
    """Each name stays for a patch of its own."""
    files = each(GATE, "app", HOLDING.values())
    after = unchanged_by(files, rename=LOGIN, tests="tests")
    assert after.printed == f"{len(HOLDING)} passed\n"
    for number, kind in enumerate(HOLDING):
        assert after.files[f"gate/app{number}.py"] == KEPT, kind
        assert after.files[f"tests/test_app{number}.py"] == files[f"tests/test_app{number}.py"]


@pytest.mark.parametrize("test", UNKNOWN.values(), ids=UNKNOWN)
def test_names_stay_where_the_module_that_is_patched_is_not_known(
    unchanged_by: Program, test: str
) -> None:
    after = unchanged_by({**GATE, "tests/test_x.py": test}, rename=LOGIN, tests="tests")
    assert after.printed == "1 passed\n"
    assert after.files["gate/app.py"] == KEPT
    assert after.files["tests/test_x.py"] == test


# ------------------------------------ a name of the old module is replaced

PAY = {
    "pay/__init__.py": "",
    "pay/old.py": "from pay.new import charge_card as charge\n",
    "pay/new.py": "def charge_card(n):\n    return ('real', n)\n",
    "pay/shop.py": "from pay import old\n\n\ndef buy(n):\n    return old.charge(n)\n",
    "pay/late.py": "def buy(n):\n    from pay.old import charge\n\n    return charge(n)\n",
    "pay/early.py": "from pay.old import charge\n\n\ndef buy(n):\n    return charge(n)\n",
}
CHARGE = ("pay.old.charge", "pay.new.charge_card")
SHOPS = (
    "from unittest import mock\n\nfrom pay import early, late, old, shop\n\n\n"
    "def sold():\n    return [one.buy(1)[0] for one in (shop, late, early)]\n\n\n"
)
FAKED = "        assert sold() == ['fake', 'fake', 'real']\n"
REPLACING = {
    "patch.object": "with mock.patch.object(old, 'charge', lambda n: ('fake', n)):",
    "patch.multiple": "with mock.patch.multiple(old, charge=lambda n: ('fake', n)):",
    "multiple by string": "with mock.patch.multiple('pay.old', charge=lambda n: ('fake', n)):",
    "computed": "with mock.patch(old.__name__ + '.charge', lambda n: ('fake', n)):",
    "computed name": "with mock.patch('pay.old.%s' % 'charge', lambda n: ('fake', n)):",
    "unknown name": "with mock.patch(f'pay.old.{name}', lambda n: ('fake', n)):",
    "unknown module": "with mock.patch(f'{module}.charge', lambda n: ('fake', n)):",
}


def test_readers_and_patches_by_string_move_together(unchanged_by: Program) -> None:
    how = "with mock.patch('pay.old.charge', lambda n: ('fake', n)):"
    test = f"{SHOPS}def test_it():\n    {how}\n{FAKED}"
    after = unchanged_by({**PAY, "tests/test_x.py": test}, rename=CHARGE, tests="tests")
    assert after.printed == "1 passed\n"
    assert "'pay.new.charge_card'" in after.files["tests/test_x.py"]
    assert "pay.new" in after.files["pay/late.py"]
    assert "return new.charge_card(n)" in after.files["pay/shop.py"]


STAYING = {
    "assignment": "def test_it():\n    kept, old.charge = old.charge, lambda n: ('fake', n)\n"
    "    assert sold() == ['fake', 'fake', 'real']\n    old.charge = kept\n",
    "fixture": "def test_it(monkeypatch):\n"
    "    monkeypatch.setattr(old, 'charge', lambda n: ('fake', n))\n"
    "    assert sold() == ['fake', 'fake', 'real']\n",
    "delattr": "import pytest\n\n\ndef test_it(monkeypatch):\n"
    "    monkeypatch.delattr(old, 'charge')\n    with pytest.raises(AttributeError):\n"
    "        shop.buy(1)\n",
    "table": "TARGETS = ['pay.old.charge']\n\n\ndef test_it():\n    for target in TARGETS:\n"
    "        with mock.patch(target, lambda n: ('fake', n)):\n    "
    "        assert sold() == ['fake', 'fake', 'real']\n",
    "helper": "def faked(target):\n    return mock.patch(target, lambda n: ('fake', n))\n\n\n"
    "def test_it():\n    with faked('pay.old.charge'):\n"
    "        assert sold() == ['fake', 'fake', 'real']\n",
}


def test_readers_stay_with_what_replaces_the_name(unchanged_by: Program) -> None:
    how = "def test_it(name='charge', module='pay.old'):\n"
    tests = [*STAYING.values(), *(f"{how}    {line}\n{FAKED}" for line in REPLACING.values())]
    files = each(PAY, "pay", [SHOPS + test for test in tests])
    olds = [(f"pay{at}.old.charge", f"pay{at}.new.charge_card") for at in range(len(tests))]
    files["migrate.toml"] = "[imports]\n" + "".join(f'"{old}" = "{to}"\n' for old, to in olds)
    after = unchanged_by(files, tests="tests", phases=["canonical-imports"])
    assert after.printed == f"{len(tests)} passed\n"
    for number, _ in enumerate(tests):
        for path in (f"pay{number}/late.py", f"pay{number}/shop.py"):
            assert after.files[path] == files[path]
            assert any(one[0] == path and one[2] == "patched-where-used" for one in after.refusals)
        assert f"from pay{number}.new import" in after.files[f"pay{number}/early.py"]


def test_readers_stay_where_the_old_module_looks_the_name_up(unchanged_by: Program) -> None:
    own = "\n\ndef twice(n):\n    return charge(n) + charge(n)\n"
    test = (
        "from unittest.mock import patch\n\nfrom pay import late, old\n\n\n"
        "@patch('pay.old.charge', lambda n: ('fake', n))\n"
        "def test_it():\n    assert old.twice(1)[2] == late.buy(1)[0] == 'fake'\n"
    )
    files = {**PAY, "pay/old.py": PAY["pay/old.py"] + own, "tests/test_x.py": test}
    after = unchanged_by(files, rename=CHARGE, tests="tests")
    assert after.printed == "1 passed\n"


def test_nobody_is_patched_who_was_not_before(unchanged_by: Program) -> None:
    """The new module calls the function itself; a patch of the old path does not count there."""
    own = "\n\ndef refund(n):\n    return charge_card(-n)\n"
    test = (
        "from unittest.mock import patch\n\nfrom pay import late, new\n\n\n"
        "@patch('pay.old.charge', lambda n: ('fake', n))\n"
        "def test_it():\n    assert late.buy(1) == ('fake', 1)\n"
        "    assert new.refund(1) == ('real', -1)\n"
    )
    files = {**PAY, "pay/new.py": PAY["pay/new.py"] + own, "tests/test_x.py": test}
    after = unchanged_by(files, rename=CHARGE, tests="tests")
    assert after.printed == "1 passed\n"
    assert ("tests/test_x.py", 6, "patched-where-used") in after.refusals


# -------------------------------------------------- patches of nothing

SHOP = {
    "shop/__init__.py": "",
    "shop/core.py": "class Basket:\n    pass\n",
    "shop/basket.py": "from shop.core import Basket\n",
}
BASKET = ("shop.basket.Basket", "shop.core.Basket")
LATE = {
    "import": "def pay():\n    from shop.core import Basket\n\n    return Basket()\n",
    "attribute": "import shop.core\n\n\ndef pay():\n    return shop.core.Basket()\n",
    "module": "from shop import core as c\n\n\ndef pay():\n    return c.Basket()\n",
}


@pytest.mark.parametrize("pay", LATE.values(), ids=LATE)
@pytest.mark.parametrize("target", ["'shop.basket.Basket'", "basket.__name__ + '.Basket'"])
def test_patch_of_nothing_stays_dead_and_is_told(
    unchanged_by: Program, pay: str, target: str
) -> None:
    test = (
        "from unittest.mock import patch\n\nfrom shop import basket, core\nfrom shop.pay import pay"
        f"\n\n\ndef test_it():\n    with patch({target}):\n"
        "        made = pay()\n    assert isinstance(made, core.Basket)\n"
    )
    files = {**SHOP, "shop/pay.py": pay, "tests/test_x.py": test}
    after = unchanged_by(files, rename=BASKET, tests="tests")
    assert after.printed == "1 passed\n"
    assert after.files["tests/test_x.py"] == test
    assert [code for path, line, code in after.refusals if (path, line) == ("tests/test_x.py", 8)]


def test_patch_of_nothing_follows_to_where_nobody_looks_either(unchanged_by: Program) -> None:
    test = (
        "from unittest.mock import patch\n\nfrom shop.core import Basket\n\n\n"
        "@patch('shop.basket.Basket')\ndef test_it(_):\n    assert Basket()\n"
    )
    after = unchanged_by({**SHOP, "tests/test_x.py": test}, rename=BASKET, tests="tests")
    assert after.printed == "1 passed\n"
    assert "'shop.core.Basket'" in after.files["tests/test_x.py"]


# ------------------------------------------- a module goes on to another one

MODULES = {
    "ship/__init__.py": "",
    "ship/new.py": "def send(n):\n    return ('real', n)\n",
    "ship/old.py": "from ship.new import send\n",
    "ship/shop.py": "import ship.old\n\n\ndef buy(n):\n    return ship.old.send(n)\n",
    "ship/late.py": "def buy(n):\n    from ship.old import send\n\n    return send(n)\n",
}
WHOLE = ("ship.old", "ship.new")
BUYING = "from unittest.mock import patch\n\nfrom ship import late, new, old, shop\n\n\n"
BOUGHT = "        assert shop.buy(1)[0] == late.buy(1)[0] == 'fake'\n"
MOVING = {
    "string": "def test_it():\n    with patch('ship.old.send', lambda n: ('fake', n)):\n",
    "object": "def test_it():\n    with patch.object(old, 'send', lambda n: ('fake', n)):\n",
    "multiple": "def test_it():\n    with patch.multiple(old, send=lambda n: ('fake', n)):\n",
}


@pytest.mark.parametrize("test", MOVING.values(), ids=MOVING)
def test_patches_of_a_module_that_goes_move_with_its_readers(
    unchanged_by: Program, test: str
) -> None:
    files = {**MODULES, "tests/test_x.py": BUYING + test + BOUGHT}
    after = unchanged_by(files, rename=WHOLE, tests="tests")
    assert after.printed == "1 passed\n"
    assert "old" not in after.files["ship/shop.py"]


def test_patches_of_a_module_that_goes_reach_nobody_new(unchanged_by: Program) -> None:
    own = "\n\ndef resend(n):\n    return send(n)\n"
    test = f"{BUYING}{MOVING['string']}{BOUGHT}        assert new.resend(1)[0] == 'real'\n"
    dead = MODULES | {"ship/shop.py": "", "ship/late.py": ""}
    only = (
        "from unittest.mock import patch\n\nfrom ship.new import resend\n\n\n"
        "@patch('ship.old.send')\ndef test_it(_):\n    assert resend(1) == ('real', 1)\n"
    )
    for files in ({**MODULES, "tests/test_x.py": test}, {**dead, "tests/test_x.py": only}):
        files["ship/new.py"] += own
        after = unchanged_by(files, rename=WHOLE, tests="tests")
        assert after.printed == "1 passed\n"


@pytest.mark.parametrize("target", ["'cyc.a.helper'", "f'{MOD}.helper'", "a.__name__ + '.helper'"])
def test_a_cycle_that_a_test_counts_on_is_not_opened_from_the_other_side(
    unchanged_by: Program, target: str
) -> None:
    test = (
        "from unittest import mock\n\nfrom cyc import a\n\nMOD = 'cyc.a'\n\n\n"
        f"def test_it():\n    with mock.patch({target}, return_value=1):\n"
        "        assert a.run() == 2\n"
    )
    after = unchanged_by(
        {
            "cyc/__init__.py": "",
            "cyc/a.py": "from cyc.b import helper\n\n\ndef run():\n    return helper() + 1\n",
            "cyc/b.py": "import cyc.a\n\n\ndef helper():\n    return 10\n\n\n"
            "def other():\n    return cyc.a.run()\n",
            "tests/test_a.py": test,
            "migrate.toml": "[imports]\n[cycles]\ndefer = true\n",
        },
        tests="tests",
    )
    assert after.printed == "1 passed\n"
    assert after.files["cyc/b.py"].startswith("import cyc.a\n")
