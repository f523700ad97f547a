"""Modules outside the repository are read from files; CPython says what they are."""

import subprocess
import sys
from pathlib import Path

import pytest

from onepath.errors import InputError
from onepath.symbols.outside import lookup
from onepath.symbols.outside.environment import (
    Environment,
    read_environment,
    running_environment,
)
from onepath.symbols.outside.lookup import Kind, Outside, is_builtin

FILES = {
    "lib/__init__.py": "from lib.inner import Thing\nfrom lib import inner as other\nVALUE = 1\n",
    "lib/inner.py": "class Thing:\n    def run(self): ...\ndef make(): ...\n",
    "lib/lazy.py": "def __getattr__(name): ...\n",
    "lib/starred.py": "from lib.inner import *\n",
    "lib/listed.py": "from lib.inner import *\n__all__ = ['make']\n",
    "lib/compiled.cpython-311-x86_64-linux-gnu.so": "",
    "space/part/__init__.py": "X = 1\n",
    "single.py": "import lib.inner as again\ntry:\n    from nowhere import Y\nexcept ImportError:\n"
    "    Y = None\n",
}


@pytest.fixture
def outside(tmp_path: Path) -> Outside:
    for path, text in FILES.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return Outside(Environment((str(tmp_path),), ("builtin_one",)))


@pytest.mark.parametrize(
    ("dotted", "kind"),
    [
        ("lib", Kind.MODULE),
        ("lib.inner", Kind.MODULE),
        ("lib.other", Kind.MODULE),
        ("lib.other.make", Kind.NAME),
        ("lib.Thing", Kind.NAME),
        ("lib.VALUE", Kind.NAME),
        ("lib.inner.Thing.run", Kind.ATTRIBUTE),
        ("lib.VALUE.real", Kind.UNKNOWN),
        ("lib.Thong", Kind.MISSING),
        ("lib.innr.Thing", Kind.MISSING),
        ("lib.lazy.Anything", Kind.UNKNOWN),
        ("lib.starred.make", Kind.NAME),
        ("lib.starred.made", Kind.MISSING),
        ("lib.compiled", Kind.MODULE),
        ("lib.compiled.x", Kind.UNKNOWN),
        ("space", Kind.MODULE),
        ("space.part.X", Kind.NAME),
        ("single.again", Kind.MODULE),
        ("single.again.make", Kind.NAME),
        ("single.Y", Kind.NAME),
        ("builtin_one", Kind.MODULE),
        ("builtin_one.x", Kind.UNKNOWN),
        ("nowhere.x", Kind.ABSENT),
    ],
)
def test_what_a_path_is(outside: Outside, dotted: str, kind: Kind) -> None:
    assert outside.kind(dotted) is kind


@pytest.mark.parametrize(
    ("dotted", "near"),
    [
        ("lib.Thong", "lib.Thing"),
        ("lib.innr.Thing", "lib.inner.Thing"),
        ("lib.innr.Thong", "lib.inner.Thing"),
        ("singel.again", "single.again"),
        ("lib.inner.Thing", ""),
        ("lib.qqqq", ""),
    ],
)
def test_what_may_have_been_meant(outside: Outside, dotted: str, near: str) -> None:
    assert outside.closest(dotted) == near


def test_nothing_is_imported(tmp_path: Path) -> None:
    (tmp_path / "loud.py").write_text("raise SystemExit('imported')\nclass A: ...\n")
    outside = Outside(Environment((str(tmp_path),), ()))
    assert outside.kind("loud.A") is Kind.NAME
    assert "loud" not in sys.modules


STANDARD = [
    "os",
    "os.path",
    "os.path.join",
    "posixpath.join",
    "typing.List",
    "typing.Any",
    "collections.abc",
    "collections.abc.Mapping",
    "collections.OrderedDict",
    "xml.dom.minidom",
    "xml.dom.Node",
    "json.loads",
    "json.decoder",
    "json.JSONDecoder",
    "unittest.mock",
    "unittest.mock.patch",
    "unittest.TestCase",
    "importlib.metadata",
    "importlib.import_module",
    "urllib.parse.urlparse",
    "asyncio.run",
    "asyncio.Queue",
    "concurrent.futures.ThreadPoolExecutor",
    "logging.handlers",
    "logging.getLogger",
    "email.mime.text",
    "datetime.datetime",
    "decimal.Decimal",
    "pathlib.Path",
    "re.compile",
    "string.Template",
    "textwrap.dedent",
    "xml.etree.ElementTree",
    "http.client",
    "http.HTTPStatus",
    "ctypes.util",
    "sqlite3.dbapi2",
]
_ASK = """
import importlib, sys, types
for dotted in sys.argv[1:]:
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:count]))
            break
        except ImportError:
            pass
    for part in parts[count:]:
        found = getattr(found, part)
    print("module" if isinstance(found, types.ModuleType) else "name")
"""


def test_the_standard_library_is_what_python_says() -> None:
    asked = [sys.executable, "-c", _ASK, *STANDARD]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    outside = Outside(running_environment())
    wrong = [
        (dotted, outside.kind(dotted).value, said)
        for dotted, said in zip(STANDARD, done.stdout.split(), strict=True)
        if outside.kind(dotted) not in (Kind(said), Kind.UNKNOWN)
    ]
    assert wrong == []
    unknown = [one for one in STANDARD if outside.kind(one) is Kind.UNKNOWN]
    assert unknown == []


def test_another_interpreter_is_asked_for_its_path() -> None:
    environment = read_environment(Path(sys.executable))
    assert "sys" in environment.builtins
    assert Outside(environment).kind("json.loads") is Kind.NAME


def test_the_folder_of_an_environment_stands_for_its_interpreter(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    assert "sys" in read_environment(tmp_path).builtins


def test_what_is_no_interpreter_is_said(tmp_path: Path) -> None:
    (tmp_path / "python").write_text("no program\n")
    with pytest.raises(InputError, match="no Python that answers"):
        read_environment(tmp_path / "python")


def test_an_installed_package_changes_the_stamp(tmp_path: Path) -> None:
    environment = Environment((str(tmp_path),), ())
    before = environment.stamp
    (tmp_path / "more").mkdir()
    assert environment.stamp != before


@pytest.mark.parametrize(
    ("dotted", "is_one"), [("list", True), ("builtins.list", True), ("typing.List", False)]
)
def test_what_needs_no_import(dotted: str, is_one: bool) -> None:
    assert is_builtin(dotted) is is_one


def test_a_file_that_is_no_module_is_not_what_was_meant(tmp_path: Path) -> None:
    for name in ("zed", "zet"):
        (tmp_path / name).write_text("a program\n")
    assert not Outside(Environment((str(tmp_path),), ())).closest("zed.Thing")


def test_a_module_is_parsed_once_for_all_that_ask_until_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[bytes] = []
    extract = lookup.extract
    monkeypatch.setattr(
        lookup, "extract", lambda content: (parsed.append(content), extract(content))[1]
    )

    def kind(name: str) -> Kind:
        return Outside(Environment((str(tmp_path),), ())).kind(f"asked_twice.{name}")

    (tmp_path / "asked_twice.py").write_text("def first(): ...\n")
    assert [kind("first"), kind("other"), kind("first")] == [Kind.NAME, Kind.MISSING, Kind.NAME]
    assert len(parsed) == 1
    (tmp_path / "asked_twice.py").write_text("def other(): ...\n")
    assert [kind("first"), kind("other")] == [Kind.MISSING, Kind.NAME]
    assert len(parsed) == 2
