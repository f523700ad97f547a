"""Each point of the proof of any change fails when it should: these are made wrong by hand."""

from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from onepath.facts.store.cache import FactsCache
from onepath.model import Edit, FileChange, Refusal
from onepath.proof.changes import Proof
from onepath.proof.declared import Declared
from onepath.proof.failure import Problem, named
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World

FILES = {
    "p/__init__.py": "",
    "p/new.py": "class Name:\n    pass\n\n\nclass Other:\n    pass\n",
    "p/old.py": "from p.new import Name\n\n\ndef make(x=1):\n    return Name(x)\n",
    "p/user.py": "from p.old import make\n\n\ndef run(x):\n    return make(x)\n",
}
NAME = Declared(introduced=frozenset({("p/new.py", "Name")}))

Prove = Callable[..., dict[str, str]]
Refuse = Callable[..., dict[str, Refusal]]


def edits_between(old: bytes, new: bytes) -> tuple[Edit, ...]:
    """Edits of whole lines, so that everything else is outside of them."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts = [sum(map(len, before[:at])) for at in range(len(before) + 1)]
    return tuple(
        Edit(starts[a], starts[b], b"".join(after[c:d]), "call", a + 1)
        for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if tag != "equal"
    )


@pytest.fixture
def refused(tmp_path: Path) -> Refuse:
    """`refused(changes, declared, files)` gives the refusals of changes that were made by hand."""

    def run(
        changes: Mapping[str, str | None],
        declared: Declared = NAME,
        files: Mapping[str, str] | None = None,
    ) -> dict[str, Refusal]:
        for path, text in {**FILES, **(files or {})}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        world = World.open(Folder(tmp_path), FactsCache(None), SerialExecutor())
        made = []
        for path, new in sorted(changes.items()):
            entry = world.snapshot.entries.get(path)
            if entry is None:
                assert new is not None
                made.append(FileChange.made(path, new.encode()))
                continue
            old = world.read([path])[path]
            data = None if new is None else new.encode()
            edits = () if data is None else edits_between(old, data)
            made.append(FileChange(path, entry.mode, entry.oid, old, data, edits))
        failures = Proof(world, made, declared).failures()
        return {path: one.refusal for path, one in failures.items()}

    return run


@pytest.fixture
def proven(refused: Refuse) -> Prove:
    """As `refused`, with the codes alone."""
    return lambda *args, **named: {
        path: one.code.removeprefix("proof-") for path, one in refused(*args, **named).items()
    }


def user(body: str) -> dict[str, str | None]:
    return {"p/user.py": body}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("from p.new import Name\n\n\ndef run(x:\n", "does-not-parse"),
        ("from p.new import Name\n\n\ndef run(x):\n    return Name(y)\n", "undefined-name"),
        ("\n\ndef run(x):\n    return Name(x)\n", "undefined-name"),
        ("from p.new import Other\n\n\ndef run(x):\n    return Other(x)\n", "meaning-changed"),
        ("from p.new import Gone\n\n\ndef run(x):\n    return Gone(x)\n", "meaning-changed"),
        ("from p.new import Name, Gone\n\n\ndef run(x):\n    return Name(x)\n",
         "unresolved-import"),
        ("from p.new import Name\nfrom p.new import Name\n\n\ndef run(x):\n    return Name(x)\n",
         "bound-twice"),
    ],
)  # fmt: skip
def test_text_of_an_edit_must_mean_what_was_asked_for(proven: Prove, body: str, code: str) -> None:
    assert proven(user(body)) == {"p/user.py": code}


@pytest.mark.parametrize(
    ("changes", "line", "reason"),
    [
        (user("from p.new import Name\n\n\ndef run(x:\n"), 4, "'(' was never closed"),
        (user("from p.old import make\n\n\ndef run(x):\n    return gone(x)\n"), 5, "'gone'"),
        ({"p/old.py": None}, 1, "p/user.py:1 refers to it"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_line_and_the_reason(
    refused: Refuse, changes: dict[str, str | None], line: int, reason: str
) -> None:
    (refusal,) = refused(changes).values()
    assert (refusal.path, refusal.line) == (*changes, line)
    assert reason in refusal.reason


def test_a_module_that_another_file_reads_goes_on_to_be_loaded(refused: Refuse) -> None:
    files = {"p/user.py": "", "q.py": "import p.old\n", "r.py": "import q, p\n\np.old.make()\n"}
    assert refused({"q.py": "import p.new\n"}, files=files) == {
        "q.py": Refusal(
            "q.py", 1, "proof-module-not-loaded", "nothing would load 'p.old', which r.py:3 reads"
        )
    }


def test_right_change_is_proven(proven: Prove) -> None:
    body = "from p.new import Name\n\n\ndef run(x):\n    return Name(x)\n"
    assert proven(user(body)) == {}


def test_a_definition_that_nobody_declared_is_not_introduced(proven: Prove) -> None:
    body = "from p.new import Name\n\n\ndef run(x):\n    return Name(x)\n"
    assert proven(user(body), Declared()) == {"p/user.py": "meaning-changed"}


def test_a_name_outside_the_edits_must_keep_its_meaning(proven: Prove) -> None:
    before = "from p.old import make\nfrom p.new import Other\n\nmake()\nOther()\n"
    after = "from p.new import Name\nfrom p.new import Name as Other\n\nName()\nOther()\n"
    files = {"p/user.py": before}
    assert proven(user(after), files=files) == {"p/user.py": "meaning-changed"}
    right = before.replace("p.old import make", "p.new import Name").replace("make()", "Name()")
    assert proven(user(right), files=files) == {}


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("from p.new import Name as make", ""),  # which was declared
        ("from p.new import Other as make", "meaning-changed"),
    ],
)
def test_a_name_that_is_imported_for_others_must_keep_its_meaning(
    proven: Prove, statement: str, code: str
) -> None:
    files = {"p/user.py": "", "p/names.py": "from p.old import make\n"}
    expected = {"p/names.py": code} if code else {}
    assert proven({"p/names.py": f"{statement}\n"}, files=files) == expected


def test_a_module_is_as_good_a_way_to_a_name_as_an_import_of_it(proven: Prove) -> None:
    assert proven(user("from p import old\n\n\ndef run(x):\n    return old.make(x)\n")) == {}
    assert proven(user("from p import new\n\n\ndef run(x):\n    return new.Name(x)\n")) == {}
    assert proven(user("from p import new\n\n\ndef run(x):\n    return new.Other(x)\n")) == {
        "p/user.py": "meaning-changed"
    }


def test_an_edit_of_the_last_attribute_is_an_edit_of_the_use(proven: Prove) -> None:
    chain = "import p.old\n\n(p.old.make\n    .first\n    .second)\n"
    files = {"p/user.py": chain}
    assert proven(user(chain.replace("second", "third")), files=files) == {}


def test_each_of_two_uses_in_one_string_is_compared(proven: Prove) -> None:
    files = {"p/user.py": "from p.old import make\n\nprint(f'{make} {make}')\nx = 1\n"}
    assert proven(user(files["p/user.py"].replace("x = 1", "x = 2")), files=files) == {}


def test_what_led_nowhere_may_lead_anywhere(proven: Prove) -> None:
    files = {"p/user.py": "from p.gone import Name\n\nName()\n"}
    assert proven(user("from p.new import Name\n\nName()\n"), files=files) == {}


def test_a_name_outside_the_edits_must_stay_bound(proven: Prove) -> None:
    before = "from p.old import make\nfrom p.new import Other\n\nmake()\nOther()\n"
    after = "from p.new import Name\n\nName()\nOther()\n"
    assert proven(user(after), files={"p/user.py": before}) == {"p/user.py": "undefined-name"}


GONE = {"p/old.py": "from p.new import Name\n"}


@pytest.mark.parametrize(
    ("declared", "users", "code"),
    [
        (Declared(), None, "name-lost"),
        (Declared(), "x = 1\n", ""),
        (Declared(), "from p.old import *\n", "name-lost"),
        (Declared(gone=frozenset({("p/old.py", "make")})), "x = 1\n", ""),
    ],
)
def test_a_name_that_somebody_uses_is_not_lost(
    proven: Prove, declared: Declared, users: str | None, code: str
) -> None:
    files = {} if users is None else {"p/user.py": users}
    assert proven(GONE, declared, files) == ({"p/old.py": code} if code else {})


def test_a_public_name_is_not_lost_unless_it_is_declared(proven: Prove) -> None:
    files = {"p/old.py": '__all__ = ["make"]\n' + FILES["p/old.py"], "p/user.py": ""}
    changes = {"p/old.py": "__all__ = []\nfrom p.new import Name\n"}
    assert proven(changes, Declared(), files) == {"p/old.py": "name-lost"}
    declared = Declared(gone=frozenset({("p/old.py", "make")}))
    assert proven(changes, declared, files) == {}


def test_losses_are_looked_for_beside_deletions_and_files_that_are_not_python(
    proven: Prove,
) -> None:
    files = {"p/user.py": "def run(x):\n    return x\n", "notes.md": "about make\n"}
    changes: dict[str, str | None] = {**user("x = 1\n"), "p/old.py": None, "notes.md": "about it\n"}
    assert proven(changes, files=files) == {}
    files["q.py"] = "from p.user import run\n"
    assert proven(changes, files=files) == {"p/user.py": "name-lost"}


def test_a_deleted_file_must_have_no_importer(proven: Prove) -> None:
    assert proven({"p/old.py": None}) == {"p/old.py": "still-imported"}
    assert proven({"p/old.py": None}, files={"p/user.py": "x = 1\n"}) == {}
    freed = {"p/old.py": None, "p/user.py": "def run(x):\n    return x\n"}
    assert proven(freed) == {}


def test_an_importer_of_a_package_is_not_one_of_a_module_below_it(proven: Prove) -> None:
    files = {"p/user.py": "import p.new\n\np.new.Name()\n"}
    assert proven({"p/old.py": None}, files=files) == {}
    assert proven({"p/new.py": None, "p/old.py": None}, files=files) == {
        "p/new.py": "still-imported"
    }


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("p/user.py", "from . import old\n"),
        ("p/user.py", "from .old import *\n"),
        ("p/user.py", "def f():\n    from p.old import make\n"),
        ("p/user.py", "try:\n    import p.old\nexcept ImportError:\n    pass\n"),
        ("p/user.pyi", "from p.old import make\n"),
        ("q.py", "import p\n\np.old.make()\n"),
        ("q.py", "import importlib\n\nimportlib.import_module('p.old')\n"),
        ("q.py", "from unittest.mock import patch\n\npatch('p.old.make')\n"),
        # a stub beside it does not run
        ("p/old.pyi", "from p.new import Name as make\n"),
    ],
)
def test_every_reference_to_a_deleted_file_counts(proven: Prove, path: str, text: str) -> None:
    files = {path: text} if path != "p/old.pyi" else {path: text, "p/user.py": "import p.old\n"}
    rest = {} if "p/user.py" in files else {"p/user.py": ""}
    assert proven({"p/old.py": None}, files={**files, **rest}) == {"p/old.py": "still-imported"}


def test_what_imports_the_package_of_a_deleted_file_does_not_count(proven: Prove) -> None:
    files = {"p/user.py": "", "q.py": "import p\n\np.new.Name()\n"}
    assert proven({"p/old.py": None}, files=files) == {}


BOX = {"p/box/__init__.py": "from p.new import Name\n", "p/box/inner.py": "x = 1\n"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("import p.box.inner\n\np.box.inner.x\n", ""),
        ("from p.box import inner\n", ""),
        ("from p.box.inner import x\n", ""),
        ("from p.box import Name\n", "still-imported"),
        ("import p.box\n", "still-imported"),
    ],
)
def test_importers_below_a_deleted_package_need_nothing_of_it(
    proven: Prove, text: str, code: str
) -> None:
    files = {**BOX, "q.py": text}
    expected = {"p/box/__init__.py": code} if code else {}
    assert proven({"p/box/__init__.py": None}, files=files) == expected


def test_a_relative_importer_does_not_spell_its_package(proven: Prove) -> None:
    files = {**BOX, "p/box/inner.py": "from . import Name\n"}
    assert proven({"p/box/__init__.py": None}, files=files) == {
        "p/box/__init__.py": "still-imported"
    }


def test_no_cycle_is_closed(proven: Prove) -> None:
    changes = {"p/new.py": "from p.user import run\n" + FILES["p/new.py"]}
    declared = Declared(introduced=frozenset({("p/user.py", "run")}))
    assert proven(changes, declared) == {"p/new.py": "import-cycle"}


CYCLE = {"p/a.py": "import p.b\n", "p/b.py": "import p.c\n", "p/c.py": "import p.a\n"}


@pytest.mark.parametrize(
    ("last", "code"),
    [
        ("import p.a\n", ""),
        # here the import creates a second cycle, of modules that were in none together
        ("x = 1\n", "import-cycle"),
    ],
)
def test_a_cycle_that_was_there_may_get_another_import(proven: Prove, last: str, code: str) -> None:
    files = {**CYCLE, "p/c.py": last}
    changes = {"p/c.py": f"{last}import p.b\n"}
    assert proven(changes, files=files) == ({"p/c.py": code} if code else {})


def test_a_new_file_is_checked_as_well(proven: Prove) -> None:
    assert proven({"p/more.py": "from p.new import Name\n\nName()\n"}) == {}
    assert proven({"p/more.py": "from p.new import Nome\n\nNome()\n"}) == {
        "p/more.py": "meaning-changed"
    }
    assert proven({"p/more.py": "def f(:\n"}) == {"p/more.py": "does-not-parse"}


# --------------------------------------------------------------- moved imports


def test_a_submodule_may_be_imported_where_it_is_used(proven: Prove) -> None:
    inside = "def run(x):\n    import p.old\n    return p.old.make(x)\n"
    plain = {"p/user.py": "import p.old\n\n\ndef run(x):\n    return p.old.make(x)\n"}
    assert proven({"p/user.py": inside}, files=plain) == {}


def test_a_submodule_may_be_imported_for_types_alone(proven: Prove) -> None:
    was = {"p/user.py": "import p.old\n\n\ndef run(x: p.old.make): ...\n"}
    now = (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import p.old\n\n\n"
        'def run(x: "p.old.make"): ...\n'
    )
    declared = Declared(introduced=frozenset({("typing.TYPE_CHECKING", "")}))
    assert proven({"p/user.py": now}, declared, was) == {}


def test_a_submodule_that_another_function_imports_is_not_loaded_here(proven: Prove) -> None:
    was = {"p/user.py": "import p\nimport p.old\n\n\ndef run(x):\n    return p.old.make(x)\n"}
    now = (
        "import p\n\n\ndef run(x):\n    return p.old.make(x)\n\n\ndef other():\n    import p.old\n"
    )
    assert proven({"p/user.py": now}, files=was) == {"p/user.py": "module-not-loaded"}


def test_a_module_below_a_folder_without_init_must_be_imported_by_somebody(proven: Prove) -> None:
    files = {"ns/inner/mod.py": "x = 1\n"}
    reading = "\n\n\ndef run(x):\n    return ns.inner.mod.x\n"
    declared = Declared(introduced=frozenset({("ns/inner/mod.py", ""), ("ns/inner/mod.py", "x")}))
    assert proven(user(f"import ns.inner.mod{reading}"), declared, files) == {}
    assert proven(user(f"import ns{reading}"), declared, files) != {}


def test_a_document_whose_code_does_not_parse_any_more_fails(tmp_path: Path) -> None:
    old, new = b"```python\nmake(1)\n```\n", b"```python\nmake(1\n```\n"
    for path in ("a.md", "b.md"):
        (tmp_path / path).write_bytes(old)
    world = World.open(Folder(tmp_path), FactsCache(None), SerialExecutor())

    def changes(kind: str) -> list[FileChange]:
        edits = (Edit(0, len(old), new, kind, 2),)
        entries = world.snapshot.entries
        return [
            FileChange(path, one.mode, one.oid, old, new, edits) for path, one in entries.items()
        ]

    failures = Proof(world, changes("document"), Declared()).failures()
    assert {path: (one.refusal.line, one.refusal.code) for path, one in failures.items()} == {
        "a.md": (2, "proof-does-not-parse"), "b.md": (2, "proof-does-not-parse"),
    }  # fmt: skip
    assert Proof(world, changes("file"), Declared()).failures() == {}  # no Python was edited
    assert [*Proof(world, changes("document"), Declared()).failures({"b.md"})] == ["b.md"]


def test_names_in_the_words_of_a_problem_are_at_fault() -> None:
    text = "'run' and 'p.old.make' differ"
    assert named(text) == Problem(text, frozenset(), frozenset({"run", "p.old.make"}))
    assert named("'run' differs", keys=True).keys == {(0, "run")}
    assert named("", keys=True) == Problem("")
