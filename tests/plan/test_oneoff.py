"""The plans of one-off refactors, over real repositories."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.codemod.users.user_codemod import parse_codemod
from onepath.config.migrate_toml import Config
from onepath.errors import InputError, RefusedError
from onepath.model import Note, Plan
from onepath.plan.oneoff import plan_codemod
from onepath.run import SerialExecutor, make_executor
from onepath.snapshot import open_snapshot
from onepath_packs.canonical.rename import plan_rename

EMPTY = parse_config("", "")
MOVED = {
    "pkg/__init__.py": "",
    "pkg/old.py": "class Manager:\n    pass\n",
    "pkg/new.py": "class Manager:\n    pass\n\n\nclass Other:\n    pass\n",
    "pkg/use.py": "from pkg.old import Manager\n\nManager()\n",
    "kept/use.py": "from pkg.old import Manager\n\nManager()\n",
    "other.py": "from pkg.elsewhere import Thing\n",
}
MISSING = {
    "pkg/gone.py": "from pkg.old import Manager\n\nMADE = Manager()\ndel Manager\n",
    "pkg/typed.py": "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
    "    from pkg.old import Manager\n",
}
"""Modules that seem to have a name."""
CODEMOD = """
import os
from libcst.codemod import VisitorBasedCodemodCommand

class Upper(VisitorBasedCodemodCommand):
    def leave_Name(self, original_node, updated_node):
        if updated_node.value == "boom":
            raise RuntimeError("boom")
        if updated_node.value == "die":
            os._exit(1)
        while updated_node.value == "forever":
            try:
                pass
            except Exception:
                pass
        if updated_node.value == "broken":
            return updated_node.with_changes(value="class")
        if updated_node.value == "odd":
            self.warn("this is odd")
        return updated_node.with_changes(value=updated_node.value.upper())
