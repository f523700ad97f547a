"""Programs are generated and really imported: what the machine says is what CPython did."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings

from onepath.facts.store.cache import FactsCache
from onepath.importing.alone import missing_names, own_failure
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World

from .programs import FILES, Program, Python, differences, programs, write


@pytest.fixture(scope="module")
def python() -> Iterator[Python]:
    process = Python()
    yield process
    process.close()


def compare(python: Python, program: Program) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(program, Path(folder))
        text = "".join(f"=== {name}\n{body}" for name, body in program.items() if body)
        assert not differences(program, python.imports(Path(folder))), text


@pytest.mark.parametrize(
    "text",
    [
        "import b\nx = getattr(b, 'x')\n",
        "import b\nx = getattr(b, 'lost')\n",
        "import b\nx = getattr(b, 'lost', 1)\n",
        "import b\nx = getattr(b, 'lo' + 'st', 1), hasattr(b, 'lost')\n",
        "import p\nx = getattr(p, 'c')\n",
        "import p.c\nx = getattr(p, 'c')\n",
        "import p.c\nif (x := getattr(p, 'c')): pass\n",
        "x = [c.real for c in (1, 2)]\n",
        "x = [c.lost for c in ()]\n",
        "from b import x\ndel globals()['x']\n",
        "from b import x\nglobals().pop('x')\nglobals().pop('lost', None)\n",
        "import sys\nfrom b import x\ndel sys.modules[__name__].__dict__['x'], sys\n",
        "import sys\nfrom b import x\ndelattr(sys.modules[__name__], 'x')\n",
        "from b import x\ndef f():\n    vars().clear()\n    globals().pop('x')\nf()\n",
        "import b\nx = b.lost or b.x\n",
        "from __future__ import annotations\nimport b\ny: b.lost = 1\n",
        "from b import x as annotations\nimport b\ny: b.lost = 1\n",
        "def f():\n    from b import lost\ng = f\ng()\n",
        "try:\n    import json.decoder\nexcept ImportError:\n    from b import lost\n",
        "import b\nimport b as c\ndel b\nc.x\n",
    ],
)
def test_forms_that_read_names_agree_with_cpython(python: Python, text: str) -> None:
    compare(python, {**dict.fromkeys(FILES, ""), "a": text, "b": "x = 'b.x'\n"})


def test_a_constant_in_the_place_of_a_submodule_has_no_modules_below(python: Python) -> None:
    files = {"a": "import p.s.e as x\n", "p.s": "import p as _m\n_m.s = 'stored'\nimport a\n"}
    compare(python, {**dict.fromkeys(FILES, ""), **files})


@pytest.mark.parametrize("space", ["locals()", "globals()", "vars()"])
def test_a_package_that_reads_its_namespace_imports_its_submodules(
    python: Python, space: str
) -> None:
    files = {"p": f"{space}\nfrom . import s\ny = 'p.y'\n", "p.s": "from p import y\n"}
    compare(python, {**dict.fromkeys(FILES, ""), **files})


@given(program=programs())
@settings(max_examples=300, derandomize=True)  # The slow one below draws others each time.
def test_the_machine_agrees_with_cpython(python: Python, program: Program) -> None:
    compare(python, program)


@pytest.mark.slow
@given(program=programs())
@settings(max_examples=5_000)
def test_the_machine_agrees_with_cpython_on_thousands(python: Python, program: Program) -> None:
    compare(python, program)


@pytest.mark.parametrize(
    ("text", "fails"),
    [
        ("import b\nx = b.y\n", False),  # what others have is not looked at
        ("def f():\n    return x\nx = 1\nf()\n", False),
        ("x\nx = 1\n", True),
        ("def f():\n    return x\nf()\nx = 1\n", True),
        ("try:\n    x\nexcept NameError:\n    x = 1\n", False),
        ("class A:\n    y = x\nx = 1\n", True),
        ("def f(x):\n    class A:\n        y = x\n    return A\nf(1)\n", False),
        ("def f(x):\n    class A:\n        class B:\n            y = x\nf(1)\nx = 1\n", False),
        ("def f(x):\n    class A:\n        x = 2\n        y = x\nf(1)\nx = 1\n", False),
        ("class A:\n    x = 1\n    class B:\n        y = x\nx = 1\n", True),
        ("def f(x):\n    def g():\n        return x\n    return g()\nf(1)\nx = 1\n", False),
        ("def f(x): ...\ndef g():\n    return x\ng()\nx = 1\n", True),
        ("raise SystemExit\n", False),
    ],
)
def test_a_module_alone_fails_as_in_cpython(
    python: Python, tmp_path: Path, text: str, fails: bool
) -> None:
    program = {**dict.fromkeys(FILES, ""), "a": text, "b": "y = 1\n"}
    write(program, tmp_path)
    outcome = python.imports(tmp_path)["a"]
    assert (outcome == "NameError") == fails
    with FactsCache(None) as cache:
        world = World.open(Folder(tmp_path), cache, SerialExecutor())
        failure = own_failure(world, "a.py")
    assert (failure is not None and failure.is_certain) == fails


@pytest.mark.parametrize(("module", "is_doubtful"), [("json.decoder", False), ("elsewhere", True)])
def test_only_modules_from_elsewhere_may_be_missing(
    tmp_path: Path, module: str, is_doubtful: bool
) -> None:
    text = f"try:\n    import {module}\nexcept ImportError:\n    x\nx = 1\n"
    (tmp_path / "a.py").write_text(text)
    with FactsCache(None) as cache:
        world = World.open(Folder(tmp_path), cache, SerialExecutor())
        failure = own_failure(world, "a.py")
    assert (failure is not None) == is_doubtful
    assert failure is None or not failure.is_certain


TYPED = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
LAZY = "made = {{'take': 1}}\n\n\ndef __getattr__(name):\n    {}\n"
CACHE = """
def __getattr__(name):
    try:
        return made[name]
    except KeyError:
        pass
    if name not in __all__:
        raise AttributeError(name)
    import b
    return getattr(b, name)
