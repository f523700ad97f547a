"""`migrate fleet`: what it does for each repository is what the single command does."""

import json
import os
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from tests.conftest import Repository
from tests.fleet.conftest import FIRST, SHIMS, Fleet, refs

from onepath.land.file_lock import lock

Single = Callable[..., Any]


def test_a_dozen_repositories_get_what_the_single_commands_give(
    fleet: Fleet, single: Single
) -> None:
    repositories = [
        fleet.add(f"r{number:02}", {"lib/use.py": "from shop.old import Name\n" * number})
        for number in range(12)
    ]
    copies = [Repository(fleet.top / "copies" / one.path.name) for one in repositories]
    for one, copy in zip(repositories, copies, strict=True):
        shutil.rmtree(copy.path)
        shutil.copytree(one.path, copy.path)
    before = [one.state() for one in repositories]
    planned = fleet.json("plan").by_name
    assert [one.state() for one in repositories] == before
    assert list(planned) == [f"repos/{one.path.name}" for one in repositories]
    for one in repositories:
        assert planned[f"repos/{one.path.name}"]["result"] == single(one.path, "--dry-run")
    applied = fleet.json("apply", "--as-planned").by_name
    for one, copy in zip(repositories, copies, strict=True):
        assert applied[f"repos/{one.path.name}"]["result"] == single(copy.path, "apply")
    assert refs(repositories) == refs(copies)
    status = fleet.json("status").by_name
    for one in repositories:
        assert status[f"repos/{one.path.name}"]["result"] == single(one.path, "status")
    assert fleet("plan").out.endswith("\n12 repositories: 12 done\n")


def test_the_table_the_lines_and_the_chosen(fleet: Fleet) -> None:
    for name in ("app", "lib", "tool"):
        fleet.add(name)
    text = fleet("apply", "--only", "repos/[al]*").out
    assert text == (
        "repos/app  done  2 created\nrepos/lib  done  2 created\n\n2 repositories: 2 done\n"
    )
    lines = [json.loads(line) for line in fleet("plan", "--format", "jsonl").out.splitlines()]
    assert [line["name"] for line in lines] == ["repos/app", "repos/lib", "repos/tool"]
    assert fleet("plan", "--check", code=1).out.endswith("3 repositories: 3 done\n")


def test_only_what_was_shown_lands(fleet: Fleet) -> None:
    app, lib = fleet.add("app"), fleet.add("lib")
    fleet("plan")
    app.commit({"more.py": "from shop.old import Name\n"}, "more")
    later = fleet.add("later")
    done = fleet.json("apply", "--as-planned", code=3).by_name
    assert [one["code"] for one in done.values()] == [3, 3, 0]
    assert "last `plan`" in done["repos/later"]["reason"]
    assert FIRST not in "".join(refs([app, later]))
    assert FIRST in refs([lib])[0]


def test_what_is_left_alone_is_listed_and_the_others_go_on(fleet: Fleet) -> None:
    frozen, other = fleet.add("frozen"), fleet.add("other")
    fleet("apply")
    frozen.git("switch", "--quiet", FIRST)
    frozen.git("commit", "--quiet", "--amend", "--message", "mine")
    frozen.git("switch", "--quiet", "main")
    for one in (frozen, other):
        one.commit({"more.py": "from shop.old import Name\n"}, "more")
    done = fleet("apply", code=3).out
    assert "repos/frozen  failed (3)  1 diverged, 1 waiting\n" in done
    assert "repos/other   done        2 moved\n" in done


def test_a_run_does_not_disturb_another_one(fleet: Fleet) -> None:
    fleet.add("app")
    fleet("plan")
    descriptor = os.open(fleet.top / ".migrate-fleet" / "lock", os.O_RDWR)
    try:
        lock(descriptor)
        assert "another run works on the fleet" in fleet("plan", code=3).err
    finally:
        os.close(descriptor)
    fleet("plan")
    assert (fleet.top / ".migrate-fleet" / ".gitignore").read_text() == "*\n"


