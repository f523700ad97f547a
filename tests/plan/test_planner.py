from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.made_codemods import changed, made

from onepath.codemod.outcome import Proposal
from onepath.codemod.packs.code_digest import version_digest
from onepath.codemod.packs.configuration import parse_config
from onepath.codemod.packs.installed import load_packs
from onepath.codemod.packs.pack import Pack
from onepath.config.migrate_toml import Config
from onepath.config.tables.phases import VersionNumber
from onepath.errors import InputError
from onepath.facts.prefilter.words import Needles
from onepath.facts.store.cache import FactsCache
from onepath.facts.store.fact_store import FactStore
from onepath.model import Edit, FileChange, Plan
from onepath.plan import planner
from onepath.plan.planner import make_plan
from onepath.proof.declared import Declared
from onepath.run.serial import SerialExecutor
from onepath.snapshot import GitTree, Repository
from onepath.symbols.world import World

FILES = {
    "p/__init__.py": "",
    "p/new.py": "class Manager: pass\ndef make(): pass\n",
    "p/old.py": "from p.new import Manager\n",
    "u.py": "from p.old import Manager\nManager()\n",
}


def config(imports: str = "", **more: Any) -> Config:
    if "phases" in more:
        more["phases"] = {
            name: tuple(VersionNumber("", number) for number in numbers)
            for name, numbers in more["phases"].items()
        }
    return replace(parse_config(f"[imports]\n{imports}", "migrate.toml"), packs=("made",), **more)


def append(word: str, calls: list[str]) -> Callable[[World, Config], Proposal]:
    """A codemod that adds a line to `u.py`, and notes what it saw there."""

    def plan(world: World, _: Config) -> Proposal:
        old = world.read(["u.py"])["u.py"]
        calls.append(old.decode())
        entry = world.snapshot.entries["u.py"]
        edit = Edit(len(old), len(old), f"# {word}\n".encode(), "name", 1)
        change = FileChange("u.py", entry.mode, entry.oid, old, old + edit.new, (edit,))
        declared = Declared(is_proven=True)
        return Proposal((change,), (), declared, {"r": 1}, {"r": 0})

    return plan


@pytest.fixture
def calls() -> list[str]:
    return []


@pytest.fixture
def packs(calls: list[str]) -> Mapping[str, Pack]:
    one = made(1, "one", "first", "Do one", append("one", calls))
    two = made(2, "two", "second", "Do two", append("two", calls))
    return {"made": Pack("made", (one, two))}


@pytest.fixture
def snapshot(make_repository: Any) -> Callable[..., GitTree]:
    def make(files: Mapping[str, str | bytes] = FILES) -> GitTree:
        repository = Repository.discover(make_repository(files).path)
        assert repository is not None
        return GitTree(repository, "HEAD")

    return make


def plan_of(snapshot: Any, packs: Mapping[str, Pack], asked: Config, **more: Any) -> Plan:
    return make_plan(snapshot, asked, packs, executor=SerialExecutor(), **more)


# ------------------------------------------------------------------- refusals


def test_unknown_pack_is_refused_with_the_ones_there_are(snapshot: Any, packs: Any) -> None:
    with pytest.raises(InputError, match="no pack 'other'") as caught:
        plan_of(snapshot(), packs, replace(config(), packs=("other",)))
    assert caught.value.hint == "installed packs: made"


def test_unknown_phase_is_refused_with_the_ones_there_are(snapshot: Any, packs: Any) -> None:
    with pytest.raises(InputError, match="no phase 'third', 'fourth'") as caught:
        plan_of(snapshot(), packs, config(), phases=["first", "third", "fourth"])
    assert caught.value.hint == "phases: first, second"


def test_versions_out_of_order_are_no_pack() -> None:
    one = made(1, "one", "first", "Do one", append("", []))
    two = made(2, "two", "first", "Do two", append("", []))
    with pytest.raises(ValueError, match="not in order"):
        Pack("made", (two, one))


