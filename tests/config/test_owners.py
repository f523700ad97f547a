"""CODEOWNERS by GitHub's rules; git itself judges what the patterns share with `.gitignore`."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onepath.config.owners import CodeOwners, find_owners


@pytest.mark.parametrize(
    ("line", "owned", "not_owned"),
    [
        ("* @a", ["x", "a/b.py"], []),
        ("*.js @a", ["x.js", "a/b/x.js"], ["x.jsx"]),
        ("/build/ @a", ["build/x", "build/a/x"], ["a/build/x", "build"]),
        ("apps/ @a", ["apps/x", "a/apps/b/x"], ["apps", "myapps/x"]),
        ("docs/* @a", ["docs/x.md"], ["docs/a/x.md", "a/docs/x.md"]),
        ("/docs/ @a", ["docs/x", "docs/a/b"], ["a/docs/x"]),
        ("/* @a", ["x"], ["a/x"]),
        ("**/logs @a", ["logs", "logs/x", "a/b/logs/x"], ["mylogs/x"]),
        ("a/**/b @a", ["a/b", "a/x/b", "a/x/y/b/c"], ["b", "x/a/b"]),
        ("a/** @a", ["a/x", "a/x/y"], ["a", "b/a/x"]),
        ("/a/b @a", ["a/b", "a/b/c"], ["x/a/b", "a/bc"]),
        ("x?.py @a", ["x1.py", "a/xy.py"], ["x.py", "x/.py"]),
        ("with\\ space/ @a", ["with space/x"], ["with/x"]),
        ("\\*.py @a", ["*.py"], ["x.py"]),
        ("X.py @a", ["X.py"], ["x.py"]),
        ("a.c @a", ["a.c"], ["abc"]),
    ],
)
def test_patterns(line: str, owned: list[str], not_owned: list[str]) -> None:
    owners = CodeOwners(line.encode())
    assert [path for path in owned if owners.of(path) != ("@a",)] == []
    assert [path for path in not_owned if owners.of(path)] == []


def test_the_last_match_decides() -> None:
    owners = CodeOwners(
        b"* @all\n/src/ @src @org/team\n/src/free/\n/src/free/x.py me@example.org\n"
    )
    assert owners.of("README") == ("@all",)
    assert owners.of("src/a.py") == ("@src", "@org/team")
    assert owners.of("src/free/a.py") == ()
    assert owners.of("src/free/x.py") == ("me@example.org",)


@pytest.mark.parametrize(
    "line",
    ["!x @b", "[ab] @b", "\\#x @b", "x b", "x @b @", "x @b not-an-owner", "/ @b", "# x @b", ""],
)
def test_a_line_that_github_skips_changes_nothing(line: str) -> None:
    owners = CodeOwners(f"* @a\n{line}\n".encode())
    assert {owners.of(path) for path in ("x", "a", "b", "#x", "!x")} == {("@a",)}


def test_a_comment_behind_the_owners_names_nobody() -> None:
    assert CodeOwners(b"* @a # and @b if she has time\n").of("x") == ("@a",)


def test_a_file_that_is_too_large_is_not_read() -> None:
    assert CodeOwners(b"* @a\n" + b"#" * 3_000_001).of("x") == ()


def test_the_first_place_counts() -> None:
    files = {"CODEOWNERS": b"* @root\n", ".github/CODEOWNERS": b"* @hub\n", "docs/CODEOWNERS": b""}
    found = find_owners(files)
    assert found is not None
    assert found.of("x") == ("@hub",)
    assert find_owners({"other": b""}) is None


_WORD = st.sampled_from(["a", "b", "ab", "x.py", "*", "a*", "*b", "?", "**"])
_PATTERN = st.builds(
    lambda words, first, last: f"{first}{'/'.join(words)}{last}",
    st.lists(_WORD, min_size=1, max_size=4),
    st.sampled_from(["", "/"]),
    st.sampled_from(["", "/"]),
)
_PATHS = sorted(
    {
        "/".join(parts)
        for one in ("a", "b", "ab", "x.py")
        for two in ("", "a", "b")
        for three in ("", "x.py", "b", "ab")
        for parts in [[part for part in (one, two, three) if part]]
    }
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("ignoring")
    subprocess.run(["git", "init", "--quiet", str(made)], check=True)
    return made


@settings(max_examples=60)
@given(pattern=_PATTERN)
def test_patterns_are_those_of_gitignore(folder: Path, pattern: str) -> None:
    """All but one: `x/*` means the files of a folder, not what lies below its folders."""
    if pattern.endswith("/*") or pattern.strip("/") == "":
        return
    (folder / ".gitignore").write_text(f"{pattern}\n")
    asked = "".join(f"{path}\0" for path in _PATHS).encode()
    done = subprocess.run(
        ["git", "-C", str(folder), "check-ignore", "--no-index", "--stdin", "-z"],
        input=asked, capture_output=True,
    )  # fmt: skip
    ignored = set(done.stdout.decode().split("\0")[:-1])
    owners = CodeOwners(f"{pattern} @a".encode())
    assert {path for path in _PATHS if owners.of(path)} == ignored
