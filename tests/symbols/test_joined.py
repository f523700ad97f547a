"""Packages that `pkgutil.extend_path` joins over several roots."""

import pytest
from hypothesis import Phase, assume, example, given, settings
from hypothesis import strategies as st
from tests.conftest import write_files
from tests.symbols.test_projects import PATHS, _is_ambiguous, _names, _python_finds

from onepath.symbols.joined import joined_packages, repeated_packages
from onepath.symbols.modules import Modules

JOINING = b"from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n"
FILES = [
    "one/acme/__init__.py", "one/acme/legacy.py", "two/acme/__init__.py",
    "two/acme/tools/__init__.py", "two/acme/tools/impl.py",
]  # fmt: skip
JOINED = ("one/acme", "two/acme")


def test_a_module_of_the_other_portion_is_found_from_each() -> None:
    modules = Modules(FILES, joined=JOINED)
    assert modules.projects == ("one", "two")
    for importer in ("one/acme/legacy.py", "two/acme/tools/impl.py", "elsewhere.py"):
        assert modules.find("acme.legacy", importer) == "one/acme/legacy.py"
        assert modules.find("acme.tools.impl", importer) == "two/acme/tools/impl.py"
    assert modules.submodule("one/acme/__init__.py", "tools") == "two/acme/tools/__init__.py"
    assert modules.find("acme") == "one/acme/__init__.py"
    assert modules.find("acme.x", "two/acme/tools/impl.py") is None
    assert modules.absolute("two/acme/tools/impl.py", 2, "legacy") == "acme.legacy"


def test_a_package_below_that_joins_nothing_is_one_folder() -> None:
    inner = ["one/acme/inner/__init__.py", "two/acme/inner/a.py"]
    modules = Modules([*FILES, *inner], joined=JOINED)
    assert modules.find("acme.inner.a") is None


@pytest.mark.parametrize(
    ("text", "is_joining"),
    [
        (JOINING, True),
        (b"__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n", True),
        (b"__import__('pkg_resources').declare_namespace(__name__)\n", True),
        (b"try:\n    import pkg_resources as p\n    p.declare_namespace(__name__)\n", True),
        (b"# extend_path(__path__, __name__)\n", False),
        (b"", False),
    ],
)
def test_what_an_init_says(text: bytes, is_joining: bool) -> None:
    assert bool(joined_packages({"a/p/__init__.py": text})) is is_joining


def test_packages_of_one_name_are_looked_at_and_tests_are_not() -> None:
    repeated = {"a/p/__init__.py", "b/p/__init__.py"}
    others = {"b/q/__init__.py", "b/p/q/__init__.py", "a/tests/__init__.py", "b/tests/__init__.py"}
    assert set(repeated_packages({*repeated, *others, "a/p/x.py"})) == repeated


@settings(max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.sets(PATHS, min_size=2, max_size=9), st.sets(st.sampled_from("nmk")))
# Neither package `n.m` is asked whether it joins: one of them is taken for `m` of a root `one/n`.
@example({"one/n/m/__init__.py", "three/n/__init__.py", "three/n/m/__init__.py"}, set())
def test_what_is_found_is_what_python_finds(
    tmp_path_factory: pytest.TempPathFactory, paths: set[str], joining: set[str]
) -> None:
    """CPython says what a name means, where some packages join and others don't."""
    top = tmp_path_factory.mktemp("world")
    texts = {path: JOINING * (path.split("/")[-2] in joining) for path in repeated_packages(paths)}
    write_files(top, {**dict.fromkeys(paths, ""), **{p: t.decode() for p, t in texts.items()}})
    roots = ["one", "two", "three"]
    names = sorted({name for path in paths for name in _names(path)})
    answers = _python_finds(top, roots, names)
    modules = Modules(paths, projects=roots, joined=joined_packages(texts))
    # Of `two/k/n` nobody can tell whether it is `k.n` or `n` of a root `two/k`: it leads nowhere.
    assume(set(modules.projects) <= set(roots))
    torn = {name for name in names if _is_torn(paths, texts, name)}
    for name in names:
        expected = answers[name]
        is_torn = name in torn or any(name.startswith(f"{one}.") for one in torn)
        if is_torn or expected in (None, "namespace"):
            continue
        assert modules.find(name) == expected
        if "." in name:
            parent, _, leaf = name.rpartition(".")
            assert modules.submodule(modules.find(parent) or "", leaf) == expected


def _is_torn(paths: set[str], texts: dict[str, bytes], name: str) -> bool:
    """Whether several roots have a module of that name, and are not all joined packages."""
    ends = f"/{name.replace('.', '/')}/__init__.py"
    inits = [path for path in paths if path.partition("/")[2] == ends[1:]]
    modules = {path for path in paths if path.partition("/")[2] == f"{ends[1:-12]}.py"}
    return _is_ambiguous(paths, name) and bool(modules or not all(map(texts.get, inits)))
