"""Functions that set one route to a symbol against another keep both; the rest of a file moves."""

import pytest
from tests.programs.conftest import Program

CORE = {
    "core/__init__.py": "",
    "core/canonical.py": "class Manager:\n    pass\n",
    "core/manager.py": "from core.canonical import Manager\n",
}
MANAGER = ("core.manager.Manager", "core.canonical.Manager")
OTHER = "\n\ndef other():\n    from core.manager import Manager\n\n    return Manager().__class__\n"
PROBES = {
    "aliases": """
def probe():
    from core.canonical import Manager as first
    from core.manager import Manager as second
    return [one.__name__ for one in (first, second)]
""",
    "the old one tried": """
def probe():
    from core.canonical import Manager
    try:
        from core.manager import Manager as legacy
    except ImportError:
        legacy = None
    return Manager.__name__, legacy and legacy.__name__
""",
    "flags in one function": """
def probe():
    seen = {}
    try:
        from core.manager import Manager
        seen["legacy"] = Manager
    except ImportError:
        seen["legacy"] = None
    try:
        from core.canonical import Manager
        seen["canonical"] = Manager
    except ImportError:
        seen["canonical"] = None
    return seen["legacy"] is seen["canonical"]
""",
    "flags in functions of their own": """
def has_legacy():
    try:
        from core.manager import Manager
        return True
    except ImportError:
        return False

def has_canonical():
    try:
        from core.canonical import Manager
        return True
    except ImportError:
        return False

def probe():
    return has_legacy(), has_canonical()
""",
    "flags in the module": """
try:
    from core.manager import Manager
    LEGACY = True
except ImportError:
    LEGACY = False
try:
    from core.canonical import Manager
    CANONICAL = True
except ImportError:
    CANONICAL = False

def probe():
    return LEGACY, CANONICAL
""",
    "a list of classes": """
import core.canonical
import core.manager

CLASSES = [("legacy", core.manager.Manager), ("canonical", core.canonical.Manager)]

def probe():
    return [name for name, one in CLASSES if one is CLASSES[0][1]]
""",
    "a dict of classes": """
from core.canonical import Manager
from core.manager import Manager as Legacy

CLASSES = {"legacy": Legacy, "canonical": Manager}

def probe():
    return len(set(CLASSES.values()))
""",
    "strings": """
from pkgutil import resolve_name

def probe():
    return resolve_name("core.manager.Manager") is resolve_name("core.canonical.Manager")
""",
    "a string and a statement": """
from pkgutil import resolve_name

def probe():
    from core.canonical import Manager
    return Manager is resolve_name("core.manager:Manager")
""",
    "a list of paths": """
from importlib import import_module

def probe():
    found = []
    for path in ("core.manager.Manager", "core.canonical.Manager"):
        module, _, name = path.rpartition(".")
        found.append(getattr(import_module(module), name))
    return found[0] is found[1]
""",
    "comparison": """
import core.canonical
import core.manager

def probe():
    return core.manager.Manager is core.canonical.Manager
""",
}


def test_routes_that_are_compared_stay_and_other_functions_move(unchanged_by: Program) -> None:
    files = {f"probe{at}.py": text.lstrip() + OTHER for at, text in enumerate(PROBES.values())}
    asked = "".join(
        f"import {name[:-3]} as p\nprint(p.probe(), p.other().__module__)\n" for name in files
    )
    after = unchanged_by({**CORE, **files}, rename=MANAGER, script=asked)
    moved = OTHER.replace("core.manager", "core.canonical")
    for (name, text), kind in zip(files.items(), PROBES, strict=True):
        assert after.files[name] == text.replace(OTHER, moved), kind


def test_parameters_of_a_test_keep_their_routes(unchanged_by: Program) -> None:
    test = """\
import pytest

from core.canonical import Manager
from core.manager import Manager as Legacy


@pytest.mark.parametrize("one", [Manager, Legacy], ids=["canonical", "legacy"])
def test_one(one):
    assert one is Manager


@pytest.mark.parametrize("path", ["core.manager.Manager", "core.canonical.Manager"])
def test_path(path):
    assert path.endswith("Manager")


def test_other():
    from core.manager import Manager as M

    assert M()
"""
    after = unchanged_by({**CORE, "tests/test_x.py": test}, rename=MANAGER, tests="tests")
    assert after.printed == "5 passed\n"
    moved = test.replace(
        "from core.manager import Manager as M\n", "from core.canonical import Manager as M\n"
    )
    assert after.files["tests/test_x.py"] == moved


@pytest.mark.parametrize(
    ("body", "moved"),
    [
        (("    try:\n        from core.canonical import Manager\n    except ImportError:\n"
         "        from core.manager import Manager\n    return Manager.__name__\n"),
         "    from core.canonical import Manager\n    return Manager.__name__\n"),
        (("    from core.canonical import Manager\n    from core.manager import Manager\n"
         "    return Manager.__name__\n"),
         "    from core.canonical import Manager\n    return Manager.__name__\n"),
    ],
)  # fmt: skip
def test_a_fallback_compares_nothing(unchanged_by: Program, body: str, moved: str) -> None:
    files = {**CORE, "use.py": f"def use():\n{body}"}
    after = unchanged_by(files, rename=MANAGER, script="import use; print(use.use())")
    assert after.files["use.py"] == f"def use():\n{moved}"
