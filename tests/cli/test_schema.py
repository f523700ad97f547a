"""`migrate schema`, and globs that match nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from onepath_packs import canonical

BROKEN = '[imports]\n"a.B" = 1\n'


def test_it_prints_the_schema_also_beside_a_broken_configuration(
    make_repository: Callable[..., Any], migrate: Any
) -> None:
    repository = make_repository({"migrate.toml": BROKEN})
    done = migrate("schema", cwd=repository.path)
    assert (done.code, done.err) == (0, "")
    assert "events" in json.loads(done.out)["properties"]


def test_it_has_the_tables_of_the_packs_that_are_named(tmp_path: Path, migrate: Any) -> None:
    (tmp_path / "migrate.toml").write_text('pack = "canonical"\n')
    keys = json.loads(migrate("schema", cwd=tmp_path).out)["properties"]
    assert "events" not in keys
    assert canonical.PACK.all_tables.keys() <= keys.keys()


def test_a_glob_that_matches_nothing_is_said(
    make_repository: Callable[..., Any], migrate: Any
) -> None:
    text = 'exclude = ["vendored/**", "new.py"]\n[imports]\n"old.Name" = "new.Name"\n'
    files = {"new.py": "class Name: ...\n", "old.py": "from new import Name\n"}
    repository = make_repository({**files, "migrate.toml": text})
    for command in (["--dry-run"], ["audit"]):
        done = migrate(*command, cwd=repository.path)
        assert done.err.startswith("exclude: 'vendored/**' matches no file\n")
        assert done.err.count("matches no file") == 1
        assert "matches no file" not in migrate("--quiet", *command, cwd=repository.path).err
