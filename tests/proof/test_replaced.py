"""The proof of what is replaced fails when it should: the changes here are made wrong by hand."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.facts.store.cache import FactsCache
from onepath.model import Edit, FileChange, Refusal
from onepath.proof.changes import Proof
from onepath.proof.declared import Declared
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World
from onepath_packs.canonical.imports.renames import build_renames

FILES = {
    "p/__init__.py": "",
    "p/new.py": "class Name:\n    pass\n\n\nclass Other:\n    pass\n",
    "p/old.py": "from p.new import Name\n",
    "p/rival.py": "class Name:\n    pass\n",
}
CONFIG = '[imports]\n"p.old.Name" = "p.new.Name"\n'
USER = "from p.old import Name\n\nx = Name()\n"
RIGHT = "from p.new import Name\n\nx = Name()\n"

Prove = Callable[..., dict[str, Refusal]]


@pytest.fixture
def proven(tmp_path: Path) -> Prove:
    """`proven(files, changes)` gives the refusals of changes that were made by hand."""

    def run(
        files: Mapping[str, str], changes: Mapping[str, str | None], config: str = CONFIG
    ) -> dict[str, Refusal]:
        for path, text in {**FILES, **files}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        world = World.open(Folder(tmp_path), FactsCache(None), SerialExecutor())
        renames = build_renames(world, parse_config(config, "migrate.toml"))
        made = []
        for path, new in sorted(changes.items()):
            entry, old = world.snapshot.entries[path], world.read([path])[path]
            data = None if new is None else new.encode()
            edits = () if data is None else (Edit(0, len(old), data, "import", 1),)
            made.append(FileChange(path, entry.mode, entry.oid, old, data, edits))
        failed: dict[str, Refusal] = {}
        while True:
            left = [change for change in made if change.path not in failed]
            failures = Proof(world, left, Declared(replaced=renames)).failures()
            if not failures:
                return failed
            failed |= {path: one.refusal for path, one in failures.items()}

    return run


def codes(refusals: Mapping[str, Refusal]) -> dict[str, str]:
    return {path: refusal.code.removeprefix("proof-") for path, refusal in refusals.items()}


def test_right_change_is_proven(proven: Prove) -> None:
    assert proven({"u.py": USER}, {"u.py": RIGHT}) == {}


def test_refusal_names_the_file_the_line_and_the_reason(proven: Prove) -> None:
    [refusal] = proven({"u.py": USER}, {"u.py": RIGHT + "def (:\n"}).values()
    assert (refusal.path, refusal.line, refusal.code) == ("u.py", 4, "proof-does-not-parse")
    assert "invalid syntax" in refusal.reason


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        # a local takes the use
        ("from p.old import Name\ndef f(New): return Name\n",
         "from p.new import Name as New\ndef f(New): return New\n", "meaning-changed"),
        # a class attribute takes it
        ("from p.old import Name\nclass C:\n    New = 1\n    y = Name\n",
         "from p.new import Name as New\nclass C:\n    New = 1\n    y = New\n", "meaning-changed"),
        # another class under the same name
        (USER, "from p.rival import Name\n\nx = Name()\n", "meaning-changed"),
        (USER, "from p.new import Other as Name\n\nx = Name()\n", "meaning-changed"),
        # another attribute
        ("import p.old\nx = p.old.Name\n", "import p.new\nx = p.new.Other\n", "meaning-changed"),
        # nothing binds the use any more
        (USER, "\nx = Name()\n", "meaning-changed"),
        # uses appear or vanish
        (USER, "from p.new import Name\n\nx = Name(Name)\n", "meaning-changed"),
        (USER, "from p.new import Name\n\nx = 1\n", "meaning-changed"),
        # a scope appears
        (USER, "from p.new import Name\n\nx = (lambda: Name)()\n", "meaning-changed"),
        ("from p.old import Name\ndef f(): return Name\n",
         "from p.new import Name\nf = lambda: Name\n", "meaning-changed"),
        # a use moves into another scope
        ("from p.old import Name\ndef f(): return 1\nx = Name\n",
         "from p.new import Name\ndef f(): return Name\nx = 1\n", "meaning-changed"),
        # what is not renamed changes its meaning
        ("import json\nfrom p.old import Name\njson.dumps(Name)\n",
         "import toml as json\nfrom p.new import Name\njson.dumps(Name)\n", "meaning-changed"),
        # unresolved: nothing reads it, so that only the import itself is wrong
        ("from p.old import Name\n", "from p.new import Gone as Name\n", "unresolved-import"),
        ("from p.old import Name\n", "from p.gone import Name\n", "unresolved-import"),
        # bound twice
        (USER, "from p.new import Name\nfrom p.new import Name\n\nx = Name()\n", "bound-twice"),
        (USER, "from p.new import Name, Name\n\nx = Name()\n", "bound-twice"),
        ("import p.old as q\nfrom p.old import Name\n",
         "import p.new as q\nfrom p.new import Name as q\n", "bound-twice"),
    ],
)  # fmt: skip
def test_wrong_change_is_refused_for_what_is_wrong_with_it(
    proven: Prove, old: str, new: str, code: str
) -> None:
    assert codes(proven({"u.py": old}, {"u.py": new})) == {"u.py": code}


@pytest.mark.parametrize(
    ("path", "old"),
    [
        ("q/__init__.py", "from p.old import Name\n"),
        ("q.pyi", "from p.old import Name\n"),
        ("q.py", "from p.old import Name\n__all__ = ['Name']\n"),
    ],
)
def test_public_name_that_would_be_lost_is_kept(proven: Prove, path: str, old: str) -> None:
    new = old.replace("import Name", "import Name as Renamed")
    assert codes(proven({path: old}, {path: new.replace("old", "new")})) == {path: "name-lost"}


@pytest.mark.parametrize(
    "use",
    ["from q import Name\n", "import q\nq.Name()\n", "patch('q.Name')\n",
     "def f():\n    from q import Name\n"],
)  # fmt: skip
def test_name_that_is_used_from_outside_is_kept(proven: Prove, use: str) -> None:
    files = {"q.py": "from p.old import Name\n", "r.py": use}
    assert codes(proven(files, {"q.py": "x = 1\n"})) == {"q.py": "name-lost"}


def test_name_that_nobody_uses_may_go(proven: Prove) -> None:
    assert proven({"q.py": "from p.old import Name\n"}, {"q.py": "x = 1\n"}) == {}


CIRCLE = {
    "p/new.py": "import p.base\nclass Name:\n    pass\n",
    "p/base.py": "import p.low\n",
    "p/low.py": "def f(): pass\n",
    "p/old.py": "class Name:\n    pass\n",
}


def test_import_that_closes_a_cycle_is_refused(proven: Prove) -> None:
    files = {**CIRCLE, "p/low.py": "from p.old import Name\n"}
    config = '[imports]\n"p.old.Name" = "p.new.Name"\n'
    refused = proven(files, {"p/low.py": "from p.new import Name\n"}, config)
    assert codes(refused) == {"p/low.py": "import-cycle"}


@pytest.mark.parametrize("header", ["def f():\n    ", "if TYPE_CHECKING:\n    "])
def test_import_that_does_not_run_closes_no_cycle(proven: Prove, header: str) -> None:
    files = {**CIRCLE, "p/low.py": f"{header}from p.old import Name\n"}
    assert proven(files, {"p/low.py": f"{header}from p.new import Name\n"}) == {}


def test_cycle_that_was_there_before_is_not_held_against_it(proven: Prove) -> None:
    files = {
        **CIRCLE,
        "p/new.py": "class Name:\n    pass\nimport p.base\n",
        "p/old.py": "from p.new import Name\n",
        "p/low.py": "from p.old import Name\n",
    }
    assert proven(files, {"p/low.py": "from p.new import Name\n"}) == {}


def test_file_that_rests_on_one_left_out_is_checked_again(proven: Prove) -> None:
    # `q` loses its name; `r` follows. `q` fails for another reason, so that `r` must be seen
    # again: it would import a name that is called otherwise.
    files = {
        "q.py": "from p.old import Name\ny = Name\n",
        "r.py": "from q import Name\nz = Name\n",
    }
    good = {
        "q.py": "from p.new import Name as New\ny = New\n",
        "r.py": "from q import New\nz = New\n",
    }
    assert proven(files, good) == {}
    bad = {**good, "q.py": good["q.py"] + "def (\n"}
    refused = proven(files, bad)
    assert codes(refused)["q.py"] == "does-not-parse"
    assert refused.keys() == {"q.py", "r.py"}


def test_name_stays_where_the_file_that_was_to_stop_using_it_is_left_out(proven: Prove) -> None:
    files = {"q.py": "from p.old import Name\n", "r.py": "from q import Name\nz = Name\n"}
    good = {"q.py": "x = 1\n", "r.py": "from p.new import Name\nz = Name\n"}
    config = CONFIG + '"q.Name" = "p.new.Name"\n'
    assert proven(files, good, config) == {}
    refused = proven(files, {**good, "r.py": "from p.new import Other\nz = Other\n"}, config)
    assert codes(refused) == {"r.py": "meaning-changed", "q.py": "name-lost"}


def test_files_that_are_not_python_and_deletions_are_not_read(proven: Prove) -> None:
    files = {"readme.md": "p.old.Name\n", "gone.py": "x = 1\n"}
    assert proven(files, {"readme.md": "p.new.Name (\n", "gone.py": None}) == {}


def test_star_import_may_become_the_names_it_brought(proven: Prove) -> None:
    files = {"u.py": "from p.old import *\nx = Name()\n"}
    assert proven(files, {"u.py": RIGHT.replace("\n\n", "\n")}) == {}
    wrong = {"u.py": "from p.rival import Name as N\nfrom p.old import *\nx = N()\n"}
    assert codes(proven(files, wrong)) == {"u.py": "meaning-changed"}


BUILTIN = '[imports]\n"io.open" = "builtins.open"\n'
INNER = "    def read():\n        from io import open\n        return open('x')\n"
WITHOUT = INNER.replace("        from io import open\n", "")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("class Files:\n    open = None\n", {}),
        ("def files(path):\n", {}),
        ("def files(open):\n", {"user.py": "meaning-changed"}),
        ("def files():\n    open = print\n", {"user.py": "meaning-changed"}),
    ],
)
def test_a_name_is_the_builtin_where_nothing_around_binds_it(
    proven: Prove, header: str, code: dict[str, str]
) -> None:
    files, changes = {"user.py": header + INNER}, {"user.py": header + WITHOUT}
    assert codes(proven(files, changes, BUILTIN)) == code


@pytest.mark.parametrize("use", ["Name()", "Name.part"])
def test_who_gets_the_old_name_by_another_module_comes_to_the_new_one_too(
    proven: Prove, use: str
) -> None:
    files = {
        "p/old.py": "class Name:\n    pass\n",
        "p/facade.py": "from p.old import Name\n",
        "u.py": f"from p.facade import Name\n\nx = {use}\n",
    }
    facade = {"p/facade.py": "from p.new import Name\n"}
    assert proven(files, facade) == {}
    direct = f"from p.new import Name\n\nx = {use}\n"
    assert proven(files, {**facade, "u.py": direct}) == {}
    rival = f"from p.rival import Name\n\nx = {use}\n"
    assert codes(proven(files, {**facade, "u.py": rival})) == {"u.py": "meaning-changed"}
