"""What init finds for the codemods after the imports."""

from collections.abc import Callable
from pathlib import Path

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.config.migrate_toml import Config
from onepath.discover.discover import discover
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath_packs.canonical.cycles.table import Cycles
from onepath_packs.canonical.factories.table import Factories
from onepath_packs.canonical.implementations.table import Implementations
from onepath_packs.canonical.shims.table import Moves, Shims
from onepath_packs.websocket.events.table import Events

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
    assert config.tables == {}
    assert not config.has(Cycles)


def test_a_factory_that_only_forwards_is_active_and_one_that_does_more_a_comment(
    found: Found,
) -> None:
    text, config = found({
        "app/make.py": "import logging\nfrom app.core.hub import Hub\n\n\n"
        "def make():\n    return Hub()\n\n\n"
        "def make_loudly():\n    logging.info('one more')\n    return Hub()\n",
        "app/other.py": "from app.make import make, make_loudly\nmake(); make(); make_loudly()\n",
    })  # fmt: skip
    assert [(one.old, one.to, one.accept) for one in config.table(Factories).deprecated] == [
        ("app.make.make", CANONICAL, False)
    ]
    assert "# function_factory in app/make.py:5; called 2 times." in text
    assert (
        "# Not active: it does more than forward: calls logging.info.\n"
        '# [factories."app.make.make_loudly"]\n'
        f'# to = "{CANONICAL}"\n'
        "# accept = true  # gives up what it does besides\n"
    ) in text


def test_a_getter_that_keeps_its_instance_is_a_comment(found: Found) -> None:
    text, config = found({
        "app/make.py": "from functools import lru_cache\nfrom app.core.hub import Hub\n\n\n"
        "@lru_cache\ndef get():\n    return Hub()\n",
        "app/other.py": "from app.make import get\nget()\n",
    })  # fmt: skip
    assert config.table(Factories).deprecated == ()
    assert "is decorated with 'lru_cache'" in text


def test_subclasses_that_add_nothing_and_copies_are_comments(found: Found) -> None:
    text, config = found({
        "app/more.py": "from app.core.hub import Hub\n\n\nclass Quiet(Hub):\n    'A hub.'\n",
        "app/copy.py": HUB.replace("class Hub", "class Exchange"),
    })  # fmt: skip
    assert config.table(Implementations).canonical == {}
    assert f'# "app.more.Quiet" = "{CANONICAL}"' in text
    assert f'# "app.copy.Exchange" = "{CANONICAL}"' in text


def test_what_nothing_uses_is_proposed_for_removal_with_the_proof(found: Found) -> None:
    copy = {"app/copy.py": HUB.replace("class Hub", "class Exchange")}
    importing = {"app/passing.py": "from app.copy import Exchange\n"}
    text, _ = found({**copy, **importing})
    flat = " ".join(text.replace("#  ", "").split())
    assert "# Nothing uses this implementation, in app/copy.py:1: no file but its own" in flat
    assert "and app/passing.py only import it. Remove the # to have it removed." in flat
    text, _ = found(
        {**copy, "app/use.py": "from app.copy import Exchange\n\nEXCHANGE = Exchange()\n"}
    )
    assert "Nothing uses this" not in text
    assert "used in app/use.py." in " ".join(text.replace("#  ", "").split())


def test_a_subclass_that_only_says_something_is_a_comment(found: Found) -> None:
    text, _ = found({
        "app/more.py": "import logging\n\nfrom app.core.hub import Hub\n\n\nclass Loud(Hub):\n"
        "    def __init__(self, *args, **kwargs):\n        super().__init__(*args, **kwargs)\n"
        "        logging.info('loud')\n",
    })  # fmt: skip
    assert "# A subclass that adds nothing but words, in app/more.py:6;" in text
    assert f'# "app.more.Loud" = "{CANONICAL}"' in text


def test_a_class_that_no_rename_leads_to_is_said_to_be_canonical(found: Found) -> None:
    direct = {"app/use.py": "from app.core.hub import Hub\n\nHub()\n"}
    _, config = found(direct)
    assert not config.imports
    assert [symbol.path for symbol in config.canonical] == [CANONICAL]
    _, config = found({**direct, "app/user.py": "from app.use import Hub\n\nHub()\n"})
    assert config.imports["app.use.Hub"] == CANONICAL
    assert config.canonical == ()


