"""Modules that a package lists in `__all__` and does not import itself."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.plan.test_definitions import rename
from tests.programs.conftest import Program

from onepath.errors import RefusedError

FILES = {
    "p/__init__.py": '__all__ = ["worker", "util"]\n',
    "p/worker.py": "x = 1\n",
    "p/util.py": "y = 2\n",
}


def test_the_list_follows(unchanged_by: Program) -> None:
    files = {**FILES, "use.py": "import p.worker\nprint(p.worker.x)\n"}
    after = unchanged_by(
        files, rename=("p.worker", "p.runner"), script="import use", may_go=["p.worker"]
    )
    assert after.files["p/__init__.py"] == '__all__ = ["runner", "util"]\n'


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("use.py", "from p import *\nprint(worker.x)\n"),
        ("q/__init__.py", "from p import *\n"),
        ("p/util.py", "from . import *\n"),
    ],
)
def test_a_star_import_that_binds_it_holds_it(
    make_repository: Callable[..., Any], path: str, text: str
) -> None:
    repository = make_repository({**FILES, path: text})
    with pytest.raises(RefusedError, match=rf"p/__init__\.py:1: .*{path}:1 binds it"):
        rename(repository.path, "p.worker", "p.runner")


def test_a_list_is_not_left_behind(make_repository: Callable[..., Any]) -> None:
    repository = make_repository({**FILES, "r/__init__.py": ""})
    with pytest.raises(RefusedError, match=r"p/__init__\.py:1: .*not be in this package"):
        rename(repository.path, "p.worker", "r.worker")
