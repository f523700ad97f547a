"""`# migrate: keep[rule] reason` from the audit to what viewers show."""

import json
from collections.abc import Callable
from typing import Any

import pytest

FILES = {
    "pkg/__init__.py": "",
    "pkg/new.py": "class Manager:\n    pass\n",
    "pkg/old.py": "from pkg.new import Manager\n",
    "a.py": "from pkg.old import Manager  # migrate: keep[deprecated-import] published\n",
    "b.py": "from pkg.old import Manager\n",
    "c.py": "import os  # migrate: keep[deprecated-import]\n"
    "x = 1  # migrate: keep[no-rule, shim]\n",
    "migrate.toml": '[imports]\n"pkg.old.Manager" = "pkg.new.Manager"\n',
}


@pytest.fixture
def repository(make_repository: Callable[..., Any]) -> Any:
    return make_repository(FILES)


@pytest.fixture
def audit(migrate: Any, repository: Any) -> Callable[..., Any]:
    def run(*arguments: str) -> Any:
        done = migrate("audit", *arguments, "--format", "json", cwd=repository.path)
        return json.loads(done.out)

    return run


def places(document: Any, rule: str = "deprecated-import") -> list[tuple[str, int]]:
    return [(one["path"], one["line"]) for one in document["findings"] if one["rule"] == rule]


def notes(document: Any) -> list[tuple[str, str]]:
    return [(one["path"], one["text"]) for one in document["notes"] if one["kind"] == "unused-keep"]


UNUSED = [
    ("c.py", "line 1: keep[deprecated-import] keeps nothing here"),
    ("c.py", "line 2: keep[no-rule]: there is no rule of that name"),
    ("c.py", "line 2: keep[shim] keeps nothing here"),
]


def test_a_comment_of_another_rule_keeps_nothing(repository: Any, audit: Any) -> None:
    repository.commit({"a.py": "from pkg.old import Manager  # migrate: keep[shim] wrong rule\n"})
    document = audit()
    assert places(document) == [("a.py", 1), ("b.py", 1)]
    assert ("a.py", "line 1: keep[shim] keeps nothing here") in notes(document)
    assert "kept" not in document


def test_a_comment_keeps_a_finding_and_says_why(audit: Any) -> None:
    for _ in ("cold", "again"):
        document = audit()
        assert places(document) == [("b.py", 1)]
        [kept] = document["kept"]
        assert (kept["path"], kept["rule"], kept["reason"]) == (
            "a.py",
            "deprecated-import",
            "published",
        )
        assert notes(document) == UNUSED


def test_what_a_rule_that_did_not_run_would_say_is_not_known(audit: Any) -> None:
    document = audit("--rule", "deprecated-import")
    assert places(document) == [("b.py", 1)]
    assert notes(document) == UNUSED[:2]


@pytest.mark.parametrize("local", [(), ("--local",)])
def test_one_file_alone(audit: Any, local: tuple[str, ...]) -> None:
    document = audit(*local, "--path", "a.py")
    assert (places(document), len(document["kept"]), notes(document)) == ([], 1, [])
    document = audit(*local, "--path", "c.py")
    assert (places(document), document.get("kept")) == ([], None)
    assert notes(document)[:2] == UNUSED[:2]


def test_a_comment_that_comes_or_goes_is_followed(repository: Any, audit: Any) -> None:
    audit()
    repository.commit({"a.py": "from pkg.old import Manager\n",
                       "b.py": FILES["a.py"].replace("published", "ours")})  # fmt: skip
    document = audit()
    assert places(document) == [("a.py", 1)]
    assert [(one["path"], one["reason"]) for one in document["kept"]] == [("b.py", "ours")]


def test_a_baseline_does_not_know_what_is_kept(
    migrate: Any, repository: Any, audit: Callable[..., Any]
) -> None:
    audit("--write-baseline", "--baseline", "known.json")
    known = json.loads((repository.path / "known.json").read_text())["findings"]
    assert "a.py" not in {one["path"] for one in known}
    done = migrate("audit", "--baseline", "known.json", "--fail-on", "new", cwd=repository.path)
    assert done.code == 0


def test_viewers_show_it_as_suppressed(migrate: Any, repository: Any) -> None:
    done = migrate("audit", "--format", "sarif", cwd=repository.path)
    results = json.loads(done.out)["runs"][0]["results"]
    [kept] = [one for one in results if "suppressions" in one]
    assert kept["suppressions"] == [{"kind": "inSource", "justification": "published"}]
    assert kept["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a.py"
    short = migrate("audit", cwd=repository.path).out.decode()
    assert "kept by comments: 1 (--verbose lists them)\n" in short
    long = migrate("--verbose", "audit", cwd=repository.path).out.decode()
    assert "  a.py:1 deprecated-import: published\n" in long


def test_a_phase_leaves_alone_what_a_comment_keeps(migrate: Any, repository: Any) -> None:
    done = migrate("--dry-run", "--format", "json", cwd=repository.path)
    [phase] = [one for one in json.loads(done.out)["phases"] if one["name"] == "canonical-imports"]
    assert [change["path"] for change in phase["changes"]] == ["b.py"]
    [refusal] = phase["refusals"]
    assert (refusal["path"], refusal["line"], refusal["code"]) == ("a.py", 1, "kept")
    assert "published" in refusal["reason"]
    # As in an audit, what a comment keeps does not count.
    assert (phase["before"], phase["after"]) == (
        {"deprecated-import": 1},
        {"deprecated-import": 0},
    )
