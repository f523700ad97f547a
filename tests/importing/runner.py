"""Imports each module of a program first, in a process of its own. Told by lines of JSON."""

import contextlib  # noqa: F401 - there before the forks, which makes them quick
import importlib
import json
import os
import sys
import types
import typing  # noqa: F401

OBJECT = "attribute of an object"


def said(value):
    if isinstance(value, types.ModuleType):
        return f"module {value.__name__}"
    return value if isinstance(value, str) else "object"


def outcome(first, names):
    try:
        importlib.import_module(first)
    except BaseException as error:
        of_object = any(one in str(error) for one in (" object ", "type object")) and isinstance(
            error, AttributeError
        )
        return OBJECT if of_object else type(error).__name__
    return {
        module: {
            name: said(value)
            for name, value in vars(sys.modules[module]).items()
            if not name.startswith("__") and name != "TYPE_CHECKING"
        }
        for module in names
        if module in sys.modules
    }


def main():
    for line in sys.stdin:
        folder, names = json.loads(line)
        found = {}
        for first in names:
            reading, writing = os.pipe()
            child = os.fork()
            if not child:
                sys.path.insert(0, folder)
                with os.fdopen(writing, "w") as out:
                    json.dump(outcome(first, names), out)
                os._exit(0)
            os.close(writing)
            with os.fdopen(reading) as answer:
                found[first] = json.load(answer)
            os.waitpid(child, 0)
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


main()
