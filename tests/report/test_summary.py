import json
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from onepath.model import (
    Changeset,
    Edit,
    FileChange,
    Note,
    Phase,
    Plan,
    Refusal,
    VersionId,
)
from onepath.plan.plan_hash import plan_hash
from onepath.report.document import plan_document
from onepath.report.summary import summary
from onepath.report.text import printable

VERSION = VersionId("websocket", 1, "canonical_imports", "ab" * 32)


def change(path: str, *kinds: str, deleted: bool = False) -> FileChange:
    edits = tuple(Edit(index, index, b"#", kind, 1) for index, kind in enumerate(kinds))
    return FileChange(path, 0o100644, "0" * 40, b"old", None if deleted else b"new", edits)


def phase(
    number: int,
    name: str,
    changes: Sequence[FileChange] = (),
    refusals: Sequence[Refusal] = (),
    before: dict[str, int] | None = None,
    after: dict[str, int] | None = None,
) -> Phase:
    return Phase(
        number=number,
        name=name,
        branch=f"migrate/websocket/{number:02d}-{name}",
        title=f"Do {name}",
        versions=(VERSION,),
        changeset=Changeset(tuple(changes), tuple(refusals)),
        before=before or {},
        after=after or {},
    )


def plan(
    *phases: Phase,
    notes: Sequence[Note] = (),
    unparseable: Sequence[Refusal] = (),
    base: str = "1a2b3c",
) -> Plan:
    return Plan(base, None, tuple(phases), tuple(notes), tuple(unparseable), 1200, 1199)


def test_nothing_planned_is_nothing_to_do() -> None:
    assert summary(plan()) == "base 1a2b3c: 1,200 Python files\n\nnothing to do\n"


def test_a_phase_without_changes_says_so_and_still_tells_what_it_left_alone() -> None:
    refusal = Refusal("a.py", 3, "shadowed", "Name is a parameter here")
    assert summary(plan(phase(1, "imports", refusals=[refusal]))) == (
        "base 1a2b3c: 1,200 Python files\n"
        "\n"
        "1. imports: Do imports\n"
        "   versions    websocket/v0001_canonical_imports\n"
        "   changed     nothing to do\n"
        "   left alone  1 place\n"
        "     shadowed: 1\n"
        "       a.py:3 Name is a parameter here\n"
    )


def test_two_phases_with_edits_by_kind_deletions_and_findings() -> None:
    first = phase(
        1,
        "imports",
        [change("a.py", "import", "name", "name"), change("b.py", "import")],
        before={"old-import": 2, "same": 1},
        after={"same": 1},
    )
    second = phase(2, "shims", [change("old.py", deleted=True)])
    made = plan(first, second)
    assert summary(made) == (
        "base 1a2b3c: 1,200 Python files\n"
        "\n"
        "1. imports: Do imports\n"
        "   versions    websocket/v0001_canonical_imports\n"
        "   branch      migrate/websocket/01-imports\n"
        "   changed     2 files, 4 edits (import 2, name 2)\n"
        "   in          a.py\n"
        "               b.py\n"
        "   to do       old-import 2 -> 0\n"
        "\n"
        "2. shims: Do shims\n"
        "   versions    websocket/v0001_canonical_imports\n"
        "   branch      migrate/websocket/02-shims\n"
        "   changed     1 file, 1 deleted\n"
        "   deleted     old.py\n"
        "\n"
        f"plan {plan_hash(made)}\n"
        "\n"
        "what remains of what was asked for: same 1\n"
        "`migrate audit --planned` counts what every rule would find then\n"
    )


def test_refusals_are_grouped_and_all_of_them_shown_only_when_asked_for() -> None:
    many = [Refusal(f"f{number}.py", number, "star", "a star import") for number in range(1, 6)]
    one = Refusal("z.py", 9, "dynamic", "exec")
    whole = plan(phase(1, "imports", refusals=[one, *reversed(many)]))
    short = summary(whole)
    assert "   left alone  6 places\n     star: 5\n       f1.py:1 a star import\n" in short
    assert "f3.py" in short
    assert "f4.py" not in short
    assert "       and 2 more (--verbose shows all)\n     dynamic: 1\n" in short
    full = summary(whole, verbose=True)
    assert "f5.py:5" in full
    assert "more" not in full


def test_what_remains_and_whose_work_it_is() -> None:
    one = phase(
        1,
        "imports",
        refusals=[Refusal("a.py", 1, "held", "x")],
        before={"old": 3},
        after={"old": 2},
    )
    done = phase(2, "shims", before={"shim": 1}, after={"shim": 0})
    waiting = plan(replace(one, waits=(("the tests that are named", 1),)), done)
    text = summary(waiting)
    assert "   left alone  1 place; waiting: 1 for the tests that are named\n" in text
    assert "what remains of what was asked for: old 2\n`migrate audit --planned`" in text
    assert "what remains" not in summary(plan(done))
    document = plan_document(waiting)
    assert document["remaining"] == {"old": 2}
    assert document["phases"][0]["waits"] == {"the tests that are named": 1}


