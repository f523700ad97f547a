"""What the steps of a module hold."""

import ast
import gc

from onepath.importing.body import body_of
from onepath.importing.steps import Define, Import


def _trees(name: str) -> int:
    gc.collect()
    return sum(isinstance(one, ast.FunctionDef) and one.name == name for one in gc.get_objects())


def test_the_tree_of_a_function_goes_once_its_steps_are_known() -> None:
    body = body_of(b"def only_here(x):\n    import a\n")
    assert body is not None
    (define,) = body.steps
    assert isinstance(define, Define)
    assert _trees("only_here") == 1
    (step,) = define.function.steps
    assert isinstance(step, Import)
    assert define.function.local == {"x", "a"}
    assert _trees("only_here") == 0
