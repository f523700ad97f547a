import subprocess
from dataclasses import replace
from typing import Any

from onepath.land.commit.message import commit_message, phase_patch_id, read_trailers, trailers

BASE = "1" * 40


def parsed(message: str) -> list[tuple[str, ...]]:
    done = subprocess.run(
        ["git", "interpret-trailers", "--parse"],
        input=message.encode("utf-8", "surrogateescape"), capture_output=True, check=True,
    )  # fmt: skip
    return [tuple(line.split(": ", 1)) for line in done.stdout.decode().splitlines()]


def test_a_message_without_trailers_has_none_to_read() -> None:
    assert read_trailers("Title\n\nSome text: with a colon, and\nprose below\n") == []
    assert read_trailers("") == []


def test_git_reads_the_trailers_of_every_phase(kit: Any) -> None:
    for phase in kit.two_phases():
        message = commit_message(phase, BASE)
        assert parsed(message) == read_trailers(message)
        assert parsed(message)[:-1] == trailers(phase, BASE)
        assert parsed(message)[-1] == ("Migrate-Patch", phase_patch_id(phase))


def test_trailers_name_each_version_and_the_base(kit: Any) -> None:
    [phase, _] = kit.two_phases()
    assert [key for key, _ in trailers(phase, BASE)] == [
        "Migrate-Version",
        "Migrate-Hash",
        "Base-Oid",
    ]
    assert ("Migrate-Version", "demo/v0001_canonical_imports") in trailers(phase, BASE)
    assert ("Base-Oid", BASE) in trailers(phase, BASE)


def test_trailers_added_by_people_do_not_hide_ours(kit: Any) -> None:
    [phase, _] = kit.two_phases()
    message = commit_message(phase, BASE) + "Signed-off-by: Ada <ada@example.org>\n"
    assert trailers(phase, BASE) == read_trailers(message)[:-2]


def test_the_body_says_what_changed_and_what_was_left(kit: Any) -> None:
    first, second = (commit_message(phase, BASE).split("\n\n") for phase in kit.two_phases())
    assert first[:3] == [
        "Take canonical-imports to one path",
        "4 edits in 4 files.",
        "2 places left alone, by reason:\n  clash 1: text\n  dynamic 1: text",
    ]
    assert second[:3] == [
        "Take delete-shims to one path",
        "1 edit in 1 file, 1 file deleted.",
        "Deleted:\n  pkg/old.py",
    ]


def test_a_title_stays_one_line_and_an_odd_name_is_quoted(kit: Any) -> None:
    phase = kit.phase(1, "shims", [kit.deleted("a\udce9\n.py", b"x\n")])
    message = commit_message(replace(phase, title="On two\nlines"), BASE)
    assert message.startswith("On two lines\n\n")
    assert '  "a\\351\\n.py"\n' in message
    assert len(parsed(message)) == 4


def test_the_body_says_why_what_went_where_and_the_figures(kit: Any) -> None:
    [phase, _] = kit.two_phases()
    phase = replace(
        phase,
        why="Because one path\x1b[2J is enough.",
        routes=(("pkg.old.Name", "pkg.new.Name", 4),),
        before={"deprecated-import": 1200, "shim": 1, "x": 0},
        after={"deprecated-import": 3, "shim": 1, "x": 0},
    )
    assert commit_message(phase, BASE).split("\n\n")[1:5] == [
        "Because one path\\x1b[2J is enough.",
        "4 edits in 4 files.",
        "Paths:\n  pkg.old.Name\n    -> pkg.new.Name (4 files)",
        "Before and after:\n  deprecated-import: 1,200 -> 3\n  shim: 1 -> 1",
    ]


def test_long_lists_are_cut_and_counted(kit: Any) -> None:
    phase = kit.phase(1, "shims", [kit.deleted(f"a{at:03}.py", b"x\n") for at in range(45)])
    message = commit_message(phase, BASE)
    assert "  a039.py\n  and 5 more\n" in message
    assert "a040.py" not in message