def test_one_configuration_for_all(fleet: Fleet) -> None:
    app = fleet.add("app")
    app.git("rm", "--quiet", "migrate.toml")
    app.commit(message="no configuration")
    fleet("plan", code=2)
    (fleet.top / "all.toml").write_text('[imports]\n"shop.old.Name" = "shop.new.Name"\n')
    fleet.write('config = "all.toml"\n[[repositories]]\npath = "repos/*"\n')
    fleet("apply")
    assert refs([app])[0].count("migrate/") == 1


def test_another_revision_is_planned_from(fleet: Fleet) -> None:
    app = fleet.add("app")
    app.git("branch", "release")
    app.commit({"more.py": "from shop.old import Name\n"}, "more")
    fleet.write('[[repositories]]\npath = "repos/app"\nrev = "release"\n')
    done = fleet.json("apply").by_name["repos/app"]["result"]
    assert done["base"] == app.git("rev-parse", "release")
    assert app.git("ls-tree", "-r", "--name-only", SHIMS, "more.py") == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "there are no [[repositories]]"),
        ("[[repositories]]\n", "exactly one of path, url, owner"),
        (
            '[[repositories]]\npath = "a"\nurl = "https://a.example/b"\n',
            "exactly one of path, url, owner",
        ),
        ("[[repositories]]\npath = 3\n", "repositories[0].path: expected a string"),
        ('[[repositories]]\npath = "a"\nbranch = "b"\n', "unknown key 'branch'"),
        ('[[repositories]]\nurl = "../a"\n', "'../a' is no address"),
        ('[[repositories]]\npath = "a"\nexclude = "b"\n', "exclude: expected a list"),
        ('[[repositories]]\nowner = "a b"\n', "'a b' is no owner"),
        ('[[repositories]]\nowner = "../a"\n', "'../a' is no owner"),
        ('[[repositories]]\nowner = "a"\nforge = "files"\n', "forge: expected one of github"),
        ('[[repositories]]\nowner = "a"\nforks = 1\n', "forks: expected true or false"),
        ('[[repositories]]\npath = "a"\nforks = true\n', "unknown key 'forks'"),
        ('folders = "a"\n[[repositories]]\npath = "a"\n', "fleet.toml:1: unknown key 'folders'"),
        ('seconds = 0\n[[repositories]]\npath = "a"\n', "a whole number from 1"),
        ('config = "a.toml"\n[[repositories]]\npath = "a"\n', "there is no file"),
        ("repositories = 3\n", "write each as a table"),
        ("[[repositories]\n", "fleet.toml:1: "),
    ],
)
def test_errors_of_the_file_are_told_with_their_lines(
    fleet: Fleet, text: str, problem: str
) -> None:
    fleet.write(text)
    assert problem in fleet("plan", code=2).err
    assert not (fleet.top / ".migrate-fleet").exists()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("plan", "--draft"), "--draft belongs to `migrate fleet FILE pr`"),
        (("apply", "--check"), "--check belongs to"),
        (("plan", "a.b"), "a NAME belongs to"),
        (("uses",), "uses needs the dotted path"),
        (("pr", "--forge", "files"), "--forge files is for one repository"),
        (("plan", "--rev", "main"), "--rev is said for each repository"),
        (("plan", "--only", "nothing"), "no repository of fleet.toml is chosen"),
    ],
)
def test_what_makes_no_sense_is_refused(
    fleet: Fleet, arguments: tuple[str, ...], problem: str
) -> None:
    fleet.add("app")
    assert problem in fleet(*arguments, code=2).err


def test_a_repository_counts_once_and_what_is_left_out_does_not(fleet: Fleet) -> None:
    for name in ("app", "lib", "old"):
        fleet.add(name)
    (fleet.top / "repos" / "notes").mkdir()
    fleet.write(
        '[[repositories]]\npath = "repos/app"\n[[repositories]]\npath = "**/*"\nexclude = ["old"]\n'
        '[[repositories]]\npath = "elsewhere/*"\n'
    )
    done = fleet.json("plan")
    assert list(done.by_name) == ["repos/app", "repos/lib"]
    assert 'path = "elsewhere/*" gives no repository' in done.err
