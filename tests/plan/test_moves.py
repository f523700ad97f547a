"""Moves of definitions that must not be: each names the place that stands against it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.errors import InputError, RefusedError
from onepath.model import Plan
from onepath.run import SerialExecutor
from onepath.snapshot import open_snapshot
from onepath_packs.canonical.move import WantedMove, plan_moves
from onepath_packs.canonical.rename import plan_rename

FILES = {
    "pkg/__init__.py": "",
    "pkg/b.py": "class Thing:\n    pass\n",
    "pkg/c.py": "x = 1\n\n\nclass Taken:\n    pass\n",
}


def move(folder: Path, old: str, destination: str, toml: str = "") -> Plan:
    config = parse_config(toml, "migrate.toml" if toml else "")
    wanted = [WantedMove(old, destination)]
    return plan_moves(open_snapshot(folder), config, wanted, executor=SerialExecutor())


@pytest.mark.parametrize(
    ("old", "destination", "told"),
    [
        ("pkg.b.Thing", "pkg.b", "pkg/b.py:1: 'Thing' is in 'pkg.b' already"),
        (
            "pkg.b.Nothing",
            "pkg.c",
            "there is no 'pkg.b.Nothing' in this code; did you mean 'pkg.b.Thing'?",
        ),
        ("pkg.b.Thing", "pkg.class", "'class' is a keyword"),
        ("pkg.b.Thing", "pkg.c.d", "'pkg.c.d' can't be a module"),
        ("pkg.c.Taken", "pkg.b:x", "write 'pkg.b.x'"),
    ],
)
def test_what_makes_no_sense_is_an_error_of_the_arguments(
    make_repository: Callable[..., Any], old: str, destination: str, told: str
) -> None:
    with pytest.raises(InputError) as caught:
        move(make_repository(FILES).path, old, destination)
    assert told in caught.value.message


def test_a_name_that_is_taken_is_an_error_with_its_place(
    make_repository: Callable[..., Any],
) -> None:
    files = {**FILES, "pkg/b.py": "class Taken:\n    pass\n"}
    with pytest.raises(InputError) as caught:
        move(make_repository(files).path, "pkg.b.Taken", "pkg.c")
    assert "pkg/c.py:4: 'pkg.c' has a 'Taken' of its own" in caught.value.message


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "a global that a function sets": (
        {"pkg/b.py": "Thing = 0\n\n\ndef add():\n    global Thing\n    Thing += 1\n"},
        "pkg/b.py:5: 'Thing' is set here",
    ),
    "a global that it sets and leaves": (
        {
            "pkg/b.py": "N = 0\n\n\ndef Thing():\n    global N\n    N += 1\n\n\n"
            "def get():\n    return N\n"
        },
        "pkg/b.py:5: it sets the global 'N'",
    ),
    "a global that another file sets": (
        {
            "pkg/b.py": "Thing = 0\n",
            "pkg/d.py": "from pkg import b\n\nb.Thing = 2\n",
        },
        "pkg/d.py:3: 'pkg.b.Thing' is set here",
    ),
    "a helper that is set elsewhere": (
        {
            "pkg/b.py": "def help():\n    return 1\n\n\ndef Thing():\n    return help()\n",
            "pkg/d.py": "import pkg.b\n\npkg.b.help = None\n",
        },
        "pkg/d.py:3: 'pkg.b.help' is set here",
    ),
    "a cycle": (
        {
            "pkg/b.py": "def help():\n    return 1\n\n\ndef Thing():\n    return help()\n\n\n"
            "VALUE = Thing()\n",
        },
        "pkg/b.py:6: it would close an import cycle: pkg.c -> pkg.b -> pkg.c",
    ),
    "a cycle by what the destination imports": (
        {
            "pkg/b.py": "class Thing:\n    pass\n\n\nVALUE = Thing()\n",
            "pkg/c.py": "import pkg.d\n",
            "pkg/d.py": "from pkg import b\n",
        },
        "it would close an import cycle: ",
    ),
    "a name that means something else there": (
        {
            "pkg/b.py": "from json import loads as x\n\n\ndef Thing():\n    return x('1')\n",
        },
        "pkg/c.py:1: 'x' is another thing here than in 'pkg.b'",
    ),
    "a builtin that the destination replaces": (
        {
            "pkg/b.py": "def Thing():\n    return len('1')\n",
            "pkg/c.py": "def len(x):\n    return 0\n",
        },
        "pkg/c.py:1: 'len' is bound here, and is a builtin where the definition was",
    ),
    "its own file": (
        {"pkg/b.py": "def Thing():\n    return __file__\n"},
        "pkg/b.py:2: '__file__' is another one in another module",
    ),
    "the names of its module": (
        {"pkg/b.py": "def Thing():\n    return globals()\n"},
        "pkg/b.py:2: 'globals()' gives the names of another module there",
    ),
    "a task": (
        {"pkg/b.py": "from celery import shared_task\n\n\n@shared_task\ndef Thing():\n    pass\n"},
        "pkg/b.py:4: a task takes its name from its module",
    ),
    "a model": (
        {"pkg/b.py": "from django.db import models\n\n\nclass Thing(models.Model):\n    pass\n"},
        "pkg/b.py:4: a model belongs to the application",
    ),
    "a condition": (
        {"pkg/b.py": "import sys\n\nif sys:\n    class Thing:\n        pass\n"},
        "pkg/b.py:4: 'Thing' is bound under a condition",
    ),
    "a patch of what both read": (
        {
            "pkg/b.py": "from json import loads\n\n\ndef Thing():\n    return loads\n\n\n"
            "def rest():\n    return loads\n",
            "tests/test_a.py": "from unittest import mock\n\n\n@mock.patch('pkg.b.loads')\n"
            "def test(loads):\n    pass\n",
        },
        "tests/test_a.py:4: 'loads' is replaced here for 'Thing', and for pkg/b.py:9",
    ),
    "a module that can't be imported": (
        {
            "pkg/b.py": "def Thing():\n    pass\n",
            "pkg/c.py": "def f():\n    return g\n\n\nf()\ng = 1\n",
        },
        "pkg/c.py:2: 'pkg.c' can't be imported as it is: 'g' is not bound by then",
    ),
    "annotations that would no longer be evaluated": (
        {
            "pkg/b.py": "from __future__ import annotations\n\n\ndef Thing(x: int):\n    pass\n",
            "pkg/c.py": "def other(x: int):\n    pass\n",
        },
        "pkg/c.py:1: its annotations are evaluated",
    ),
}


@pytest.mark.parametrize("shape", REFUSED)
def test_what_would_break_is_refused_with_its_place(
    make_repository: Callable[..., Any], shape: str
) -> None:
    files, told = REFUSED[shape]
    with pytest.raises(RefusedError) as caught:
        move(make_repository({**FILES, **files}).path, "pkg.b.Thing", "pkg.c")
    assert told in caught.value.message


def test_a_cycle_is_told_with_the_move_that_closes_none(
    make_repository: Callable[..., Any],
) -> None:
    files, _ = REFUSED["a cycle"]
    with pytest.raises(RefusedError) as caught:
        move(make_repository({**FILES, **files}).path, "pkg.b.Thing", "pkg.c")
    assert "`migrate move pkg.b.help pkg.c`" in caught.value.hint
    files, _ = REFUSED["a cycle by what the destination imports"]
    with pytest.raises(RefusedError) as caught:
        move(make_repository({**FILES, **files}).path, "pkg.b.Thing", "pkg.c")
    assert "`migrate move pkg.b.Thing pkg.thing`" in caught.value.hint


def test_a_module_that_may_fail_to_be_imported_is_named(
    make_repository: Callable[..., Any],
) -> None:
    files = {
        **FILES, "pkg/b.py": "def Thing():\n    pass\n",
        "pkg/c.py": "import sys\nif sys.argv[1:]:\n    late()\n\n\ndef late():\n    pass\n",
    }  # fmt: skip
    (phase,) = move(make_repository(files).path, "pkg.b.Thing", "pkg.c").phases
    told = "importing 'pkg.c' may fail as it is: 'late' is not bound by then (pkg/c.py:3)"
    assert told in phase.remarks


def test_only_what_is_left_behind_is_said_to_stay(make_repository: Callable[..., Any]) -> None:
    files = {
        **FILES,
        "pkg/b.py": "def other():\n    return 1\n\n\ndef help():\n    return other()\n\n\n"
        "def Thing():\n    return help() + other()\n",
        "pkg/use.py": "from pkg.b import help, other\n",
    }
    wanted = [WantedMove("pkg.b.Thing", "pkg.d"), WantedMove("pkg.b.help", "pkg.e")]
    repository = make_repository(files)
    config = parse_config("", "")
    plan = plan_moves(
        open_snapshot(repository.path), config, wanted, executor=SerialExecutor(), slug="two"
    )
    (phase,) = plan.phases
    assert phase.remarks == (
        "'pkg.d' imports 'other' from 'pkg/b.py', which stays there",
        "'pkg.e' imports 'other' from 'pkg/b.py', which stays there",
    )


def test_pickled_classes_are_named(make_repository: Callable[..., Any]) -> None:
    files = {**FILES, "pkg/store.py": "import pickle\nfrom pkg.b import Thing\n"}
    plan = move(make_repository(files).path, "pkg.b.Thing", "pkg.c")
    (refusal,) = plan.phases[0].changeset.refusals
    assert (refusal.path, refusal.line, refusal.code) == ("pkg/b.py", 1, "pickled")
    assert "see pkg/store.py" in refusal.reason


def test_a_reader_in_an_excluded_file_keeps_the_old_path(
    make_repository: Callable[..., Any],
) -> None:
    files = {**FILES, "kept/a.py": "from pkg.b import Thing\n"}
    plan = move(make_repository(files).path, "pkg.b.Thing", "pkg.c", 'exclude = ["kept"]\n')
    changes = {one.path: one.new for one in plan.phases[0].changeset.changes}
    assert changes["pkg/b.py"] == b"from pkg.c import Thing\n"
    kept = [one for one in plan.phases[0].changeset.refusals if one.code == "old-path-kept"]
    assert "kept/a.py:1 goes on to read it" in kept[0].reason


OUTSIDE = {
    "a file beside the module": "import os\nDATA = os.path.join(os.path.dirname(__file__), 'x')\n",
    "its own place, for later": "from pathlib import Path\nHERE = Path(__file__)\n",
    "data of its package": "import pkgutil\nDATA = pkgutil.get_data(__package__, 'x')\n",
}


@pytest.mark.parametrize("text", OUTSIDE.values(), ids=OUTSIDE)
def test_a_module_is_not_moved_away_from_what_it_finds_beside_it(
    make_repository: Callable[..., Any], text: str
) -> None:
    made = make_repository({**FILES, "pkg/b.py": text}).path
    with pytest.raises(RefusedError, match=r"pkg/b.py:2: .*(__file__|its own package)"):
        move(made, "pkg.b", "pkg.sub")
    (phase,) = plan_rename(
        open_snapshot(made), parse_config("", ""), "pkg.b", "pkg.z", executor=SerialExecutor()
    ).phases
    assert phase.changeset.changes


@pytest.mark.parametrize(
    ("found", "is_refused"),
    [
        ("Path(__file__).parent / 'x'", False),
        ("Path(__file__).resolve().parents[1]", False),
        ("Path(__file__).parent.parent.parent", True),
        ("os.path.join(os.path.dirname(__file__), '..', '..', 'x')", True),
    ],
)
def test_a_package_moves_with_what_is_in_it(
    make_repository: Callable[..., Any], found: str, is_refused: bool
) -> None:
    text = f"import os\nfrom pathlib import Path\n\nDATA = {found}\n"
    files = {
        **FILES,
        "pkg/sub/__init__.py": "",
        "pkg/sub/deep/__init__.py": "",
        "pkg/sub/deep/x.py": text,
    }
    made = make_repository(files).path
    if is_refused:
        with pytest.raises(RefusedError, match=r"pkg/sub/deep/x.py:4: '__file__' is read here"):
            move(made, "pkg.sub", "pkg.other")
    else:
        assert move(made, "pkg.sub", "pkg.other").phases[0].changeset.changes


SCRIPT = "import helper\n\n\ndef aid():\n    return helper.X\n\n\nprint(aid())\n"


def test_what_a_script_finds_beside_itself_is_imported_by_its_path(
    make_repository: Callable[..., Any],
) -> None:
    files = {**FILES, "tools/helper.py": "X = 1\n", "tools/script.py": SCRIPT}
    plan = move(make_repository(files).path, "tools.script.aid", "pkg.c")
    new = {one.path: one.new or b"" for one in plan.phases[0].changeset.changes}
    assert new["pkg/c.py"].startswith(b"from tools import helper\n")


def test_what_no_other_file_finds_is_not_left_behind(make_repository: Callable[..., Any]) -> None:
    projects = {
        f"{folder}/{name}": text
        for folder in ("first-one", "second-one")
        for name, text in (("pyproject.toml", "[project]\nname = 'x'\n"), ("helper.py", "X = 1\n"))
    }
    made = make_repository({**FILES, **projects, "first-one/script.py": SCRIPT}).path
    with pytest.raises(RefusedError, match=r"first-one/script.py:1: 'helper' is found beside"):
        move(made, "script.aid", "pkg.c")


@pytest.mark.parametrize(
    ("old", "destination", "gone"),
    [
        ("pkg", "other/", "pkg/b.py"),
        ("pkg.b", "other/", "pkg/b.py"),
        ("pkg/b.py", "other/", "pkg/b.py"),
        ("pkg.b.Thing", "other/c.py", ""),
        ("pkg.b", "other/named.py", "pkg/b.py"),
        ("pkg/b.py", "other/named.py", "pkg/b.py"),
    ],
)
def test_where_to_may_be_a_file_or_folder(
    make_repository: Callable[..., Any], old: str, destination: str, gone: str
) -> None:
    files = {**FILES, "other/__init__.py": "", "other/c.py": ""}
    plan = move(make_repository(files).path, old, destination)
    changes = {one.path: one.new for one in plan.phases[0].changeset.changes}
    if gone:
        assert changes[gone] is None
        assert ("other/named.py" in changes) == destination.endswith("named.py")
    else:
        assert b"class Thing" in (changes["other/c.py"] or b"")


def test_several_moves_have_a_short_name_that_tells_them_apart(
    make_repository: Callable[..., Any],
) -> None:
    lines = "".join(f"def function_{number}(): ...\n" for number in range(20))
    folder = make_repository({"pkg/__init__.py": "", "pkg/b.py": lines, "pkg/c.py": ""}).path
    names = []
    for count in (19, 20, 20):
        moves = [WantedMove(f"pkg.b.function_{number}", "pkg.c") for number in range(count)]
        plan = plan_moves(
            open_snapshot(folder), parse_config("", ""), moves, executor=SerialExecutor()
        )
        names.append(str(plan.phases[0].versions[0]))
        assert plan.phases[0].removed == plan.phases[0].renamed == ()
    assert names[0] != names[1] == names[2]
    assert "pkg.b.function_0_to_pkg.c_and_19_more" in names[1]
    assert len(names[1]) < 80


def test_what_gets_another_name_is_not_removed(make_repository: Callable[..., Any]) -> None:
    code = "class Base:\n    def old(self): ...\n\n\nclass Below(Base):\n    def old(self): ...\n"
    folder = make_repository({"b.py": code}).path
    plan = plan_rename(
        open_snapshot(folder), parse_config("", ""), "b.Base.old", "new", executor=SerialExecutor()
    )
    (phase,) = plan.phases
    assert phase.removed == ()
    assert [one[1:] for one in phase.renamed] == [
        ("Base.old", "method", "Base.new"),
        ("Below.old", "method", "Below.new"),
    ]


@pytest.mark.parametrize(
    ("destination", "told"),
    [
        ("../x/", "'../x/' may be outside of this code"),
        ("/elsewhere/", "'/elsewhere/' may be outside of this code"),
        ("pkg/../x/", "may be outside of this code"),
        ("a b/", "'a b' is not an identifier"),
        ("class/", "'class' is a keyword"),
        (".x/", "a part of it is empty"),
        ("pkg/c.txt", "both must be files of Python"),
    ],
)
def test_a_path_that_can_not_be_one_of_a_module(
    make_repository: Callable[..., Any], destination: str, told: str
) -> None:
    with pytest.raises(InputError) as caught:
        move(make_repository({"pkg/__init__.py": "", "pkg/b.py": ""}).path, "pkg/b.py", destination)
    assert told in caught.value.message


@pytest.mark.parametrize(
    "destination", ["../x.py", "/elsewhere/x.py", "pkg/../x.py", "pkg/sub/../../x/"]
)
def test_a_file_outside_is_no_module_for_a_definition(
    make_repository: Callable[..., Any], destination: str
) -> None:
    with pytest.raises(InputError) as caught:
        move(make_repository(FILES).path, "pkg.b.Thing", destination)
    assert f"'{destination}' may be outside of this code" in caught.value.message


@pytest.mark.parametrize(
    ("old", "destination", "named"),
    [
        ("pkg.b.Thing", "src/pkg/fresh.py", "from pkg.fresh import Thing"),
        ("pkg.b.Thing", "./src//pkg/fresh.py", "from pkg.fresh import Thing"),
        ("pkg.b.Thing", "src/pkg/c.py", "from pkg.c import Thing"),
        ("pkg.b.Thing", "src/pkg/sub/", "from pkg.sub import Thing"),
        ("pkg.b.Thing", "src/pkg/there", "from pkg.there import Thing"),
        ("pkg.b", "src/pkg/sub/", "from pkg.sub.b import Thing"),
    ],
)
def test_a_path_is_the_module_that_it_is_imported_as(
    make_repository: Callable[..., Any], old: str, destination: str, named: str
) -> None:
    files = {
        "pyproject.toml": "[project]\nname = 'pkg'\n",
        "src/pkg/__init__.py": "",
        "src/pkg/sub/__init__.py": "",
        "src/pkg/b.py": "class Thing:\n    pass\n",
        "src/pkg/c.py": "X = 1\n",
        "src/pkg/use.py": "from pkg.b import Thing\n",
    }
    plan = move(make_repository(files).path, old, destination)
    changes = {change.path: change.new for change in plan.phases[0].changeset.changes}
    assert (changes["src/pkg/use.py"] or b"").decode() == f"{named}\n"


@pytest.mark.parametrize(
    ("destination", "made"),
    [
        (".", "b.py"),
        ("./", "b.py"),
        ("/", "b.py"),
        ("x//y/", "x/y/b.py"),
        ("./pkg/sub", "pkg/sub/b.py"),
    ],
)
def test_a_path_may_be_written_in_many_ways(
    make_repository: Callable[..., Any], destination: str, made: str
) -> None:
    files = {"pkg/__init__.py": "", "pkg/b.py": "x = 1\n", "pkg/sub/__init__.py": ""}
    plan = move(make_repository(files).path, "./pkg/b.py", destination)
    assert made in {change.path for change in plan.phases[0].changeset.changes}
