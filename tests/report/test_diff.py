import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onepath.edit.edits import apply_edits
from onepath.model import Edit, FileChange
from onepath.report.diff import colourise, stat, stat_block, unified
from onepath.snapshot.blobs import blob_id

BODY = "".join(f"line {number}\n" for number in range(1, 31)).encode()


def git_apply(folder: Path, diff: bytes, *options: str) -> None:
    """Apply with the real git, in a folder that is no repository."""
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)}
    done = subprocess.run(
        ["git", "-C", str(folder), "apply", "--whitespace=nowarn", *options],
        input=diff, capture_output=True, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode() + diff.decode("utf-8", "backslashreplace")


def check_applies(lay_out: Any, changes: Sequence[FileChange]) -> None:
    lay_out.write(changes)
    diff = b"".join(unified(change) for change in changes)
    git_apply(lay_out.folder, diff, "--check")
    git_apply(lay_out.folder, diff)
    assert lay_out.read(changes) == [change.new for change in changes]


def lines_of(diff: bytes) -> list[str]:
    """The lines of a diff below its header."""
    return diff[diff.index(b"@@") :].decode().splitlines()


def test_edits_that_do_not_give_the_new_text_are_a_defect(changes: Any) -> None:
    right = changes.replaced("a.py", b"old\n", (b"old", b"new"))
    wrong = FileChange(right.path, right.mode, right.old_oid, right.old, b"other\n", right.edits)
    with pytest.raises(ValueError, match=r"a\.py"):
        unified(wrong)


def test_a_change_of_nothing_has_no_diff(changes: Any) -> None:
    assert unified(changes.edited("a.py", b"x\n", [])) == b""
    assert unified(changes.replaced("a.py", b"x\n", (b"x", b"x"))) == b""


CASES = {
    "lf": (b"a\nb\nc\n", b"b", b"B"),
    "crlf": (b"a\r\nb\r\nc\r\n", b"b", b"B"),
    "crlf-new-line": (b"a\r\nb\r\nc\r\n", b"b\r\n", b"b\r\nb2\r\n"),
    "mixed-ends": (b"a\r\nb\nc\rd\r\ne\n", b"b\nc", b"B\nC"),
    "carriage-return-inside": (b"a\rb\rc\n", b"b", b"B"),
    "no-final-newline": (b"a\nb", b"b", b"B"),
    "no-final-newline-far-from-the-change": (b"a\nb\nc", b"a", b"A"),
    "final-newline-gained": (b"a\nb", b"\nb", b"\nb\n"),
    "final-newline-lost": (b"a\nb\n", b"b\n", b"b"),
    "first-line-deleted": (b"a\nb\n", b"a\n", b""),
    "last-line-deleted": (b"a\nb\n", b"b\n", b""),
    "emptied": (b"a\n", b"a\n", b""),
    "form-feed": (b"a\n\x0c\nb\n", b"b", b"B\x0c"),
    "latin-1": (b"# -*- coding: latin-1 -*-\ns = '\xe9'\n", b"\xe9", b"\xe8"),
    "line-separators-that-are-none-to-git": (b"a\x0bb\x1cc\xc2\x85d\ne\n", b"c", b"C"),
    "byte-order-mark": (b"\xef\xbb\xbfimport a\n", b"import a", b"import b"),
    "looks-like-a-header": (b"a\n-- b\n++ c\n", b"-- b\n++ c", b"++ b\n-- c"),
    "null-byte": (b"a\nb\0\nc\n", b"b\0", b"B\0"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_git_applies_an_edit(changes: Any, lay_out: Any, case: tuple[bytes, bytes, bytes]) -> None:
    old, before, after = case
    check_applies(lay_out, [changes.replaced("a.py", old, (before, after))])


@pytest.mark.parametrize("content", [b"", b"a\n", b"a", b"a\r\nb", b"\n\n"], ids=repr)
def test_git_applies_a_deletion(changes: Any, lay_out: Any, content: bytes) -> None:
    check_applies(lay_out, [changes.deleted("pkg/shim.py", content)])


@pytest.mark.parametrize(
    "path",
    [
        "with space.py",
        'quo"ted.py',
        "back\\slash.py",
        "tab\tand\nnewline.py",
        "ünï.py",
        "not-utf8-\udce9.py",
        "b/a/b.py",
        "-dash.py",
        " leading and trailing ",
    ],
    ids=ascii,
)
def test_git_applies_to_odd_names(changes: Any, lay_out: Any, path: str) -> None:
    check_applies(lay_out, [changes.replaced(path, BODY, (b"line 9\n", b"LINE 9\n"))])
    check_applies(lay_out, [changes.deleted(path, BODY)])


def test_several_edits_of_one_file(changes: Any, lay_out: Any) -> None:
    pairs = [
        (b"line 3\n", b""),
        (b"line 4", b"L4"),
        (b"5\nline 6", b"56"),
        (b"line 29\n", b"x\ny\n"),
    ]
    check_applies(lay_out, [changes.replaced("a.py", BODY, *pairs)])


def test_equal_lines_at_the_edges_of_an_edit_are_context(changes: Any) -> None:
    change = changes.replaced("a.py", b"a\nb\nc\nd\n", (b"a\nb\nc\nd", b"a\nB\nc\nd"))
    assert lines_of(unified(change)) == ["@@ -1,4 +1,4 @@", " a", "-b", "+B", " c", " d"]


def test_a_rewritten_file_shows_only_what_differs(changes: Any) -> None:
    new = BODY.replace(b"line 5\n", b"five\n").replace(b"line 25\n", b"")
    diff = lines_of(unified(changes.rewritten("a.py", BODY, new)))
    assert [line for line in diff if line[0] in "+-"] == ["-line 5", "+five", "-line 25"]


@pytest.mark.parametrize(("second", "hunks"), [(b"line 11", 1), (b"line 12", 1), (b"line 13", 2)])
def test_close_edits_share_a_hunk(changes: Any, second: bytes, hunks: int) -> None:
    change = changes.replaced("a.py", BODY, (b"line 5\n", b"five\n"), (second + b"\n", b"x\n"))
    assert unified(change).count(b"\n@@ ") == hunks


def test_neighbouring_lines_are_one_block(changes: Any) -> None:
    change = changes.replaced("a.py", b"x = a\nx = b\n", (b"a", b"A"), (b"b", b"B"))
    assert lines_of(unified(change))[1:] == ["-x = a", "-x = b", "+x = A", "+x = B"]


def test_the_context_can_be_chosen(changes: Any) -> None:
    change = changes.replaced("a.py", BODY, (b"line 9\n", b"nine\n"))
    assert lines_of(unified(change, context=0)) == [
        "@@ -9 +9 @@ line 8",
        "-line 9",
        "+nine",
    ]


SOURCE = b"""\
import os
from old import Name


def first():
    return 1


class Long:

    def method(self):
        a = 1
        b = 2
        c = 3
        d = 4
        return a + b + c + d


def last(x):
    y = x
    z = y
    w = z
    return w
"""


@pytest.mark.parametrize("mode", [0o100644, 0o100755])
def test_it_is_what_git_prints(
    changes: Any, make_repository: Callable[..., Any], mode: int
) -> None:
    """Where no equal neighbours leave a choice, byte for byte."""
    paths = ["a.py", "na me.py", 'q"\udce9.py']
    pairs = [(b"old", b"new"), (b"d = 4", b"d = 5"), (b"    w = z\n    return w\n", b"    pass")]
    made = [changes.replaced(path, SOURCE, *pairs) for path in paths]
    made = [FileChange(c.path, mode, c.old_oid, c.old, c.new, c.edits) for c in made]
    made.append(changes.deleted("shim.py", b"from a import b\n"))
    made.append(changes.deleted("zero.py", b""))
    repository = make_repository({change.path: change.old for change in made})
    for change in made:
        (repository.path / change.path).chmod(change.mode & 0o777)
    repository.commit()
    for change in made:
        if change.new is None:
            (repository.path / change.path).unlink()
        else:
            (repository.path / change.path).write_bytes(change.new)
    printed = subprocess.run(
        ["git", "-C", repository.path, "diff", "--abbrev=10", "--no-renames"],
        capture_output=True,
        check=True,
    ).stdout
    assert b"".join(map(unified, made)) == printed
    assert stat_block(stat(made)) == repository.git("diff", "--stat", "--no-renames") + "\n"


def test_a_sha256_repository_has_sha256_ids() -> None:
    edit = Edit(0, 1, b"b", "import", 1)
    change = FileChange("a.py", 0o100644, blob_id(b"a\n", 64), b"a\n", b"b\n", (edit,))
    diff = unified(change).decode()
    before, after = (blob_id(content, 64)[:10] for content in (b"a\n", b"b\n"))
    assert f"index {before}..{after} 100644\n" in diff


def test_edits_of_a_large_file_are_quick(changes: Any) -> None:
    lines = [b"    value_%d = compute(%d)\n" % (number % 1000, number) for number in range(50_000)]
    old = b"".join(lines)
    edits, at = [], 0
    for number, line in enumerate(lines):
        if number % 1000 == 500:
            edits.append(Edit(at, at + 4, b"\t", "name", number + 1))
        at += len(line)
    narrow = changes.edited("big.py", old, edits)
    whole = changes.rewritten("big.py", old, narrow.new)
    began = time.perf_counter()
    assert unified(whole) == unified(narrow)
    assert time.perf_counter() - began < 2


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    line = st.sampled_from([b"a", b"b", b"", b"c c", b"\x0c", b"\xe9", b"-- x", b"@@ -1 +1 @@"])
    end = st.sampled_from([b"\n", b"\n", b"\n", b"\r\n", b"\r"])
    pieces = draw(st.lists(st.tuples(line, end), max_size=25))
    return b"".join(text + stop for text, stop in pieces) + draw(st.sampled_from([b"", b"z"]))


@st.composite
def file_changes(draw: st.DrawFn, path: str) -> FileChange:
    old = draw(texts())
    oid = blob_id(old)
    if draw(st.integers(0, 9)) == 0:
        return FileChange(path, 0o100644, oid, old, None, ())
    cuts = sorted(draw(st.lists(st.integers(0, len(old)), max_size=8)))
    spans = zip(cuts[::2], cuts[1::2], strict=False)
    edits = tuple(Edit(start, end, draw(texts()), "import", 1) for start, end in spans)
    return FileChange(path, 0o100644, oid, old, apply_edits(old, edits), edits)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), context=st.integers(1, 4))
def test_git_applies_whatever_the_edits_are(data: st.DataObject, context: int) -> None:
    made = [data.draw(file_changes(f"file{number}.py")) for number in range(12)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for change in made:
            (folder / change.path).write_bytes(change.old)
        diff = b"".join(unified(change, context) for change in made)
        if diff:
            git_apply(folder, diff)
        for change in made:
            target = folder / change.path
            assert (target.read_bytes() if target.exists() else None) == change.new
    for path, added, deleted in stat(made):
        [change] = [change for change in made if change.path == path]
        grown = (change.new or b"").count(b"\n") - change.old.count(b"\n")
        assert abs(added - deleted - grown) <= 1


def test_stat_of_nothing() -> None:
    assert stat_block([]) == " 0 files changed\n"


@pytest.mark.parametrize(
    "counts",
    [
        [("a.py", 1, 0)],
        [("a.py", 0, 1), ("b.py", 1, 1)],
        [("a.py", 300, 5), ("b/" + "long/" * 20 + "name.py", 1, 2), ("c.py", 0, 70)],
        [("short.py", 3, 2), ("x" * 90 + ".py", 1, 1)],
        [("deep/" * 12 + "er.py", 40, 41), ("b.py", 30, 10)],
    ],
    ids=["one", "two", "scaled", "cut-without-slash", "shared-width"],
)
def test_the_stat_is_laid_out_as_git_does(
    make_repository: Callable[..., Any], counts: list[tuple[str, int, int]]
) -> None:
    repository = make_repository({path: "old\n" * deleted for path, _, deleted in counts})
    repository.write({path: "new\n" * added for path, added, _ in counts})
    repository.git("add", "--all")
    ordered = sorted(counts)
    assert stat_block(ordered) == repository.git("diff", "--cached", "--stat") + "\n"
    assert stat_block(ordered, 72) == repository.git("diff", "--cached", "--stat=72") + "\n"


def test_colours_follow_the_hunks_and_not_the_looks(changes: Any) -> None:
    diff = unified(changes.replaced("a.py", b"-- sql\nx\n", (b"-- sql\n", b"++ sql\n")))
    bold = [line for line in colourise(diff).split("\n") if line.startswith("\x1b[1m")]
    assert len(bold) == 4
    assert "\x1b[31m--- sql\x1b[m\n\x1b[32m+++ sql\x1b[m\n x\n" in colourise(diff)
    assert "\x1b[36m@@ -1,2 +1,2 @@\x1b[m\n" in colourise(diff)


def test_colours_leave_carriage_returns_and_odd_bytes_readable(changes: Any) -> None:
    diff = unified(changes.replaced("a.py", b"\xe9\r\nb", (b"\xe9", b"e")))
    shown = colourise(diff)
    assert "\x1b[31m-\\xe9\x1b[m\r\n" in shown
    assert "\n b\n\\ No newline at end of file\n" in shown


def test_a_file_that_is_made_is_a_new_file_to_git(lay_out: Any) -> None:
    made = FileChange.made("pkg/new dir/protocol.py", b"class P: ...\n")
    diff = unified(made)
    assert diff.startswith(b"diff --git a/pkg/new dir")
    assert b"\nnew file mode 100644\n" in diff
    assert b"\n--- /dev/null\n" in diff
    git_apply(lay_out.folder, diff)
    assert lay_out.read([made]) == [made.new]


def test_an_empty_file_that_is_made_is_there(lay_out: Any) -> None:
    made = FileChange.made("pkg/__init__.py", b"")
    git_apply(lay_out.folder, unified(made))
    assert lay_out.read([made]) == [b""]
