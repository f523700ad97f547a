"""Repositories that are broken, each in its own way: each is told, and no other notices."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Repository
from tests.fleet.conftest import FIRST, Fleet, refs

_PACK = "from onepath.codemod import Pack\n\nPACK = Pack('{name}', ())\n"
_NAMED = 'packs = ["canonical", "packs/{name}"]\n'


def with_pack(fleet: Fleet, name: str, code: str) -> Repository:
    """A repository with a pack of its own, whose code runs when it is planned."""
    config = _NAMED.format(name=name) + '[imports]\n"shop.old.Name" = "shop.new.Name"\n'
    pack = f"{code}\n{_PACK.format(name=name)}"
    return fleet.add(name, {"migrate.toml": config, f"packs/{name}/__init__.py": pack})


def breaking(fleet: Fleet) -> dict[str, tuple[int, str]]:
    """Break ten repositories; what is to be said of each, by name."""
    fleet.write(
        '[[repositories]]\npath = "repos/*"\n'
        '[[repositories]]\npath = "gone"\n'
        '[[repositories]]\npath = "plain"\n'
        '[[repositories]]\npath = "repos/healthy1/shop"\n'
        '[[repositories]]\nurl = "file:///nowhere/at/all.git"\n'
    )
    (fleet.top / "plain").mkdir()
    shutil.rmtree(fleet.add("headless").path / ".git" / "refs")
    (fleet.add("headless2").path / ".git" / "HEAD").unlink()
    Repository(fleet.top / "repos" / "empty")
    fleet.add("wrong", {"migrate.toml": "[import]\n"})
    bare = fleet.add("unconfigured")
    bare.git("rm", "--quiet", "migrate.toml")
    bare.commit(message="no configuration")
    damaged = fleet.add("damaged")
    tree = damaged.git("rev-parse", "HEAD^{tree}")
    (damaged.path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    with_pack(fleet, "killed", "import os\nos.kill(os.getpid(), 9)")
    with_pack(fleet, "raising", "raise RuntimeError('not today')")
    return {
        "gone": (2, "no such file or folder"),
        "plain": (2, "not a git repository"),
        "repos/healthy1/shop": (2, "inside of the repository"),
        "nowhere/at/all": (4, "git fetch failed"),
        "repos/headless": (2, "git can't use the repository"),
        "repos/headless2": (2, "git can't use the repository"),
        "repos/empty": (2, "no commit yet"),
        "repos/wrong": (2, "unknown key 'import'"),
        "repos/unconfigured": (2, "neither migrate.toml nor"),
        "repos/damaged": (4, "failed"),
        "repos/killed": (4, "ended without a result"),
        "repos/raising": (2, "not today"),
    }


def test_what_is_broken_is_listed_with_its_reason_and_stops_nobody(fleet: Fleet) -> None:
    healthy = [fleet.add(f"healthy{number}") for number in (1, 2)]
    expected = breaking(fleet)
    done = fleet.json("apply", code=4).by_name
    assert {name for name, one in done.items() if one["code"] == 0} == {
        "repos/healthy1",
        "repos/healthy2",
    }
    assert {name: one["code"] for name, one in done.items() if one["code"]} == {
        name: code for name, (code, _) in expected.items()
    }
    for name, (_, reason) in expected.items():
        assert reason in done[name]["reason"], name
    assert all(FIRST in one for one in refs(healthy))
    assert fleet("status", code=4).out.endswith("\n14 repositories: 2 done, 12 failed\n")


def test_a_repository_that_takes_too_long_is_ended(fleet: Fleet, tmp_path: Path) -> None:
    fleet.write('seconds = 1\n[[repositories]]\npath = "repos/stuck"\n')
    with_pack(fleet, "stuck", f"import os\nos.mkfifo('{tmp_path}/w')\nopen('{tmp_path}/w').read()")
    done = fleet.json("plan", code=4).by_name["repos/stuck"]
    assert done["reason"] == "it took longer than 1 seconds and was ended"


def test_a_defect_is_told_as_one_and_its_traceback_is_kept(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.add("app")

    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("onepath_cli.fleet.jobs.show_status", broken)
    one = fleet.json("status", code=70).by_name["repos/app"]
    assert "a defect of onepath" in one["reason"]
    trace = Path(one["reason"].rpartition("traceback: ")[2])
    assert "ZeroDivisionError: ours" in trace.read_text()
    assert os.path.commonpath([trace, fleet.temporary]) == str(fleet.temporary)
