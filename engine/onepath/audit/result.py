"""What an audit comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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

    def by_rule(self) -> Mapping[str, Sequence[Finding]]:
        """The findings of each rule that was run, those without any included."""
        grouped: dict[str, list[Finding]] = {rule: [] for rule in self.rules}
        for finding in self.findings:
            grouped[finding.rule].append(finding)
        return grouped
