import json
import subprocess
import tomllib
from pathlib import Path

import pytest

from onepath.report.ruff import banned_api

IMPORTS = {
    "pkg.old": "pkg.new",
    "pkg.mod.Old": "pkg.mod.New",
    "größe.Maß": "größe.Neu",
}


def test_no_renames_are_an_empty_table() -> None:
    text = banned_api({})
    assert tomllib.loads(text)["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"] == {}


def test_the_table_is_what_toml_reads() -> None:
    table = tomllib.loads(banned_api(IMPORTS))["tool"]["ruff"]["lint"]["flake8-tidy-imports"]
    assert table["banned-api"] == {
        old: {"msg": f"Use {new} instead."} for old, new in IMPORTS.items()
    }


def test_ruff_itself_keeps_the_old_paths_out(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(banned_api(IMPORTS), encoding="utf-8")
    (tmp_path / "app.py").write_text(
        "import pkg.old\n"
        "from pkg.old import Anything\n"
        "from pkg.mod import New, Old\n"
        "import pkg.oldest\n"
        "from größe import Maß\n",
        encoding="utf-8",
    )
    command = [_ruff(), "check", "--no-cache", "--select", "TID251", "--output-format", "json"]
    done = subprocess.run(
        [*command, "app.py"], cwd=tmp_path, capture_output=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 1, done.stderr
    found = [(one["location"]["row"], one["message"]) for one in json.loads(done.stdout)]
    assert [row for row, _ in found] == [1, 2, 3, 5]
    assert "Use pkg.new instead." in found[0][1]
    assert "Use größe.Neu instead." in found[3][1]


def _ruff() -> str:
    find = pytest.importorskip("ruff.__main__").find_ruff_bin
    return str(find())
