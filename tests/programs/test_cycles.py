"""Opening a cycle leaves alone what tests replace, and what they expect to fail."""

import pytest
from tests.programs.conftest import Program

CYCLE = {
    "migrate.toml": "[imports]\n[cycles]\ndefer = true\n",
    "cyc/__init__.py": "",
    "cyc/a.py": "from cyc.b import helper\n\n\ndef run():\n    return helper() + 1\n",
    "cyc/b.py": "import cyc.a\n\n\ndef helper():\n    return 10\n\n\n"
    "def other():\n    return cyc.a.run()\n",
}
HEAD = "from unittest import mock\n\nfrom cyc import a\n\nMOD = 'cyc.a'\n\n\n"
REPLACING = {
    "f-string": "def test_it():\n    with mock.patch(f'{MOD}.helper', return_value=1):\n"
    "        assert a.run() == 2\n",
    "name of a module": "def test_it():\n"
    "    with mock.patch(a.__name__ + '.helper', return_value=1):\n        assert a.run() == 2\n",
    "object": "def test_it(monkeypatch):\n    monkeypatch.setattr(a, 'helper', lambda: 1)\n"
    "    assert a.run() == 2\n",
    "multiple": "@mock.patch.multiple('cyc.a', helper=lambda: 1)\n"
    "def test_it():\n    assert a.run() == 2\n",
    "unknown": "def replaced(module):\n    return mock.patch(f'{module}.helper', return_value=1)\n"
    "\n\ndef test_it():\n    with replaced('cyc.a'):\n        assert a.run() == 2\n",
}


@pytest.mark.parametrize("test", REPLACING.values(), ids=REPLACING)
def test_an_import_that_a_test_replaces_is_not_moved(unchanged_by: Program, test: str) -> None:
    after = unchanged_by({**CYCLE, "tests/test_a.py": HEAD + test}, tests="tests")
    assert after.printed == "1 passed\n"
    assert after.files["cyc/a.py"] == CYCLE["cyc/a.py"]


EXPECTING = {
    "statement": "    with pytest.raises(ImportError):\n        import cyc.b\n",
    "string": "    with pytest.raises(ImportError, match='partially'):\n"
    "        importlib.import_module('cyc.b')\n",
}


@pytest.mark.parametrize("body", EXPECTING.values(), ids=EXPECTING)
def test_an_import_that_is_expected_to_fail_goes_on_to_fail(
    unchanged_by: Program, body: str
) -> None:
    test = f"import importlib\n\nimport pytest\n\n\ndef test_it():\n{body}"
    after = unchanged_by({**CYCLE, "tests/test_b.py": test}, tests="tests")
    assert after.printed == "1 passed\n"
    assert after.files["cyc/b.py"] == CYCLE["cyc/b.py"]


SEEN = {
    "cyc/seen.py": "SEEN = []\n",
    "cyc/acting.py": "from cyc.seen import SEEN\n\nSEEN.append('acting')\n",
    "use.py": "import cyc.a\nfrom cyc.seen import SEEN\n\nprint(cyc.a.run(), SEEN)\n",
}
ACTING_B = "import cyc.acting\n" + CYCLE["cyc/b.py"]
LOADING = {
    "itself": {"cyc/b.py": "import cyc.a\nfrom cyc.seen import SEEN\n\nSEEN.append('b')\n"
               + CYCLE["cyc/b.py"].removeprefix("import cyc.a\n")},
    "further down": {"cyc/b.py": ACTING_B},
    "two names": {"cyc/b.py": ACTING_B,
                  "cyc/a.py": "from cyc.b import helper, other\n\n\ndef run():\n"
                  "    return helper() + 1\n\n\ndef more():\n    return other\n"},
    "in a package": {"cyc/b/__init__.py": ACTING_B, "cyc/b.py": None},
}  # fmt: skip


@pytest.mark.parametrize("files", LOADING.values(), ids=LOADING)
def test_what_acts_is_still_imported_in_time(
    unchanged_by: Program, files: dict[str, str | None]
) -> None:
    world = {path: text for path, text in {**CYCLE, **SEEN, **files}.items() if text is not None}
    after = unchanged_by(world, script=world["use.py"])
    assert "import helper" in after.files["cyc/a.py"].partition("def run")[0]


def test_what_acts_and_is_imported_anyway_holds_no_import(unchanged_by: Program) -> None:
    files = {"cyc/a.py": "import cyc.acting\n" + CYCLE["cyc/a.py"], "cyc/b.py": ACTING_B}
    after = unchanged_by({**CYCLE, **SEEN, **files}, script=SEEN["use.py"])
    assert "import helper" not in after.files["cyc/a.py"].partition("def run")[0]
