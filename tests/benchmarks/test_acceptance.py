"""What the acceptance check calls damage, on a package of a few lines."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks" / "acceptance"
MODULES = (
    "cases",
    "definitions",
    "imported",
    "observe",
    "processes",
    "results",
    "sources",
    "style",
    "suite",
)
PACKAGE = {
    "pkg/__init__.py": "from pkg.inner import Thing\nfrom pkg import inner\n",
    "pkg/inner.py": "import json\nclass Thing:\n    pass\nPATH = 'pkg.inner.Thing'\n",
    "pkg/user.py": "import json\nfrom pkg.inner import Thing\nfrom json import dumps\n",
    "pkg/listed.py": "from json import dumps\n__all__ = ['dumps']\n",
    "pkg/broken.py": "import pkg.missing\n",
    "pkg/alone.py": "x = 1\n",
}


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Returns what a change of the package damages."""
    monkeypatch.syspath_prepend(str(FOLDER))
    import imported

    def write(files: dict[str, str | None]) -> None:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(exist_ok=True)
            if text is None:
                (tmp_path / path).unlink()
            else:
                (tmp_path / path).write_text(text)

    def check(
        changes: dict[str, str | None], symbols: Any = (), pair: tuple[str, str] | None = None
    ) -> list[str]:
        for file in tmp_path.rglob("*.py"):
            file.unlink()
        write(dict(PACKAGE))
        observer = imported.Imported(Path(sys.executable), tmp_path, {"packages": ["pkg"]})
        before = observer.published()
        assert sorted(before) == ["pkg", "pkg.alone", "pkg.inner", "pkg.listed", "pkg.user"]
        write(changes)
        moved = observer.moved(*pair) if pair else None
        now = observer.now(list(changes), moved)
        damage: list[str] = imported.differences(before, now, symbols, moved)
        return damage

    yield check
    for name in ("imported", "observe", "processes"):
        sys.modules.pop(name, None)


def test_an_import_that_goes_with_its_last_use_is_no_damage(checked: Any) -> None:
    assert checked({"pkg/user.py": "from pkg.inner import Thing as Renamed\n"}) == []


def test_a_module_that_is_imported_for_oneself_may_be_another_one(checked: Any) -> None:
    kept = "from pkg.inner import Thing\nfrom json import dumps\n"
    assert checked({"pkg/user.py": f"import os as json\n{kept}"}) == []
    assert checked({"pkg/user.py": f"json = 1\n{kept}"}) != []


@pytest.mark.parametrize(
    ("path", "text", "damage"),
    [
        ("pkg/inner.py", "PATH = 'pkg.inner.Thing'\n", "import pkg: ImportError"),
        ("pkg/listed.py", "from json import loads\n__all__ = []\n", "pkg.listed.dumps: "),
        ("pkg/user.py", "from pkg.alone import x as Thing\n", "pkg.user.Thing: borrowed: "),
        ("pkg/alone.py", "import pkg.broken\nx = 1\n", "import pkg.alone: ModuleNotFoundError"),
        ("pkg/__init__.py", "from pkg import inner\n", "pkg.Thing: builtins.type pkg.inner Thing"),
        ("pkg/alone.py", None, "import pkg.alone: the module is gone"),
    ],
)
def test_damage(checked: Any, path: str, text: str | None, damage: str) -> None:
    assert any(line.startswith(damage) for line in checked({path: text}))


def test_a_text_may_follow_the_path_of_its_object(checked: Any) -> None:
    change = {"pkg/inner.py": PACKAGE["pkg/inner.py"].replace("'pkg.inner.Thing'", "'pkg.Thing'")}
    assert checked(change, [("pkg.inner.Thing", "pkg.Thing")]) == []
    assert checked(change) == ["pkg.inner.PATH: 'pkg.inner.Thing' -> 'pkg.Thing'"]


@pytest.mark.parametrize(
    ("old", "new", "changes", "damage"),
    [
        ("pkg.inner.Thing", "Other", {"class Thing": "class Other"}, []),
        (
            "pkg.inner.Thing",
            "pkg.inner.Other",
            {"class Thing:\n    pass": "class Base:\n    pass\nOther = Base"},
            ["pkg.inner.Other: builtins.type pkg.inner Other -> builtins.type pkg.inner Base"],
        ),
    ],
)
def test_what_moves_itself_is_found_at_its_new_path(
    checked: Any, old: str, new: str, changes: dict[str, str], damage: list[str]
) -> None:
    name = new.rpartition(".")[2]
    others = {
        path: text.replace("import Thing", f"import {name}").replace("Thing'", f"{name}'")
        for path, text in PACKAGE.items()
        if "Thing" in text
    }
    for before, after in changes.items():
        others["pkg/inner.py"] = others["pkg/inner.py"].replace(before, after)
    found = checked(others, [(old, f"pkg.inner.{name}")], (old, new))
    assert [line for line in found if line.startswith("pkg.inner.")] == damage
    assert bool(found) == bool(damage)


def test_a_module_that_moves_is_looked_for_where_it_is(checked: Any) -> None:
    others: dict[str, str | None] = {
        path: text.replace("pkg.inner", "pkg.within").replace("import inner", "import within")
        for path, text in PACKAGE.items()
        if "inner" in text
    }
    others |= {"pkg/within.py": others.pop("pkg/inner.py"), "pkg/inner.py": None}
    symbols = [("pkg.inner", "pkg.within")]
    assert checked(others, symbols, ("pkg.inner", "pkg.within")) == []
    lost = checked(others, symbols)
    assert "import pkg.inner: the module is gone" in lost


