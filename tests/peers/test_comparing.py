"""How a result is compared with a peer's text."""

from pathlib import Path

import pytest
from tests.peers.cases import Case, Verdict, run
from tests.peers.definitions import DefinitionCase, run_definition
from tests.peers.meaning import form, meaning


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("from a import b, c", "from a import c\nfrom a import b"),
        ("import a, b\n", "import b\nimport a\n"),
        ("def f():\n    import a, b\n", "def f():\n    import b, a\n"),
    ],
)
def test_the_order_of_imports_is_no_matter_of_form(one: str, other: str) -> None:
    assert form(one) == form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("from a import b", "from a import c"),
        ("import a\nb = 1\nimport c", "import c\nb = 1\nimport a"),
        ("def f():\n    import a\n", "import a\ndef f():\n    pass\n"),
    ],
)
def test_other_imports_and_other_places_are_another_form(one: str, other: str) -> None:
    assert form(one) != form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("from a import b\nb(5)", "from a import b as x\nx(5)"),
        ("from a import b\nb.c(5)", "import a.b\na.b.c(5)"),
        ("from a.b import c\nc()", "from . import b\nb.c()"),
        ("import builtins\nbuiltins.list", "list"),
        ("from a import b\nb()\nfrom c import b\nb()", "import a, c\na.b()\nc.b()"),
    ],
)
def test_spellings_of_one_path_mean_the_same(one: str, other: str) -> None:
    assert meaning(one, "a/x.py") == meaning(other, "a/x.py")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("from a import b\nb(5)", "from c import b\nb(5)"),
        ("from a import b\ndef f(b):\n    b()\nb", "from a import b\ndef f(x):\n    b()\nb"),
        ("from a import b", ""),
        ("from a import b as x", "from a import b"),
        ("from a import *", "from b import *"),
        ("from a import b\nb()\nfrom c import b\nb()", "from a import b\nb()\nb()"),
    ],
)
def test_other_paths_mean_another_thing(one: str, other: str) -> None:
    assert meaning(one, "a/x.py") != meaning(other, "a/x.py")


def verdict(before: str, expected: str | None, folder: Path, renames: dict[str, str]) -> Verdict:
    return run(Case("", {"app.py": before}, renames, {"app.py": expected}), folder).worst


def test_verdicts(tmp_path: Path) -> None:
    renames = {"old.Name": "new.Name"}
    text = "from old import Name as N\nN()\n"
    moved = "from new import Name as N\nN()\n"
    assert verdict(text, moved, tmp_path, renames) is Verdict.RIGHT
    assert verdict(text, None, tmp_path, renames) is Verdict.RIGHT
    assert verdict(text, "import new\nnew.Name()\n", tmp_path, renames) is Verdict.OTHER_FORM
    assert verdict(text, "from new import Name\nN()\n", tmp_path, renames) is Verdict.WRONG
    assert verdict(text, text, tmp_path, renames) is Verdict.WRONG
    star = "from old import *\nName()\n"
    assert verdict(star, moved, tmp_path, renames) is Verdict.REFUSED
    two = {"app.py": "from other import Name\n", "use.py": text}
    case = Case("", two, renames, {"app.py": "from new import Name\n", "use.py": moved})
    result = run(case, tmp_path)
    assert list(result.verdicts.values()) == [Verdict.SILENT, Verdict.RIGHT]


THING = "def old():\n    return 1\n"
USE = "from a import old\nprint(old())\n"


@pytest.mark.parametrize(
    ("before", "after", "old", "new", "expected"),
    [
        (
            {"a.py": THING, "u.py": USE},
            {"a.py": THING.replace("old", "new"), "u.py": USE.replace("old", "new")},
            "a.old", "a.new", Verdict.RIGHT,
        ),
        (
            {"a.py": THING, "u.py": USE},
            {
                "a.py": THING.replace("old", "new"),
                "u.py": "import a\nprint(a.new())\n",
            },
            "a.old", "a.new", Verdict.OTHER_FORM,
        ),
        (
            {"a.py": "X = 1\n" + THING, "b.py": "Y = 1\n", "u.py": USE},
            {
                "a.py": "X = 1\n",
                "b.py": THING + "Y = 1\n",
                "u.py": USE.replace("from a", "from b"),
            },
            "a.old", "b.old", Verdict.OTHER_FORM,
        ),
        (
            {"a.py": THING, "u.py": USE},
            {"a.py": THING.replace("old", "new"), "u.py": USE},
            "a.old", "a.new", Verdict.WRONG,
        ),
        ({"a.py": THING}, {"a.py": THING}, "a.old", "a.print", Verdict.REFUSED),
    ],
)  # fmt: skip
def test_verdicts_on_definitions(
    tmp_path: Path,
    before: dict[str, str],
    after: dict[str, str],
    old: str,
    new: str,
    expected: Verdict,
) -> None:
    is_moved = old.partition(".")[0] != new.partition(".")[0]
    case = DefinitionCase("", before, after, old, new, is_moved)
    assert run_definition(case, tmp_path).worst is expected
