"""A module that its package tries to load moves, and what is left at its old path is tried too."""

import pytest
from tests.programs.conftest import Program

PACKAGES = {
    "relative": "try:\n    from . import old\nexcept ImportError:\n    old = None\n",
    "absolute": "import sys\n\ntry:\n    from pkg import old\nexcept ImportError:\n    pass\n",
    "by its path": "try:\n    import pkg.old\nexcept ImportError:\n    pass\n",
    "a name of it": "try:\n    from .old import X\nexcept ImportError:\n    X = 2\n",
    "suppressed": (
        "import contextlib\n\nwith contextlib.suppress(ImportError):\n    from . import old\n"
    ),
}
LOAD = """

def load(name):
    import importlib

    return importlib.import_module("pkg." + name)
"""
USE = """\
import sys

import pkg

print(getattr(pkg, "old", None) is not None, "pkg.old" in sys.modules)
names = [name for name in sorted(vars(pkg)) if name == "old"]
print([getattr(pkg, name).X for name in names if getattr(pkg, name)])
"""


@pytest.mark.parametrize("package", PACKAGES)
def test_what_is_kept_is_tried_where_it_was(unchanged_by: Program, package: str) -> None:
    files = {
        "pkg/__init__.py": PACKAGES[package] + LOAD,
        "pkg/old.py": "X = 1\n",
        "use.py": USE,
        "more.py": "import pkg\n\nprint(pkg.load('old').X)\n",
    }
    after = unchanged_by(files, rename=("pkg.old", "pkg.new"), script="import use, more")
    parent = "pkg" if "pkg" in PACKAGES[package] else "."
    kept = f"    from {parent} import old  # noqa: F401\n"
    assert after.files["pkg/__init__.py"].count(kept) == 1
    assert "old-module-kept" in {code for *_, code in after.refusals}