def test_two_versions_of_one_number_are_two_heads(snapshot: Any) -> None:
    one = made(1, "one", "first", "Do one", append("", []))
    other = made(1, "other", "first", "Do another", append("", []))
    packs = {"made": Pack("made", (one, other))}
    with pytest.raises(InputError, match=r"two heads: made/v0001_one and made/v0001_other"):
        plan_of(snapshot(), packs, config())


def test_a_version_that_requires_a_later_one_is_no_pack() -> None:
    version = made(1, "one", "first", "Do one", append("", []), requires=(2,))
    with pytest.raises(ValueError, match=r"requires \[2\], not before it"):
        Pack("made", (version,))


# --------------------------------------------------------------------- phases


def test_each_phase_reads_what_the_one_before_it_gives(
    snapshot: Any, packs: Any, calls: list[str]
) -> None:
    tree = snapshot()
    plan = plan_of(tree, packs, config(branch_prefix="x/y"))
    assert calls == [FILES["u.py"], FILES["u.py"] + "# one\n"]
    assert [(p.number, p.name, p.branch, p.title) for p in plan.phases] == [
        (1, "first", "x/y/01-first", "Do one"),
        (2, "second", "x/y/02-second", "Do two"),
    ]
    assert [str(version) for p in plan.phases for version in p.versions] == [
        "made/v0001_one",
        "made/v0002_two",
    ]
    assert (plan.base, plan.commit, plan.python_files) == (tree.name, tree.commit, 4)
    last = plan.phases[1].changeset.changes[0]
    assert last.old == FILES["u.py"].encode() + b"# one\n"
    assert last.new == last.old + b"# two\n"


def test_chosen_phase_keeps_its_number(snapshot: Any, packs: Any, calls: list[str]) -> None:
    plan = plan_of(snapshot(), packs, config(), phases=["second"])
    assert [(p.number, p.name) for p in plan.phases] == [(2, "second")]
    assert calls == [FILES["u.py"]]


def test_phase_before_what_it_requires_is_refused_unless_that_is_done(
    snapshot: Any, packs: Any
) -> None:
    one, two = packs["made"].codemods
    two = changed(two, requires=(1,))
    with pytest.raises(InputError, match=r"version 1 \(one\) comes before version 2 \(two\)"):
        plan_of(snapshot(), {"made": Pack("made", (one, two))}, config(), phases=["second"])
    done = changed(one, propose=lambda *_: Proposal(()))
    plan = plan_of(snapshot(), {"made": Pack("made", (done, two))}, config(), phases=["second"])
    assert [phase.name for phase in plan.phases] == ["second"]


def test_phase_that_nobody_configured_takes_no_part(snapshot: Any, packs: Any) -> None:
    one, two = packs["made"].codemods
    pack = {"made": Pack("made", (changed(one, configured=classmethod(lambda *_: False)), two))}
    assert [(p.number, p.name) for p in plan_of(snapshot(), pack, config()).phases] == [
        (2, "second")
    ]
    with pytest.raises(InputError, match="'first': the configuration asks for nothing"):
        plan_of(snapshot(), pack, config(), phases=["first"])


def test_versions_are_grouped_as_the_configuration_says(snapshot: Any, packs: Any) -> None:
    plan = plan_of(snapshot(), packs, config(phases={"all": (2, 1)}))
    (phase,) = plan.phases
    assert phase.title == "Do two; Do one"
    assert [version.number for version in phase.versions] == [2, 1]
    (change,) = phase.changeset.changes
    assert change.new == FILES["u.py"].encode() + b"# two\n# one\n"
    assert len(change.edits) == 1


def test_a_version_may_share_the_phase_of_what_it_requires(snapshot: Any, packs: Any) -> None:
    one, two = packs["made"].codemods
    pack = Pack("made", (one, changed(two, requires=(1,))))
    (phase,) = plan_of(snapshot(), {"made": pack}, config(phases={"all": (1, 2)})).phases
    assert [version.number for version in phase.versions] == [1, 2]


