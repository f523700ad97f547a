"""What is imported first is followed once, wherever that comes to the same."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from onepath.facts.store.cache import FactsCache
from onepath.importing import first
from onepath.importing.machine import Machine
from onepath.importing.order import ImportOrder
from onepath.model import Edit, FileChange
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each module was the first to be imported."""
    counted: Counter[str] = Counter()

    class Counting(Machine):
        def start(self, name: str) -> None:
            counted[name] += 1
            super().start(name)

    monkeypatch.setattr(first, "Machine", Counting)
    return counted


def order_of(folder: Path, files: Mapping[str, str], new: Mapping[str, str]) -> ImportOrder:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    before = World.open(Folder(folder), FactsCache(None), SerialExecutor())
    after = before.after({path: text.encode() for path, text in new.items()})
    changes = []
    for path, text in new.items():
        entry, old, data = before.snapshot.entries[path], files[path].encode(), text.encode()
        edits = (Edit(0, len(old), data, "import", 1),)
        changes.append(FileChange(path, entry.mode, entry.oid, old, data, edits))
    return ImportOrder(before, after, changes)


def package(count: int) -> dict[str, str]:
    """A package that imports all of its modules, each of which imports from the package."""
    inside = {f"pkg/m{number}.py": "from pkg import late\n" for number in range(count)}
    imports = "".join(f"import pkg.m{number}\n" for number in range(count))
    return {"pkg/__init__.py": f"late = 1\n{imports}", **inside}


@pytest.mark.parametrize("count", [3, 30])
def test_modules_that_their_package_imports_are_one(
    tmp_path: Path, started: Counter[str], count: int
) -> None:
    order = order_of(tmp_path, package(count), {"pkg/m0.py": "from pkg import m1, late\n"})
    assert order.broken() == []
    assert set(started) == {"pkg"}


def test_a_module_that_its_package_does_not_import_is_tried_itself(
    tmp_path: Path, started: Counter[str]
) -> None:
    files = {
        "pkg/__init__.py": "import pkg.a\nlate = 1\n",
        "pkg/a.py": "def f():\n    import pkg.b\n",
        "pkg/b.py": "import pkg.c\n",
        "pkg/c.py": "import pkg.b\n",
    }
    order = order_of(tmp_path, files, {"pkg/c.py": "import pkg.b\npkg.b.x\nfrom pkg.b import x\n"})
    assert {one.path for one in order.broken()} == {"pkg/c.py"}
    assert {"pkg.b", "pkg.c"} <= set(started)


def test_who_enters_a_cycle_by_a_module_that_fails_is_blamed(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/a.py": "import pkg.b\nx = 1\n",
        "pkg/b.py": "from pkg.a import x\n",
        "app.py": "import pkg.b\n",
    }
    order = order_of(tmp_path, files, {"app.py": "import pkg.a\n"})
    assert [one.path for one in order.broken()] == ["app.py"]


def test_who_enters_a_cycle_by_the_package_above_is_not(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "import pkg.b\n",
        "pkg/a.py": "import pkg.b\nx = 1\n",
        "pkg/b.py": "from pkg.a import x\n",
        "pkg/app.py": "import pkg.b\n",
    }
    order = order_of(tmp_path, files, {"pkg/app.py": "import pkg.a\n"})
    assert order.broken() == []


def test_a_failure_that_is_kept_does_not_hold_what_was_loaded(
    tmp_path: Path,
) -> None:
    guarded = "try:\n    from pkg.b import gone\nexcept ImportError:\n    pass\n"
    files = {
        "pkg/__init__.py": "",
        "pkg/a.py": "from pkg.b import x\ny = 1\n",
        "pkg/b.py": f"{guarded}import pkg.a\nx = 1\n",
    }
    order = order_of(tmp_path, files, {"pkg/b.py": f"from pkg.a import y\n{guarded}x = 1\n"})
    assert order.broken()
    runs = order._first_imports._runs.values()
    failures = [one for run in runs for one in (*run.failures, *run.caught)]
    assert failures
    assert all(one.__traceback__ is one.__context__ is None for one in failures)
