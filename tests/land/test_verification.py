"""Stacks of landed phases, planned again by a planner that is made by hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from onepath.codemod import BaseCodemod
from onepath.codemod.packs.configuration import parse_config
from onepath.config.migrate_toml import Config
from onepath.model import Phase, Plan
from onepath.snapshot.repository import Repository
from onepath.state.branches.landing import land
from onepath.verify.landed import verify_landed

PREFIX = "migrate/demo"
CONFIG = parse_config(f'branch_prefix = "{PREFIX}"', "migrate.toml")


@dataclass(frozen=True)
class Step:
    """What the verification asks of a version."""

    phase: str
    identity: Any
    codemod: Any = BaseCodemod


class Steps:
    """What it asks of a pack."""

    name = "demo"

    def __init__(self, phases: Sequence[Phase]) -> None:
        self.versions = [Step(phase.name, phase.versions[0]) for phase in phases]

    def phases(self, _: Config) -> dict[str, list[Step]]:
        return {version.phase: [version] for version in self.versions}

    def identify(self, version: Step) -> Any:
        return version.identity


class Landed:
    """Two phases in two branches, and what a planner says of them later."""

    def __init__(self, project: Any, repository: Repository, kit: Any) -> None:
        self.project = project
        self.repository = repository
        self.kit = kit
        self.phases: list[Phase] = kit.two_phases()
        self.base = project.git("rev-parse", "HEAD")
        land(repository, kit.plan(self.base, self.phases), self.phases)
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def plan(self, base: str, names: Sequence[str], _on_top: Any, _commit: str) -> Plan:
        self.asked.append((base, tuple(names)))
        made: Plan = self.kit.plan(base, [phase for phase in self.phases if phase.name in names])
        return made

    def verify(self, *phases: str) -> list[tuple[str, list[str]]]:
        steps: Any = Steps(self.phases)
        found = verify_landed(self.repository, CONFIG, steps, self.plan, phases)
        return [(one.phase, [" ".join(each).strip() for each in one.differences]) for one in found]


@pytest.fixture
def landed(project: Any, discover: Callable[[Path], Repository], kit: Any) -> Landed:
    return Landed(project, discover(project.path), kit)


def test_a_branch_that_points_at_another_phase(landed: Landed) -> None:
    landed.project.git(
        "branch", "--force", f"{PREFIX}/01-canonical-imports", f"{PREFIX}/02-delete-shims"
    )
    first, second = landed.verify()
    assert first == ("canonical-imports", ["its commit is of the phase delete-shims"])
    assert second == ("delete-shims", [])


def test_a_branch_that_does_not_come_after_its_base(landed: Landed) -> None:
    branch = f"{PREFIX}/01-canonical-imports"
    message = landed.project.git("log", "-1", "--format=%B", branch)
    landed.project.git("checkout", "--quiet", "--orphan", "lone")
    landed.project.git("commit", "--quiet", "--message", message)
    landed.project.git("branch", "--force", branch, "lone")
    first, second = landed.verify()
    assert first == ("canonical-imports", [f"it does not come after its base {landed.base[:12]}"])
    assert second == ("delete-shims", [])


def test_a_merge_with_the_right_files_differs(landed: Landed) -> None:
    git, branch = landed.project.git, f"{PREFIX}/01-canonical-imports"
    message = git("log", "-1", "--format=%B", branch)
    other = git("commit-tree", "-m", "other", f"{landed.base}^{{tree}}")
    parents = ("-p", landed.base, "-p", other)
    merge = git("commit-tree", *parents, "-m", message, f"{branch}^{{tree}}")
    git("branch", "--force", branch, merge)
    base = landed.base[:12]
    assert landed.verify()[0] == (
        "canonical-imports",
        [f"it is made on {base} and {other[:12]}, not on {base}"],
    )


def test_what_the_second_phase_gives_now_differs(landed: Landed) -> None:
    kit, (first, second) = landed.kit, landed.phases
    [run] = [change for change in first.changeset.changes if change.path == "run.py"]
    other = kit.changed("run.py", run.new, b"Name()", b"repr(Name())", 0o100755)
    landed.phases[1] = kit.phase(2, "delete-shims", [other])
    assert landed.verify() == [
        ("canonical-imports", []),
        (
            "delete-shims",
            ["pkg/old.py deleted in the branch, left alone by the phase", "run.py other content"],
        ),
    ]
    assert second.changeset.deleted == ("pkg/old.py",)


def test_a_stack_is_planned_once(landed: Landed) -> None:
    assert landed.verify() == [("canonical-imports", []), ("delete-shims", [])]
    assert landed.asked == [(landed.base, ("canonical-imports", "delete-shims"))]


def test_a_phase_alone_is_planned_with_those_below_it(landed: Landed) -> None:
    assert landed.verify("delete-shims") == [("delete-shims", [])]
    assert landed.asked == [(landed.base, ("canonical-imports", "delete-shims"))]
    assert landed.verify("canonical-imports") == [("canonical-imports", [])]
    assert landed.asked[1:] == [(landed.base, ("canonical-imports",))]


def test_a_branch_below_that_is_gone_is_no_matter(landed: Landed) -> None:
    landed.project.git("branch", "--delete", "--force", f"{PREFIX}/01-canonical-imports")
    assert landed.verify() == [("delete-shims", [])]
