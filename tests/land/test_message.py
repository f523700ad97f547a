import subprocess
from dataclasses import replace
from typing import Any

from onepath.land.message import commit_message, read_trailers, trailers

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
        assert parsed(message) == trailers(phase, BASE) == read_trailers(message)


def test_trailers_name_each_version_and_the_base(kit: Any) -> None:
    [phase, _] = kit.two_phases()
    assert [key for key, _ in trailers(phase, BASE)] == [
        "Migrate-Version", "Migrate-Hash", "Base-Oid",
    ]  # fmt: skip
    assert ("Migrate-Version", "demo/v0001_canonical_imports") in trailers(phase, BASE)
    assert ("Base-Oid", BASE) in trailers(phase, BASE)


def test_trailers_added_by_people_do_not_hide_ours(kit: Any) -> None:
    [phase, _] = kit.two_phases()
    message = commit_message(phase, BASE) + "Signed-off-by: Ada <ada@example.org>\n"
    assert trailers(phase, BASE) == read_trailers(message)[:-1]


def test_the_body_says_what_changed_and_what_was_left(kit: Any) -> None:
    first, second = (commit_message(phase, BASE).split("\n\n") for phase in kit.two_phases())
    assert first[:3] == [
        "Take canonical-imports to one path",
        "4 edits in 4 files.",
        "2 places left alone: clash 1, dynamic 1.",
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
    assert len(parsed(message)) == 3
