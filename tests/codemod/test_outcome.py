"""A codemod is asked until all that it proposes holds."""

import re
from collections.abc import Collection
from pathlib import Path

import pytest

from onepath.codemod.outcome import Proposal, Propose, file_changes
from onepath.codemod.refusals.left_out import LeftOut, Location
from onepath.codemod.settling import settle, settle_steps
from onepath.facts.store.cache import FactsCache
from onepath.model import Edit, Refusal, Withheld
from onepath.proof.declared import Declared
from onepath.proof.failure import Failure
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World

FILES = {"a.py": "x = 1\n", "b.py": "x = 1\n", "c.py": "x = 1\n"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    for path, text in FILES.items():
        (tmp_path / path).write_text(text)
    return World.open(Folder(tmp_path), FactsCache(None), SerialExecutor())


def replacing(old: bytes, new: dict[str, bytes]) -> Propose:
    """A codemod that puts a text in the place of another one wherever it is found."""

    def propose(world: World, left_out: Collection[str]) -> Proposal:
        data = world.read([path for path in new if path not in left_out])
        edits = {
            path: [Edit(text.index(old), text.index(old) + len(old), new[path], "name", 1)]
            for path, text in data.items()
            if old in text
        }
        refusals = (Refusal("z.py", 1, "odd", "why"),)
        return Proposal(
            file_changes(world, edits), refusals, Declared(), {"r": 3}, {"r": len(edits)}
        )

    return propose


def test_what_fails_the_proof_is_left_out_and_the_rest_stands(world: World) -> None:
    outcome = settle(world, replacing(b"1", {"a.py": b"2", "b.py": b"(", "c.py": b"3"}))
    assert [one.path for one in outcome.changeset.changes] == ["a.py", "c.py"]
    assert [(one.path, one.code) for one in outcome.changeset.refusals] == [
        ("b.py", "proof-does-not-parse"),
        ("z.py", "odd"),
    ]
    assert outcome.changeset.refusals[0].reason.startswith("the whole file is left as it is: ")
    assert (outcome.before, outcome.after) == ({"r": 3}, {"r": 2})


def test_what_a_second_run_would_change_again_is_left_out(world: World) -> None:
    outcome = settle(world, replacing(b"1", {"a.py": b"11", "c.py": b"3"}))
    assert [one.path for one in outcome.changeset.changes] == ["c.py"]
    assert [one.code for one in outcome.changeset.refusals] == ["proof-not-idempotent", "odd"]


def test_excluded_files_are_left_out(world: World) -> None:
    outcome = settle(world, replacing(b"1", {"a.py": b"2", "c.py": b"3"}), ["a*"])
    assert [one.path for one in outcome.changeset.changes] == ["c.py"]


def test_a_codemod_that_touches_what_it_must_not_is_a_defect(world: World) -> None:
    codemod = replacing(b"1", {"a.py": b"("})
    with pytest.raises(ValueError, match=r"a\.py"):
        settle(world, lambda world, _: codemod(world, ()))


def test_files_are_deleted_and_made(world: World) -> None:
    changes = file_changes(world, {"b.py": []}, {"a.py"}, {"n.py": b"y = 1\n"})
    assert [(one.path, one.new, one.is_new) for one in changes] == [
        ("a.py", None, False),
        ("n.py", b"y = 1\n", True),
    ]


# ------------------------------------------------------------- place by place


def numbering(new: dict[int, bytes], *, asked: list[LeftOut] | None = None) -> Propose:
    """A codemod that puts texts in the place of numbers, each of which it can leave alone."""

    def propose(world: World, left_out: LeftOut) -> Proposal:
        if asked is not None:
            asked.append(left_out)
        edits: dict[str, list[Edit]] = {}
        places: dict[str, list[Location]] = {}
        for path, text in world.read(sorted(world.snapshot.entries)).items():
            for match in re.finditer(rb"\b\d+\b", text):
                to, start = new.get(int(match[0])), match.start()
                if to is None or path in left_out or left_out.holds(path, start):
                    continue
                line = text.count(b"\n", 0, start) + 1
                edits.setdefault(path, []).append(Edit(start, match.end(), to, "name", line))
                places.setdefault(path, []).append(Location(start, line))
        declared = Declared(introduced=frozenset({("os", "")}))
        return Proposal(file_changes(world, edits), (), declared, places=places)

    return propose


def many(tmp_path: Path, text: str) -> World:
    (tmp_path / "many.py").write_text(text)
    return World.open(Folder(tmp_path), FactsCache(None), SerialExecutor())


@pytest.mark.parametrize("bad", [{3}, {1}, {8}, {2, 7}, {4, 5}, {1, 2, 3, 4, 5, 6, 7}])
def test_of_a_file_that_fails_only_the_places_at_fault_are_left(
    tmp_path: Path, bad: set[int]
) -> None:
    world = many(tmp_path, "".join(f"x{n} = {n}\n" for n in range(1, 9)))
    new = {n: b"(" if n in bad else b"%d" % (n * 100) for n in range(1, 9)}
    outcome = settle(world, numbering(new))
    (change,) = outcome.changeset.changes
    expected = "".join(f"x{n} = {n if n in bad else n * 100}\n" for n in range(1, 9))
    assert change.new == expected.encode()
    assert [(one.line, one.code) for one in outcome.changeset.refusals] == [
        (n, "proof-does-not-parse") for n in sorted(bad)
    ]
    assert not any("whole file" in one.reason for one in outcome.changeset.refusals)


def test_a_name_that_would_lead_nowhere_costs_its_place_alone(tmp_path: Path) -> None:
    world = many(tmp_path, "import os\n\na = os.path\nb = 1\nc = 2\n")
    outcome = settle(world, numbering({1: b"os.sep", 2: b"nowhere.at_all"}))
    (change,) = outcome.changeset.changes
    assert change.new == b"import os\n\na = os.path\nb = os.sep\nc = 2\n"
    assert [(one.line, one.code) for one in outcome.changeset.refusals] == [
        (5, "proof-undefined-name")
    ]


def test_a_place_that_a_second_run_would_change_again_is_left(tmp_path: Path) -> None:
    world = many(tmp_path, "a = 1\nb = 2\n")
    outcome = settle(world, numbering({1: b"10", 2: b"22 + 2"}))
    (change,) = outcome.changeset.changes
    assert change.new == b"a = 10\nb = 2\n"
    assert [(one.line, one.code) for one in outcome.changeset.refusals] == [
        (2, "proof-not-idempotent")
    ]


def test_a_place_is_left_in_the_code_as_it_would_be_as_well(tmp_path: Path) -> None:
    world = many(tmp_path, "long = 1\nb = 2\n")
    asked: list[LeftOut] = []
    settle(world, numbering({1: b"1000000", 2: b"("}, asked=asked))
    assert asked[-1].holds("many.py", len("long = 1000000\nb = "))


# ------------------------------------------------------------- what the proof names


def importing(asked: list[LeftOut], *, other_form: bool) -> Propose:
    """A codemod that reads names from other modules, and says which names each place brings."""
    is_other = False

    def learn(_: Failure) -> bool:
        nonlocal is_other
        is_new, is_other = other_form and not is_other, other_form
        return is_new

    def propose(world: World, left_out: LeftOut) -> Proposal:
        asked.append(left_out)
        text = world.read(["many.py"])["many.py"]
        edits, places = [], []
        for match in re.finditer(rb"^from old import (\w+)$", text, re.MULTILINE):
            name = match[1].decode()
            key = (0, name)
            if "many.py" in left_out or left_out.holds("many.py", key):
                continue
            module = b"gone" if name == "b" and not is_other else b"new"
            new = b"from %b import %b" % (module, match[1])
            line = text.count(b"\n", 0, match.start()) + 1
            edits.append(Edit(match.start(), match.end(), new, "import", line))
            names = frozenset({name, f"{module.decode()}.{name}"})
            places.append(Location(match.start(), line, key, frozenset({key}), names))
        declared = Declared(introduced=frozenset({("new.py", name) for name in "abc"}))
        changes = file_changes(world, {"many.py": edits})
        return Proposal(changes, (), declared, places={"many.py": places}, other_form=learn)

    return propose


@pytest.fixture
def imports(tmp_path: Path) -> World:
    (tmp_path / "old.py").write_text("a = b = c = 1\n")
    (tmp_path / "new.py").write_text("a = b = c = 1\n")
    return many(tmp_path, "".join(f"from old import {name}\n" for name in "abc"))


def test_a_place_that_the_proof_names_is_left_without_trying_others(imports: World) -> None:
    asked: list[LeftOut] = []
    outcome = settle(imports, importing(asked, other_form=False))
    (change,) = outcome.changeset.changes
    assert change.new == b"from new import a\nfrom old import b\nfrom new import c\n"
    assert [(one.line, one.code) for one in outcome.changeset.refusals] == [
        (2, "proof-meaning-changed")
    ]
    # Once for all, once without it, and once in the code that this makes.
    assert [dict(one.bindings("many.py")).keys() for one in asked] == [
        set(),
        {(0, "b")},
        {(0, "b")},
    ]


def test_another_form_is_tried_before_anything_is_left(imports: World) -> None:
    outcome = settle(imports, importing([], other_form=True))
    (change,) = outcome.changeset.changes
    assert change.new == b"from new import a\nfrom new import b\nfrom new import c\n"
    assert outcome.changeset.refusals == ()


def test_what_is_proven_already_is_taken_as_it_is(world: World) -> None:
    changes = replacing(b"1", {"b.py": b"("})(world, LeftOut()).changes
    declared = Declared(is_proven=True)
    outcome = settle(world, lambda *_: Proposal(changes, (), declared))
    assert outcome.changeset.changes == changes


# ------------------------------------------------------------------- steps, and gates


def test_steps_are_settled_on_what_the_ones_before_give(world: World) -> None:
    steps = [replacing(b"1", {"a.py": b"2"}), replacing(b"2", {"a.py": b"3", "b.py": b"4"})]
    (change,) = settle_steps(world, steps).changeset.changes
    assert (change.path, change.new) == ("a.py", b"x = 3\n")


@pytest.mark.parametrize(
    ("withheld", "left"),
    [
        (Withheld("many.py", "f", "one", "a test"), {1}),
        (Withheld("many.py", "", "one", "a test"), set()),
        (Withheld("many.py", "", "", "a test"), {0, 1}),
        (Withheld("other.py", "", "", "a test"), set()),
    ],
)
def test_a_place_with_which_a_gate_fails_is_left(
    tmp_path: Path, withheld: Withheld, left: set[int]
) -> None:
    text = "from m import two\n\nx = two\n\n\ndef f():\n    from m import one\n\n    return one\n"
    (tmp_path / "m.py").write_text("one = two = 1\n")
    world = many(tmp_path, text)

    def propose(world: World, left_out: LeftOut) -> Proposal:
        data = world.read(["many.py"])["many.py"]
        starts = [(data.find(b"x = two") + 4, 3), (data.find(b"return one") + 7, 9)]
        places = [
            Location(start, line)
            for start, line in starts
            if start > 7 and "many.py" not in left_out and not left_out.holds("many.py", start)
        ]
        edits = [Edit(one.start, one.start + 3, b"3", "name", one.line) for one in places]
        return Proposal(file_changes(world, {"many.py": edits}), places={"many.py": places})

    outcome = settle(world, propose, (), [withheld])
    expected = text
    for index, (old, new) in enumerate([("x = two", "x = 3"), ("return one", "return 3")]):
        expected = expected if index in left else expected.replace(old, new)
    assert [one.new for one in outcome.changeset.changes] == (
        [] if len(left) == 2 else [expected.encode()]
    )
    assert {one.code for one in outcome.changeset.refusals} == ({"gate-failed"} if left else set())
