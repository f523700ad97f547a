"""What a package's modules hold when each is imported first."""

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from observe import BORROWED
from processes import run

_OBSERVE = Path(__file__).with_name("observe.py")
_LONGEST = 900

Names = dict[str, dict[str, str] | str]
"""Module -> its public names and what is behind them, or the error of importing it."""
Stable = dict[str, dict[str, str]]
"""The same for the modules that can be imported."""


class Imported:
    """Imports the modules of a package.

    Args:
        python: An interpreter that has what the package depends on.
        top: The repository.
        entry: The package's table in the list.
    """

    def __init__(self, python: Path, top: Path, entry: Mapping[str, Any]) -> None:
        self._python = python
        self._top = top
        self._root = top / entry.get("root", ".")
        self._packages = entry["packages"]
        self._skipped = frozenset(entry.get("skip", ()))
        self._loaded: dict[str, list[str]] = {}
        """Module -> the files that importing it first loaded."""

    def published(self) -> Stable:
        """Each module that can be imported, and its names; the package is as published.

        The order of a set, or the time of day, decides about some objects. Whether a name that
        differs later has always differed is asked then, by `still_stable`.
        """
        names = self._names(self._modules(), note_loaded=True)
        return {module: dict(said) for module, said in names.items() if isinstance(said, dict)}

    def still_stable(self, stable: Stable, modules: Sequence[str], runs: int) -> Stable:
        """The part of some names about which more runs agree.

        Args:
            stable: What earlier runs agree about.
            modules: Those to look at again.
            runs: How often.
        """
        for seed in range(1, runs + 1):
            others = self._names(modules, seed=f"{seed}")
            for module in modules:
                other = others.get(module)
                names = stable.pop(module, {})
                if isinstance(other, dict):
                    stable[module] = {n: said for n, said in names.items() if other.get(n) == said}
        return stable

    def now(self, changed: Sequence[str]) -> Names:
        """What the modules hold that load a changed file.

        Args:
            changed: Paths in the repository. Who imports something new is changed itself, so that
                what a module loaded before says whether it may be another one.
        """
        files = {str(self._top / path) for path in changed}
        present = set(self._modules())
        affected = [
            module
            for module, loaded in self._loaded.items()
            if module in present and not files.isdisjoint(loaded)
        ]
        gone = dict.fromkeys(self._loaded.keys() - present, "the module is gone")
        return {**self._names(affected), **gone}

    def _names(self, modules: Sequence[str], seed: str = "0", note_loaded: bool = False) -> Names:
        with tempfile.TemporaryDirectory(prefix="acceptance-") as scratch:
            out = Path(scratch, "out")
            out.mkdir()
            code, said = run(
                [str(self._python), str(_OBSERVE), str(self._root), str(out)], Path(scratch),
                given="\n".join(modules), longest=_LONGEST,
                environment={"PYTHONPATH": str(self._root), "PYTHONHASHSEED": seed},
            )  # fmt: skip
            if code:
                print(f"importing ended with {code}: {said}", file=sys.stderr)
            results = {path.name: json.loads(path.read_text()) for path in sorted(out.iterdir())}
        if note_loaded:
            self._loaded = {module: loaded for module, (_, loaded) in results.items()}
        return {module: names for module, (names, _) in results.items()}

    def _modules(self) -> list[str]:
        modules = []
        for package in self._packages:
            for file in sorted((self._root / package).rglob("*.py")):
                parts = list(file.relative_to(self._root).with_suffix("").parts)
                is_named = all(part.isidentifier() for part in parts)
                if is_named and not self._skipped.intersection(parts) and parts[-1] != "__main__":
                    modules.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
        return modules


def differences(before: Stable, after: Names, symbols: Sequence[tuple[str, str]] = ()) -> list[str]:
    """What was there and is not, or is something else.

    Args:
        before: The package as published.
        after: What its changed part is now.
        symbols: Pairs of paths to one object; a text may go from one to the other.
    """
    damage = []
    for module, now in after.items():
        was = before.get(module)
        if was is None:
            continue
        if not isinstance(now, dict):
            damage.append(f"import {module}: {now}")
            continue
        for name, said in was.items():
            other = now.get(name, "gone")
            is_borrowed = name not in now and said.startswith(BORROWED)
            if other != said and not is_borrowed and not _follows(said, other, symbols):
                damage.append(f"{module}.{name}: {said} -> {other}")
    return damage


def _follows(said: str, other: str, symbols: Sequence[tuple[str, str]]) -> bool:
    """Whether a text differs in the path of a symbol alone."""
    is_text = said[:1] in ("'", '"')
    return is_text and any(
        other in (said.replace(one, another), said.replace(another, one))
        for one, another in symbols
    )
