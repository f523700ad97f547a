"""How a pattern's replacement is imported where names of a file are taken."""

from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from onepath_cli.app import app

FILES = {
    "pkg/__init__.py": "",
    "pkg/old.py": "def call(x):\n    return x\n",
    "pkg/new.py": "def call(x):\n    return x\n",
}
PASSED = "[call]"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (f"def go(): return call(1), {PASSED}\n", "pkg.new.call(1)"),
        (f"def go(pkg=3): return call(pkg), {PASSED}\n", "new.call(pkg)"),
        (f"pkg = 3\ndef go(): return call(pkg), {PASSED}\n", "new.call(pkg)"),
        (f"pkg = new = 3\ndef go(): return call(pkg), {PASSED}\n", ""),
    ],
)
def test_the_form_that_no_name_of_the_file_takes(
    make_repository: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, text: str, after: str
) -> None:
    repository = make_repository({**FILES, "use.py": f"from pkg.old import call\n{text}"})
    monkeypatch.chdir(repository.path)
    command = ["replace", "pkg.old.call($X)", "pkg.new.call($X)", "--worktree", "--yes"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code in (0, 3), done.output
    result = (repository.path / "use.py").read_text()
    assert PASSED in result
    if after:
        assert f"return {after}, " in result
        namespace: dict[str, Any] = {}
        monkeypatch.syspath_prepend(str(repository.path))
        exec(result, namespace)
    else:
        assert "return call(pkg)" in result
        assert "use.py:3" in done.output
