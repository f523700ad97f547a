"""Tests that replace a factory go on to replace what is called in its place."""

import pytest
from tests.programs.conftest import Program

CONFIG = '[factories."pkg.make.make_hub"]\nto = "{to}"\naccept = true\n'
HUB = """
class Hub:
    def __init__(self, user):
        self.user = user


async def get_hub(user):
    return Hub(user)
"""
FILES = {
    "pkg/__init__.py": "",
    "pkg/hub.py": HUB.lstrip(),
    "app.py": "from pkg.make import make_hub\n\n\nasync def run(user):\n"
    "    hub = {call}\n    return hub.user\n",
}
MAKE = "from pkg.hub import Hub\n\n\n{kind}def make_hub(user):\n    return Hub(user)\n"
HEAD = "import asyncio\nfrom types import SimpleNamespace\nfrom unittest.mock import patch\n\n"
HEAD += "import app\n\nHUB = SimpleNamespace(user='mock')\n\n\n"
SAYS = "    assert asyncio.run(app.run(1)) == 'mock'\n"
FOLLOWING = {
    "with": "def test_it():\n    with patch('app.make_hub') as made:\n"
    "        made.return_value = HUB\n    " + SAYS + "        made.assert_called_once_with(1)\n",
    "result": "@patch('app.make_hub', return_value=HUB)\ndef test_it(made):\n" + SAYS,
    "effect": "def test_it():\n    with patch('app.make_hub', side_effect=[HUB]):\n    " + SAYS,
    "decorators": "@patch('app.make_hub')\n@patch('pkg.hub.Hub')\n"
    "def test_it(_, made):\n    made.return_value = HUB\n" + SAYS,
    "object": "class TestIt:\n    @patch.object(app, 'make_hub')\n"
    "    def test_it(self, made):\n        made.return_value = HUB\n    " + SAYS,
}
STAYING = {
    "fake": "def test_it(monkeypatch):\n    async def fake(user):\n        return HUB\n\n"
    "    monkeypatch.setattr('app.make_hub', {fake})\n" + SAYS,
    "new": "@patch('app.make_hub', {fake})\ndef test_it():\n" + SAYS,
    "children": "def test_it():\n    with patch('app.make_hub') as made:\n"
    "        made.return_value.user = 'mock'\n    " + SAYS,
}


@pytest.mark.parametrize("kind", ["", "async "])
@pytest.mark.parametrize("to", ["pkg.hub.Hub", "pkg.hub.get_hub"])
def test_patches_follow(unchanged_by: Program, to: str, kind: str) -> None:
    call = "await make_hub(user)" if kind else "make_hub(user)"
    files = {f"tests/test_{name}.py": HEAD + text for name, text in FOLLOWING.items()}
    after = unchanged_by(
        {**FILES, "app.py": FILES["app.py"].format(call=call), **files,
         "pkg/make.py": MAKE.format(kind=kind), "migrate.toml": CONFIG.format(to=to)},
        tests="tests", may_go=["pkg.make"],
    )  # fmt: skip
    assert f"{len(FOLLOWING)} passed" in after.printed
    assert not any("make_hub" in after.files[path] for path in ("app.py", *files))


@pytest.mark.parametrize("test", STAYING)
def test_a_patch_that_would_not_do_keeps_the_calls(unchanged_by: Program, test: str) -> None:
    after = unchanged_by(
        {**FILES, "app.py": FILES["app.py"].format(call="make_hub(user)"),
         "pkg/make.py": MAKE.format(kind=""), "migrate.toml": CONFIG.format(to="pkg.hub.get_hub"),
         "test_it.py": HEAD + STAYING[test].format(fake="lambda user: HUB")},
        tests="test_it.py",
    )  # fmt: skip
    assert "1 passed" in after.printed
    assert ("app.py", 5, "patched") in after.refusals


BODIES = {
    "top": "from pkg.hub import Hub\n\n\ndef make_hub(user):\n    return Hub(user)\n",
    "late": "def make_hub(user):\n    from pkg.hub import Hub\n    return Hub(user)\n",
    "module": "import pkg.hub\n\n\ndef make_hub(user):\n    return pkg.hub.Hub(user)\n",
    "alias": "from pkg.hub import Hub as _Made\n\n\ndef make_hub(user):\n    return _Made(user)\n",
}
TARGETS = {"top": "pkg.make.Hub", "late": "pkg.hub.Hub", "module": "pkg.hub.Hub",
           "alias": "pkg.make._Made"}  # fmt: skip
REPLACING = {
    "string": "@patch('{target}', return_value=HUB)\ndef test_it(_):\n" + SAYS,
    "composed": "MODULE = '{module}'\n\n\n"
    "@patch(f'{{MODULE}}.{name}', return_value=HUB)\ndef test_it(_):\n" + SAYS,
    "object": "def test_it():\n    import {module}\n"
    "    with patch.object({module}, '{name}', return_value=HUB):\n    " + SAYS,
    "fixture": "def test_it(monkeypatch):\n"
    "    monkeypatch.setattr('{target}', lambda user: HUB)\n" + SAYS,
    "assigned": "def test_it():\n    import {module}\n    kept = {target}\n"
    "    {target} = lambda user: HUB\n    try:\n    "
    + SAYS
    + "    finally:\n        {target} = kept\n",
}


