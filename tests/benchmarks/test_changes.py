import ast
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
USE = "import os\n\n\ndef use(a):\n    b = a\n    return os.path.join(b)\n"


@pytest.fixture
def changes(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import changes

    yield changes
    for name in ("changes", "measure", "outcome", "subject", "table", "tools"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        ("statement in a function", ["M use.py"]),
        ("import", ["M use.py"]),
        ("function", ["M use.py"]),
        ("class", ["M use.py"]),
        ("file added", ["A use_added.py"]),
        ("file copied", ["A use_copied.py"]),
        ("file deleted", ["D use.py"]),
        ("file renamed", ["A use_renamed.py", "D use.py"]),
        ("text file added", ["A ADDED.txt"]),
    ],
)
def test_each_kind_is_one_change(
    changes: Any, make_repository: Any, tmp_path: Path, kind: str, changed: list[str]
) -> None:
    repository = make_repository({"use.py": USE * 30, "other.py": "x = 1\n"})
    clone = changes.Clone(repository.path, tmp_path)
    ((path, text),) = clone.candidates(1)
    assert (path, text) == ("use.py", USE * 30)
    made = clone.commit(changes.KINDS[kind](path, text))
    listed = clone.git("diff-tree", "-r", "--no-renames", "--name-status", "HEAD", made)
    assert sorted(listed.replace("\t", " ").splitlines()) == changed
    if "use.py" in listed and "D " not in changed[-1]:
        ast.parse(clone.git("show", f"{made}:use.py"))


def test_every_kind_is_tested(changes: Any) -> None:
    assert len(changes.KINDS) == 9
