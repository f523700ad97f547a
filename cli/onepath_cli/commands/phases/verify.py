"""`migrate verify`: landed phases against what they give again; routes against each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from onepath.errors import InputError
from onepath.report.text import printable
from onepath_cli.commands.phases.status import Form, TextOrJson
from onepath_cli.context import (
    WORKTREE,
    Options,
    PhaseNames,
    Workspace,
    find_and_read_config,
    known_config,
    no_repository,
    open_workspace,
)
from onepath_cli.output import Output

if TYPE_CHECKING:
    from onepath.config.migrate_toml import Config
    from onepath.model import Snapshot
    from onepath.verify.branches import Gated
    from onepath.verify.imports.imported import ImportTarget
    from onepath.verify.landed import Verified

_DIFFERS = 3
_FINDINGS = 1
_TIMEOUT = 120.0
_GATE_TIMEOUT = 3600.0


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked about landed phases, or about routes."""

    branch: str | None
    gates: bool
    forget: bool
    timeout: float | None
    as_json: bool
    python: str | None


Branch = Annotated[
    str | None, typer.Argument(metavar="BRANCH", help="Only the phase of this branch.")
]
Gates = Annotated[
    bool,
    typer.Option(
        "--gates/--no-gates",
        help="Run the commands of `verify` in the configuration as well: on each phase and on "
        "what is below it, in a temporary checkout. This runs your code.",
    ),
]
Forget = Annotated[
    bool,
    typer.Option(
        "--forget",
        help="Verify nothing; let the next landing try the places again with which gates failed.",
    ),
]
Runtime = Annotated[
    bool,
    typer.Option(
        "--runtime",
        help="Import every route to every canonical path instead, each module also first in "
        "a process of its own, and compare the objects and their signatures: on the branches "
        "of landed phases, or at --rev, in a temporary checkout; without any, in the work "
        "tree. On a branch only what was right at its base counts. This runs your code: its "
        "imports.",
    ),
]
Interpreter = Annotated[
    str | None,
    typer.Option(
        metavar="PATH",
        help="With --runtime: your interpreter, 3.8 or newer; by default that in .venv, or "
        "python3 on the PATH.",
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        min=0.1,
        metavar="SECONDS",
        help=f"For each run of a gate, by default {_GATE_TIMEOUT:g}; with --runtime for each "
        f"process, by default {_TIMEOUT:g}.",
    ),
]


def verify(
    context: typer.Context,
    branch: Branch = None,
    phase: PhaseNames = None,
    gates: Gates = True,
    forget: Forget = False,
    runtime: Runtime = False,
    python: Interpreter = None,
    timeout: Timeout = None,
    form: Form = TextOrJson.TEXT,
) -> None:
    """Plan each landed phase again from its base and compare it, byte for byte, with its branch."""
    options: Options = context.obj
    if phase and branch is not None:
        raise InputError("a branch and --phase contradict each other", hint="name one of them")
    if not runtime and python is not None:
        raise InputError("--python needs --runtime", hint="add it, or leave --python out")
    with open_workspace(options) as workspace:
        asked = _Asked(branch, gates, forget, timeout, form is TextOrJson.JSON, python)
        if runtime:
            _verify_runtime(options, workspace, phase or (), asked)
        else:
            _verify_landed(options, workspace, phase or (), asked)


# ------------------------------------------------------------------ branches


def _verify_landed(
    options: Options, workspace: Workspace, phases: Sequence[str], asked: "_Asked"
) -> None:
    repository = workspace.repository
    if repository is None:
        raise no_repository(workspace, "nothing has landed")
    if options.rev is not None:
        raise InputError(
            "each branch names its own base, so --rev says nothing", hint="leave --rev out"
        )
    found = find_and_read_config(options, workspace)

    from onepath.codemod.packs.configuration import parse_config
    from onepath.codemod.packs.installed import packs_of
    from onepath.codemod.packs.pack import chosen_pack
    from onepath.run import make_executor
    from onepath.state.branches.base import today
    from onepath.state.withheld import forget_withheld
    from onepath.verify.branches import run_gates
    from onepath.verify.landed import phase_of_branch, verify_landed
    from onepath.verify.regenerate import Regeneration

    config = found or parse_config("", "")
    if asked.branch is not None:
        phases = [phase_of_branch(config.branch_prefix, asked.branch)]
    packs, progress = packs_of(config), options.output.progress
    pack = chosen_pack(packs, config)
    if asked.forget:
        forget_withheld(repository, pack, config, phases)
        return
    with make_executor(options.jobs, options.scheduler) as executor:

        def configured(snapshot: "Snapshot") -> "Config":
            return found or known_config(options, workspace, snapshot, executor)

        regeneration = Regeneration(repository, packs, configured, executor, progress)
        verified = verify_landed(
            repository, config, pack, regeneration.plan, phases, today(repository)
        )
        gated = []
        if asked.gates:
            gated = run_gates(
                repository,
                config,
                verified,
                regeneration,
                timeout=asked.timeout or _GATE_TIMEOUT,
                progress=progress,
            )
    _tell(options.output, verified, gated, as_json=asked.as_json)
    if any(one.differences for one in verified) or not all(one.holds for one in gated):
        raise typer.Exit(_DIFFERS)


