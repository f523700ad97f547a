"""A definition does not move to a module that removes its name while it is imported."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.plan.test_moves import move

from onepath.errors import RefusedError

REMOVERS = {
    "del": "from p.a import Old\n\nMADE = Old()\n\ndel Old\n",
    "del, in a list": "from p.a import Old\n\nMADE, x = Old(), 1\ndel (x, Old)\n",
    "globals": "from p.a import Old\n\nMADE = Old()\nglobals().pop('Old')\n",
    "delattr": "import sys\n\nfrom p.a import Old\n\nMADE = Old()\n"
    "delattr(sys.modules[__name__], 'Old')\n",
}


@pytest.mark.parametrize("shape", REMOVERS)
def test_a_definition_stays(make_repository: Callable[..., Any], shape: str) -> None:
    files = {"p/__init__.py": "", "p/a.py": "class Old:\n    pass\n", "p/b.py": REMOVERS[shape]}
    files["use.py"] = "from p.a import Old\n\nprint(Old)\n"
    with pytest.raises(RefusedError, match=r"p/b\.py:1: 'Old' would not be there: its module re"):
        move(make_repository(files).path, "p.a.Old", "p.b")
