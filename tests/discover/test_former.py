"""What names were that are gone: aliases behind them, functions, and what texts say of them."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.discover.discover import discover
from onepath.run.serial import SerialExecutor
from onepath.snapshot import GitTree, Repository

CANONICAL = "pkg.core.manager.Manager"
MANAGER = (
    "class Manager:\n    def __init__(self, user):\n        self.user = user\n\n\n"
    "def get_manager(user):\n    return Manager(user)\n"
)
PACKAGE = {"pkg/__init__.py": "", "pkg/core/__init__.py": "", "pkg/core/manager.py": MANAGER}
USE = "from pkg.core.factory import create\n\n\ndef go():\n    return create('u').user\n"

Found = Callable[..., tuple[str, Mapping[str, str]]]


@pytest.fixture
def found(make_repository: Any) -> Found:
    """`found(before, after)` commits two states, a None deletes, and gives what `init` writes."""

    def run(before: dict[str, str], after: dict[str, str | None]) -> tuple[str, Mapping[str, str]]:
        repository = make_repository({**PACKAGE, **before})
        for path, text in after.items():
            if text is None:
                (repository.path / path).unlink()
            else:
                repository.write({path: text})
        repository.commit(message="later")
        ours = Repository.discover(repository.path)
        assert ours is not None
        text = discover(
            GitTree(ours, "HEAD"), [CANONICAL], executor=SerialExecutor(), repository=ours
        )
        return text.replace("\n#   ", " "), parse_config(text, "migrate.toml").imports

    return run


# ------------------------------------------------------------------ refused


@pytest.mark.parametrize(
    "body",
    [
        "def create(user):\n    print(user)\n    return get_manager(user)\n",
        "def create(user, mode=None):\n    return get_manager(user)\n",
        "def create(name):\n    return get_manager(name)\n",
        "def create(user='ada'):\n    return get_manager(user)\n",
        "def create(*, user):\n    return get_manager(user=user)\n",
        "async def create(user):\n    return get_manager(user)\n",
        "def create(user):\n    return get_manager('ada')\n",
        "def create(user):\n    if user: return get_manager(user)\n    return Manager(1)\n",
    ],
)
def test_a_function_that_did_more_than_forward_is_a_comment(found: Found, body: str) -> None:
    factory = f"from pkg.core.manager import Manager, get_manager\n\n\n{body}"
    text, imports = found(
        {"pkg/core/factory.py": factory, "use.py": USE}, {"pkg/core/factory.py": None}
    )
    assert imports == {}
    assert '# "pkg.core.factory.create" = ' in text
    assert "as a function, create in pkg/core/factory.py" in text


def test_a_function_whose_target_takes_other_arguments_today_is_a_comment(found: Found) -> None:
    factory = "from pkg.core.manager import get_manager\n\n\ndef create(user):\n"
    factory += "    return get_manager(user)\n"
    _, imports = found(
        {"pkg/core/factory.py": factory, "use.py": USE},
        {"pkg/core/factory.py": None,
         "pkg/core/manager.py": MANAGER.replace("get_manager(user)", "get_manager(user, mode)")},
    )  # fmt: skip
    assert imports == {}


def test_a_function_of_something_else_is_not_mentioned(found: Found) -> None:
    factory = "from pkg.core.manager import Manager\n\n\ndef create(user):\n    return user\n"
    text, imports = found(
        {"pkg/core/factory.py": factory, "use.py": USE}, {"pkg/core/factory.py": None}
    )
    assert imports == {}
    assert "pkg.core.factory" not in text


def test_a_name_counts_by_what_it_was_and_not_by_its_last_part(found: Found) -> None:
    rival = "from pkg.core.manager import Manager as Real\n\n\nclass Manager(Real):\n    mode = 1\n"
    text, imports = found(
        {"pkg/core/rival.py": rival, "use.py": "from pkg.core.rival import Manager\n"},
        {"pkg/core/rival.py": None},
    )
    assert imports == {}
    assert "another definition than the canonical one" in text


# ------------------------------------------------------------------- proven


@pytest.mark.parametrize(
    "use",
    [
        USE,
        "from pkg.core import factory\n\n\ndef go():\n    return factory.create('u').user\n",
        "import pkg.core.factory\n\n\ndef go():\n    return pkg.core.factory.create('u').user\n",
        "import pkg.core.factory as f\n\n\ndef go():\n    return f.create('u').user\n",
    ],
)
@pytest.mark.parametrize(
    ("body", "to"),
    [
        ("def create(user):\n    return get_manager(user)\n", "pkg.core.manager.get_manager"),
        ("def create(user):\n    'Old.'\n    manager = get_manager(user)\n    return manager\n",
         "pkg.core.manager.get_manager"),
        ("def create(user):\n    return Manager(user)\n", CANONICAL),
    ],
)  # fmt: skip
def test_a_function_that_only_forwarded_becomes_what_it_forwarded_to(
    found: Found, use: str, body: str, to: str
) -> None:
    factory = f"from pkg.core.manager import Manager, get_manager\n\n\n{body}"
    text, imports = found(
        {"pkg/core/factory.py": factory, "use.py": use}, {"pkg/core/factory.py": None}
    )
    assert imports == {"pkg.core.factory.create": to}
    assert "# Dangling. Used once in 1 file." in text


def test_a_function_that_is_gone_from_a_module_that_stays(found: Found) -> None:
    factory = "from pkg.core.manager import get_manager\n\n\ndef keep(): pass\n"
    gone = "\n\ndef create(user):\n    return get_manager(user)\n"
    _, imports = found(
        {"pkg/core/factory.py": factory + gone, "use.py": USE}, {"pkg/core/factory.py": factory}
    )
    assert imports == {"pkg.core.factory.create": "pkg.core.manager.get_manager"}


@pytest.mark.parametrize(
    "factory",
    [
        '"""Use pkg.core.manager.get_manager instead."""\n{0}def create(user):\n    {1}\n',
        '{0}def create(user):\n    """Deprecated: `pkg.core.manager.get_manager`."""\n    {1}\n',
        "{0}def create(user):\n    warn('pkg.core.manager.get_manager', OLD)\n    {1}\n",
    ],
)
def test_a_text_that_names_what_to_use_is_followed_in_a_comment(found: Found, factory: str) -> None:
    head = "from pkg.core.manager import Manager\n\n\n"
    made = factory.format(head, "user = user.strip()\n    return Manager(user)")
    text, imports = found(
        {"pkg/core/factory.py": made, "use.py": USE}, {"pkg/core/factory.py": None}
    )
    assert imports == {}
    assert '# "pkg.core.factory.create" = "pkg.core.manager.get_manager"' in text
    assert "its text names what to use instead" in text


ASYNC = "from pkg.core.manager import Manager\n\n\nasync def create(user):\n"
ASYNC += '    """{text}"""\n    print(user)\n    return Manager(user)\n'
GIVES = "\n\nasync def give_manager(user) -> Manager:\n    return Manager(user)\n"


@pytest.mark.parametrize("text", ["Old.", "Use pkg.core.manager.Manager instead."])
def test_a_coroutine_is_replaced_by_the_coroutine_that_gives_the_class(
    found: Found, text: str
) -> None:
    before = {"pkg/core/factory.py": ASYNC.format(text=text), "use.py": USE}
    after = {"pkg/core/factory.py": None, "pkg/core/manager.py": MANAGER + GIVES}
    written, imports = found(before, after)
    assert '# "pkg.core.factory.create" = "pkg.core.manager.give_manager"' in written
    assert "a coroutine as what stands below is" in written
    assert imports == {}


@pytest.mark.parametrize("text", ["Old.", "Use pkg.core.manager.Manager instead."])
@pytest.mark.parametrize("more", ["", GIVES + GIVES.replace("give_", "hand_")])
def test_a_coroutine_that_none_replaces_is_said_to_be_one(
    found: Found, text: str, more: str
) -> None:
    before = {"pkg/core/factory.py": ASYNC.format(text=text), "use.py": USE}
    written, _ = found(before, {"pkg/core/factory.py": None, "pkg/core/manager.py": MANAGER + more})
    assert f'# "pkg.core.factory.create" = "{CANONICAL}"' in written
    assert "it was a coroutine, which what stands below is not" in written


def test_aliases_behind_a_name_that_is_proven_are_found(found: Found) -> None:
    _, imports = found(
        {
            "pkg/core/manager.py": f"{MANAGER}Unified = Manager\n",
            "pkg/old.py": "from pkg.core.manager import Unified as Core\nOldManager = Core\n",
            "pkg/older.py": "from pkg.old import OldManager\n",
            "use.py": "from pkg.older import OldManager\n\n\ndef go(): return OldManager\n",
        },
        {"pkg/core/manager.py": MANAGER},
    )
    expected = {"pkg.core.manager.Unified", "pkg.old.OldManager", "pkg.older.OldManager"}
    assert expected <= imports.keys()
    assert set(imports.values()) == {CANONICAL}


def test_names_behind_one_another_in_several_deleted_modules_are_found(found: Found) -> None:
    _, imports = found(
        {
            "pkg/one.py": "from pkg.core.manager import Manager as First\n",
            "pkg/two.py": "from pkg.one import First as Second\n",
            "use.py": "from pkg.two import Second\nSecond\n",
            "use2.py": "from pkg.one import First\nFirst\n",
        },
        {"pkg/one.py": None, "pkg/two.py": None},
    )
    assert imports == {"pkg.one.First": CANONICAL, "pkg.two.Second": CANONICAL}


def test_a_module_that_was_deleted_before_the_one_that_used_it(
    found: Found, make_repository: Any
) -> None:
    _, imports = found(
        {
            "pkg/gone.py": "from pkg.core.manager import Manager as Gone\n",
            "pkg/facade.py": "from pkg.gone import Gone\nFacade = Gone\n",
            "use.py": "from pkg.facade import Facade\nFacade\n",
        },
        {"pkg/gone.py": None},
    )
    assert imports["pkg.facade.Facade"] == CANONICAL
    assert imports["pkg.gone.Gone"] == CANONICAL


FACTORY = (
    "from pkg.core.manager import Manager\n\n\n"
    "async def create(user, mode=None):\n    print(mode)\n    return Manager(user)\n"
)
NAMESAKE = "async def create(user, mode='new'):\n    return None\n"


@pytest.mark.parametrize(
    "others",
    [
        {"pkg/other.py": NAMESAKE.removeprefix("async ")},
        {"pkg/other.py": NAMESAKE.replace(", mode='new'", "")},
        {"pkg/other.py": NAMESAKE.replace("mode=", "*, mode=")},
        {"pkg/other.py": NAMESAKE.replace("create", "make")},
        {"pkg/other.py": f"class Factory:\n    {NAMESAKE.replace('    ', '        ')}"},
        {"tests/test_other.py": NAMESAKE},
        {"pkg/other.py": NAMESAKE, "pkg/more.py": NAMESAKE},
    ],
)
def test_a_function_of_today_that_is_called_otherwise_takes_no_place(
    found: Found, others: dict[str, str]
) -> None:
    text, imports = found(
        {"pkg/core/factory.py": FACTORY, "use.py": USE}, {"pkg/core/factory.py": None, **others}
    )
    assert imports == {}
    assert f'# "pkg.core.factory.create" = "{CANONICAL}"' in text
    assert "a function of its name" not in text


def test_a_function_of_the_same_name_and_parameters_is_offered(found: Found) -> None:
    text, imports = found(
        {"pkg/core/factory.py": FACTORY, "use.py": USE},
        {"pkg/core/factory.py": None, "pkg/other.py": NAMESAKE},
    )
    assert imports == {}
    assert '# "pkg.core.factory.create" = "pkg.other.create"' in text
    assert "a function of its name with its parameters is there today" in text
