"""Shims go where nothing refers to them any more; else it is listed what holds them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from posixpath import dirname
from typing import NamedTuple

from onepath.analysis.forwarding_modules import is_bare
from onepath.codemod.outcome import Proposal, file_changes
from onepath.codemod.refusals.left_out import EXCLUDED, LeftOut
from onepath.codemod.refusals.own_text import without_own_text
from onepath.config.migrate_toml import Config
from onepath.edit.imports.prologue import after_prologue
from onepath.importing.loaded.acting import Acting
from onepath.importing.loaded.import_effects import messages
from onepath.model import Edit, Refusal
from onepath.model.refused import Refused
from onepath.proof.declared import Declared
from onepath.snapshot.asked import Below, entries_of_kind, paths_of_kind
from onepath.symbols.find_references.targets import COMPUTED, DANGLING, Holder, Target
from onepath.symbols.find_references.text_holders import holders
from onepath.symbols.modules import is_package
from onepath.symbols.world import World
from onepath_packs.canonical.shims.emptied import defined_in
from onepath_packs.canonical.shims.headers import without_forwarding_comments
from onepath_packs.canonical.shims.module import USED, is_shim_module, shim_module
from onepath_packs.canonical.shims.names import forwarded
from onepath_packs.canonical.shims.splitting import is_split, split_modules
from onepath_packs.canonical.shims.table import Fate, Shims

COUNTED = "declared-shim"
"""Modules in `[shims]` that are not yet what they shall be."""
_UNTOUCHABLE = ("__main__.py", "conftest.py", "setup.py")
_SCANNED = frozenset(("versions", "migrations", "commands"))
"""Folders whose files tools find by themselves: of Alembic and Django."""
_SHOWN = 60


class _Shim(NamedTuple):
    """A configured module that is there and may go."""

    module: str
    path: str
    fate: Fate


@dataclass
class _Work:
    """What is decided so far."""

    world: World
    config: Config
    left_out: LeftOut
    pending: int = 0
    """Configured modules that are there and not yet what they shall be."""
    refusals: list[Refusal] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    edits: dict[str, list[Edit]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    gone: set[tuple[str, str]] = field(default_factory=set)
    introduced: set[tuple[str, str]] = field(default_factory=set)

    def refuse(self, path: str, line: int, code: str, reason: str) -> None:
        self.refusals.append(Refusal(path, line, code, reason))

    def data(self, path: str) -> bytes:
        return self.world.read([path]).get(path, b"")

    @cached_property
    def acting(self) -> Acting:
        """What modules do to others when they are imported."""
        return Acting(self.world)

    @cached_property
    def holders(self) -> Mapping[str, Sequence[Holder]]:
        """What refers to each configured module and to the packages around it.

        The lines of the configuration itself are left out. All are looked for at once, because
        each search goes through the whole repository.
        """
        modules = self.world.modules
        going = [one for one, fate in self.config.table(Shims).fates.items() if fate == "delete"]
        wanted = {path for path in map(modules.find, going) if path and not path.endswith("/")}
        wanted |= {*_may_be_emptied(self.world, going, wanted)}
        found: dict[str, list[Holder]] = {}
        places = holders(self.world, map(Target, sorted(wanted)))
        for holder in without_own_text(self.world, self.config, places):
            found.setdefault(holder.target.path, []).append(holder)
        return found


def propose_deletions(world: World, left_out: LeftOut, config: Config) -> Proposal:
    """Delete the shims of `[shims]`, or leave modules that forward and warn.

    Args:
        world: The code as it is.
        left_out: Files that must not change, and names that modules go on forwarding.
        config: Which modules.
    """
    work = _Work(world, config, left_out)
    shims = [*_shims(work)]
    warned = {shim.path for shim in shims if shim.fate == "warn" and _warn(work, shim)}
    going = _without_holders(work, [shim for shim in shims if shim.fate == "delete"], warned)
    # A package after what is below it: whether it goes or is emptied depends on that.
    for shim in sorted(going, key=lambda shim: (-shim.path.count("/"), is_package(shim.path))):
        _delete(work, shim)
    _delete_empty_packages(work)
    splits = {shim.module: shim.path for shim in shims if shim.fate == "split"}
    parts = split_modules(world, config, splits, left_out)
    work.edits |= {path: list(edits) for path, edits in parts.edits.items()}
    work.gone |= parts.gone
    work.refusals += parts.refusals
    work.remarks += parts.remarks
    work.pending += parts.pending
    done = len(going) + len(warned) + parts.done
    return Proposal(
        file_changes(world, work.edits, work.deleted),
        tuple(sorted(work.refusals)),
        Declared(frozenset(work.gone), frozenset(work.introduced)),
        {COUNTED: work.pending},
        {COUNTED: work.pending - done},
        tuple(work.remarks),
        parts.places,
        mends=("shim",),
    )


# ------------------------------------------------------------------ which


def _shims(work: _Work) -> Iterator[_Shim]:
    """The configured modules that can go as far as they themselves are concerned."""
    for module, fate in work.config.table(Shims).fates.items():
        path = work.world.modules.find(module)
        if fate == "keep" or path is None or path.endswith("/"):
            continue
        if fate == "warn" and is_shim_module(work.data(path)):
            continue
        if is_package(path) and _modules_below(work, path) and is_bare(work.data(path)):
            continue  # all that forwards is gone; the package is needed
        work.pending += fate != "split"
        problem = _problem(work, module, path, fate)
        if problem is None:
            yield _Shim(module, path, fate)
        else:
            work.pending += fate == "split" and not is_split(work.world, path)
            work.refuse(path, *problem)


def _problem(work: _Work, module: str, path: str, fate: str) -> tuple[int, str, str] | None:
    """Why a module can't go, whoever refers to it: line, code and reason."""
    facts = work.world.facts(path)
    if path in work.left_out:
        return 1, EXCLUDED, f"'{module}' is kept: the configuration excludes this file"
    if facts.failure is not None:
        return facts.failure.line, "unparseable", f"'{module}' is kept: {facts.failure.reason}"
    twin = _twin(work.world, path)
    if twin:
        return 1, "ambiguous-module", f"'{module}' may be this file or '{twin}'; remove one by hand"
    if fate == "split":
        return None
    if path.rpartition("/")[2] in _UNTOUCHABLE or dirname(path).rpartition("/")[2] in _SCANNED:
        return 1, "no-shim", f"'{module}' is found by its name, not by being imported"
    if own := defined_in(work.world, path):
        words = ", ".join(what for _, what in own)
        return own[0][0], "no-shim", f"'{module}' is more than a shim: it adds {words}"
    if effects := work.acting.possible(path):
        line, text = effects[0]
        more = f" and {len(effects) - 1} more" if len(effects) > 1 else ""
        words = f"'{_short(text)}'{more}; move it before"
        reason = f"importing '{module}' does more than forward: {words}"
        return line, "import-effect", reason
    return None


