"""What takes its name from the module it is in, and is another thing in another module."""

import ast
import re
from collections.abc import Iterator

from onepath.codemod import Needles, Refusal, World
from onepath_packs.canonical.definitions.moving.taken import TakenDefinition
from onepath_packs.canonical.definitions.refused import CannotMoveError

_TASKS = frozenset(("task", "shared_task", "periodic_task"))
_PICKLED = frozenset(
    ("__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__getnewargs__")
)
_MODELS = re.compile(r"(?:^|\.)(?:models\.Model|Model|DeclarativeBase)$")
_PICKLING = Needles.of(("pickle", "dill", "cloudpickle", "shelve", "joblib"))


def check_names_by_module(world: World, taken: TakenDefinition) -> None:
    """Refuse what others know by the path of its module.

    Raises:
        CannotMoveError: A task of Celery without a name of its own, or a model of Django.
    """
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


def pickled(world: World, taken: TakenDefinition, module: str) -> Iterator[Refusal]:
    """The classes that move and whose instances something may have pickled under the old path."""
    for statement in taken.statements:
        if not isinstance(statement, ast.ClassDef):
            continue
        methods = {node.name for node in statement.body if isinstance(node, ast.FunctionDef)}
        by = next(iter(sorted(methods & _PICKLED)), "")
        where = (
            f"{taken.path}:{statement.lineno} ('{by}')" if by else _pickling(world, statement.name)
        )
        if where:
            reason = (
                f"what was pickled before names '{world.modules.name(taken.path)}."
                f"{statement.name}', not '{module}.{statement.name}': see {where}"
            )
            yield Refusal(taken.path, statement.lineno, "pickled", reason)


def _pickling(world: World, name: str) -> str:
    """A file that pickles and names a class."""
    named = world.fact_store.mentioning(Needles.of([name]))
    found = world.fact_store.others_mentioning(named, _PICKLING)
    return min(found, default="")
