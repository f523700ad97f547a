"""What a version does if it leaves alone the places with which a gate fails."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from onepath.codemod.outcome import Outcome
from onepath.codemod.packs import Pack
from onepath.codemod.version import Version
from onepath.config.globs import literal_globs
from onepath.config.migrate_toml import Config
from onepath.model import Refusal, Withheld
from onepath.symbols.world import World

CODE = "gate-failed"


def plan_version(pack: Pack, version: Version, world: World, config: Config) -> Outcome:
    """Plan a version without the places that are withheld from it; they are refused.

    Args:
        pack: Has the version.
        version: What to plan.
        world: The code.
        config: Its `withheld` says which places.
    """
    withheld = config.withheld.get(str(pack.identify(version)), ())
    if not withheld:
        return version.plan(world, config)
    there = [place for place in withheld if place.path in world.snapshot.entries]
    files = {place.path: place.because for place in there if not place.name}
    places = tuple(place for place in there if place.path not in files)
    excluded = (*config.exclude, *literal_globs(files))
    outcome = version.plan(world, replace(config, exclude=excluded, places=places))
    told = {one.path for one in outcome.changeset.refusals if one.code == "excluded"}
    if files.keys() - told:
        # The version says nothing of a file that it is not to touch: it may have nothing to do.
        whole = version.plan(world, config).changeset
        would_change = {change.path for change in whole.changes}
        files = {path: why for path, why in files.items() if path in told | would_change}
    refusals = tuple(sorted({*_refusals(outcome.changeset.refusals, files)}))
    return replace(outcome, changeset=replace(outcome.changeset, refusals=refusals))


def _refusals(refusals: Sequence[Refusal], files: Mapping[str, str]) -> Iterator[Refusal]:
    """The refusals of an outcome; those of files that were excluded here say why."""
    told = set()
    for one in refusals:
        if one.path in files and one.code == "excluded":
            told.add(one.path)
            yield _whole(one.path, one.line, files[one.path])
        else:
            yield one
    for path in files.keys() - told:
        yield _whole(path, 1, files[path])


def _whole(path: str, line: int, because: str) -> Refusal:
    reason = f"the whole file is left as it is: with its changes '{because}' fails"
    return Refusal(path, line, CODE, reason)


def refused_places(places: Sequence[Withheld]) -> Mapping[tuple[str, str, str], str]:
    """By path, scope and name: why a place that is less than a file is refused."""
    return {
        (place.path, place.scope, place.name): f"with this change '{place.because}' fails"
        for place in places
    }
