"""Names that a module may not have once it is imported: CPython says which it has not here."""

from pathlib import Path
from typing import Any

import pytest

from onepath.facts.store.cache import FactsCache
from onepath.importing.alone import conditional_names
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World

BOUND = [
    "N = 1\nif sys.flags.debug:\n    N = 2\n",
    "if sys.argv:\n    N = 1\nelse:\n    N = 2\n",
    "M, N = 1, 2\n",
    "N: int\nN = 1\n",
    "N = 0\nfor N in sys.argv[5000:]:\n    pass\n",
    "try:\n    import nowhere_at_all as N\nexcept ImportError:\n    N = 1\n",
]
UNBOUND = [
    "if sys.flags.debug:\n    N = 1\n",
    "for N in sys.argv[5000:]:\n    pass\n",
    "for M, N in zip(sys.argv[5000:], sys.argv):\n    pass\n",
    "while sys.argv[5000:]:\n    N = 1\n",
    "N: int\n",
    "try:\n    import sys\nexcept ImportError:\n    N = 1\n",
]


@pytest.mark.parametrize("text", [*BOUND, *UNBOUND])
def test_what_cpython_does_not_bind_is_conditional(tmp_path: Path, text: str) -> None:
    module = f"import sys\n{text}"
    namespace: dict[str, Any] = {}
    exec(module, namespace)
    assert ("N" in namespace) == (text in BOUND)
    tmp_path.joinpath("m.py").write_text(module)
    world = World.open(Folder(tmp_path), FactsCache(None), SerialExecutor())
    assert ("N" in conditional_names(world, "m.py")) == ("N" not in namespace)
