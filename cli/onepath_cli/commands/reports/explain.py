"""`migrate explain`: what a rule means, what becomes of a finding, every path to a symbol."""

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onepath.errors import InputError
from onepath_cli.auditing import audit_config, run_audit
from onepath_cli.commands.phases.status import Form, TextOrJson
from onepath_cli.context import (
    Options,
    Workspace,
    find_and_read_config,
    open_engine,
    open_workspace,
)
from onepath_cli.planning import plan_phases

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onepath.codemod.packs.pack import Pack
    from onepath.config.migrate_toml import Config

_FINGERPRINT = re.compile(r"[0-9a-f]{16}")
_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)+")


def explain(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="RULE|FINGERPRINT|SYMBOL", help="A dotted path is a symbol.")
    ],
    form: Form = TextOrJson.TEXT,
) -> None:
    """Tell what a rule means, why a finding is there, or who reaches a symbol by which path."""
    from onepath.report.explain import explained_rule, rule_document

    options: Options = context.obj
    as_json = form is TextOrJson.JSON
    pack = _pack(options)
    rules = pack.audit_rules
    if name in rules:
        rule = rules[name]
        mender = pack.mender(rule.phase)
        if as_json:
            options.output.document(rule_document(rule, mender))
        else:
            options.output.result(explained_rule(rule, mender))
        return
    is_fingerprint = _FINGERPRINT.fullmatch(name) is not None
    if not is_fingerprint and not _DOTTED.fullmatch(name):
        close = get_close_matches(name, rules, n=3) or _names_like(options, name)
        raise InputError(
            f"'{name}' is neither a rule nor a fingerprint nor a dotted path",
            hint=f"did you mean {_listed(close)}?" if close else f"rules: {', '.join(rules)}",
        )
    with open_workspace(options) as workspace:
        config = audit_config(options, workspace)
        answer = _finding if is_fingerprint else _symbol
        told = answer(options, workspace, config, name, as_json)
    if isinstance(told, str):
        options.output.result(told)
    else:
        options.output.document(told)


def _names_like(options: Options, word: str) -> list[str]:
    from onepath.discover.explain import names_like

    with open_workspace(options) as workspace:
        config = audit_config(options, workspace)
        with open_engine(options, workspace, None) as (snapshot, executor):
            return names_like(
                snapshot, config, word, executor=executor, cache_dir=workspace.cache_dir
            )


def _pack(options: Options) -> "Pack":
    """The packs that are configured, as one; those of an empty configuration if that has errors."""
    from onepath.codemod.packs.configuration import parse_config
    from onepath.codemod.packs.installed import packs_of
    from onepath.codemod.packs.pack import chosen_pack

    try:
        with open_workspace(options) as workspace:
            config = find_and_read_config(options, workspace) or parse_config("", "")
    except InputError:  # What a rule means can be told without.
        config = parse_config("", "")
    return chosen_pack(packs_of(config), config)


def _finding(
    options: Options, workspace: Workspace, config: "Config", fingerprint: str, as_json: bool
) -> "str | Mapping[str, Any]":
    from onepath.codemod.packs.installed import packs_of
    from onepath.codemod.packs.pack import chosen_pack
    from onepath.report.explain import explained_finding, explained_finding_document

    every = sorted(chosen_pack(packs_of(config), config).audit_rules)
    audited = run_audit(options, workspace, config, every)
    result = audited.result
    for finding in result.findings:
        if finding.fingerprint == fingerprint:
            plan = plan_phases(options, workspace, None) if config.imports else None
            if as_json:
                return explained_finding_document(finding, plan)
            rule = audited.pack.audit_rules[finding.rule]
            return explained_finding(finding, rule, plan)
    raise InputError(
        f"no finding at {result.revision} has the fingerprint {fingerprint}",
        hint="it may be mended; `migrate audit --verbose` lists the fingerprints there are",
    )


def _symbol(
    options: Options, workspace: Workspace, config: "Config", dotted: str, as_json: bool
) -> "str | Mapping[str, Any]":
    from onepath.discover.explain import close_names, symbol_routes
    from onepath.report.explain import explained_symbol, symbol_document

    with open_engine(options, workspace, None) as (snapshot, executor):
        cache = workspace.cache_dir
        try:
            routes = symbol_routes(
                snapshot,
                config,
                dotted,
                executor=executor,
                cache_dir=cache,
                progress=options.output.progress,
            )
        except InputError as error:
            close = close_names(snapshot, config, dotted, executor=executor, cache_dir=cache)
            hint = f"did you mean {_listed(close)}?" if close else error.hint
            raise InputError(error.message, hint=hint) from None
    if as_json:
        return symbol_document(routes)
    return explained_symbol(routes, verbose=options.output.verbose)


def _listed(names: list[str]) -> str:
    return " or ".join(f"'{name}'" for name in names)
