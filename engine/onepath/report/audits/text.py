"""What an audit found, for people at a terminal."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from onepath.audit.baseline import Comparison
from onepath.audit.finding import Finding
from onepath.audit.keeps import KeptFinding
from onepath.audit.result import AuditResult
from onepath.report.lines import BLANK, Column, Line, ReportBlock, ReportTable, Row, Tone, as_text
from onepath.report.text import FIRST, counted, place, printable, unread_files


def audit_text(
    result: AuditResult, comparison: Comparison | None = None, *, verbose: bool = False
) -> str:
    """Describe the findings rule by rule, and end with a table of all rules.

    Args:
        result: What was found.
        comparison: The same beside a baseline; its new findings come first, marked.
        verbose: Show every finding, note and unreadable file, not only the first of each kind.

    Returns:
        Lines, each with its end; no colours.
    """
    return as_text(audit_blocks(result, comparison, verbose=verbose))


def audit_blocks(
    result: AuditResult, comparison: Comparison | None = None, *, verbose: bool = False
) -> list[ReportBlock]:
    """The same, before it is text."""
    new = None if comparison is None else frozenset(comparison.new)
    files = counted(result.python_files, "Python file")
    blocks: list[ReportBlock] = [Line(f"revision {printable(result.revision)}: {files}")]
    for rule, findings in result.by_rule().items():
        if findings:
            blocks += [BLANK, Line(f"{rule}: {_sum(findings, new)}", Tone.HEADING)]
            blocks += _places(findings, new, verbose)
    blocks += unread_files(result.unparseable, result.notes, verbose)
    blocks += [BLANK, _table(result, new)]
    if result.on_request:
        blocks += [BLANK, Line(on_request(result.on_request))]
    if result.kept:
        blocks += [BLANK, *_kept(result.kept, verbose)]
    if comparison is not None and comparison.gone:
        blocks += [BLANK, Line(f"gone since the baseline: {len(comparison.gone):,}")]
    return blocks


def on_request(counts: Mapping[str, int]) -> str:
    """Say how much there is that is shown on request only."""
    told = ", ".join(f"{count:,} by {rule}" for rule, count in sorted(counts.items()))
    return f"shown on request: {told} (--rule NAME, or --path for data of tests)"


def _kept(kept: Sequence[KeptFinding], verbose: bool) -> Iterator[Line]:
    yield Line(f"kept by comments: {len(kept):,}{'' if verbose else ' (--verbose lists them)'}")
    for finding in kept if verbose else ():
        reason = f": {printable(finding.reason)}" if finding.reason else ""
        where = place(finding.finding.path, finding.finding.line, finding.finding.rule)
        yield Line(f"{where}{reason}", indent=2)


def _sum(findings: Sequence[Finding], new: Collection[Finding] | None) -> str:
    files = {finding.path for finding in findings}
    text = f"{counted(len(findings), 'finding')} in {counted(len(files), 'file')}"
    if new is None:
        return text
    return f"{text}, {sum(finding in new for finding in findings):,} new"


def _places(
    findings: Sequence[Finding], new: Collection[Finding] | None, verbose: bool
) -> Iterator[Line]:
    """The new findings first, because they are what fails a gate."""
    ordered = findings if new is None else sorted(findings, key=lambda one: one not in new)
    shown = ordered if verbose else ordered[:FIRST]
    for finding in shown:
        is_new = new is not None and finding in new
        text = place(finding.path, finding.line, finding.message)
        said = f"{'new: ' if is_new else ''}{text}  [{finding.fingerprint}]"
        yield Line(said, Tone.WRONG if is_new else Tone.PLAIN, indent=2)
    if rest := len(findings) - len(shown):
        yield Line(f"and {rest:,} more (--verbose shows all)", Tone.QUIET, indent=2)


def _table(result: AuditResult, new: Collection[Finding] | None) -> ReportTable:
    numbers = ["findings", "files", *(["new"] if new is not None else [])]
    columns = (Column("rule"), *(Column(head, is_number=True) for head in numbers))
    grouped = {rule: list(findings) for rule, findings in result.by_rule().items()}
    grouped["all"] = list(result.findings)
    rows = []
    for rule, findings in grouped.items():
        figures = [len(findings), len({finding.path for finding in findings})]
        if new is not None:
            figures.append(sum(finding in new for finding in findings))
        fixes = set() if rule == "all" else {finding.fixed_by for finding in findings}
        cells = (rule, *(f"{figure:,}" for figure in figures), ", ".join(sorted(fixes)))
        rows.append(Row(cells))
    return ReportTable((*columns, Column("fixed by")), tuple(rows))
