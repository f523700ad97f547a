"""A pack as somebody installs it, in processes of their own: when its plan is made anew."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import resolve_name
from pathlib import Path
from typing import Any

import pytest

import onepath
from onepath.codemod.packs import code_digest

PACK = {
    "acme_pack/__init__.py": "from acme_pack.versions import PACK\n",
    "acme_pack/versions.py": """\
import ast
import os

from onepath.codemod import Codemod, Declared, Edit, FileChange, Pack, Proposal

from . import texts
from .deep import more


class One(Codemod):
    number = 1
    name = "one"
    phase = "first"
    title = "Do one"

    def propose(self, world, left_out):
        return plan(world, end="end")


def plan(world, end):
    import acme_lazy
    from acme_other.words import WORD

    with open(os.environ["ACME_LOG"], "a") as file:
        file.write("planned\\n")
    old = world.read(["app.py"])["app.py"]
    entry = world.snapshot.entries["app.py"]
    text = f"# {texts.TEXT} {more.MORE} {acme_lazy.LAZY} {WORD} {end}\\n".encode()
    edit = Edit(len(old), len(old), text, "name", 1)
    change = FileChange("app.py", entry.mode, entry.oid, old, old + text, (edit,))
    return Proposal((change,), (), Declared(is_proven=True))