@pytest.mark.parametrize(
    ("body", "how"),
    [("top", how) for how in REPLACING] + [(body, "string") for body in BODIES if body != "top"],
)
def test_what_a_factory_looks_up_itself_is_replaced_for_its_callers(
    unchanged_by: Program, body: str, how: str
) -> None:
    target = TARGETS[body]
    module, _, name = target.rpartition(".")
    after = unchanged_by(
        {**FILES, "app.py": FILES["app.py"].format(call="make_hub(user)"),
         "other.py": "from pkg.make import make_hub\n\n\ndef test_other():\n"
         "    assert make_hub(2).user == 2\n",
         "pkg/make.py": BODIES[body], "migrate.toml": CONFIG.format(to="pkg.hub.Hub"),
         "tests/test_other.py": "from pkg.make import make_hub\n\n\ndef test_other():\n"
         "    assert make_hub(2).user == 2\n",
         "tests/test_it.py": HEAD + REPLACING[how].format(target=target, module=module, name=name)},
        tests="tests",
    )  # fmt: skip
    assert "2 passed" in after.printed
    assert ("app.py", 5, "patched") in after.refusals
    # A test of its own, which no patch of another one reaches, is rewritten.
    assert "make_hub" not in after.files["tests/test_other.py"].replace("test_other", "")


def test_a_name_that_is_looked_up_there_afterwards_too_holds_nothing(unchanged_by: Program) -> None:
    after = unchanged_by(
        {**FILES,
         "app.py": "from pkg.hub import Hub\n\n\ndef make_hub(user):\n    return Hub(user)\n"
         "\n\nasync def run(user):\n    return make_hub(user).user\n",
         "pkg/make.py": "from app import make_hub\n",
         "migrate.toml": '[factories."app.make_hub"]\nto = "pkg.hub.Hub"\n',
         "tests/test_it.py": f"{HEAD}@patch('app.Hub', return_value=HUB)\ndef test_it(_):\n{SAYS}"},
        tests="tests", may_go=["app", "pkg.make"],
    )  # fmt: skip
    assert "1 passed" in after.printed
    assert "return Hub(user).user" in after.files["app.py"]


REPLACING_NOTHING = [
    "TABLE[Hub] = HUB", "TABLE['Hub'] = HUB", "app.TABLE[Hub] = HUB", "hasattr(pkg.make, 'Hub')",
    "assert getattr(pkg.make, 'Hub') is Hub", "pkg.make.Hub.seen = True",
]  # fmt: skip


@pytest.mark.parametrize("does", REPLACING_NOTHING)
def test_a_store_in_a_table_and_a_question_replace_no_name(
    unchanged_by: Program, does: str
) -> None:
    after = unchanged_by(
        {**FILES, "app.py": "TABLE = {}\n" + FILES["app.py"].format(call="make_hub(user)"),
         "pkg/make.py": MAKE.format(kind=""), "migrate.toml": CONFIG.format(to="pkg.hub.Hub"),
         "tests/test_it.py": f"{HEAD}import pkg.make\nfrom pkg.hub import Hub\n\n"
         f"TABLE = {{}}\n{does}\n\n\ndef test_it():\n"
         "    assert asyncio.run(app.run('mock')) == 'mock'\n"},
        tests="tests", may_go=["pkg.make"],
    )  # fmt: skip
    assert "1 passed" in after.printed
    assert "make_hub" not in after.files["app.py"]


def test_a_patch_of_what_a_call_does_not_come_to_holds_nothing(unchanged_by: Program) -> None:
    """`make_hub` looks `find_user` up only where no user is given."""
    after = unchanged_by(
        {**FILES, "app.py": FILES["app.py"].format(call="make_hub(user=user)"),
         "asked.py": "from pkg.make import make_hub\n\n\ndef asked(ident):\n"
         "    return make_hub(ident=ident)\n",
         "pkg/users.py": "def find_user(ident):\n    return ident\n",
         "pkg/make.py": "from pkg.hub import Hub\nfrom pkg.users import find_user\n\n\n"
         "def make_hub(user=None, ident=None):\n"
         "    if user is None and ident is not None:\n        user = find_user(ident)\n"
         "    return Hub(user)\n",
         "migrate.toml": CONFIG.format(to="pkg.hub.Hub"),
         "tests/test_it.py": f"{HEAD}import asked\n\n\ndef test_it():\n"
         "    with patch('pkg.make.find_user', return_value='found'):\n"
         "        assert asked.asked(1).user == 'found'\n"
         "        assert asyncio.run(app.run('mock')) == 'mock'\n"},
        tests="tests",
    )  # fmt: skip
    assert "1 passed" in after.printed
    assert "make_hub" not in after.files["app.py"]
    assert "make_hub" in after.files["asked.py"]


def test_a_factory_that_is_replaced_in_its_own_module_below_a_package(
    unchanged_by: Program,
) -> None:
    after = unchanged_by(
        {**FILES,
         "app.py": "import pkg.make\n\n\nasync def run(user):\n"
         "    return pkg.make.make_hub(user).user\n",
         "pkg/make.py": MAKE.format(kind=""), "migrate.toml": CONFIG.format(to="pkg.hub.Hub"),
         "tests/test_it.py": f"{HEAD}import pkg.make\n\n\ndef test_it():\n"
         f"    with patch.object(pkg.make, 'make_hub', return_value=HUB):\n    {SAYS}"},
        tests="tests",
    )  # fmt: skip
    assert "1 passed" in after.printed
    assert ("app.py", 5, "patched") in after.refusals