def test_shims_on_the_way_are_to_be_deleted(found: Found) -> None:
    text, config = found({
        "app/shim.py": "from app.core.hub import Hub\n",
        "app/user.py": "from app.shim import Hub\nHub()\n",
        "app/elsewhere.py": "from app.use import Hub as X\nX()\n",
    })  # fmt: skip
    assert config.table(Shims).fates == {"app.shim": "delete"}
    assert '# 1 file uses it: app/user.py.\n"app.shim" = "delete"\n' in text
    assert config.imports["app.shim.Hub"] == CANONICAL


@pytest.mark.parametrize(
    ("text_of_shim", "is_shim"),
    [
        ("try:\n    from app.core.hub import Hub\nexcept ImportError:\n    Hub = None\n", True),
        (
            "Hub = None\ntry:\n    from app.core.hub import Hub\nexcept ImportError:\n    pass\n",
            True,
        ),
        (
            """\
try:
    from app.core.hub import Hub
    FOUND = True
except ImportError:
    FOUND = False
""",
            False,
        ),
        (
            """\
try:
    from app.core.hub import Hub
except ImportError:
    class Hub:
        pass
""",
            False,
        ),
    ],
)
def test_a_value_for_when_the_import_fails_hides_no_shim(
    found: Found, text_of_shim: str, is_shim: bool
) -> None:
    _, config = found({
        "app/shim.py": text_of_shim,
        "app/user.py": "from app.shim import Hub\nHub()\n",
    })  # fmt: skip
    assert config.table(Shims).fates == ({"app.shim": "delete"} if is_shim else {})


@pytest.mark.parametrize(
    ("files", "is_active"),
    [
        ({"pyproject.toml": "[build-system]\n[project]\nname = 'app'\n"}, False),
        ({"setup.py": "from setuptools import setup\nsetup(name='app')\n"}, False),
        ({"setup.cfg": "[metadata]\nname = app\n"}, False),
        ({"pyproject.toml": "[tool.poetry]\nname = 'app'\n[build-system]\n"}, False),
        ({"pyproject.toml": "[project]\nname = 'app'\n"}, True),
        ({"pyproject.toml": "[tool.poetry]\nname = 'app'\npackage-mode = false\n"
                            "[build-system]\n"}, True),
        ({"pyproject.toml": "[build-system]\n[project]\nname = 'app'\n"
                            "classifiers = ['Private :: Do Not Upload']\n"}, True),
        ({"pyproject.toml": "[build-system]\n[project]\nname = 'other'\n"
                            "[tool.setuptools.packages.find]\ninclude = ['other*']\n"}, True),
        ({"tool/setup.py": "from setuptools import setup\nsetup(name='tool')\n"}, True),
    ],
)  # fmt: skip
def test_a_shim_and_a_factory_that_a_distribution_publishes_are_comments(
    found: Found, files: dict[str, str], is_active: bool
) -> None:
    text, config = found({
        "app/shim.py": "from app.core.hub import Hub\n",
        "app/make.py": "from app.core.hub import Hub\n\n\ndef make():\n    return Hub()\n",
        "app/user.py": "from app.shim import Hub\nfrom app.make import make\nHub(make())\n",
        **files,
    })  # fmt: skip
    assert config.table(Shims).fates == ({"app.shim": "delete"} if is_active else {})
    assert [one.old for one in config.table(Factories).deprecated] == (
        ["app.make.make"] if is_active else []
    )
    assert ('# "app.shim" = "delete"' in text) != is_active
    assert ("publishes: others may call it" in text) != is_active


def test_what_is_private_in_a_distribution_is_not_published(found: Found) -> None:
    _, config = found({
        "pyproject.toml": "[build-system]\n[project]\nname = 'app'\n",
        "app/_old.py": "from app.core.hub import Hub\n",
        "app/user.py": "from app._old import Hub\nHub()\n",
    })  # fmt: skip
    assert config.table(Shims).fates == {"app._old": "delete"}


def test_cycles_and_events_are_told(found: Found) -> None:
    text, config = found({
        "app/core/a.py": "import app.core.b\n",
        "app/core/b.py": "import app.core.a\n",
        "app/events.py": "event = {'type': 'agent_started', 'user': 'ada'}\n",
    })  # fmt: skip
    assert config.has(Cycles)
    assert config.table(Cycles).paths == ("app/core/**",)
    assert "# Events that depart from the canonical form: 1, in 1 files.\n" in text
    assert not config.table(Events).rewrite


