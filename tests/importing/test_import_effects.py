"""What importing a module does to others, as CPython does it."""

import subprocess
import sys
from pathlib import Path

import pytest

from onepath.facts.store.cache import FactsCache
from onepath.importing.loaded.acting import Acting
from onepath.importing.loaded.import_effects import messages
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World

REGISTRY = """\
items = []


def register(item):
    items.append(item)
    return item


def plain(item):
    return item


table = {"plain": plain}


class Base:
    def __init_subclass__(cls):
        items.append(cls)
"""
RUN = "import registry, module; print(len(registry.items))"
HEAD = "import registry\n\n"
ACT = "registry.register(1)\n"

BODIES = {
    "a call": ACT,
    "a value": f"x = {ACT}",
    "another object": "registry.items += [1]\n",
    "a decorator": "@registry.register\ndef f():\n    pass\n",
    "a base": "class A(registry.Base):\n    pass\n",
    "a private base": "class _A(registry.Base):\n    pass\n",
    "an own function": f"def f():\n    {ACT}\n\nf()\n",
    "an own decorator": f"def keep(f):\n    {ACT}    return f\n\n\n@keep\ndef g():\n    pass\n",
    "one statement in a condition": f"if registry:\n    {ACT}",
    "the other case": f"if not registry:\n    pass\nelse:\n    {ACT}",
    "a loop": f"for x in range(2):\n    {ACT}",
    "a while": f"while not registry.items:\n    {ACT}",
    "a try": f"try:\n    {ACT}finally:\n    pass\n",
    "a handler": f"try:\n    gone\nexcept NameError:\n    {ACT}",
    "a with": f"import contextlib\n\nwith contextlib.suppress(OSError):\n    {ACT}",
    "besides a script": f"if __name__ == '__main__':\n    pass\nelse:\n    {ACT}",
    "a script": f"if __name__ == '__main__':\n    {ACT}",
    "a function that nobody calls": f"def f():\n    {ACT}",
    "a plain decorator": "@registry.plain\ndef f():\n    pass\n",
    "a decorator without a name": "@registry.table['plain']\ndef f():\n    pass\n",
    "an object of its own": "x = []\nx.append(1)\n",
    "a log message": "import logging\n\nlogging.getLogger(__name__).info('x')\n",
    "for types": f"from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    {ACT}",
    "a wait": "def f():\n    import time\n\n    time.sleep(0)\n    return 1\n\n\nx = f()\n",
    "a wait for a call": "import time\n\ntime.sleep(registry.register(0))\n",
    "something else called time": "class time:\n    sleep = registry.register\n\n\ntime.sleep(0)\n",
    "a name of two things": "from time import sleep\n\nsleep = registry.register\nsleep(0)\n",
    "what is given": "from time import sleep\n\n\n"
    "def f(sleep):\n    sleep(0)\n\n\nf(registry.register)\n",
    "another module's name": "from registry import register as sleep\n\nsleep(0)\n",
    "a fallback": "try:\n    from registry import gone\nexcept ImportError:\n    gone = None\n",
}


def acting(folder: Path, body: str) -> Acting:
    (folder / "registry.py").write_text(REGISTRY)
    (folder / "module.py").write_text(HEAD + body)
    return Acting(World.open(Folder(folder), FactsCache(None), SerialExecutor()))


@pytest.mark.parametrize("case", BODIES)
def test_a_module_acts_if_others_hold_something_new_after_it(tmp_path: Path, case: str) -> None:
    model = acting(tmp_path, BODIES[case])
    run = subprocess.run(
        [sys.executable, "-c", RUN], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    acts = run.stdout.strip() != "0"
    assert (model.effect("module.py") is not None) is acts
    assert acts <= bool(model.possible("module.py"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("import outside\n\nx = outside.load()\n", (5, "x = outside.load()")),
        ("registry.count = 3\n", (3, "registry.count = 3")),
        ("@registry.plain\ndef f():\n    pass\n", (3, "@registry.plain")),
        ("with open(__file__) as file:\n    pass\n", (3, "with open(__file__) as file:")),
    ],
)
def test_what_may_act_is_told_with_its_line(
    tmp_path: Path, body: str, expected: tuple[int, str]
) -> None:
    assert acting(tmp_path, body).possible("module.py")[0] == expected


@pytest.mark.parametrize(
    "body",
    [
        "from registry import plain as x\n",
        "x = registry.plain\n",
        "__all__ = sorted(['a', 'b'])\n__all__.append('c')\n",
        "import logging\n\nlogger = logging.getLogger(__name__)\n",
        "import warnings\n\nwarnings.warn('old', DeprecationWarning)\n",
        "def f():\n    registry.register(1)\n",
        "import sys, time as clock\n\nclock.sleep(0)\nsys.stdout.write('old')\n",
        "from sys import stderr\n\nstderr.flush()\n",
        "'text'\n",
    ],
)
def test_what_only_binds_or_tells_can_do_nothing(tmp_path: Path, body: str) -> None:
    assert acting(tmp_path, body).possible("module.py") == []


def test_messages_are_those_of_the_module_itself() -> None:
    text = "import warnings\nif warnings:\n    warnings.warn('a')\ndef f():\n    print('b')\n"
    assert messages(text.encode()) == [(3, "warnings.warn('a')")]
