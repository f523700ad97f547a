"""Names that a codemod needs, and imports that it leaves unused."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from onepath.edit.draft import Draft
from onepath.edit.edits import apply_edits
from onepath.edit.imports.bring_in import BringIn
from onepath.facts.store.cache import FactsCache
from onepath.model.refused import Refused
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.destinations import Destination
from onepath.symbols.renames import Renames
from onepath.symbols.world import World

FILES = {
    "pkg/__init__.py": "from pkg.new import Name as Name\n",
    "pkg/new.py": "class Name: ...\nclass Other: ...\n",
    "pkg/old.py": "def make(): ...\ndef keep(): ...\n",
}
NAME = Destination("pkg.new", "Name")
Bring = Callable[..., tuple[str, str]]


@pytest.fixture
def bring(tmp_path: Path) -> Bring:
    """Ask for a name where `make` is used (else in a scope), and give its text and the file."""

    def run(
        text: str,
        to: Destination = NAME,
        *,
        used: str = "make",
        keep: Iterable[str] = (),
        path: str = "app.py",
        replacing: bool = True,
    ) -> tuple[str, str]:
        for name, content in {**FILES, path: text}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(content.encode())
        with FactsCache(None) as cache:
            world = World.open(Folder(tmp_path), cache, SerialExecutor())
            facts = world.facts(path)
            draft = Draft(path, text.encode(), facts, Renames(world.resolver, {}, {}), set(keep))
            wanted = BringIn(draft)
            uses = [(at, use) for at, use in enumerate(facts.uses) if use.name == used]
            names = set()
            for _, use in uses:
                beside = next(
                    (
                        at
                        for at, one in enumerate(facts.imports)
                        for alias in one.names
                        if replacing and alias.bound == used and one.scope == use.bound_in
                    ),
                    None,
                )
                names.add(wanted.need(use.scope, use.start, to, beside))
            wanted.free(at for at, _ in uses)
            (name,) = names
            return name, apply_edits(text.encode(), wanted.edits()).decode()

    return run


# ------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    "text",
    [
        "from pkg.old import make\nName = 1\nmake()\n",
        "from pkg.old import make\ndef f(Name):\n    make()\n",
        "from pkg.old import make\nfrom pkg.new import Other as Name\nmake(Name)\n",
        "from pkg.old import make\ndef f():\n    make()\n    return Name\n",
    ],
)
def test_a_name_that_is_taken_is_refused(bring: Bring, text: str) -> None:
    with pytest.raises(Refused, match="'Name'"):
        bring(text)


# ------------------------------------------------------------- already there


@pytest.mark.parametrize(
    ("present", "name"),
    [
        ("from pkg.new import Name", "Name"),
        ("from pkg.new import Name as N", "N"),
        ("from pkg import Name", "Name"),
        ("import pkg.new", "pkg.new.Name"),
        ("import pkg.new as n", "n.Name"),
    ],
)
def test_what_is_imported_is_used(bring: Bring, present: str, name: str) -> None:
    text = f"{present}\nfrom pkg.old import make, keep\n\nmake(keep)\n"
    assert bring(text) == (name, f"{present}\nfrom pkg.old import keep\n\nmake(keep)\n")


@pytest.mark.parametrize(
    "present",
    [
        "try:\n    from pkg.new import Name\nexcept ImportError:\n    Name = None\n",
        "def other():\n    from pkg.new import Name\n",
    ],
)
def test_what_is_not_certain_to_be_bound_is_not_used(bring: Bring, present: str) -> None:
    text = f"from pkg.old import make\n{present}\ndef f():\n    make()\n"
    try:
        name, after = bring(text)
    except Refused:
        return
    assert (name, after) == ("Name", text.replace("pkg.old import make", "pkg.new import Name"))


def test_an_import_stays_that_the_new_text_reads_though_its_old_uses_go(bring: Bring) -> None:
    text = "from pkg.new import Name\n\nName()\n"
    assert bring(text, used="Name") == ("Name", text)


# --------------------------------------------------------------- new imports


def test_it_takes_the_place_of_what_is_not_needed_any_more(bring: Bring) -> None:
    assert bring("from pkg.old import make  # why\n\nmake()\n") == (
        "Name",
        "from pkg.new import Name  # why\n\nmake()\n",
    )


def test_it_stands_beside_what_is_still_needed(bring: Bring) -> None:
    text = "from pkg.old import keep, make\n\nmake(keep)\n"
    assert bring(text) == (
        "Name",
        "from pkg.old import keep\nfrom pkg.new import Name\n\nmake(keep)\n",
    )


def test_it_goes_into_a_statement_that_reads_its_module(bring: Bring) -> None:
    text = "from pkg.new import Other\nfrom pkg.old import make\n\nmake(Other)\n"
    assert bring(text) == ("Name", "from pkg.new import Other, Name\n\nmake(Other)\n")


def test_an_import_in_a_function_stays_there(bring: Bring) -> None:
    text = "def f():\n    from pkg.old import make\n    return make()\n"
    assert bring(text) == (
        "Name",
        "def f():\n    from pkg.new import Name\n    return make()\n",
    )


def test_names_that_others_need_stay(bring: Bring) -> None:
    text = "from pkg.old import make\n\nmake()\n"
    kept = "from pkg.old import make\nfrom pkg.new import Name\n\nmake()\n"
    assert bring(text, keep=["make"]) == ("Name", kept)
    assert bring(text, path="pkg/sub/__init__.py")[1] == kept
    assert bring('__all__ = ["make"]\n' + text)[1] == '__all__ = ["make"]\n' + kept


def test_an_import_with_noqa_stays(bring: Bring) -> None:
    text = "from pkg.old import make  # noqa: F401\n\nmake()\n"
    assert bring(text)[1].startswith(
        "from pkg.old import make  # noqa: F401\nfrom pkg.new import Name"
    )


def test_a_relative_import_stays_relative(bring: Bring) -> None:
    text = "from .old import make\n\nmake()\n"
    assert bring(text, path="pkg/user.py")[1] == "from .new import Name\n\nmake()\n"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("from pkg.old import make\nmake()\n", "import time\n\nfrom pkg.old import make\nmake()\n"),
        ("import os\nfrom pkg.old import make\nmake()\n",
         "import os\nimport time\nfrom pkg.old import make\nmake()\n"),
        ('"""Doc."""\n\ndef make(): ...\nmake()\n',
         '"""Doc."""\n\nimport time\n\ndef make(): ...\nmake()\n'),
        ("def make(): ...\nmake()\n", "import time\n\n\ndef make(): ...\nmake()\n"),
        ("def make(): ...\r\nmake()\r\n", "import time\r\n\r\n\r\ndef make(): ...\r\nmake()\r\n"),
    ],
)  # fmt: skip
def test_a_module_goes_with_its_kind_or_to_the_top(bring: Bring, text: str, after: str) -> None:
    to = Destination("time", "")
    assert bring(text, to, keep=["make"], replacing=False) == ("time", after)
