"""The harness itself: it runs programs before and after, and says so when they differ."""

import pytest
from tests.programs.conftest import Program, compare

PROGRAM = {
    "pkg/__init__.py": "",
    "pkg/old.py": "from pkg.new import Thing\n",
    "pkg/new.py": "class Thing:\n    pass\n",
    "use.py": "from pkg.old import Thing\n\nprint(Thing.__name__)\n",
    "tests/test_use.py": "import use\n\n\ndef test_use():\n    assert use.Thing()\n",
}
MIGRATED = "from pkg.new import Thing\n\nprint(Thing.__name__)\n"


def test_a_rename_is_made_and_the_script_says_the_same(unchanged_by: Program) -> None:
    after = unchanged_by(PROGRAM, rename=("pkg.old.Thing", "pkg.new.Thing"), script="import use")
    assert after.files["use.py"] == MIGRATED
    assert after.printed == "Thing\n"
    assert after.refusals == ()


def test_a_configuration_is_applied_and_tests_are_run(unchanged_by: Program) -> None:
    config = '[imports]\n"pkg.old.Thing" = "pkg.new.Thing"\n'
    after = unchanged_by({**PROGRAM, "migrate.toml": config}, tests="tests")
    assert after.files["use.py"] == MIGRATED
    assert after.printed == "1 passed\n"


def test_refusals_are_told(unchanged_by: Program) -> None:
    compared = "import pkg.new, pkg.old\n\nassert pkg.old.Thing is pkg.new.Thing\n"
    files = {**PROGRAM, "both.py": compared}
    after = unchanged_by(files, rename=("pkg.old.Thing", "pkg.new.Thing"))
    assert after.files["both.py"] == compared
    assert after.refusals == (("both.py", 3, "tests-the-path"),)


@pytest.mark.parametrize(
    "after",
    [
        {"a": "ok", "b": "ImportError: no", "printed": "2\n"},
        {"a": "ImportError: no", "b": "ImportError: no", "printed": "1\n"},
        {"b": "ok", "printed": "1\n"},
    ],
)
def test_what_differs_is_damage(after: dict[str, str]) -> None:
    before = {"a": "ok", "b": "ImportError: no", "printed": "1\n"}
    with pytest.raises(AssertionError):
        compare(before, after)


def test_what_failed_before_may_work_and_what_may_go_may_go() -> None:
    before = {"a": "ok", "b": "ImportError: no", "printed": "1\n"}
    compare(before, {"b": "ok", "printed": "1\n"}, may_go=["a"])
