"""Python in files that are not read as such: scripts without a suffix, `.pyw`, `.wsgi`."""

import re
from collections.abc import Iterator, Sequence

from onepath.facts.documents.kinds import is_other_code
from onepath.facts.prefilter.words import AllOf, Needles
from onepath.model import Refusal
from onepath.symbols.world import World

_SUFFIXES = (".pyw", ".wsgi")
_SHEBANG = re.compile(rb"#![^\n]*\bpython")


def spelling_scripts(
    world: World, spelled: Sequence[Sequence[frozenset[str]]]
) -> Iterator[Refusal]:
    """Scripts that spell all that a pattern does, each where it spells the first of it.

    Args:
        world: The code.
        spelled: By pattern, groups of words of which it spells one each.
    """
    for groups in filter(None, spelled):
        search = AllOf(tuple(map(Needles.of, groups)))
        paths = world.fact_store.texts_mentioning(is_other_code, search)
        for path, data in sorted(world.read(paths).items()):
            if not path.lower().endswith(_SUFFIXES) and not _SHEBANG.match(data):
                continue
            words = b"|".join(re.escape(word.encode()) for word in sorted(groups[0]))
            place = re.search(rb"(?<!\w)(?:%b)(?!\w)" % words, data)
            line = data.count(b"\n", 0, place.start()) + 1 if place is not None else 1
            reason = "it is not read as Python, and spells what is searched for"
            yield Refusal(path, line, "not-read", reason)
