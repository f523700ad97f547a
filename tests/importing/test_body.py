"""What the steps of a module hold."""

import ast
import gc
from collections.abc import Iterator, Sequence

import pytest

from onepath.facts.computed.nodes import FunctionNode
from onepath.importing.body import body_of
from onepath.importing.functions import function_of
from onepath.importing.steps import BodyStep, Define, FunctionSteps, Import, Make


def _trees(name: str) -> int:
    gc.collect()
    return sum(isinstance(one, ast.FunctionDef) and one.name == name for one in gc.get_objects())


def test_the_tree_of_no_function_is_held() -> None:
    body = body_of(b"def only_here(x):\n    import a\n")
    assert body is not None
    (define,) = body.steps
    assert isinstance(define, Define)
    assert _trees("only_here") == 0
    (step,) = define.function.steps
    assert isinstance(step, Import)
    assert define.function.local == {"x", "a"}
    assert _trees("only_here") == 0


FUNCTIONS = {
    "at the top": "x = 1\ndef f(a, *b):\n    import m\n    return a\n",
    "indented": "if 1:\n    def f():\n        import m\n",
    "by tabs": "class A:\n\tdef f(self):\n\t\timport m\n\n\tdef g(self): import n\n",
    "decorated": "@d(1)\n@e\nasync def f():\n    await g()\n    import m\n",
    "inside another": "def f():\n    x = 1\n    def g():\n        import m\n    return g()\n",
    "with text outside": 'class A:\n    def f(self):\n        """\nb\n"""\n        import m\n',
    "with other letters": "def f():\n    x = 'äöü'; import m\n",
    "with a comment like a cookie": "def f():\n    # coding: utf-16\n    import m\n",
    "in lines of Windows": "class A:\r\n    def f(self):\r\n        import m\r\n",
}


@pytest.mark.parametrize("text", FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_function_by_itself_is_parsed_as_in_its_file(text: str) -> None:
    data = text.encode()
    lines = [0]
    for line in data.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    functions = [node for node in ast.walk(ast.parse(data)) if isinstance(node, FunctionNode)]
    for node in functions:
        node.decorator_list = []
        end = lines[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        alone = function_of(data[lines[node.lineno - 1] : end])
        ast.increment_lineno(alone, node.lineno - alone.lineno)
        assert ast.dump(alone, include_attributes=True) == ast.dump(node, include_attributes=True)
    assert functions


def _functions(steps: Sequence[BodyStep]) -> Iterator[FunctionSteps]:
    for step in steps:
        if isinstance(step, Define):
            yield step.function
        elif isinstance(step, Make):
            yield from _functions(step.body)


@pytest.mark.parametrize(
    "data",
    [
        "# coding: latin-1\nclass A:\n    def f(self): x = 'ä'; import m\n".encode("latin-1"),
        b"class A:\n  \\\n      def f(self):\n    import m\n",
        b"class A:\n  def f(self):\n    import m\n",
        b"\f\nclass A:\n  pass\n\fdef f(): import m\n",
        b"\xef\xbb\xbfdef f(): import m\n",
    ],
    ids=["in another encoding", "after a backslash", "plain", "after a form feed", "after a BOM"],
)
def test_a_function_that_does_not_stand_alone_is_read_in_its_file(data: bytes) -> None:
    body = body_of(data)
    assert body is not None
    (function,) = _functions(body.steps)
    (step,) = (one for one in function.steps if isinstance(one, Import))
    assert step.module == "m"
    assert step.place.line == data[: data.index(b"import")].count(b"\n") + 1
