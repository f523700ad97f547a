"""What a rule finds, and how it is known again after the code has moved."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple


class Violation(NamedTuple):
    """One place that breaks a rule, as the rule reports it."""

    path: str
    line: int
    message: str
    symbol: str = ""
    """The dotted path that is at fault, as far as there is one."""
    canonical: str = ""
    """What it should be; empty where that is not known."""
    column: int = 1
    on_request: bool = False
    """Whether it is right and hardly anybody would act on it: it is counted, and shown to those who
    name the rule."""


class Finding(NamedTuple):
    """A violation with its rule and its fingerprint."""

    rule: str
    path: str
    line: int
    column: int
    message: str
    symbol: str
    canonical: str
    fixed_by: str
    """The version that mends it, `canonical/v0001`; empty where none does."""
    fingerprint: str
    """Sixteen hex digits that stay the same when lines move."""
    on_request: bool = False
    """As of the violation."""


def findings(rule: str, fixed_by: str, violations: Iterable[Violation]) -> tuple[Finding, ...]:
    """Give violations of one rule their fingerprints, in the order of files and lines.

    A fingerprint is made of the rule, the file, the symbol and the canonical path; equal ones are
    counted, so that one more of a kind is a new finding. The message is not part of it where there
    is a symbol: it may tell who else is concerned, and that changes when the code gets better.
    """
    seen: Counter[str] = Counter()
    result = []
    for violation in sorted(violations):
        key = "\0".join(
            (
                violation.path,
                *finding_identity(rule, violation.symbol, violation.canonical, violation.message),
            )
        )
        seen[key] += 1
        digest = hashlib.sha256(f"{key}\0{seen[key]}".encode("utf-8", "surrogateescape"))
        result.append(
            Finding(
                rule,
                violation.path,
                violation.line,
                violation.column,
                violation.message,
                violation.symbol,
                violation.canonical,
                fixed_by,
                digest.hexdigest()[:16],
                violation.on_request,
            )
        )
    return tuple(result)


def finding_identity(
    rule: str, symbol: str, canonical: str, message: str
) -> tuple[str, str, str, str]:
    """What makes a finding the same one wherever it stands.

    Without a symbol it is the message, less its numbers, which change when lines move.
    """
    words = "" if symbol else " ".join(w for w in message.split() if not _is_number(w))
    return rule, symbol, canonical, words


def _is_number(word: str) -> bool:
    return word.strip(",.;:()'").isdigit()
