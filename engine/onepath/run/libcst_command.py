"""A version of a pack as a command of `libcst.tool`, which takes one file at a time.

    python -m libcst.tool codemod -x --no-format onepath_packs.canonical.imports.command.Command .

What becomes of a file depends on all others, so the phase is planned once for the repository, as
its files lie, before the first file is written. Each file then is what the phase makes of it.
Files that a phase makes or deletes are beyond such a command: that is told as a warning, as
refusals are.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import libcst as cst
from libcst.codemod import CodemodCommand, CodemodContext, SkipFile

from onepath.codemod.codemod import BaseCodemod
from onepath.codemod.packs.configuration import load_config
from onepath.codemod.packs.installed import load_packs
from onepath.config.migrate_toml import find_config
from onepath.errors import InputError
from onepath.facts.store.cache import FactsCache
from onepath.plan.defaults import default_config
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Repository, open_snapshot
from onepath.symbols.world import World


@dataclass(frozen=True)
class PlannedFiles:
    """What a version does to the files of a repository."""

    root: Path
    old: Mapping[str, bytes]
    new: Mapping[str, bytes | None]
    """None deletes the file."""
    warnings: Mapping[str, tuple[str, ...]]
    made: tuple[str, ...] = ()
    """Files that are not there yet."""


class PhaseCommand(CodemodCommand):
    """A version of a pack as a command; a subclass names its class in `CODEMOD`."""

    CODEMOD: ClassVar[type[BaseCodemod]]

    def __init__(self, context: CodemodContext, planned: PlannedFiles | None = None) -> None:
        """Take what is planned; without, it is planned for the root that the context names."""
        super().__init__(context)
        self._planned = planned

    @classmethod
    def add_args(cls, arg_parser: argparse.ArgumentParser) -> None:
        """Add `--root`; it is turned into the plan before any file is written."""
        arg_parser.add_argument(
            "--root",
            dest="planned",
            metavar="DIR",
            type=lambda root: plan_version(cls.CODEMOD, Path(root).resolve()),
            default=".",
            help="The top folder of the repository, by default that around this folder.",
        )

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """Return what the phase makes of the file that the context names.

        Raises:
            SkipFile: It is not the file that was planned.
        """
        if self.context.filename is None:
            raise SkipFile("what becomes of a text without a file name is not known")
        planned = self._planned or plan_version(self.CODEMOD, self._root())
        file = Path(self.context.filename).resolve()
        if not file.is_relative_to(planned.root):
            raise SkipFile(f"it is outside of {planned.root}")
        path = file.relative_to(planned.root).as_posix()
        for text in planned.warnings.get(path, ()):
            self.warn(f"{path}:{text}")
        if path not in planned.new:
            return tree
        if path == min(planned.new):
            for made in planned.made:
                self.warn(f"{made}: the phase makes this file, which `migrate` can do")
        new = planned.new[path]
        if tree.bytes != planned.old[path]:
            raise SkipFile("it has changed since the phase was planned")
        if new is None:
            self.warn(f"{path}: the phase deletes this file, which `migrate` can do")
            return tree
        return cst.parse_module(new)

    def _root(self) -> Path:
        manager = self.context.metadata_manager
        if manager is not None:
            return Path(manager.root_path).resolve()
        return Path(self.context.filename or ".").resolve().parent


_known: dict[tuple[str, str, Path], PlannedFiles] = {}


def plan_version(codemod: type[BaseCodemod], folder: Path) -> PlannedFiles:
    """Plan a version for a repository, as its files lie, once in a process.

    Args:
        codemod: The version's class.
        folder: The top folder of the repository, or one below it.

    Raises:
        InputError: There is no configuration, and no installed pack knows the code.
        ConfigError: The configuration has errors, or contradicts the code.
    """
    key = codemod.__module__, codemod.__qualname__, folder
    if key not in _known:
        _known[key] = _planned(codemod, folder)
    return _known[key]


def _planned(codemod: type[BaseCodemod], folder: Path) -> PlannedFiles:
    repository = Repository.discover(folder)
    top = folder if repository is None else repository.top
    cache_dir = None if repository is None else repository.cache_dir
    snapshot, executor = open_snapshot(top, "WORKTREE"), SerialExecutor()
    path = find_config(top, None)
    config = (
        default_config(snapshot, load_packs(), executor=executor, cache_dir=cache_dir)
        if path is None
        else load_config(path)
    )
    if config is None:
        raise InputError(f"{top}: there is no migrate.toml", hint="`migrate init` writes one")
    with FactsCache(cache_dir) as cache:
        world = World.open(snapshot, cache, executor, roots=config.roots)
        changeset = codemod(config).plan(world).changeset
    warnings: dict[str, tuple[str, ...]] = {}
    for refusal in changeset.refusals:
        text = f"{refusal.line}: left alone: {refusal.reason} ({refusal.code})"
        warnings[refusal.path] = (*warnings.get(refusal.path, ()), text)
    changes = changeset.changes
    return PlannedFiles(
        top.resolve(),
        {change.path: change.old for change in changes if not change.is_new},
        {change.path: change.new for change in changes if not change.is_new},
        warnings,
        tuple(change.path for change in changes if change.is_new),
    )
