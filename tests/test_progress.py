"""How far a run is, as its parts tell it."""

import pytest

from onepath.progress import Progress, ProgressStep, quiet


@pytest.fixture
def told() -> list[ProgressStep]:
    return []


@pytest.fixture
def progress(told: list[ProgressStep]) -> Progress:
    return Progress(told.append)


def test_words_alone_say_how_far_the_run_was(progress: Progress, told: list[ProgressStep]) -> None:
    progress("planning")
    assert told == [ProgressStep("planning", 0.0)]


def test_parts_share_what_is_left(progress: Progress, told: list[ProgressStep]) -> None:
    for left in (3, 2, 1):
        with progress.part(left, f"phase {left}"):
            progress("planning")
    progress("done")
    assert [(one.text, round(one.share, 3)) for one in told] == [
        ("phase 3: planning", 0.0),
        ("phase 2: planning", 0.333),
        ("phase 1: planning", 0.667),
        ("done", 1.0),
    ]


def test_parts_of_a_part_stay_in_it(progress: Progress, told: list[ProgressStep]) -> None:
    with progress.part(2, "audit"), progress.part(2, "reading"):
        progress.files("files", 5, 10)
    assert told == [ProgressStep("audit: reading: files", 0.0625, 5, 10)]


def test_rounds_come_nearer_and_never_to_the_end(
    progress: Progress, told: list[ProgressStep]
) -> None:
    with progress.part(2):
        for _ in range(9):
            progress.round()
            progress("proving")
    shares = [one.share for one in told]
    assert shares == sorted(set(shares))
    assert shares[-1] < 0.5


def test_the_share_never_shrinks_whatever_a_part_raises(
    progress: Progress, told: list[ProgressStep]
) -> None:
    def part() -> None:
        with progress.part(4, "a part"):
            progress.files("files", 10, 10)
            raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        part()
    progress("next")
    assert told[-1] == ProgressStep("next", 0.25)


def test_nobody_is_told() -> None:
    quiet("planning")
    quiet.files("files", 1, 2)
