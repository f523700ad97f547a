"""The audits of many revisions are those of each one alone, and no blob is parsed twice."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Repository

from onepath.codemod.packs.configuration import parse_config, read_config_at
from onepath.config.migrate_toml import Config
from onepath.errors import InputError
from onepath.model import Executor
from onepath.model.snapshot import R, T
from onepath.plan.auditing import make_audit
from onepath.plan.history import Point, audit_history, choose_revisions
from onepath.run.serial import SerialExecutor
from onepath.snapshot import GitTree
from onepath.snapshot import Repository as Opened

MakeRepository = Callable[..., Repository]

CONFIG = 'schema = 1\n[imports]\n"pkg.old.Thing" = "pkg.new.Thing"\n'
START = {
    "pkg/__init__.py": "",
    "pkg/new.py": "class Thing:\n    pass\n",
    "pkg/old.py": "from pkg.new import Thing\n",
    "one.py": "from pkg.old import Thing\n",
    "migrate.toml": CONFIG,
}


class Recording(SerialExecutor):
    """Notes which blobs are read, each with what is searched for in it; None where it is parsed."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[tuple[str | None, str]] = []

    def map(self, function: Callable[[T], R], batches: Iterable[T]) -> Iterator[R]:
        listed: list[Any] = list(batches)
        for batch in listed:
            searched = None if batch.needles is None else batch.needles.digest
            self.read += [(searched, entry.oid) for entry in batch.entries]
        return super().map(function, listed)


def grown(make_repository: MakeRepository) -> Repository:
    """Three commits: one use of the old path, then two, then none."""
    repository = make_repository(START)
    repository.commit({"two.py": "from pkg.old import Thing\nx = Thing\n"}, "add a use")
    good = "from pkg.new import Thing\n"
    repository.commit({"one.py": good, "two.py": good + "x = Thing\n"}, "mend both")
    return repository


def audited(
    path: Path,
    *,
    executor: Executor | None = None,
    cache: bool = False,
    config: Config | None = None,
    **which: Any,
) -> list[Point]:
    opened = Opened.discover(path)
    assert opened is not None
    with opened:
        chosen = choose_revisions(opened, "HEAD", **which)

        def config_at(commit: str) -> Config:
            return config or read_config_at(opened, commit) or parse_config("", "")

        points = audit_history(
            opened,
            chosen.revisions,
            config_at,
            executor=executor or SerialExecutor(),
            cache_dir=opened.cache_dir if cache else None,
        )
        return list(points)


def chosen_ids(path: Path, **which: Any) -> list[str]:
    opened = Opened.discover(path)
    assert opened is not None
    with opened:
        return [one.commit for one in choose_revisions(opened, "HEAD", **which).revisions]


def test_each_point_is_the_audit_of_its_revision(make_repository: MakeRepository) -> None:
    repository = grown(make_repository)
    points = audited(repository.path)
    opened = Opened.discover(repository.path)
    assert opened is not None
    config = parse_config(CONFIG, "migrate.toml")
    for point in points:
        snapshot = GitTree(opened, point.revision.commit)
        alone = make_audit(snapshot, config, executor=SerialExecutor())
        assert point.rules == {rule: len(found) for rule, found in alone.by_rule().items()}
        assert point.python_files == alone.python_files
    assert [point.rules["deprecated-import"] for point in points] == [1, 2, 0]
    assert [point.revision.title for point in points] == ["start", "add a use", "mend both"]
    opened.close()


def test_no_blob_is_read_twice_for_one_purpose_and_no_revision_audited_again(
    make_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = grown(make_repository)
    first, second = Recording(), Recording()
    points = audited(repository.path, executor=first, cache=True)
    assert len(first.read) == len(set(first.read))
    monkeypatch.setattr("onepath.plan.history.make_audit", None)
    assert audited(repository.path, executor=second, cache=True) == points
    assert second.read == []


def test_a_history_makes_the_cache_forget_no_plan(make_repository: MakeRepository) -> None:
    import sqlite3

    repository = grown(make_repository)
    audited(repository.path, cache=True)
    (database,) = (repository.path / ".git/onepath").glob("facts-*.sqlite")
    connection = sqlite3.connect(database)
    counts = {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("outcomes", "figures")
    }
    connection.close()
    assert counts == {"outcomes": 0, "figures": 3}


def test_revisions_follow_the_first_parents(make_repository: MakeRepository) -> None:
    repository = make_repository(START)
    first = repository.git("rev-parse", "HEAD")
    repository.git("checkout", "--quiet", "-b", "side")
    side = repository.commit({"side.py": "x = 1\n"})
    repository.git("checkout", "--quiet", "main")
    main = repository.commit({"main.py": "x = 1\n"})
    repository.git("merge", "--quiet", "--no-edit", "side")
    merge = repository.git("rev-parse", "HEAD")
    assert chosen_ids(repository.path) == [first, main, merge]
    with pytest.raises(InputError, match="not in the first-parent history"):
        chosen_ids(repository.path, since=side)


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        ({}, range(10)),
        ({"last": 3}, [7, 8, 9]),
        ({"every": 4}, [1, 5, 9]),
        ({"every": 4, "last": 6}, [5, 9]),
        ({"points": 4}, [0, 3, 6, 9]),
        ({"points": 1}, [9]),
        ({"points": 99}, range(10)),
        ({"points": 2, "last": 5}, [5, 9]),
    ],
)
def test_which_revisions_are_chosen(
    which: dict[str, int], expected: Iterable[int], make_repository: MakeRepository
) -> None:
    repository = make_repository()
    commits = [repository.commit({"number": f"{number}"}) for number in range(10)]
    assert chosen_ids(repository.path, **which) == [commits[number] for number in expected]


