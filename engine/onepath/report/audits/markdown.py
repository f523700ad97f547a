"""What an audit found, as the text of an issue or of a comment on a pull request."""

import html
import re
from collections.abc import Collection, Sequence

from onepath.audit.baseline import Comparison
from onepath.audit.finding import Finding
from onepath.audit.result import AuditResult
from onepath.report.audits.text import on_request
from onepath.report.text import counted, printable

# A forge takes 65,536 characters; what is longer is refused whole.
_MOST_CHARACTERS = 60_000
# So many places of one rule are listed; `verbose` lists all that fit.
_FIRST = 20
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|~@-])")


def audit_markdown(
    result: AuditResult, comparison: Comparison | None = None, *, verbose: bool = False
) -> str:
    """Describe the findings: a table of the rules, and the places of each rule folded below.

    Args:
        result: What was found.
        comparison: The same beside a baseline; its new findings come first, marked.
        verbose: List all places, as far as a comment takes them.
    """
    new = None if comparison is None else frozenset(comparison.new)
    total = counted(len(result.findings), "finding")
    files = counted(result.python_files, "Python file")
    of_them = "" if new is None else f", {len(new):,} new"
    blocks = [
        f"### {total}{of_them} in {files}",
        f"Revision {_code(result.revision)}, audited by onepath.",
        _table(result, new),
    ]
    if result.on_request:
        blocks.append(_text(on_request(result.on_request)))
    if result.unparseable:
        failures = [
            f"- {_place(refusal.path, refusal.line)} {_text(refusal.reason)}"
            for refusal in sorted(result.unparseable)
        ]
        blocks.append(_folded(f"{len(failures):,} not parsed", failures, verbose))
    for rule, findings in result.by_rule().items():
        if findings:
            blocks.append(_folded(f"{rule}: {len(findings):,}", _lines(findings, new), verbose))
    return _fitting(blocks) + "\n"


def _table(result: AuditResult, new: Collection[Finding] | None) -> str:
    rows = ["| rule | findings | files |", "| --- | ---: | ---: |"]
    if new is not None:
        rows = [f"{rows[0]} new |", f"{rows[1]} ---: |"]
    for rule, findings in result.by_rule().items():
        row = f"| {rule} | {len(findings):,} | {len({finding.path for finding in findings}):,} |"
        if new is not None:
            row += f" {sum(finding in new for finding in findings):,} |"
        rows.append(row)
    return "\n".join(rows)


def _lines(findings: Sequence[Finding], new: Collection[Finding] | None) -> list[str]:
    ordered = findings if new is None else sorted(findings, key=lambda finding: finding not in new)
    return [
        f"- {'**new** ' if new is not None and finding in new else ''}"
        f"{_place(finding.path, finding.line)} {_text(finding.message)}"
        for finding in ordered
    ]


def _folded(title: str, lines: Sequence[str], verbose: bool) -> str:
    shown = list(lines if verbose else lines[:_FIRST])
    if rest := len(lines) - len(shown):
        shown.append(f"- and {rest:,} more")
    inner = "\n".join(shown)
    return f"<details><summary>{html.escape(title)}</summary>\n\n{inner}\n\n</details>"


def _fitting(blocks: Sequence[str]) -> str:
    """The blocks that fit; whoever wants the others runs the audit."""
    shown: list[str] = []
    room = _MOST_CHARACTERS
    for block in blocks:
        if len(block) <= room:
            shown.append(block)
            room -= len(block) + 2
    if left_out := len(blocks) - len(shown):
        shown.append(f"{counted(left_out, 'list')} did not fit; `migrate audit` shows all.")
    return "\n\n".join(shown)


def _place(path: str, line: int) -> str:
    return _code(f"{path}:{line}" if line else path)


def _code(text: str) -> str:
    """Text in a code span, whatever backticks it has."""
    text = printable(text)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if longest else ""
    return f"{fence}{space}{text}{space}{fence}"


def _text(text: str) -> str:
    """Text that is only text: no markup, no HTML, no mention of a person."""
    escaped = _MARKUP.sub(r"\\\1", printable(text))
    return (
        escaped.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\\@", "&#64;")
    )
