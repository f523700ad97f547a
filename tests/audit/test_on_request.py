"""What an audit shows only to those who ask for it: it is counted, and the count is said."""

import json
from pathlib import Path

import pytest

from onepath.audit.result import AuditResult
from onepath.codemod.packs.configuration import parse_config
from onepath.plan.auditing import make_audit
from onepath.report.audits.document import audit_document
from onepath.report.audits.markdown import audit_markdown
from onepath.report.audits.text import audit_text
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder

DEFERRED = {
    "a.py": "def f():\n    import b\n\n    return b\n",
    "b.py": "import a\n",
}
CHOICE = {
    "fast.py": "class Pool:\n    kind = 'fast'\n",
    "slow.py": "class Pool:\n    kind = 'slow'\n",
    "app.py": "import os\n\nif os.environ:\n"
    "    from fast import Pool\nelse:\n    from slow import Pool\n",
}
BROKEN = "from pkg import gone\n"


def audited(
    folder: Path, files: dict[str, str], config: str = "", **asked: list[str]
) -> AuditResult:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    read = parse_config(config, "migrate.toml")
    return make_audit(Folder(folder), read, executor=SerialExecutor(), **asked)


def places(result: AuditResult) -> list[tuple[str, str]]:
    return [(one.rule, one.path) for one in result.findings]


def test_a_deferred_cycle_is_counted(tmp_path: Path) -> None:
    result = audited(tmp_path, DEFERRED)
    assert places(result) == []
    assert result.on_request == {"deferred-cycle": 1}
    assert "deferred-cycle" not in result.rules


def test_who_names_the_rule_is_shown_what_it_finds(tmp_path: Path) -> None:
    result = audited(tmp_path, DEFERRED, rules=["deferred-cycle"])
    assert places(result) == [("deferred-cycle", "a.py")]
    assert not result.on_request


def test_a_rule_can_leave_single_findings_to_those_who_name_it(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "limit = 1\nfrom pkg import inner\n",
        "pkg/inner.py": "from pkg import limit\n",
        "a.py": "import b\n",
        "b.py": "import a\n",
    }
    result = audited(tmp_path, files)
    assert places(result) == [("import-cycle", "a.py")]
    assert result.on_request == {"import-cycle": 1}
    asked = audited(tmp_path, files, rules=["import-cycle"])
    assert places(asked) == [("import-cycle", "a.py"), ("import-cycle", "pkg/__init__.py")]
    told = [one.get("on_request") for one in audit_document(asked)["findings"]]
    assert told == [None, True]


def test_who_asks_for_cycles_is_shown_deferred_ones(tmp_path: Path) -> None:
    result = audited(tmp_path, DEFERRED, '[cycles]\npaths = ["**"]\n')
    assert places(result) == [("deferred-cycle", "a.py")]


def test_a_choice_is_shown_where_canonical_paths_are_configured(tmp_path: Path) -> None:
    assert audited(tmp_path, CHOICE).on_request == {"import-order": 1}
    configured = audited(tmp_path, CHOICE, '[imports]\n"slow.Pool" = "fast.Pool"\n')
    assert ("import-order", "app.py") in places(configured)


@pytest.mark.parametrize(
    ("others", "text", "is_sample"),
    [
        ({}, BROKEN, True),
        ({"tests/test_it.py": "from tests.data import sample\n"}, BROKEN, False),
        ({"tests/test_it.py": "plugins = ['tests.data.sample']\n"}, BROKEN, False),
        ({}, f"{BROKEN}if __name__ == '__main__':\n    gone()\n", False),
        ({}, f"{BROKEN}\n\ndef test_gone():\n    gone()\n", False),
        ({"tests/data/other.py": "from tests.data import sample\n"}, BROKEN, True),
    ],
    ids=["nobody", "imported", "named", "run", "a test", "by another one"],
)
def test_samples_of_tests_are_files_that_nobody_imports_names_or_runs(
    tmp_path: Path, others: dict[str, str], text: str, is_sample: bool
) -> None:
    files = {
        "pkg/__init__.py": "",
        "tests/__init__.py": "",
        "tests/data/__init__.py": "",
        "tests/data/sample.py": text,
        **others,
    }
    result = audited(tmp_path, files)
    found = ("dangling-import", "tests/data/sample.py")
    assert (found in places(result)) is not is_sample
    assert result.on_request.get("dangling-import", 0) == is_sample
    assert found in places(audited(tmp_path, files, paths=["tests/data"]))


def test_what_is_not_shown_is_said_in_every_report(tmp_path: Path) -> None:
    result = audited(tmp_path, {**DEFERRED, **CHOICE})
    said = "1 by deferred-cycle, 1 by import-order"
    assert f"shown on request: {said}" in audit_text(result)
    assert "1 by deferred\\-cycle, 1 by import\\-order" in audit_markdown(result)
    document = json.loads(json.dumps(audit_document(result)))
    assert document["on_request"] == {"deferred-cycle": 1, "import-order": 1}


def test_a_kept_audit_says_the_same(tmp_path: Path) -> None:
    files = {**DEFERRED, "pkg/__init__.py": "", "tests/data.py": BROKEN}
    first = audited(tmp_path / "code", files)
    read = parse_config("", "migrate.toml")
    again = [
        make_audit(
            Folder(tmp_path / "code"),
            read,
            executor=SerialExecutor(),
            cache_dir=tmp_path / "cache",
        )
        for _ in range(2)
    ]
    assert again == [first, first]
