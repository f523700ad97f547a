"""The text of a pull request: what it says, what it must not become, and how long it may be."""

import re
import subprocess
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.land.conftest import changed, deleted, phase, two_phases

from onepath.model import FileChange, Phase, Refusal, Removed
from onepath.publish.key import marked, read_mark, replaced
from onepath.publish.part import PhasePart
from onepath.publish.render.body import LIMIT, Context, Neighbour, body
from onepath.publish.render.hunks import typical_hunks
from onepath.publish.render.markdown import cell, code, fenced, is_command, prose
from onepath.publish.render.moves import moves

EVIL = [
    "@shop/core please", "fixes #12", "GH-7", "org/app#3", "see https://github.com/o/r/issues/1",
    "<script>alert(1)</script>", "<!-- onepath: end -->", "</details>", "`", "``x``", "| a | b |",
    "\n/close\n", "\r::set-output name=a::b", "::error::x", "##[command]rm", "\x1b[31mred\x1b[0m",
    "[x](javascript:1)", "![i](u)", "**bold**", "~~~", "&#64;ada", "a\u202eb", "\udcff", ":tada:",
    "!5 &2 %3 $4 ~bug", "ada@example.org", "www.example.org", "$(rm -rf)", "--", "-->", " ",
]  # fmt: skip


def part_of(one: Phase, **more: Any) -> PhasePart:
    known = {"branch": one.branch, "commit": "c" * 40, "made": "c" * 40, "below": ""}
    return PhasePart(one, **{**known, "base": "b" * 40, **more})


def text_of(one: Phase, **more: Any) -> str:
    return body(part_of(one), Context("main", {}, **more), one.title)


def long_phase(count: int, refusals: int) -> Phase:
    changes = [
        changed(f"area{n % 40}/sub/file{n}.py", b"from a.b import C\n", b"a.b", b"x.y")
        for n in range(count)
    ]
    left = [Refusal(f"area/file{n}.py", n, f"code-{n % 7}", "r" * 90) for n in range(refusals)]
    return phase(1, "canonical-imports", changes, left)


# ------------------------------------------------------------------ what it says


def test_everything_that_a_reviewer_wants_is_there() -> None:
    first, second = two_phases()
    text = text_of(first)
    for wanted in (
        "Take canonical-imports to one path",
        "| `pkg.old` | `pkg.new` | 4 |",
        "### Files by area",
        "| `pkg` | 3 |",
        "### Typical hunks",
        "```diff",
        "2 places left alone",
        "<summary><code>clash</code>: 1</summary>",
        "- `b.py:1` text",
        "migrate verify migrate/demo/01-canonical-imports",
        "migrate rollback canonical-imports",
        f"base `{'b' * 40}`",
        f"commit `{'c' * 40}`",
        first.versions[0].digest,
    ):
        assert wanted in text, wanted
    assert "### Removed files\n\n- `pkg/old.py`\n" in text_of(second)
    assert "### Left alone\n\nNothing.\n" in text_of(second)


def test_figures_people_and_owners() -> None:
    import dataclasses

    gone = (Removed("pkg/old.py", "make|it", "function"),)
    one = dataclasses.replace(two_phases()[0], before={"shim": 3}, after={"shim": 0}, removed=gone)
    owners = {"run.py": ("@ada",), "pkg/crlf.py": ("@shop/core", "@ben", "@cleo", "@dan")}
    text = body(part_of(one, people=2), Context("main", owners), "t")
    assert "| `shim` | 3 | 0 |" in text
    assert "### Removed definitions\n\n- function `make|it` in `pkg/old.py`\n" in text
    assert "2 commits of people on top of it" in text
    assert "| `@shop/core`, `@ben`, `@cleo` and 1 |" in text


def test_the_stack_as_a_table() -> None:
    rows = (Neighbour("one", "a/1", 4), Neighbour("two", "a/2", 0))
    text = text_of(two_phases()[0], stack=rows, position=(1, 2))
    assert "| **this** | #4 one | `a/1` |\n| 2 | two | `a/2` |" in text


