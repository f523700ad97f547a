"""What calls do with a string that spells a name: run it, resolve it, show it, look it up."""

import re

RUNS = frozenset((
    "compile", "eval", "evaluate", "exec", "push", "query", "repeat", "run", "run_cell", "runcode",
    "runctx", "runsource", "timeit", "Timer",
))  # fmt: skip
"""Calls that run the code in a string."""
HOLDS_CODE = re.compile(
    rb"(?<![\w.])(?:eval|exec)\s*\(|\b(?:timeit|Timer|compile_command|InteractiveInterpreter)\b"
)
"""Words of files that may run any string as code."""
RESOLVES = re.compile(
    rb"\b(?:ForwardRef|get_type_hints|evaluate_forward_ref|TypedDict|NamedTuple|make_dataclass"
    rb"|create_model|model_rebuild|update_forward_refs|__annotations__|relationship|backref"
    rb"|usefixtures|getfixturevalue|lazy_fixture|resolve_types|get_annotations|TypeAlias)\b"
)
"""Words of files in which strings are resolved to names of the module."""
TELLS = frozenset((
    "getLogger", "get_logger", "debug", "info", "warning", "warn", "error", "exception",
    "critical", "log", "print", "write", "fail", "skip", "skipif", "xfail", "exit", "startswith",
    "endswith", "split", "replace", "find", "count", "index", "strip", "removeprefix",
    "removesuffix", "format", "len", "str", "repr", "get", "pop", "parametrize", "param", "Mock",
    "MagicMock", "AsyncMock", "search", "match", "findall", "sub", "fullmatch", "finditer",
    "encode", "NewType", "ParamSpec",
))  # fmt: skip
"""Calls that show a string to people, or take it for mere text."""
TELLING_KEYWORDS = frozenset((
    "name", "description", "reason", "msg", "message", "title", "help", "ids", "id", "label",
    "default", "comment", "doc",
))  # fmt: skip
"""Arguments that are shown to people."""
RESOLVING = (
    "get_type_hints", "model_rebuild", "update_forward_refs", "resolve_types", "get_annotations",
)  # fmt: skip
"""Calls that resolve the annotations of what they are given, with names that they may be given."""
GET = frozenset(("get", "pop", "__contains__", "__getitem__", "setdefault"))
"""Methods that look one name up in a namespace."""
WRITE = frozenset(("update", "clear"))
"""Methods of a namespace that read none."""
