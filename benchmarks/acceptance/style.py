"""What compiling, and ruff, say about changed files."""

import re
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from processes import run

_UNDEFINED = "F821"
_PATH = re.compile(r"`[\w.]*\.(?=\w+)")
_RULES = f"{_UNDEFINED},F811,F401"


def that_do_not_compile(paths: Mapping[str, str], top: Path) -> list[str]:
    """The changed modules that compiled before and don't now, each with the error.

    Args:
        paths: Where each is, and where it was.
        top: The repository.
    """
    damage = []
    for path, was in paths.items():
        error = _error((top / path).read_bytes())
        if error and not _error(_before(was, top)):
            damage.append(f"{path} does not compile: {error}")
    return damage


def new_findings(paths: Mapping[str, str], top: Path) -> tuple[list[str], list[str]]:
    """New findings about undefined names, and those about unused and repeated ones.

    Args:
        paths: Where each changed module is, and where it was.
        top: The repository.
    """
    with tempfile.TemporaryDirectory(prefix="acceptance-") as scratch:
        old, new = Path(scratch, "old"), Path(scratch, "new")
        for path, was in paths.items():
            for folder, text in ((old, _before(was, top)), (new, (top / path).read_bytes())):
                file = folder / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(text)
        more = sorted((_findings(new) - _findings(old)).elements())
    undefined = [finding for finding in more if f" {_UNDEFINED} " in finding]
    return undefined, [finding for finding in more if finding not in undefined]


def _findings(folder: Path) -> Counter[str]:
    if not folder.exists():
        return Counter()
    _, said = run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--quiet",
         "--select", _RULES, "--output-format", "concise", "."],
        folder,
    )  # fmt: skip
    findings: Counter[str] = Counter()
    for line in said.splitlines():
        path, _, rest = line.partition(":")
        # Without the line, which moves; a name that is repeated is named with its first line.
        what = rest.partition(" ")[2].partition(" from line ")[0]
        if path.endswith((".py", ".pyi")) and what:
            # By the last name alone: an import that was unused may come from elsewhere now.
            findings[f"{path}: {_PATH.sub('`', what)}"] += 1
    return findings


def _before(path: str, top: Path) -> bytes:
    code, name = run(["git", "rev-parse", "--verify", "--quiet", f"main:{path}"], top)
    if code:
        return b""
    # Bytes as they are: a file need not be UTF-8.
    return subprocess.run(
        ["git", "cat-file", "blob", name.strip()], cwd=top, capture_output=True, check=True
    ).stdout


def _error(text: bytes) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "changed", "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            return str(error)
    return ""
