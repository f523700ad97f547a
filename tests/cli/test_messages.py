"""Messages are a set: each says what is wrong, and most of them what to try."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

TOP = Path(__file__).resolve().parents[2]
KINDS = {"InputError", "RefusedError", "OutsideError"}


class Message(NamedTuple):
    """An error as the code raises it."""

    place: str
    text: str
    hint: str | None


def literal(node: ast.expr) -> str:
    """The words of a text; what is filled in stands as `{}`."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            literal(one) if isinstance(one, ast.Constant) else "{}" for one in node.values
        )
    return "{}"


def messages() -> Iterator[Message]:
    for root in ("engine", "codemods", "cli"):
        for path in sorted((TOP / root).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_bytes())):
                name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
                if isinstance(node, ast.Call) and name in KINDS and node.args:
                    hint = next((one.value for one in node.keywords if one.arg == "hint"), None)
                    place = f"{path.relative_to(TOP)}:{node.lineno}"
                    yield Message(
                        place, literal(node.args[0]), None if hint is None else literal(hint)
                    )


MESSAGES = list(messages())


def test_there_are_messages() -> None:
    assert len(MESSAGES) > 150


@pytest.mark.parametrize("text", ["text", "hint"])
def test_they_begin_small_and_end_without_a_stop(text: str) -> None:
    said = [(one.place, getattr(one, text) or "") for one in MESSAGES]
    # Names and file formats keep their capitals.
    names = ("HEAD", "GitPython", "FILE", "GITLAB_TOKEN", "TOML", "CODEOWNERS", "PATH")
    loud = [one for one in said if one[1][:1].isupper() and not one[1].startswith(names)]
    assert loud == []
    assert [one for one in said if one[1].endswith((".", "!"))] == []


@pytest.mark.parametrize(
    "word", ["please", "sorry", "oops", "invalid", "illegal", "fatal", "failed to"]
)
def test_nobody_is_blamed_and_nothing_is_begged(word: str) -> None:
    said = [one for one in MESSAGES if word in f"{one.text} {one.hint}".lower()]
    assert said == []


def test_a_command_that_is_used_wrongly_says_what_to_try() -> None:
    """What stands alone says by itself what would be right."""
    bare = [one for one in MESSAGES if one.place.startswith("cli/") and not one.hint]
    self_evident = ("needs", "takes", "goes with", "can't be", "belongs to", "is said for")
    unhelpful = [
        one
        for one in bare
        if not any(word in one.text for word in self_evident) and ":" not in one.text
    ]
    assert unhelpful == []
