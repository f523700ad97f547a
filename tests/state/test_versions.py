"""`stamp`, `heads` and plans by their hash."""

import re
from pathlib import Path
from typing import Any

import pytest
from tests.made_codemods import made

from onepath.codemod.packs.pack import Pack
from onepath.errors import InputError
from onepath.state.applied.heads import Head, forks, heads, named_versions

FIRST_FILE = ".migrate/ledger/websocket/0001_canonical_imports.toml"


def plan(*_: Any) -> Any:
    raise AssertionError


def pack(*versions: tuple[int, str]) -> Pack:
    return Pack(
        "made", tuple(made(number, name, "phase", "Title", plan) for number, name in versions)
    )


# ----------------------------------------------------------------------- heads


def test_the_newest_version_is_the_head() -> None:
    assert heads([pack((1, "a"), (2, "b"))]) == [Head("made", 2, "made/v0002_b", True)]
    assert heads([pack((1, "a"), (2, "b"))], ["made/v0001_a", "nonsense"]) == [
        Head("made", 2, "made/v0002_b", True)
    ]


@pytest.mark.parametrize(
    ("versions", "applied", "found"),
    [
        ([(1, "a"), (2, "b"), (2, "c")], [], ["made/v0002_b", "made/v0002_c"]),
        ([(1, "a"), (1, "b"), (2, "c")], [], ["made/v0001_a", "made/v0001_b", "made/v0002_c"]),
        ([(1, "a"), (2, "b")], ["made/v0002_theirs"], ["made/v0002_b", "made/v0002_theirs"]),
    ],
)
def test_versions_that_follow_the_same_one_are_two_heads(
    versions: list[tuple[int, str]], applied: list[str], found: list[str]
) -> None:
    several = heads([pack(*versions)], applied)
    assert [head.version for head in several] == found
    assert list(forks(several)) == ["made"]


def test_a_ledger_of_a_pack_that_is_not_here_is_no_fork() -> None:
    several = heads([pack((1, "a"))], ["other/v0003_x", "other/v0002_w"])
    assert [(head.version, head.known) for head in several] == [
        ("made/v0001_a", True),
        ("other/v0003_x", False),
    ]
    assert forks(several) == {}


@pytest.mark.parametrize("name", ["2", "0002", "v2", "v0002", "b", "v0002_b", "made/v0002_b"])
def test_a_version_has_many_names(name: str) -> None:
    [found] = named_versions(pack((1, "a"), (2, "b")), name)
    assert str(found) == "made/v0002_b"


def test_all_of_a_phase_and_all() -> None:
    whole = pack((1, "a"), (2, "b"))
    assert len(named_versions(whole, "head")) == len(named_versions(whole, "phase")) == 2
    with pytest.raises(InputError, match="no version 'c' in the pack 'made'") as caught:
        named_versions(whole, "c")
    assert caught.value.hint == "versions: v0001_a, v0002_b"


def test_heads_of_a_repository(landed: Any) -> None:
    assert landed.migrate("heads", "--check") == "websocket/v0006_canonical_events (head)\n"
    other = "# x\nversion = 'websocket/v0006_theirs'\nhash = 'x'\n"
    landed.repository.commit({".migrate/ledger/websocket/0006_theirs.toml": other})
    text = landed.migrate("heads")
    assert "websocket/v0006_theirs (head), only in the ledger\n" in text
    assert "the pack 'websocket' has 2 heads" in text
    document = landed.json("heads", "--check", "--format", "json", code=1)
    assert document["forks"] == {
        "websocket": ["websocket/v0006_canonical_events", "websocket/v0006_theirs"]
    }


# ----------------------------------------------------------------------- stamp


def test_a_stamped_version_is_not_planned(world: Any) -> None:
    assert world.migrate("stamp", "factories") == (
        "wrote    .migrate/ledger/websocket/0002_collapse_factories.toml\ncommit it\n"
    )
    assert world.git("diff", "--cached", "--name-only") == ""
    assert world.statuses() == ["pending", "merged", "pending"]
    world.repository.commit()
    phase = world.status()["factories"]
    assert phase["known"]["ledger"] == "stamped"
    assert "somebody stamped it as applied, so it is not planned" in phase["remarks"]
    assert list(world.apply()) == ["01", "03"]
    assert world.migrate("stamp", "2", "--remove").startswith("removed  .migrate/")
    assert world.statuses()[1] == "pending"
    assert "nothing to do" in world.migrate("stamp", "2", "--remove")


