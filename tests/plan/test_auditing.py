"""The audit of some files is that of the whole repository, for rules that are local."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from onepath.audit.result import AuditResult
from onepath.audit.rule import engine_rules
from onepath.codemod.packs.configuration import load_config
from onepath.config.migrate_toml import Config
from onepath.errors import InputError
from onepath.facts.store.cache import FactsCache
from onepath.facts.store.fact_store import python_paths
from onepath.model.snapshot import R
from onepath.plan import auditing
from onepath.plan.auditing import local_rules, make_audit
from onepath.run.processes import ProcessExecutor
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
WORLD = FIXTURES / "websocket_world"
EVENT = '{"type": "agent_started", "time": "2023-10-01T10:00:00Z"}\n'


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config(FIXTURES / "websocket_world.migrate.toml")


def audit(folder: Path, config: Config, rules: list[str] | None, *paths: str) -> AuditResult:
    return make_audit(
        Folder(folder), config, executor=SerialExecutor(), rules=rules, paths=paths or None
    )


def test_an_unknown_rule_is_refused_with_those_that_there_are(config: Config) -> None:
    with pytest.raises(InputError, match="no rule 'nope'") as caught:
        audit(WORLD, config, ["nope"])
    assert "deprecated-import" in caught.value.hint


def test_local_rules_are_chosen_and_unknown_names_stay_to_be_refused(
    config: Config,
) -> None:
    local = local_rules(None, config)
    own = [name for name, rule in engine_rules().items() if rule.local]
    assert local == sorted([*own, "event-structure"])  # which the pack brings
    assert {"deprecated-import", "dangling-import"} <= set(local)
    assert set(own) < set(engine_rules())
    assert local_rules(["shim", "import-order", "nope"], config) == ["import-order", "nope"]


def test_what_is_found_in_one_file_is_what_the_whole_audit_finds_there(config: Config) -> None:
    whole = audit(WORLD, config, local_rules(None, config))
    assert len({finding.rule for finding in whole.findings}) > 1
    for path in sorted({finding.path for finding in whole.findings}):
        part = audit(WORLD, config, local_rules(None, config), path)
        expected = [one for one in whole.findings if one.path == path]
        assert [(one.rule, one.line, one.fingerprint) for one in part.findings] == [
            (one.rule, one.line, one.fingerprint) for one in expected
        ]


@pytest.mark.parametrize("most", [0, 20_000])
def test_rules_of_large_repositories_run_in_one_process(
    config: Config, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    forked = []

    class Executor(SerialExecutor):
        def apart(self, tasks: Sequence[Callable[[], R]]) -> list[R]:
            forked.append(len(tasks))
            return super().apart(tasks)

    monkeypatch.setattr(auditing, "_MOST_APART", most)
    found = make_audit(Folder(WORLD), config, executor=Executor())
    assert found.findings == audit(WORLD, config, None).findings
    assert forked == [2] * bool(most)


def test_other_files_are_read_only_where_a_file_leads_to_them(
    config: Config, tmp_path: Path
) -> None:
    for number in range(50):
        (tmp_path / f"other{number}.py").write_text(f"import nothing{number}\n")
    (tmp_path / "app.py").write_text(f"import other1\nevent = {EVENT}")
    part = audit(tmp_path, config, local_rules(None, config), "app.py")
    assert part.parsed <= 2
    assert [one.rule for one in part.findings] == ["event-structure"]
    assert audit(tmp_path, config, None, "app.py").parsed == 51


def test_what_rules_search_for_is_kept_though_forks_run_them(
    config: Config, tmp_path: Path
) -> None:
    """An audit that follows reads no file again for it."""
    snapshot = Folder(WORLD)
    with ProcessExecutor(2) as executor:
        make_audit(snapshot, config, executor=executor, cache_dir=tmp_path)
    oids = {bytes.fromhex(snapshot.entries[path].oid) for path in python_paths(snapshot.entries)}
    searches = [search for rule in engine_rules().values() for search in rule.searches]
    with FactsCache(tmp_path) as cache:
        for search in searches:
            hits, misses = cache.scanned(search.digest, 20)
            assert hits | misses == oids
    assert searches
