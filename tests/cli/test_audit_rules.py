"""`migrate audit` and `migrate explain` as a whole: real repositories and real rules."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FILES = {
    "pkg/__init__.py": "",
    "pkg/new.py": "class Manager:\n    pass\n",
    "pkg/old.py": "from pkg.new import Manager\n",
    "app.py": "from pkg.old import Manager\nfrom pkg.gone import Other\n\nmanager = Manager()\n",
    "lib/user.py": "import pkg.old\n\nprint(pkg.old.Manager)\n",
    "bad.py": "def broken(:\n",
}
CONFIG = (
    '[imports]\n"pkg.old.Manager" = "pkg.new.Manager"\n'
    '[audit]\nbaseline = "baseline.json"\nrules = ["dangling-import", "deprecated-import"]\n'
)
FIXED = "from pkg.new import Manager\n\nmanager = Manager()\n"


@pytest.fixture
def repository(make_repository: Callable[..., Any]) -> Any:
    return make_repository({**FILES, "migrate.toml": CONFIG})


@pytest.fixture
def audit(migrate: Any, repository: Any) -> Callable[..., Any]:
    def run(*arguments: str, rev: str = "HEAD", folder: str = ".") -> Any:
        return migrate("--rev", rev, "audit", *arguments, cwd=repository.path / folder)

    return run


@pytest.fixture
def frozen(audit: Callable[..., Any], repository: Any) -> Any:
    assert audit("--write-baseline").code == 0
    return repository


def places(done: Any) -> list[tuple[str, str, int]]:
    return [(one["rule"], one["path"], one["line"]) for one in json.loads(done.out)["findings"]]


# ------------------------------------------------------------------ audit


def test_an_unknown_rule(audit: Callable[..., Any]) -> None:
    done = audit("--rule", "nope", "--baseline", "b.json", "--write-baseline")
    assert (done.code, done.out) == (2, b"")
    assert "no rule 'nope'" in done.err
    assert "dangling-import" in done.err


def test_a_path_that_does_not_exist(audit: Callable[..., Any], frozen: Any) -> None:
    done = audit("nowhere.py")
    assert (done.code, done.out) == (2, b"")
    assert "nowhere.py: no such file or folder" in done.err


def test_findings_and_unparseable_files_are_told(
    migrate: Any, make_repository: Callable[..., Any]
) -> None:
    repository = make_repository({**FILES, "migrate.toml": CONFIG.replace("baseline", "#")})
    done = migrate("audit", "--format", "json", cwd=repository.path)
    assert done.code == 1
    assert places(done) == [
        ("dangling-import", "app.py", 2),
        ("deprecated-import", "app.py", 1),
        ("deprecated-import", "lib/user.py", 3),
    ]
    document = json.loads(done.out)
    assert document["revision"] == repository.git("rev-parse", "HEAD")
    assert [one["path"] for one in document["files"]["unparseable"]] == ["bad.py"]
    only = migrate("audit", "--format", "json", "--path", "lib", cwd=repository.path)
    assert [path for _, path, _ in places(only)] == ["lib/user.py"]
    below = migrate("audit", "--format", "json", "user.py", cwd=repository.path / "lib")
    assert places(below) == places(only)


def test_a_folder_without_git_and_without_configuration(migrate: Any, tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").write_text("")
    (tmp_path / "app.py").write_text("from pkg.gone import Name\n")
    done = migrate("audit", "--rule", "dangling-import", "--format", "json", cwd=tmp_path)
    assert (done.code, places(done)) == (1, [("dangling-import", "app.py", 1)])


def test_the_gate_opens_for_what_was_there_and_closes_for_what_comes(
    audit: Callable[..., Any], frozen: Any
) -> None:
    assert audit("--fail-on", "new").code == 0
    moved = "# a line\n\n" + FILES["app.py"]
    frozen.commit({"app.py": moved})
    assert audit("--fail-on", "new").code == 0
    frozen.commit({"app.py": moved + "from pkg.gone import Third\n"})
    done = audit("--fail-on", "new", "--format", "github")
    assert done.code == 1
    assert done.out.startswith(b"::error file=app.py,line=7,")
    assert done.out.count(b"::error") == 1


def test_the_gate_stays_open_when_a_file_is_moved(audit: Callable[..., Any], frozen: Any) -> None:
    frozen.git("mv", "app.py", "lib/moved.py")
    assert audit("--fail-on", "new", "lib/moved.py", rev="WORKTREE").code == 0
    frozen.commit()
    assert audit("--fail-on", "new").code == 0
    text = (frozen.path / "baseline.json").read_text()
    assert "app.py" not in text
    assert text.count("lib/moved.py") == 2


def test_mending_shrinks_the_baseline_for_good(audit: Callable[..., Any], frozen: Any) -> None:
    frozen.commit({"app.py": FIXED})
    done = audit("--fail-on", "new")
    assert (done.code, done.err) == (0, "baseline baseline.json: 2 gone, 1 left\n")
    frozen.commit({"app.py": FILES["app.py"]})
    assert audit("--fail-on", "new").code == 1


def test_a_file_that_breaks_keeps_its_place_in_the_baseline(
    audit: Callable[..., Any], frozen: Any
) -> None:
    before = (frozen.path / "baseline.json").read_bytes()
    frozen.commit({"app.py": "def broken(:\n"})
    assert audit("--fail-on", "new").code == 0
    assert (frozen.path / "baseline.json").read_bytes() == before


def test_the_gate_before_a_commit_sees_uncommitted_files(
    audit: Callable[..., Any], frozen: Any
) -> None:
    frozen.write({"fresh.py": "from pkg.old import Manager\n"})
    assert audit("--fail-on", "new").code == 0
    done = audit("--fail-on", "new", "app.py", "fresh.py", rev="WORKTREE")
    assert done.code == 1
    assert b"new: fresh.py:1" in done.out


def test_the_hook_of_pre_commit_takes_the_names_of_the_changed_files(
    migrate: Any, frozen: Any
) -> None:
    hooks = (Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    entry = re.search(r"^  entry: migrate (.+)$", hooks, re.MULTILINE)
    assert entry is not None
    frozen.write({"odd [1].py": "from pkg.old import Manager\n"})
    hook = [*entry[1].split(), "--rule", "deprecated-import"]
    assert migrate(*hook, "app.py", "lib/user.py", "bad.py", cwd=frozen.path).code == 0
    assert migrate(*hook, "app.py", "odd [1].py", cwd=frozen.path).code == 1


def test_the_audit_of_what_a_plan_makes_of_the_code(audit: Callable[..., Any], frozen: Any) -> None:
    def counts(*arguments: str) -> dict[str, int]:
        done = audit("--format", "json", *arguments)
        rules = json.loads(done.out)["rules"]
        return {name: one["findings"] for name, one in rules.items()}

    before = counts()
    assert before == {"dangling-import": 1, "deprecated-import": 2}
    assert counts("--planned") == {"dangling-import": 1, "deprecated-import": 0}
    assert counts() == before
    assert audit("--planned", "--write-baseline").code == 2
    assert len(json.loads((frozen.path / "baseline.json").read_text())["findings"]) == 3


def test_nothing_but_the_baseline_is_written(
    audit: Callable[..., Any], repository: Any, tree: Callable[[Path], dict[str, bytes]]
) -> None:
    before, state = tree(repository.path), repository.state()
    audit("--write-baseline")
    after = tree(repository.path)
    assert after.pop("baseline.json")
    assert after == before
    (repository.path / "baseline.json").unlink()
    assert repository.state() == state


# ---------------------------------------------------------------- explain


def explain(migrate: Any, repository: Any, name: str, *before: str) -> Any:
    return migrate(*before, "explain", name, cwd=repository.path)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("deprecated-imports", "did you mean 'deprecated-import'?"),
        ("whatever", "rules: "),
        ("pkg.new.Managr", "did you mean 'pkg.new.Manager'"),
        ("pkg.knew.Manager", "did you mean 'pkg.new.Manager'"),
        ("pkg.new", "is a module"),
        ("0123456789abcdef", "it may be mended"),
    ],
)
def test_a_name_that_is_nothing(migrate: Any, repository: Any, name: str, told: str) -> None:
    done = explain(migrate, repository, name)
    assert (done.code, done.out) == (2, b"")
    assert f"'{name}'" in done.err or name in done.err
    assert told in done.err


def test_a_rule_is_explained(migrate: Any, repository: Any) -> None:
    done = explain(migrate, repository, "dangling-import")
    assert done.code == 0
    assert done.out.startswith(b"dangling-import: ")
    assert len(done.out.splitlines()) > 5


@pytest.mark.parametrize("name", ["pkg.old.Manager", "pkg.new.Manager"])
def test_every_path_to_a_symbol_and_who_uses_it(migrate: Any, repository: Any, name: str) -> None:
    done = explain(migrate, repository, name)
    assert done.code == 0
    assert done.out.decode() == (
        "pkg.new.Manager is defined in pkg/new.py:1\n"
        "canonical path (configured):\n"
        "  pkg.new.Manager: 1 use in 1 file\n"
        "    pkg/old.py\n"
        "\n"
        "other paths: 1\n"
        "  pkg.old.Manager: 2 uses in 2 files\n"
        "    by way of pkg.old (shim) -> pkg.new\n"
        "    app.py\n"
        "    lib/user.py\n"
    )


def test_a_symbol_that_is_gone_is_what_replaces_it(migrate: Any, repository: Any) -> None:
    repository.commit({"migrate.toml": '[imports]\n"pkg.gone.Other" = "pkg.new.Manager"\n'})
    done = explain(migrate, repository, "pkg.gone.Other")
    assert done.out.startswith(b"pkg.new.Manager is defined in pkg/new.py:1\n")


def test_a_finding_that_a_phase_mends(
    migrate: Any, repository: Any, audit: Callable[..., Any]
) -> None:
    findings = json.loads(audit("--format", "json", "--write-baseline").out)["findings"]
    (finding,) = [one for one in findings if (one["path"], one["line"]) == ("app.py", 1)]
    done = explain(migrate, repository, finding["fingerprint"])
    assert done.code == 0
    assert done.out.startswith(b"app.py:1 ")
    assert b"\ncanonical    pkg.new.Manager\n" in done.out
    assert b"\nmended by    phase canonical-imports; `migrate --dry-run` shows how\n" in done.out


def test_a_finding_that_is_refused_says_why(
    migrate: Any, repository: Any, audit: Callable[..., Any]
) -> None:
    repository.commit({"app.py": "import pkg.old\n\npkg.old.Manager = None\n"})
    dry_run = json.loads(migrate("--dry-run", "--format", "json", cwd=repository.path).out)
    (refusal,) = dry_run["phases"][0]["refusals"]
    findings = json.loads(audit("--format", "json", "--write-baseline").out)["findings"]
    at = [one for one in findings if (one["path"], one["line"]) == ("app.py", refusal["line"])]
    done = explain(migrate, repository, at[0]["fingerprint"])
    assert f"refused      by phase canonical-imports: {refusal['reason']}" in done.out.decode()


def test_explanations_as_documents(
    migrate: Any, repository: Any, audit: Callable[..., Any]
) -> None:
    def document(name: str) -> Any:
        return json.loads(migrate("explain", name, "--format", "json", cwd=repository.path).out)

    rule = document("dangling-import")["rule"]
    assert (rule["name"], rule["fixed_by"]) == ("dangling-import", "websocket/v0001")
    symbol = document("pkg.old.Manager")["symbol"]
    assert (symbol["canonical"], symbol["configured"]) == ("pkg.new.Manager", True)
    assert [(way["dotted"], way["uses"], way["files"]) for way in symbol["ways"]] == [
        ("pkg.new.Manager", 1, ["pkg/old.py"]),
        ("pkg.old.Manager", 2, ["app.py", "lib/user.py"]),
    ]
    findings = json.loads(audit("--format", "json", "--write-baseline").out)["findings"]
    (finding,) = [one for one in findings if (one["path"], one["line"]) == ("app.py", 1)]
    told = document(finding["fingerprint"])
    assert told["finding"] == finding
    assert told["phases"] == [
        {"phase": "canonical-imports", "outcome": "edits-line", "reason": None, "code": None}
    ]
    # Errors stay words on stderr.
    wrong = migrate("explain", "pkg.new.Managr", "--format", "json", cwd=repository.path)
    assert (wrong.code, wrong.out) == (2, b"")
