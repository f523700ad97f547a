"""What a plan counts: under the name of a rule it is what an audit finds, and nothing else."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.codemod.packs.installed import packs_of
from onepath.codemod.packs.pack import chosen_pack
from onepath.config.migrate_toml import Config
from onepath.model import Snapshot
from onepath.plan.auditing import make_audit
from onepath.plan.planner import make_plan
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder, Overlay

ROOT = Path(__file__).resolve().parents[2]
HUB = "class Hub:\n    pass\n"
CONFIG = """
exclude = ["old/**"]
[canonical."app.hub.Hub"]
[imports]
"app.compat.Hub" = "app.hub.Hub"
"""
FILES = {
    "app/__init__.py": "",
    "app/hub.py": HUB,
    "app/compat.py": "from app.hub import Hub\n",
    "user.py": "from app.compat import Hub\nimport app.compat\nprint(Hub, app.compat.Hub)\n",
}


def counted(snapshot: Snapshot, config: Config, rule: str) -> int:
    """What an audit by one rule finds."""
    return len(make_audit(snapshot, config, executor=SerialExecutor(), rules=[rule]).findings)


def check(snapshot: Snapshot, config: Config) -> Mapping[str, tuple[int, int]]:
    """Compare each phase of a plan with audits before and after it; what was compared, by rule."""
    packs = packs_of(config)
    plan = make_plan(snapshot, config, packs, executor=SerialExecutor())
    rules = chosen_pack(packs, config).audit_rules
    compared: dict[str, tuple[int, int]] = {}
    for phase in plan.phases:
        after = Overlay(snapshot, {one.path: one.new for one in phase.changeset.changes})
        for name in phase.before.keys() & rules.keys():
            numbers = phase.before[name], phase.after[name]
            assert numbers == (counted(snapshot, config, name), counted(after, config, name))
            compared[name] = numbers
        snapshot = after
    return compared


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, (2, 0)),
        # Another name of the class, by a path that is not in the table.
        ({"app/other.py": "from app.hub import Hub as Core\nMain = Core\n",
          "b.py": "from app.other import Main\nprint(Main)\n"}, (3, 1)),
        # The same, one name further on.
        ({"app/other.py": "from app.hub import Hub\nMain = Hub\n",
          "app/more.py": "from app.other import Main\nTop = Main\n",
          "b.py": "from app.more import Top\nprint(Top)\n"}, (4, 2)),
        ({"b.py": "from app.compat import Hub  # migrate: keep[deprecated-import]\n"}, (2, 0)),
        ({"old/b.py": "from app.compat import Hub\n"}, (2, 0)),
        ({"b.py": "from app.compat import *\nprint(Hub)\n"}, (3, 0)),
        ({"test_b.py": "from unittest.mock import patch\n\n\n@patch('app.compat.Hub')\n"
                       "def test_it(hub):\n    pass\n"}, (3, 0)),
        ({"test_b.py": "import pytest\n\n\ndef test_it():\n    with pytest.raises(ImportError):\n"
                       "        from app.compat import Hub\n"}, (2, 0)),
        ({"b.py": "from app.compat import Hub\nprint(Hub\n"}, (2, 0)),
    ],
)  # fmt: skip
def test_uses_of_deprecated_paths_are_those_of_the_audit(
    tmp_path: Path, more: Mapping[str, str], expected: tuple[int, int]
) -> None:
    for path, text in {**FILES, **more}.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    config = parse_config(CONFIG, "migrate.toml")
    assert check(Folder(tmp_path), config) == {"deprecated-import": expected}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        # By a path that is not in the table, in a file that has no word of it.
        ({"app/other.py": "from app.hub import Hub\n", "b.py": "from app.other import Hub\n"},
         (2, 1)),
        ({"app/other.py": "from app.hub import Hub\n",
          "b.py": "from app import other\nprint(other.Hub)\n"}, (2, 1)),
        # The same through a module of another name, which a third one forwards.
        ({"app/other.py": "from app.hub import Hub\nMain = Hub\n",
          "app/more.py": "from app import other as hubs\n",
          "b.py": "from app.more import hubs\nprint(hubs.Main)\n"}, (2, 1)),
        ({"app/other.py": "from app.hub import *\n", "b.py": "from app.other import *\nHub()\n"},
         (2, 1)),
        # What an attribute of the class is called is no other path to the class.
        ({"app/hub.py": "class Hub:\n    def make():\n        pass\n",
          "app/other.py": "from app.hub import Hub\nmake = Hub.make\n",
          "b.py": "from app.other import make\nmake()  # a Hub, not an Old\n"}, (1, 0)),
        # A package that is gone, beside a module of this repository.
        ({"b.py": "from lost.a import b\nfrom app import hub\nprint(b.Gone, hub)\n"}, (2, 0)),
        ({"b.py": "from lost.a import b\nprint(b.Gone)\n"}, (2, 0)),
    ],
)  # fmt: skip
def test_what_is_on_the_right_of_the_table_is_canonical_in_both(
    tmp_path: Path, more: Mapping[str, str], expected: tuple[int, int]
) -> None:
    files = {**FILES, "app/compat.py": "from app.hub import Hub\nOld = Hub\n",
             "user.py": "from app.compat import Old\nprint(Old)\n"}  # fmt: skip
    for path, text in {**files, **more}.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    table = '[imports]\n"app.compat.Old" = "app.hub.Hub"\n"lost.a.b.Gone" = "app.hub.Hub"\n'
    assert check(Folder(tmp_path), parse_config(table, "migrate.toml")) == {
        "deprecated-import": expected
    }


def test_in_the_demo_every_count_is_an_audit_or_has_a_name_of_its_own(tmp_path: Path) -> None:
    world = ROOT / "fixtures" / "websocket_world"
    text = (ROOT / "fixtures" / "websocket_world.migrate.toml").read_text(encoding="utf-8")
    compared: Any = check(Folder(world), parse_config(text, "migrate.toml"))
    assert compared == {"deprecated-import": (36, 0), "event-structure": (5, 0)}
