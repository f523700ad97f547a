"""`migrate audit`: every finding, in the format that is asked for, and the gate."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onepath.errors import InputError
from onepath_cli.auditing import Audited, audit_config, run_audit
from onepath_cli.commands.reports.shared import OutputFile, RuleNames
from onepath_cli.context import (
    HEAD,
    WORKTREE,
    Options,
    near,
    open_workspace,
    read_config,
    telling_uncommitted,
)
from onepath_cli.output import Output, deliver
from onepath_cli.planning import plan_phases

if TYPE_CHECKING:
    from onepath.audit.baseline import Comparison
    from onepath.audit.gate import BaselineGate
    from onepath.config.migrate_toml import Config


class AuditFormat(StrEnum):
    """What an audit prints."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    MARKDOWN = "markdown"
    GITHUB = "github"
    GITLAB = "gitlab"
    CONCISE = "concise"
    GROUPED = "grouped"
    JSON_LINES = "json-lines"
    JUNIT = "junit"
    RDJSON = "rdjson"


class FailOn(StrEnum):
    """Which findings make the exit code 1."""

    ANY = "any"
    NEW = "new"


class Emit(StrEnum):
    """Settings of other tools that keep the old paths out."""

    RUFF = "ruff"


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What the command line says."""

    rules: Sequence[str] | None
    paths: Sequence[str]
    baseline: Path | None
    write: bool
    accept: bool
    fail_on: FailOn | None
    local: bool = False
    planned: bool = False


PathArguments = Annotated[
    list[str] | None,
    typer.Argument(metavar="PATH", help="As --path.", show_default=False),
]
Local = Annotated[
    bool,
    typer.Option(
        "--local",
        help="Only rules that judge a file by itself and what it imports; with --path the "
        "other files are not read.",
    ),
]
Planned = Annotated[
    bool,
    typer.Option(
        "--planned", help="Audit what all phases would make of the code; nothing is written."
    ),
]
PathOptions = Annotated[
    list[str] | None,
    typer.Option(
        "--path",
        metavar="PATH",
        help="Only findings in this file, folder or glob; may be repeated.",
    ),
]
Form = Annotated[
    AuditFormat | None, typer.Option("--format", help="By default text.", show_default=False)
]
BaselineFile = Annotated[
    Path | None,
    typer.Option("--baseline", metavar="FILE", help="The findings that are let through."),
]
WriteBaseline = Annotated[
    bool,
    typer.Option(
        "--write-baseline", help="Let today's findings through; later, take out what is gone."
    ),
]
Accept = Annotated[
    bool, typer.Option("--accept", help="With --write-baseline: let new findings through, too.")
]
FailOnWhat = Annotated[
    FailOn | None,
    typer.Option(
        "--fail-on",
        help="Exit 1 on any finding (the default), or only on what the baseline lacks.",
        show_default=False,
    ),
]
EmitWhat = Annotated[
    Emit | None,
    typer.Option("--emit", help="Print the renames as a setting of this tool instead."),
]


def audit(
    context: typer.Context,
    paths: PathArguments = None,
    rule: RuleNames = None,
    local: Local = False,
    planned: Planned = False,
    path: PathOptions = None,
    form: Form = None,
    baseline: BaselineFile = None,
    write_baseline: WriteBaseline = False,
    accept: Accept = False,
    fail_on: FailOnWhat = None,
    emit: EmitWhat = None,
    output: OutputFile = None,
) -> None:
    """Find every violation of the rules, and fail on those that count."""
    options: Options = context.obj
    wishes = _Wishes(
        rule,
        (*(path or ()), *(paths or ())),
        baseline,
        write_baseline,
        accept,
        fail_on,
        local,
        planned,
    )
    if emit is not None:
        if wishes != _Wishes(None, (), None, False, False, None) or form is not None:
            raise InputError("--emit goes only with --output", hint="it prints the configuration")
        _emit(options, output)
        return
    if planned and (write_baseline or local):
        raise InputError(
            "--planned goes neither with --write-baseline nor with --local",
            hint="a baseline is of the code as it is; audit --planned alone",
        )
    if accept and not write_baseline:
        raise InputError("--accept needs --write-baseline", hint="add it, or leave --accept out")
    audited, comparison, fails = _audited(options, wishes)
    write = _PRINTERS[form or AuditFormat.TEXT]
    deliver(write(audited, comparison, options.output, output is None), output, options.output)
    if fails:
        raise typer.Exit(1)


def _emit(options: Options, output: Path | None) -> None:
    from onepath.report.ruff import banned_api

    with open_workspace(options) as workspace:
        config = read_config(options, workspace)
    deliver(banned_api(config.imports), output, options.output)


def _audited(options: Options, wishes: _Wishes) -> "tuple[Audited, Comparison | None, bool]":
    """The findings, the same beside the baseline if there is one, and whether any of them count."""
    from onepath.plan.auditing import local_rules

    with open_workspace(options, writes=wishes.write) as workspace:
        config = audit_config(options, workspace)
        gate = _gate(config, wishes)
        rules = wishes.rules or config.audit.rules
        if wishes.local:
            rules = local_rules(rules, config)
        with telling_uncommitted(options, workspace):
            plan = plan_phases(options, workspace, None) if wishes.planned else None
            audited = run_audit(options, workspace, config, rules, wishes.paths, planned=plan)
    result, comparison = audited.result, None
    if gate is not None:
        is_whole = not wishes.paths and not wishes.local
        comparison = gate.compare(result, files=audited.files, is_whole=is_whole)
        if wishes.write:
            kept = gate.freeze(comparison, accept=wishes.accept)
            comparison = kept.compare(result, files=audited.files, is_whole=is_whole)
            _tell(kept, comparison, options.output)
        # What is gone at another revision may still be there at this one.
        elif is_whole and not wishes.planned and options.rev in (None, HEAD, WORKTREE):
            options.output.note(gate.shrink(comparison))
    fail_on = wishes.fail_on or config.audit.fail_on
    if (fail_on or (FailOn.NEW if wishes.write else FailOn.ANY)) == FailOn.ANY:
        return audited, comparison, bool(result.findings)
    return audited, comparison, bool(result.findings if comparison is None else comparison.new)


def _gate(config: "Config", wishes: _Wishes) -> "BaselineGate | None":
    from onepath.audit.gate import open_gate

    path = wishes.baseline
    if path is None and config.audit.baseline and config.path is not None:
        path = near(config.path.parent / config.audit.baseline)
    if path is None:
        if wishes.write:
            raise InputError(
                "--write-baseline needs a file",
                hint='add --baseline FILE, or `baseline = "FILE"` below [audit] to migrate.toml',
            )
        return None
    return open_gate(path, may_be_new=wishes.write)


def _tell(gate: "BaselineGate", comparison: "Comparison", output: Output) -> None:
    from onepath.report.text import counted

    output.note(f"baseline {gate.path}: {counted(len(gate.entries), 'finding')}\n")
    if comparison.new:
        new = counted(len(comparison.new), "new finding")
        output.note(f"{new} not let through; --accept does that\n")


# ------------------------------------------------------------------- formats


def _text(
    audited: Audited, comparison: "Comparison | None", output: Output, to_stdout: bool
) -> str:
    from onepath.report.audits.text import audit_blocks
    from onepath.report.lines import as_text

    blocks = audit_blocks(audited.result, comparison, verbose=output.verbose)
    return output.as_shown(blocks) if to_stdout else as_text(blocks)


def _json(audited: Audited, comparison: "Comparison | None", _: Output, __: bool) -> str:
    from onepath.report.audits.document import audit_document

    return _document(audit_document(audited.result, comparison))


def _sarif(audited: Audited, comparison: "Comparison | None", _: Output, __: bool) -> str:
    from onepath.report.audits.sarif import sarif_document

    return _document(sarif_document(audited.result, audited.pack.audit_rules, comparison))


def _markdown(audited: Audited, comparison: "Comparison | None", output: Output, _: bool) -> str:
    from onepath.report.audits.markdown import audit_markdown

    return audit_markdown(audited.result, comparison, verbose=output.verbose)


def _github(audited: Audited, comparison: "Comparison | None", _: Output, __: bool) -> str:
    from onepath.report.audits.github import audit_github

    return audit_github(audited.result, comparison)


def _gitlab(audited: Audited, comparison: "Comparison | None", _: Output, __: bool) -> str:
    from onepath.report.audits.gitlab import gitlab_document

    return _document(gitlab_document(audited.result, comparison))


def _concise(audited: Audited, comparison: "Comparison | None", _: Output, __: bool) -> str:
    from onepath.report.audits.listing import audit_concise

    return audit_concise(audited.result, comparison)


def _grouped(audited: Audited, comparison: "Comparison | None", _: Output, __: bool) -> str:
    from onepath.report.audits.listing import audit_grouped

    return audit_grouped(audited.result, comparison)


def _json_lines(audited: Audited, comparison: "Comparison | None", _: Output, __: bool) -> str:
    from onepath.report.audits.listing import audit_json_lines

    return audit_json_lines(audited.result, comparison)


def _junit(audited: Audited, comparison: "Comparison | None", _: Output, __: bool) -> str:
    from onepath.report.audits.junit import audit_junit

    return audit_junit(audited.result, comparison)


def _rdjson(audited: Audited, comparison: "Comparison | None", _: Output, __: bool) -> str:
    from onepath.report.audits.rdjson import audit_rdjson

    return _document(audit_rdjson(audited.result, comparison))


def _document(content: Mapping[str, Any] | Sequence[Any]) -> str:
    return json.dumps(content, indent=2) + "\n"


_PRINTERS: Mapping[AuditFormat, Callable[[Audited, "Comparison | None", Output, bool], str]] = {
    AuditFormat.TEXT: _text,
    AuditFormat.JSON: _json,
    AuditFormat.SARIF: _sarif,
    AuditFormat.MARKDOWN: _markdown,
    AuditFormat.GITHUB: _github,
    AuditFormat.GITLAB: _gitlab,
    AuditFormat.CONCISE: _concise,
    AuditFormat.GROUPED: _grouped,
    AuditFormat.JSON_LINES: _json_lines,
    AuditFormat.JUNIT: _junit,
    AuditFormat.RDJSON: _rdjson,
}
