"""What a replacement runs itself is left as it is: it would call itself for ever."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.codemod.patterns.conftest import Replace

RULE = ("json.dumps($X, sort_keys=True, $$$R)", "canon.dumps($X, $$$R)")
CALL = "json.dumps(x, sort_keys=True)"
WRAPPERS = {
    "itself": f"import json\n\n\ndef dumps(x):\n    return {CALL}\n",
    "a helper": (
        f"import json\n\n\ndef dumps(x):\n    return _go(x)\n\n\ndef _go(x):\n    return {CALL}\n"
    ),
    "a class": (
        "import json\n\n\ndef dumps(x):\n    return Writer().run(x)\n\n\n"
        f"class Writer:\n    def run(self, x):\n        return {CALL}\n"
    ),
    "a base": (
        "import json\n\n\nclass Base:\n    def __new__(cls, x):\n"
        f"        return {CALL}\n\n\nclass dumps(Base):\n    pass\n"
    ),
    "a function in it": (
        f"import json\n\n\ndef dumps(x):\n    def go():\n        return {CALL}\n    return go()\n"
    ),
}
MAIN = f"import json\nimport canon\n\nx = {{'b': 1, 'a': 2}}\nprint({CALL}, canon.dumps(x))\n"


def output(folder: Path) -> str:
    command = [sys.executable, "main.py"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("shape", WRAPPERS)
def test_it_does_what_it_did(replace: Replace, shape: str, tmp_path: Path) -> None:
    done = replace({"canon.py": WRAPPERS[shape], "main.py": MAIN}, RULE)
    before = output(tmp_path / "code")
    assert [*done.files] == ["main.py"]
    (tmp_path / "code/main.py").write_text(done.files["main.py"])
    assert output(tmp_path / "code") == before
    assert [refused.partition(" ")[2] for refused in done.refused] == ["within-replacement"]


def test_another_module_that_it_calls_counts(replace: Replace) -> None:
    files = {
        "canon/__init__.py": "from ._impl import dumps\n",
        "canon/_impl.py": (
            "def dumps(x):\n    from canon.low import go\n    return go(x)\n\n\n"
            "def other(x):\n    import json\n    return json.dumps(x, sort_keys=True)\n"
        ),
        "canon/low.py": f"import json\n\n\ndef go(x):\n    return {CALL}\n",
    }
    done = replace(files, RULE)
    assert done.refused == ["canon/low.py:5 within-replacement"]
    assert [*done.files] == ["canon/_impl.py"]


def test_a_rule_of_a_name_does_not_call_itself(replace: Replace) -> None:
    files = {"lib.py": "def old(x):\n    return x\n\n\ndef new(x):\n    return old(x)\n"}
    done = replace(files, ("lib.old", "lib.new"))
    assert done.refused == ["lib.py:6 within-replacement"]
