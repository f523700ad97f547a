"""What the rules ask of a repository: users, places, and files that can't be read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from onepath.analysis.imports import is_guarded
from onepath.analysis.index import Index
from onepath.analysis.likeness import content_of
from onepath.analysis.mentions import shape_of
from onepath.audit.rules import dangling_import, import_fragmentation, patch_of_nothing
from onepath.config.settings import Settings
from onepath.facts.extract.file import extract
from onepath.facts.store.cache import FactsCache
from onepath.run.serial import SerialExecutor
from onepath.snapshot import open_snapshot
from onepath.symbols.world import World

MakeIndex = Callable[..., Index]

FILES = {
    "pkg/__init__.py": "",
    "pkg/impl.py": "class Name:\n    pass\n",
    "pkg/shim.py": "from pkg.impl import Name\n",
    "pkg2/other.py": "",
    "a.py": "from pkg.shim import Name\n",
    "b.py": "import pkg.shim\n",
}


def test_names_of_a_file_that_cannot_be_read_are_not_missing(
    make_repository: Callable[..., object], tmp_path: Path
) -> None:
    repository = make_repository(
        {
            "pkg/__init__.py": "",
            "pkg/lost.py": "class Name:\n    pass\n",
            "app.py": "from pkg.lost import Name\nfrom pkg import gone\n",
            "test_app.py": "from unittest import mock\n\nmock.patch('pkg.lost.Name')\n",
        }
    )
    path: Path = repository.path  # type: ignore[attr-defined]
    oid: str = repository.git("rev-parse", "HEAD:pkg/lost.py")  # type: ignore[attr-defined]
    (path / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    (path / "pkg/lost.py").unlink()
    with FactsCache(None) as cache:
        world = World.open(open_snapshot(path), cache, SerialExecutor())
        world.fact_store.load(world.fact_store.python)
    index = Index(world, Settings())
    assert index.unread == {"pkg/lost.py"}
    assert [one.symbol for one in dangling_import.check(index, index.settings)] == ["pkg.gone"]
    assert list(patch_of_nothing.check(index, index.settings)) == []


def test_users_are_the_files_that_name_a_module_itself(make_index: MakeIndex) -> None:
    index = make_index(FILES)
    assert index.users["pkg/shim.py"] == ["a.py", "b.py"]
    assert index.users["pkg/impl.py"] == ["pkg/shim.py"]
    assert index.looked_up == {"pkg/shim.py": {"Name"}, "pkg/impl.py": {"Name"}}


def test_files_below_a_folder_are_not_those_of_one_that_begins_the_same(
    make_index: MakeIndex,
) -> None:
    index = make_index(FILES)
    assert list(index.below("pkg/")) == ["pkg/__init__.py", "pkg/impl.py", "pkg/shim.py"]
    assert list(index.below("nothing/")) == []


def test_what_one_rule_has_made_and_read_is_given_up_and_what_all_use_is_kept(
    make_index: MakeIndex,
) -> None:
    index = make_index(FILES)
    made = []

    def make() -> str:
        made.append("made")
        return "made"

    for _ in range(2):
        for _ in range(2):
            index.once("key", make)
            index.passing("key", make)
        assert index.place("a.py", 1) == (1, 2)
        index.forget()
    assert len(made) == 3
    assert index.place("a.py", 1) == (1, 2)


@pytest.mark.parametrize("name", ["one", "Two.three"])
@pytest.mark.parametrize("is_shape_first", [True, False])
def test_what_is_known_of_a_function_is_the_same_whoever_asks_first(
    make_index: MakeIndex, name: str, is_shape_first: bool
) -> None:
    text = "def one():\n    return two()\n\n\nclass Two:\n    def three(self):\n        four()\n"
    index = make_index({"a.py": text})
    definition = index.definitions("a.py")[name]
    if is_shape_first:
        assert shape_of(index, "a.py", definition) is not None
    assert content_of(index, "a.py", definition).parts
    assert shape_of(index, "a.py", definition) is not None


@pytest.mark.parametrize(("text", "place"), [("x = 1", (1, 1)), ("\n\n  x", (3, 3))])
def test_place_counts_lines_and_columns_from_one(
    make_index: MakeIndex, text: str, place: tuple[int, int]
) -> None:
    index = make_index({"a.py": text})
    assert index.place("a.py", text.index("x")) == place


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("import a", False),
        ("try:\n    import a\nexcept ImportError:\n    pass", True),
        ("try:\n    import a\nexcept (KeyError, ModuleNotFoundError):\n    pass", True),
        ("try:\n    import a\nexcept:\n    pass", True),
        ("try:\n    import a\nexcept ValueError:\n    pass", False),
        ("try:\n    pass\nexcept ImportError:\n    import a", False),
        ("with suppress(ImportError):\n    if x:\n        import a", True),
        ("with open(x):\n    import a", False),
    ],
)
def test_an_import_is_guarded_where_its_failure_is_caught(text: str, guarded: bool) -> None:
    facts = extract(text.encode())
    assert is_guarded(facts, facts.imports[0]) is guarded


def test_a_fragmented_definition_shall_have_its_configured_path(make_index: MakeIndex) -> None:
    files = {**FILES, "c.py": "from pkg.impl import Name\n", "d.py": "from pkg.shim import Name\n"}
    unconfigured = make_index(files)
    configured = make_index(files, Settings(imports={"pkg.shim.Name": "pkg.impl.Name"}))
    for index, wanted in ((unconfigured, "pkg.shim.Name"), (configured, "pkg.impl.Name")):
        found = [one.canonical for one in import_fragmentation.check(index, index.settings)]
        assert found == [wanted]
