"""`migrate audit` and its gate with results made by hand; real ones are in test_audit_rules."""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

import onepath_cli.auditing
import onepath_cli.commands.reports.audit
from onepath.audit.finding import Violation, findings
from onepath.audit.result import AuditResult
from onepath_cli.auditing import Audited
from onepath_packs import canonical

RULE = "dangling-import"
CONFIG = '[audit]\nbaseline = "gate/baseline.json"\nfail_on = "new"\n'


class Gate:
    """A folder, the findings that an audit of it has, and the command line run there."""

    def __init__(self, folder: Path, migrate: Any, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.paths = ["a.py", "b.py"]
        self.asked: list[tuple[Sequence[str] | None, Sequence[str]]] = []
        self._migrate = migrate
        patch.setattr(onepath_cli.commands.reports.audit, "run_audit", self._audit)
        # There is no code here that a pack could recognise, and not always a repository.
        patch.setattr(onepath_cli.auditing, "open_engine", lambda *_: nullcontext((None, None)))
        patch.setattr(onepath_cli.auditing, "recognised_config", lambda *_: None)

    def _audit(
        self,
        _: Any,
        __: Any,
        config: Any,
        rules: Sequence[str] | None,
        paths: Sequence[str],
        *,
        planned: Any = None,
    ) -> Audited:
        self.asked.append((rules, tuple(paths)))
        shown = [path for path in self.paths if not paths or path in paths]
        found = findings(RULE, "", [Violation(path, 1, "only forwards") for path in shown])
        result = AuditResult("HEAD", (RULE,), found, 2, 2, (), ())
        return Audited(result, ["a.py", "b.py", "c.py"], canonical.PACK)

    def __call__(self, *arguments: str, before: Sequence[str] = ()) -> Any:
        return self._migrate(*before, "audit", *arguments, cwd=self.folder)

    def known(self, name: str = "baseline.json") -> list[str]:
        content = json.loads((self.folder / name).read_text())
        return [entry["path"] for entry in content["findings"]]


@pytest.fixture
def gate(tmp_path: Path, migrate: Any, monkeypatch: pytest.MonkeyPatch) -> Gate:
    return Gate(tmp_path, migrate, monkeypatch)


FILE = ("--baseline", "baseline.json")


@pytest.fixture
def frozen(gate: Gate) -> Gate:
    assert gate(*FILE, "--write-baseline").code == 0
    return gate


# ------------------------------------------------------------ arguments that are wrong


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--accept"], "--accept needs --write-baseline"),
        (["--write-baseline"], "--write-baseline needs a file"),
        (["--emit", "ruff", "--rule", "shim"], "--emit goes only with --output"),
        (["--emit", "ruff", "--format", "json"], "--emit goes only with --output"),
        (["--baseline", "no.json"], "no.json: there is no such baseline"),
        (["--baseline", "no/b.json", "--write-baseline"], "no/b.json: there is no such folder"),
        (["--output", "no/audit.json"], "no/audit.json can't be written"),
        (["--format", "xml"], "xml"),
        (["--fail-on", "old"], "old"),
    ],
)
def test_what_can_not_be_done_is_told(gate: Gate, arguments: list[str], told: str) -> None:
    done = gate(*arguments)
    assert (done.code, done.out) == (2, b"")
    assert told in done.err
    assert list(gate.folder.iterdir()) == []


def test_a_broken_baseline_costs_no_audit(gate: Gate) -> None:
    (gate.folder / "baseline.json").write_text("{\n")
    done = gate(*FILE)
    assert done.code == 2
    assert done.err.startswith("baseline.json:2: not JSON: ")
    assert gate.asked == []


def test_a_configured_baseline_that_is_not_there(gate: Gate) -> None:
    (gate.folder / "migrate.toml").write_text(CONFIG)
    done = gate()
    assert done.code == 2
    assert "gate/baseline.json: there is no such baseline" in done.err
    assert "--write-baseline" in done.err


# ------------------------------------------------------------ the exit code


def test_any_finding_fails_without_a_baseline(gate: Gate) -> None:
    assert gate().code == 1
    assert gate("--fail-on", "any").code == 1
    assert gate("--fail-on", "new").code == 1
    gate.paths = []
    assert gate().code == 0


def test_only_new_findings_fail_a_gate_on_new(frozen: Gate) -> None:
    assert frozen(*FILE, "--fail-on", "new").code == 0
    assert frozen(*FILE).code == 1
    frozen.paths = ["a.py", "b.py", "c.py"]
    done = frozen(*FILE, "--fail-on", "new")
    assert done.code == 1
    assert b"new: c.py:1 only forwards" in done.out
    assert frozen.known() == ["a.py", "b.py"]


