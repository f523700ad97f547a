"""Renames of definitions that must not be: each names the place that stands against it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.errors import InputError, RefusedError
from onepath.model import Plan
from onepath.run import SerialExecutor
from onepath.snapshot import open_snapshot
from onepath_packs.canonical.rename import plan_rename

FILES = {
    "pkg/__init__.py": "",
    "pkg/b.py": "class Old:\n    pass\n\n\ndef taken():\n    return Old, int\n\n\nalias = Old\n",
    "pkg/sub/__init__.py": "",
}


def rename(folder: Path, old: str, new: str, toml: str = "") -> Plan:
    config = parse_config(toml, "migrate.toml" if toml else "")
    return plan_rename(open_snapshot(folder), config, old, new, executor=SerialExecutor())


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ("pkg.b.class", "'class' is a keyword"),
        ("pkg.b.int", "pkg/b.py:1: 'int' is the name of a builtin"),
        ("pkg.c.New", "'pkg.c.New' does not exist"),
    ],
)
def test_a_name_that_can_not_be(make_repository: Callable[..., Any], new: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        rename(make_repository(FILES).path, "pkg.b.Old", new)
    assert told in caught.value.message


def test_another_name_of_something_is_not_renamed_itself(
    make_repository: Callable[..., Any],
) -> None:
    files = {**FILES, "pkg/c.py": "from pkg.b import Old as alias\n"}
    with pytest.raises(InputError) as caught:
        rename(make_repository(files).path, "pkg.c.alias", "pkg.c.other")
    assert "pkg/b.py:1: 'pkg.c.alias' is another name of 'pkg.b.Old'" in caught.value.message


REFUSED = {
    "a local that would hide the new name": (
        {"pkg/b.py": "class Old:\n    pass\n\n\ndef f(New):\n    return Old, New\n"},
        "'New' is bound in function f, where it would be read",
    ),
    "a builtin's place is not taken by luck": (
        {"pkg/b.py": "from other import *\n\n\nclass Old:\n    pass\n\n\nx = lambda: New\n"},
        "pkg/b.py:8: 'New' already means something else in lambda",
    ),
    "a name that a star import would replace": (
        {
            "pkg/b.py": "class Old:\n    pass\n",
            "pkg/c.py": "New = 1\nfrom pkg.b import *\n",
        },
        "pkg/c.py:2: 'New' would come by this star import",
    ),
    "a file that does not parse": (
        {"pkg/b.py": "class Old:\n    pass\n", "pkg/b.pyi": "class Old(:\n"},
        "pkg/b.pyi:1:",
    ),
    "a name that is captured": (
        {"pkg/b.py": "match 1:\n    case Old:\n        pass\n\n\nclass Old:\n    pass\n"},
        "pkg/b.py:2: 'Old' is bound by 'MatchAs' here",
    ),
}


@pytest.mark.parametrize("shape", REFUSED)
def test_what_would_break_is_refused_with_its_place(
    make_repository: Callable[..., Any], shape: str
) -> None:
    files, told = REFUSED[shape]
    with pytest.raises(RefusedError) as caught:
        rename(make_repository({**FILES, **files}).path, "pkg.b.Old", "pkg.b.New")
    assert told in caught.value.message
    assert caught.value.exit_code == 3


def test_an_excluded_definition_is_refused(make_repository: Callable[..., Any]) -> None:
    with pytest.raises(RefusedError) as caught:
        rename(make_repository(FILES).path, "pkg.b.Old", "pkg.b.New", 'exclude = ["pkg"]\n')
    assert "pkg/b.py:1: the configuration excludes this file" in caught.value.message


def test_an_excluded_patch_does_not_part_the_name(make_repository: Callable[..., Any]) -> None:
    patch = "from unittest import mock\n\nwith mock.patch('pkg.b.Old'):\n    pass\n"
    files = {**FILES, "old_tests/test_a.py": patch}
    with pytest.raises(RefusedError) as caught:
        rename(make_repository(files).path, "pkg.b.Old", "pkg.b.New", 'exclude = ["old_tests"]\n')
    assert "old_tests/test_a.py:3: 'Old' is replaced here" in caught.value.message


def test_a_reader_in_an_excluded_file_keeps_the_old_name(
    make_repository: Callable[..., Any],
) -> None:
    files = {**FILES, "kept/a.py": "from pkg.b import Old\n"}
    made = make_repository(files).path
    plan = rename(made, "pkg.b.Old", "pkg.b.New", 'exclude = ["kept"]\n')
    (phase,) = plan.phases
    (change,) = phase.changeset.changes
    assert change.new is not None
    assert b"class New:\n    pass\n\n\nOld = New\n\n\ndef taken" in change.new
    (kept,) = [one for one in phase.changeset.refusals if one.code == "old-name-kept"]
    assert (kept.path, kept.line) == ("pkg/b.py", 1)
    assert "kept/a.py:1 goes on to read it" in kept.reason


def test_a_value_that_somebody_unknown_reads_keeps_its_old_name_as_well(
    make_repository: Callable[..., Any],
) -> None:
    text = "class A:\n    old = 1\n\n\ndef get(x):\n    return x.old\n"
    made = make_repository({**FILES, "pkg/b.py": text}).path
    (phase,) = rename(made, "pkg.b.A.old", "pkg.b.A.new").phases
    (change,) = phase.changeset.changes
    assert change.new is not None
    assert change.new.startswith(b"class A:\n    new = 1\n\n    old = new\n")
    (left,) = phase.changeset.refusals
    assert (left.path, left.line, left.code) == ("pkg/b.py", 6, "receiver-unknown")


MEMBERS = {
    "a base that is not known": (
        {"pkg/b.py": "import abc, http\n\n\nclass A(http.X):\n    def old(self): ...\n"},
        "pkg/b.py:4: 'A' inherits from 'http.X', which may know 'old'",
    ),
    "a name that is there": (
        {"pkg/b.py": "class A:\n    def old(self): ...\n    def new(self): ...\n"},
        "pkg/b.py:3: 'A' has a 'new' already",
    ),
    "a value that somebody unknown sets": (
        {"pkg/b.py": "class A:\n    old = 1\n\n\ndef put(x):\n    x.old = 2\n"},
        "pkg/b.py:6: this may be 'old', which is set or replaced elsewhere",
    ),
    "what nothing sets": (
        {"pkg/b.py": "class A:\n    def __init__(self):\n        self.other = 1\n"},
        "neither in its body nor on `self` in its methods",
    ),
    "what its base sets by the new name": (
        {
            "pkg/b.py": "class Base:\n    def __init__(self):\n        self.new = 1\n"
            "class A(Base):\n    def go(self):\n        self.old = 1\n"
        },
        "pkg/b.py:1: 'Base' sets a 'new' already",
    ),
}


@pytest.mark.parametrize("shape", MEMBERS)
def test_a_member_that_can_not_be_renamed(make_repository: Callable[..., Any], shape: str) -> None:
    files, told = MEMBERS[shape]
    with pytest.raises((RefusedError, InputError)) as caught:
        rename(make_repository({**FILES, **files}).path, "pkg.b.A.old", "pkg.b.A.new")
    assert told in caught.value.message