def test_hunks_are_of_different_shapes_and_the_shortest() -> None:
    changes = [
        changed("a.py", b"from a.b import C\nC()\n" + b"x = 1\n" * 9, b"a.b", b"x.y"),
        changed("b.py", b"from a.c import D\n", b"a.c", b"x.y"),
        changed("c.py", b"y = make(1)\n", b"make(1)", b"Made(1)"),
    ]
    first, second = typical_hunks(changes)
    assert (first.path, first.alike) == ("b.py", 2)
    assert second.path == "c.py"
    assert first.lines == ("@@ -1 +1 @@", "-from a.c import D", "+from x.y import D")


def test_hunks_that_a_log_would_obey_or_nobody_can_read_are_not_shown() -> None:
    evil = [
        changed("a.py", b"::error::x\nx = a\n", b"= a", b"= b"),
        changed("b.py", b"x = '##[group]'\n", b"x", b"y"),
        changed("c.py", b"x = '" + b"y" * 300 + b"'\n", b"x =", b"y ="),
    ]
    assert typical_hunks(evil) == []
    assert is_command(" ::error::x")


def test_moves_are_read_from_the_edits() -> None:
    old = b"from a import X, Y\nimport b.c as d\np = 'a.X'\nX(); d.f\n"
    both = changed(
        "m.py", old, old, b"from z import X\nfrom a import Y\nimport q.c as d\np = 'z.X'\n"
    )
    assert moves([both]) == [(("a.X", "z.X"), 1), (("b.c", "q.c"), 1)]
    string = changed("n.txt", b"see a.X here", b"a.X", b"z.X")
    assert moves([string, both])[0] == (("a.X", "z.X"), 2)
    assert moves([deleted("a.py", b"import a\n")]) == []
    assert moves([changed("o.py", b"import (\n", b"import (", b"import x")]) == []


# --------------------------------------------------------------- what it is not


def evil_phase(texts: Sequence[str]) -> Phase:
    clean = [text.replace("\0", "") for text in texts]
    changes: list[FileChange] = [
        changed(f"dir{n}/{text}.py", b"x = a\n", b"a", b"b") for n, text in enumerate(clean)
    ]
    changes.append(deleted("gone/" + clean[0], b"x\n"))
    left = [Refusal(f"x{text}", 1, "code", text) for text in clean]
    made = phase(1, "canonical-imports", changes, left)
    import dataclasses

    return dataclasses.replace(made, title=clean[0] or "t", remarks=tuple(clean))


def outside_of_code(text: str) -> str:
    """A body without its code blocks and code spans, where nothing is markup."""
    text = re.sub(r"^(`{3,})\w*\n.*?^\1$", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "", text)


def check_harmless(text: str) -> None:
    assert len(re.findall(r"(?<!\\)<!-- onepath:", text)) == 2
    assert text.startswith("<!-- onepath: ")
    assert text.endswith("<!-- onepath: end -->\n")
    plain = outside_of_code(text)
    plain = re.sub(r"<!-- onepath: .*? -->", "", plain)
    assert not re.search(r"@\w", plain)
    assert not re.search(r"(?<!&)#\w|\bGH-\d|[!&%$~]\d", plain.replace("&#8203;", "\u200b"))
    assert not re.search(r"\w://|\bwww\.", plain, re.IGNORECASE)
    tags = set(re.findall(r"(?<!\\)<(/?\w+)", plain))
    assert tags <= {"details", "/details", "summary", "/summary", "code", "/code"}
    assert plain.count("<details>") == plain.count("</details>")
    assert not re.search(r"(?<!\\)\]\(", plain)
    # GitLab carries out `/close` at the start of a line, though not in code.
    assert not re.search(r"^\s*/", plain, re.MULTILINE)
    for line in text.split("\n"):
        assert not is_command(line), line
        assert line.isprintable() or "\u200b" in line or "\t" in line, line


