"""What `migrate audit` and `migrate explain` share: the configuration, and the run itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onepath_cli.context import (
    Options,
    Workspace,
    current_folder,
    find_and_read_config,
    note_unmatched,
    open_engine,
    recognised_config,
)

if TYPE_CHECKING:
    from onepath.audit.result import AuditResult
    from onepath.codemod.packs.pack import Pack
    from onepath.config.migrate_toml import Config
    from onepath.model import Plan


@dataclass(frozen=True, slots=True)
class Audited:
    """A result, and the paths of the snapshot it is of."""

    result: "AuditResult"
    files: Collection[str]
    pack: "Pack"
    """Has the rules, and the versions that mend what they find."""


def audit_config(options: Options, workspace: Workspace) -> "Config":
    """The configuration, or the defaults of a pack that knows the code, or an empty one.

    Raises:
        InputError: It has errors.
    """
    from onepath.codemod.packs.configuration import parse_config

    config = find_and_read_config(options, workspace)
    if config is None:
        with open_engine(options, workspace, None) as (snapshot, executor):
            config = recognised_config(options, workspace, snapshot, executor)
    return config or parse_config("", "")


def run_audit(
    options: Options,
    workspace: Workspace,
    config: "Config",
    rules: Sequence[str] | None = None,
    paths: Sequence[str] = (),
    *,
    planned: "Plan | None" = None,
) -> Audited:
    """Audit the code at `--rev`, or what a plan makes of it.

    Raises:
        InputError: There is no such rule, or nothing at a path.
    """
    from onepath.codemod.packs.installed import packs_of
    from onepath.codemod.packs.pack import chosen_pack
    from onepath.plan.auditing import make_audit
    from onepath.plan.chosen import chosen_paths
    from onepath.snapshot import Overlay

    pack = chosen_pack(packs_of(config), config)
    base = planned.commit if planned is not None else None
    with open_engine(options, workspace, base) as (snapshot, executor):
        if planned is not None:
            snapshot = Overlay(snapshot, planned.files_after)
        files = snapshot.entries
        note_unmatched(options, config, snapshot)
        chosen = chosen_paths(paths, files, top=workspace.folder, folder=current_folder())
        result = make_audit(
            snapshot,
            config,
            executor=executor,
            cache_dir=workspace.cache_dir,
            rules=rules,
            paths=chosen or None,
            progress=options.output.progress,
            pack=pack,
            remembering=planned is None,
        )
    return Audited(result, files, pack)
