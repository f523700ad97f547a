"""Whatever still refers to a module or a name is found, and nothing that only looks like it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from onepath.facts.store.cache import FactsCache
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.find_references.targets import Holder, Target
from onepath.symbols.find_references.text_holders import holders
from onepath.symbols.world import World

FILES = {
    "pkg/__init__.py": "",
    "pkg/new.py": "class Name:\n    pass\n",
    "pkg/old.py": "from pkg.new import Name\n",
    "pkg/box/__init__.py": "from pkg.new import Name\n",
    "pkg/box/inner.py": "x = 1\n",
}
MODULE, PACKAGE = Target("pkg/old.py"), Target("pkg/box/__init__.py")
NAME = Target("pkg/old.py", "Name")

Find = Callable[..., tuple[Holder, ...]]


@pytest.fixture
def find(tmp_path: Path) -> Find:
    """`find({"a.py": "..."}, target)` gives the holders of a target in these files."""

    def run(files: Mapping[str, str], *targets: Target, skip: tuple[str, ...] = ()) -> object:
        for path, text in {**FILES, **files}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        world = World.open(Folder(tmp_path), FactsCache(None), SerialExecutor())
        return holders(world, targets or (MODULE,), skip)

    return run  # type: ignore[return-value]


def kinds(found: tuple[Holder, ...]) -> list[tuple[int, str]]:
    return [(one.line, one.kind) for one in found]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from pkg.old import Name\n", [(1, "import")]),
        ("from pkg.old import *\n", [(1, "star")]),
        ("import pkg.old\n", [(1, "import")]),
        ("import os, pkg.old as old\n", [(1, "import")]),
        ("from pkg import old\n", [(1, "import")]),
        ("from pkg import new, old as o\n", [(1, "import")]),
        ("def f():\n    from pkg.old import Name\n", [(2, "import")]),
        ("if TYPE_CHECKING:\n    from pkg.old import Name\n", [(2, "import")]),
        ("try:\n    import pkg.old\nexcept ImportError:\n    pass\n", [(2, "import")]),
        ("import pkg\n\npkg.old.Name()\n", [(3, "attribute")]),
        ("import pkg.old\npkg.old.Name\n", [(1, "import"), (2, "attribute")]),
        ("patch('pkg.old.Name')\n", [(1, "string")]),
        ("import importlib\nimportlib.import_module('pkg.old')\n", [(2, "string")]),
        ("TABLE = ['pkg.old']\n", [(1, "text")]),
        ("TABLE = {'k': 'pkg.old:Name'}\n", [(1, "text")]),
        ("open('pkg/old.py')\n", [(1, "file")]),
        ("run('python -m pkg.old')\n", [(1, "config")]),
        ("# see pkg.old\n", [(1, "mention")]),
        ("'''\n>>> from pkg.old import Name\n'''\n", [(2, "example")]),
        ("from pkg.old import (\n", [(1, "unparseable")]),
        # none of these refers to it
        ("from pkg.new import Name as old\n", []),
        ("import pkg\npkg.older.old()\n", []),
        ("import logging\nlogging.getLogger('pkg.old')\n", []),
        ("old = 1\nx.old\n", []),
        ("TABLE = ['pkg.older', 'other.pkg.old']\n", []),
    ],
)
def test_python_that_refers_to_a_module(
    find: Find, source: str, expected: list[tuple[int, str]]
) -> None:
    assert kinds(find({"user.py": source})) == expected


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("pkg/user.py", "from .old import Name\n"),
        ("pkg/user.py", "from . import old\n"),
        ("pkg/box/inner.py", "from ..old import Name\n"),
        ("pkg/user.pyi", "from pkg.old import Name\n"),
        ("pkg/user.py", "from importlib import import_module\nimport_module('.old', 'pkg')\n"),
    ],
)
def test_relative_references_count(find: Find, path: str, source: str) -> None:
    [one] = find({path: source})
    assert (one.path, one.breaks) == (path, True)


def test_a_module_at_the_top_is_found_by_its_single_name(find: Find) -> None:
    source = "from importlib import import_module\nimport_module('solo')\nx = 'solo.send'\n"
    found = find({"solo.py": "", "user.py": source}, Target("solo.py"))
    assert kinds(found) == [(2, "string")]


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("pyproject.toml", '[project.scripts]\nx = "pkg.old:main"\n', "config"),
        ("setup.cfg", "[options.entry_points]\nconsole_scripts =\n  x = pkg.old:main\n", "config"),
        ("setup.py", "setup(entry_points={'console_scripts': ['x = pkg.old:main']})\n", "string"),
        ("pytest.ini", "[pytest]\naddopts = -p pkg.old -q\n", "config"),
        ("data.json", '{"handler": "pkg.old.Name"}\n', "config"),
        ("deploy.yaml", "run: python -m pkg.old\n", "config"),
        ("Dockerfile", "COPY pkg/old.py /srv/\n", "file"),
        ("deploy.yaml", "# pkg.old was here\n", "mention"),
        ("data.json", '{"text": "we use pkg.old here"}\n', "mention"),
        ("NOTES.md", "We use `pkg.old`.\n", "mention"),
        ("NOTES.md", "```python\nfrom pkg import old\n```\n", "mention"),
        ("NOTES.md", "See pkg/old.py.\n", "mention"),
        ("doc.rst", ">>> from pkg.old import Name\n", "example"),
        ("fast.pyx", "from pkg.old cimport Name\n", "config"),
        ("fast.pyx", "cdef f():\n    from pkg import old\n", "config"),
        ("fast.pyx", "# pkg.old was here\n", "mention"),
        ("bin/tool", "#!/usr/bin/env python\nfrom pkg import (\n    old,\n)\n", "config"),
        ("module.py.j2", "from pkg.old import {{ name }}\n", "config"),
        ("Jenkinsfile", "sh 'pytest -p pkg.old'\n", "config"),
        ("start.bat", "py -m pkg.old\r\n", "config"),
    ],
)
def test_other_files_that_refer_to_a_module(find: Find, path: str, text: str, kind: str) -> None:
    assert [one.kind for one in find({path: text})] == [kind]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", '[project.scripts]\nx = "pkg.old:Name"\n'),
        ("setup.cfg", "[options.entry_points]\nconsole_scripts =\n  x = pkg.old:Name.run\n"),
        ("procfile", "web: gunicorn pkg.old:Name\n"),
        ("run.py", "serve('pkg.old:Name')\n"),
        ("app.wsgi", "from pkg.old import Name as application\n"),
    ],
)
def test_a_name_is_referred_to_behind_a_colon(find: Find, path: str, text: str) -> None:
    found = find({path: text}, NAME)
    assert [(one.path, one.breaks) for one in found] == [(path, True)]


def test_a_notebook_refers_by_its_cells(find: Find) -> None:
    cell = '{"cell_type": "code", "source": ["import pkg.old"], "outputs": [], "metadata": {}}'
    notebook = f'{{"cells": [{cell}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}'
    assert [one.kind for one in find({"a.ipynb": notebook})] == ["example"]


@pytest.mark.parametrize(
    ("path", "source", "count"),
    [
        ("user.py", "from pkg.box import Name\n", 1),
        ("pkg/box/inner.py", "from . import Name\n", 1),
        ("user.py", "import pkg.box\n", 1),
        ("user.py", "import pkg\npkg.box.Name\n", 1),
        # only the package itself imports what lies below it
        ("user.py", "import pkg\npkg.box.inner.x\n", 1),
        # what lies below a package is not what the package holds
        ("user.py", "from pkg.box import inner\n", 0),
        ("user.py", "from pkg.box.inner import x\n", 0),
        ("user.py", "import pkg.box.inner\npkg.box.inner.x\n", 0),
        ("user.py", "patch('pkg.box.inner.x')\n", 0),
        ("a.toml", 'x = "pkg.box.inner:x"\n', 0),
    ],
)
def test_a_package_is_not_what_lies_below_it(
    find: Find, path: str, source: str, count: int
) -> None:
    assert len(find({path: source}, PACKAGE)) == count


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from pkg.old import Name\n", [(1, "import")]),
        ("from pkg.old import *\n\nName()\n", [(1, "star")]),
        ("from pkg.old import *\n", []),
        ("from pkg import old\nold.Name()\n", [(2, "attribute")]),
        ("from pkg import old\nold.Other()\n", []),
        ("from pkg import old\nmonkeypatch.setattr(old, 'Name', 1)\n", [(2, "string")]),
        ("patch('pkg.old.Name.run')\n", [(1, "string")]),
        ("from pkg.new import Name\n", []),
    ],
)
def test_python_that_refers_to_a_name(
    find: Find, source: str, expected: list[tuple[int, str]]
) -> None:
    assert kinds(find({"user.py": source}, NAME)) == expected


def test_a_name_is_reached_through_a_star_that_passes_it_on(find: Find) -> None:
    files = {"pkg/all.py": "from .old import *\n", "user.py": "from pkg.all import Name\n"}
    assert [(one.path, one.kind) for one in find(files, NAME)] == [("user.py", "import")]


def test_uses_in_the_file_itself_count_for_a_name(find: Find) -> None:
    source = "class Old:\n    def again(self) -> 'Old': ...\n\n\nx = Old()\n__all__ = ['Old']\n"
    assert kinds(find({"own.py": source}, Target("own.py", "Old"))) == [(5, "name")]


def test_a_variable_is_looked_for_as_a_word(find: Find) -> None:
    source = "one = f()\n# one\nx.one\nones = 1\n__all__ = ['one']\ndef g(): return one\n"
    assert kinds(find({"own.py": source}, Target("own.py", "one"))) == [(6, "name")]


def test_a_package_under_another_name_is_followed(find: Find) -> None:
    files = {
        "pkg/box/old.py": "", "top/__init__.py": "", "top/all.py": "from pkg import box as crate\n",
        "user.py": "from top.all import crate\n\ncrate.old.x\n",
    }  # fmt: skip
    found = find(files, Target("pkg/box/old.py"))
    assert [(one.path, one.kind) for one in found] == [("user.py", "attribute")]


def test_skipped_files_are_not_looked_at(find: Find) -> None:
    files = {"user.py": "import pkg.old\n", "a.toml": 'x = "pkg.old"\n', "b.toml": 'x = "pkg.old"'}
    found = find(files, MODULE, skip=("user.py", "a.toml"))
    assert [one.path for one in found] == ["b.toml"]


def test_a_module_below_a_source_root_has_two_names(find: Find) -> None:
    files = {
        "src/lib/__init__.py": "", "src/lib/old.py": "",
        "a.toml": 'a = "lib.old"\nb = "src.lib.old"\n', "user.py": "import src.lib.old, lib.old\n",
    }  # fmt: skip
    found = find(files, Target("src/lib/old.py"))
    assert [(one.path, one.line) for one in found] == [
        ("a.toml", 1),
        ("a.toml", 2),
        ("user.py", 1),
        ("user.py", 1),
    ]