@pytest.mark.parametrize(
    ("phases", "problem"),
    [
        ({"a": (1, 3)}, "'a' names version 3"),
        ({"a": (2,), "b": (1,)}, "'a' has it before"),
        ({"a": (1,)}, r"version 2 \(two\) is configured and in no phase"),
    ],
)
def test_grouping_that_can_not_be_is_refused(
    snapshot: Any, packs: Any, phases: Any, problem: str
) -> None:
    one, two = packs["made"].codemods
    pack = Pack("made", (one, changed(two, requires=(1,))))
    with pytest.raises(InputError, match=problem):
        plan_of(snapshot(), {"made": pack}, config(phases=phases))


@pytest.fixture
def whole_packs() -> Mapping[str, Pack]:
    return load_packs()


def test_file_that_was_met_and_does_not_parse_is_in_the_plan(
    snapshot: Any, whole_packs: Any
) -> None:
    asked = replace(config('"p.old.Manager" = "p.new.Manager"'), packs=("websocket",))
    plan = plan_of(snapshot({**FILES, "bad.py": "Manager\ndef (:\n"}), whole_packs, asked)
    [refusal] = plan.unparseable
    assert (refusal.path, refusal.line, refusal.code) == ("bad.py", 2, "unparseable")


def test_missing_object_is_noted_after_all_phases(snapshot: Any, whole_packs: Any) -> None:
    tree = snapshot()
    oid = tree.entries["p/old.py"].oid
    git_folder = Path(tree.source().git_dir) if hasattr(tree.source(), "git_dir") else None
    top = git_folder or next(
        Path(value) for value in vars(tree.source()).values() if isinstance(value, str | Path)
    )
    [blob] = [p for p in top.rglob(oid[2:]) if p.is_file()]
    blob.unlink()
    for there in (top / "p/old.py", top.parent / "p/old.py"):
        there.unlink(missing_ok=True)
    asked = replace(config('"p.old.Manager" = "p.new.Manager"'), packs=("websocket",))
    plan = plan_of(tree, whole_packs, asked)
    assert [(note.path, note.kind) for note in plan.notes] == [("p/old.py", "missing-object")]


# --------------------------------------------------------------------- memory


def test_second_plan_equals_the_first_and_is_not_planned(
    snapshot: Any, packs: Any, calls: list[str], tmp_path: Path
) -> None:
    tree = snapshot()
    first = plan_of(tree, packs, config(), cache_dir=tmp_path / "cache")
    calls.clear()
    second = plan_of(tree, packs, config(), cache_dir=tmp_path / "cache")
    assert second == first
    assert calls == []


def test_plan_of_the_real_pack_is_remembered_with_everything(
    snapshot: Any, whole_packs: Any, tmp_path: Path
) -> None:
    asked = replace(config('"p.old.Manager" = "p.new.Manager"'), packs=("websocket",))
    files = {
        **FILES, "bad.py": "Manager\ndef (:\n", "big.py": "from p.old import *\nManager()\nf()\n",
        "readme.md": "```python\nfrom p.old import Manager\n```\n",
        "é ü.py": "# coding: latin-1\nfrom p.old import Manager  # é\n".encode("latin-1"),
    }  # fmt: skip
    tree = snapshot(files)
    first = plan_of(tree, whole_packs, asked, cache_dir=tmp_path / "cache")
    assert first.phases[0].changeset.changes
    assert plan_of(tree, whole_packs, asked, cache_dir=tmp_path / "cache") == first


