"""What the page shows, as the engine's own values."""

from collections.abc import Mapping
from dataclasses import dataclass

from onepath.audit.result import AuditResult
from onepath.audit.rule import Rule
from onepath.config.owners import CodeOwners
from onepath.discover.fragmentation import Fragmentation
from onepath.model import Plan
from onepath.plan.history import Chosen, Point


@dataclass(frozen=True, slots=True)
class Picture:
    """A repository at a revision: what is fragmented, what would be done, what is left."""

    title: str
    """What the repository is called."""
    date: str
    """When the revision was committed, in UTC; empty where it is no commit."""
    result: AuditResult
    rules: Mapping[str, Rule]
    fragmentation: Fragmentation
    plan: Plan | None
    """None where the configuration asks for nothing."""
    waits: Mapping[str, str]
    """By the code of a refusal, what it waits for; others wait for `BY_HAND`."""
    owners: CodeOwners | None
    """None where the repository declares none."""
    history: tuple[Chosen, tuple[Point, ...]] | None
    """None where there is none, or it was not asked for."""
    code: Mapping[str, bytes]
    """The content of files with findings, by path."""
