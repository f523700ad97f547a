"""Which ways to an instance `init` proposes to give up, and which it leaves alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.config.migrate_toml import Config
from onepath.discover.discover import discover
from onepath.errors import InputError
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath_packs.canonical.factories.table import Factories

CANONICAL = "lib.client.Client"
CLIENT = "class Client:\n    def __init__(self, host, port=1):\n        self.host = host\n"
MAKE = "from lib.client import Client\n\n\ndef make(host):\n    return Client(host)\n"
USE = "from lib.make import make\nclient = make('h')\n"
SHOPPING = "from lib.make import Shop\n\n\ndef go():\n    return Shop().make().host\n"

Found = Callable[..., tuple[str, Config]]


@pytest.fixture
def found(tmp_path: Path) -> Found:
    def run(files: dict[str, str], *factories: str) -> tuple[str, Config]:
        every = {"lib/__init__.py": "", "lib/client.py": CLIENT, **files}
        for path, text in every.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        text = discover(
            Folder(tmp_path), [CANONICAL], executor=SerialExecutor(), canonical_factory=factories
        )
        return text, parse_config(text, "migrate.toml")

    return run


def active(config: Config) -> list[tuple[str, str]]:
    return [(one.old, one.to) for one in config.table(Factories).deprecated]


def test_a_function_that_is_called_and_only_forwards_is_active(found: Found) -> None:
    _, config = found({"lib/make.py": MAKE, "app.py": USE})
    assert active(config) == [("lib.make.make", CANONICAL)]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"lib/make.py": MAKE}, "nothing here calls them: lib.make.make"),
        ({"lib/make.py": MAKE, "tests/test_app.py": USE}, "only tests call it"),
        (
            {"lib/make.py": MAKE.replace("make", "main"), "app.py": USE.replace("make(", "main(")
             .replace("make import make", "make import main")},
            "a program may be started by it",
        ),
        (
            {"lib/make.py": MAKE.replace("def make", "@route('/x')\ndef make"), "app.py": USE},
            "its decorator 'route",
        ),
        (
            {"lib/make.py": MAKE, "app.py": USE,
             "config.yaml": "factory: lib.make.make\n"},
            "config.yaml:1 names it",
        ),
        (
            {"lib/make.py": MAKE, "app.py": USE,
             "pyproject.toml": "[project.scripts]\nx = 'lib.make:make'\n"},
            "pyproject.toml:2 names it",
        ),
        (
            {"lib/make.py": MAKE.replace("    return", "    print(host)\n    return"),
             "app.py": USE},
            "it does more than forward: calls print",
        ),
        (
            {"lib/make.py": "from lib.client import Client\n\n\nclass Base:\n"
             "    def make(self): raise NotImplementedError\n\n\nclass Shop(Base):\n"
             "    def make(self):\n        return Client('x')\n",
             "app.py": SHOPPING},
            "it overrides Base.make",
        ),
        (
            {"lib/make.py": "from lib.client import Client\n\n\nclass Shop:\n"
             "    def make(self):\n        return Client('x')\n\n\nclass Other(Shop):\n"
             "    def make(self):\n        return None\n",
             "app.py": SHOPPING},
            "Other.make overrides it",
        ),
        (
            {"lib/make.py": "from framework import View\nfrom lib.client import Client\n\n\n"
             "class Shop(View):\n    def make(self):\n        return Client('x')\n",
             "app.py": SHOPPING},
            "View, a base of Shop from outside, may call it",
        ),
    ],
)  # fmt: skip
def test_what_somebody_may_call_or_miss_is_a_comment(
    found: Found, files: dict[str, str], reason: str
) -> None:
    text, config = found(files)
    assert config.table(Factories).deprecated == ()
    assert reason in " ".join(text.replace("#   ", "").split())


@pytest.mark.parametrize(
    "files",
    [
        {"examples/make.py": MAKE, "app.py": "from examples.make import make\nmake('h')\n"},
        {"lib/example_apps/make.py": MAKE,
         "app.py": "from lib.example_apps.make import make\nmake('h')\n"},
        {"lib/make.py": "from lib.client import Client\n\n\nclass Pool:\n"
         "    def __getitem__(self, at):\n        return Client(at)\n",
         "app.py": "from lib.make import Pool\nPool().__getitem__('h')\n"},
    ],
)  # fmt: skip
def test_demonstrations_and_hooks_of_the_language_are_not_even_comments(
    found: Found, files: dict[str, str]
) -> None:
    text, config = found(files)
    assert config.table(Factories).deprecated == ()
    assert "factories" not in text


# --------------------------------------------- what the constructor demands

DEMANDING = (
    "import secrets\n\n\nclass Client:\n    def __init__(self, host=None, _token=None):\n"
    "        {check}\n        self.host = host\n\n\n"
    "def get_client(host=None):\n    return Client(host, _token=secrets.token_hex())\n"
)
REFUSE = "            raise RuntimeError('use get_client()')"


@pytest.mark.parametrize(
    "check",
    [
        f"if _token is None:\n{REFUSE}",
        f"if not _token:\n{REFUSE}",
        f"if not isinstance(_token, str):\n{REFUSE}",
        f"if host is None or _token is None:\n{REFUSE}",
        f"if len(_token or '') < 3:\n{REFUSE}",
        "assert _token, 'use get_client()'",
    ],
)
def test_the_factory_that_supplies_what_the_constructor_demands_is_canonical(
    found: Found, check: str
) -> None:
    text, config = found({
        "lib/client.py": DEMANDING.format(check=check),
        "lib/make.py": "from lib.client import get_client\n\n\n"
        "def make(host=None):\n    return get_client(host)\n",
        "app.py": USE,
    })  # fmt: skip
    assert active(config) == [("lib.make.make", "lib.client.get_client")]
    assert [(one.path, one.factory) for one in config.canonical] == [
        (CANONICAL, "lib.client.get_client")
    ]
    assert "refuses to be made without '_token'" in " ".join(text.replace("#   ", "").split())


@pytest.mark.parametrize(
    "check", ["if _token == 5:\n            raise RuntimeError", "self.token = _token"]
)
def test_what_the_constructor_does_without_makes_no_factory_canonical(
    found: Found, check: str
) -> None:
    text, config = found({"lib/client.py": DEMANDING.format(check=check)})
    assert [symbol.factory for symbol in config.canonical] == [""]
    assert "refuses to be made" not in text


@pytest.mark.parametrize(("direct", "by_factory", "is_canonical"), [(12, 3, False), (12, 13, True)])
def test_the_class_is_called_where_many_supply_what_it_demands(
    found: Found, direct: int, by_factory: int, is_canonical: bool
) -> None:
    text, _ = found({
        "lib/client.py": DEMANDING.format(check=f"if _token is None:\n{REFUSE}"),
        "app.py": "from lib.client import Client, get_client\n\n"
        + "Client('h', 't')\n" * direct
        + "get_client()\n" * by_factory,
    })  # fmt: skip
    assert (
        "that is the canonical way" in " ".join(text.replace("#   ", "").split())
    ) is is_canonical


def test_direct_calls_of_a_class_that_demands_something_are_a_comment(found: Found) -> None:
    text, config = found({
        "lib/client.py": DEMANDING.format(check=f"if _token is None:\n{REFUSE}"),
        "app.py": "from lib.client import Client\nclient = Client('h', 't')\n",
    })  # fmt: skip
    assert config.table(Factories).deprecated == ()
    assert f'# [factories."{CANONICAL}"]\n# to = "lib.client.get_client"\n' in text


# ------------------------------------------------------ the canonical factory

OWN = CLIENT + "\n\ndef get_client(host):\n    return Client(host)\n"
BY_IT = "from lib.client import get_client\n\n\ndef run():\n    return [{}]\n"


def canonical_factory(config: Config) -> str:
    (symbol,) = config.canonical
    return symbol.factory


def test_a_factory_that_is_named_is_what_the_others_become(found: Found) -> None:
    files = {"lib/client.py": OWN, "lib/make.py": MAKE, "app.py": USE}
    text, config = found(files, "lib.client.get_client")
    assert canonical_factory(config) == "lib.client.get_client"
    assert "is named as the canonical way" in text
    assert '# [factories."lib.make.make"]\n# to = "lib.client.get_client"' in text
    assert not active(config)


@pytest.mark.parametrize("name", ["lib.client.Client", "lib.client.other", "lib.nowhere.get"])
def test_what_gives_no_instance_is_no_canonical_factory(found: Found, name: str) -> None:
    other = OWN + "\n\ndef other():\n    return 3\n"
    with pytest.raises(InputError, match=r"gives an instance of lib\.client\.Client"):
        found({"lib/client.py": other}, name)


def test_one_class_has_one_canonical_factory(found: Found) -> None:
    with pytest.raises(InputError, match=r"both make a lib\.client\.Client: name one"):
        found({"lib/client.py": OWN, "lib/make.py": MAKE}, "lib.client.get_client", "lib.make.make")


def test_the_function_by_which_nearly_all_calls_go_is_proposed(found: Found) -> None:
    calls = ", ".join(["get_client('h')"] * 12)
    text, config = found({"lib/client.py": OWN, "app.py": BY_IT.format(calls)})
    assert canonical_factory(config) == "lib.client.get_client"
    assert "12 of 12 calls that give an instance outside of tests" in text


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": BY_IT.format(", ".join(["get_client('h')"] * 9))},
        {"tests/test_app.py": BY_IT.format(", ".join(["get_client('h')"] * 40))},
        {
            "app.py": BY_IT.format(", ".join(["get_client('h')"] * 12)),
            "other.py": "from lib.client import Client\n\nALL = [" + "Client('h'), " * 6 + "]\n",
        },
    ],
)
def test_a_function_by_which_some_calls_go_is_not(found: Found, files: dict[str, str]) -> None:
    _, config = found({"lib/client.py": OWN, **files})
    assert all(not symbol.factory for symbol in config.canonical)