def test_a_stamp_goes_nowhere_else(world: Any, tmp_path: Path) -> None:
    (world.path / ".migrate").symlink_to(tmp_path)
    assert "is a link" in world.migrate("stamp", "1", code=2)
    (world.path / ".migrate").unlink()
    config = (world.path / "migrate.toml").read_text()
    (world.path / "migrate.toml").write_text("ledger = false\n" + config)
    assert "keeps no ledger" in world.migrate("stamp", "1", code=2)
    assert sorted(tmp_path.iterdir()) == [world.path]
    bare = tmp_path / "bare.git"
    world.git("clone", "--quiet", "--bare", ".", str(bare))
    assert "is bare" in world.migrate("stamp", "1", code=2, repo=bare)


@pytest.mark.parametrize("arguments", [(), ("1", "--rebuild"), ("--rebuild", "--remove")])
def test_options_of_stamp_that_contradict(world: Any, arguments: tuple[str, ...]) -> None:
    assert "--rebuild" in world.migrate("stamp", *arguments, code=2)


def test_the_ledger_is_rebuilt_from_the_history(landed: Any) -> None:
    landed.git("merge", "--quiet", "--ff-only", landed.SECOND)
    landed.git("rm", "--quiet", "-r", ".migrate")
    landed.git("commit", "--quiet", "--message", "lost")
    [remark] = landed.status()["canonical-imports"]["remarks"]
    assert "migrate stamp --rebuild" in remark
    document = landed.json("stamp", "--rebuild", "--format", "json")
    assert [one["path"] for one in document["files"]] == [
        FIRST_FILE,
        ".migrate/ledger/websocket/0002_collapse_factories.toml",
    ]
    landed.repository.commit()
    assert landed.git("diff", "--stat", landed.SECOND) == ""
    assert landed.status()["canonical-imports"]["known"]["ledger"] == "applied"


def test_a_repository_without_a_ledger(world: Any) -> None:
    config = (world.path / "migrate.toml").read_text()
    world.repository.commit({"migrate.toml": "ledger = false\n" + config})
    world.apply()
    assert ".migrate" not in world.git("ls-tree", "--name-only", world.THIRD)
    world.git("merge", "--quiet", "--ff-only", world.FIRST)
    assert world.statuses() == ["merged", "landed", "landed"]


def test_the_ledger_is_in_what_is_shown(world: Any, tmp_path: Path) -> None:
    shown = world.migrate("--dry-run", "--phase", "canonical-imports", "--patch", str(tmp_path))
    assert f"+++ b/{FIRST_FILE}" in shown
    [phase] = world.json("--dry-run", "--phase", "canonical-imports", "--format", "json")["phases"]
    assert phase["ledger"] == [FIRST_FILE]
    assert phase["files_changed"] == 2
    assert f"+++ b/{FIRST_FILE}" in (tmp_path / "0001-canonical-imports.patch").read_text()
    world.migrate("apply", "--worktree")
    assert (world.path / FIRST_FILE).read_text().count("\n") == 3


# ------------------------------------------------------------------- plan hash


def test_a_plan_lands_by_its_hash_and_no_other_does(world: Any) -> None:
    wanted = world.json("--dry-run", "--format", "json")["hash"]
    assert f"plan {wanted}\n" in world.migrate("--dry-run", "--format", "stat")
    assert re.fullmatch(r"[0-9a-f]{64}", wanted)
    before = world.repository.state()
    for wrong in ("0" * 64, wanted[:7], wanted + "0", ""):
        assert "is not what would land now" in world.migrate("apply", "--plan", wrong, code=3)
    assert world.repository.state() == before
    assert world.json("apply", "--plan", wanted, "--format", "json")["hash"] == wanted
    assert world.apply("--plan", wanted[:12]) == {
        "01": "unchanged",
        "02": "unchanged",
        "03": "unchanged",
    }


@pytest.mark.parametrize(
    "change",
    [
        {"notes.txt": "another base"},
        {"migrate.toml": '[imports]\n"pkg.old.Manager" = "pkg.new.Manager"\n'},
    ],
)
def test_a_plan_of_another_base_or_configuration_is_another(
    world: Any, change: dict[str, str]
) -> None:
    wanted = world.json("--dry-run", "--format", "json")["hash"]
    world.repository.write(change)
    if "notes.txt" in change:
        world.repository.commit()
    world.migrate("apply", "--plan", wanted, code=3)
    world.migrate("apply", "--worktree", "--plan", wanted, code=3)
    assert world.git("branch", "--list", "migrate/*") == ""


def test_a_persons_commit_makes_another_plan_of_what_is_above(landed: Any) -> None:
    wanted = landed.json("--dry-run", "--format", "json")["hash"]
    more = {"more.py": "from pkg.make import make_manager\n\nprint(make_manager())\n"}
    landed.commit_on(landed.FIRST, more)
    landed.migrate("apply", "--plan", wanted, code=3)
