"""`migrate implementations` on a real repository."""

import json
from collections.abc import Callable
from typing import Any

CANONICAL = "lib.hub.HubManager"
METHODS = "".join(f"    def {one}_user(self): ...\n" for one in ("add", "drop", "find", "move"))
FILES = {
    "lib/__init__.py": "",
    "lib/hub.py": f"class HubManager:\n{METHODS}",
    "lib/other.py": f"class OtherHubManager:\n{METHODS}",
}


def test_the_command(migrate: Any, make_repository: Callable[..., Any]) -> None:
    config = f'[canonical."{CANONICAL}"]\n'
    repository = make_repository({**FILES, "migrate.toml": config})
    done = migrate("implementations", "--format", "json", cwd=repository.path)
    [entry] = json.loads(done.out)["canonical"]
    assert [one["name"] for one in entry["look_alikes"]] == ["lib.other.OtherHubManager"]
    done = migrate("implementations", "--output", "page.md", cwd=repository.path)
    assert done.code == 0
    assert (repository.path / "page.md").read_text().startswith(f"# {CANONICAL}\n")


def test_no_canonical_class(migrate: Any, make_repository: Callable[..., Any]) -> None:
    done = migrate("implementations", cwd=make_repository(FILES).path)
    assert done.code == 2
    assert "no class is canonical" in done.err
