"""Audits of a folder that changes, with and without what earlier ones have left in a cache."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from onepath.audit.result import AuditResult
from onepath.codemod.packs.configuration import parse_config
from onepath.config.migrate_toml import Config
from onepath.plan import auditing
from onepath.plan.auditing import make_audit
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder

SMALL = {
    "app/__init__.py": "",
    "app/hub.py": "class Hub:\n    def attach(self): ...\n",
    "app/old.py": "from app.hub import Hub\n",
    "app/use.py": "from app.old import Hub\nfrom app.gone import Thing\n\nHub()\n",
    "app/more.py": "from app.hub import Hub\n\n\ndef make():\n    return Hub()\n",
    "tests/test_use.py": "from unittest import mock\n\nmock.patch('app.old.Hub')\n",
    "README.md": "nothing\n",
}
CONFIG = 'schema = 1\n[imports]\n"app.old.Hub" = "app.hub.Hub"\n'
CHANGES: Mapping[str, Mapping[str, str | None]] = {
    "nothing": {},
    "a line": {"app/use.py": f"# moved\n{SMALL['app/use.py']}"},
    "a new module": {"app/gone.py": "class Thing: ...\n"},
    "a module less": {"app/old.py": None},
    "a package for a module": {"app/old.py": None, "app/old/__init__.py": SMALL["app/old.py"]},
    "a new test": {"tests/test_more.py": "import app.use\n"},
    "another document": {"README.md": "something\n"},
    "a document more, one less": {"README.md": None, "docs/a.md": "a"},
    "what a module is built from": {"app/gone.pyx": "x"},
    "another root": {"pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["app"]\n'},
    "a file that can't be read": {"app/more.py": "def (:\n"},
    "a new module that nobody names": {"app/quite.py": "def quite():\n    return 1\n"},
    "a module less that nobody names": {"app/more.py": None},
    "another name for it": {"app/more.py": None, "app/most.py": SMALL["app/more.py"]},
    "two files": {"app/use.py": "x = 1\n", "app/more.py": "y = 1\n"},
}


def audit(folder: Path, config: Config, cache: Path | None) -> AuditResult:
    return make_audit(Folder(folder), config, executor=SerialExecutor(), cache_dir=cache)


def write(folder: Path, files: Mapping[str, str | None]) -> None:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        if text is not None:
            target.write_text(text, encoding="utf-8")


class Kept:
    """What audits leave in a cache, of a folder with SMALL and what has changed in it since."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self.code = top / "code"
        self._wholes: dict[tuple[tuple[str, bytes], ...], AuditResult] = {}

    def lay_out(self, *changes: str) -> None:
        shutil.rmtree(self.code, ignore_errors=True)
        for files in (SMALL, *map(CHANGES.__getitem__, changes)):
            write(self.code, files)

    def audit(self, cache: Path | None) -> AuditResult:
        return audit(self.code, parse_config(CONFIG, ""), cache)

    def whole(self) -> AuditResult:
        """The audit that knows of no other, made once of the same files."""
        paths = (path for path in sorted(self.code.rglob("*")) if path.is_file())
        files = tuple((str(path), path.read_bytes()) for path in paths)
        if files not in self._wholes:
            self._wholes[files] = self.audit(None)
        return self._wholes[files]

    def after(self, change: str) -> Path:
        """The cache in which an audit of SMALL is kept, and the next one after a change."""
        cache = self._top / f"after {change}"
        if not cache.exists():
            self.lay_out()
            assert self.audit(cache).findings
            self.lay_out(change)
            assert self.audit(cache) == self.whole()
        return cache


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(tmp_path_factory.mktemp("kept"))


@pytest.mark.parametrize("second", CHANGES)
@pytest.mark.parametrize("first", CHANGES)
def test_audits_with_and_without_a_cache_agree(
    first: str, second: str, kept: Kept, tmp_path: Path
) -> None:
    cache = shutil.copytree(kept.after(first), tmp_path / "cache")
    kept.lay_out(first, second)
    assert kept.audit(cache) == kept.whole()


ROOTS = {
    "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["app"]\n',
    "libs/kit/pyproject.toml": '[tool.setuptools.package-dir]\n"" = "lib"\n',
    "libs/kit/lib/kit.py": "class Kit: ...\n",
    "libs/box/setup.cfg": "[options]\npackage_dir =\n    = lib\n",
    "libs/box/lib/box.py": "class Box: ...\n",
    "libs/bag/setup.py": "setup(package_dir={'': 'lib'})\n",
    "libs/bag/lib/bag.py": "class Bag: ...\n",
    "app/names.py": "".join(f"from {name} import Lost\n" for name in ("hub", "kit", "box", "bag")),
}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", "[tool.pytest.ini_options]\npythonpath = []\n"),
        ("pyproject.toml", None),
        ("libs/kit/pyproject.toml", '[project]\nname = "kit"\n'),
        ("libs/box/setup.cfg", "[metadata]\nname = box\n"),
        ("libs/box/setup.cfg", None),
        ("libs/bag/setup.py", "setup()\n"),
    ],
)
def test_an_edit_of_what_declares_source_roots_is_an_audit_of_its_own(
    path: str, text: str | None, tmp_path: Path
) -> None:
    config, folder = parse_config(CONFIG, ""), tmp_path / "code"
    write(folder, {**SMALL, **ROOTS})
    before = audit(folder, config, tmp_path)
    write(folder, {path: text})
    after = audit(folder, config, tmp_path)
    assert after == audit(folder, config, None)
    assert len(after.findings) < len(before.findings)


def test_another_configuration_and_another_build_follow_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "code"
    write(folder, SMALL)
    audit(folder, parse_config(CONFIG, ""), tmp_path)
    write(folder, CHANGES["a line"])
    asked: list[object] = []
    monkeypatch.setattr(auditing, "follow_findings", lambda *given: asked.append(given))
    audit(folder, parse_config("schema = 1\n", ""), tmp_path)
    assert asked == []
    monkeypatch.setattr("onepath.plan.memory.engine_digest", lambda: "another")
    audit(folder, parse_config(CONFIG, ""), tmp_path)
    assert asked == []
    monkeypatch.undo()
    monkeypatch.setattr(auditing, "follow_findings", lambda *given: asked.append(given))
    audit(folder, parse_config(CONFIG, ""), tmp_path)
    assert len(asked) == 1


def test_excluded_files_stay_excluded(tmp_path: Path) -> None:
    config = parse_config('schema = 1\nexclude = ["app/use.py"]\n', "")
    folder = tmp_path / "code"
    write(folder, SMALL)
    audit(folder, config, tmp_path)
    write(folder, CHANGES["a line"])
    assert audit(folder, config, tmp_path) == audit(folder, config, None)
