"""`sys.modules`: what is put there in the place of a module counts for those who import it."""

import pytest
from tests.programs.conftest import Program

from onepath.symbols.spelling.module_keys import module_keys

OLD = "from m.new import f\n\nA = 1\n"
NEW = "def f():\n    return 'real'\n"
LATE = """\
def by_name():
    from m.old import f

    return f()


def by_path():
    import m.old

    return m.old.f()
"""
FAKE = (
    "import sys, types\nfrom unittest import mock\nfake = types.SimpleNamespace(f=lambda: 'fake')\n"
)
FAKING = {
    "a string and a display": "mock.patch.dict('sys.modules', {'m.old': fake})",
    "the table and a display": "mock.patch.dict(sys.modules, {'m.old': fake})",
    "a display of keywords": "mock.patch.dict(sys.modules, **{'m.old': fake})",
    "a display that has a name": "mock.patch.dict(sys.modules, FAKES)",
    "the values by their name": "mock.patch.dict('sys.modules', values={'m.old': fake})",
}


@pytest.mark.parametrize("faking", FAKING)
def test_who_imports_a_faked_module_goes_on_to_do_so(unchanged_by: Program, faking: str) -> None:
    files = {
        "m/__init__.py": "", "m/old.py": OLD, "m/new.py": NEW, "late.py": LATE,
        "early.py": "from m.old import f\n\n\ndef call():\n    return f()\n",
        "t.py": (
            f"{FAKE}import early, late\nFAKES = {{'m.old': fake}}\n\n\ndef test():\n"
            f"    with {FAKING[faking]}:\n        return late.by_name(), early.call()\n"
        ),
    }  # fmt: skip
    after = unchanged_by(files, rename=("m.old.f", "m.new.f"), script="import t\nprint(t.test())\n")
    assert after.printed == "('fake', 'real')\n"
    assert after.files["late.py"] == LATE
    assert "from m.new import f" in after.files["early.py"]
    assert {code for _, _, code in after.refusals} == {"patched-where-used"}


AFRESH = {
    "an import in the test": "import code_under\n\n        return code_under.f()",
    "a name that is imported in the test": "from code_under import f\n\n        return f()",
}


@pytest.mark.parametrize("shape", AFRESH)
def test_what_is_imported_for_the_first_time_then(unchanged_by: Program, shape: str) -> None:
    files = {
        "m/__init__.py": "", "m/old.py": OLD, "m/new.py": NEW,
        "code_under.py": "from m.old import f\n",
        "t.py": (
            f"{FAKE}\n\ndef test():\n    with mock.patch.dict('sys.modules', {{'m.old': fake}}):\n"
            f"        {AFRESH[shape]}\n"
        ),
    }  # fmt: skip
    after = unchanged_by(files, rename=("m.old.f", "m.new.f"), script="import t\nprint(t.test())\n")
    assert after.printed == "fake\n"


def test_a_module_that_is_faked_for_the_whole_run(unchanged_by: Program) -> None:
    files = {
        "m/__init__.py": "", "m/old.py": OLD, "m/new.py": NEW,
        "code_under.py": "from m.old import f\n",
        "t.py": f"{FAKE}sys.modules['m.old'] = fake\nimport code_under\nprint(code_under.f())\n",
    }  # fmt: skip
    after = unchanged_by(files, rename=("m.old.f", "m.new.f"), script="import t\n")
    assert after.printed == "fake\n"


def test_the_canonical_module_may_be_faked(unchanged_by: Program) -> None:
    files = {
        "m/__init__.py": "", "m/old.py": OLD, "m/new.py": NEW, "late.py": LATE,
        "t.py": (
            f"{FAKE}import m.old, late\n\n\ndef test():\n"
            "    with mock.patch.dict('sys.modules', {'m.new': None}):\n"
            "        return late.by_name(), late.by_path()\n"
        ),
    }  # fmt: skip
    after = unchanged_by(files, rename=("m.old.f", "m.new.f"), script="import t\nprint(t.test())\n")
    assert after.printed == "('real', 'real')\n"


