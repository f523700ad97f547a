"""Every example beside every rule: all that is found, and nothing else."""

import importlib
import pkgutil
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import onepath.audit.rules
from onepath.analysis.index import Index
from onepath.audit.finding import Violation, findings
from onepath.audit.rule import Rule, engine_rules
from onepath.config.settings import CanonicalSymbol, Settings

FOLDER = Path(onepath.audit.rules.__file__).parent / "examples"
FILES = sorted(FOLDER.glob("*/*.example"))
MODULES = sorted(
    info.name
    for info in pkgutil.iter_modules(onepath.audit.rules.__path__)
    if not info.name.startswith("_")
)
HEADINGS = ("What it finds", "Why it matters", "Example", "How it is fixed")
_PLACE = re.compile(r"(?P<path>\S+):(?P<line>\d+) (?P<words>.+)")


@dataclass
class Example:
    """One situation: settings, files, and what a rule finds in them."""

    title: str
    settings: Settings = field(default_factory=Settings)
    files: dict[str, str] = field(default_factory=dict)
    expected: list[tuple[str, int, str, bool]] = field(default_factory=list)
    """Path, line, words of the message, whether it is shown on request only."""


def read_example(path: Path) -> Example:
    title, *sections = path.read_text(encoding="utf-8").split("\n=== ")
    example = Example(title.strip())
    for section in sections:
        head, _, body = section.partition("\n")
        kind, _, rest = head.partition(" ")
        if kind == "settings":
            example.settings = read_settings(body)
        elif kind == "file":
            example.files[rest.strip()] = body.rstrip("\n") + "\n" if body.strip() else ""
        elif kind in ("finding", "on-request") and (place := _PLACE.fullmatch(rest.strip())):
            expected = (place["path"], int(place["line"]), place["words"], kind == "on-request")
            example.expected.append(expected)
        else:
            raise ValueError(f"{path}: unknown section {head!r}")
    return example


def read_settings(text: str) -> Settings:
    data: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in tomllib.loads(text).items()
    }
    canonical: Mapping[str, Mapping[str, Any]] = data.pop("canonical", {})
    symbols = tuple(
        CanonicalSymbol(path, **{k: tuple(v) if isinstance(v, list) else v for k, v in s.items()})
        for path, s in canonical.items()
    )
    return Settings(canonical=symbols, **data)


def unlike(violations: list[Violation], expected: list[tuple[str, int, str, bool]]) -> list[str]:
    """What was found and not expected, and what was expected and not found."""
    left = list(violations)
    missing = []
    for path, line, words, on_request in sorted(expected, key=lambda one: -len(one[2])):
        for one in left:
            same_place = (one.path, one.line, one.on_request) == (path, line, on_request)
            if same_place and words in one.message:
                left.remove(one)
                break
        else:
            missing.append(f"not found: {path}:{line} {words}")
    return missing + [f"not expected: {one}" for one in left]


def rule_of(module: str) -> Rule:
    rule = importlib.import_module(f"onepath.audit.rules.{module}").RULE
    assert isinstance(rule, Rule)
    return rule


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_example(path: Path, make_index: Callable[..., Index]) -> None:
    example = read_example(path)
    index = make_index(example.files, example.settings)
    for name in index.paths:
        assert index.facts(name).failure is None, name
    rule = rule_of(path.parent.name.replace("-", "_"))
    violations = list(rule.check(index, index.settings))
    assert unlike(violations, example.expected) == []
    for one in violations:
        assert one.path in example.files
        assert one.column >= 1
        assert one.message == one.message.strip().rstrip(".")
    assert findings(rule.name, rule.phase, violations) == findings(
        rule.name, rule.phase, rule.check(index, index.settings)
    )


@pytest.mark.parametrize("module", MODULES)
def test_every_rule_has_near_misses_and_violations(module: str) -> None:
    folder = FOLDER / rule_of(module).name
    examples = [read_example(path) for path in sorted(folder.glob("*.example"))]
    assert any(not example.expected for example in examples), f"{folder}: no near-miss"
    assert any(example.expected for example in examples), f"{folder}: no violation"


@pytest.mark.parametrize("module", MODULES)
def test_every_rule_explains_itself(module: str) -> None:
    rule = rule_of(module)
    assert rule.name == module.replace("_", "-")
    assert rule.summary
    assert not rule.summary.endswith(".")
    lines = rule.explanation.splitlines()
    places = [lines.index(heading) if heading in lines else -1 for heading in HEADINGS]
    assert -1 not in places, dict(zip(HEADINGS, places, strict=True))
    assert places == sorted(places)


def test_every_folder_of_examples_is_of_a_rule() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} <= set(engine_rules())


def test_engine_rules_are_found_by_their_names() -> None:
    assert sorted(engine_rules()) == sorted(module.replace("_", "-") for module in MODULES)