def test_a_module_that_forwards_and_defines_is_told_with_what_stays(found: Found) -> None:
    text, config = found({
        "app/legacy.py": "from app.core.hub import Hub\nOldHub = Hub\n\n\nclass Orchestrator:\n"
        "    pass\n\n\ndef helper(): pass\n",
        "app/user.py": "from app.legacy import OldHub, Orchestrator\nOldHub(); Orchestrator()\n",
    })  # fmt: skip
    assert config.imports == {"app.legacy.OldHub": CANONICAL}
    assert config.table(Shims).fates == {}
    assert config.table(Implementations).canonical == {}
    assert "# app.legacy forwards OldHub, and defines Orchestrator, helper.\n" in text
    assert f'# "app.legacy.OldHub" = "{CANONICAL}"\n' in text


OLD = {
    "app/old/__init__.py": "from app.core.hub import Hub\n",
    "app/old/conn.py": "from app.core.hub import Hub\n\n\n"
    "class Info:\n    pass\n\n\ndef get():\n    pass\n",
    "app/old/handler.py": "class Handler:\n    pass\n",
    "app/old/names.py": "from app.core.hub import Hub\n",
    "app/users.py": "from app.old import Hub\nfrom app.old.conn import Hub as Other, Info\n\n"
    "Hub(), Other(), Info()\n",
}


def lines_of(text: str, table: str) -> list[str]:
    """The lines of a table that could be active, without the # of those that are not."""
    inside = text.partition(f"\n[{table}]\n")[2].partition("\n[")[0]
    return [line.removeprefix("# ") for line in inside.splitlines() if '" = "' in line]


def test_what_keeps_a_package_that_only_forwards_is_proposed_to_move(found: Found) -> None:
    text, config = found(OLD)
    assert lines_of(text, "moves") == [
        '"app.old.conn.Info" = "app.core.old_conn"',
        '"app.old.conn.get" = "app.core.old_conn"',
        '"app.old.handler" = "app.core"',
    ]
    assert '"app.old.conn" = "split"' in lines_of(text, "shims")
    assert config.table(Moves).destinations == {}


def test_definitions_of_a_module_go_to_one_whose_name_is_free(found: Found) -> None:
    text, _ = found({
        **OLD,
        "app/core/handler.py": "",
        "app/core/old_conn.py": "",
    })  # fmt: skip
    assert lines_of(text, "moves") == [
        '"app.old.conn.Info" = "app.core.old_conn_parts"',
        '"app.old.conn.get" = "app.core.old_conn_parts"',
        '"app.old.handler.Handler" = "app.core.old_handler"',
    ]


def test_a_second_version_of_what_is_there_is_not_proposed_to_move(found: Found) -> None:
    text, _ = found({
        **OLD,
        "app/core/conn.py": "class Info:\n    pass\n\n\ndef get():\n    pass\n",
        "app/core/handler.py": "class Handler:\n    pass\n",
    })  # fmt: skip
    assert lines_of(text, "moves") == []
    assert "# app.core.conn defines Info, get as well.\n" in text
    assert "# app.core.handler defines Handler as well.\n" in text
    assert '"app.old.handler" = "split"' not in lines_of(text, "shims")


@pytest.mark.parametrize("where", ["app/core/conn.py", "app/core/other.py"])
def test_what_has_some_namesakes_is_proposed_to_move_and_they_are_named(
    found: Found, where: str
) -> None:
    text, _ = found({**OLD, where: "class Info:\n    pass\n"})
    assert lines_of(text, "moves") == [
        '"app.old.conn.Info" = "app.core.old_conn"',
        '"app.old.conn.get" = "app.core.old_conn"',
        '"app.old.handler" = "app.core"',
    ]
    module = where.removesuffix(".py").replace("/", ".")
    assert f"# {module} defines Info as well.\n" in text
    assert "defines Handler as well" not in text


def test_a_package_of_many_modules_is_a_part_of_the_program(found: Found) -> None:
    many = {f"app/old/part{number}.py": "class Part:\n    pass\n" for number in range(12)}
    assert lines_of(found({**OLD, **many})[0], "moves") == []


def test_a_package_around_the_canonical_definition_keeps_what_it_has(found: Found) -> None:
    text, _ = found({
        "app/core/__init__.py": "from app.core.hub import Hub\n",
        "app/core/other.py": "class Other:\n    pass\n",
        "app/users.py": "from app.core import Hub\n\nHub()\n",
    })  # fmt: skip
    assert lines_of(text, "moves") == []