def test_many_deletions_are_cut_short_unless_asked_for() -> None:
    gone = [change(f"old{number}.py", deleted=True) for number in range(5)]
    assert "and 2 more" in summary(plan(phase(1, "shims", gone)))
    assert "old4.py" in summary(plan(phase(1, "shims", gone)), verbose=True)


def test_notes_by_kind_and_files_that_do_not_parse() -> None:
    text = summary(
        plan(
            notes=[
                Note("vendor/b", "submodule", "not looked into"),
                Note("link.py", "symlink", "points to a.py"),
                Note("vendor/a", "submodule", "not looked into"),
            ],
            unparseable=[Refusal("bad.py", 7, "syntax", "invalid syntax")],
        )
    )
    assert text.endswith(
        "\n"
        "not parsed: 1\n"
        "  bad.py:7 invalid syntax\n"
        "\n"
        "notes: 3\n"
        "  submodule: 2\n"
        "    vendor/a not looked into\n"
        "    vendor/b not looked into\n"
        "  symlink: 1\n"
        "    link.py points to a.py\n"
    )


def test_a_path_can_not_break_a_line_or_reach_the_terminal() -> None:
    odd = "a\n\x1b[31m\udcff\u202e.py"
    text = summary(plan(phase(1, "shims", [change(odd, deleted=True)])))
    assert "deleted     a\\n\\x1b[31m\\xff\\u202e.py\n" in text


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_what_is_printable_stays_and_the_rest_can_be_encoded(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert shown.encode().decode() == shown
    if text.isprintable():
        assert shown == text


# ----------------------------------------------------------------- document


def test_the_document_of_an_empty_plan() -> None:
    assert plan_document(plan()) == {
        "schema": 1,
        "base": "1a2b3c",
        "hash": plan_hash(plan()),
        "phases": [],
        "remaining": {},
        "notes": [],
        "unparseable": [],
    }


def test_the_document_has_the_keys_of_the_contract_and_sorted_lists() -> None:
    document = plan_document(
        plan(
            phase(
                1,
                "imports",
                [
                    change("z.py", deleted=True),
                    change("b.py", "name"),
                    change("a.py", deleted=True),
                ],
                [Refusal("b.py", 9, "star", "y"), Refusal("b.py", 2, "star", "x")],
                before={"z": 2, "a": 1},
                after={"z": 0, "a": 0},
            ),
            notes=[Note("b", "symlink", ""), Note("a", "symlink", "")],
            unparseable=[Refusal("y.py", 1, "syntax", "bad"), Refusal("x.py", 1, "syntax", "bad")],
        )
    )
    assert [note["path"] for note in document["notes"]] == ["a", "b"]
    assert document["unparseable"] == [
        {"path": "x.py", "line": 1, "reason": "bad"},
        {"path": "y.py", "line": 1, "reason": "bad"},
    ]
    assert document["phases"] == [
        {
            "name": "imports",
            "title": "Do imports",
            "branch": "migrate/websocket/01-imports",
            "versions": ["websocket/v0001_canonical_imports"],
            "files_changed": 3,
            "edits": 1,
            "deleted": ["a.py", "z.py"],
            "removed": [],
            "renamed": [],
            "ledger": [],
            "refusals": [
                {"path": "b.py", "line": 2, "reason": "x", "code": "star"},
                {"path": "b.py", "line": 9, "reason": "y", "code": "star"},
            ],
            "before": {"a": 1, "z": 2},
            "after": {"a": 0, "z": 0},
            "declared": {},
            "waits": {},
            "remarks": [],
            "changes": [
                {"path": "a.py", "edits": 0},
                {"path": "b.py", "edits": 1},
                {"path": "z.py", "edits": 0},
            ],
        }
    ]
    assert list(document["phases"][0]["before"]) == ["a", "z"]


def test_what_no_rule_counts_stands_apart_in_the_document() -> None:
    counted = phase(
        3,
        "shims",
        before={"a": 3, "declared-shim": 2},
        after={"a": 0, "declared-shim": 1, "declared-move": 1},
    )
    counted = replace(counted, declared=("declared-move", "declared-shim"))
    [document] = plan_document(plan(counted))["phases"]
    assert (document["before"], document["after"]) == ({"a": 3}, {"a": 0})
    assert document["declared"] == {
        "declared-move": {"before": 0, "after": 1},
        "declared-shim": {"before": 2, "after": 1},
    }


def test_a_path_that_is_not_utf_8_is_text_in_the_document() -> None:
    document = plan_document(plan(notes=[Note("caf\udce9\n.py", "odd-name", "")]))
    assert document["notes"][0]["path"] == "caf\\xe9\n.py"
    assert json.dumps(document, ensure_ascii=False).encode()
