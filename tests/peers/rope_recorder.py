"""Runs rope's own tests; records of each move or rename the files before and after, and the names.

It is run as a script, with rope and its tests on the path, and prints JSON.
"""

import ast
import contextlib
import io
import json
import re
import sys
import unittest
from collections.abc import Iterator
from typing import Any

RECORDS: list[dict[str, Any]] = []
RUNNING: list[str] = []
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
DEFINITIONS = FUNCTIONS | ast.ClassDef
SUITES = ("ropetest.refactor.movetest", "ropetest.refactor.renametest")


def files(project: Any) -> dict[str, str]:
    """Every Python file of a project by its path."""
    return {each.path: each.read() for each in project.get_files() if each.path.endswith(".py")}


def dotted(resource: Any) -> str:
    """The dotted path of a module or package."""
    return str(resource.path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def moved(refactoring: Any, destination: Any) -> tuple[str, str] | None:
    """Which path becomes which; None where it is neither a module nor a name of a module."""
    kind = type(refactoring).__name__
    project = refactoring.project
    if kind == "Rename":
        return renamed(refactoring, destination)
    if isinstance(destination, str):
        destination = project.find_module(destination) or project.get_resource(
            destination.replace(".", "/")
        )
    leaf = refactoring.old_name
    old = dotted(refactoring.source)
    if kind == "MoveGlobal":
        return f"{old}.{leaf}", f"{dotted(destination)}.{leaf}"
    return old, ".".join(filter(None, [dotted(destination), old.rpartition(".")[2]]))


def renamed(refactoring: Any, new: str) -> tuple[str, str] | None:
    """The same for a rename in place, of members and parameters as well."""
    from rope.base import pynames, pyobjects

    name = refactoring.old_pyname
    if isinstance(name, pynames.ImportedModule) or isinstance(
        name.get_object(), pyobjects.AbstractModule
    ):
        old = dotted(name.get_object().get_resource())
        return old, ".".join(filter(None, [old.rpartition(".")[0], new]))
    module, _ = name.get_definition_location()
    if module is None or module.get_resource() is None:
        return None
    leaf, line = refactoring.old_name, name.get_definition_location()[1]
    owner = dotted(module.get_resource())
    is_global = leaf in module.get_attributes()
    if not is_global or module[leaf].get_definition_location()[1] != line:
        inside = owner_of(module.get_resource().read(), leaf, line)
        if inside is None:
            return None
        owner = f"{owner}.{inside}"
    return f"{owner}.{leaf}", f"{owner}.{new}"


def owner_of(source: str, leaf: str, line: int) -> str | None:
    """The class or function of which a name is a member or a parameter; None if it is of none.

    Args:
        source: The module that binds the name.
        leaf: The name.
        line: Where it is bound.
    """

    def inside(node: ast.AST, prefix: str) -> str | None:
        for child in ast.iter_child_nodes(node):
            path = f"{prefix}{child.name}" if isinstance(child, DEFINITIONS) else ""
            inner = inside(child, f"{path}." if path else prefix)
            if inner is not None:
                return inner
            if path and any(bound == (leaf, line) for bound in bound_by(child)):
                return path
        return None

    return inside(ast.parse(source), "")


def bound_by(owner: ast.AST) -> Iterator[tuple[str, int]]:
    """The members of a class, or the parameters of a function, each with its line."""
    if isinstance(owner, FUNCTIONS):
        yield from (
            (one.arg, one.lineno) for one in ast.walk(owner.args) if isinstance(one, ast.arg)
        )
    elif isinstance(owner, ast.ClassDef):
        for node in ast.walk(owner):
            if isinstance(node, DEFINITIONS) and node in owner.body:
                yield node.name, node.lineno
            elif isinstance(node, ast.Name) and any(node in ast.walk(one) for one in owner.body):
                yield node.id, node.lineno
            elif isinstance(node, ast.Attribute):
                yield node.attr, node.lineno


def is_of_module(path: str, paths: dict[str, str]) -> bool:
    """Whether a dotted path is that of a module or of a name of one."""
    folders = [one.replace(".", "/") for one in (path, path.rpartition(".")[0])]
    return any(f"{one}.py" in paths or f"{one}/__init__.py" in paths for one in folders)


def watch(owner: type) -> None:
    """Record what the changes of a refactoring make of the files."""
    original = owner.get_changes  # type: ignore[attr-defined]

    def get_changes(self: Any, destination: Any, *args: Any, **kwargs: Any) -> Any:
        before = files(self.project)
        changes = original(self, destination, *args, **kwargs)
        pair = moved(self, destination)
        chosen = {resource.path for resource in kwargs.get("resources") or ()}
        is_whole = "resources" not in kwargs or chosen == {*before}
        if is_whole and pair is not None and re.fullmatch(r"[\w.]+", pair[1]):
            record = {"name": RUNNING[-1], "before": before, "old": pair[0], "new": pair[1]}
            record["kind"] = type(self).__name__
            record["is_member"] = not is_of_module(pair[0], before)
            RECORDS.append(record | {"project": self.project})
        return changes

    owner.get_changes = get_changes  # type: ignore[attr-defined]


def main() -> None:
    """Run the tests; print what was recorded of those that pass."""
    from rope.base.project import Project
    from rope.refactor import move, rename

    for owner in (move.MoveGlobal, move.MoveModule, rename.Rename):
        watch(owner)
    original = Project.do

    def do(self: Any, changes: Any, *args: Any, **kwargs: Any) -> None:
        original(self, changes, *args, **kwargs)
        if RECORDS and RECORDS[-1].get("project") is self:
            del RECORDS[-1]["project"]
            RECORDS[-1]["after"] = files(self)

    Project.do = do
    failed: set[str] = set()
    for test in tests():
        RUNNING.append(test.id().rpartition(".")[2])
        outcome = unittest.TestResult()
        test.run(outcome)
        if not outcome.wasSuccessful():
            failed.add(RUNNING[-1])
    done = [each for each in RECORDS if "after" in each and each["name"] not in failed]
    sys.stdout.write(json.dumps(done))


def tests() -> Iterator[unittest.TestCase]:
    """The tests that the suites hold, one by one."""
    pending: list[Any] = [unittest.defaultTestLoader.loadTestsFromNames(SUITES)]
    while pending:
        each = pending.pop(0)
        if isinstance(each, unittest.TestSuite):
            pending = [*each, *pending]
        else:
            yield each


if __name__ == "__main__":
    noise = io.StringIO()
    with contextlib.redirect_stderr(noise):
        main()
