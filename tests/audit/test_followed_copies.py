"""Copies come and go with files: what is followed is what a whole audit finds."""

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.audit.one_rule import Files, OneRule

from onepath.audit.rules.duplicate_definition import RULE
from onepath.facts.store.cache import FactsCache

WORK = "def {name}(a):\n    b = open(a)\n    c = read(b)\n    print(c)\n    return {end}\n"
DEFINITIONS = (
    WORK.format(name="work", end="close(c)"),
    WORK.format(name="work", end="a"),
    "def work(a):\n    for b in a:\n        stop()\n    return None\n",
    WORK.format(name="other", end="close(c)"),
    "class Kit:\n    def one(self): ...\n    def two(self): ...\n    def three(self): ...\n",
    "class Kit:\n    def four(self): ...\n",
    "from app.base import Base\n\n\nclass Kit(Base):\n    def one(self): ...\n",
    "def small(): return 1\n",
)
PATHS = tuple(f"{folder}/{name}.py" for folder in ("app", "lib") for name in "abcde")


@st.composite
def worlds(draw: st.DrawFn) -> Files:
    """Modules that define some things of one name, and import each other."""
    paths = draw(st.lists(st.sampled_from(PATHS), min_size=3, max_size=7, unique=True))
    files = {"app/__init__.py": "", "lib/__init__.py": "", "app/base.py": "class Base: ...\n"}
    return files | {path: draw(_modules(tuple(paths))) for path in paths}


@st.composite
def _modules(draw: st.DrawFn, paths: tuple[str, ...]) -> str:
    imported = draw(st.lists(st.sampled_from(paths), max_size=2, unique=True))
    defined = draw(st.lists(st.sampled_from(DEFINITIONS), max_size=2, unique=True))
    return "\n\n".join([*(f"import {p[:-3].replace('/', '.')}\n" for p in imported), *defined])


@st.composite
def changes(draw: st.DrawFn, files: Files) -> Files:
    """The files with one of them changed, copied, gone or under another name, or a new one."""
    own = tuple(path for path in files if path in PATHS)
    path, new = draw(st.sampled_from(own)), draw(st.sampled_from(("app/n.py", "lib/a2.py")))
    rest = {other: text for other, text in files.items() if other != path}
    return {
        "copied": {**files, new: files[path]},
        "renamed": {**rest, new: files[path]},
        "gone": rest,
        "changed": {**files, path: draw(_modules(own))},
        "come": {**files, new: draw(_modules(own))},
        "imported": {**files, path: f"import {new[:-3].replace('/', '.')}\n{files[path]}"},
    }[draw(st.sampled_from(("copied", "renamed", "gone", "changed", "come", "imported")))]


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OneRule]:
    with FactsCache(tmp_path_factory.mktemp("cache")) as cache:
        yield OneRule(RULE, tmp_path_factory.mktemp("empty"), cache)


def test_copies_are_followed_where_files_come_and_go(copies: OneRule) -> None:
    @given(data=st.data())
    @settings(max_examples=150, deadline=None, derandomize=True)
    def check(data: st.DataObject) -> None:
        files = data.draw(worlds())
        new = data.draw(changes(files))
        if data.draw(st.booleans()):
            new = data.draw(changes(new))
        counts[copies.follows(files, new)] += 1

    counts: Counter[bool] = Counter()
    check()
    assert min(counts[True], counts[False]) > 20, counts


WHOLE = f"{DEFINITIONS[0]}\n\n{DEFINITIONS[4]}"
JOINED = {
    "app/__init__.py": "",
    "lib/__init__.py": "",
    "app/a.py": WHOLE,
    "app/b.py": WHOLE,
    "app/c.py": "import app.a\nimport app.b\n",
    "app/d.py": DEFINITIONS[3],
}


FIRST = "def extra(a):\n    show(a)\n    hide(a)\n    turn(a)\n    return a\n"
SECOND = "def extra(a):\n    for b in a:\n        send(b)\n        take(b)\n    return None\n"
ROLES = {
    **JOINED,
    "app/a.py": f"{DEFINITIONS[0]}\n\n{FIRST}",
    "app/b.py": f"{DEFINITIONS[1]}\n\n{SECOND}",
}
"""Two modules of one role: a half of what both define is alike."""
SMALL = {f"app/s{n}.py": DEFINITIONS[7] for n in range(5)} | {
    "app/all.py": "".join(f"import app.s{n}\n" for n in range(5))
}
"""A small function that as many modules define as may before it is a convention."""
MANY = SMALL | {f"app/s{n}.py": DEFINITIONS[7] for n in range(5, 8)}
APART = {path: text for path, text in JOINED.items() if path != "app/c.py"}
"""The same copies, and no file that leads to two of them."""
WIDER = {**JOINED, "app/b.py": f"{WHOLE}\n\n{FIRST}"}
"""One of the copies stands beside something that the other one has not."""


@pytest.mark.parametrize(
    ("files", "new", "follows"),
    [
        (ROLES, {**ROLES, "app/n.py": DEFINITIONS[0]}, False),
        (ROLES, {**ROLES, "app/b.py": f"{DEFINITIONS[1]}\n\n{FIRST}"}, False),
        ({**ROLES, "app/n.py": DEFINITIONS[0]}, {**ROLES, "app/m.py": DEFINITIONS[2]}, False),
        (ROLES, {**ROLES, "app/n.py": SECOND}, True),
        (SMALL, {**SMALL, "app/n.py": "def small(): return stop()\n"}, False),
        (SMALL, {**SMALL, "app/n.py": "def tiny(): return 2\n"}, True),
        (MANY, {**MANY, "app/n.py": "def small(): return stop()\n"}, True),
        (APART, {**APART, "app/a.py": f"# other\n{WHOLE}\n\ndef more(): ...\n"}, True),
        (
            APART,
            {**APART, "app/a.py": WHOLE.replace("three(self): ", "three(self):\n        ")},
            True,
        ),
        (APART, {**APART, "app/c.py": JOINED["app/c.py"], "app/a.py": f"{WHOLE}{FIRST}"}, False),
        (JOINED, {**JOINED, "app/a.py": f"{WHOLE}\n\ndef more(): ...\n"}, True),
        (WIDER, {**WIDER, "app/a.py": f"{WHOLE}\n\ndef extra(): ...\n"}, False),
        (JOINED, {**JOINED, "app/n.py": DEFINITIONS[3]}, True),
        (JOINED, {**JOINED, "app/n.py": f"import app.d\n{DEFINITIONS[3]}"}, False),
        (JOINED, {**JOINED, "app/n.py": WHOLE}, False),
        (JOINED, {**JOINED, "app/n.py": "import app.a\nimport app.b\n"}, True),
        (JOINED, {path: text for path, text in JOINED.items() if path != "app/c.py"}, False),
        (JOINED, {path: text for path, text in JOINED.items() if path != "app/d.py"}, True),
        (JOINED, {**JOINED, "app/d.py": f"import app.a\n{DEFINITIONS[3]}"}, True),
        (JOINED, {**JOINED, "app/a.py": f"{WHOLE}x = 1\n"}, True),
        (JOINED, {**JOINED, "app/a.py": WHOLE.replace("print", "write")}, False),
    ],
)
def test_what_a_change_means_for_copies(
    copies: OneRule, files: Files, new: Files, follows: bool
) -> None:
    assert copies.follows(files, new) is follows
