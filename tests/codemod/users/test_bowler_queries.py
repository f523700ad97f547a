"""Queries for Bowler over the bytes of files, without a repository."""

from pathlib import Path

import pytest
from tests.codemod.users.conftest import run

from onepath.codemod.users.user_codemod import parse_codemod
from onepath.errors import InputError


def test_a_query_renames_a_function(codemods: Path) -> None:
    files = {
        "a.py": b"def old():\n    pass\n\nold()\n",
        "sub/b.py": b"\xef\xbb\xbfold('\xc3\xa9')\r\n# end",
        "c.py": "# coding: latin-1\nx = 'é'\nold()\n".encode("latin-1"),
        "d.py": b"older()\n",
        "e.py": b"\x0c\nold()\n\x0c\n",
        "mixed.py": b"one = 1\r\nold()\n\r\ntwo = old()\r\n\n",
    }
    done = run(parse_codemod(f"bowler:{codemods}/query.py:rename"), files)
    assert done.pop("d.py").status == "unchanged"
    assert {path: ran.status for path, ran in done.items()} == dict.fromkeys(done, "changed")
    for path, ran in done.items():
        assert ran.new == files[path].replace(b"old", b"new")


def test_a_file_that_bowler_can_not_read_is_a_failure_with_its_line(codemods: Path) -> None:
    files = {"new.py": b"old()\nmatch x:\n    case 1:\n        pass\n", "a.py": b"old()\n"}
    done = run(parse_codemod(f"bowler:{codemods}/query.py:rename"), files)
    assert (done["new.py"].status, done["new.py"].line) == ("codemod-failed", 2)
    assert "3.8" in done["new.py"].reason
    assert done["a.py"].new == b"new()\n"


@pytest.mark.parametrize(
    ("function", "status", "reason"),
    [
        ("fails", "codemod-failed", "ValueError: can't do a.py (query.py:"),
        ("breaks", "codemod-failed", "what the query makes of it does not parse"),
    ],
)
def test_a_query_that_fails_fails_on_its_files_only(
    codemods: Path, function: str, status: str, reason: str
) -> None:
    files = {"a.py": b"def old():\n    pass\n", "b.py": b"def other():\n    pass\n"}
    done = run(parse_codemod(f"bowler:{codemods}/query.py:{function}"), files)
    assert done["a.py"].status == status
    assert done["a.py"].reason.startswith(reason)
    assert done["b.py"].status == "unchanged"


def test_files_that_the_query_leaves_out_are_skipped(codemods: Path) -> None:
    codemod = parse_codemod(f"bowler:{codemods}/query.py:half")
    done = run(codemod, {"a.py": b"old()\n", "b.py": b"old()\n"})
    assert (done["a.py"].status, done["b.py"].status) == ("changed", "codemod-skipped")


def test_hunks_that_the_query_declines_are_left(codemods: Path) -> None:
    gap = b"x = 1\n" * 9
    data = b"old()\n" + gap + b"old()  # no\n" + gap + b"old()\n"
    (ran,) = run(parse_codemod(f"bowler:{codemods}/query.py:picky"), {"a.py": data}).values()
    assert ran.new == b"new()\n" + gap + b"old()  # no\n" + gap + b"new()\n"


@pytest.mark.parametrize(
    ("function", "told"),
    [
        ("runs_itself", "runs the query itself"),
        ("none", "gives NoneType, not a bowler.Query"),
        ("raises", "failed: KeyError: 'here' (query.py:"),
    ],
)
def test_a_function_that_gives_no_query_is_refused(
    codemods: Path, monkeypatch: pytest.MonkeyPatch, function: str, told: str
) -> None:
    mine = codemods / "a.py"
    mine.write_bytes(b"old()\n")
    monkeypatch.chdir(codemods)
    with pytest.raises(InputError, match=r".") as caught:
        run(parse_codemod(f"bowler:query.py:{function}"), {"a.py": b"old()\n"})
    assert told in caught.value.message
    assert mine.read_bytes() == b"old()\n"