def test_since_takes_the_revision_itself_and_what_follows(make_repository: MakeRepository) -> None:
    repository = make_repository()
    commits = [repository.commit({"number": f"{number}"}) for number in range(4)]
    assert chosen_ids(repository.path, since=commits[1]) == commits[1:]
    assert chosen_ids(repository.path, since=commits[1], last=2) == commits[2:]


def test_too_many_revisions_are_refused(
    make_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onepath.plan.history.MOST", 2)
    repository = grown(make_repository)
    with pytest.raises(InputError, match="3 revisions to audit; more than 2 are not"):
        chosen_ids(repository.path)


def test_a_configuration_with_errors_costs_its_own_revision_alone(
    make_repository: MakeRepository,
) -> None:
    repository = grown(make_repository)
    repository.commit({"migrate.toml": "schema = 1\nnonsense = 2\n"}, "break it")
    repository.commit({"migrate.toml": CONFIG}, "mend it")
    points = audited(repository.path)
    assert [bool(point.problem) for point in points] == [False, False, False, True, False]
    assert "nonsense" in points[3].problem
    assert points[2].rules == points[4].rules
    assert points[3].rules == {}


def test_a_change_of_the_configuration_can_be_seen(make_repository: MakeRepository) -> None:
    repository = make_repository({**START, "migrate.toml": "schema = 1\n"})
    repository.commit({"migrate.toml": CONFIG}, "name the canonical path")
    repository.commit({"migrate.toml": f"# the same\n\n{CONFIG}"}, "add a comment")
    first, second, third = (point.configuration for point in audited(repository.path))
    assert first != second == third


@pytest.mark.parametrize("kept", ["blob:none", "tree:0"])
def test_what_a_partial_clone_lacks_is_said(
    kept: str, make_repository: MakeRepository, tmp_path: Path
) -> None:
    repository = grown(make_repository)
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    repository.git(
        "clone",
        "--quiet",
        "--no-checkout",
        f"--filter={kept}",
        f"file://{repository.path}",
        str(clone),
    )
    points = audited(clone, config=parse_config(CONFIG, "migrate.toml"), cache=True)
    assert len(points) == 3
    for point in points:
        if kept == "blob:none":
            assert (point.missing, point.problem) == (point.python_files, "")
        else:
            assert point.problem
    repository.git("-C", str(clone), "checkout", "--quiet", "main")  # which fetches the last ones
    assert audited(clone, config=parse_config(CONFIG, "x"), cache=True)[-1].missing == 0


def test_a_shallow_clone_says_that_it_is_cut(
    make_repository: MakeRepository, tmp_path: Path
) -> None:
    repository = grown(make_repository)
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--depth=2", f"file://{repository.path}", str(clone))
    for path, last, is_cut in [
        (repository.path, None, False),
        (clone, None, True),
        (clone, 1, False),
    ]:
        opened = Opened.discover(path)
        assert opened is not None
        with opened:
            assert choose_revisions(opened, "HEAD", last=last).is_cut is is_cut


def test_a_point_counts_what_an_audit_shows(make_repository: MakeRepository) -> None:
    """A cycle in functions is shown on request, and so is one of a package with its own modules."""
    path = make_repository(
        {
            "a.py": "def f():\n    import b\n",
            "b.py": "import a\n",
            "pkg/__init__.py": "limit = 1\nfrom pkg import inner\n",
            "pkg/inner.py": "from pkg import limit\n",
            "c.py": "import d\n",
            "d.py": "import c\n",
        }
    ).path
    [point] = audited(path)
    assert "deferred-cycle" not in point.rules
    assert point.rules["import-cycle"] == 1