def test_the_configuration_says_what_the_command_line_does_not(gate: Gate) -> None:
    (gate.folder / "migrate.toml").write_text(CONFIG + 'rules = ["shim", "import-cycle"]\n')
    (gate.folder / "gate").mkdir()
    assert gate("--write-baseline").code == 0
    assert gate.known("gate/baseline.json") == ["a.py", "b.py"]
    assert gate().code == 0
    assert gate("--fail-on", "any").code == 1
    assert gate("--rule", "shim", "--path", "a.py", "b.py", "c.py").code == 0
    assert gate.asked[-1] == (["shim"], ("a.py", "b.py", "c.py"))
    assert gate.asked[0] == (("shim", "import-cycle"), ())


# ------------------------------------------------------------ the baseline's life


def test_a_baseline_shrinks_by_itself(frozen: Gate) -> None:
    frozen.paths = ["b.py"]
    done = frozen(*FILE, "--fail-on", "new")
    assert done.code == 0
    assert done.err == "baseline baseline.json: 1 gone, 1 left\n"
    assert frozen.known() == ["b.py"]
    assert frozen(*FILE, "--fail-on", "new").err == ""


def test_a_baseline_does_not_shrink_by_a_partial_run_or_one_of_the_past(frozen: Gate) -> None:
    frozen.paths = []
    assert frozen(*FILE, "--path", "a.py").code == 0
    assert frozen.known() == ["a.py", "b.py"]
    assert frozen(*FILE, before=("--rev", "v1")).code == 0
    assert frozen.known() == ["a.py", "b.py"]
    assert frozen(*FILE, before=("--rev", "WORKTREE")).code == 0
    assert frozen.known() == []


def test_a_place_that_can_not_be_written_fails_no_gate(
    frozen: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(30, "Read-only file system")

    frozen.paths = ["b.py"]
    monkeypatch.setattr(Path, "replace", refuse)
    done = frozen(*FILE, "--fail-on", "new")
    assert done.code == 0
    assert (
        done.err == "baseline baseline.json: 1 gone, 1 left; not written: Read-only file system\n"
    )
    assert frozen.known() == ["a.py", "b.py"]
    assert [path.name for path in frozen.folder.iterdir()] == ["baseline.json"]
    done = frozen(*FILE, "--write-baseline")
    assert done.code == 4
    assert "baseline.json can't be written: Read-only file system" in done.err


def test_a_baseline_grows_only_when_that_is_accepted(frozen: Gate) -> None:
    frozen.paths = ["b.py", "c.py"]
    done = frozen(*FILE, "--write-baseline")
    assert done.code == 1
    assert "1 new finding not let through; --accept does that\n" in done.err
    assert frozen.known() == ["b.py"]
    done = frozen(*FILE, "--write-baseline", "--accept")
    assert done.code == 0
    assert done.err == "baseline baseline.json: 2 findings\n"
    assert frozen.known() == ["b.py", "c.py"]


def test_accepting_in_one_file_keeps_what_is_known_of_others(frozen: Gate) -> None:
    frozen.paths = ["c.py"]
    assert frozen(*FILE, "--path", "c.py", "--write-baseline", "--accept").code == 0
    assert frozen.known() == ["a.py", "b.py", "c.py"]


# ------------------------------------------------------------ formats


def test_every_format_goes_to_stdout_or_to_a_file(gate: Gate) -> None:
    starts = {
        "text": b"revision HEAD: 2 Python files\n",
        "json": b'{\n  "schema": 1,\n',
        "sarif": b'{\n  "$schema": "https://docs.oasis-open.org/',
        "markdown": b"### 2 findings in 2 Python files\n",
        "github": b"::error file=a.py,line=1,col=1,title=dangling-import::only forwards\n",
    }
    for name, start in starts.items():
        done = gate("--format", name)
        assert (done.code, done.err) == (1, "")
        assert done.out.startswith(start), name
        written = gate("--format", name, "--output", "out")
        assert (written.code, written.out, written.err) == (1, b"", "wrote out\n")
        assert (gate.folder / "out").read_bytes() == done.out


def test_a_format_tells_new_from_known(frozen: Gate) -> None:
    frozen.paths = ["b.py", "c.py"]
    out = frozen(*FILE, "--format", "github", "--path", "b.py", "--path", "c.py").out.decode()
    assert [line.partition(",")[0] for line in out.splitlines()] == [
        "::error file=c.py",
        "::warning file=b.py",
    ]


# ------------------------------------------------------------ settings of other tools


def test_the_settings_for_ruff(gate: Gate) -> None:
    assert gate("--emit", "ruff").code == 2
    (gate.folder / "migrate.toml").write_text('[imports]\n"old.Name" = "new.Name"\n')
    done = gate("--emit", "ruff")
    assert done.code == 0
    assert done.out.decode() == (
        "[tool.ruff.lint.flake8-tidy-imports.banned-api]\n"
        '"old.Name" = { msg = "Use new.Name instead." }\n'
    )
    assert gate("--emit", "ruff", "--output", "ruff.toml").code == 0
    assert (gate.folder / "ruff.toml").read_bytes() == done.out
    assert gate.asked == []