def _twin(world: World, path: str) -> str:
    """The module beside a package of the same name, or the package beside a module."""
    if is_package(path):
        other = f"{dirname(path)}.py"
        return other if other in world.modules.files else ""
    folder = path.rpartition(".")[0]
    return next(
        (
            file
            for file in (f"{folder}/__init__.py", f"{folder}/__init__.pyi")
            if file in world.modules.files
        ),
        "",
    )


def _modules_below(work: _Work, path: str) -> list[str]:
    """The modules of a package besides its `__init__` that stay."""
    own = {path, f"{path}i"}
    below = paths_of_kind(work.world.modules.files, Below(dirname(path)))
    return [file for file in below if file not in own and file not in work.deleted]


# ------------------------------------------------------------------- warn


def _warn(work: _Work, shim: _Shim) -> bool:
    """Put a module that forwards and warns in the place of a shim."""
    facts, data = work.world.facts(shim.path), work.data(shim.path)
    try:
        names = forwarded(work.world, work.config, shim.path)
    except Refused as error:
        work.refuse(shim.path, error.line, error.code, f"'{shim.module}' is kept as it is: {error}")
        return False
    text = shim_module({name: one.to for name, one in names.items()})
    newline = b"\r\n" if b"\r\n" in data else b"\n"
    new = text.encode().replace(b"\n", newline)
    work.edits[shim.path] = [Edit(0, len(data), new, "file", 1)]
    work.gone |= {(shim.path, name) for name in facts.scopes[0].bound}
    work.introduced |= {(module, "") for module in USED}
    work.introduced |= {one.step for one in names.values()}
    _remark(work, shim, "now only forwards and warns")
    return True


