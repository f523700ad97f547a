"""What can't matter to the modules that are followed is left out; what may is kept."""

import pytest

from onepath.importing.body import body_of
from onepath.importing.pruning import pruned
from onepath.importing.steps import FromImport, Import, Load, bound_by


def is_followed(step: Import | FromImport | Load) -> bool:
    return isinstance(step, Import | FromImport) and step.module.partition(".")[0] == "followed"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("import followed\nother = followed\nother.x\n", ["Import", "Bind", "Read"]),
        ("import else_where\nother = else_where\nother.x\n", ["BindNames"]),
        ("def f():\n    import followed\ng = f\ng()\n", ["Define", "Bind", "Call"]),
        ("def f():\n    import else_where\ng = f\ng()\n", ["BindNames"]),
        (
            "def f():\n    import followed\ndef g():\n    f()\nh = g\nh()\n",
            ["Define", "Define", "Bind", "Call"],
        ),
        ("def g():\n    print()\nh = g\nh()\n", ["BindNames"]),
        (
            "from followed import fi\ndef g():\n    \ufb01()\nh = g\nh()\n",
            ["FromImport", "Define", "Bind", "Call"],
        ),
        ("def g(): __import__('followed')\nh = g\nh()\n", ["BindNames"]),
        ("from followed import x\nx.y\n", ["FromImport", "Read"]),
        ("class A:\n    import followed\n", ["Make"]),
        ("class A:\n    import else_where\n", ["BindNames"]),
    ],
)
def test_only_what_leads_to_followed_modules_is_kept(text: str, kept: list[str]) -> None:
    body = body_of(text.encode())
    assert body is not None
    assert [type(step).__name__ for step in pruned(body, is_followed).steps] == kept
    assert pruned(body, is_followed).bound == body.bound


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import a.b", ["a"]),
        ("import a.b as c", ["c"]),
        ("from a import b as c, d", ["c", "d"]),
        ("from a import *", []),
        ("def f(): ...", ["f"]),
        ("f()", []),
    ],
)
def test_the_names_that_a_step_binds(text: str, names: list[str]) -> None:
    body = body_of(text.encode())
    assert body is not None
    assert [name for step in body.steps for name in bound_by(step)] == names