"""


@pytest.fixture(autouse=True)
def _same_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))


def rename(folder: Path, old: str, new: str, config: Config = EMPTY, **more: Any) -> Plan:
    return plan_rename(open_snapshot(folder), config, old, new, executor=SerialExecutor(), **more)


def changed(plan: Plan) -> dict[str, bytes | None]:
    (phase,) = plan.phases
    return {change.path: change.new for change in phase.changeset.changes}


# ------------------------------------------------------------------- rename


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("pkg.old.Manager", "pkg.new.Manger", "'pkg.new.Manger' does not exist: no such name"),
        (
            "pkg.new.Manger",
            "pkg.new.Nowhere",
            "'pkg.new.Manger' does not exist either; did you mean 'pkg.new.Manager'?",
        ),
        ("pkg.xyz", "pkg.Nowhere", "'pkg.Nowhere' does not exist: no such name"),
        ("pkg.xyz", "pkg.Nowhere", "'pkg.xyz' does not exist either"),
        ("qqq.xyz", "pkg.new.Manger", "did you mean 'pkg.new.Manager'?"),
        ("pkg.nwe.Thing", "pkg.Nowhere", "does not exist either; did you mean 'pkg.new'?"),
        ("pkg.old.Manager", "pkg.nwe.Manager", "did you mean 'pkg.new.Manager'?"),
        ("pkg.old", "pkg.new.Manager", "'pkg.old' is a module and 'pkg.new.Manager' is not"),
        ("pkg.old:Manager", "pkg.new.Manager", "write 'pkg.old.Manager'"),
        ("pkg..old", "pkg.class", "'class' is a keyword"),
        ("pkg.old.Manager", "pkg.gone.Manager", "its module removes the name while it is imported"),
        ("pkg.old.Manager", "pkg.typed.Manager", "has the name for type checkers alone"),
        ("pkg.new", "pkg.new", "is renamed to itself"),
        ("pkg", "pkg.new", "never come to an end"),
    ],
)
def test_a_rename_that_can_not_be_names_the_arguments(
    make_repository: Callable[..., Any], old: str, new: str, told: str
) -> None:
    with pytest.raises(InputError) as caught:
        rename(make_repository({**MOVED, **MISSING}).path, old, new)
    assert told in caught.value.message
    assert "migrate.toml" not in f"{caught.value.message} {caught.value.hint}"
    assert "`migrate move` takes definitions" in caught.value.hint


@pytest.mark.parametrize(
    ("source", "becomes"),
    [
        ("from pkg.old import *\n\nloads(Manager)\n", None),
        ("from pkg.old import *\n\nManager()\n", None),
        ("from pkg.old import *\n\nloads('1')\n", "from json import loads\n\nloads('1')\n"),
        ("from pkg.old import Manager\n\nManager()\n", None),
    ],
)
def test_nothing_is_read_from_a_module_outside_that_certainly_lacks_it(
    make_repository: Callable[..., Any], source: str, becomes: str | None
) -> None:
    old = "class Manager: ...\n\n\ndef loads(text): ...\n"
    folder = make_repository({"pkg/__init__.py": "", "pkg/old.py": old, "use.py": source}).path
    plan = rename(folder, "pkg.old", "json")
    assert changed(plan) == ({"use.py": becomes.encode()} if becomes else {})
    assert bool(plan.phases[0].changeset.refusals) == (becomes is None)


def test_a_rename_is_one_phase_with_its_own_branch(
    make_repository: Callable[..., Any], tmp_path: Path
) -> None:
    repository = make_repository(MOVED)
    for _ in range(2):  # the second time it is remembered
        plan = rename(repository.path, "pkg.old.Manager", "pkg.new.Other", cache_dir=tmp_path)
        (phase,) = plan.phases
        assert phase.branch == "migrate/rename/Manager-to-Other"
        assert phase.title == "Rename pkg.old.Manager to pkg.new.Other"
        assert [str(one) for one in phase.versions] == [
            "rename/v0000_pkg.old.Manager_to_pkg.new.Other"
        ]
        new = b"from pkg.new import Other\n\nOther()\n"
        assert changed(plan) == {"kept/use.py": new, "pkg/use.py": new}


def test_the_configuration_counts_but_for_its_renames(
    make_repository: Callable[..., Any],
) -> None:
    config = parse_config(
        'exclude = ["kept"]\n[imports]\n"pkg.elsewhere.Thing" = "pkg.new.Other"\n', "migrate.toml"
    )
    plan = rename(make_repository(MOVED).path, "pkg.old.Manager", "pkg.new.Manager", config)
    assert list(changed(plan)) == ["pkg/use.py"]
    (refusal,) = plan.phases[0].changeset.refusals
    assert (refusal.path, refusal.code) == ("kept/use.py", "excluded")


def test_a_path_that_nobody_uses_changes_nothing(make_repository: Callable[..., Any]) -> None:
    assert changed(rename(make_repository(MOVED).path, "pkg.gone.X", "pkg.new.Other")) == {}


# ---------------------------------------------------------------------- run


def run(
    folder: Path,
    codemod: Path,
    *globs: str,
    config: Config = EMPTY,
    jobs: int = 1,
    seconds: float = 0,
    **more: Any,
) -> Plan:
    named = parse_codemod(f"{codemod}:Upper", (), seconds)
    with make_executor(jobs) as executor:
        return plan_codemod(open_snapshot(folder), config, named, globs, executor=executor, **more)


@pytest.fixture
def codemod(tmp_path: Path) -> Path:
    path = tmp_path / "upper.py"
    path.write_text(CODEMOD)
    return path


@pytest.mark.parametrize(
    ("glob", "told"),
    [
        ("nothing/**", "'nothing/**' matches no Python file"),
        ("README.md", "'README.md' matches no Python file"),
        ("/nothing", "'/nothing' matches no Python file"),
        ("README.md/", "'README.md/' matches no Python file"),
    ],
)
def test_a_glob_that_matches_nothing_is_a_mistake(
    make_repository: Callable[..., Any], codemod: Path, glob: str, told: str
) -> None:
    folder = make_repository({"pkg/a.py": "a = 1\n", "README.md": "a\n"}).path
    with pytest.raises(InputError) as caught:
        run(folder, codemod, "pkg", glob)
    assert told in caught.value.message


def test_what_a_codemod_says_and_leaves_is_in_the_plan(
    make_repository: Callable[..., Any], codemod: Path
) -> None:
    folder = make_repository(
        {"a.py": "a = 1\n", "b.py": "odd = 1\n", "c.py": "boom\n", "d.pyi": "d: X\n", "e.py": "1\n"}
    ).path
    plan = run(folder, codemod, keep_going=True)
    assert changed(plan) == {"a.py": b"A = 1\n", "b.py": b"ODD = 1\n", "d.pyi": b"D: X\n"}
    (phase,) = plan.phases
    (refusal,) = phase.changeset.refusals
    assert (refusal.path, refusal.code) == ("c.py", "codemod-failed")
    assert refusal.reason == "RuntimeError: boom (upper.py:8)"
    assert plan.notes == (Note("b.py", "codemod-warning", "this is odd"),)
    assert (phase.branch, phase.title) == ("migrate/run/upper-py-Upper", "Run upper.py:Upper")
    assert plan.python_files == 5
    assert [len(change.edits) for change in phase.changeset.changes] == [1, 1, 1]


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("boom\n", "bad.py:1 RuntimeError: boom (upper.py:8)"),
        ("x = 1\nbroken\n", "bad.py:2 after the codemod: invalid syntax"),
        ("forever\n", "bad.py:1 it did not end within 2 seconds (upper.py:1"),
    ],
)
def test_a_codemod_that_fails_stops_everything_unless_it_is_to_keep_going(
    make_repository: Callable[..., Any], codemod: Path, text: str, told: str, jobs: int
) -> None:
    files = {f"m{number}.py": "a = 1\n" for number in range(60)}
    folder = make_repository({**files, "bad.py": text, "unreadable.py": "x = (\n"}).path
    with pytest.raises(RefusedError) as caught:
        run(folder, codemod, jobs=jobs, seconds=2)
    assert caught.value.message.startswith(f"upper.py:Upper failed on 1 of 62:\n{told}")
    assert "--keep-going" in caught.value.hint
    plan = run(folder, codemod, jobs=jobs, seconds=2, keep_going=True)
    assert changed(plan) == dict.fromkeys(files, b"A = 1\n")
    refused = {one.path for one in plan.phases[0].changeset.refusals}
    assert refused == {"bad.py", "unreadable.py"}


def test_only_files_that_have_a_word_are_read(
    make_repository: Callable[..., Any], codemod: Path
) -> None:
    files = {"a.py": "word = 1\n", "b.py": "words = 1\n", "c.py": "boom\n", "d.py": "x.more\n"}
    folder = make_repository(files).path
    plan = run(folder, codemod, containing=["word", "more"])
    assert changed(plan) == {"a.py": b"WORD = 1\n", "d.py": b"X.MORE\n"}


def test_globs_choose_and_the_configuration_excludes(
    make_repository: Callable[..., Any], codemod: Path
) -> None:
    files = {f"{folder}/{name}.py": "x = 1\n" for folder in ("a", "b") for name in ("one", "two")}
    folder = make_repository(files).path
    config = replace(EMPTY, exclude=("**/two.py",))
    assert list(changed(run(folder, codemod, "b/*.py", config=config))) == ["b/one.py"]
    assert list(changed(run(folder, codemod, "a", "b/two.py"))) == [
        "a/one.py",
        "a/two.py",
        "b/two.py",
    ]


def test_the_identity_is_the_codemods_source(
    make_repository: Callable[..., Any], codemod: Path
) -> None:
    folder = make_repository({"a.py": "a = 1\n"}).path
    (before,) = run(folder, codemod).phases[0].versions
    other = codemod.parent / "other" / codemod.name
    other.parent.mkdir()
    other.write_text(CODEMOD + "# edited\n")
    (after,) = run(folder, other).phases[0].versions
    assert (before.pack, before.number, before.name) == ("run", 0, "upper.py:Upper")
    assert before[:3] == after[:3]
    assert before.digest != after.digest


def test_many_files_in_several_processes_give_the_same_plan(
    make_repository: Callable[..., Any], codemod: Path
) -> None:
    files = {f"pkg/m{number}.py": f"x{number} = 1\n" for number in range(90)}
    folder = make_repository(files | {"pkg/bad.py": "boom\n"}).path
    assert run(folder, codemod, jobs=2, keep_going=True) == run(folder, codemod, keep_going=True)


def test_a_codemod_that_kills_its_process_fails_on_one_file(
    make_repository: Callable[..., Any], codemod: Path
) -> None:
    files = {f"pkg/m{number}.py": "x\n" for number in range(90)} | {"pkg/bad.py": "die\n"}
    with pytest.raises(RefusedError, match=r"pkg/bad\.py it ended the process"):
        run(make_repository(files).path, codemod, jobs=2)


def test_an_error_of_the_query_as_a_whole_comes_through_from_the_workers(
    make_repository: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "query.py").write_text("def query(paths):\n    return 3\n")
    files = {f"pkg/m{number}.py": "x\n" for number in range(90)}
    named = parse_codemod(f"bowler:{tmp_path}/query.py:query")
    folder = make_repository(files).path
    with make_executor(2) as executor, pytest.raises(InputError, match="gives int") as caught:
        plan_codemod(open_snapshot(folder), EMPTY, named, executor=executor)
    assert "returns the query" in caught.value.hint


def test_files_whose_content_is_missing_are_noted(
    make_repository: Callable[..., Any], codemod: Path
) -> None:
    repository = make_repository({"a.py": "a = 1\n", "b.py": "b = 1\n"})
    oid = repository.git("rev-parse", "HEAD:a.py")
    os.remove(repository.path / ".git" / "objects" / oid[:2] / oid[2:])
    os.remove(repository.path / "a.py")
    plan = run(repository.path, codemod)
    assert list(changed(plan)) == ["b.py"]
    assert [(note.path, note.kind) for note in plan.notes] == [("a.py", "missing-object")]


# ------------------------------------------------------- names of others, passed on

LENT = {
    "pkg/__init__.py": "",
    "pkg/base.py": "import asyncio\n\nFuture = asyncio.Future\n",
    "pkg/facade.py": "from pkg.base import Future\n",
    "use.py": "from pkg.base import Future\n\nprint(Future)\n",
    "used.py": "from pkg.facade import Future\n\nprint(Future)\n",
}


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("pkg.base.Future", "pkg.facade.Future", "use.py"),
        ("pkg.facade.Future", "pkg.base.Future", "used.py"),
    ],
)
def test_a_name_that_a_module_gives_to_an_attribute_of_another_is_a_destination(
    make_repository: Callable[..., Any], old: str, new: str, path: str
) -> None:
    module = new.rpartition(".")[0].encode()
    assert changed(rename(make_repository(LENT).path, old, new)) == {
        path: b"from " + module + b" import Future\n\nprint(Future)\n"
    }


@pytest.mark.parametrize("new", ["pkg.base.Future.result", "pkg.facade.asyncio"])
def test_what_no_module_binds_is_no_destination(
    make_repository: Callable[..., Any], new: str
) -> None:
    with pytest.raises(InputError, match=r"not a name of a module|does not exist"):
        rename(make_repository(LENT).path, "pkg.facade.Future", new)
