"""The cases of rope's tests of moving and renaming whose references are in other files.

rope moves the definition and the references; `migrate rename` moves references. So the files that
define what moves are as rope leaves them, before and after, and the others are compared.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.peers.cases import Case
from tests.peers.sources import NotReachable, library, sdist

RELEASE = "rope==1.15.2"
_RECORDER = Path(__file__).with_name("rope_recorder.py")


def cases() -> Iterator[Case]:
    """Run rope's tests, and turn what they record into cases."""
    path = os.pathsep.join(map(str, (sdist(RELEASE), library(RELEASE))))
    command = [sys.executable, "-W", "ignore", str(_RECORDER)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=600,
        cwd=sdist(RELEASE), env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    if done.returncode:
        raise NotReachable(done.stderr[-500:])
    seen: Counter[str] = Counter()
    for record in json.loads(done.stdout):
        before, after, old, new = (record[key] for key in ("before", "after", "old", "new"))
        seen[record["name"]] += 1
        name = record["name"] + ("" if seen[record["name"]] == 1 else f" {seen[record['name']]}")
        given = {at: text for at, text in after.items() if at not in before}
        if not given:
            homes = (path.rpartition(".")[0] for path in (old, new))
            given = {at: after[at] for home in homes for at in _files(home) if at in after}
        gone = before.keys() - after.keys()
        files = {at: text for at, text in before.items() if at not in gone} | given
        compared = {at: text for at, text in after.items() if at not in given and text.strip()}
        if compared and old != new:
            yield Case(name, files, {old: new}, compared)


def _files(module: str) -> tuple[str, str]:
    folder = module.replace(".", "/")
    return f"{folder}.py", f"{folder}/__init__.py"
