"""What init finds for the codemods after the imports."""

from collections.abc import Callable
from pathlib import Path

import pytest

from onepath.plan.config import Config, parse_config
from onepath.plan.discover import discover
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder

CANONICAL = "app.core.hub.Hub"
HUB = "class Hub:\n" + "".join(
    f"    def {name}(self): pass\n" for name in ("attach", "detach", "fan_out", "replay")
)
FILES = {
    "app/__init__.py": "",
    "app/core/__init__.py": "",
    "app/core/hub.py": HUB,
    "app/use.py": "from app.core.hub import Hub\nHub()\n",
}

Found = Callable[[dict[str, str]], tuple[str, Config]]


@pytest.fixture
def found(tmp_path: Path) -> Found:
    def run(files: dict[str, str]) -> tuple[str, Config]:
        for path, text in {**FILES, **files}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        text = discover(Folder(tmp_path), [CANONICAL], executor=SerialExecutor())
        return text, parse_config(text, "migrate.toml")

    return run


def test_where_there_is_nothing_there_are_no_tables(found: Found) -> None:
    text, config = found({})
    assert "[factories" not in text
    assert (config.factories, config.shims, config.implementations) == ((), {}, {})
    assert config.cycles is None


def test_a_factory_comes_with_what_it_does_beyond_forwarding(found: Found) -> None:
    text, config = found({
        "app/make.py": "import logging\nfrom app.core.hub import Hub\n\n\n"
        "def make():\n    return Hub()\n\n\n"
        "def make_loudly():\n    logging.info('one more')\n    return Hub()\n",
        "app/other.py": "from app.make import make, make_loudly\nmake(); make(); make_loudly()\n",
    })  # fmt: skip
    assert [(one.old, one.to, one.accept) for one in config.factories] == [
        ("app.make.make", CANONICAL, False), ("app.make.make_loudly", CANONICAL, False),
    ]  # fmt: skip
    assert "# function_factory in app/make.py:5; called 2 times." in text
    assert "# It does more than forward: calls logging.info.\n# accept = true\n" in text


def test_a_getter_that_keeps_its_instance_needs_to_be_accepted(found: Found) -> None:
    text, config = found({
        "app/make.py": "from functools import lru_cache\nfrom app.core.hub import Hub\n\n\n"
        "@lru_cache\ndef get():\n    return Hub()\n",
    })  # fmt: skip
    assert [one.old for one in config.factories] == ["app.make.get"]
    assert "keeps the one that it made" in text


def test_subclasses_that_add_nothing_are_taken_and_copies_are_shown(found: Found) -> None:
    text, config = found({
        "app/more.py": "from app.core.hub import Hub\n\n\nclass Quiet(Hub):\n    'A hub.'\n",
        "app/copy.py": HUB.replace("class Hub", "class Exchange"),
    })  # fmt: skip
    assert config.implementations == {"app.more.Quiet": CANONICAL}
    assert f'# "app.copy.Exchange" = "{CANONICAL}"' in text


def test_shims_on_the_way_are_to_be_deleted(found: Found) -> None:
    _, config = found({
        "app/shim.py": "from app.core.hub import Hub\n",
        "app/user.py": "from app.shim import Hub\nHub()\n",
        "app/elsewhere.py": "from app.use import Hub as X\nX()\n",
    })  # fmt: skip
    assert config.shims == {"app.shim": "delete"}
    assert config.imports["app.shim.Hub"] == CANONICAL


def test_cycles_and_events_are_told(found: Found) -> None:
    text, config = found({
        "app/core/a.py": "import app.core.b\n",
        "app/core/b.py": "import app.core.a\n",
        "app/events.py": "event = {'type': 'agent_started', 'user': 'ada'}\n",
    })  # fmt: skip
    assert config.cycles is not None
    assert config.cycles.paths == ("app/core/**",)
    assert "# Events that depart from the canonical form: 1, in 1 files.\n" in text
    assert not config.events.rewrite
