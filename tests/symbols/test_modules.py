import pytest

from onepath.symbols.modules import Modules, is_package, is_test


def test_top_folder_is_a_root() -> None:
    modules = Modules(["a.py", "p/__init__.py", "p/b.py", "p/readme.md"])
    assert modules.find("a") == "a.py"
    assert modules.find("p") == "p/__init__.py"
    assert modules.find("p.b") == "p/b.py"
    assert modules.find("p.readme") is None
    assert modules.find("") is None


def test_package_wins_over_a_module_of_its_name_and_code_over_a_stub() -> None:
    modules = Modules(["p.py", "p/__init__.py", "q.py", "q.pyi", "r.pyi"])
    assert [modules.find(name) for name in "pqr"] == ["p/__init__.py", "q.py", "r.pyi"]


@pytest.mark.parametrize("folder", ["src", "lib"])
def test_conventional_source_folder_is_a_root_and_a_package_of_its_name_is_not(folder: str) -> None:
    modules = Modules([f"{folder}/p/__init__.py", f"{folder}/p/a.py"])
    assert modules.find("p.a") == f"{folder}/p/a.py"
    assert modules.name(f"{folder}/p/a.py") == "p.a"
    package = Modules([f"{folder}/__init__.py", f"{folder}/p/__init__.py", f"{folder}/p/a.py"])
    assert package.name(f"{folder}/p/a.py") == f"{folder}.p.a"


@pytest.mark.parametrize(
    "text",
    [
        '[tool.setuptools]\npackage-dir = {"" = "python"}',
        '[tool.setuptools.packages.find]\nwhere = ["python"]',
        '[tool.hatch.build.targets.wheel]\npackages = ["python/p"]',
        '[[tool.poetry.packages]]\ninclude = "p"\nfrom = "python"',
        '[tool.pytest.ini_options]\npythonpath = ["./python/"]',
        '[tool.pytest.ini_options]\npythonpath = "python"',
    ],
)
def test_declared_roots_are_followed(text: str) -> None:
    modules = Modules(["python/p/__init__.py"], declared=text)
    assert modules.find("p") == "python/p/__init__.py"
    assert modules.name("python/p/__init__.py") == "p"


@pytest.mark.parametrize(
    "text", ["not toml [", "tool = 1", "[tool]\nsetuptools = 'x'", "[tool.pytest]"]
)
def test_odd_declaration_declares_nothing(text: str) -> None:
    assert Modules(["a.py"], declared=text).roots == ("",)


def test_given_roots_take_the_place_of_those_found() -> None:
    modules = Modules(["src/p/__init__.py", "py/q.py"], roots=["./py/"])
    assert modules.roots == ("py",)
    assert modules.find("q") == "py/q.py"
    assert modules.find("p") is None
    assert modules.find("src.p") is None


def test_innermost_of_nested_roots_names_a_file() -> None:
    modules = Modules(["a/b/c.py"], roots=["", "a", "a/b"])
    assert modules.name("a/b/c.py") == "c"
    assert modules.find("b.c") == modules.find("a.b.c") == modules.find("c") == "a/b/c.py"


def test_namespace_package_is_its_folder() -> None:
    modules = Modules(["n/a.py", "n/m/b.py"])
    assert modules.find("n") == "n/"
    assert modules.find("n.m.b") == "n/m/b.py"
    assert modules.submodule("n/", "a") == "n/a.py"
    assert modules.submodule("n/", "m") == "n/m/"
    assert modules.submodule("n/a.py", "b") is None


def test_regular_module_of_a_later_root_wins_over_a_namespace() -> None:
    modules = Modules(["p/data/x.py", "src/p/__init__.py"])
    assert modules.find("p") == "src/p/__init__.py"


def test_namespace_at_the_top_does_not_make_a_name_ours() -> None:
    modules = Modules(["redis/dump.py", "p/__init__.py"])
    assert not modules.is_ours("redis.client")
    assert modules.is_ours("p.gone")
    assert not modules.is_ours("requests")


