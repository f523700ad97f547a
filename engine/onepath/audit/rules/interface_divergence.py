"""A class of the role departs from the interface of the canonical class.

What it finds
    For each duplicate implementation, and each protocol of the role, how its public methods depart
    from those of the canonical class, inherited ones included: methods that are missing, methods
    that are extra, and methods of the same name that are called differently: parameters by name,
    kind, default and order, `async` or not, a property or a method, a class or static method. Also
    methods that `required` of the canonical symbol names and that are missing, and other bases. One
    finding a class; the whole matrix is in the report.

    A protocol may ask for less than the class has. It is a finding only if it asks for something
    that the class does not have, or has differently.

Why it matters
    A caller that is handed the other class fails on the first method that is missing, or hands a
    coroutine on that nobody awaits. Before two classes become one, each difference needs an answer.

Example
    class Hub:                                        # canonical
        async def send_to_peer(self, peer, text): ...
        def attach_peer(self, peer): ...

    class LegacyHub:                                  # finding: missing attach_peer;
        def send_to_peer(self, peer, text, ttl=3): ...    # send_to_peer is not async, with ttl

How it is fixed
    By hand: give the canonical class what only the other one has, or the callers what it has. The
    finding goes when the interfaces agree or the other class is gone.
"""

from collections.abc import Iterable, Iterator, Sequence

from onepath.analysis.classes import role_classes
from onepath.analysis.index import Index
from onepath.analysis.interfaces import Divergence, matrix
from onepath.audit.class_changes import ROLES
from onepath.audit.finding import Violation
from onepath.audit.rule import Rule
from onepath.config.settings import Settings

_SHOWN = 3


def check(index: Index, settings: Settings) -> Iterable[Violation]:
    """Find the classes of a role whose interface is not that of the canonical class."""
    for canonical, _ in role_classes(index):
        for column in matrix(index, canonical).columns:
            words = "; ".join(_words(column))
            if words:
                path, name = column.place
                yield Violation(
                    path,
                    index.classes[column.place].line,
                    f"{name} departs from {canonical.symbol.path}: {words}",
                    f"{index.module(path)}.{name}",
                    canonical.symbol.path,
                )


def _words(column: Divergence) -> Iterator[str]:
    protocol = column.verdict == "protocol"
    if column.missing and not protocol:
        yield _listed(len(column.missing), "missing", column.missing)
    if column.extra:
        yield _listed(len(column.extra), "extra", column.extra)
    if column.different:
        shown = [f"{difference.method}: {difference.words}" for difference in column.different]
        yield _listed(len(column.different), "different", shown)
    if column.lacking and not protocol:
        yield f"required and missing: {', '.join(column.lacking)}"
    if column.bases and not protocol:
        yield f"other bases: {', '.join(column.bases)}"


def _listed(count: int, what: str, names: Sequence[str]) -> str:
    dots = ", ..." if count > _SHOWN else ""
    return f"{count} {what} ({', '.join(names[:_SHOWN])}{dots})"


RULE = Rule("interface-divergence", "A class of the role has another interface", check, rests=ROLES)
