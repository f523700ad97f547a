"""What is kept at an old path so that others can go on using it, until a date.

`forward` leaves the same object under its old path; `warn` also warns whoever looks there, by a
module `__getattr__` (PEP 562). A comment keeps the end, which `migrate audit` watches.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from onepath.audit.rules.overdue_shim import marker
from onepath.codemod import World
from onepath.edit.edits import apply_edits
from onepath.edit.imports.statements import Name, new_from
from onepath.errors import InputError
from onepath.facts.extract.file import extract
from onepath.symbols.destinations import Destination
from onepath_packs.canonical.definitions.import_block import ImportBlock
from onepath_packs.canonical.definitions.own_name import OwnName
from onepath_packs.canonical.definitions.refused import CannotMoveError
from onepath_packs.canonical.shims.module import shim_module

KINDS = ("none", "forward", "warn")

_LAZY = """\
{marker}
def __getattr__(name: str) -> object:
    if name == "{name}":
{body}
    raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
"""


class Shim(NamedTuple):
    """What is asked for."""

    kind: str = "none"
    """One of `KINDS`."""
    until: str = ""
    """A date, `2027-01-31`; empty for no end."""

    @classmethod
    def checked(cls, kind: str, until: str) -> "Shim":
        """The shim that options ask for.

        Raises:
            InputError: There is no such kind, or the end is no date, or that of nothing.
        """
        if kind not in KINDS:
            raise InputError(f"there is no shim '{kind}'", hint=f"shims: {', '.join(KINDS)}")
        if until:
            try:
                date.fromisoformat(until)
            except ValueError:
                raise InputError(f"'{until}' is no date", hint="--until 2027-01-31") from None
            if kind == "none":
                raise InputError("--until needs --shim forward or --shim warn")
        return cls(kind, until)

    @property
    def words(self) -> tuple[str, ...]:
        """What tells plans apart that leave different shims; nothing where none is left."""
        return () if self.kind == "none" else tuple(filter(None, self))


NO_SHIM = Shim()


def shimmed(
    world: World, path: str, data: bytes, old: str, to: Destination, shim: Shim, *, lazy: bool
) -> bytes:
    """A module that has no definition of a name any more, with a shim for it.

    Args:
        world: Knows the modules.
        path: The module's file.
        data: Its content, in which nothing binds the name, or an import that it needs itself.
        old: The name.
        to: What it is now, in this module or in another one.
        shim: Which shim.
        lazy: Whether the new module can't be imported while this one is.

    Raises:
        CannotMoveError: The module has a `__getattr__` of its own.
    """
    facts = extract(data)
    module = world.modules.name(path)
    is_here = to.module == module
    is_used = any(alias.bound == old for fact in facts.imports for alias in fact.names)
    if shim.kind == "forward" and not (lazy and not is_used):
        text = "" if is_used else _plain(old, to, shim, is_here=is_here)
        return _appended(data, text)
    if facts.has_getattr:
        reason = f"'{module}' has a '__getattr__' of its own"
        raise CannotMoveError(path, 1, reason, hint="take `--shim forward`")
    if is_used:
        edits = OwnName(path, data, facts, old).renamed(f"_{old}", {old: old})
        data = apply_edits(data, [edit for edit in edits if edit.kind != "exports"])
    return _appended(data, _by_getattr(module, old, to, shim, is_here=is_here))


def listed(world: World, path: str, data: bytes, name: str) -> bytes:
    """A module whose `__all__`, if it has one, lists a name."""
    return apply_edits(data, ImportBlock(world, path, data, extract(data)).with_export(name))


def _plain(old: str, to: Destination, shim: Shim, *, is_here: bool) -> str:
    if is_here:
        return f"{_note(shim, to)}{old} = {to.name}\n"
    name = Name(to.name, old if old != to.name else None)
    return f"{_note(shim, to)}{new_from(to.module, (name,))}  # noqa: E402, F401\n"


def _note(shim: Shim, to: Destination) -> str:
    return f"{marker(shim.until, to.dotted)}\n"


def _by_getattr(module: str, old: str, to: Destination, shim: Shim, *, is_here: bool) -> str:
    lines = [] if is_here else [f"from {to.module} import {to.name}"]
    if shim.kind == "warn":
        message = f"{module}.{old} is deprecated, use {to.dotted}"
        lines += [
            "import warnings",
            "",
            f'warnings.warn("{message}", DeprecationWarning, stacklevel=2)',
        ]
    lines.append(f"return {to.name}")
    body = "\n".join(f"        {line}" if line else "" for line in lines)
    text = _LAZY.format(marker=marker(shim.until, to.dotted), name=old, body=body)
    return "\n" + text


def _appended(data: bytes, text: str) -> bytes:
    if not text:
        return data
    newline = b"\r\n" if b"\r\n" in data else b"\n"
    head = data.rstrip(b"\r\n\t ")
    gap = newline * 2 if head else b""
    return head + gap + text.encode().replace(b"\n", newline)


def module_shim(
    names: Mapping[str, Destination], exported: Collection[str], shim: Shim, module: str
) -> bytes | None:
    """A module that stays where one was that has moved as a whole; None for what only forwards.

    Args:
        names: What it passes on.
        exported: What a star import takes of that.
        shim: Which shim.
        module: The new module.
    """
    if shim.kind != "warn" or not names:
        return None
    return f"{marker(shim.until, module)}\n{shim_module(names, exported)}".encode()