def _tell(
    output: Output, verified: "Sequence[Verified]", gated: "Sequence[Gated]", *, as_json: bool
) -> None:
    from onepath.report.verified import verified_document, verified_text

    if as_json:
        output.document(verified_document(verified, gated))
    else:
        output.result(verified_text(verified, gated))
    if any(one.differences for one in verified):
        output.note(
            "hint: a branch that somebody changed, another migrate.toml or another version of "
            "this tool gives differences\n"
        )
    if any(one.withheld for one in gated):
        output.note(
            "hint: `migrate apply` brings the branches to what holds, without these places\n"
        )


# ------------------------------------------------------------------- runtime


def _verify_runtime(
    options: Options, workspace: Workspace, phases: Sequence[str], asked: "_Asked"
) -> None:
    config = find_and_read_config(options, workspace)

    from onepath.report.runtime import imported_document, imported_text
    from onepath.run import available_cores, make_executor
    from onepath.verify.imports.imported import Importing
    from onepath.verify.imports.runtime import choose_python

    python = choose_python(workspace.folder, asked.python)
    targets = _targets(options, workspace, config, phases, asked.branch)
    with make_executor(options.jobs, options.scheduler) as executor:

        def configured(snapshot: "Snapshot") -> "Config":
            return config or known_config(options, workspace, snapshot, executor)

        importing = Importing(
            python,
            asked.timeout or _TIMEOUT,
            configured,
            executor,
            options.jobs or available_cores(),
            workspace.cache_dir,
            options.output.progress,
        )
        if targets and workspace.repository is not None:
            options.output.note(f"importing the branches' files with {python}\n")
            results = importing.targets(workspace.repository, targets)
        else:
            options.output.note(f"importing the work tree with {python}\n")
            results = [importing.files(workspace.folder)]
    for path in dict.fromkeys(path for imports in results for path in imports.gone):
        options.output.note(f"{printable(path)} does not exist any more; not imported\n")
    if all(imports.result is None for imports in results):
        options.output.note("no path of [imports] is there to be imported\n")
    if asked.as_json:
        options.output.document(imported_document(results))
    else:
        options.output.result(imported_text(results))
    if not all(imports.holds for imports in results):
        raise typer.Exit(_FINDINGS)


def _targets(
    options: Options,
    workspace: Workspace,
    config: "Config | None",
    phases: Sequence[str],
    branch: str | None,
) -> "list[ImportTarget]":
    """The branches to import; none for the files as they lie."""
    from onepath.verify.imports.imported import ImportTarget
    from onepath.verify.landed import base_of_branch, landed_branches, phase_of_branch

    repository = workspace.repository
    if options.rev is not None and (phases or branch is not None):
        raise InputError("a branch and --rev contradict each other", hint="name one of them")
    if repository is None or options.rev == WORKTREE:
        if phases or branch is not None:
            raise no_repository(workspace, "it has no branches")
        return []
    if options.rev is not None:
        return [ImportTarget(options.rev, repository.resolve(options.rev))]
    prefix = config.branch_prefix if config is not None else ""
    if branch is not None:
        phases = [phase_of_branch(prefix, branch)]
    if not phases and not landed_branches(repository, prefix):
        return []
    tips = landed_branches(repository, prefix, phases)
    return [ImportTarget(name, tip, base_of_branch(repository, tip)) for name, tip in tips.items()]
