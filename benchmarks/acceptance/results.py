"""What became of the packages, and how it is kept from one run to the next."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Suite:
    """One run of a package's own tests."""

    passed: int = 0
    failed: list[str] = field(default_factory=list)
    """Identifiers of the tests that failed; those that ended the run otherwise are in words."""
    seconds: float = 0

    def __str__(self) -> str:
        return f"{self.passed} passed, {len(self.failed)} failed"


@dataclass
class Case:
    """One migration of a package, and what it did."""

    words: str
    seconds: float = 0
    files: int = 0
    edits: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    """Code of a refusal -> places."""
    damage: list[str] = field(default_factory=list)
    style: list[str] = field(default_factory=list)
    """New findings about imports in changed files: not damage, but somebody would mend them."""
    suite: Suite | None = None
    modules: int | None = None
    """How many can be imported first afterwards; None where only those concerned were."""

    @property
    def needs_nothing(self) -> bool:
        """Whether it changed something that could be merged as it is."""
        return bool(self.files) and not self.damage and not self.style


@dataclass
class Result:
    """A package and its cases."""

    package: str
    release: str
    checked: str = ""
    """The day, and the commit of the code that was checked with it."""
    python_files: int = 0
    modules: int = 0
    """How many could be imported first, before anything was changed."""
    discovery_seconds: float = 0
    """`migrate init`, which ranks the names; nothing cached."""
    suite: Suite | None = None
    cases: list[Case] = field(default_factory=list)

    @property
    def is_damaged(self) -> bool:
        return any(case.damage for case in self.cases)

    def keep(self, folder: Path) -> None:
        """Write it into a folder."""
        path = folder / f"{self.package}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")


def kept(folder: Path, package: str) -> Result | None:
    """The last result of a package, or None if there is none."""
    path = folder / f"{package}.json"
    if not path.exists():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    cases = [Case(**{**case, "suite": _suite(case["suite"])}) for case in data["cases"]]
    return Result(**{**data, "suite": _suite(data["suite"]), "cases": cases})


def _suite(data: dict[str, object] | None) -> Suite | None:
    return None if data is None else Suite(**data)  # type: ignore[arg-type]
