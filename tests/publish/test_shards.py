"""Parts of a phase: who is in which, which hold alone, which need another, and their branches."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.land.conftest import changed, phase, two_phases

from onepath.config.globs import Globs, literal_globs
from onepath.errors import RefusedError
from onepath.model import Changeset, FileChange, Phase
from onepath.publish.publish import Choices
from onepath.publish.shards.partition import by_folder, by_owners, by_size
from onepath.publish.shards.planned import ShardPlan, split_phase
from onepath.publish.shards.shard_branches import land_shards, shard_parts
from onepath.publish.shards.sharding import sharded

PATHS = st.lists(
    st.lists(st.sampled_from(["a", "b", "ü", "a b", "A"]), min_size=1, max_size=3).map("/".join),
    min_size=1,
    unique=True,
)


# ---------------------------------------------------------------- who with whom


@given(PATHS, st.integers(1, 4))
def test_every_file_is_in_one_part(paths: list[str], size: int) -> None:
    owners = {path: ("@" + path[:1],) if path[:1] != "b" else () for path in paths}
    for shards in (by_folder(paths), by_size(paths, size), by_owners(owners)):
        assert sorted(path for group in shards.values() for path in group) == sorted(paths)
        assert all(shards.values())
        assert len({name.lower() for name in shards}) == len(shards)
        for name in shards:
            assert name.startswith("part-")
            assert name.isascii()
    assert max(map(len, by_size(paths, size).values())) <= size


def test_owners_are_told_apart() -> None:
    shards = by_owners(
        {"a": ("@x/y",), "b": ("@x", "@y"), "c": (), "d": ("@y", "@x"), "e": ("@x-y",)}
    )
    assert sorted(map(list, shards.values())) == [["a"], ["b", "d"], ["c"], ["e"]]
    assert "part-unowned" in shards


def test_folders_are_those_where_the_ways_part() -> None:
    shards = by_folder(["src/pkg/a/x.py", "src/pkg/b/y.py", "src/pkg/z.py"])
    assert shards == {
        "part-src-pkg": ["src/pkg/z.py"],
        "part-src-pkg-a": ["src/pkg/a/x.py"],
        "part-src-pkg-b": ["src/pkg/b/y.py"],
    }
    assert list(by_folder(["a.py", "b.py"])) == ["part-top"]


# --------------------------------------------------------------- which of them hold


def each(plan: Callable[[Any, Sequence[str]], Phase | None]) -> ShardPlan:
    """What plans several times, from what plans once."""
    return lambda below, several: [plan(below, left_alone) for left_alone in several]


class World:
    """A phase whose files need others, as `needs` says: path -> paths."""

    def __init__(self, files: str, needs: Mapping[str, str]) -> None:
        changes = [changed(path, b"x = a\n", b"a", b"b") for path in files]
        self.phase = phase(1, "one", changes)
        self.needs = needs
        self.asked: list[tuple[str, str]] = []

    def plan(self, below: Sequence[FileChange], left_alone: Sequence[str]) -> Phase | None:
        done = {change.path for change in below}
        rest = {c.path for c in self.phase.changeset.changes} - done - set(left_alone)
        self.asked.append(("".join(sorted(done)), "".join(sorted(rest))))
        while True:
            failing = {path for path in rest if not set(self.needs.get(path, "")) <= rest | done}
            if not failing:
                break
            rest -= failing
        changes = tuple(c for c in self.phase.changeset.changes if c.path in rest)
        return replace(self.phase, changeset=Changeset(changes, ())) if changes else None

    def split(self, *groups: str) -> dict[str, tuple[str, str]]:
        shards = {group: list(group) for group in groups}
        done = split_phase(self.phase, shards, each(self.plan), lambda _: None)
        return {
            shard.name: ("".join(c.path for c in shard.phase.changeset.changes), shard.needs)
            for shard in done
        }


def test_parts_that_need_nobody() -> None:
    assert World("abcd", {"a": "b"}).split("ab", "cd") == {"ab": ("ab", ""), "cd": ("cd", "")}


def test_a_part_that_needs_one_is_made_on_it() -> None:
    assert World("abcd", {"c": "a"}).split("ab", "cd") == {"ab": ("ab", ""), "cd": ("cd", "ab")}


def test_parts_that_need_each_other_are_one() -> None:
    done = World("abcdef", {"c": "a", "a": "d"}).split("ab", "cd", "ef")
    assert done == {"ab": ("abcd", ""), "ef": ("ef", "")}


def test_a_part_that_needs_two_is_put_together_with_them() -> None:
    done = World("abcdef", {"e": "ac"}).split("ab", "cd", "ef")
    assert sorted("".join(sorted(paths)) for paths, _ in done.values()) != []
    covered = "".join(sorted("".join(paths for paths, _ in done.values())))
    assert covered == "abcdef"
    for paths, needs in done.values():
        if "e" in paths:
            assert {"a", "c"} <= set(paths) | set(done[needs][0] if needs else "")


def test_all_that_hangs_together_is_the_whole_phase() -> None:
    world = World("abc", {"a": "b", "b": "c", "c": "a"})
    assert list(world.split("a", "b", "c").values()) == [("abc", "")]


def test_what_a_part_needs_is_found_by_halves() -> None:
    files = "abcdefghijklmnopqrstuvwxyz"
    world = World(files, {"z": "w"})
    assert world.split(*files)["z"] == ("z", "w")
    # Each once alone, `z` on all others, on halves of them, and on the one.
    assert len(world.asked) <= len(files) + 7
    assert len(set(world.asked)) == len(world.asked)


def test_a_part_that_needs_several_is_put_together_with_no_other() -> None:
    done = World("abcdefgh", {"h": "be"}).split(*"abcdefgh")
    assert {paths for paths, _ in done.values()} >= {"a", "c", "d", "f", "g"}


@given(st.dictionaries(st.sampled_from("abcdef"), st.text("abcdef", max_size=2)))
def test_whatever_needs_what(needs: dict[str, str]) -> None:
    """All files are in a part, and each part has what it needs in itself or below."""
    done = World("abcdef", needs).split("a", "b", "cd", "ef")
    assert "".join(sorted("".join(paths for paths, _ in done.values()))) == "abcdef"
    for paths, below in done.values():
        there = set(paths) | set(done[below][0] if below else "")
        assert not below or not done[below][1]
        assert all(set(needs.get(path, "")) <= there for path in paths)


def test_another_text_than_the_phase_s_is_not_the_part() -> None:
    world = World("ab", {})
    real = world.plan

    def plan(below: Any, left_alone: Any) -> Phase | None:
        planned = real(below, left_alone)
        if planned is None or "b" not in left_alone:
            return planned
        other = tuple(replace(c, new=b"x = c\n") for c in planned.changeset.changes)
        return replace(planned, changeset=Changeset(other, ()))

    done = split_phase(world.phase, {"a": ["a"], "b": ["b"]}, each(plan), lambda _: None)
    assert [shard.name for shard in done] == ["b", "a"]
    assert done[1].needs == "b"


def test_what_lies_below_is_part_of_what_is_planned_on() -> None:
    first, second = two_phases()
    seen = []

    def replan(changes: Mapping[str, bytes | None], alone: Any) -> Any:
        seen.append((set(changes), sorted(alone)))
        kept = tuple(c for c in second.changeset.changes if c.path not in alone)
        return replace(second, changeset=Changeset(kept, ()))

    from tests.publish.test_body import part_of

    part = part_of(second, below=first.branch)
    shards = {"part-a": ["pkg/old.py"], "part-b": ["run.py"]}
    under = {change.path: change.new for change in first.changeset.changes}
    parts = sharded(part, under, shards, each(replan), lambda _: None)
    assert [(one.shard, one.below) for one in parts] == [
        ("part-a", first.branch),
        ("part-b", first.branch),
    ]
    assert seen == [({*under}, ["run.py"]), ({*under}, ["pkg/old.py"])]


@given(st.text(min_size=1).filter(lambda text: "\0" not in text))
def test_globs_match_their_paths(path: str) -> None:
    assert Globs(literal_globs([path])).match(path)


# ------------------------------------------------------------------- their branches


@pytest.fixture
def parts(hub: Any) -> Any:
    [first, _] = hub.parts()
    names = [change.path for change in first.phase.changeset.changes]

    def replan(changes: Any, alone: Sequence[str]) -> Phase | None:
        """`run.py` can only change after or with `pkg/crlf.py`."""
        kept = [c for c in first.phase.changeset.changes if c.path not in {*alone, *changes}]
        if "pkg/crlf.py" in alone:
            kept = [c for c in kept if c.path != "run.py"]
        return replace(first.phase, changeset=Changeset(tuple(kept), ())) if kept else None

    shards = {"part-pkg": [n for n in names if n != "run.py"], "part-top": ["run.py"]}
    return sharded(first, {}, shards, each(replan), lambda _: None)


def test_shards_have_branches_of_their_own(hub: Any, parts: Any) -> None:
    base = hub.plan.commit
    before = hub.project.state()
    done = land_shards(hub.repository, parts, base)
    own = "migrate/demo/01-canonical-imports.parts"
    assert [part.branch for part in done] == [f"{own}/part-pkg", f"{own}/part-top"]
    assert hub.project.git("rev-parse", f"{own}/part-pkg^") == base
    assert hub.project.state()[:-1] == before[:-1]
    message = hub.project.git("log", "-1", "--format=%B", f"{own}/part-top")
    assert message.startswith("Take canonical-imports to one path (part-top)\n")
    assert message.endswith("\nMigrate-Shard: part-top")
    # The second needs the first, and both together are the phase.
    assert hub.project.git("rev-parse", f"{own}/part-top^") == done[0].commit
    assert hub.project.git("rev-parse", f"{own}/part-top^{{tree}}") == hub.project.git(
        "rev-parse", "migrate/demo/01-canonical-imports^{tree}"
    )
    again = land_shards(hub.repository, parts, base)
    assert again == done


def test_shards_move_with_their_base_and_not_over_people(hub: Any, parts: Any) -> None:
    done = land_shards(hub.repository, parts, hub.plan.commit)
    later = hub.project.commit({"other.txt": "x"}, "main moves")
    moved = land_shards(hub.repository, parts, later)
    assert hub.project.git("rev-parse", f"{moved[0].branch}~") == later
    assert {part.commit for part in moved}.isdisjoint(part.commit for part in done)
    hub.project.git("switch", "--quiet", moved[0].branch)
    theirs = hub.project.commit({"mine.txt": "x"}, "mine")
    hub.project.git("switch", "--quiet", "main")
    with pytest.raises(RefusedError, match="its last commit is not of this tool"):
        land_shards(hub.repository, parts, hub.plan.commit)
    assert hub.project.git("rev-parse", moved[0].branch) == theirs


def test_shards_get_pull_requests_of_their_own(hub: Any, parts: Any) -> None:
    landed = land_shards(hub.repository, parts, hub.plan.commit)
    done = hub.publish(Choices(), parts=landed)
    assert done.stack == "none"
    first, second = hub.github.open_pulls()
    assert [first["base"], second["base"]] == ["main", landed[1].below or "main"]
    assert first["title"] == "Take canonical-imports to one path (part-pkg)"
    assert "It is the part `part-pkg` of the phase `canonical-imports`" in first["body"]
    assert [one.status for one in hub.publish(parts=landed).parts] == ["unchanged"] * 2


def test_the_names_of_parts() -> None:
    from tests.publish.test_body import part_of

    from onepath.publish.shards.planned import Shard

    one = two_phases()[0]
    made = shard_parts(part_of(one), [Shard("part-a", one), Shard("part-b", one, needs="part-a")])
    assert [part.below for part in made] == ["", f"{one.branch}.parts/part-a"]
