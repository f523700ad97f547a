"""Files of unusual shapes: each is gone through in time that is linear in its size.

A time is that of the processor. The bounds are many times what is needed, and far below what
it takes to go through everything for each part.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from onepath.audit.baseline import read_baseline
from onepath.codemod.packs.configuration import parse_config
from onepath.discover.discover import discover
from onepath.errors import ConfigError, InputError
from onepath.land.commit.replaced_lines import changed_blocks
from onepath.model import Edit, FileChange
from onepath.plan.auditing import make_audit
from onepath.run import SerialExecutor
from onepath.snapshot import open_snapshot
from onepath_packs.canonical.rename import plan_rename

EMPTY = parse_config("", "")
PACKAGE = {
    "pkg/__init__.py": "",
    "pkg/new.py": "class Name:\n    pass\n",
    "pkg/old.py": "from pkg.new import Name\n",
}


@contextmanager
def within(seconds: float) -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds


def write(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(exist_ok=True, parents=True)
        (folder / path).write_text(text)
    return folder


SHAPES: dict[str, Callable[[int], str]] = {
    "a.json": lambda size: '{"a": [' + ", ".join(['"pkg.old.Name"'] * size) + "]}\n",
    "a.yaml": lambda size: "".join(f"- k{at}: pkg.old.Name\n" for at in range(size)),
    "a.rst": lambda size: ".. currentmodule:: pkg.old\n\n" + ".. autoclass:: Name\n\n" * size,
    "b.rst": lambda size: ".. currentmodule:: pkg.old\n\n.. autoclass:: Name\n\n" * size,
}


@pytest.mark.parametrize("path", SHAPES)
def test_a_document_with_thousands_of_paths(tmp_path: Path, path: str) -> None:
    folder = write(tmp_path, {**PACKAGE, path: SHAPES[path](20_000)})
    with within(30):
        plan = plan_rename(
            open_snapshot(folder), EMPTY, "pkg.old.Name", "pkg.new.Name", executor=SerialExecutor()
        )
    [change] = plan.phases[0].changeset.changes
    assert len(change.edits) == 20_000


MODULES: dict[str, Callable[[int], str]] = {
    "imports under names of their own": lambda size: "".join(
        f"from pkg.old import Name as N{at}\n" for at in range(size)
    ),
    "imports in functions": lambda size: "".join(
        f"def f{at}():\n    from pkg.old import Name\n    return Name()\n" for at in range(size)
    ),
    "imports of others": lambda size: "".join(
        f"from pkg.old import Name as N{at}\nfrom other import x{at}\n" for at in range(size)
    ),
    "uses on one line": lambda size: (
        f"import pkg.old\nT = [{', '.join(['pkg.old.Name'] * size)}]\n"
    ),
    "patches": lambda size: (
        "from unittest.mock import patch\nimport pkg.old\n"
        + "".join(f"@patch('pkg.old.Name')\ndef test_{at}(name):\n    pkg.old.Name()\n"
                  for at in range(size))
    ),
    "carriage returns": lambda size: (
        "from pkg.old import Name\r" + "x = 1\r\n" * size + "import pkg.old\r"
        + "pkg.old.Name()\r" * size
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", MODULES)
def test_a_module_with_thousands_of_places(tmp_path: Path, shape: str) -> None:
    folder = write(tmp_path, PACKAGE)
    (folder / "a.py").write_bytes(MODULES[shape](1_500).encode())
    with within(15):
        plan = plan_rename(
            open_snapshot(folder), EMPTY, "pkg.old.Name", "pkg.new.Name", executor=SerialExecutor()
        )
    [change] = plan.phases[0].changeset.changes
    assert change.new is not None
    assert len(change.edits) >= 1_500
    assert b"old" not in change.new


def test_a_line_with_a_hundred_thousand_edits() -> None:
    old, size = b"a," * 100_000, 100_000
    edits = tuple(Edit(2 * at, 2 * at + 1, b"bc", "name", 1) for at in range(size))
    change = FileChange("a.py", 0o100644, "0" * 40, old + b"\nx", b"bc," * size + b"\nx", edits)
    with within(10):
        [block] = changed_blocks(change)
    assert (block.start, block.end) == (0, len(old) + 1)


def test_thousands_of_names_for_one_definition(tmp_path: Path) -> None:
    aliases = "".join(f"A{at} = A{at - 1}\n" for at in range(1, 2_000))
    folder = write(tmp_path, {**PACKAGE, "a.py": f"from pkg.old import Name as A0\n{aliases}"})
    with within(30):
        text = discover(open_snapshot(folder), ["pkg.new.Name"], executor=SerialExecutor())
    assert text.count('"a.A') == 2_000


def test_star_imports_of_star_imports(tmp_path: Path) -> None:
    stars = {
        f"s{at}.py": f"from s{at - 1} import *\nfrom s{max(at - 2, 0)} import *\n"
        for at in range(1, 60)
    }
    user = "from s59 import Name, Missing\n"
    folder = write(tmp_path, {**PACKAGE, **stars, "s0.py": "from pkg.old import *\n", "a.py": user})
    with within(30):
        text = discover(open_snapshot(folder), ["pkg.new.Name"], executor=SerialExecutor())
    assert '"s59.Name" = "pkg.new.Name"' in text


def test_an_audit_of_star_imports_of_star_imports(tmp_path: Path) -> None:
    stars = {
        f"s{at}.py": f"from s{at - 1} import *\nfrom s{max(at - 2, 0)} import *\n"
        for at in range(1, 60)
    }
    user = "from s59 import Missing\n"
    folder = write(tmp_path, {**PACKAGE, **stars, "s0.py": "from pkg.old import *\n", "a.py": user})
    with within(30):
        result = make_audit(open_snapshot(folder), EMPTY, executor=SerialExecutor())
    assert [one.path for one in result.findings if one.rule == "dangling-import"] == ["a.py"]


def test_a_file_that_is_too_large_is_left_unread_with_its_reason(tmp_path: Path) -> None:
    folder = write(tmp_path, {**PACKAGE, "b.py": "from pkg.old import Name\n"})
    rows = b"    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,\n" * 1_000_000
    (folder / "a.py").write_bytes(b"from pkg.old import Name\nX = [\n" + rows + b"]\n")
    with within(10):
        plan = plan_rename(
            open_snapshot(folder), EMPTY, "pkg.old.Name", "pkg.new.Name", executor=SerialExecutor()
        )
    [phase] = plan.phases
    assert [change.path for change in phase.changeset.changes] == ["b.py"]
    [refusal] = phase.changeset.refusals
    assert (refusal.path, refusal.code) == ("a.py", "unparseable")
    assert "35 MB, which is too large to be read as Python" in refusal.reason


# ------------------------------------------------------------------- nested deeply


@pytest.mark.parametrize("depth", [300, 20_000])
def test_a_configuration_that_is_nested_deeply(depth: int) -> None:
    with pytest.raises(ConfigError, match=r"nested too deeply|unknown key") as raised:
        parse_config(f"a = {'[' * depth}{']' * depth}\n", "migrate.toml")
    assert str(raised.value).startswith("migrate.toml")


def test_projects_and_documents_that_are_nested_deeply(tmp_path: Path) -> None:
    deep = 20_000
    files = {
        **PACKAGE,
        "pyproject.toml": f"a = {'[' * deep}{']' * deep}\n",
        "sub/pyproject.toml": f"[project]\na = {'[' * deep}{']' * deep}\n",
        "a.json": f'{"[" * deep}"pkg.old.Name"{"]" * deep}',
        "a.ipynb": f'{"[" * deep}"from pkg.old import Name"{"]" * deep}',
    }
    folder = write(tmp_path, files)
    plan = plan_rename(
        open_snapshot(folder), EMPTY, "pkg.old.Name", "pkg.new.Name", executor=SerialExecutor()
    )
    assert [change.path for change in plan.phases[0].changeset.changes] == ["a.json"]


def test_a_baseline_that_is_nested_deeply(tmp_path: Path) -> None:
    deep = 20_000
    path = tmp_path / "gate.json"
    path.write_text(f'{{"schema": 1, "findings": {"[" * deep}{"]" * deep}}}')
    with pytest.raises(InputError, match="nested too deeply"):
        read_baseline(path)
