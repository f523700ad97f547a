"""Modules that are replaced under the name that a file has for them: `patch("app.old")`.

What functions of `app` read from `old` they read from the replacement while it is there. By
another name they would get the real thing, and another attribute of the replacement is not what
the test has prepared. So what is read through that name stays.
"""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from onepath.facts.prefilter.words import Needles, Search, SearchByItself, SearchByWords
from onepath.model import BindingKey
from onepath.symbols.find_references.late import patches, runs_late
from onepath.symbols.renames import Renames
from onepath.symbols.resolve import Step
from onepath.symbols.world import World
from onepath_packs.canonical.imports.kept.withheld import KeepReason
from onepath_packs.canonical.imports.strings.attributes import PATCHED
from onepath_packs.canonical.imports.survey import Survey

_ASSIGNED = re.compile(rb"[\w\x80-\xff]+[ \t]*=(?!=)")
_QUOTED = re.compile(rb"[\w\x80-\xff]+[\"']")
_BEFORE_QUOTED = (b'"', b"'", b".", b":")


class _Replacements(SearchByWords, SearchByItself):
    """The search for files that may replace some names of modules.

    Args:
        names: The names.
    """

    def __init__(self, names: Collection[str]) -> None:
        words = "|".join(sorted(map(re.escape, names))).encode()
        self.digest = f"replacements {hashlib.sha256(words).hexdigest()}"
        self._names = Needles.of(names)

    @property
    def sought(self) -> Needles:
        """The names."""
        return self._names

    def hit_at(self, data: bytes, places: Sequence[int]) -> bool:
        """Whether a name is assigned to as an attribute, or is a string beside a patch."""
        for at in places:
            before = data[at - 1 : at]
            if before == b"." and _ASSIGNED.match(data, at):
                return True
            is_quoted = before in _BEFORE_QUOTED and _QUOTED.match(data, at)
            if is_quoted and (b"patch" in data or b"mock" in data):
                return True
        return False


def search_for_replacements(renames: Renames, survey: Survey) -> list[Search]:
    """The search by which `replaced_modules` begins; none if there is nothing to look for."""
    names = {name for _, name in _read_through(renames, survey)}
    return [_Replacements(names)] if names else []


def replaced_modules(
    world: World, renames: Renames, survey: Survey
) -> Mapping[str, Mapping[BindingKey, KeepReason]]:
    """By file, the bindings of modules that are replaced somewhere, with the reason to stay.

    Args:
        world: The code.
        renames: What is deprecated.
        survey: Who uses it.
    """
    steps = {*_read_through(renames, survey)}
    store = world.fact_store
    replaced: dict[str, dict[BindingKey, KeepReason]] = {}
    for search in search_for_replacements(renames, survey):
        for user in sorted(store.others_mentioning(store.python, search)):
            facts = world.facts(user)
            for patch in patches(user, facts, world.resolver, steps) if not facts.failure else ():
                path, name = patch.step
                reason = f"'{name}' is replaced here by {user}: only what is read from it is, too"
                replaced.setdefault(path, {})[0, name] = KeepReason(PATCHED, reason)
    return replaced


def _read_through(renames: Renames, survey: Survey) -> Iterator[Step]:
    """The names of modules, by file, through which functions read deprecated paths."""
    if renames.homes:
        return  # a module that moves itself is not there any more
    for path, sites in survey.sites.items():
        facts = survey.facts[path]
        for site in sites.chains:
            use = facts.uses[site.use]
            if site.string < 0 and not use.bound_in and runs_late(facts, use.scope):
                yield path, use.name
