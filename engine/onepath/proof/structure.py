"""What must hold of a file's imports after any change: no cycle, nothing dangling or doubled."""

from collections import Counter
from collections.abc import Callable, Container

from onepath.model import Facts, Use
from onepath.proof.meaning import FileMeanings
from onepath.symbols.graph.imports import reachable
from onepath.symbols.modules import is_package
from onepath.symbols.world import World


class ImportGraph:
    """What importing a file imports, before and after.

    Args:
        before: The code as it is.
        after: The code as it would be.
    """

    def __init__(self, before: World, after: World) -> None:
        self._before = before
        self._after = after
        self._reached: dict[tuple[bool, str], frozenset[str]] = {}

    def creates_a_cycle(self, path: str) -> str:
        """An import of a file that creates an import cycle which was not there, in words."""
        old = set(self._before.imports(path))
        for target in self._after.imports(path):
            if target in old or target == path or path not in self._reach(target, after=True):
                continue
            closed = path in self._reach(target, after=False)
            if not (closed and target in self._reach(path, after=False)):
                return (
                    f"importing '{self._after.modules.name(target)}' would create an import cycle"
                )
        return ""

    def not_loaded(self, path: str, now: Facts) -> str:
        """A module that a file uses and nothing imports any more, in words.

        `pkg.sub.x` after `import pkg` works only as long as something imports `pkg.sub`.
        """
        lost = set(self._before.imports(path)) - set(self._after.imports(path))
        packages = {
            (statement.scope, alias.bound)
            for statement in now.imports
            for alias in statement.names
            if not statement.is_from and not alias.asname
        }
        for use in now.uses if lost and packages else ():
            if (use.bound_in, use.name) not in packages:
                continue
            parts = use.dotted.split(".")
            for count in range(2, len(parts) + 1):
                dotted = ".".join(parts[:count])
                module = self._after.modules.find(dotted, path)
                if module not in lost or _imports_itself(now, use, dotted):
                    continue
                if module not in self._reach(path, after=True):
                    return f"nothing imports '{dotted}' any more, but it is used"
        return ""

    def newly_used(self, path: str, was: Facts, now: Facts) -> str:
        """A module that a file comes to read by its package, and that nothing imports, in words."""
        known = {use.dotted for use in was.uses}
        packages = {
            (statement.scope, alias.bound)
            for statement in now.imports
            for alias in statement.names
            if not statement.is_from and not alias.asname
        }
        for use in now.uses if packages else ():
            if (use.bound_in, use.name) not in packages or use.dotted in known:
                continue
            parts = use.dotted.split(".")
            for count in range(2, len(parts) + 1):
                dotted = ".".join(parts[:count])
                module = self._after.modules.find(dotted, path)
                is_read = module is None or module.endswith("/")
                if is_read or _imports_itself(now, use, dotted):
                    continue
                if module not in self._reach(path, after=True):
                    return f"nothing imports '{dotted}', which is read here"
        return ""

    def _reach(self, path: str, *, after: bool) -> frozenset[str]:
        known = self._reached.get((after, path))
        if known is None:
            state = self._after if after else self._before
            known = reachable([path], state.imports, state.fact_store.load)
            self._reached[after, path] = known
        return known


def _imports_itself(facts: Facts, use: Use, dotted: str) -> bool:
    """Whether the import that binds a name loads a module below it, in whatever block it stands.

    In a function, `import a.b` runs before what uses it there; under `TYPE_CHECKING` it is there
    for names that nobody reads when the program runs.
    """
    return any(
        statement.scope == use.bound_in
        and not statement.is_from
        and any(
            alias.asname is None and f"{alias.name}.".startswith(f"{dotted}.")
            for alias in statement.names
        )
        for statement in facts.imports
    )


def newly_unresolved(
    before: FileMeanings, after: FileMeanings, origin: FileMeanings | None = None
) -> str:
    """An import of a file that leads nowhere and did lead somewhere, in words.

    Args:
        before: The file as it was.
        after: And as it is.
        origin: The file that text of it comes from, as it was: what led nowhere there may do so
            here.
    """
    old = frozenset(name for written in before.written.values() for name in written)
    new = after.unresolved(old)
    for known in (before, origin) if new else ():
        new -= known.unresolved(frozenset()) if known is not None else set()
    return f"'{min(new)}' can't be resolved" if new else ""


def lost_name(
    path: str,
    was: Facts,
    now: Facts,
    is_referred: Callable[[str], bool],
    gone: Container[str] = (),
) -> str:
    """A name of a module that is not there any more and must be, in words.

    Args:
        path: The module's file.
        was: Its facts before.
        now: And after.
        is_referred: Whether another file refers to a name of it.
        gone: Names that may go.
    """
    lost = set(was.scopes[0].bound) - set(now.scopes[0].bound)
    exported = {name for name, _, _ in was.exports.names} if was.exports else set()
    for name in sorted(one for one in lost if one not in gone):
        if is_package(path) or path.endswith(".pyi") or name in exported:
            return f"the public name '{name}' is lost"
        if is_referred(name):
            return f"'{name}' is lost, but is used from outside"
    return ""


def bound_twice(was: Facts, now: Facts) -> str:
    """A name that more imports of one block bind than before, in words."""
    twice = _repeated(now) - _repeated(was)
    return f"'{min(twice)[1]}' would be imported twice" if twice else ""


def _repeated(facts: Facts) -> Counter[tuple[int, str]]:
    """Name in a scope -> how many imports of it follow another one in the same block.

    Blocks are not told apart by their index: a block whose last import went has none.
    """
    bound = Counter(
        (statement.block, statement.scope, alias.bound)
        for statement in facts.imports
        for alias in statement.names
        if alias.name != "*" and (statement.is_from or alias.asname)
    )
    found: Counter[tuple[int, str]] = Counter()
    for (_, scope, name), count in bound.items():
        found[scope, name] += count - 1
    return found