def test_what_is_read_from_the_table_is_still_loaded(unchanged_by: Program) -> None:
    files = {
        "m/__init__.py": "", "m/old.py": OLD, "m/new.py": NEW,
        "use.py": "import sys\nfrom m.old import f\n\nprint(f(), sys.modules['m.old'].A)\n",
        "use2.py": "import sys\nimport m.old\n\nprint(m.old.f(), sys.modules.get('m.old').A)\n",
    }  # fmt: skip
    script = """\
import subprocess, sys
for one in ("use", "use2"):
    done = subprocess.run([sys.executable, "-c", f"import {one}"], capture_output=True, text=True)
    print(done.stdout)
"""
    after = unchanged_by(files, rename=("m.old.f", "m.new.f"), script=script)
    assert after.printed.split() == ["real", "1", "real", "1"]
    assert "from m.new import f" in after.files["use.py"]


TABLE = """\
import sys
from sys import modules
import m.old
import m.old.sub

print(sys.modules["m.old"].A, modules.get('m.old.sub').B, "m.old" in sys.modules)
saved = sys.modules.pop("m.old.sub")
sys.modules["m.old.sub"] = saved
"""


def test_keys_follow_a_module_that_moves(unchanged_by: Program) -> None:
    files = {
        "m/__init__.py": "", "m/old/__init__.py": "A = 1\n", "m/old/sub.py": "B = 2\n",
        "main.py": "import runpy\n\n\ndef go():\n    runpy.run_path('table.py')\n",
        "table.py": TABLE,
    }  # fmt: skip
    gone = ("m.old", "m.old.sub")
    after = unchanged_by(
        files, rename=("m.old", "m.fresh"), script="import main\nmain.go()\n", may_go=gone
    )
    assert after.printed == "1 2 True\n"
    assert '"m.old' not in after.files["table.py"]
    assert "'m.old" not in after.files["table.py"]


def test_keys_are_told_by_what_they_are_for() -> None:
    code = b"""\
import sys
def f(monkeypatch, table):
    sys.modules['a.get']
    sys.modules["b.set"] = 1
    del sys.modules['c.del']
    'd.in' in sys.modules
    sys.modules.get('e.get', None), sys.modules.pop("f.pop")
    monkeypatch.setitem(sys.modules, 'g.set', 1)
    monkeypatch.delitem(sys.modules, name='h.none')
    other['i.none'], table.get('j.none')
    patch.dict('sys.modules', {'k.dict': 1}), patch.dict(other, {'l.none': 1})
sys.modules.update({'m.up': 1})
"""
    found = [(key.value, key.kind, key.is_late) for key in module_keys(code)]
    assert found == [
        ("a.get", "read", True), ("b.set", "replaced", True), ("c.del", "dropped", True),
        ("d.in", "asked", True), ("e.get", "read", True), ("f.pop", "dropped", True),
        ("g.set", "replaced", True), ("h.none", "dropped", True), ("k.dict", "replaced", True),
        ("m.up", "replaced", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("for name in ['a', 'b']:", ["a", "b"]),
        ("for name in [''.join(['a', part])]:", []),
        ("for name in ('.'.join(('a', part)), 'b'):", ["b"]),
        ("for name in [''.join(['a'])]:", ["a"]),
    ],
)
def test_parts_that_are_joined_are_no_keys(code: str, values: list[str]) -> None:
    code = f"import sys\n{code}\n    sys.modules[name] = 1\n"
    assert [key.value for key in module_keys(code.encode())] == values


@pytest.mark.parametrize(
    "code", ["modules = sys.modules[", "# sys.modules['m']\n", "a = modules\n"]
)
def test_no_keys(code: str) -> None:
    assert module_keys(code.encode()) == ()


def test_dropping_a_module_keeps_nobody(unchanged_by: Program) -> None:
    files = {
        "m/__init__.py": "", "m/old.py": OLD, "m/new.py": NEW, "late.py": LATE,
        "t.py": (
            "import sys, m.old, late\n\n\ndef test():\n    for name in ['m.old']:\n"
            "        del sys.modules[name]\n    sys.modules.pop('m.old', None)\n"
            "    return late.by_name()\n"
        ),
    }  # fmt: skip
    after = unchanged_by(files, rename=("m.old.f", "m.new.f"), script="import t\nprint(t.test())\n")
    assert "old" not in after.files["late.py"]
