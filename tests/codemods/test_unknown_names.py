"""Names that nobody knows are said, with what may have been meant."""

from pathlib import Path

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.codemod.packs.installed import load_packs
from onepath.plan.planner import make_plan
from onepath.run import SerialExecutor
from onepath.snapshot import open_snapshot
from onepath_packs.canonical.rename import plan_rename

FILES = {
    "pkg/__init__.py": "",
    "pkg/mod.py": "class Thing:\n    pass\n\nSpare = Thing\n",
    "app.py": "import json\nimport xml.dom.minidom\nfrom lib_of_ours.deep import Part\n"
    "from pkg.mod import Thing\n\nprint(json.loads, xml.dom.minidom, Part, Thing)\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def nowhere(old: str, near: str) -> str:
    return f"'{old}' is used nowhere in this code; did you mean '{near}'?"


def missing(dotted: str, near: str) -> str:
    return f"'{dotted}' is not in the environment; did you mean '{near}'?"


def on_trust(top: str, dotted: str) -> str:
    return f"'{top}' is not in the environment: '{dotted}' is taken as declared"


@pytest.mark.parametrize(
    ("old", "new", "remarks"),
    [
        (
            "xml.dom.minidon", "xml.etree.ElementTree",
            [
                nowhere("xml.dom.minidon", "xml.dom.minidom"),
                missing("xml.dom.minidon", "xml.dom.minidom"),
            ],
        ),
        (
            "xml.dom.minidom", "xml.etree.ElementTre",
            [missing("xml.etree.ElementTre", "xml.etree.ElementTree")],
        ),
        (
            "jsn.loads", "jsn.load",
            [
                nowhere("jsn.loads", "json.loads"),
                "'jsn' is neither here nor in the environment; did you mean 'json'?",
            ],
        ),
        (
            "lib_of_ours.deep.Prat", "lib_of_ours.deep.Part",
            [
                nowhere("lib_of_ours.deep.Prat", "lib_of_ours.deep.Part"),
                on_trust("lib_of_ours", "lib_of_ours.deep.Part"),
            ],
        ),
        (
            "lob_of_ours.deep.Part", "their_lib.Part",
            [
                nowhere("lob_of_ours.deep.Part", "lib_of_ours.deep.Part"),
                on_trust("their_lib", "their_lib.Part"),
            ],
        ),
        ("pkg.mod.Thong", "pkg.mod.Thing", [nowhere("pkg.mod.Thong", "pkg.mod.Thing")]),
        ("lib_of_ours.deep.Part", "their_lib.Part", [on_trust("their_lib", "their_lib.Part")]),
        ("json.loads", "pickle.loads", []),
        ("pkg.mod.Spare", "pkg.mod.Thing", ["'pkg.mod.Spare' is used nowhere in this code"]),
    ],
)  # fmt: skip
def test_what_is_said_of_a_rename(folder: Path, old: str, new: str, remarks: list[str]) -> None:
    empty = parse_config("", "")
    plan = plan_rename(open_snapshot(folder), empty, old, new, executor=SerialExecutor())
    assert list(plan.phases[0].remarks) == remarks


def test_what_is_said_of_a_table(folder: Path) -> None:
    text = (
        '[imports]\n"xml.dom.minidon" = "xml.etree.ElementTree"\n"old" = "older.Thing"\n'
        '"older" = "pkg.mod"\n"json.loads" = "far.a"\n"json.dumps" = "far.b"\n'
    )
    config = parse_config(text, "migrate.toml")
    plan = make_plan(open_snapshot(folder), config, load_packs(), executor=SerialExecutor())
    assert list(plan.phases[0].remarks) == [
        "'old' is taken to 'pkg.mod.Thing': old -> older.Thing -> pkg.mod.Thing",
        "'xml.dom.minidon' is not in the environment; did you mean 'xml.dom.minidom'?",
        "'far' is not in the environment: 'far.a', 'far.b' are taken as declared",
    ]


@pytest.mark.parametrize(
    ("more", "who"),
    [
        ({}, "pkg/use.py"),
        ({"pkg/deep/other.py": "import pkg.mod\n\nprint(pkg.mod.Thing)\n"}, "2 files"),
        ({"pkg/starred.py": "from pkg.mod import *\n\nprint(Thing)\n"}, "2 files"),
        ({"pkg/idle.py": "from pkg.mod import *  # not Thing\n"}, "pkg/use.py"),
        ({"pkg/__init__.py": "from .mod import *\nfrom . import use\n"}, "pkg/use.py"),
    ],
)
def test_a_name_that_only_its_package_uses(tmp_path: Path, more: dict[str, str], who: str) -> None:
    files = {
        "pkg/__init__.py": "from .mod import Thing\nfrom . import use\n",
        "pkg/mod.py": "class Thing:\n    pass\n",
        "pkg/use.py": "from .mod import Thing\n\nprint(Thing)\n",
        **more,
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / path).write_text(text)
    snapshot, empty = open_snapshot(tmp_path), parse_config("", "")
    plan = plan_rename(snapshot, empty, "pkg.mod.Thing", "pkg.Thing", executor=SerialExecutor())
    [remark] = plan.phases[0].remarks
    assert not plan.phases[0].changeset.refusals
    assert not plan.phases[0].changeset.changes
    assert remark == (
        f"'pkg.mod.Thing' is used by {who} of the package 'pkg' alone, whose own modules keep what "
        "they import; `--inside` takes them along"
    )


def test_a_facade_that_makes_its_names_says_why_its_package_keeps_them(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "from typing import TYPE_CHECKING\nfrom .lazy import make\n"
        "if TYPE_CHECKING:\n    from .mod import Thing\nmake(globals(), {'Thing': '.mod'})\n",
        "pkg/lazy.py": "def make(names, where): ...\n",
        "pkg/mod.py": "class Thing:\n    pass\n",
        "pkg/use.py": "from .mod import Thing\n\nprint(Thing)\n",
    }
    (tmp_path / "pkg").mkdir()
    for path, text in files.items():
        (tmp_path / path).write_text(text)
    snapshot, config = open_snapshot(tmp_path), parse_config("inside = true\n", "migrate.toml")
    plan = plan_rename(snapshot, config, "pkg.mod.Thing", "pkg.Thing", executor=SerialExecutor())
    [remark] = plan.phases[0].remarks
    assert remark.endswith(
        "keep what they import: it makes the name when it runs, and how early is not known"
    )
