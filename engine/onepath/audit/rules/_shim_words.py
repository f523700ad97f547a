"""What is told of modules that forward, in words."""

import re
from collections.abc import Iterator, Sequence
from posixpath import dirname

from onepath.analysis.index import Index
from onepath.audit.finding import Violation
from onepath.audit.rules._forwarding import ForwardingModule, does_warn
from onepath.model import FUNCTION_KINDS, Definition, Facts, UseKind
from onepath.symbols.modules import is_package

_SHOWN = 4
_OLD = re.compile(
    rb"(?i)deprecat|legacy|compat|obsolete|backward|shim|moved|renamed|old (name|path)"
)
"""How a module says that it is not there to stay."""
_FEWEST_SOURCES = 3
"""Who brings together names of so many modules, and says so in `__all__`, offers them."""
_FEW_MEMBERS = 3
"""A class with more members of its own is more than a name for its base."""


def shim_violations(index: Index, forwarding_module: ForwardingModule) -> Iterator[Violation]:
    """A module that only forwards, or a package."""
    facts = index.facts(forwarding_module.path)
    module = index.module(forwarding_module.path)
    what = "package" if is_package(forwarding_module.path) else "module"
    targets = sorted(
        {index.module(resolution.path) for resolution in forwarding_module.names.values()}
    )
    names = _list(sorted(forwarding_module.names))
    warns = does_warn(index, forwarding_module.path, facts)
    effects = _effects(index, forwarding_module.path, facts, warns=warns)
    used = usage(index, forwarding_module.path)
    silent = "" if warns else "; it does not warn with DeprecationWarning"
    yield Violation(
        forwarding_module.path,
        forwarding_module.line,
        f"{what} '{module}' only forwards {names} from {_list(targets)}; {effects}; {used}{silent}",
        module,
        targets[0] if len(targets) == 1 else "",
        on_request=not warns and _is_there_to_stay(index, forwarding_module, targets),
    )


def usage(index: Index, path: str) -> str:
    """How many files use a module, and some of them, in words."""
    users = index.users.get(path, ())
    count = f"{len(users)} files use" if len(users) > 1 else "1 file uses"
    return f"{count} it: {_list(users)}" if users else "nothing uses it"


def _is_there_to_stay(index: Index, module: ForwardingModule, targets: Sequence[str]) -> bool:
    """Whether a module is the public way to names of several others, or is looked for by name."""
    if _says_old(index, module.path):
        return False
    facts = index.facts(module.path)
    stars = index.resolver.table(module.path).stars
    if len(targets) >= _FEWEST_SOURCES and (facts.exports or len(stars) >= _FEWEST_SOURCES):
        return True
    if index.users.get(module.path):
        return False
    package = f"{dirname(module.path)}/__init__.py"
    if package in index.world.snapshot.entries:
        return makes_names(index, package)
    return bool(facts.effects)


def _says_old(index: Index, path: str) -> bool:
    return _OLD.search(index.world.read([path]).get(path, b"")) is not None


def makes_names(index: Index, package: str) -> bool:
    """Whether a module makes names when they are asked for."""
    return "__getattr__" in index.definitions(package)


def _effects(index: Index, path: str, facts: Facts, *, warns: bool) -> str:
    text = index.world.read([path]).get(path, b"") if facts.effects else b""
    lines = text.decode("utf-8", "replace").split("\n")
    done = [f"'{lines[at - 1].strip()[:60]}'" for at in facts.effects if at <= len(lines)]
    if warns:
        done.insert(0, "a warning")
    return f"importing it also does: {_list(done)}" if done else "it does nothing else itself"


def nearly_violations(
    index: Index, forwarding_module: ForwardingModule, own: Sequence[Definition]
) -> Iterator[Violation]:
    """A module that adds a little to what it forwards."""
    facts = index.facts(forwarding_module.path)
    added = []
    for definition in own:
        what = _added(index, forwarding_module, facts, definition)
        if not what:
            return
        added.append(what)
    module = index.module(forwarding_module.path)
    yield Violation(
        forwarding_module.path,
        own[0].line,
        f"module '{module}' forwards {_list(sorted(forwarding_module.names))} "
        f"and adds {_list(added)}: "
        "it is nearly a shim, but deleting it would lose that",
        module,
        on_request=not _says_old(index, forwarding_module.path),
    )


def _added(index: Index, module: ForwardingModule, facts: Facts, definition: Definition) -> str:
    """How a definition rests on what the module forwards; empty if it does not."""
    name = definition.qualname
    if definition.kind == "class":
        bases = {base.partition("[")[0].partition(".")[0] for base in definition.bases}
        met = sorted(bases & module.names.keys())
        members = sum(other.qualname.startswith(f"{name}.") for other in facts.definitions)
        if members > _FEW_MEMBERS:
            return ""
        return f"class '{name}' on '{met[0]}'" if met else ""
    if definition.kind not in FUNCTION_KINDS:
        return ""
    inside = {
        use.name
        for use in facts.uses
        if definition.start <= use.start < definition.end and use.kind & UseKind.CALLEE
    }
    met = sorted(inside & module.names.keys())
    return f"'{name}' around '{met[0]}'" if met else ""


def _list(items: Sequence[str]) -> str:
    more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    return ", ".join(items[:_SHOWN]) + more
