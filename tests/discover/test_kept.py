"""What was discovered is kept for as long as nothing that decides it is another."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onepath.discover import discover as discovery
from onepath.run.serial import SerialExecutor
from onepath.snapshot import GitTree, Repository

CANONICAL = "app.core.Manager"
FILES = {
    "app/__init__.py": "",
    "app/core.py": "class Manager:\n    def send(self): pass\n\n\ndef make(): return Manager()\n",
    "app/old.py": "from app.core import Manager\n",
    "app/a.py": "from app.old import Manager\nfrom app.former import Manager as M\n",
}
FORMER = {"app/former.py": "from app.core import Manager\n"}

Discover = Callable[..., str]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was found out, and not only looked up: the canonical names, one by one."""
    names: list[str] = []
    configuration, ranking = discovery._configuration, discovery.ranking

    def noting(world: Any, canonical: Any, *others: Any) -> str:
        names.append(" ".join(canonical))
        return configuration(world, canonical, *others)

    def ranked(world: Any) -> str:
        names.append("ranking")
        return ranking(world)

    monkeypatch.setattr(discovery, "_configuration", noting)
    monkeypatch.setattr(discovery, "ranking", ranked)
    return names


@pytest.fixture
def discover(tmp_path: Path) -> Discover:
    def run(folder: Path, *canonical: str, factory: tuple[str, ...] = ()) -> str:
        ours = Repository.discover(folder)
        assert ours is not None
        return discovery.discover(
            GitTree(ours, "HEAD"),
            canonical,
            executor=SerialExecutor(),
            cache_dir=tmp_path / "cache",
            repository=ours,
            canonical_factory=factory,
        )

    return run


@pytest.fixture
def gone(make_repository: Any) -> Any:
    repository = make_repository({**FILES, **FORMER})
    (repository.path / "app/former.py").unlink()
    repository.commit(message="remove")
    return repository


def test_same_question_is_answered_from_what_was_kept(
    gone: Any, discover: Discover, made: list[str]
) -> None:
    first = discover(gone.path, CANONICAL)
    assert discover(gone.path, CANONICAL) == first
    assert discover(gone.path) == discover(gone.path) != first
    assert made == [CANONICAL, "ranking"]


def test_another_question_or_commit_is_found_out(
    gone: Any, discover: Discover, made: list[str]
) -> None:
    discover(gone.path, CANONICAL)
    discover(gone.path, CANONICAL, factory=("app.core.make",))
    gone.commit({"app/b.py": "from app.old import Manager\n"}, "used once more")
    assert "Used 2 times" in discover(gone.path, CANONICAL)
    assert made == [CANONICAL] * 3


def test_history_that_is_fetched_later_counts(
    gone: Any, discover: Discover, made: list[str], tmp_path: Path
) -> None:
    shallow = tmp_path / "shallow"
    gone.git("clone", "--quiet", "--depth=1", f"file://{gone.path}", str(shallow))
    line = f'"app.former.Manager" = "{CANONICAL}"'
    assert f"# {line}" in discover(shallow, CANONICAL).splitlines()
    gone.git("-C", str(shallow), "fetch", "--quiet", "--unshallow")
    assert line in discover(shallow, CANONICAL).splitlines()
    assert made == [CANONICAL] * 2


def test_what_was_found_without_a_part_of_the_history_is_not_kept(
    gone: Any, discover: Discover, made: list[str], wrap_git: Any, unwrap_git: Any
) -> None:
    line = f'"app.former.Manager" = "{CANONICAL}"'
    wrap_git("log", "exit 1")
    assert line not in discover(gone.path, CANONICAL).splitlines()
    unwrap_git()
    assert line in discover(gone.path, CANONICAL).splitlines()
    assert made == [CANONICAL] * 2
