"""A path that leads nowhere is named, with the one that may have been meant."""

import re
from collections.abc import Callable

import pytest
from tests.conftest import Repository
from typer.testing import CliRunner

from onepath_cli.app import app

FILES = {
    "pkg/__init__.py": "",
    "pkg/shapes.py": """\
class Shape:
    def __init__(self):
        self.colour = 1


class Circle(Shape):
    def area(self, scale=1):
        return 3 * scale


def draw(circle):
    return Circle().area(scale=2)
""",
    "app.py": "import json\nfrom pkg.shapes import draw\nprint(draw, json.loads)\n",
}
CASES = {
    "a class": ("rename pkg.shapes.Circel pkg.shapes.Round", "pkg.shapes.Circle"),
    "a class whose new name is there": (
        "rename pkg.shapes.Circel pkg.shapes.draw", "pkg.shapes.Circle"
    ),
    "a module": ("rename pkg.shape.Circle pkg.shape.Round", "pkg.shapes.Circle"),
    "a method": ("rename pkg.shapes.Circle.aera pkg.shapes.Circle.surface", "area"),
    "an attribute": ("rename pkg.shapes.Shape.color pkg.shapes.Shape.hue", "colour"),
    "an inherited one": ("rename pkg.shapes.Circle.color pkg.shapes.Circle.hue", "colour"),
    "a parameter": ("rename pkg.shapes.draw.circel pkg.shapes.draw.it", "circle"),
    "a method's": ("rename pkg.shapes.Circle.area.scael pkg.shapes.Circle.area.by", "scale"),
    "a definition that moves": ("move pkg.shapes.Circel pkg.round", "pkg.shapes.Circle"),
    "a file": ("move pkg/shape.py pkg/x/", "pkg/shapes.py"),
    "a folder": ("move pgk/ lib/", "pkg"),
    "in a pattern": ("replace pkg.shapes.Circel($X) len($X)", "pkg.shapes.Circle"),
    "outside, in a pattern": ("replace json.lods($X) len($X)", "json.loads"),
    "a library in a pattern": ("replace jsn.loads($X) len($X)", "json"),
}  # fmt: skip


@pytest.fixture
def said(
    make_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    def run(*arguments: str, toml: str = "") -> str:
        files = {**FILES, "migrate.toml": toml} if toml else FILES
        monkeypatch.chdir(make_repository(files).path)
        done = CliRunner().invoke(app, [*arguments, "--dry-run"])
        assert done.exit_code in (0, 2), done.output
        return re.sub(r"\s+", " ", done.output)

    return run


@pytest.mark.parametrize("case", CASES)
def test_the_path_that_may_be_meant_is_named(said: Callable[..., str], case: str) -> None:
    arguments, meant = CASES[case]
    words = arguments.split(" ", 2) if arguments.startswith("replace") else arguments.split()
    assert f"did you mean '{meant}'?" in said(*words)


@pytest.mark.parametrize(
    ("old", "new", "is_told"),
    [
        ("pkg.shapes.Circel", "pkg.shapes.draw", True),
        ("pkg.shapes.Circel", "pkg.shapes.Circle", False),
        ("pkg.old.Circle", "pkg.shapes.Circle", False),
        ("pkg.shapes.Window", "pkg.shapes.Circle", False),
    ],
    ids=["misspelled", "renamed since", "a module that went since", "like nothing"],
)
def test_a_table_is_told_only_of_what_looks_misspelled(
    said: Callable[..., str], old: str, new: str, is_told: bool
) -> None:
    text = said(toml=f'[imports]\n"{old}" = "{new}"\n')
    assert ("'pkg.shapes.Circel' does not exist; did you mean" in text) is is_told


def test_what_is_there_is_no_suggestion_for_itself(said: Callable[..., str]) -> None:
    text = said("rename", "pkg.shapes.Circle.area", "pkg.shapes.draw")
    assert "'pkg.shapes.Circle.area' is used nowhere in this code" in text
    assert "did you mean" not in text
