"""Writes modules that forward to others, with a warning, for as long as outside users need them."""

import ast
from collections.abc import Collection, Mapping, Sequence

from onepath.edit.imports.statements import Name, new_from
from onepath.symbols.destinations import Destination

USED = ("warnings", "importlib", "typing")
"""The modules that a written one reads."""

_TEXT = '''\
"""Deprecated: what is imported from here lives elsewhere now."""

import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
{imports}

__all__ = [
{exports}]

_MOVED = {{
{moved}}}


def __getattr__(name: str) -> Any:
    if name not in _MOVED:
        raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
    module, attribute = _MOVED[name]
    canonical = f"{{module}}.{{attribute}}" if attribute else module
    message = f"{{__name__}}.{{name}} is deprecated, use {{canonical}}"
    warnings.warn(message, DeprecationWarning, stacklevel=2)
    found = import_module(module)
    return getattr(found, attribute) if attribute else found


def __dir__() -> list[str]:
    return sorted({{*globals(), *_MOVED}})
'''


def shim_module(names: Mapping[str, Destination], exported: Collection[str] | None = None) -> str:
    """The text of a module that passes on names and warns `DeprecationWarning` at each look.

    A module `__getattr__` (PEP 562) serves `from old import Name` and `old.Name` alike, and the
    warning points at whoever looks. Type checkers see plain imports.

    Args:
        names: Name -> where it lives; at least one.
        exported: Those that a star import takes; by default all that are public.
    """
    ordered = sorted(names.items())
    if exported is None:
        exported = [name for name in names if not name.startswith("_")]
    return _TEXT.format(
        imports="\n".join(_imports(ordered)),
        exports="".join(f'    "{name}",\n' for name, _ in ordered if name in exported),
        moved="".join(f'    "{name}": ("{to.module}", "{to.name}"),\n' for name, to in ordered),
    )


def is_shim_module(data: bytes) -> bool:
    """Whether a text is exactly what `shim_module` writes."""
    text = data.replace(b"\r\n", b"\n")
    if b"\n_MOVED = {\n" not in text:
        return False
    try:
        literal = text.decode().partition("\n_MOVED = ")[2].partition("}\n")[0] + "}"
        names = {key: Destination(*pair) for key, pair in ast.literal_eval(literal).items()}
        listed = ast.literal_eval(
            text.decode().partition("\n__all__ = ")[2].partition("]\n")[0] + "]"
        )
        return shim_module(names, listed).encode() == text
    except (ValueError, SyntaxError, TypeError, AttributeError):
        return False


def _imports(names: Sequence[tuple[str, Destination]]) -> Sequence[str]:
    """What type checkers see, each name passed on by the `as` that says so."""
    found: dict[str, list[Name]] = {}
    for name, to in names:
        module, leaf = (to.module, to.name) if to.name else to.module.rpartition(".")[::2]
        found.setdefault(module, []).append(Name(leaf, name))
    return [
        "    " + (new_from(module, tuple(group), "    ") if module else _plain(group))
        for module, group in sorted(found.items())
    ]


def _plain(group: Sequence[Name]) -> str:
    return f"import {', '.join(map(str, group))}"
