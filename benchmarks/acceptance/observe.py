"""Imports each module first, as a process of its own would, and writes what its public names are.

    observe.py ROOT OUT MODULE...

Run by the Python of the package under test, so it uses the standard library only. To import
`a.b.c` first, Python imports `a`, then `a.b`, then `a.b.c`. A process that has imported `a` and
nothing else is therefore where importing `a.b` first starts: this program forks there, and never
imports a package twice. Each result is a file in OUT: the names, or the error in words.
"""

import contextlib
import importlib
import json
import os
import signal
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

_LONGEST = 90
"""Seconds that importing one module may take beyond its package."""


BORROWED = "borrowed: "


class Tree:
    """The modules under one dotted name.

    Args:
        name: The dotted name; empty for the whole.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_wanted = False
        self.children: dict[str, Tree] = {}

    def add(self, module: str) -> None:
        """Enter a module, given by its full name."""
        tree = self
        for part in module.split("."):
            tree = tree.children.setdefault(part, Tree(f"{tree.name}.{part}".lstrip(".")))
        tree.is_wanted = True

    def wanted(self) -> list[str]:
        """The names of the modules in it."""
        below = [name for child in self.children.values() for name in child.wanted()]
        return [self.name, *below] if self.is_wanted else below


class Observer:
    """Imports a tree of modules in forked processes, a few of them at a time.

    Args:
        root: The folder that the package lies in; its path is left out of what is written.
        out: Where the results are written.
        jobs: How many processes import at the same time.
    """

    def __init__(self, root: str, out: Path, jobs: int) -> None:
        self._root = root
        self._out = out
        # Each process but the first takes a token, and gives it back at its end.
        self._take, self._give = os.pipe()
        os.set_blocking(self._take, False)
        os.write(self._give, b"." * (jobs - 1))

    def observe(self, tree: Tree) -> None:
        """Import everything in a tree; the modules above it are imported already."""
        running = []
        for child in tree.children.values():
            has_token = self._token()
            process = os.fork()
            if not process:
                self._run(child, has_token)
            if has_token:
                running.append((process, child))
            else:
                self._wait(process, child)
        for process, child in running:
            self._wait(process, child)

    def _token(self) -> bool:
        try:
            return bool(os.read(self._take, 1))
        except BlockingIOError:
            return False

    def _run(self, tree: Tree, has_token: bool) -> None:
        """Import what a tree begins with and all below, and end this process."""
        try:
            signal.signal(signal.SIGALRM, _out_of_time)
            signal.alarm(_LONGEST)
            try:
                module = importlib.import_module(tree.name)
            except BaseException as error:
                signal.alarm(0)
                self._failed(tree, f"{type(error).__name__}: {error}")
            else:
                signal.alarm(0)
                if tree.is_wanted:
                    self._write(tree.name, self._names(module), self._loaded())
                self.observe(tree)
        finally:
            if has_token:
                os.write(self._give, b".")
            os._exit(0)

    def _wait(self, process: int, tree: Tree) -> None:
        _, status = os.waitpid(process, 0)
        if status:
            self._failed(tree, f"the process ended with status {status}")

    def _failed(self, tree: Tree, said: str) -> None:
        for name in tree.wanted():
            if not (self._out / name).exists():
                self._write(name, said.replace(self._root, ""))

    def _names(self, module: ModuleType) -> dict[str, str]:
        """What is behind each public name; what is only borrowed is marked so.

        A name is there for others if its module defines what is behind it, lists it in `__all__`,
        or is a package. Any other was imported by its module for itself.
        """
        exported = getattr(module, "__all__", ())
        return {
            name: self._said(value)
            if name in exported or not _is_borrowed(module, name, value)
            else BORROWED + self._said(value)
            for name, value in vars(module).items()
            if name in exported or not name.startswith("_")
        }

    def _said(self, value: Any) -> str:
        """What an object is, in words that are the same in the next process."""
        kind = type(value)
        if kind in (str, bytes, int, float, bool, type(None)):
            return repr(value).replace(self._root, "")
        name = _text(value, "__qualname__") or _text(value, "__name__")
        return f"{kind.__module__}.{kind.__qualname__} {_text(value, '__module__')} {name}"

    def _loaded(self) -> list[str]:
        """The files below the root that this process has imported."""
        files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
        return sorted({file for file in files if file and file.startswith(self._root)})

    def _write(
        self, name: str, said: dict[str, str] | str, loaded: list[str] | None = None
    ) -> None:
        (self._out / name).write_text(json.dumps([said, loaded or []]))


def _is_borrowed(module: ModuleType, name: str, value: Any) -> bool:
    if isinstance(value, ModuleType):
        return value.__name__ != f"{module.__name__}.{name}"
    is_package = hasattr(module, "__path__")
    return not is_package and _text(value, "__module__") not in ("", module.__name__)


def _text(value: Any, attribute: str) -> str:
    """An attribute that is text; objects that answer to every name give none."""
    found = ""
    with contextlib.suppress(Exception):
        found = getattr(value, attribute, "")
    return found if isinstance(found, str) else ""


def _out_of_time(*_: object) -> None:
    raise TimeoutError(f"no end within {_LONGEST} s")


def main() -> None:
    """Run the command line."""
    root, out, *modules = sys.argv[1:]
    if not modules:
        modules = sys.stdin.read().split()
    sys.path[0] = root
    sys.argv[1:] = []
    sink = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(sink, stream)
    whole = Tree("")
    for module in modules:
        whole.add(module)
    Observer(root, Path(out), os.cpu_count() or 1).observe(whole)


if __name__ == "__main__":
    main()
