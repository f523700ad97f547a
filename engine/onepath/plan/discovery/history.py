"""What a name was that is no longer there: a bounded search of the git history."""

import time
from typing import NamedTuple

from onepath.errors import OnepathError
from onepath.facts.cache import FactsCache
from onepath.model import Executor
from onepath.snapshot import GitTree, Repository
from onepath.symbols.resolve import Resolution
from onepath.symbols.world import World

SECONDS = 20.0
"""How long one run may search before it stops asking."""


class Former(NamedTuple):
    """What a path was when it last existed."""

    revision: str
    """The last commit that had it, abbreviated."""
    resolution: Resolution
    canonical: Resolution
    """What the canonical path led to in that revision."""

    @property
    def is_canonical(self) -> bool:
        """Whether both led to one thing there."""
        return (
            self.resolution.kind == "definition" and self.resolution.target == self.canonical.target
        )


class History:
    """Looks dangling paths up in the commits before a revision.

    Args:
        repository: Where the history is.
        commit: Where the search begins.
        cache: The facts cache of the repository.
        executor: Runs the extraction.
        roots: Source roots, as for the present.
    """

    def __init__(
        self, repository: Repository, commit: str, cache: FactsCache, executor: Executor,
        roots: tuple[str, ...],
    ) -> None:  # fmt: skip
        self._repository = repository
        self._commit = commit
        self._cache = cache
        self._executor = executor
        self._roots = roots
        self._until: float | None = None
        self._worlds: dict[str, World] = {}

    @property
    def is_over(self) -> bool:
        """Whether the time for searching is used up."""
        return self._until is not None and time.monotonic() > self._until

    def look_up(self, module: str, name: str, present: str | None, canonical: str) -> Former | None:
        """What `module.name` was; None if it never was, or the search came to its end.

        Args:
            module: Its dotted module.
            name: Its name there.
            present: Path of the module's file if it still exists without the name.
            canonical: The path to compare with.
        """
        if self._until is None:  # the clock starts with the search, not with the reading before it
            self._until = time.monotonic() + SECONDS
        for revision in self._revisions(module, name, present):
            world = self._world(revision)
            if world is None:
                continue
            found = world.resolver.dotted(f"{module}.{name}")
            if found.kind == "definition":
                return Former(revision[:10], found, world.resolver.dotted(canonical))
        return None

    def _revisions(self, module: str, name: str, present: str | None) -> list[str]:
        """Commits just before one that took the module or the name away, newest first."""
        search: tuple[str, ...]
        if present is not None:
            search = ("-S", name, "--", f":(literal){present}")
        else:
            stem = module.replace(".", "/")
            files = [f"{root}/{stem}" if root else stem for root in self._roots]
            paths = [f":(literal){file}{end}" for file in files for end in (".py", "/__init__.py")]
            search = ("--diff-filter=D", "--no-renames", "--", *paths)
        if self.is_over:
            return []
        done = self._repository.git(
            "log", "--format=%P", "--max-count=3", self._commit, *search, check=False
        )
        if done.returncode:
            return []
        lines = done.stdout.decode().splitlines()
        return [line.split()[0] for line in lines if line]

    def _world(self, revision: str) -> World | None:
        """The code at a revision; None where its trees are not here: a shallow or partial clone."""
        if revision not in self._worlds:
            try:
                snapshot = GitTree(self._repository, revision)
                world = World.open(snapshot, self._cache, self._executor, roots=self._roots)
            except OnepathError:
                return None
            self._worlds[revision] = world
        return self._worlds[revision]