def test_folder_outside_packages_is_a_root_for_what_is_in_it() -> None:
    modules = Modules(["tests/helpers.py", "tests/unit/test_a.py", "p/__init__.py", "p/a.py"])
    assert modules.find("helpers", "tests/unit/test_a.py") == "tests/helpers.py"
    assert modules.find("helpers", "p/a.py") is None
    assert modules.find("helpers") is None
    assert modules.local_roots("tests/unit/test_a.py") == ("tests/unit", "tests")


def test_standard_library_is_not_taken_from_a_folder_around_the_file() -> None:
    modules = Modules(["scripts/json.py", "scripts/run.py", "json.py"])
    assert modules.find("json", "scripts/run.py") == "json.py"
    assert Modules(["scripts/json.py", "scripts/a.py"]).find("json", "scripts/a.py") is None


def test_name_of_a_file_finds_it_from_everywhere() -> None:
    paths = ["tests/helpers.py", "p/__init__.py", "p/n/a.py", "src/q/b.py", "c.py", "__init__.py"]
    modules = Modules(paths)
    assert modules.name("p/n/a.py") == "p.n.a"
    assert modules.name("tests/helpers.py") == "tests.helpers"
    for path in paths[:-1]:
        assert modules.find(modules.name(path)) == path


def test_name_outside_all_given_roots_is_that_below_its_own_folder() -> None:
    modules = Modules(["src/p/__init__.py", "tools/x/run.py"], roots=["src"])
    assert modules.name("tools/x/run.py") == "run"


@pytest.mark.parametrize(
    ("path", "level", "module", "expected"),
    [
        ("p/q/a.py", 0, "x.y", "x.y"),
        ("p/q/a.py", 1, "", "p.q"),
        ("p/q/a.py", 1, "b.c", "p.q.b.c"),
        ("p/q/a.py", 2, "b", "p.b"),
        ("p/q/a.py", 3, "b", None),
        ("p/q/__init__.py", 1, "a", "p.q.a"),
        ("p/q/__init__.py", 2, "", "p"),
        ("p/q/__init__.py", 3, "", None),
        ("p/__init__.py", 1, "q", "p.q"),
        ("p/__init__.py", 2, "q", None),
        ("p/a.py", 2, "b", None),
        ("a.py", 1, "b", None),
        ("src/p/a.py", 1, "b", "p.b"),
        ("src/p/a.py", 2, "b", None),
        ("n/m/a.py", 1, "b", "n.m.b"),
    ],
)
def test_dots_are_resolved_against_the_files_place(
    path: str, level: int, module: str, expected: str | None
) -> None:
    files = ["p/__init__.py", "p/q/__init__.py", "p/q/a.py", "p/a.py", "a.py", "src/p/a.py",
             "src/p/__init__.py", "n/m/a.py"]  # fmt: skip
    assert Modules(files).absolute(path, level, module) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [("p/__init__.py", True), ("__init__.py", True), ("p/__init__.pyi", True),
     ("p/a__init__.py", False), ("p/a.py", False)],
)  # fmt: skip
def test_package_is_known_by_its_init(path: str, expected: bool) -> None:
    assert is_package(path) is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [("test_a.py", True), ("p/a_test.py", True), ("p/conftest.py", True), ("p/tests/a.py", True),
     ("test/a.py", True), ("p/testing/a.py", False), ("p/contest.py", False),
     ("p/latest_a.py", False), ("tests.py", False)],
)  # fmt: skip
def test_test_files_are_known_by_their_names(path: str, expected: bool) -> None:
    assert is_test(path) is expected


def test_a_name_that_no_import_can_spell_leads_nowhere() -> None:
    modules = Modules(["pkg/__init__.py", "pkg/b\udcffad.py", "pkg/\xfcn.py", "pkg/\udcff/m.py"])
    assert modules.name("pkg/b\udcffad.py") == "pkg.b\ufffdad"
    assert modules.name("pkg/\udcff/m.py") == "pkg.\ufffd.m"
    assert modules.find(modules.name("pkg/b\udcffad.py")) is None
    assert modules.find(modules.name("pkg/\xfcn.py")) == "pkg/\xfcn.py"
