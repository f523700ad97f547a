"""Imports routes in the user's own interpreter and says what each of them gives.

This file runs as a script, in any Python from 3.8 on, with nothing but its standard library. It
reads one JSON document from its standard input:

    {"top": folder, "roots": [folder], "routes": [{"module", "names", "canonical"}]}

`canonical` is the index of the route to compare with. It answers on its standard output with one
JSON document per line, each as soon as it is known, because an import may end the process:

    {"python", "executable"}                                  once, first
    {"begin": index}
    {"end": index, "what", "signature", "warnings", "error"}  `error` is empty if it was found
    {"same": index, "as_canonical": bool}
    {"done": true}                                            once, last

What the imported modules print goes to the standard error.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import sys
import traceback
import types
import warnings
from typing import Any

_KINDS = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)


class _Answers:
    """The way back, which nothing that is imported can print on."""

    def __init__(self) -> None:
        self._process = os.getpid()
        self._descriptor = os.dup(1)
        os.dup2(2, 1)

    def __call__(self, **content: Any) -> None:
        if os.getpid() != self._process:
            # An import has forked, and this is the child: it has nothing to say.
            os._exit(0)
        line = (json.dumps(content) + "\n").encode("ascii")
        while line:
            line = line[os.write(self._descriptor, line) :]


class _Importer:
    """Imports modules and remembers how many deprecations the import of each has brought."""

    def __init__(self) -> None:
        self._warnings: dict[str, int] = {}

    def find(self, module: str, names: list[str]) -> tuple[Any, int]:
        """What `from module import names[0]` gives, then attributes; and the warnings."""
        count = 0
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            module_type = importlib.import_module(module)
            # A module warns once, however many of its names are routes.
            self._warnings.setdefault(module, _deprecations(caught))
            del caught[:]
            for name in names:
                module_type = _attribute(module_type, name)
            count = self._warnings[module] + _deprecations(caught)
        return module_type, count


def _deprecations(caught: list[Any]) -> int:
    return sum(issubclass(one.category, _KINDS) for one in caught)


def _attribute(found: Any, name: str) -> Any:
    try:
        return getattr(found, name)
    except AttributeError:
        if not isinstance(found, types.ModuleType):
            raise
        try:
            return importlib.import_module(found.__name__ + "." + name)
        except ImportError:
            pass
        raise


def _what(found: Any) -> str:
    kind = "class" if isinstance(found, type) else type(found).__name__
    if isinstance(found, types.ModuleType):
        return kind + " " + found.__name__
    try:
        return "%s %s.%s" % (kind, found.__module__, found.__qualname__)  # noqa: UP031
    except Exception:
        return kind


def _signature(found: Any) -> str:
    try:
        return str(inspect.signature(found)) if callable(found) else ""
    except Exception:
        return ""


def _is_same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    # Every look at a bound method makes another object.
    bound = isinstance(one, types.MethodType) and isinstance(other, types.MethodType)
    return bound and one.__self__ is other.__self__ and one.__func__ is other.__func__


def _in_one_line(error: BaseException) -> str:
    lines = "".join(traceback.format_exception_only(type(error), error)).splitlines()
    # A syntax error begins with its place, indented; a message may go on for many lines.
    return next((line for line in lines if line[:1].strip()), type(error).__name__)


def main() -> None:
    """Answer the request on the standard input."""
    answer = _Answers()
    request = json.loads(sys.stdin.buffer.read().decode("ascii"))
    answer(python=".".join(map(str, sys.version_info[:3])), executable=sys.executable)
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = request["roots"] + [path for path in sys.path if path != here]
    os.chdir(request["top"])
    importer = _Importer()
    routes = request["routes"]
    objects: dict[int, Any] = {}
    for index, route in enumerate(routes):
        answer(begin=index)
        try:
            found, count = importer.find(route["module"], route["names"])
        except BaseException as error:
            answer(end=index, what="", signature="", warnings=0, error=_in_one_line(error))
            continue
        objects[index] = found
        what, signature = _what(found), _signature(found)
        answer(end=index, what=what, signature=signature, warnings=count, error="")
        canonical = route["canonical"]
        for other in sorted(objects) if canonical == index else [index]:
            if routes[other]["canonical"] == canonical and canonical in objects:
                same = _is_same(objects[other], objects[canonical])
                answer(same=other, as_canonical=same)
    answer(done=True)
    # Threads and exit handlers of what was imported must not hold this up.
    os._exit(0)


if __name__ == "__main__":
    main()
