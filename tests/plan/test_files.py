"""Files that are not plain text in a plain place: handled or listed, never mangled or silent."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.model import Plan
from onepath.plan.planner import make_plan
from onepath.run import SerialExecutor
from onepath.snapshot import open_snapshot
from onepath_packs.websocket import PACK

CONFIG = '[imports]\n"pkg.old.Name" = "pkg.new.Name"\n'
WORLD = {
    "pkg/__init__.py": "",
    "pkg/new.py": "class Name:\n    pass\n",
    "pkg/old.py": "from pkg.new import Name\n",
}
USE = "from pkg.old import Name\n"
USED = b"from pkg.new import Name\n"
LFS_POINTER = (
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)

Make = Callable[..., Any]


def plan_of(path: Path, rev: str = "HEAD", config: str = CONFIG) -> Plan:
    parsed = parse_config(config, "migrate.toml")
    return make_plan(
        open_snapshot(path, rev), parsed, {"websocket": PACK}, executor=SerialExecutor()
    )


def changes_of(plan: Plan) -> dict[str, bytes | None]:
    return {change.path: change.new for phase in plan.phases for change in phase.changeset.changes}


def refusals_of(plan: Plan) -> set[tuple[str, int, str]]:
    return {
        (refusal.path, refusal.line, refusal.code)
        for phase in plan.phases
        for refusal in phase.changeset.refusals
    }


def test_a_file_that_does_not_parse_is_a_refusal_of_the_phase(make_repository: Make) -> None:
    repository = make_repository({**WORLD, "app.py": f"{USE}\nprint(\n", "other.py": "Name = (\n"})
    plan = plan_of(repository.path)
    (refusal,) = plan.phases[0].changeset.refusals
    assert (refusal.path, refusal.line, refusal.code) == ("app.py", 3, "unparseable")
    assert "'(' was never closed" in refusal.reason
    assert "pkg.old.Name" in refusal.reason


def test_an_excluded_file_that_does_not_parse_is_not_listed(make_repository: Make) -> None:
    repository = make_repository({**WORLD, "vendor/app.py": f"{USE}\nprint(\n"})
    config = f'exclude = ["vendor/**"]\n{CONFIG}'
    assert refusals_of(plan_of(repository.path, config=config)) == set()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"# caf\xe9\nfrom pkg.old import Name\n", 1),
        (b"# coding: no-such\nfrom pkg.old import Name\n", 1),
        (b"from pkg.old import Name\nx = '\0'\n", 2),
        ("from pkg.old import Name\n".encode("utf-16"), 0),
    ],
    ids=["not-utf-8", "unknown-cookie", "null-byte", "utf-16"],
)
def test_bytes_that_python_does_not_read(make_repository: Make, content: bytes, line: int) -> None:
    repository = make_repository({**WORLD, "app.py": content})
    plan = plan_of(repository.path)
    assert changes_of(plan) == {}
    # UTF-16 holds no ASCII word, and no Python reads it: nothing in it can be an import.
    assert refusals_of(plan) == ({("app.py", line, "unparseable")} if line else set())


def test_a_symlink_is_not_followed_and_is_noted(make_repository: Make) -> None:
    repository = make_repository({**WORLD, "real.py": USE})
    (repository.path / "link.py").symlink_to("real.py")
    (repository.path / "gone.py").symlink_to("nowhere.py")
    repository.commit()
    for rev in ("HEAD", "WORKTREE"):
        plan = plan_of(repository.path, rev)
        assert changes_of(plan) == {"real.py": USED}
        assert {(note.path, note.kind) for note in plan.notes} == {
            ("link.py", "symlink"),
            ("gone.py", "symlink"),
        }


def test_a_submodule_is_another_repository_and_is_noted(make_repository: Make) -> None:
    inner = make_repository({"use.py": USE})
    repository = make_repository({**WORLD, "app.py": USE})
    repository.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "sub"
    )
    repository.commit()
    for rev in ("HEAD", "WORKTREE"):
        plan = plan_of(repository.path, rev)
        assert changes_of(plan) == {"app.py": USED}
        assert [(note.path, note.kind) for note in plan.notes] == [("sub", "submodule")]


def test_a_git_lfs_pointer_is_listed(make_repository: Make) -> None:
    repository = make_repository({**WORLD, "app.py": USE, "big.py": LFS_POINTER})
    plan = plan_of(repository.path)
    assert changes_of(plan) == {"app.py": USED}
    (found,) = plan.unparseable
    assert (found.path, found.line) == ("big.py", 1)
    assert "Git LFS" in found.reason


def test_a_file_of_50000_lines_changes_in_its_places_only(make_repository: Make) -> None:
    lines = [f"value_{number} = {number}" for number in range(50_000)]
    lines[0] = "from pkg.old import Name"
    lines[25_000] = "from pkg.old import Name as Middle"
    lines[49_999] = "print(Name, Middle)"
    repository = make_repository({**WORLD, "large.py": "\n".join(lines)})
    plan = plan_of(repository.path)
    expected = "\n".join(lines).replace("pkg.old", "pkg.new").encode()
    assert changes_of(plan) == {"large.py": expected}
    assert [edit.line for edit in plan.phases[0].changeset.changes[0].edits] == [1, 25_001]


def test_names_with_spaces_quotes_and_other_scripts(make_repository: Make) -> None:
    names = ["my scripts/run it.py", 'say "hi".py', "größe/naïve.py", "a\tb.py", "-dash.py"]
    repository = make_repository({**WORLD, **dict.fromkeys(names, USE)})
    for rev in ("HEAD", "WORKTREE"):
        plan = plan_of(repository.path, rev)
        assert changes_of(plan) == dict.fromkeys(names, USED)
        assert plan.notes == ()


def test_a_name_that_is_not_utf_8_is_changed_or_noted(make_repository: Make) -> None:
    repository = make_repository(WORLD)
    for name, content in ((b"caf\xe9.py", USE), (b"th\xe9.py", "")):
        with open(os.fsencode(repository.path) + b"/" + name, "w") as file:
            file.write(content)
    repository.commit()
    for rev in ("HEAD", "WORKTREE"):
        plan = plan_of(repository.path, rev)
        assert changes_of(plan) == {"caf\udce9.py": USED}
        assert ("th\udce9.py", "odd-name") in {(note.path, note.kind) for note in plan.notes}


def test_the_mode_of_an_executable_script_is_kept(make_repository: Make) -> None:
    repository = make_repository({**WORLD, "run.py": f"#!/usr/bin/env python3\n{USE}"})
    (repository.path / "run.py").chmod(0o755)
    repository.commit()
    (change,) = plan_of(repository.path).phases[0].changeset.changes
    assert change.mode == 0o100755
    assert change.new == b"#!/usr/bin/env python3\n" + USED


def test_an_empty_file_and_one_of_comments_are_nothing(make_repository: Make) -> None:
    repository = make_repository(
        {**WORLD, "empty.py": "", "words.py": "# from pkg.old import Name"}
    )
    plan = plan_of(repository.path)
    assert changes_of(plan) == {}
    assert refusals_of(plan) == set()
    assert plan.unparseable == ()


def test_a_sparse_work_tree_gives_the_files_of_the_revision(make_repository: Make) -> None:
    repository = make_repository({**WORLD, "kept/app.py": USE, "away/app.py": USE})
    repository.git("sparse-checkout", "set", "--cone", "pkg", "kept")
    assert not (repository.path / "away").exists()
    assert changes_of(plan_of(repository.path)) == {"kept/app.py": USED, "away/app.py": USED}
    in_tree = plan_of(repository.path, "WORKTREE")
    listed = {note.path for note in in_tree.notes}
    assert changes_of(in_tree).keys() | listed >= {"kept/app.py", "away/app.py"}
