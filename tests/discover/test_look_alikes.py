"""The classes beside a canonical one: who uses them, for what, and which of them nothing uses."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.conftest import write_files

from onepath.analysis.classes import role_classes
from onepath.analysis.index import Index
from onepath.config.settings import CanonicalSymbol, Settings
from onepath.discover.look_alikes import LookAlike, look_alikes
from onepath.facts.store.cache import FactsCache
from onepath.model import Facts
from onepath.report.look_alikes import look_alikes_document, look_alikes_page
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.resolve import Resolver
from onepath.symbols.tree.names import Tree
from onepath.symbols.world import World

CANONICAL = "lib.hub.HubManager"
METHODS = ("connect_user", "drop_user", "send_event", "emit_late")


def cls(head: str, *methods: str) -> str:
    return f"class {head}:\n" + "".join(f"    def {one}(self): ...\n" for one in methods)


FILES = {
    "lib/__init__.py": "",
    "lib/hub.py": cls("HubManager", *METHODS),
    "lib/other.py": cls("OtherHubManager", *METHODS, "count_users"),
    "lib/child.py": f"from lib.hub import HubManager\n\n\n{cls('ChildHub(HubManager)', 'more')}",
    "lib/passing.py": "from lib.other import OtherHubManager\n",
    "tests/test_other.py": cls("TestHubManager", *METHODS),
}
USE = "from lib.other import OtherHubManager\n\n\ndef run():\n    hub = OtherHubManager()\n"

Found = Callable[..., Mapping[str, LookAlike]]


@pytest.fixture
def found(tmp_path: Path) -> Found:
    def run(**files: str) -> Mapping[str, LookAlike]:
        write_files(tmp_path, {**FILES, **{f"{name}.py": text for name, text in files.items()}})
        world = World.open(Folder(tmp_path), FactsCache(None), SerialExecutor())
        world.fact_store.load(world.fact_store.python)
        index = Index(world, Settings(canonical=(CanonicalSymbol(CANONICAL),)))
        [(canonical, own)] = role_classes(index)
        return {one.dotted.rpartition(".")[2]: one for one in look_alikes(index, canonical, own)}

    return run


def test_the_classes_of_the_role_outside_of_tests(found: Found) -> None:
    verdicts = {name: one.verdict for name, one in found().items()}
    assert verdicts == {"OtherHubManager": "implementation", "ChildHub": "subclass"}


def test_a_file_that_only_passes_a_class_on_is_no_user(found: Found) -> None:
    one = found()["OtherHubManager"]
    assert (one.users, one.importing, one.named) == ((), ("lib/passing.py",), ())
    assert one.is_unused


def test_a_user_and_what_the_canonical_class_lacks_for_it(found: Found) -> None:
    more = "    hub.connect_user()\n    return hub.count_users()\n"
    [user] = found(app=USE + more)["OtherHubManager"].users
    assert (user.path, user.line, user.made) == ("app.py", 5, 1)
    assert user.needs == ("connect_user", "count_users")
    assert user.lacking == ("count_users",)


def test_attributes_of_the_instances_are_not_lacking(found: Found) -> None:
    base = "class Base:\n    def __init__(self):\n        self.users = {}\n\n\n"
    own = "    def connect_user(self):\n        self.last = 1\n"
    used = "    return hub.users, hub.last, hub.first\n"
    [user] = found(
        app=USE + used,
        **{"lib/hub": base + cls("HubManager(Base)", *METHODS[1:]) + own},
    )["OtherHubManager"].users
    assert user.needs == ("first", "last", "users")
    assert user.lacking == ("first",)


@pytest.mark.parametrize(
    "use",
    [
        USE.replace("from lib.other", "from lib.passing"),
        "import lib.other\n\nMANAGER = lib.other.OtherHubManager\n",
        "from lib.other import OtherHubManager\n\n\nclass Mine(OtherHubManager):\n    pass\n",
    ],
)
def test_whoever_uses_a_class_by_any_way_is_a_user(found: Found, use: str) -> None:
    one = found(app=use)["OtherHubManager"]
    assert [user.path for user in one.users] == ["app.py"]
    assert not one.is_unused


def test_what_a_class_does_with_itself_is_no_use(found: Found) -> None:
    own = cls("OtherHubManager", *METHODS) + "    def again(self):\n"
    own += "        return OtherHubManager()\n"
    write = {"lib/other": own}
    assert found(**write)["OtherHubManager"].is_unused


def test_a_file_that_uses_many_look_alikes_is_read_once(
    found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: Counter[str] = Counter()

    class Counted(Tree):
        def __init__(self, path: str, data: bytes, facts: Facts, resolver: Resolver) -> None:
            read[path] += 1
            super().__init__(path, data, facts, resolver)

    monkeypatch.setattr("onepath.discover.look_alikes.Tree", Counted)
    names = [f"Own{number}HubManager" for number in range(10)]
    more = "\n\n".join(cls(name, *METHODS) for name in names)
    use = "".join(f"def use_{name}():\n    {name}().send_event()\n\n\n" for name in names)
    look_alikes_of = found(
        **{"lib/many": more, "app": f"from lib.many import {', '.join(names)}\n\n\n{use}"}
    )
    for name in names:
        [user] = look_alikes_of[name].users
        assert (user.path, user.made, user.needs) == ("app.py", 1, ("send_event",))
    assert read == {"app.py": 1}


def test_a_string_that_names_a_class_keeps_it(found: Found) -> None:
    one = found(app="import_module('lib.other.OtherHubManager')\n")["OtherHubManager"]
    assert one.named == ("app.py:1",)
    assert not one.is_unused


def test_the_page_and_the_document(found: Found) -> None:
    more = "    return hub.count_users()\n"
    others = {CANONICAL: [*found(app=USE + more).values()]}
    page = look_alikes_page(others)
    assert "- app.py:5 makes 1; needs count_users; lacking: count_users\n" in page
    assert "- imported and not used by 1 file: lib/passing.py\n" in page
    assert f'- nothing uses it; to remove it: `"lib.child.ChildHub" = "{CANONICAL}"`\n' in page
    assert "| method | ChildHub | OtherHubManager |\n" in page
    assert "| `count_users` |  | extra |\n" in page
    assert "| `more` | extra |  |\n" in page
    [entry] = look_alikes_document(others)["canonical"]
    child, other = entry["look_alikes"]
    assert (child["unused"], child["extra"]) == (True, ["more"])
    assert other["users"] == [
        {
            "path": "app.py",
            "line": 5,
            "made": 1,
            "needs": ["count_users"],
            "lacking": ["count_users"],
        }
    ]
