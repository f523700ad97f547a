"""`migrate report --html FILE`, as a person runs it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Migrate
from tests.conftest import Repository
from tests.report.page.world import embedded

MakeRepository = Callable[..., Repository]
FILES = {
    "pkg/__init__.py": "",
    "pkg/new.py": "class Thing:\n    pass\n",
    "pkg/old.py": "from pkg.new import Thing\n",
    "one.py": "from pkg.old import Thing\n\nThing()\n",
    "two.py": "from pkg.new import Thing\n\nThing()\n",
    "CODEOWNERS": "* @all\n/pkg/ @core\n",
    "migrate.toml": 'schema = 1\n[imports]\n"pkg.old.Thing" = "pkg.new.Thing"\n',
}


def test_the_page_has_the_audit_the_plan_and_the_history(
    make_repository: MakeRepository, migrate: Migrate, tmp_path: Path
) -> None:
    repository = make_repository({**FILES, "one.py": ""})
    repository.commit(FILES, "use the old path")
    before = repository.state()
    target = tmp_path / "report.html"
    done = migrate("report", "--html", str(target), cwd=repository.path)
    assert (done.code, done.out) == (0, b"")
    assert done.err == f"wrote {target}\n"
    assert repository.state() == before
    data = embedded(target.read_text("utf-8"))

    audit = json.loads(migrate("audit", "--format", "json", cwd=repository.path).out)
    assert [row[-1] for row in data["findings"]] == [
        one["fingerprint"] for one in audit["findings"]
    ]
    plan = json.loads(migrate("--dry-run", "--format", "json", cwd=repository.path).out)
    assert data["plan"]["hash"] == plan["hash"]
    assert [phase["files"] for phase in data["plan"]["phases"]] == [
        phase["files_changed"] for phase in plan["phases"]
    ]
    history = json.loads(migrate("history", "--format", "json", cwd=repository.path).out)
    assert data["history"]["points"] == history["points"]
    assert data["owners"][data["paths"].index("one.py")] == ["@all"]
    (symbol,) = data["symbols"]
    assert symbol["canonical"] == "pkg.new.Thing"
    assert [path[0] for path in symbol["paths"]] == ["pkg.new.Thing", "pkg.old.Thing"]


def test_the_same_revision_gives_the_same_bytes(
    make_repository: MakeRepository, migrate: Migrate, tmp_path: Path
) -> None:
    repository = make_repository(FILES)
    pages = []
    for number in range(2):
        target = tmp_path / f"{number}.html"
        migrate("report", "--html", str(target), cwd=repository.path)
        pages.append(target.read_bytes())
    assert pages[0] == pages[1]


def test_nothing_needs_to_be_configured_and_git_need_not_be_there(
    migrate: Migrate, tmp_path: Path
) -> None:
    folder, target = tmp_path / "plain", tmp_path / "report.html"
    for path, content in FILES.items():
        if path != "migrate.toml":
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(content)
    done = migrate("report", "--html", str(target), cwd=folder)
    assert done.code == 0, done.err
    data = embedded(target.read_text("utf-8"))
    assert (data["plan"], data["history"], data["date"]) == (None, None, "")
    assert [symbol["configured"] for symbol in data["symbols"]] == [False]


def test_no_history_is_audited_where_none_is_asked_for(
    make_repository: MakeRepository, migrate: Migrate, tmp_path: Path
) -> None:
    target = tmp_path / "report.html"
    repository = make_repository(FILES)
    done = migrate("report", "--points", "0", "--html", str(target), cwd=repository.path)
    assert done.code == 0
    data = embedded(target.read_text("utf-8"))
    assert (data["history"], data["date"]) == (None, "2025-09-14T10:00:00Z")


def test_a_file_that_cannot_be_written_is_the_users(
    make_repository: MakeRepository, migrate: Migrate, tmp_path: Path
) -> None:
    target = tmp_path / "nowhere" / "report.html"
    repository = make_repository(FILES)
    done = migrate("report", "--points", "0", "--html", str(target), cwd=repository.path)
    assert done.code == 2
    assert "can't be written" in done.err


@pytest.mark.parametrize("arguments", [["report"], ["report", "--html", "x", "--points", "-1"]])
def test_wrong_arguments_are_said(arguments: list[str], migrate: Migrate, tmp_path: Path) -> None:
    assert migrate(*arguments, cwd=tmp_path).code == 2
