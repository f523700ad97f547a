"""`migrate rename OLD NEW`: the codemod of the imports for one pair of names."""

from dataclasses import replace
from pathlib import Path

from onepath.codemod.outcome import Outcome
from onepath.codemod.packs import Pack, Version
from onepath.config.migrate_toml import Config
from onepath.config.names import name_problem, normal
from onepath.errors import ConfigError, InputError
from onepath.model import Executor, Plan, Snapshot
from onepath.plan.oneoff import on_branch
from onepath.plan.planner import make_plan
from onepath.symbols.world import Progress, World, quiet
from onepath_packs.canonical.imports.planning import plan_renames
from onepath_packs.canonical.imports.renames import build_renames
from onepath_packs.canonical.imports.unknown_names import remarks_on, unused

_RENAME = "rename"
_MOVES_REFERENCES = (
    "a rename moves references, not definitions: OLD and NEW are dotted names, and NEW must "
    "exist already"
)


def plan_rename(
    snapshot: Snapshot, config: Config, old: str, new: str, *, executor: Executor,
    cache_dir: Path | None = None, progress: Progress = quiet,
) -> Plan:  # fmt: skip
    """Plan a phase that takes every reference to `old` to `new`, which exists.

    Args:
        snapshot: The code as it is.
        config: Its roots, exclusions and choice for documents count; its renames do not.
        old: A dotted path that the code uses; it need not exist any more.
        new: The dotted path of something that does.
        executor: Runs what can run in parallel.
        cache_dir: Where facts are kept between runs; None keeps none.
        progress: Told, in words, what goes on.

    Raises:
        InputError: The names are not dotted names, or `new` is nothing to refer to.
    """
    old, new = normal(old), normal(new)
    _check_names(old, new)

    def plan(world: World, config: Config) -> Outcome:
        try:
            renames = build_renames(world, config)
            outcome = plan_renames(world, renames, config)
            remarks = remarks_on(world, renames)
            if not (outcome.changeset.changes or outcome.changeset.refusals):
                remarks = (unused(world, renames, old), *remarks)
            return replace(outcome, remarks=(*outcome.remarks, *remarks))
        except ConfigError as error:
            text = "\n".join(text for _, text in error.problems)
            raise InputError(text, hint=_MOVES_REFERENCES) from None

    version = Version(
        0, f"{old}_to_{new}", _RENAME, f"Rename {old} to {new}", plan,
        routes=lambda config: config.imports,
    )  # fmt: skip
    config = replace(config, path=None, pack=_RENAME, imports={old: new}, lines={})
    made = make_plan(
        snapshot, config, {_RENAME: Pack(_RENAME, (version,))},
        executor=executor, cache_dir=cache_dir, progress=progress,
    )  # fmt: skip
    leaves = f"{old.rpartition('.')[2]}-to-{new.rpartition('.')[2]}"
    return on_branch(made, f"migrate/{_RENAME}/{leaves}")


def _check_names(old: str, new: str) -> None:
    problems = [problem for name in (old, new) if (problem := name_problem(name))]
    if old == new:
        problems = [f"'{old}' is renamed to itself"]
    elif not problems and new.startswith(f"{old}."):
        problems = [f"'{new}' is inside '{old}': renaming it would never come to an end"]
    if problems:
        raise InputError("\n".join(problems), hint=_MOVES_REFERENCES)
