"""Comments that keep a place: what they are about, and what is none."""

import pytest

from onepath.facts.extract.file import extract


def kept(source: str) -> list[tuple[int, int, int, tuple[str, ...], str]]:
    return [tuple(keep) for keep in extract(source.encode()).keeps]  # type: ignore[misc]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "import a  # migrate: keep\n",
        "import a  # keep[shim]\n",
        "import a  # noqa: migrate keep[shim]\n",
        "x = '# migrate: keep[shim]'\n",
        '"""\n# migrate: keep[shim]\n"""\n',
        "import a  # see migrate: keep[shim]\n",
    ],
)
def test_what_is_no_such_comment(source: str) -> None:
    assert kept(source) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a  # migrate: keep[shim]\n", (1, 1, 1, ("shim",), "")),
        ("import a  #migrate:keep[ shim , x-y ]: we publish it\n",
         (1, 1, 1, ("shim", "x-y"), "we publish it")),
        ("import a  # migrate: keep[] no rule\n", (1, 1, 1, (), "no rule")),
        ("\n# migrate: keep[shim] the next\n\nimport a\nimport b\n",
         (2, 4, 2, ("shim",), "the next")),
        ("from a import (\n    b,  # migrate: keep[shim]\n    c,\n)\nimport d\n",
         (1, 4, 2, ("shim",), "")),
        ("class A(  # migrate: keep[shim]\n    B\n):\n    x = 1\n", (1, 3, 1, ("shim",), "")),
        ("def f():\n    # migrate: keep[shim]\n    import a\n    import b\n",
         (2, 3, 2, ("shim",), "")),
        ("x = 1\n# migrate: keep[shim] the end\n", (2, 3, 2, ("shim",), "the end")),
        ("x = '''\n\x0c'''; import a  # migrate: keep[shim]\n", (1, 2, 2, ("shim",), "")),
        ("# \xe9\r\nimport a  # migrate: keep[shim] \xe9\r\n", (2, 2, 2, ("shim",), "\xe9")),
    ],
)  # fmt: skip
def test_what_a_comment_is_about(
    source: str, expected: tuple[int, int, int, tuple[str, ...], str]
) -> None:
    assert kept(source) == [expected]


def test_another_encoding() -> None:
    source = "# -*- coding: latin-1 -*-\nx = '\xe9'  # migrate: keep[shim] \xe9\n"
    [keep] = extract(source.encode("latin-1")).keeps
    assert (keep.first, keep.rules, keep.reason) == (2, ("shim",), "\xe9")


def test_several_about_one_statement() -> None:
    source = "# migrate: keep[a] one\n# migrate: keep[b] two\nimport x  # migrate: keep[c]\n"
    assert [(first, last, rules) for first, last, _, rules, _ in kept(source)] == [
        (1, 3, ("a",)),
        (2, 3, ("b",)),
        (3, 3, ("c",)),
    ]
