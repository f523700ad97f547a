"""Modules that put another one in their place: `sys.modules[__name__] = other`."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import Program

CONFIG = 'schema = 1\n[imports]\n"pkg.old" = "pkg.new"\n[shims]\n"pkg.old" = "delete"\n'
NEW = """
=== pkg/__init__.py
=== pkg/new.py
x = 1
class Thing:
    y = 2
thing = Thing()
"""
SHIMS = {
    "by its package": "import sys\nfrom pkg import new\nsys.modules[__name__] = new\n",
    "under another name": "import sys\nimport pkg.new as real\n\nsys.modules[__name__] = real\n",
    "by an attribute": "import sys\nimport pkg.new\n\nsys.modules[__name__] = pkg.new\n",
}
USE = """
=== use.py
import pkg.old
from pkg import old
from pkg.old import Thing
print(pkg.old.x, old.x, Thing.y)
"""
READ = "import use\n"


@pytest.mark.parametrize("case", SHIMS)
def test_its_users_follow_and_it_can_be_deleted(unchanged_by: Program, case: str) -> None:
    files = {**blocks(NEW + USE), "pkg/old.py": SHIMS[case], "migrate.toml": CONFIG}
    after = unchanged_by(files, script=READ, may_go=["pkg.old"])
    assert "pkg/old.py" not in after.files
    assert "pkg.old" not in after.files["use.py"]
    assert not after.refusals


OTHERS = {
    "an object": "import sys\nfrom pkg.new import thing\nsys.modules[__name__] = thing\n",
    "a module of another name": (
        "import sys\nfrom pkg import new\nfrom pkg.new import *\nsys.modules['pkg.other'] = new\n"
    ),
    "what is made there": (
        "import sys\nfrom pkg.new import Thing\nsys.modules[__name__] = Thing()\n"
    ),
}


@pytest.mark.parametrize("case", OTHERS)
def test_what_is_no_such_shim_is_kept_and_listed(unchanged_by: Program, case: str) -> None:
    use = "=== use.py\nimport pkg.old\nprint(hasattr(pkg.old, 'y') or pkg.old.x)\n"
    files = {**blocks(NEW + use), "pkg/old.py": OTHERS[case], "migrate.toml": CONFIG}
    after = unchanged_by(files, script=READ)
    assert after.files["pkg/old.py"] == OTHERS[case]
    assert after.refusals


KEYS = blocks(
    """
=== by its package
from pkg import new
sys.modules["pkg.old"] = new
=== by the key of the real one
import pkg.new
sys.modules["pkg.old"] = sys.modules["pkg.new"]
=== where none is there
import pkg.new as real
sys.modules.setdefault("pkg.old", real)
"""
)


@pytest.mark.parametrize("case", KEYS)
def test_a_key_for_the_canonical_module_itself_holds_nobody(
    unchanged_by: Program, case: str
) -> None:
    files = blocks(NEW + "=== use.py\nfrom pkg.old import Thing\nprint(Thing.y)\n")
    files["pkg/__init__.py"] = f"import sys\n{KEYS[case]}"
    after = unchanged_by(files, rename=("pkg.old.Thing", "pkg.new.Thing"), script=READ)
    assert after.files["use.py"].startswith("from pkg.new import Thing\n")
    assert not after.refusals


def test_a_key_for_any_other_module_holds_who_imports_it(unchanged_by: Program) -> None:
    files = blocks(NEW + "=== use.py\nfrom pkg.old import Thing\nprint(Thing.y)\n")
    files["pkg/__init__.py"] = 'import sys\nfrom pkg import other\nsys.modules["pkg.old"] = other\n'
    files["pkg/other.py"] = "class Thing:\n    y = 3\n"
    after = unchanged_by(files, rename=("pkg.old.Thing", "pkg.new.Thing"), script=READ)
    assert after.files["use.py"].startswith("from pkg.old import Thing\n")
    assert after.refusals == (("use.py", 1, "patched-where-used"),)
