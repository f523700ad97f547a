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