# ----------------------------------------------------------------- delete


def _without_holders(
    work: _Work, shims: Sequence[_Shim], rewritten: Collection[str]
) -> Sequence[_Shim]:
    """Those shims to which nothing refers but shims that go as well; the others are refused."""
    going = {one.path: one for one in shims}
    found = {one.path: _what_holds(work, one, going) for one in shims}
    while True:
        files = {file for path in going for file in _files(work.world, path)} | {*rewritten}
        held = [
            path for path in going if any(_holds(holder, files) for holder in found.get(path, ()))
        ]
        if not held:
            break
        for path in held:
            del going[path]
    for shim in shims:
        places = [holder for holder in found.get(shim.path, ()) if holder.path not in files]
        if shim.path in going:
            _mentioned(work, shim, [holder for holder in places if not holder.breaks])
        else:
            _held(work, shim, [holder for holder in places if holder.breaks])
    return list(going.values())


def _what_holds(work: _Work, shim: _Shim, going: Collection[str]) -> list[Holder]:
    """What refers to a shim, and would no more find what it finds now.

    A package in which other modules stay is emptied and not deleted: its file is still there, and
    so is the module, for a text that names something in it which it does not have anyway.
    """
    found = list(work.holders.get(shim.path, ()))
    if not is_package(shim.path) or not {*_modules_below(work, shim.path)} - {*going}:
        return found
    resolver = work.world.resolver
    brought, is_all = resolver.star_names(shim.path)
    names = {*resolver.table(shim.path).names, *brought}

    def is_left(holder: Holder) -> bool:
        inner = holder.text.replace(":", ".").removeprefix(f"{shim.module}.")
        has_name = inner != holder.text and inner.partition(".")[0] not in names
        is_text = holder.kind in ("text", "string", "config")
        return holder.kind == "file" or (is_text and is_all and has_name)

    return [holder for holder in found if not is_left(holder)]


def _holds(holder: Holder, files: Collection[str]) -> bool:
    return holder.breaks and holder.path not in files


def _held(work: _Work, shim: _Shim, places: Sequence[Holder]) -> None:
    count = f"{len(places)} places refer" if len(places) > 1 else "one place refers"
    for holder in places:
        if holder.kind == COMPUTED:
            reason = f"'{holder.text}' is put together when it runs and may be '{shim.module}'"
            work.refuse(holder.path, holder.line, "held", f"{reason}, which stays")
        else:
            reason = f"'{holder.text}': '{shim.module}' stays, {count} to it"
            work.refuse(holder.path, holder.line, "held", reason)


def _mentioned(work: _Work, shim: _Shim, places: Sequence[Holder]) -> None:
    by_file: dict[str, list[Holder]] = {}
    for holder in places:
        by_file.setdefault(holder.path, []).append(holder)
    for path, inside in by_file.items():
        more = f", and {len(inside) - 1} more times in this file" if len(inside) > 1 else ""
        how = "leads nowhere already" if inside[0].kind == DANGLING else "appears in the text"
        reason = f"'{inside[0].text}' {how}{more}; the module '{shim.module}' is gone"
        work.refuse(path, inside[0].line, "mentioned", reason)


