"""A pytest plugin that runs the tests once for each mutant, each time in a process of its own.

Nothing is written: the tests are collected once, and a forked process puts the changed code into
the functions that are there, then runs the tests until one fails.
"""

import difflib
import gc
import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from tests.mutants.draw import Mutant, draw

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("engine", "codemods", "cli")
LEAST_SECONDS, SLOWER = 30, 10
"""The tests of a mutant may take this long, or so many times as long as without it."""
SURVIVED, KILLED, INCOMPETENT = range(3)
OUTCOMES = {SURVIVED: "survived", KILLED: "killed", INCOMPETENT: "incompetent"}
PLAIN = (bool, int, float, str, bytes)


def pytest_addoption(parser: pytest.Parser) -> None:
    """What to try, as JSON: `modules` without those `apart`, `operators`, `mutants`, `seed`,
    `again`, and the `log`."""
    parser.addoption("--mutants", help="what to try, as JSON")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run the tests for each mutant, instead of once."""
    if "MUTANT" in os.environ:
        return None  # in the forked process pytest's own loop follows
    wanted = json.loads(session.config.getoption("--mutants"))
    began = time.monotonic()
    if _outcome(session, lambda: None, 3600) != "survived":
        raise pytest.UsageError("the tests fail without any mutant")
    limit = max(LEAST_SECONDS, SLOWER * (time.monotonic() - began))
    again = {tuple(one) for one in wanted["again"]}
    with open(wanted["log"], "a", encoding="utf-8") as log:
        for mutant in _mutants(wanted):
            source = (ROOT / mutant.path).read_text(encoding="utf-8")
            changed = mutant.text(source)
            diff = _diff(source, changed)
            if again and (mutant.path, *diff) not in again:
                continue
            outcome = _outcome(session, lambda: _put_in(mutant, changed), limit)  # noqa: B023
            result = {"path": mutant.path, "line": mutant.line, "outcome": outcome, "diff": diff}
            print(json.dumps(result), file=log, flush=True)
    return True


def _mutants(wanted: dict[str, Any]) -> Iterator[Mutant]:
    folder = ROOT / wanted["modules"]
    apart = {"examples", *(ROOT / other for other in wanted["apart"])} - {*folder.parents}
    for path in sorted(folder.rglob("*.py")):
        if apart.isdisjoint((*path.parts, *path.parents)):
            yield from draw(path, ROOT, wanted["operators"], wanted["mutants"], wanted["seed"])


def _diff(source: str, changed: str) -> list[str]:
    lines = difflib.unified_diff(source.splitlines(), changed.splitlines(), lineterm="", n=0)
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def _outcome(session: pytest.Session, prepare: Callable[[], None], limit: float) -> str:
    """What becomes of a change: killed, survived, timeout, or incompetent if it can't be made."""
    child = os.fork()
    if not child:
        os.setsid()
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (1, 2):
            os.dup2(silent, stream)
        os.environ["MUTANT"] = "1"
        status = INCOMPETENT
        try:
            prepare()
            status = KILLED
            session.config.hook.pytest_runtestloop(session=session)
            status = KILLED if session.testsfailed else SURVIVED
        finally:
            os._exit(status)
    end = time.monotonic() + limit
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return OUTCOMES.get(os.waitstatus_to_exitcode(status), "killed")
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "timeout"


def _put_in(mutant: Mutant, changed: str) -> None:
    """Let the functions of a module that is loaded run the changed code."""
    source = next(source for source in SOURCES if mutant.path.startswith(f"{source}/"))
    name = mutant.path.removeprefix(f"{source}/").removesuffix(".py").replace("/", ".")
    module = importlib.import_module(name.removesuffix(".__init__"))
    code = compile(changed, str(module.__file__), "exec", dont_inherit=True)
    if not mutant.in_function:
        _set_values(vars(module), code)
        return
    functions = [
        one
        for one in gc.get_objects()
        if type(one) is FunctionType and one.__code__.co_filename == module.__file__
    ]
    new = _by_name(_codes(code))
    for qualified, live in _by_name({one.__code__ for one in functions}).items():
        codes = dict(zip(live, new[qualified], strict=True))
        for function in functions:
            if function.__code__ in codes:
                function.__code__ = codes[function.__code__]


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes(one)


def _by_name(codes: "set[CodeType] | Iterator[CodeType]") -> dict[str, list[CodeType]]:
    found: dict[str, list[CodeType]] = {}
    for code in sorted(codes, key=lambda one: one.co_firstlineno):
        found.setdefault(code.co_qualname, []).append(code)
    return found


def _set_values(module: dict[str, Any], code: CodeType) -> None:
    """Give a module, and those that import from it, the plain values that it would have."""
    fresh = {name: module[name] for name in ("__name__", "__package__", "__file__", "__spec__")}
    exec(code, fresh)
    values = {
        name: value
        for name, value in fresh.items()
        if _is_plain(value) and value != module.get(name)
    }
    assert values, "the change can't be made in a module that is loaded"
    for name, value in values.items():
        old = module.get(name)
        for other in list(sys.modules.values()):
            if getattr(other, "__dict__", {}).get(name) is old:
                setattr(other, name, value)


def _is_plain(value: Any) -> bool:
    """Whether a value is the same for everybody who makes it, so that two can be compared."""
    if isinstance(value, dict):
        return all(map(_is_plain, (*value, *value.values())))
    if isinstance(value, tuple | frozenset | list | set):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, PLAIN)
