"""What takes its name from the module it is in, and is another thing in another module."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from onepath.codemod import Needles, Refusal, World
from onepath.facts.computed.nodes import DefinitionNode
from onepath.facts.extract.file import module_tree
from onepath.importing.loaded.import_effects import import_time_statements
from onepath.importing.loaded.registering import Registering
from onepath.symbols.resolve import Step
from onepath_packs.canonical.definitions.moving.taken import TakenDefinition
from onepath_packs.canonical.definitions.old_paths.by_own_name.comparisons import MODULE
from onepath_packs.canonical.definitions.old_paths.by_own_name.own_attributes import (
    compared_strings,
    compares_with_itself,
)
from onepath_packs.canonical.definitions.old_paths.by_own_name.own_names import told_to
from onepath_packs.canonical.definitions.old_paths.by_own_name.unpicklers import check_admitted
from onepath_packs.canonical.definitions.own_paths.own_module_names import NAMED
from onepath_packs.canonical.definitions.refused import CannotMoveError

_TASKS = frozenset(("task", "shared_task", "periodic_task"))
_PICKLED = frozenset(
    ("__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__getnewargs__")
)
_MODELS = re.compile(r"(?:^|\.)(?:models\.Model|Model|DeclarativeBase)$")
_PICKLING = Needles.of(("pickle", "dill", "cloudpickle", "shelve", "joblib"))


def check_names_by_module(world: World, taken: TakenDefinition, new: str) -> None:
    """Refuse what others know by the path of its module.

    Args:
        world: The code.
        taken: What moves.
        new: The module to which it moves.

    Raises:
        CannotMoveError: A task of Celery without a name of its own, a model of Django, or what is
            told by the `__module__` that it has.
    """
    _check_compared(world, taken, new)
    _check_filed(world, taken, new)
    check_admitted(world, [(world.modules.name(taken.path), taken.names[0])])
    for statement in taken.statements:
        for one in getattr(statement, "decorator_list", ()):
            call = one.func if isinstance(one, ast.Call) else one
            is_task = ast.unparse(call).rpartition(".")[2] in _TASKS
            keywords = one.keywords if isinstance(one, ast.Call) else []
            if is_task and all(keyword.arg != "name" for keyword in keywords):
                name = f"{world.modules.name(taken.path)}.{taken.names[0]}"
                raise CannotMoveError(
                    taken.path,
                    one.lineno,
                    "a task takes its name from its module",
                    hint=f'give it the name that it has: name="{name}"',
                )
        if isinstance(statement, ast.ClassDef):
            for base in statement.bases:
                spelled = taken.tree.path_of(base)
                if spelled.startswith("django.") and _MODELS.search(spelled):
                    raise CannotMoveError(
                        taken.path,
                        statement.lineno,
                        "a model belongs to the application whose module it is in",
                        hint="state 'app_label' and 'db_table' in its Meta, and move it by hand",
                    )


def _check_compared(world: World, taken: TakenDefinition, new: str) -> None:
    """Refuse to move what code tells by its module: `cls.__module__ == "old"`.

    A beginning that both modules have, `cls.__module__.startswith("app")`, tells them alike.
    """
    if not any(isinstance(statement, DefinitionNode) for statement in taken.statements):
        return
    module, name = world.modules.name(taken.path), taken.names[0]
    for one in compared_strings(world, (MODULE,), home=(taken.path, name)):
        is_asked = one.value == module
        if one.is_beginning:
            is_told_alike = new.startswith(one.value) and not one.is_cut
            is_asked = module.startswith(one.value) and not is_told_alike
        if is_asked and not one.is_shown:
            reason = f"what is in '{module}' is told by this string, and '{name}' would not be"
            raise CannotMoveError(one.path, one.line, reason)
    line = compares_with_itself(world, taken.path)
    if line:
        reason = f"what this module has is told by its name, and '{name}' would not be"
        raise CannotMoveError(taken.path, line, reason)


def _check_filed(world: World, taken: TakenDefinition, new: str) -> None:
    """Refuse to move what others file by its module where a string has that: `"old:Handler"`."""
    old, name = world.modules.name(taken.path), taken.names[0]
    parts = {*old.split(".")} - {*new.split(".")}
    if not parts or not any(_is_filed(world, taken.path, one) for one in taken.statements):
        return
    asked = re.compile(
        rb"[\"'](?:\w+[.:/])*(?:%b)(?:[.:/]\w+)*[.:/]%b[\"']"
        % (b"|".join(re.escape(part.encode()) for part in sorted(parts)), re.escape(name.encode()))
    )
    for path, data in _naming(world, name):
        for match in asked.finditer(data):
            line = data.count(b"\n", 0, match.start()) + 1
            reason = f"'{name}' tells others of its module, and this may ask for it by that"
            raise CannotMoveError(path, line, reason)


def _is_filed(world: World, path: str, statement: ast.stmt) -> bool:
    """Whether a base or decorator is told of a definition, and reads in which module it is."""
    if not isinstance(statement, DefinitionNode):
        return False
    ours = {one.path for one in told_to(world, path, statement) if one.kind == "definition"}
    if not any(b"__module__" in data for data in world.read(sorted(ours)).values()):
        return False
    return bool([*Registering(world).definition(path, statement)])


def filed_by_module(world: World, path: str, statements: Sequence[ast.stmt]) -> Iterator[Refusal]:
    """What moves and tells others in which module it is: who knows it by that is not in sight.

    Args:
        world: The code.
        path: The file that it leaves.
        statements: What moves.
    """
    for statement in statements:
        if isinstance(statement, DefinitionNode) and _is_filed(world, path, statement):
            reason = f"'{statement.name}' tells others of its module, which is another one then"
            yield Refusal(path, statement.lineno, NAMED, reason)


def filed_by_modules(world: World, paths: Iterable[str]) -> Iterator[Refusal]:
    """The same for all that is in the files of modules which move."""
    for path, data in world.read([path for path in paths if path.endswith(".py")]).items():
        yield from filed_by_module(world, path, module_tree(data).body)


def _naming(world: World, name: str) -> Iterator[tuple[str, bytes]]:
    """The files that spell a name, of any kind."""
    entries = world.snapshot.entries.items()
    regular = [path for path, entry in entries if entry.is_regular]
    yield from world.read(
        [*world.fact_store.others_mentioning(regular, Needles.of([name]))]
    ).items()


def pickled(world: World, taken: TakenDefinition, module: str) -> Iterator[Refusal]:
    """The classes that move and whose instances something may have pickled under the old path."""
    for statement in taken.statements:
        if isinstance(statement, ast.ClassDef):
            new = f"{module}.{statement.name}"
            yield from _pickled_class(world, taken.path, statement, new)


def _pickled_class(world: World, path: str, cls: ast.ClassDef, new: str) -> Iterator[Refusal]:
    """A class that gets another path, dotted, if something may have pickled its instances."""
    methods = {node.name for node in cls.body if isinstance(node, ast.FunctionDef)}
    by = next(iter(sorted(methods & _PICKLED)), "")
    where = f"{path}:{cls.lineno} ('{by}')" if by else _pickling(world, cls.name)
    if where:
        old = f"{world.modules.name(path)}.{cls.name}"
        reason = f"what was pickled before names '{old}', not '{new}': see {where}"
        yield Refusal(path, cls.lineno, "pickled", reason)


def pickled_class_of(world: World, home: Step, new: str) -> Iterator[Refusal]:
    """A class that gets another name, if something may have pickled its instances.

    Args:
        world: The code.
        home: (path, name) of a definition.
        new: Its new name.
    """
    path, name = home
    for statement in import_time_statements(module_tree(world.read([path])[path]).body):
        if isinstance(statement, ast.ClassDef) and statement.name == name:
            yield from _pickled_class(world, path, statement, f"{world.modules.name(path)}.{new}")


def _pickling(world: World, name: str) -> str:
    """A file that pickles and names a class."""
    named = world.fact_store.mentioning(Needles.of([name]))
    found = world.fact_store.others_mentioning(named, _PICKLING)
    return min(found, default="")
