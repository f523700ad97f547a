"""What a codemod is: a class with a number, a phase, a table, and what it proposes."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from onepath.codemod.outcome import Outcome, Proposal, Propose
from onepath.codemod.refusals.left_out import LeftOut
from onepath.config.migrate_toml import Config
from onepath.config.tables.table import Table
from onepath.facts.prefilter.words import Search
from onepath.model import Withheld
from onepath.symbols.world import World

if TYPE_CHECKING:
    from onepath.analysis.index import Index


class BaseCodemod(ABC):
    """One version of a pack. Once published, it never changes.

    A subclass says what it is in class attributes. An object of it is made for each plan, so it
    may keep what it has found out for the next time it is asked. Most inherit from `Codemod`; this
    one is for those that take several steps.
    """

    number: int
    """Its place in the pack, from 1."""
    name: str
    """What it does, in snake case: `break_cycles`."""
    phase: str
    """The phase it belongs to, as in the name of the branch: `cycles`."""
    title: str
    """The first line of its commit."""
    why: str = ""
    """What it is for, for the commit message and the pull request: a sentence or two."""
    requires: tuple[int, ...] = ()
    """Numbers of the versions of the same pack that must come before it."""
    table: type[Table] | None = None
    """Its table in `migrate.toml`; `self.config.table(...)` has it."""
    further_tables: tuple[type[Table], ...] = ()
    """Other tables that it reads."""
    waits_for: Mapping[str, str] = {}
    """Code of a refusal -> what such a place waits for, one of those in
    `onepath.codemod.refusals.waiting`; what is not here waits for work by hand."""
    earlier_digests: tuple[str, ...] = ()
    """Digests under which this very version has landed before: of the same code, moved or told
    apart in another way."""

    def __init__(self, config: Config) -> None:
        self.config = config

    @abstractmethod
    def steps(self, world: World) -> Iterable[Propose]:
        """What it proposes, one proposal after the other, each on what the one before it produces.

        Args:
            world: The code before the first of them.

        Raises:
            ConfigError: What it is configured to do contradicts the code.
        """

    def plan(self, world: World, withheld: Sequence[Withheld] = ()) -> Outcome:
        """What it does, proven: proposals and proof in turn, until nothing fails any more.

        Args:
            world: The code as it is.
            withheld: Places that it leaves alone because a gate fails with them.

        Raises:
            ConfigError: What it is configured to do contradicts the code.
        """
        from onepath.codemod.settling import settle_steps

        return settle_steps(world, self.steps(world), self.config.exclude, withheld)

    @classmethod
    def configured(cls, config: Config) -> bool:
        """Whether a configuration asks for it; if not, it takes no part in a plan."""
        return cls.table is None or config.has(cls.table)

    @classmethod
    def in_one_step(cls, config: Config) -> bool:
        """Whether all that it does is one proposal, which knows what was decided in a review.

        Otherwise it is planned again without what nobody accepted.
        """
        return False

    @classmethod
    def routes(cls, config: Config) -> Mapping[str, str]:
        """Dotted paths that it takes elsewhere, and where to, for commit messages."""
        return {}

    @classmethod
    def reads(cls, config: Config) -> Search | None:
        """What it will search Python files for, as far as the configuration tells.

        Only a hint: those files may be read while an earlier version is planned.
        """
        return None

    @classmethod
    def suggest(cls, index: "Index") -> Iterable[str]:
        """Lines for `migrate init`: its table as this code may need it, or as a comment.

        Args:
            index: All of the code, with the canonical symbols that the user named.
        """
        return ()


class Codemod(BaseCodemod):
    """A codemod of one step."""

    @abstractmethod
    def propose(self, world: World, left_out: LeftOut) -> Proposal:
        """What it would do, before the proof.

        It is asked again, with more left out, until the proof accepts everything that it
        proposes; and once on the result, where it must propose nothing.

        Args:
            world: The code: its files, facts and symbols. It changes nothing.
            left_out: Files that must not change, which it contains, and places of other files:
                what is excluded, and what failed the proof.

        Raises:
            ConfigError: Its table contradicts the code.
        """

    @classmethod
    def in_one_step(cls, config: Config) -> bool:
        return True

    def steps(self, world: World) -> Iterable[Propose]:
        from onepath.codemod.review.reviewed import reviewed

        return (reviewed(self.propose, self.config.review),)
