"""What an audit comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from onepath.audit.finding import Finding
from onepath.audit.keeps import KeptFinding
from onepath.model import Note, Refusal


@dataclass(frozen=True, slots=True)
class AuditResult:
    """All findings of one revision."""

    revision: str
    rules: tuple[str, ...]
    """The rules that were run, by name, sorted."""
    findings: tuple[Finding, ...]
    """Sorted by rule, path, line, column, message."""
    python_files: int
    parsed: int
    unparseable: tuple[Refusal, ...]
    notes: tuple[Note, ...]
    kept: tuple[KeptFinding, ...] = ()
    """What comments keep, in the same order."""
    samples: frozenset[str] = frozenset()
    """Files that only serve tests as data."""
    on_request: Mapping[str, int] = field(default_factory=dict)
    """Rule -> how many of its findings are shown only to those who name the rule or their place."""

    def by_rule(self) -> Mapping[str, Sequence[Finding]]:
        """The findings of each rule that was run, those without any included."""
        grouped: dict[str, list[Finding]] = {rule: [] for rule in self.rules}
        for finding in self.findings:
            grouped[finding.rule].append(finding)
        return grouped