def _files(world: World, path: str) -> Iterator[str]:
    """A module's file, and the stub beside it."""
    yield path
    if path.endswith(".py") and f"{path}i" in world.modules.files:
        yield f"{path}i"


def _delete(work: _Work, shim: _Shim) -> None:
    facts = work.world.facts(shim.path)
    _remark(work, shim, "is deleted")
    if is_package(shim.path) and set(_modules_below(work, shim.path)) - work.deleted:
        _empty(work, shim.path)
        work.gone |= {(shim.path, name) for name in facts.scopes[0].bound}
    else:
        work.deleted |= {*_files(work.world, shim.path)}


def _empty(work: _Work, path: str) -> None:
    """Leave a package without what it forwarded, because modules are below it."""
    for file in _files(work.world, path):
        data = work.data(file)
        head = data[: after_prologue(data).offset].rstrip()
        kept = without_forwarding_comments(head).rstrip()
        newline = b"\r\n" if b"\r\n" in data else b"\n"
        start = len(head) if kept == head else 0
        new = (kept[start:] + newline) if kept else b""
        work.edits[file] = [Edit(start, len(data), new, "definition", 1)]
        work.gone |= {(file, name) for name in work.world.facts(file).scopes[0].bound}


def _remark(work: _Work, shim: _Shim, what: str) -> None:
    for line, text in messages(work.data(shim.path)):
        said = f"importing it said something: '{_short(text)}' (line {line})"
        work.remarks.append(f"'{shim.module}' {what}; {said}")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


# ------------------------------------------------------------ empty packages


def _delete_empty_packages(work: _Work) -> None:
    """Take out packages in which nothing is left, from the inside out."""
    waiting = {dirname(path) for path in work.deleted}
    for module, fate in work.config.table(Shims).fates.items():
        above = work.world.modules.find(module.rpartition(".")[0])
        if fate == "delete" and above is not None and work.world.modules.find(module) is None:
            waiting.add(dirname(above))
    while waiting:
        folder = max(waiting, key=len)
        waiting.discard(folder)
        init = f"{folder}/__init__.py"
        is_gone = init in work.deleted
        if not is_gone and init in work.world.modules.files and _is_empty(work, init):
            work.deleted |= {*_files(work.world, init)}
            is_gone = True
        if is_gone and dirname(folder):
            waiting.add(dirname(folder))


def _is_empty(work: _Work, init: str) -> bool:
    """Whether a package holds nothing, nothing is below it, and nothing refers to it."""
    own = {*_files(work.world, init)}
    below = entries_of_kind(work.world.snapshot.entries, Below(dirname(init)))
    if any(entry.path not in own and entry.path not in work.deleted for entry in below):
        return False
    if own & {*work.left_out} or not all(is_bare(work.data(path)) for path in own):
        return False
    return not any(_holds(holder, work.deleted) for holder in work.holders.get(init, ()))


def _may_be_emptied(world: World, modules: Iterable[str], going: Collection[str]) -> Iterator[str]:
    """The bare `__init__` files around modules below which nothing but modules that go would be.

    Args:
        world: The code.
        modules: Modules that shall be gone, also those that are.
        going: The files of those that are there.
    """
    gone = {file for path in going for file in _files(world, path)}
    parents = {name for module in modules for name in _parents(module)}
    for name in sorted(parents, key=len, reverse=True):
        init = world.modules.find(name)
        if init is None or not is_package(init):
            continue
        own = {*_files(world, init)}
        below = entries_of_kind(world.snapshot.entries, Below(dirname(init)))
        is_left_alone = all(entry.path in own or entry.path in gone for entry in below)
        if is_left_alone and is_bare(world.read([init]).get(init, b"")):
            gone |= own
            yield init


def _parents(module: str) -> Iterator[str]:
    while module := module.rpartition(".")[0]:
        yield module
