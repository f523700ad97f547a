"""A codemod as a version of a pack: what the plan, the ledger and the branches name."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from onepath.codemod.codemod import BaseCodemod
from onepath.codemod.outcome import Outcome
from onepath.codemod.packs.code_digest import version_digest
from onepath.config.migrate_toml import Config
from onepath.errors import OnepathError, PackDefectError
from onepath.facts.prefilter.words import Search
from onepath.model import VersionId
from onepath.symbols.world import World


@dataclass(frozen=True)
class Version:
    """A codemod in a pack.

    Args:
        pack: The name of the pack.
        codemod: The class.
        source: Where the pack comes from, with its version, for messages.
    """

    pack: str
    codemod: type[BaseCodemod]
    source: str = ""

    @property
    def number(self) -> int:
        return self.codemod.number

    @property
    def name(self) -> str:
        return self.codemod.name

    @property
    def phase(self) -> str:
        return self.codemod.phase

    @property
    def title(self) -> str:
        return self.codemod.title

    @property
    def why(self) -> str:
        return self.codemod.why

    @property
    def requires(self) -> tuple[int, ...]:
        return self.codemod.requires

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that decides what the version does, so that an edited one is another."""
        return version_digest(self.codemod)

    @property
    def identity(self) -> VersionId:
        return VersionId(self.pack, self.number, self.name, self.digest)

    def __str__(self) -> str:
        return f"{self.pack}/v{self.number:04d}_{self.name}"

    def configured(self, config: Config) -> bool:
        return self.codemod.configured(config)

    def routes(self, config: Config) -> Mapping[str, str]:
        return self.codemod.routes(config)

    def reads(self, config: Config) -> Search | None:
        return self.codemod.reads(config)

    def plan(self, world: World, config: Config) -> Outcome:
        """What the codemod does to a repository, proven.

        Args:
            world: The code as it is.
            config: What is asked for, and which places are withheld from the version.

        Raises:
            ConfigError: Its table contradicts the code.
            PackDefectError: The codemod failed.
        """
        review = config.reviews.get(str(self))
        try:
            asked = replace(config, review=review)
            withheld = config.withheld.get(str(self), ())
            if review is not None and not self.codemod.in_one_step(config):
                from onepath.codemod.review.replanned import replanned

                return replanned(
                    world, lambda asked: self.codemod(asked).plan(world, withheld), config, review
                )
            return self.codemod(asked).plan(world, withheld)
        except (OnepathError, OSError):
            raise
        except Exception as error:
            raise PackDefectError(str(self), self.source) from error
