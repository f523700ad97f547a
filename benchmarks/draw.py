"""Draw findings of `migrate audit` at random, to be read by eye: `draw.py NAME==VERSION ...`.

Each distribution is downloaded once, unpacked and audited without a configuration, as anybody meets
it first. All findings together are sorted, and as many drawn as asked for; each is printed with the
lines that it points at. The same releases, seed and code give the same findings.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent / "acceptance"))

from sources import unpack

from onepath.audit.finding import Finding
from onepath.codemod.packs.configuration import parse_config
from onepath.model import Executor
from onepath.plan.auditing import make_audit
from onepath.run import make_executor
from onepath.snapshot import Folder

_SHOWN = 6


class Drawn(NamedTuple):
    """A finding of one release."""

    release: str
    finding: Finding
    lines: tuple[str, ...]
    """The code that it points at."""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Draw findings of `migrate audit` at random.")
    parser.add_argument("releases", nargs="+", metavar="NAME==VERSION")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--cache", type=Path, default=Path("build/acceptance"))
    given = parser.parse_args(arguments)
    cache = given.cache.resolve()
    with TemporaryDirectory() as folder, make_executor(None) as executor:
        every = [
            one
            for release in sorted(given.releases)
            for one in found(release, cache, Path(folder) / release, executor)
        ]
    drawn = random.Random(given.seed).sample(every, min(given.count, len(every)))
    for number, one in enumerate(sorted(drawn, key=lambda one: (one.release, one.finding)), 1):
        place = f"{one.finding.path}:{one.finding.line}"
        print(f"{number}. {one.release} {one.finding.rule} {place}\n   {one.finding.message}")
        print("".join(f"   | {line}\n" for line in one.lines))
    table(every, drawn)
    return 0


def found(release: str, cache: Path, folder: Path, executor: Executor) -> Iterator[Drawn]:
    """Audit one release, as it is unpacked from its source distribution."""
    unpack(release, cache, folder)
    result = make_audit(Folder(folder), parse_config("", ""), executor=executor)
    for finding in result.findings:
        text = (folder / finding.path).read_text(encoding="utf-8", errors="replace")
        lines = text.split("\n")[finding.line - 1 : finding.line - 1 + _SHOWN]
        yield Drawn(release, finding, tuple(lines))


def table(every: Sequence[Drawn], drawn: Sequence[Drawn]) -> None:
    """Print how many there are and how many were drawn, by rule and by release."""
    for key in (lambda one: one.finding.rule, lambda one: one.release):
        of_all, of_drawn = Counter(map(key, every)), Counter(map(key, drawn))
        for name, count in of_all.most_common():
            print(f"{name:<24}{of_drawn[name]:>5} of {count}")
        print()
    print(f"{len(drawn)} of {len(every)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