"""
TAKES = "import sys\n\n\ndef take():\n    names = sys._getframe(1).f_globals\n    {how}\n"


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("from b import take\ntake()\n", "del names[take.__name__]"),
        ("from b import take\ntake()\n", "names.pop('take', None)"),
        ("from b import take\nother = take\nother()\n", "names.pop('take', None)"),
        ("from b import take\ntake()\n", "names.get('take')"),
        ("from b import take\n", "del names['take']"),
        ("from b import take\nif not take():\n    take = 1\n", "del names['take']"),
        ("from b import take as _taken\n_taken()\ntake = 1\n", "names.pop('take', None)"),
        ("from b import take\ndel take\n", ""),
        ("from b import take\ndel take\nfrom b import take\n", ""),
        ("for take in ():\n    pass\n", ""),
        (f"{TYPED}    from b import take\ndel TYPE_CHECKING\n", "del names['take']"),
        (f"{TYPED}    from b import take\n", ""),
        (f"{TYPED}    from b import take\nelse:\n    take = None\n", ""),
        (f"{TYPED}    from b import take\n{LAZY.format('return made[name]')}", ""),
        (f"{TYPED}    from b import take\n{LAZY.format('raise AttributeError(name)')}", ""),
        (f"{TYPED}    from b import take\n{LAZY.format('import b; return getattr(b, name)')}", ""),
        (f"{TYPED}    from b import take\n{CACHE}__all__ = ['take']\nmade = {{}}\n", ""),
        (f"{TYPED}    from b import take\n{CACHE}__all__ = ['other']\nmade = {{}}\n", ""),
        ("take = 1\ndef __getattr__(name):\n    return name\ndel take\n", ""),
    ],
)
def test_names_that_are_gone_are_gone_in_cpython(tmp_path: Path, text: str, how: str) -> None:
    (tmp_path / "a.py").write_text(text)
    (tmp_path / "b.py").write_text(TAKES.format(how=how or "pass"))
    asked = [sys.executable, "-c", "import a; a.take"]
    there = subprocess.run(asked, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    with FactsCache(None) as cache:
        world = World.open(Folder(tmp_path), cache, SerialExecutor())
        missing = missing_names(world, "a.py")
    assert not (there and "take" in missing)
    is_bound = "take" in text.replace("for take", "")
    assert there or not is_bound or "take" in missing
