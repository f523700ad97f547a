"""The `ast` classes that newer Pythons have, whatever the running Python is.

Each is the running Python's own class if that has all the fields, else a stand-in with the
same name and fields as CPython's.
"""

import ast
from typing import Any

_PLACE = ("lineno", "col_offset", "end_lineno", "end_col_offset")


def _node(name: str, base: type[ast.AST], fields: str, optional: str = "") -> Any:
    """The `ast` class `name`, or a stand-in made from what the running Python has of it."""
    existing: type[ast.AST] = getattr(ast, name, base)
    wanted = (*fields.split(), *optional.split())
    if set(wanted) <= set(existing._fields):
        return existing
    body = {"_fields": wanted, "_attributes": _PLACE, "__module__": __name__}
    return type(name, (existing,), body | dict.fromkeys(optional.split()))


TypeAlias = _node("TypeAlias", ast.stmt, "name type_params value")
TypeVar = _node("TypeVar", ast.AST, "name", "bound default_value")
ParamSpec = _node("ParamSpec", ast.AST, "name", "default_value")
TypeVarTuple = _node("TypeVarTuple", ast.AST, "name", "default_value")
TemplateStr = _node("TemplateStr", ast.expr, "values")
Interpolation = _node("Interpolation", ast.expr, "value str conversion", "format_spec")
