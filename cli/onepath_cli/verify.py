"""`migrate verify`: landed phases against what they give again; routes against each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from onepath.errors import InputError
from onepath.report.text import counted, printable
from onepath_cli.context import (
    WORKTREE,
    Options,
    PhaseNames,
    Workspace,
    find_and_read_config,
    known_config,
    open_engine,
    open_workspace,
    read_config,
)
from onepath_cli.status import Form, TextOrJson

if TYPE_CHECKING:
    from onepath.config.migrate_toml import Config
    from onepath.model import Snapshot
    from onepath.verify.runtime import Outcome, RuntimeResult, Verdict

_DIFFERS = 3
_FINDINGS = 1
_TIMEOUT = 120.0
_GATE_TIMEOUT = 3600.0


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked about landed phases."""

    branch: str | None
    gates: bool
    forget: bool
    timeout: float | None
    as_json: bool


def verify(
    context: typer.Context,
    branch: Annotated[
        str | None, typer.Argument(metavar="BRANCH", help="Only the phase of this branch.")
    ] = None,
    phase: PhaseNames = None,
    gates: Annotated[
        bool,
        typer.Option(
            "--gates/--no-gates",
            help="Run the commands of `verify` in the configuration as well: on each phase and on "
            "what is below it, in a temporary checkout. This runs your code.",
        ),
    ] = True,
    forget: Annotated[
        bool,
        typer.Option(
            "--forget",
            help="Verify nothing; let the next landing try the places again with which gates "
            "failed.",
        ),
    ] = False,
    runtime: Annotated[
        bool,
        typer.Option(
            "--runtime",
            help="Import every route to every canonical path instead, in both orders, and compare "
            "the objects and their signatures. This runs your code: its imports, as it lies in "
            "the work tree.",
        ),
    ] = False,
    python: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            help="With --runtime: your interpreter, 3.8 or newer; by default that in .venv, or "
            "python3 on the PATH.",
        ),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            min=0.1,
            metavar="SECONDS",
            help=f"For each run of a gate, by default {_GATE_TIMEOUT:g}; with --runtime for each "
            f"process, by default {_TIMEOUT:g}.",
        ),
    ] = None,
    form: Form = TextOrJson.TEXT,
) -> None:
    """Plan each landed phase again from its base and compare it, byte for byte, with its branch."""
    options: Options = context.obj
    if runtime and (phase or branch is not None):
        given = "--phase" if phase else branch
        raise InputError(f"--runtime looks at the work tree and has no phases; leave {given} out")
    if phase and branch is not None:
        raise InputError("name a branch or phases, not both")
    if not runtime and python is not None:
        raise InputError("--python needs --runtime")
    with open_workspace(options) as workspace:
        if runtime:
            _verify_runtime(options, workspace, python, timeout or _TIMEOUT)
        else:
            asked = _Asked(branch, gates, forget, timeout, form is TextOrJson.JSON)
            _verify_landed(options, workspace, phase or (), asked)


# ------------------------------------------------------------------ branches


def _verify_landed(
    options: Options, workspace: Workspace, phases: Sequence[str], asked: "_Asked"
) -> None:
    repository = workspace.repository
    if repository is None:
        raise InputError(f"{workspace.folder}: not in a git repository, so nothing has landed")
    if options.rev is not None:
        raise InputError("each branch names its own base; leave --rev out")
    found = find_and_read_config(options, workspace)

    from onepath.codemod.packs import load_packs
    from onepath.config.migrate_toml import parse_config
    from onepath.report.verified import verified_document, verified_text
    from onepath.run import make_executor
    from onepath.state.base import today
    from onepath.state.planning import chosen_pack
    from onepath.state.withheld import forget_withheld
    from onepath.verify.branches import run_gates
    from onepath.verify.landed import phase_of_branch, verify_landed
    from onepath.verify.regenerate import Regeneration

    config = found or parse_config("", "")
    if asked.branch is not None:
        phases = [phase_of_branch(config.branch_prefix, asked.branch)]
    packs, progress = load_packs(), options.output.progress
    pack = chosen_pack(packs, config)
    if asked.forget:
        forget_withheld(repository, pack, config, phases)
        return
    with make_executor(options.jobs) as executor:

        def configured(snapshot: "Snapshot") -> "Config":
            return found or known_config(options, workspace, snapshot, executor)

        regeneration = Regeneration(repository, packs, configured, executor, progress)
        verified = verify_landed(
            repository, config, pack, regeneration.plan, phases, today(repository)
        )
        gated = []
        if asked.gates:
            gated = run_gates(
                repository, config, verified, regeneration,
                timeout=asked.timeout or _GATE_TIMEOUT, progress=progress,
            )  # fmt: skip
    if asked.as_json:
        options.output.document(verified_document(verified, gated))
    else:
        options.output.result(verified_text(verified, gated))
    if any(one.differences for one in verified):
        options.output.note(
            "hint: a branch that somebody changed, another migrate.toml or another version of "
            "this tool gives differences\n"
        )
    if any(one.withheld for one in gated):
        options.output.note(
            "hint: `migrate apply` brings the branches to what holds, without these places\n"
        )
    if any(one.differences for one in verified) or not all(one.holds for one in gated):
        raise typer.Exit(_DIFFERS)


