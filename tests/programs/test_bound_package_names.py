"""Packages whose name a file must go on binding: read by its spelling, deleted, or bound twice."""

import pytest
from tests.programs.conftest import RUN, Program

PACKAGE = {
    "pkg/__init__.py": "from .items import first\n",
    "pkg/items.py": "def first(values):\n    return values[0]\n",
    "pkg/more.py": "def second(values):\n    return values[1]\n",
}
READ = """\
print(pkg.more.second([1, 2]), pkg.first([3]), globals()["pkg"].first([4]))
"""
FORMS = {
    "two imports": ("import pkg\nimport pkg.more\n", "import lib as pkg\nimport lib.more\n"),
    "the other order": ("import pkg.more\nimport pkg\n", "import lib.more\nimport lib as pkg\n"),
    "one statement": ("import pkg, pkg.more\n", "import lib as pkg, lib.more\n"),
    "a module below alone": ("import pkg.more\n", "import lib.more\nimport lib as pkg\n"),
    "two modules below": (
        "import pkg.more\nimport pkg.items\n",
        "import lib.more\nimport lib as pkg\nimport lib.items\n",
    ),
    "perhaps": (
        "try:\n    import pkg.more\nexcept ImportError:\n    pkg = None\n",
        "try:\n    import lib.more\n    import lib as pkg\nexcept ImportError:\n    pkg = None\n",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_name_that_is_needed_is_bound_to_the_new_package(
    unchanged_by: Program, form: str
) -> None:
    before, expected = FORMS[form]
    after = unchanged_by(
        {**PACKAGE, "main.py": before + READ},
        rename=("pkg", "lib"),
        script=RUN,
        may_go=["pkg", "pkg.items", "pkg.more"],
    )
    assert after.files["main.py"] == expected + READ
    assert not after.refusals


DELETED = {
    "the package": ("import pkg\n", "pkg.items.first", "del pkg"),
    "the module": ("import pkg.items\n", "pkg.items.first", "del pkg"),
    "the module by a name": ("import pkg.items as it\n", "it.first", "del it"),
    "the module from its package": ("from pkg import items\n", "items.first", "del items"),
    "with another name": ("import pkg.items, sys\n", "pkg.items.first", "del sys, pkg"),
}


@pytest.mark.parametrize("form", DELETED)
def test_what_is_deleted_in_the_end_leads_to_the_new_name_before(
    unchanged_by: Program, form: str
) -> None:
    line, path, end = DELETED[form]
    body = f"{line}take = {{0}}\n{end}\n"
    after = unchanged_by(
        {**PACKAGE, "use.py": body.format(path)},
        rename=("pkg.items.first", "pkg.items.head"),
        script="import use\nprint(use.take([1]), 'pkg' in vars(use), 'it' in vars(use))\n",
    )
    assert after.files["use.py"] == body.format(path.replace("first", "head"))


def test_a_name_that_is_deleted_and_bound_again_is_left_alone(unchanged_by: Program) -> None:
    use = "import pkg\ntake = pkg.items.first\ndel pkg\npkg = 3\n"
    after = unchanged_by(
        {**PACKAGE, "use.py": use},
        rename=("pkg.items.first", "pkg.items.head"),
        script="import use\nprint(use.take([1]), use.pkg)\n",
    )
    assert after.files["use.py"] == use
    assert ("use.py", 2, "rebound") in after.refusals
    assert "first = head" in after.files["pkg/items.py"]
