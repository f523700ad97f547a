"""Lists of the packages that a distribution ships know of new ones, and of those that move."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.run import SerialExecutor
from onepath.snapshot import open_snapshot
from onepath_packs.canonical.definitions.old_paths.shim import NO_SHIM, Shim
from onepath_packs.canonical.move import WantedMove, plan_moves
from onepath_packs.canonical.rename import plan_rename

LISTS = {
    "setup.py": (
        "from setuptools import setup\n\nif __name__ == '__main__':\n"
        "    setup(name='p', packages=['p', 'p.sub'{}])\n"
    ),
    "setup.py, in lines": (
        "from setuptools import setup\n\nPACKAGES = [\n    'p',\n    'p.sub',{}\n]\n"
        "if __name__ == '__main__':\n    setup(name='p', packages=PACKAGES)\n"
    ),
    "setup.py, by a name": (
        "from setuptools import setup\n\nnear = 'p.sub'\nif __name__ == '__main__':\n"
        "    setup(name='p', packages=['p', near{}])\n"
    ),
    "setup.cfg": (
        "[metadata]\nname = p\n\n[options]\npackages =\n    p\n    p.sub{}\nzip_safe = no\n"
    ),
    "pyproject.toml": (
        '[tool.setuptools]\npackages = ["p", "p.sub"{}]\n\n[tool.mypy]\npackages = ["p"]\n'
    ),
    "pyproject.toml, in lines": (
        '[tool.setuptools]\npackages = [\n  "p",\n  "p.sub"{}\n]\nzip-safe = false\n'
    ),
    "pyproject.toml, with comments": (
        '[tool.setuptools]\npackages = [\n  # "p.gone",\n  "p",\n  "p.sub"{} # no "p.old"\n]\n'
    ),
}
ADDED = {
    "setup.py": ", '{}'",
    "setup.py, in lines": "\n    '{}',",
    "setup.py, by a name": ", '{}'",
    "setup.cfg": "\n    {}",
    "pyproject.toml": ', "{}"',
    "pyproject.toml, in lines": ',\n  "{}"',
    "pyproject.toml, with comments": ',\n  "{}"',
}
FILES = {
    "p/__init__.py": "",
    "p/a.py": "class Old:\n    pass\n",
    "p/sub/__init__.py": "VALUE = 1\n",
    "use.py": "import p.a\nfrom p.sub import VALUE\n\nprint(VALUE, p.a)\n",
}


def listed(shape: str, *names: str) -> tuple[str, str]:
    """The file of a list, and its text with some names added."""
    return shape.partition(",")[0], LISTS[shape].format("".join(map(ADDED[shape].format, names)))


def moved(folder: Path, path: str, what: str, where: str) -> str:
    """A file after a move."""
    wanted = [WantedMove(what, where)]
    config = parse_config("", "")
    plan = plan_moves(open_snapshot(folder), config, wanted, executor=SerialExecutor())
    changes = {one.path: one.new for one in plan.phases[0].changeset.changes}
    return (changes.get(path) or (folder / path).read_bytes()).decode()


@pytest.mark.parametrize("shape", LISTS)
@pytest.mark.parametrize(
    ("what", "where", "new"),
    [
        ("p.a.Old", "p.fresh.b", ["p.fresh"]),
        ("p.a", "p.fresh.deep", ["p.fresh", "p.fresh.deep"]),
        ("p.a", "q", ["q"]),
        ("p.a.Old", "p.sub", []),
        ("p.a.Old", "p.b", []),
    ],
)
def test_a_new_package_is_added(
    make_repository: Callable[..., Any], shape: str, what: str, where: str, new: list[str]
) -> None:
    path, text = listed(shape)
    repository = make_repository({**FILES, path: text}).path
    assert moved(repository, path, what, where) == listed(shape, *new)[1]


@pytest.mark.parametrize("shape", LISTS)
@pytest.mark.parametrize("shim", [NO_SHIM, Shim("forward")])
def test_a_package_that_gets_another_name_is_listed_by_it(
    make_repository: Callable[..., Any], shape: str, shim: Shim
) -> None:
    path, text = listed(shape)
    folder = make_repository({**FILES, path: text}).path
    plan = plan_rename(
        open_snapshot(folder), parse_config("", ""), "p.sub", "p.other",
        executor=SerialExecutor(), shim=shim,
    )  # fmt: skip
    changes = {one.path: one.new for one in plan.phases[0].changeset.changes}
    named = (changes[path] or b"").decode()
    assert changes["p/other/__init__.py"] == b"VALUE = 1\n"
    if shim is NO_SHIM:
        assert named == text.replace("p.sub", "p.other")
        assert changes["p/sub/__init__.py"] is None
    else:
        assert named.count("p.sub") == named.count("p.other") == 1


def test_a_name_that_says_more_stays_and_the_package_is_listed_beside_it(
    make_repository: Callable[..., Any],
) -> None:
    text = (
        "from setuptools import setup\n\nnear = 'p.sub'\nsetup(name=near, packages=['p', near{}])\n"
    )
    folder = make_repository({**FILES, "setup.py": text.format("")}).path
    plan = plan_rename(
        open_snapshot(folder), parse_config("", ""), "p.sub", "p.other", executor=SerialExecutor()
    )
    changes = {one.path: one.new for one in plan.phases[0].changeset.changes}
    assert (changes["setup.py"] or b"").decode() == text.format(", 'p.other'")
    assert changes["p/sub/__init__.py"] is not None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "setup.py",
            "from setuptools import find_packages, setup\nsetup(packages=find_packages())\n",
        ),
        ("setup.py", "from setuptools import setup\nsetup(packages=['other'])\n"),
        ("setup.py", "def setup(*names): print(names)\nsetup('p', 'p.sub')\n"),
        ("setup.cfg", "[options]\npackages = find:\n"),
        ("setup.cfg", "[mypy]\npackages =\n    p\n    p.sub\n"),
        ("data/setup.cfg", LISTS["setup.cfg"].format("")),
        ("pyproject.toml", "[tool.setuptools.packages.find]\ninclude = ['p', 'p.sub']\n"),
    ],
)
def test_what_lists_no_such_package_is_left_alone(
    make_repository: Callable[..., Any], path: str, text: str
) -> None:
    repository = make_repository({**FILES, path: text}).path
    assert moved(repository, path, "p.a.Old", "p.fresh.b") == text
