"""A definition moves to a module that has imported it for type checkers alone."""

import pytest
from tests.programs.conftest import Program

OLD = "class Old:\n    pass\n"
OTHER = "class Other:\n    pass\n"
USE = "import p.b\nfrom p.a import Old\n\nprint(p.b.f(Old(), None), Old.__name__)\n"
BODY = '\n\ndef f(x: "Old", y: "Other | None") -> bool:\n    from p.a import Old\n\n'
BODY += "    return isinstance(x, Old)\n"
BLOCKS = {
    "alone": (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from p.a import Old\n",
        [],
        ["TYPE_CHECKING", "import"],
    ),
    "alone, with a pragma": (
        "import typing as t\n\nif t.TYPE_CHECKING:  # pragma: no cover\n    from .a import Old\n",
        ["import typing as t"],
        ["TYPE_CHECKING", "pass\n\n"],
    ),
    "alone, with a comment": (
        "import typing as t\n\nif t.TYPE_CHECKING:  # for editors\n    from .a import Old\n",
        ["if t.TYPE_CHECKING:  # for editors\n    pass"],
        [],
    ),
    "beside another import": (
        (
            "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from p.a import Old\n"
            "    from p.c import Other\n"
        ),
        ["if TYPE_CHECKING:\n    from p.c import Other"],
        [],
    ),
    "in one statement": (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from p import Old, Other\n",
        ["if TYPE_CHECKING:\n    from p import Other"],
        [],
    ),
    "before a use": (
        (
            "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from p.a import Old\n\n"
            "    Kind = type[Old]\n"
        ),
        ["if TYPE_CHECKING:\n    Kind = type[Old]"],
        [],
    ),
    "beside another reader of the flag": (
        (
            "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from p.a import Old\n\n"
            "IS_CHECKED = TYPE_CHECKING\n"
        ),
        ["from typing import TYPE_CHECKING\n\nIS_CHECKED"],
        ["if TYPE_CHECKING"],
    ),
}


@pytest.mark.parametrize("shape", BLOCKS)
def test_the_import_for_types_goes(unchanged_by: Program, shape: str) -> None:
    block, there, gone = BLOCKS[shape]
    init = "from p.a import Old as Old\nfrom p.c import Other as Other\n"
    files = {"p/__init__.py": init, "p/a.py": OLD, "p/c.py": OTHER, "p/b.py": block + BODY}
    after = unchanged_by({**files, "use.py": USE}, move=("p.a.Old", "p.b"), script="import use")
    text = after.files["p/b.py"]
    assert "class Old" in text
    assert all(one in text for one in there), text
    assert not any(one in text for one in gone), text


def test_what_it_needs_for_types_comes_into_the_block_that_it_leaves(
    unchanged_by: Program,
) -> None:
    old = "from __future__ import annotations\n\nfrom typing import TYPE_CHECKING\n\n"
    old += "if TYPE_CHECKING:\n    from p.c import Other\n\n\n"
    old += "class Old:\n    def other(self) -> Other | None:\n        return None\n"
    here = "from __future__ import annotations\n\nfrom typing import TYPE_CHECKING\n\n"
    here += "if TYPE_CHECKING:\n    from p.a import Old\n\n\n"
    here += "def f(x: Old, y: object) -> bool:\n    return y is None\n"
    files = {"p/__init__.py": "", "p/a.py": old, "p/c.py": OTHER, "p/b.py": here, "use.py": USE}
    after = unchanged_by(files, move=("p.a.Old", "p.b"), script="import use")
    assert "if TYPE_CHECKING:\n    from p.c import Other\n\n\n" in after.files["p/b.py"]
