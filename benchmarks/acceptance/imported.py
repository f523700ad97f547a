"""What a package's modules hold when each is imported first."""

import json
import re
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from observe import BORROWED
from processes import run

_OBSERVE = Path(__file__).with_name("observe.py")
_LONGEST = 900

Names = dict[str, dict[str, str] | str]
"""Module -> its public names and what is behind them, or the error of importing it."""
Stable = dict[str, dict[str, str]]
"""The same for the modules that can be imported."""


class Moved(NamedTuple):
    """A definition, a member or a module that has another path in one case."""

    module: str
    """That of the definition, or the one that moves."""
    old: str
    """What is left of the path; empty if the module moves."""
    new_module: str
    new: str

    @classmethod
    def between(cls, old: str, new: str, modules: Collection[str]) -> "Moved":
        """What goes from one path to another.

        Args:
            old: Its path as published.
            new: Its path in this case, or its last part alone.
            modules: All modules as published.
        """
        if "." not in new:
            new = f"{old.rpartition('.')[0]}.{new}"
        if any(f"{module}.".startswith(f"{old}.") for module in modules):
            # A package may have no module of its own.
            return cls(old, "", new, "")
        module = max((m for m in modules if old.startswith(f"{m}.")), key=len, default="")
        is_there = new.startswith(f"{module}.") and new.count(".") == old.count(".")
        new_module = module if is_there else new.rpartition(".")[0]
        return cls(module, old[len(module) + 1 :], new_module, new[len(new_module) + 1 :])

    def path(self, module: str) -> str:
        """The path of a module in this case."""
        if self.old or not f"{module}.".startswith(f"{self.module}."):
            return module
        return self.new_module + module[len(self.module) :]

    def names(self, module: str, names: Mapping[str, str], what: str) -> dict[str, str]:
        """What a module of this case holds, if what it held as published has followed.

        Args:
            module: Its path as published.
            names: What it held.
            what: What is said of that which moves, where it is defined.
        """
        followed: dict[str, str] = {}
        for name, said in names.items():
            # Something else may have its name, and even say that it comes from there.
            is_it = self.old == name and said == what and self._is_said(module, said)
            if not self.old and f"{module}.{name}" == self.module:
                if self.new_module.rpartition(".")[0] != module:
                    # Another package has it now.
                    continue
                is_it = True
            last = (self.new or self.new_module).rpartition(".")[2]
            followed[last if is_it else name] = self._said(said)
        return followed

    def _is_said(self, module: str, said: str) -> bool:
        """Whether what is said of a name shows that it is what moves: constants don't tell that of
        themselves, and are certainly it where they are defined."""
        return f" {self.module} {self.old}" in f" {said}" or module == self.module

    def is_followed(self, name: str, said: str, now: Mapping[str, str]) -> bool:
        """Whether a module has a constant by its new name that it had by its old one."""
        return name == self.old and name not in now and now.get(self.new) == said

    def _said(self, said: str) -> str:
        """Words about an object, with the new path: `type module name`, `module.Type ...`."""
        path = re.escape(self.module)
        if not self.old:
            return re.sub(rf"(?<![\w.]){path}(?=[\s.]|$)", self.new_module, said)
        pattern = rf"(?<![\w.]){path}([ .]){re.escape(self.old)}(?!\w)"
        return re.sub(pattern, rf"{self.new_module}\g<1>{self.new}", said)


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
        self._published: list[str] = []
        """All modules, whether they can be imported or not."""
        self._loaded: dict[str, list[str]] = {}
        """Module -> the files that importing it first loaded."""

    def published(self) -> Stable:
        """Each module that can be imported, and its names; the package is as published.

        The order of a set, or the time of day, decides about some objects. Whether a name that
        differs later has always differed is asked then, by `still_stable`.
        """
        self._published = self._modules()
        names = self._names(self._published, note_loaded=True)
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

    def moved(self, old: str, new: str) -> Moved:
        """What has another path in a case, given by both."""
        return Moved.between(old, new, self._published)

    def now(self, changed: Sequence[str], moved: Moved | None = None) -> Names:
        """What the modules hold that load a changed file, or all of them where something moves.

        Args:
            changed: Paths in the repository. Who imports something new is changed itself, so that
                what a module loaded before says whether it may be another one.
            moved: What has another path now.
        """
        files = {str(self._top / path) for path in changed}
        present = set(self._modules())
        before = {moved.path(module) if moved else module: module for module in self._loaded}
        affected = [
            module
            for module, was in before.items()
            if module in present and not files.isdisjoint(self._loaded[was])
        ]
        if moved:
            affected = sorted(present)
        gone = dict.fromkeys(before.keys() - present, "the module is gone")
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


def followed(stable: Stable, moved: Moved) -> Stable:
    """What modules hold if what is in them has followed what has moved."""
    what = stable.get(moved.module, {}).get(moved.old, "")
    expected = {
        moved.path(module): moved.names(module, names, what) for module, names in stable.items()
    }
    if moved.new_module != moved.module and moved.new in expected.get(moved.module, {}):
        # The old module may go on passing it on.
        expected.setdefault(moved.new_module, {})[moved.new] = expected[moved.module].pop(moved.new)
    return expected


def differences(
    before: Stable,
    after: Names,
    symbols: Sequence[tuple[str, str]] = (),
    moved: Moved | None = None,
) -> list[str]:
    """What was there and is not, or is something else.

    Args:
        before: The package as published.
        after: What its changed part is now.
        symbols: Pairs of paths to one object; a text may go from one to the other.
        moved: What has another path now.
    """
    damage = []
    if moved:
        before = followed(before, moved)
    for module, now in after.items():
        was = before.get(module)
        if was is None:
            continue
        if not isinstance(now, dict):
            damage.append(f"import {module}: {now}")
            continue
        for name, said in was.items():
            other = now.get(name, "gone")
            is_borrowed = said.startswith(BORROWED) and (name not in now or _is_module(said, other))
            is_followed = moved is not None and moved.is_followed(name, said, now)
            if is_followed or is_borrowed or other == said:
                continue
            if not _follows(said, other, symbols):
                damage.append(f"{module}.{name}: {said} -> {other}")
    return damage


def _is_module(said: str, other: str) -> bool:
    """Whether a module that another one has imported for itself is another module there now."""
    return all(text.startswith(f"{BORROWED}builtins.module ") for text in (said, other))


def _follows(said: str, other: str, symbols: Sequence[tuple[str, str]]) -> bool:
    """Whether a text differs in the path of a symbol alone."""
    is_text = said[:1] in ("'", '"')
    return is_text and any(
        other in (said.replace(one, another), said.replace(another, one))
        for one, another in symbols
    )
