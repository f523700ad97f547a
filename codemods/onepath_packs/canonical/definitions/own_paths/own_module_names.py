"""Loggers and tasks that take their name from their module: who names them follows the module.

`getLogger(__name__)` in `old` makes the logger `old`. Once the module has another path, so has the
logger, and `getLogger("old")`, `LOGGING["loggers"]["old"]` or `send_task("old.run")` elsewhere mean
nothing any more.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from onepath.codemod import Facts, Needles, Refusal, World
from onepath.facts.documents.kinds import is_configuration
from onepath.facts.extract.definitions import dotted
from onepath.symbols.tree.syntax import SyntaxTree

NAMED = "named-by-module"
_LOGGER = re.compile(rb"\b(?:getLogger|get_logger)\(\s*(?:name\s*=\s*)?__name__")
_GIVING = frozenset((
    "getLogger", "get_logger", "getChild", "assertLogs", "assertNoLogs", "at_level", "set_level",
    "Filter", "get_records",
))  # fmt: skip
"""Last names of calls that take the name of a logger."""
_KEY = rb"(?m)^([ \t]*(?:\[[\w.\"' -]*loggers\.)?[\"']?)%b(?=[\"']?[ \t]*[:\]])"
"""A logger as a key: of YAML, of JSON with one key a line, or of TOML."""
_TASKS = ("task", "shared_task")


class ModuleNames:
    """What modules that get another path give their name to.

    Args:
        world: The code.
        old: The dotted path of the module or package that moves.
        new: Its new path.
        files: Old path -> new path, of everything in it.
    """

    def __init__(self, world: World, old: str, new: str, files: Mapping[str, str]) -> None:
        self._world = world
        self._old = old
        self._new = new
        self._files = files
        python = {path: world.facts(path) for path in files if path.endswith(".py")}
        data = world.read([*python])
        self._loggers: set[str] = set()
        self._tasks: dict[str, tuple[str, int, str]] = {}
        for path, facts in python.items():
            module = world.modules.name(path)
            if _LOGGER.search(data.get(path, b"")):
                self._loggers.update(self._down_to(module))
            for name, line in _tasks(facts):
                self._tasks[f"{module}.{name}"] = path, line, name
        routes = {f"{name.rpartition('.')[0]}.*" for name in self._tasks}
        self._named = frozenset(self._tasks.keys() | routes)

    def followed(self, contents: Mapping[str, bytes | None]) -> dict[str, bytes | None]:
        """The files that name them, with the new names.

        Args:
            contents: What files are already, by their new paths, where they change.
        """
        found: dict[str, bytes | None] = {}
        if not (self._loggers or self._tasks):
            return found
        for path in self._naming():
            place = self._files.get(path, path)
            data = contents.get(place) or self._world.read([path]).get(path, b"")
            new = self._in_python(data) if path.endswith(".py") else self._in_text(data)
            if new != data:
                found[place] = new
        return found

    def refusals(self) -> Iterator[Refusal]:
        """What others, which are not here, may know by the old name, and what covers it no more."""
        for path, line, name in self._tasks.values():
            yield Refusal(path, line, NAMED, f"the task '{name}' takes its name from its module")
        above = self._old
        while self._loggers and (above := above.rpartition(".")[0]):
            if f"{self._new}.".startswith(f"{above}."):
                return
            for path, line in self._configured(above):
                reason = f"'{above}' is the logger above '{self._old}', and not above '{self._new}'"
                yield Refusal(path, line, NAMED, reason)

    def _down_to(self, module: str) -> Iterator[str]:
        """A module that moves, and the packages around it that move as well."""
        while f"{module}.".startswith(f"{self._old}."):
            yield module
            module = module.rpartition(".")[0]

    def _naming(self) -> list[str]:
        """The files that may name them."""
        store, needles = self._world.fact_store, Needles.of([self._old])
        return [*store.mentioning(needles), *store.texts_mentioning(is_configuration, needles)]

    def _configured(self, logger: str) -> Iterator[tuple[str, int]]:
        """Where a logger is configured, or got by its name."""
        needles = Needles.of([logger])
        for path in self._world.fact_store.mentioning(needles):
            data = self._world.read([path])[path]
            tree = SyntaxTree.of_file(data) if b"logg" in data.lower() else None
            if tree is not None:
                for node in tree.nodes:
                    if isinstance(node, ast.Constant) and node.value == logger:
                        yield from [(path, node.lineno)] if _is_key(tree, node) else []

    # ------------------------------------------------------------------- the texts

    def _in_python(self, data: bytes) -> bytes:
        tree = SyntaxTree.of_file(data)
        if tree is None:
            return data
        places = []
        for node in tree.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                is_logger = node.value in self._loggers and _names_logger(tree, node)
                if is_logger or node.value in self._named:
                    start, end = tree.place(node)
                    at = data.find(self._old.encode(), start, end)
                    places += [at] if at >= 0 else []
        for at in sorted(places, reverse=True):
            data = data[:at] + self._new.encode() + data[at + len(self._old.encode()) :]
        return data

    def _in_text(self, data: bytes) -> bytes:
        for name in sorted(self._named):
            word = re.compile(rb"(?<![\w.])%b(?![\w.])" % re.escape(name.encode()))
            data = word.sub(self._followed(name), data)
        if b"loggers" in data:
            for name in sorted(self._loggers):
                key = re.compile(_KEY % re.escape(name.encode()))
                data = key.sub(rb"\g<1>" + self._followed(name), data)
        return data

    def _followed(self, name: str) -> bytes:
        return (self._new + name.removeprefix(self._old)).encode()


def _tasks(facts: Facts) -> Iterator[tuple[str, int]]:
    """The names and lines of functions that a decorator makes tasks, and gives no other name."""
    for definition in facts.definitions:
        for decorator in definition.decorators:
            callee, _, arguments = decorator.partition("(")
            is_task = callee.rpartition(".")[2] in _TASKS
            if is_task and "name=" not in arguments.replace(" ", ""):
                yield definition.qualname, definition.line


def _names_logger(tree: SyntaxTree, node: ast.Constant) -> bool:
    """Whether a string is where the name of a logger is: in a call, a table, or a comparison."""
    around: Sequence[ast.AST] = [*tree.around(node)][:4]
    for inner in around[:2]:
        if isinstance(inner, ast.Call) and dotted(inner.func).rpartition(".")[2] in _GIVING:
            return True
    match around:
        case [ast.Compare(left=left, comparators=others), *_]:
            return any(_is_name_of_record(expression) for expression in (left, *others))
        case [ast.Tuple(elts=[first, *others]), *_] if first is node:
            return any(dotted(expression).startswith("logging.") for expression in others)
    return _is_key(tree, node)


def _is_name_of_record(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "name"


def _is_key(tree: SyntaxTree, node: ast.Constant) -> bool:
    """Whether a string is a key of the loggers in a configuration of logging."""
    match [*tree.around(node)][:2]:
        case [ast.Dict(keys=keys) as table, ast.Dict(keys=names, values=values)] if node in keys:
            [at] = [index for index, expression in enumerate(values) if expression is table] or [-1]
            key = names[at] if at >= 0 else None
            return isinstance(key, ast.Constant) and key.value == "loggers"
        case [ast.Dict(keys=keys), ast.Assign(targets=[target]) | ast.AnnAssign(target=target)]:
            return node in keys and "logg" in ast.unparse(target).lower()
        case [ast.Dict(keys=keys), ast.keyword(arg="loggers")]:
            return node in keys
        case [ast.Subscript(value=value), *_]:
            return "loggers" in ast.unparse(value).lower()
    return False