PACK = Pack("acme", (One,))
""",
    "acme_pack/texts.py": "TEXT = 'text'\n",
    "acme_pack/deep/__init__.py": "",
    "acme_pack/deep/more.py": "from pathlib import Path\n"
    "MORE = Path(__file__).with_name('more.txt').read_text().strip()\n",
    "acme_pack/deep/more.txt": "more\n",
    "acme_lazy.py": "import acme_deepest\nLAZY = acme_deepest.LAZY\n",
    "acme_deepest.py": "LAZY = 'lazy'\n",
    "acme_other/__init__.py": "from acme_unused import *\n",
    "acme_other/words.py": "WORD = 'word'\n",
    "acme_unused.py": "SOMETHING = 'unused'\n",
    "elsewhere.py": "WORD = 'word'\n",
    "acme_pack-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme-pack\nVersion: 1.0\n",
    "acme_pack-1.0.dist-info/entry_points.txt": "[onepath.packs]\nacme = acme_pack:PACK\n",
}


class Installed:
    def __init__(self, tmp_path: Path, repository: Any) -> None:
        self.repository = repository
        self.site = tmp_path / "site"
        self._log = tmp_path / "log"
        for path, text in PACK.items():
            (self.site / path).parent.mkdir(parents=True, exist_ok=True)
            (self.site / path).write_text(text)

    def plan(self) -> tuple[str, bool]:
        """What a dry run shows, and whether the plan was made anew."""
        self._log.write_text("")
        paths = [os.fspath(self.site), *filter(None, [os.environ.get("PYTHONPATH")])]
        done = subprocess.run(
            [sys.executable, "-B", "-c", "from onepath_cli.app import main; main()", "--dry-run"],
            cwd=self.repository.path, capture_output=True, text=True, timeout=60,
            # A file that is changed twice within a second would be taken for what was compiled.
            env={
                **os.environ,
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONPATH": os.pathsep.join(paths),
                "ACME_LOG": str(self._log),
            },
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        [line] = [
            line
            for line in done.stdout.splitlines()
            if line.startswith("+# ") and not line.startswith("+# Written by ")
        ]
        return line, "planned" in self._log.read_text()

    def replace(self, path: str, old: str, new: str) -> None:
        """Edit a file; it keeps its size and time, which say nothing."""
        file = self.site / path
        before = file.stat()
        assert len(old) == len(new)
        file.write_text(file.read_text().replace(old, new))
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.fixture
def installed(tmp_path: Path, make_repository: Callable[..., Any]) -> Installed:
    files = {"app.py": "pass\n", "migrate.toml": 'schema = 1\npack = "acme"\n'}
    return Installed(tmp_path, make_repository(files))


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("acme_pack/versions.py", '"end"', '"END"'),
        ("acme_pack/texts.py", "'text'", "'TEXT'"),
        ("acme_pack/deep/more.txt", "more", "MORE"),
        ("acme_deepest.py", "'lazy'", "'LAZY'"),
        ("acme_other/words.py", "'word'", "'WORD'"),
    ],
)
def test_code_that_changed_makes_the_plan_anew(
    installed: Installed, path: str, old: str, new: str
) -> None:
    assert installed.plan() == ("+# text more lazy word end", True)
    assert installed.plan() == ("+# text more lazy word end", False)
    installed.replace(path, old, new)
    text, word = "+# text more lazy word end", old.strip("'\"")
    assert installed.plan() == (text.replace(word, word.upper()), True)


def test_what_is_imported_but_not_used_counts_too(installed: Installed) -> None:
    installed.plan()
    installed.replace("acme_unused.py", "'unused'", "'UNUSED'")
    assert installed.plan()[1]


def test_neither_times_nor_places_nor_other_modules_count(
    installed: Installed, tmp_path: Path
) -> None:
    installed.plan()
    for file in installed.site.rglob("*"):
        os.utime(file, (1, 1))
    assert not installed.plan()[1]
    installed.replace("elsewhere.py", "'word'", "'WORD'")
    assert not installed.plan()[1]
    shutil.move(installed.site, tmp_path / "another")
    installed.site = tmp_path / "another"
    assert not installed.plan()[1]


def test_the_identity_of_a_version_covers_the_helpers_of_its_package(
    installed: Installed,
) -> None:
    def digest() -> str:
        code = (
            "from onepath.codemod.packs.installed import load_packs; "
            "print(load_packs()['acme'].versions[0].digest)"
        )
        paths = [os.fspath(installed.site), *filter(None, [os.environ.get("PYTHONPATH")])]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
        assert done.returncode == 0, done.stderr
        return done.stdout

    first = digest()
    installed.replace("acme_pack/texts.py", "'text'", "'TEXT'")
    second = digest()
    assert second != first
    installed.replace("acme_deepest.py", "'lazy'", "'LAZY'")
    assert digest() == second


def test_the_engine_counts_by_content_wherever_it_is(tmp_path: Path) -> None:
    def digest(folder: Path) -> str:
        code = "from onepath.codemod.packs.code_digest import engine_digest as d; print(d())"
        return subprocess.run(
            [sys.executable, "-B", "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": os.fspath(folder)},
        ).stdout

    here = Path(onepath.__file__).parent
    copy = tmp_path / "engine/onepath"
    shutil.copytree(here, copy, ignore=shutil.ignore_patterns("__pycache__"))
    assert digest(copy.parent) == digest(here.parent)
    file = copy / "edit/edits.py"
    before = file.stat()
    text = file.read_bytes()
    file.write_bytes(text.replace(b"the", b"THE", 1))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert digest(copy.parent) != digest(here.parent)


@pytest.mark.parametrize("package", ["onepath", "onepath_packs", "onepath_cli"])
def test_no_import_is_overlooked(package: str) -> None:
    [folder] = code_digest._folders(package)
    paths = sorted(folder.rglob("*.py"))
    assert len(paths) > 20
    for path in paths:
        dotted = ".".join((package, *path.relative_to(folder).with_suffix("").parts))
        module = code_digest._Module(
            dotted.removesuffix(".__init__"), path, path.stem == "__init__"
        )
        assert imported(module, path.read_bytes()) <= set(
            code_digest._written_imports(module.package, path.read_bytes())
        ), path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from a import (  # why\n    b,\n    c,\n)\n", {"a", "a.b", "a.c"}),
        ("from .. import b; import c.d as e, f\n", {"p", "p.b", "c.d", "f"}),
        ("if x: from .a \\\n  import b as c\n", {"p.q.a", "p.q.a.b"}),
        ("import a, \\\n  b\n", {"a", "b"}),
    ],
)
def test_imports_are_read_however_they_are_written(text: str, expected: set[str]) -> None:
    module = code_digest._Module("p.q.r", Path("r.py"), False)
    assert expected == imported(module, text.encode())
    assert expected <= set(code_digest._written_imports(module.package, text.encode()))


def imported(module: code_digest._Module, source: bytes) -> set[str]:
    """What the syntax tree says that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            name = "." * node.level + (node.module or "")
            base = resolve_name(name, module.package) if node.level else name
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names if alias.name != "*")}
    return found
