"""Another class plays the role of a canonical class.

What it finds
    Classes that could stand in for a canonical one: those whose public methods, inherited ones
    included, are largely the same. Methods count by how rare they are: `get_stats`, which dozens of
    classes have, says nothing, and `attempt_message_recovery` much. A method is uncommon if at most
    20 classes of the repository, or one in two hundred, define it. A class is a finding if

    - it shares four uncommon methods, and these are at least 40 % by weight of the smaller of the
      two interfaces; fewer occur by chance in classes of one subject;
    - or its name claims the role and it shares three of them and 25 %. The name claims the role if
      it matches `roles` of the canonical symbol; by default, if it contains the symbol's own name.

    Methods that both inherit from one base are no evidence, unless the base is a protocol.

    Not findings, and told apart: other names of the same class, its subclasses and bases, enums,
    exceptions, protocols and classes of abstract methods only, data without methods, mocks and
    other test doubles, what is in tests, factories of the class, and namesakes that share no
    interface.

Why it matters
    Two classes of one role drift apart. Which of them a caller has decides how it behaves, and a
    mended fault comes back through the other one.

Example
    class ChannelHub:                      # canonical
        def attach_peer(self, peer): ...
        def detach_peer(self, peer): ...
        def fan_out(self, text): ...
        def replay_lost(self, peer): ...

    class PeerRegistry:                    # finding: another one of the role
        def attach_peer(self, peer): ...
        def detach_peer(self, peer): ...
        def fan_out(self, text, quiet=False): ...
        def replay_lost(self, peer): ...

How it is fixed
    The phase `managers` moves the uses that need nothing else, if it is in `[implementations]`, and
    takes out a class that nothing needs any more. The rest by hand: move what only the other class
    can do to the canonical one, then make the other name an alias of it. What differs is listed by
    `interface-divergence`.
"""

from collections.abc import Iterable

from onepath.analysis.classes import IMPLEMENTATION, candidates, role_classes
from onepath.analysis.index import Index
from onepath.audit.class_changes import ROLES
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.config.settings import Settings

_SHOWN = 3


def check(index: Index, settings: Settings) -> Iterable[Violation]:
    """Find the classes that play the role of a canonical one."""
    for canonical, cls in role_classes(index):
        for candidate in candidates(index, canonical):
            if candidate.verdict == IMPLEMENTATION and candidate.place != cls.place:
                shown = ", ".join(candidate.shared[:_SHOWN])
                more = len(candidate.shared) - _SHOWN
                rest = f" and {more} more" if more > 0 else ""
                yield Violation(
                    candidate.path,
                    candidate.line,
                    f"{candidate.name} plays the role of {canonical.symbol.path}: it has "
                    f"{len(candidate.shared)} uncommon methods of it ({shown}{rest}), "
                    f"{candidate.overlap * 100:.0f} % of the smaller interface",
                    f"{index.module(candidate.path)}.{candidate.name}",
                    canonical.symbol.path,
                )


RULE = Rule(
    "duplicate-implementation",
    "A class plays the role of a canonical one",
    check,
    "managers",
    rests=ROLES,
)