# ------------------------------------------------------------------- runtime


def _verify_runtime(
    options: Options, workspace: Workspace, given: str | None, timeout: float
) -> None:
    if options.rev not in (None, WORKTREE):
        raise InputError(
            f"--runtime imports the files as they lie, not those of {options.rev}",
            hint="leave --rev out, or check that revision out in a work tree of its own",
        )
    config = read_config(options, workspace)

    from onepath.verify.routes import runtime_check
    from onepath.verify.runtime import choose_python, verify_runtime

    python = choose_python(workspace.folder, given)
    with open_engine(options, workspace, WORKTREE) as (snapshot, executor):
        check = runtime_check(
            snapshot,
            config,
            executor=executor,
            cache_dir=workspace.cache_dir,
            progress=options.output.progress,
        )
    for path in check.gone:
        options.output.note(f"{path} does not exist any more; not imported\n")
    if not check.groups:
        options.output.note("no path of [imports] is there to be imported\n")
        return
    options.output.note(f"importing the work tree with {python}\n")
    result = verify_runtime(
        workspace.folder,
        check,
        python=python,
        timeout=timeout,
        progress=options.output.progress,
    )
    options.output.result("".join(f"{line}\n" for line in _runtime_lines(result)))
    if not result.holds:
        raise typer.Exit(_FINDINGS)


def _runtime_lines(result: "RuntimeResult") -> Iterator[str]:
    rows = [("route", "same object", "same signature", "warnings", "error")]
    rows += map(_row, result.verdicts)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
    yield ""
    canonical = {one.route: one for one in result.verdicts if one.route == one.canonical}
    for verdict in result.verdicts:
        yield from _details(verdict, canonical[verdict.canonical])
    bad = sum(not one.holds for one in result.verdicts)
    routes = counted(len(result.verdicts), "route")
    said = f"{bad:,} of them wrong" if bad else "each the same object in both orders"
    yield f"{routes} in Python {result.python}: {said}"


def _row(verdict: "Verdict") -> tuple[str, str, str, str, str]:
    given, backwards = verdict.given, verdict.reversed
    is_canonical = verdict.route == verdict.canonical
    same = "canonical" if is_canonical and given.same else _both(given.same, backwards.same)
    warnings = max(given.warnings, backwards.warnings)
    return (
        printable(verdict.route), same, _both(*verdict.same_signature),
        str(warnings) if warnings else "-", printable(_error(given, backwards)) or "-",
    )  # fmt: skip


def _both(given: bool | None, backwards: bool | None) -> str:
    if given == backwards:
        return {True: "yes", False: "no", None: "-"}[given]
    if given and backwards is False:
        return "no, in reverse"
    if backwards and given is False:
        return "no, in order"
    return "only in reverse" if backwards else "only in order"


def _error(given: "Outcome", backwards: "Outcome") -> str:
    if given.error == backwards.error or (given.error and backwards.error):
        return given.error
    if given.error:
        return f"in order: {given.error}"
    return f"in reverse: {backwards.error}" if backwards.error else ""


def _details(verdict: "Verdict", canonical: "Verdict") -> Iterator[str]:
    """What a route is, where that is not what its canonical path is."""
    pairs = (
        ("in order", verdict.given, canonical.given),
        ("in reverse", verdict.reversed, canonical.reversed),
    )
    for order, outcome, wanted in pairs:
        if verdict.depends_on_order or outcome.same is False:
            about = printable(f"{outcome.what}{outcome.signature}" if outcome.what else "nothing")
            yield f"{printable(verdict.route)}, {order}: {about}"
            if outcome.same is False:
                yield f"  not {printable(f'{wanted.what}{wanted.signature}')}"
