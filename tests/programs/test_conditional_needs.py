"""A definition that moves, and reads what its module has only under a condition."""

from collections.abc import Callable

import pytest
from tests.conftest import Repository
from tests.programs.blocks import blocks
from tests.programs.conftest import Program
from typer.testing import CliRunner

from onepath_cli.app import app

MOVE = ("pkg.a.f", "pkg.b")
TYPES = """\
=== pkg/__init__.py
=== pkg/a.py
%s
    from .types import Thing
def f(x: "Thing") -> str: return str(x)
=== pkg/types.py
class Thing: pass
=== pkg/b.py
%s=== main.py
from pkg.a import f
print(f(3))
"""
DESTINATIONS = {
    "empty": "",
    "with imports": "import os\n",
    "with imports and code": "import os\nimport re\n\nX = os.sep, re\n",
    "with a docstring": '"""B."""\n\nX = 1\n',
    "with an alias of typing": "import typing as t\n\nX = t.Any\n",
    "with the name": "from typing import TYPE_CHECKING, Any\n\nX: Any = TYPE_CHECKING\n",
    "with types": (
        "import os\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import re\n"
    ),
    "with no line end": "import os",
}


@pytest.mark.parametrize("there", DESTINATIONS)
@pytest.mark.parametrize("typing", ["from typing import TYPE_CHECKING\nif TYPE_CHECKING:",
                                    "import typing as t\nif t.TYPE_CHECKING:"])  # fmt: skip
def test_what_types_alone_need_comes_after_what_it_needs(
    unchanged_by: Program, there: str, typing: str
) -> None:
    files = blocks(TYPES % (typing, "X = 1\n"))
    files["pkg/b.py"] = DESTINATIONS[there]
    after = unchanged_by(files, move=MOVE, script="import main")
    assert "    from pkg.types import Thing\n" in after.files["pkg/b.py"]


BOUND = {
    "by both branches": "if sys.argv:\n    N = 1\nelse:\n    N = 2\n",
    "by a try and its handler": "try:\n    import nowhere as N\nexcept ImportError:\n    N = 1\n",
    "by a try whose handler raises": "try:\n    N = 1\nexcept ValueError:\n    raise\n",
    "in the end": "try:\n    pass\nfinally:\n    N = 1\n",
    "with": "import contextlib\nwith contextlib.suppress(OSError):\n    N = 1\n",
    "before a condition": "N = 1\nif sys.flags.debug:\n    N = 2\n",
}
UNBOUND = {
    "in one branch": "if sys.flags.debug:\n    import json as N\n",
    "for types under another name": (
        "from typing import TYPE_CHECKING as TC\nif TC:\n    from json import loads as N\n"
    ),
    "in a handler": "try:\n    import json\nexcept ImportError:\n    N = 1\n",
    "in a loop": "for N in sys.argv[5:]:\n    pass\n",
    "as an annotation": "N: int\n",
}
READS = """\
=== pkg/__init__.py
=== pkg/a.py
import sys
%sdef f():
    return N if sys.argv[5:] else 3
"""
MAIN = "=== pkg/b.py\n=== main.py\nfrom pkg.a import f\nprint(f())\n"


@pytest.mark.parametrize("shape", BOUND)
def test_what_is_bound_in_any_case_is_imported(unchanged_by: Program, shape: str) -> None:
    after = unchanged_by(blocks(READS % BOUND[shape] + MAIN), move=MOVE, script="import main")
    assert "from pkg.a import N\n" in after.files["pkg/b.py"]


@pytest.mark.parametrize("shape", UNBOUND)
def test_what_is_bound_in_some_cases_holds_it(
    make_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    monkeypatch.chdir(make_repository(blocks(READS % UNBOUND[shape] + MAIN)).path)
    done = CliRunner().invoke(app, ["move", *MOVE, "--dry-run"])
    assert done.exit_code == 3
    assert "'N' is bound under a condition" in done.stderr


def test_configuration_follows_a_package(unchanged_by: Program) -> None:
    files = blocks("""\
=== pkg/__init__.py
=== pkg/old/__init__.py
=== pkg/old/a.py
import pkgutil
def f(): return pkgutil.get_data("pkg.old", "data.txt")
=== pkg/old/data.txt
hi
=== pkg/sub/__init__.py
=== setup.cfg
[options.package_data]
pkg.old = *.txt
[options]
packages =
    pkg
    pkg.old
[mypy-pkg.old.*]
ignore_errors = true
=== pyproject.toml
[[tool.mypy.overrides]]
module = ["pkg.old.*", "pkg.old.a"]
=== main.py
from pkg.old.a import f
print(f())
""")
    gone = ["pkg.old", "pkg.old.a"]
    move = ("pkg.old", "pkg.sub")
    after = unchanged_by(files, move=move, script="import main", may_go=gone)
    assert {code for _, _, code in after.refusals} == set()
