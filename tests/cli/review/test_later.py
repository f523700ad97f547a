"""`migrate review` over time: hunks that look alike, code that comes later, editors, encodings."""

from typing import Any

import pytest
from tests.cli.review.conftest import REPLACE, planned

ALIKE = """from pkg.lib import old


def a(x):
    old(x)


def b(x):
    old(x)
    old(x)


def c(x):
    old(x)
"""


def merged(repository: Any, migrate: Any) -> None:
    wanted, _ = planned(repository, migrate)
    assert migrate(*REPLACE, "--plan", wanted, cwd=repository.path).code == 0
    repository.git("merge", "migrate/replace/pkg-lib-old-X")


@pytest.mark.parametrize("skipped", [1, 2, 3, 4])
def test_what_was_skipped_among_its_like_is_skipped_once_the_others_have_landed(
    repository: Any, migrate: Any, answer: Any, skipped: int
) -> None:
    repository.commit({"pkg/use.py": ALIKE, "pkg/other.py": ""})
    answer(repository, *("n" if at == skipped else "y" for at in range(1, 5)))
    merged(repository, migrate)
    _, phase = planned(repository, migrate)
    assert phase["changes"] == []
    assert [one["path"] for one in phase["refusals"]] == ["pkg/use.py"]


@pytest.mark.parametrize(
    ("place", "undecided"), [("def a", 1), ("def c", 1), ("    old(x)\n    old(x)", 3)]
)
@pytest.mark.parametrize("answers", ["yyyy", "ynyy", "nnny"])
def test_what_comes_among_its_like_later_is_not_reviewed(
    repository: Any, migrate: Any, answer: Any, place: str, undecided: int, answers: str
) -> None:
    repository.commit({"pkg/use.py": ALIKE, "pkg/other.py": ""})
    answer(repository, *answers)
    more = "    old(x)\n" if place.startswith(" ") else "def more(x):\n    old(x)\n\n\n"
    repository.commit({"pkg/use.py": ALIKE.replace(place, more + place)})
    _, phase = planned(repository, migrate)
    codes = [one["code"] for one in phase["refusals"]]
    assert codes.count("not-reviewed") == undecided
    of_others = answers if undecided == 1 else answers[0] + answers[3]
    assert codes.count("skipped") == of_others.count("n")
    done = answer(repository, *"y" * undecided)
    assert f"{of_others.count('y') + undecided} accepted" in done.stdout


def test_what_comes_after_a_review_is_left_out_until_it_is_reviewed(
    repository: Any, migrate: Any, answer: Any
) -> None:
    answer(repository, "a")
    repository.commit({"pkg/more.py": "import pkg.lib\n\npkg.lib.old(9)\n", "README.md": "x\n"})
    _, phase = planned(repository, migrate)
    assert [(one["path"], one["code"]) for one in phase["refusals"]] == [
        ("pkg/more.py", "not-reviewed")
    ]
    assert "reviewed: 5 accepted" in answer(repository, "y").stdout
    _, phase = planned(repository, migrate)
    assert phase["refusals"] == []


def test_an_edit_among_its_like_lands_where_it_was_made(
    repository: Any, migrate: Any, answer: Any
) -> None:
    repository.commit({"pkg/use.py": ALIKE, "pkg/other.py": ""})
    answer(repository, "n", "n", "e", "n", editor="sed -i s/x/x+1/")
    merged(repository, migrate)
    text = (repository.path / "pkg/use.py").read_text()
    assert text == ALIKE.replace("import old", "import old, new").replace(
        "old(x)\n\n\ndef c", "new(x+1)\n\n\ndef c"
    )


@pytest.mark.parametrize(
    ("editor", "told"),
    [
        ("sed -i s/)//", "not kept: pkg/other.py:3:"),
        ("sed -i s/new/old/", "1 of 4 decided: 1 skipped"),  # as it was before
        ("false", "not kept: the editor 'false' failed"),
    ],
)
def test_an_edit_that_can_not_be_kept(
    repository: Any, migrate: Any, answer: Any, editor: str, told: str
) -> None:
    done = answer(repository, "e", "q", editor=editor)
    assert told in done.output
    assert "edited" not in done.output


