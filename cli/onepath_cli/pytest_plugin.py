"""The pytest plugin: `pytest --migrate` makes each rule of the configuration a test.

Nothing of the engine is imported before the option or `migrate_gates = true` asks for it. The
audit reads the code under test and never imports it.
"""

import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from onepath.audit.finding import Finding
    from onepath.codemod import Pack
    from onepath.codemod.examples import Example
    from onepath.config.migrate_toml import Config

_SHOWN = 20
_OPTION = "migrate_gates"
_config_path = pytest.StashKey[Path]()
_audit = pytest.StashKey["_Audit"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer `--migrate` and `migrate_gates`."""
    text = "make each rule of migrate.toml a test that fails when it has findings"
    parser.getgroup("migrate").addoption("--migrate", action="store_true", dest=_OPTION, help=text)
    parser.addini(_OPTION, text, type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Have the configuration file collected like a file of tests.

    Raises:
        pytest.UsageError: The gates are wanted, and there is no configuration, or pytest is older
            than 9: it would run the gates and leave out the tests.
    """
    asked = config.getoption(_OPTION)
    if not asked and not config.getini(_OPTION):
        return
    if not asked and all("::" in arg and ".toml::" not in arg for arg in config.args):
        # Somebody runs single tests of a project whose gates are always on.
        return
    if pytest.version_tuple < (9,):
        raise pytest.UsageError("the gates of migrate.toml need pytest 9 or newer")
    path = _find(config)
    config.stash[_config_path] = path
    named = {(config.invocation_params.dir / arg.partition("::")[0]) for arg in config.args}
    if path not in named:
        config.args.append(str(path))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "GateFile | None":
    """Collect the gates of the configuration file."""
    if file_path != parent.config.stash.get(_config_path, None):
        return None
    return GateFile.from_parent(parent, path=file_path)


@pytest.fixture
def check_example(tmp_path: Path) -> "Callable[[Example, Pack], None]":
    """`check_example(example, pack)` runs an example of a pack and fails if it is not as it says.

    `onepath.codemod.examples.examples_of(pack)` has the examples to parametrize a test with.
    """

    def check(example: "Example", pack: "Pack") -> None:
        from onepath.codemod.examples import problems_of
        from onepath.run.serial import SerialExecutor

        problems = problems_of(example, pack, tmp_path, SerialExecutor())
        if problems:
            pytest.fail(f"{example.path}\n" + "\n".join(problems), pytrace=False)

    return check


class GateFile(pytest.File):
    """The configuration file; each rule that it asks for is one test."""

    def collect(self) -> Iterable["RuleItem"]:
        """Read the configuration, and nothing of the code."""
        from onepath.codemod.packs.configuration import load_config
        from onepath.codemod.packs.installed import packs_of
        from onepath.codemod.packs.pack import chosen_pack
        from onepath.errors import OnepathError
        from onepath.plan.auditing import rules_by_default

        try:
            config = load_config(self.path)
            known = chosen_pack(packs_of(config), config).audit_rules
        except OnepathError as error:
            raise self.CollectError(_told(error)) from None
        chosen = config.audit.rules or rules_by_default(known, config)
        unknown = [name for name in chosen if name not in known]
        if unknown:
            rules = ", ".join(sorted(known))
            raise self.CollectError(f"{self.path}: no rule '{unknown[0]}'\nrules: {rules}")
        self.config.stash[_audit] = _Audit(self.path.parent, config, chosen)
        for name in chosen:
            gate = RuleItem.from_parent(self, name=name)
            if self.config.pluginmanager.hasplugin("xdist"):
                gate.add_marker(pytest.mark.xdist_group("migrate"))
            yield gate


class RuleItem(pytest.Item):
    """One rule: it fails when the audit finds something that the baseline does not let through."""

    def runtest(self) -> None:
        """Audit, if this is the first gate, and look at the findings of this rule."""
        findings = self.config.stash[_audit].findings(self.name)
        if findings:
            raise GateError(self.name, findings)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> object:  # type: ignore[override]
        """Show what was found, or what went wrong, without a traceback of this tool."""
        from onepath.errors import OnepathError

        if isinstance(excinfo.value, OnepathError):
            return _told(excinfo.value)
        if isinstance(excinfo.value, GateError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the gate in the headline of a failure."""
        return self.path, None, f"migrate::{self.name}"


class GateError(Exception):
    """A rule has findings."""

    def __init__(self, rule: str, findings: Sequence["Finding"]) -> None:
        from onepath.report.text import counted, printable

        lines = [f"{rule}: {counted(len(findings), 'finding')}"]
        lines += (
            f"{printable(finding.path)}:{finding.line} {finding.message}"
            for finding in findings[:_SHOWN]
        )
        if len(findings) > _SHOWN:
            lines.append(f"and {len(findings) - _SHOWN:,} more")
        menders = sorted({finding.fixed_by for finding in findings} - {""})
        lines += (f"mended by {mender}: see `migrate --dry-run`" for mender in menders)
        super().__init__("\n".join(lines))


class _Audit:
    """The audit of the work tree, made once, when the first gate runs.

    Args:
        folder: The top folder.
        config: The configuration that is there.
        rules: The rules whose findings are wanted.
    """

    def __init__(self, folder: Path, config: "Config", rules: Sequence[str]) -> None:
        self._folder = folder
        self._config = config
        self._rules = rules
        self._found: dict[str, list[Finding]] | None = None
        self._error: Exception | None = None

    def findings(self, rule: str) -> Sequence["Finding"]:
        """The findings of a rule that count."""
        if self._error is not None:
            raise self._error
        if self._found is None:
            try:
                self._found = self._audited()
            except Exception as error:
                self._error = error
                raise
        return self._found[rule]

    def _audited(self) -> dict[str, list["Finding"]]:
        from onepath.audit.baseline import compare_to_baseline, read_baseline
        from onepath.plan.auditing import make_audit
        from onepath.run import make_executor
        from onepath.snapshot import Repository, open_snapshot

        audit = self._config.audit
        baseline = read_baseline(self._folder / audit.baseline) if audit.baseline else None
        snapshot = open_snapshot(self._folder, "WORKTREE")
        repository = Repository.discover(self._folder)
        cache_dir = None if repository is None else repository.cache_dir
        if repository is not None:
            repository.close()
        # The user's filters, `error` among them, are meant for the user's code.
        with warnings.catch_warnings(), make_executor(_jobs()) as executor:
            warnings.simplefilter("ignore")
            result = make_audit(
                snapshot, self._config, executor=executor, cache_dir=cache_dir, rules=audit.rules
            )
        findings = result.findings
        if baseline is not None and audit.fail_on != "any":
            findings = compare_to_baseline(result, baseline, files=snapshot.entries).new
        by_rule: dict[str, list[Finding]] = {rule: [] for rule in self._rules}
        for finding in findings:
            by_rule[finding.rule].append(finding)
        return by_rule


def _find(config: pytest.Config) -> Path:
    from onepath.config.migrate_toml import find_config
    from onepath.errors import OnepathError

    root = config.rootpath
    top = next((one for one in (root, *root.parents) if (one / ".git").exists()), root)
    try:
        path = find_config(top, None)
    except OnepathError as error:
        raise pytest.UsageError(_told(error)) from None
    if path is None:
        raise pytest.UsageError(
            f"--migrate: neither migrate.toml nor [tool.migrate] in pyproject.toml is in {top}; "
            "`migrate init --canonical pkg.mod.Name` writes one"
        )
    return path


def _jobs() -> int | None:
    """All cores where workers can be forked; a spawned one would import the main module again."""
    return None if sys.platform == "linux" and threading.active_count() == 1 else 1


def _told(error: BaseException) -> str:
    hint = getattr(error, "hint", "")
    return f"{error}\nhint: {hint}" if hint else str(error)
