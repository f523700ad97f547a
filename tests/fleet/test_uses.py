"""`migrate fleet FILE uses NAME`: who would break without a name, over all repositories."""

from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Repository
from tests.fleet.conftest import Fleet

CLIENT = "acme.sockets.Client"


def add(fleet: Fleet, name: str, files: dict[str, str]) -> Repository:
    repository = Repository(fleet.top / "repos" / name)
    repository.commit(files, "start")
    return repository


def library(fleet: Fleet) -> Repository:
    return add(
        fleet, "library",
        {
            "acme/__init__.py": "",
            "acme/sockets.py": "class Client:\n    pass\n\n\nclass Server:\n    pass\n",
            "tests/test_sockets.py": "from acme.sockets import Server\n",
        },
    )  # fmt: skip


def places(done: Any, name: str) -> list[tuple[str, int, str]]:
    users = done.by_name[f"repos/{name}"]["result"]["users"]
    return [(one["path"], one["line"], one["kind"]) for one in users if one["breaks"]]


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"a.py": "from acme.sockets import Client\n"}, ("a.py", 1, "import")),
        ({"a.py": "from acme.sockets import Client as C\n"}, ("a.py", 1, "import")),
        ({"a.py": "import acme.sockets\n\nacme.sockets.Client()\n"}, ("a.py", 3, "attribute")),
        ({"a.py": "from acme import sockets as s\n\ns.Client()\n"}, ("a.py", 3, "attribute")),
        ({"a.py": "from acme.sockets import *\n\nClient()\n"}, ("a.py", 1, "star")),
        ({"a.py": "from acme.sockets import *\n"}, ("a.py", 1, "star")),
        (
            {"a.py": "from acme.sockets import *\n", "b.py": "from a import Client\n"},
            ("b.py", 1, "import"),
        ),
        (
            {"t.py": "from unittest import mock\n\nmock.patch('acme.sockets.Client')\n"},
            ("t.py", 3, "string"),
        ),
        ({"setup.cfg": "[x]\nclass = acme.sockets:Client\n"}, ("setup.cfg", 2, "config")),
        (
            {"docs/a.md": "```python\n>>> from acme.sockets import Client\n```\n"},
            ("docs/a.md", 2, "example"),
        ),
        ({"a.py": "from acme.sockets import Client\nif:\n"}, ("a.py", 2, "unparseable")),
        # A part of the same namespace package lies in this repository.
        (
            {"acme/other.py": "", "a.py": "from acme.sockets import Client\n"},
            ("a.py", 1, "import"),
        ),
        (
            {"src/app/__init__.py": "", "src/app/a.py": "from acme.sockets import Client\n"},
            ("src/app/a.py", 1, "import"),
        ),
    ],
)
def test_a_use_is_found_where_the_name_is_from_elsewhere(
    fleet: Fleet, files: dict[str, str], place: tuple[str, int, str]
) -> None:
    library(fleet)
    add(fleet, "app", files)
    done = fleet.json("uses", CLIENT, code=1)
    assert place in places(done, "app")
    assert done.document["free"] is False
    assert done.by_name["repos/library"]["code"] == 0
    assert done.by_name["repos/library"]["result"]["defined"] == [
        {"name": CLIENT, "path": "acme/sockets.py"}
    ]


@pytest.mark.parametrize(
    "files",
    [
        {"a.py": "from acme.sockets import Server\n"},
        {"a.py": "from other.sockets import Client\n"},
        {"a.py": "class Client:\n    pass\n\n\nClient()\n"},
        {"migrate.toml": '[imports]\n"acme.old.Client" = "acme.sockets.Client"\n'},
        {"a.py": "# acme.sockets.Client was used here\n"},
        {"README.md": "It was called acme.sockets.Client once.\n"},
    ],
)
def test_what_nobody_uses_is_safe_to_delete(fleet: Fleet, files: dict[str, str]) -> None:
    library(fleet)
    add(fleet, "app", files)
    done = fleet("uses", CLIENT)
    assert done.out.endswith(
        "\nsafe to delete: every repository was read, and none uses it by this path\n"
    )


def test_a_repository_that_was_not_read_keeps_the_name(fleet: Fleet, tmp_path: Path) -> None:
    library(fleet)
    app = add(fleet, "app", {"a.py": "import os\n"})
    fleet.write('[[repositories]]\npath = "repos/*"\n[[repositories]]\npath = "gone"\n')
    assert "not known to be safe: not everything" in fleet("uses", CLIENT, code=2).out
    fleet.write('[[repositories]]\npath = "repos/*"\n')
    fleet("uses", CLIENT)
    blob = app.git("rev-parse", "HEAD:a.py")
    (app.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    (app.path / "a.py").unlink()
    for cache in (app.path / ".git" / "onepath").iterdir():
        cache.unlink()
    done = fleet("uses", CLIENT, code=1).out
    assert "a.py: not read: its content is not here" in done
    assert "not known to be safe" in done


def test_only_all_repositories_make_a_name_safe(fleet: Fleet) -> None:
    library(fleet)
    assert "uses asks every repository" in fleet("uses", CLIENT, "--only", "*", code=2).err
    fleet.write('[[repositories]]\npath = "repos/*"\n[[repositories]]\npath = "repo/*"\n')
    done = fleet("uses", CLIENT, code=1)
    assert 'path = "repo/*" gives no repository' in done.err
    assert "not known to be safe" in done.out


def test_a_module_and_several_names(fleet: Fleet) -> None:
    library(fleet)
    add(
        fleet, "app", {"a.py": "import acme.sockets\n", "b.py": "from acme.sockets import Server\n"}
    )
    done = fleet.json("uses", "acme.sockets", code=1)
    assert places(done, "app") == [("a.py", 1, "import"), ("b.py", 1, "import")]
    assert places(done, "library") == [("tests/test_sockets.py", 1, "import")]
    several = fleet.json("uses", CLIENT, "acme.sockets.Server", code=1)
    assert places(several, "app") == [("b.py", 1, "import")]
    assert several.by_name["repos/app"]["result"]["names"] == [CLIENT, "acme.sockets.Server"]


def test_another_path_to_the_same_is_named(fleet: Fleet) -> None:
    """Somebody may use that one, and nobody was asked."""
    repository = library(fleet)
    repository.commit({"acme/__init__.py": "from acme.sockets import Client\n"})
    add(fleet, "app", {"a.py": "from acme import Client\n"})
    done = fleet("uses", CLIENT, code=1).out
    assert f"{CLIENT} is also reached as acme.Client: ask for that, too" in done
    assert "acme/__init__.py:1: import" in done
