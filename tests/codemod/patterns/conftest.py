from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.codemod.patterns.rule import PatternRule
from onepath.model import Phase
from onepath.plan.replacing import plan_replacement
from onepath.run import SerialExecutor
from onepath.snapshot import open_snapshot

CONFIG = parse_config("", "")


@dataclass(frozen=True)
class Replaced:
    phase: Phase

    @property
    def files(self) -> dict[str, str]:
        """What the changed files become."""
        changes = self.phase.changeset.changes
        return {one.path: (one.new or b"").decode() for one in changes}

    @property
    def refused(self) -> list[str]:
        return [f"{one.path}:{one.line} {one.code}" for one in self.phase.changeset.refusals]


Replace = Callable[..., Replaced]


@pytest.fixture
def replace(tmp_path: Path) -> Replace:
    """`replace(files, (pattern, replacement), ...)`: what the rules do to some files."""

    def run(files: Mapping[str, str], *rules: tuple[str, str]) -> Replaced:
        folder = tmp_path / "code"
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(text.encode())
        read = [PatternRule.read(*rule) for rule in rules]
        snapshot = open_snapshot(folder)
        (phase,) = plan_replacement(snapshot, CONFIG, read, executor=SerialExecutor()).phases
        return Replaced(phase)

    return run
