"""Annotations that are resolved with names which a call gives: the annotation keeps its name."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import Program

ROWS = {
    "p/__init__.py": "",
    "p/new.py": "class Line: ...\n",
    "p/old.py": "from p.new import Line as Row\n",
}
HEAD = """\
from __future__ import annotations
import typing
if typing.TYPE_CHECKING:
    from p.old import Row
def f(a: Row) -> list[Row]: ...
"""
KEPT = blocks(
    """
=== by a dictionary
HEAD
def go():
    from p.old import Row
    return typing.get_type_hints(f, None, {"Row": Row})
=== by the names of a module
HEAD
def go():
    import p.old
    return typing.get_type_hints(f, vars(p.old))
=== by keyword
HEAD
class Model:
    row: Row
    @classmethod
    def update_forward_refs(cls, **names):
        return typing.get_type_hints(cls, names)
def go():
    from p.old import Row
    return Model.update_forward_refs(Row=Row)
=== by a variable
HEAD
def go():
    import inspect, p.old
    names = {"Row": p.old.Row, "list": list}
    return inspect.get_annotations(f, locals=names, eval_str=True)
""",
    HEAD=HEAD,
)
FOLLOWING = blocks(
    """
=== by nothing else
import typing
from p.old import Row
def f(a: Row) -> "list[Row]": ...
def go():
    return typing.get_type_hints(f, include_extras=True)
=== by other names
from __future__ import annotations
import typing
from p.old import Row
def f(a: Row, b: Other): ...
def go():
    return typing.get_type_hints(f, None, {"Other": int})
"""
)


@pytest.mark.parametrize("shape", KEPT)
def test_the_name_of_an_annotation_is_kept(unchanged_by: Program, shape: str) -> None:
    files = {**ROWS, "use.py": KEPT[shape]}
    after = unchanged_by(files, rename=("p.old.Row", "p.new.Line"), script="import use; use.go()")
    assert "    from p.new import Line as Row\ndef f(a: Row)" in after.files["use.py"]


@pytest.mark.parametrize("shape", FOLLOWING)
def test_an_annotation_that_its_module_resolves_follows(unchanged_by: Program, shape: str) -> None:
    files = {**ROWS, "use.py": FOLLOWING[shape]}
    after = unchanged_by(files, rename=("p.old.Row", "p.new.Line"), script="import use; use.go()")
    assert "Row" not in after.files["use.py"]