@pytest.mark.parametrize(
    ("inner", "new", "damage"),
    [
        ("from pkg.new import Thing\n", "class Thing:\n    pass\n", []),
        ("", "class Thing:\n    pass\n", []),
        ("", "", ["import pkg: ImportError: cannot import name 'Thing' from 'pkg.new'"]),
        (
            "",
            "Base = type('Base', (), {})\nThing = Base\n",
            ["pkg.new.Thing: builtins.type pkg.new"],
        ),
    ],
)
def test_a_definition_that_moves_is_looked_for_in_the_other_module(
    checked: Any, inner: str, new: str, damage: list[str]
) -> None:
    changes: dict[str, str | None] = {
        path: text.replace("pkg.inner import Thing", "pkg.new import Thing")
        for path, text in PACKAGE.items()
    }
    changes |= {
        "pkg/inner.py": f"import json\n{inner}PATH = 'pkg.new.Thing'\n",
        "pkg/new.py": new,
    }
    pair = ("pkg.inner.Thing", "pkg.new.Thing")
    found = checked(changes, [pair], pair)
    assert bool(found) == bool(damage)
    assert all(any(line.startswith(one) for line in found) for one in damage)


def test_a_module_that_goes_into_another_package_leaves_its_own(checked: Any) -> None:
    changes: dict[str, str | None] = {
        path: text.replace("pkg.inner", "pkg.sub.inner").replace("pkg import", "pkg.sub import")
        for path, text in PACKAGE.items()
        if "inner" in text
    }
    changes |= {"pkg/sub/inner.py": changes.pop("pkg/inner.py"), "pkg/inner.py": None}
    changes["pkg/sub/__init__.py"] = ""
    pair = ("pkg.inner", "pkg.sub.inner")
    assert checked(changes, [pair], pair) == []


def test_something_else_may_say_that_it_comes_from_what_moves(
    checked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    like = "class Like:\n    __module__, __name__ = 'pkg.inner', 'Thing'\nThing = Like()\n"
    changes: dict[str, str | None] = {
        path: text.replace("import Thing", "import Other").replace("Thing", "Other")
        for path, text in PACKAGE.items()
        if "Thing" in text
    }
    pair = ("pkg.inner.Thing", "pkg.inner.Other")
    monkeypatch.setitem(PACKAGE, "pkg/alone.py", like)
    changes["pkg/alone.py"] = like.replace("'Thing'", "'Other'")
    assert checked(changes, [pair], pair) == []


@pytest.mark.parametrize(
    ("what", "where", "ends"),
    [
        ("pkg.mod.Name", "pkg.other", ("pkg.mod.Name", "pkg.other.Name")),
        ("src/pkg/mod.py", "src/pkg/sub/", ("pkg.mod", "pkg.sub.mod")),
        ("pkg.mod", "pkg.sub", ("pkg.mod", "pkg.sub.mod")),
    ],
)
def test_a_move_is_given_by_paths_or_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str, where: str, ends: tuple[str, str]
) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    import cases

    entry = {"root": "src", "symbols": [["a.b", "a.c"]], "moved": [[what, where]]}
    package = cases.Package("pkg", entry, cases.Tools("", tmp_path, False, None, 1, True))
    [(words, commands, pair)] = package._cases()
    assert (words, pair) == (f"move {what} {where}", ends)
    assert [command[:3] for command in commands] == [["move", what, where]] * 2
    for name in MODULES:
        sys.modules.pop(name, None)


def test_a_page_of_definitions_has_a_row_for_each_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    import definitions
    import results

    held = results.Case("move a.b a.c", files=2, refused={"mentioned": 3}, modules=8)
    held.suite = results.Suite(passed=5)
    whole = results.Case("rename a.b.C D", refused={"whole": 1}, damage=["test: lost"])
    result = results.Result("a", "a==1", "2026-01-02 abc", modules=7, cases=[held, whole])
    page = definitions.case_by_case([result])
    row = "| a==1 | 2026-01-02 abc | `move a.b a.c` | 2 | 3 `mentioned` | 7 | 8 | - "
    row += "| 5 passed, 0 failed |"
    assert row in page.splitlines()
    assert "- renames: 1, moves: 1" in page
    assert "- with damage: 1" in page
    assert "- a, `rename a.b.C D`: test: lost" in page
    for name in MODULES:
        sys.modules.pop(name, None)


def test_a_page_keeps_the_rows_of_packages_that_were_not_checked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    import results

    import report

    checked = results.Result("new", "new==1", "2026-01-02 abc")
    checked.cases = [results.Case("rename", files=1), results.Case("back", damage=["lost"])]
    before = results.Result("old", "old==1", "2026-01-01 012", cases=[results.Case("rename")] * 3)
    dropped = results.Result("dropped", "dropped==1", "2026-01-01 012")
    page = report.markdown([checked, before, dropped], ["new==1", "old==1", "dropped==1"])
    assert "Older rows" not in page
    for _ in range(2):
        page = report.markdown([checked], ["new==1", "old==1"], page=page)
        [row] = [line for line in page.splitlines() if line.startswith("| old==1")]
        assert row.startswith("| old==1 | 2026-01-01 012 |")
        assert page.index("## Older rows") < page.index(row)
        assert "- older rows, below: 1, with 3 cases, 0 of them with damage" in page
        assert "- packages: 1 of the 2 in the list" in page
        assert "dropped" not in page
    for name in ("report", "results"):
        sys.modules.pop(name, None)
