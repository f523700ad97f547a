"""What an audit found, for people at a terminal."""

from collections.abc import Collection, Iterator, Sequence

from onepath.audit.baseline import Comparison
from onepath.audit.finding import Finding
from onepath.audit.keeps import Kept
from onepath.audit.result import AuditResult
from onepath.report.text import FIRST, counted, place, printable, unread

_BOLD, _RED, _DIM, _PLAIN = "\x1b[1m", "\x1b[31m", "\x1b[2m", "\x1b[0m"


def audit_text(
    result: AuditResult,
    comparison: Comparison | None = None,
    *,
    verbose: bool = False,
    colours: bool = False,
) -> str:
    """Describe the findings rule by rule, and end with a table of all rules.

    Args:
        result: What was found.
        comparison: The same beside a baseline; its new findings come first, marked.
        verbose: Show every finding, note and unreadable file, not only the first of each kind.
        colours: Use the colours of a terminal.

    Returns:
        Lines, each with its end.
    """
    paint = _paint if colours else _leave
    new = None if comparison is None else frozenset(comparison.new)
    files = counted(result.python_files, "Python file")
    lines = [f"revision {printable(result.revision)}: {files}"]
    for rule, findings in result.by_rule().items():
        if findings:
            lines += ["", paint(f"{rule}: {_sum(findings, new)}", _BOLD)]
            lines += (paint(text, code) for text, code in _places(findings, new, verbose))
    lines += unread(result.unparseable, result.notes, verbose)
    lines += ["", *_table(result, new)]
    if result.kept:
        lines += ["", *_kept(result.kept, verbose)]
    if comparison is not None and comparison.gone:
        lines += ["", f"gone since the baseline: {len(comparison.gone):,}"]
    return "\n".join(lines) + "\n"


def _kept(kept: Sequence[Kept], verbose: bool) -> Iterator[str]:
    yield f"kept by comments: {len(kept):,}{'' if verbose else ' (--verbose lists them)'}"
    for one in kept if verbose else ():
        reason = f": {printable(one.reason)}" if one.reason else ""
        yield f"  {place(one.finding.path, one.finding.line, one.finding.rule)}{reason}"


def _sum(findings: Sequence[Finding], new: Collection[Finding] | None) -> str:
    files = {finding.path for finding in findings}
    text = f"{counted(len(findings), 'finding')} in {counted(len(files), 'file')}"
    if new is None:
        return text
    return f"{text}, {sum(finding in new for finding in findings):,} new"


def _places(
    findings: Sequence[Finding], new: Collection[Finding] | None, verbose: bool
) -> Iterator[tuple[str, str]]:
    """Lines with their colours: the new findings first, because they are what fails a gate."""
    ordered = findings if new is None else sorted(findings, key=lambda one: one not in new)
    shown = ordered if verbose else ordered[:FIRST]
    for finding in shown:
        is_new = new is not None and finding in new
        text = place(finding.path, finding.line, finding.message)
        yield f"  {'new: ' if is_new else ''}{text}  [{finding.fingerprint}]", _RED * is_new
    if rest := len(findings) - len(shown):
        yield f"  and {rest:,} more (--verbose shows all)", _DIM


def _table(result: AuditResult, new: Collection[Finding] | None) -> Iterator[str]:
    heads = ["findings", "files", *(["new"] if new is not None else [])]
    grouped = {rule: list(findings) for rule, findings in result.by_rule().items()}
    grouped["all"] = list(result.findings)
    width = max(map(len, [*grouped, "rule"]))
    yield "  ".join((f"{'rule':<{width}}", *heads, "fixed by"))
    for rule, findings in grouped.items():
        numbers = [len(findings), len({finding.path for finding in findings})]
        if new is not None:
            numbers.append(sum(finding in new for finding in findings))
        cells = [f"{number:>{len(head)},}" for head, number in zip(heads, numbers, strict=True)]
        fixes = set() if rule == "all" else {finding.fixed_by for finding in findings}
        yield "  ".join((f"{rule:<{width}}", *cells, ", ".join(sorted(fixes)))).rstrip()


def _paint(text: str, code: str) -> str:
    return f"{code}{text}{_PLAIN}" if code else text


def _leave(text: str, _: str) -> str:
    return text