def test_an_edit_is_proven_like_everything_else(repository: Any, migrate: Any, answer: Any) -> None:
    answer(repository, "e", "k", editor="sed -i s/pkg.lib.new/nowhere/")
    _, phase = planned(repository, migrate)
    assert phase["changes"] == []
    assert "proof-undefined-name" in {one["code"] for one in phase["refusals"]}


ENCODED = {
    "latin-1": ("# coding: latin-1\nimport pkg.lib\npkg.lib.old('\xe9')\n", "latin-1"),
    "utf-8": ("import pkg.lib\npkg.lib.old('\xe9')\n", "utf-8"),
    "with a mark": ("\ufeffimport pkg.lib\npkg.lib.old('\xe9')\n", "utf-8"),
    "carriage returns": ("import pkg.lib\r\npkg.lib.old('\xe9')\r\n", "utf-8"),
}


@pytest.mark.parametrize("case", ENCODED)
def test_an_edit_is_stored_as_its_file_is(
    repository: Any, migrate: Any, answer: Any, case: str
) -> None:
    text, encoding = ENCODED[case]
    (repository.path / "pkg/use.py").write_bytes(text.encode(encoding))
    repository.commit({"pkg/other.py": ""})
    answer(repository, "e", editor=r"sed -i 's/.$/ +\n    \"\xc3\xa8\")/'")
    merged(repository, migrate)
    newline = "\r\n" if "\r\n" in text else "\n"
    wanted = text.replace("old('\xe9')", f"new('\xe9' +{newline}    \"\xe8\")")
    assert (repository.path / "pkg/use.py").read_bytes() == wanted.encode(encoding)


def test_letters_that_an_encoding_has_not_are_not_kept(repository: Any, answer: Any) -> None:
    text, encoding = ENCODED["latin-1"]
    (repository.path / "pkg/use.py").write_bytes(text.encode(encoding))
    repository.commit({"pkg/other.py": ""})
    done = answer(repository, "e", "q", editor=r"sed -i 's/.$/ + \"\xe2\x82\xac\")/'")
    assert "not kept: pkg/use.py: the encoding of the file has no such letters" in done.stdout


@pytest.mark.parametrize(
    ("editor", "told"),
    [
        ("false", "the editor 'false' failed: exit code 1\n"),
        ("/nowhere/editor", "the editor '/nowhere/editor' failed: No such file or directory\n"),
        ("rm", "the editor 'rm' failed: No such file or directory\n"),
        ("sed -i 's/", "the editor 'sed -i 's/' can't be run: No closing quotation\n"),
        ("", "no editor: neither VISUAL nor EDITOR is set\n"),
    ],
)
def test_an_editor_that_fails_ends_no_review(
    repository: Any, answer: Any, editor: str, told: str
) -> None:
    done = answer(repository, "y", "e", "a", editor=editor)
    assert (done.exit_code, f"not kept: {told}" in done.stdout) == (0, True)
    assert "reviewed: 4 accepted" in done.stdout


def test_what_is_skipped_waits_for_nothing(repository: Any, answer: Any) -> None:
    told = answer(repository, "n", "y", "q").stdout
    assert "left alone  3 places; waiting: 2 for an answer in the review\n" in told
    assert "left alone  3 places\n" in answer(repository, "n", "n").stdout


def test_the_reviews_of_one_offs_are_forgotten_as_well(
    repository: Any, migrate: Any, answer: Any
) -> None:
    before = planned(repository, migrate)
    answer(repository, "n", "a")
    assert planned(repository, migrate) != before
    assert migrate("review", "--forget", cwd=repository.path).code == 0
    assert planned(repository, migrate) == before


def test_a_reader_that_types_at_the_end_is_told_what_there_is(repository: Any, answer: Any) -> None:
    done = answer(repository, "a", "z", "y", "u", "y", "q")
    assert done.stdout.count("u  undo the last answer   /TEXT") == 2


def test_two_reviews_at_once_keep_the_answers_of_both(
    repository: Any, migrate: Any, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from onepath_cli.reviewing import Dialogue

    ask, others = Dialogue._ask, ["/old(3)", "n", "q"]

    def interrupted(dialogue: Dialogue, question: str) -> str | None:
        if others:
            given, others[:] = [*others], []
            answer(repository, *given)
        return ask(dialogue, question)

    monkeypatch.setattr(Dialogue, "_ask", interrupted)
    done = answer(repository, "y", "q")
    assert "reviewed: 1 accepted, 1 skipped, 2 not decided" in done.stdout
