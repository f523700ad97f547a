"""Code of shapes that make a careless search go through everything again and again."""

from collections.abc import Callable

import pytest

from onepath.analysis.factories.construction import factories
from onepath.analysis.index import Index
from onepath.config.settings import CanonicalSymbol, Settings

MakeIndex = Callable[..., Index]
HUB = (
    "class Hub:\n    def __init__(self, parent=None): self.parent = parent\n"
    "    def step(self) -> 'Hub': return Hub(self)\n"
)


def rebound(size: int) -> str:
    """One name that is bound again and again to what a method of it returns."""
    steps = "".join(f"    node = node.step{at}()\n" for at in range(size))
    return f"def find(node):\n    made = Hub()\n{steps}    made = Hub(node)\n    return made\n"


def crossed(size: int) -> str:
    """Names that are bound to one another in both orders."""
    lines = "".join(f"    a{at} = b{at} = a{at + 1}.step()\n" for at in range(size))
    back = "".join(f"    a{at + 1} = b{at}.step() or a{at}\n" for at in range(size))
    return f"def find():\n    a{size} = Hub()\n{lines}{back}    return a0\n"


def chained(size: int) -> str:
    """Functions that return what the next one returns, the last one first known."""
    made = "".join(f"def make{at}():\n    return make{at + 1}()\n" for at in range(size))
    return f"{made}def make{size}():\n    return Hub()\n"


def listed(size: int) -> str:
    """A table with a call in each row, on lines of their own, inside a function."""
    rows = "".join("        Hub(),\n" for _ in range(size))
    return f"def table():\n    rows = [\n{rows}    ]\n    return rows[0] or Hub()\n"


def variables(size: int) -> str:
    """Module variables that hold an instance each."""
    return "".join(f"hub{at} = Hub()\n" for at in range(size))


def deep(size: int) -> str:
    """A chain of calls on what the last call returned."""
    return f"def find():\n    return Hub(){'.step()' * size}\n"


def conditions(size: int) -> str:
    """Conditions inside one another."""
    return f"def find(x):\n    return {'Hub() if x else (' * size}None{')' * size}\n"


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        (rebound, 400), (crossed, 200), (chained, 1_500), (listed, 20_000), (variables, 2_000),
        (deep, 30), (conditions, 80),
    ],
)  # fmt: skip
def test_the_search_for_factories_ends(
    make_index: MakeIndex, shape: Callable[[int], str], size: int
) -> None:
    files = {"pkg/__init__.py": "", "pkg/hub.py": HUB}
    files["pkg/make.py"] = f"from pkg.hub import Hub\n\n\n{shape(size)}"
    index = make_index(files, Settings(canonical=(CanonicalSymbol("pkg.hub.Hub"),)))
    names = [one.name for one in factories(index, index.canonical[0])]
    expected = {chained: 1 + size, variables: 0}.get(shape, 1)
    assert len([name for name in names if name != "Hub.step"]) == expected
