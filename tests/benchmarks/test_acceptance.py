"""What the acceptance check calls damage, on a package of a few lines."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks" / "acceptance"
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

    def check(changes: dict[str, str | None], symbols: Any = ()) -> list[str]:
        write(dict(PACKAGE))
        observer = imported.Imported(Path(sys.executable), tmp_path, {"packages": ["pkg"]})
        before = observer.published()
        assert sorted(before) == ["pkg", "pkg.alone", "pkg.inner", "pkg.listed", "pkg.user"]
        write(changes)
        found: list[str] = imported.differences(before, observer.now(list(changes)), symbols)
        return found

    yield check
    for name in ("imported", "observe", "processes"):
        sys.modules.pop(name, None)


def test_an_import_that_goes_with_its_last_use_is_no_damage(checked: Any) -> None:
    assert checked({"pkg/user.py": "from pkg.inner import Thing as Renamed\n"}) == []


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