def test_nothing_from_the_repository_becomes_more_than_text() -> None:
    check_harmless(text_of(evil_phase(EVIL)))


@example(["WWW", "www"])
@given(st.lists(st.one_of(st.sampled_from(EVIL), st.text(max_size=30)), min_size=1, max_size=4))
def test_whatever_the_text(texts: list[str]) -> None:
    check_harmless(text_of(evil_phase(["".join(texts), *texts])))


@pytest.mark.parametrize("text", EVIL)
def test_code_spans_hold_their_text(text: str) -> None:
    span = code(text)
    fence = re.match("`+", span)
    assert fence is not None
    inner = span[len(fence[0]) : -len(fence[0])]
    assert fence[0] not in re.findall("`+", inner)
    assert "\n" not in span
    assert not re.search(r"(?<!\\)\|", cell(text))


def test_prose_reads_as_before() -> None:
    shown = prose("'a_b.*' @ada #3 <x> [y] https://h")
    assert shown == (r"'a\_b.\*' @&#8203;ada #&#8203;3 \<x\> \[y\] https:&#8203;//h")
    assert prose("plain words, with: punctuation.") == "plain words, with: punctuation."


def test_code_blocks_end_where_they_should() -> None:
    assert fenced(["```", "a\x1b"], "diff") == ["````diff", "```", "a\\x1b", "````"]


def test_a_branch_in_a_command_is_quoted() -> None:
    one = two_phases()[0]
    text = body(part_of(one, branch="m/$(touch x)/01-a'b"), Context("main", {}), "t")
    [line] = [line for line in text.splitlines() if line.startswith("migrate verify")]
    done = subprocess.run(
        ["sh", "-c", f'migrate() {{ printf %s "$2"; }}; {line}'], capture_output=True, text=True
    )
    assert done.stdout == "m/$(touch x)/01-a'b"


# -------------------------------------------------------------- how long it is


@pytest.mark.parametrize(("files", "refusals"), [(3, 5_000), (2_000, 0), (900, 900)])
def test_a_body_keeps_to_the_limit_and_says_what_is_cut(files: int, refusals: int) -> None:
    text = text_of(long_phase(files, refusals))
    assert len(text) < LIMIT
    assert text.endswith("<!-- onepath: end -->\n")
    if refusals > 1000:
        assert re.search(r"\d+ places more; `migrate --dry-run --verbose` lists all", text)
    assert "### How to verify" in text


def test_characters_beyond_the_first_plane_count_twice() -> None:
    import dataclasses

    one = long_phase(1, 0)
    left = tuple(Refusal("f.py", n, "code", "\U0001d11e" * 300) for n in range(150))
    one = dataclasses.replace(one, changeset=dataclasses.replace(one.changeset, refusals=left))
    assert len(text_of(one).encode("utf-16-le")) // 2 < LIMIT


# ------------------------------------------------------------------- the marks


@pytest.mark.parametrize("branch", ["migrate/a/01-x", "m--n/--/x-->", "m/\udcffé/ü", "m/%2D-->/x"])
def test_marks_are_read_again(branch: str) -> None:
    text = marked("hello", branch, "title", "open")
    first = text.splitlines()[0]
    assert first.isascii()
    assert "--" not in first[4:-3]
    mark = read_mark(f"before\n{text}\nafter")
    assert mark is not None
    assert (mark.branch, mark.state) == (branch, "open")


def test_what_is_around_the_marks_is_kept() -> None:
    old, new = marked("old", "b", "t", "open"), marked("new", "b", "t", "ready")
    assert replaced(f"above\n{old}below", new) == f"above\n{new}below"
    assert replaced("", new) == new
    assert replaced("somebody's own text", new) == new
    assert read_mark("somebody's own text") is None
    # A line end as some forms send it is no change.
    assert replaced(new.replace("\n", "\r\n"), new) == new