@pytest.mark.parametrize(
    "change", ["config", "phases", "tree", "version", "executable", "cache gone"]
)
def test_what_a_plan_depends_on_makes_it_planned_anew(
    snapshot: Any, packs: Any, calls: list[str], tmp_path: Path, change: str
) -> None:
    tree, asked, phases = snapshot(), config(), None
    cache = tmp_path / "cache"
    plan_of(tree, packs, asked, cache_dir=cache)
    calls.clear()
    if change == "config":
        asked = config(branch_prefix="other")
    elif change == "phases":
        phases = ["first"]
    elif change == "tree":
        tree = snapshot({**FILES, "u.py": f"{FILES['u.py']}# more\n"})
    elif change == "executable":
        entries = {p: e._replace(mode=0o100755) for p, e in tree.entries.items()}
        tree = Renamed(tree, entries)
    elif change == "cache gone":
        [file.unlink() for file in cache.iterdir()]
    else:
        pack = packs["made"]
        renamed = changed(pack.codemods[0], name="one_more")
        packs = {"made": Pack("made", (renamed, pack.codemods[1]))}
    plan_of(tree, packs, asked, cache_dir=cache, phases=phases)
    assert calls != []


def test_a_file_that_nobody_asks_for_changes_nothing_but_the_base(
    snapshot: Any, packs: Any, calls: list[str], tmp_path: Path
) -> None:
    first = plan_of(snapshot(), packs, config(), cache_dir=tmp_path / "cache")
    calls.clear()
    tree = snapshot({**FILES, "more.txt": "x"})
    second = plan_of(tree, packs, config(), cache_dir=tmp_path / "cache")
    assert calls == []
    assert second.phases == first.phases
    assert (second.base, second.commit) == (tree.name, tree.commit)


class Renamed:
    """The same tree with other entries."""

    def __init__(self, tree: GitTree, entries: Any) -> None:
        self.name, self.commit, self.entries = tree.name, tree.commit, entries
        self.source, self.notes = tree.source, tree.notes


def test_remembered_plan_whose_bytes_are_gone_is_planned_anew(
    snapshot: Any, packs: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = snapshot()
    plan_of(tree, packs, config(), cache_dir=tmp_path / "cache")
    asked = planner.plan_key(
        config(),
        [(v.phase, packs["made"].identify(v)) for v in packs["made"].versions],
        None,
        packs["made"].code,
    )
    key = planner.key_at(asked, tree)
    with FactsCache(tmp_path / "cache") as cache:
        assert planner.recall(cache, key, tree) is not None
        monkeypatch.setattr("onepath.plan.memory.read_files", lambda snapshot, paths: {})
        assert planner.recall(cache, key, tree) is None


# ----------------------------------------------------------------------- packs


def test_identity_of_a_version_names_its_pack_and_its_digest(packs: Any) -> None:
    (one, two) = packs["made"].versions
    assert packs["made"].identify(one) == ("made", 1, "one", version_digest(one.codemod))
    assert one.digest == two.digest  # they are of one file


def test_what_versions_will_read_is_told_before_the_first_is_planned(
    snapshot: Any, packs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(FactStore, "expect", lambda _, *searches: told.append(searches))
    first, second = Needles.of(["first"]), Needles.of(["second"])
    one, two = packs["made"].codemods
    versions = (
        changed(one, reads=classmethod(lambda *_: first)),
        changed(two, reads=classmethod(lambda *_: second)),
    )
    plan_of(snapshot(), {"made": Pack("made", versions)}, config())
    assert told == [([second], first)]
    plan_of(snapshot(), {"made": Pack("made", versions)}, config(), phases=["second"])
    assert len(told) == 1


def test_every_hint_is_of_the_configuration(whole_packs: Any) -> None:
    asked = parse_config(
        """
        [imports]
        "pkg.old.Name" = "pkg.new.Name"
        [factories."pkg.make.create"]
        to = "pkg.new.Name"
        [shims]
        "pkg.old" = "delete"
        [events]
        rewrite = true
        """,
        "migrate.toml",
    )
    hints = [version.reads(asked) for version in whole_packs["websocket"].versions]
    texts = [
        b"from pkg.old import Name",
        b"make.create()",
        b"import pkg.old",
        b"{'type': 'tool_executing'}",
    ]
    hits = [[hint.hit(text) for text in texts] for hint in hints if hint is not None]
    assert hits == [
        [True, False, False, False],
        [False, True, False, False],
        [True, False, True, False],
        [False, False, False, True],
    ]
