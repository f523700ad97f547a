"""Definitions that a table names beside their module, and that are loaded by both names."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import RUN, Program

TABLES = {
    "whole paths": (
        'STYLES = {"zen": ("pkg.styles.zen", "Zen")}\n',
        "module, name = STYLES[key]",
    ),
    "names of modules": (
        'STYLES = {"Zen": "zen"}\n',
        "module, name = 'pkg.styles.' + STYLES['Zen'], 'Z' + 'en'",
    ),
    "relative paths": (
        'STYLES = {\n    "zen": {\n        "module": ".zen",\n        "name": "Zen",\n    },\n}\n',
        "module, name = 'pkg.styles' + STYLES[key]['module'], STYLES[key]['name']",
    ),
}


@pytest.mark.parametrize("case", TABLES)
@pytest.mark.parametrize(
    "how",
    [
        {"rename": ("pkg.styles.zen.Zen", "pkg.styles.zen.Other")},
        {"move": ("pkg.styles.zen.Zen", "pkg.other")},
    ],
)
def test_the_old_path_stays(
    unchanged_by: Program, case: str, how: dict[str, tuple[str, str]]
) -> None:
    table, look = TABLES[case]
    files = blocks(f"""
=== pkg/__init__.py
from pkg.table import STYLES
def get(key):
    {look}
    return getattr(__import__(module, None, None, [name]), name)
=== pkg/table.py
{table}
=== pkg/styles/__init__.py
=== pkg/styles/zen.py
__all__ = ["Zen"]
class Zen:
    x = 1
=== main.py
import pkg
print(pkg.get("zen").x)
""")
    after = unchanged_by(files, **how, script=RUN)
    assert any("-kept" in code for *_, code in after.refusals)


PLUGINS = """
=== pkg/__init__.py
=== pkg/plugins/__init__.py
=== pkg/plugins/nl.py
labels = {"a": 1}
def startswith(name):
    return name.startswith("pkg.other.")
=== pkg/other/__init__.py
=== pkg/other/nl.py
labels = 2
=== pkg/load.py
from importlib import import_module
class Loader:
    packages = ()
    def get(self, name):
        for package in self.packages:
            return import_module(package + name)
=== pkg/plugin_loader.py
from pkg.load import Loader
class PluginLoader(Loader):
    packages = ("pkg.plugins.",)
=== main.py
import pkg.other.nl
from pkg.plugin_loader import PluginLoader
print(PluginLoader().get("nl").labels)
"""


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("pkg.plugins.nl", "pkg.plugins.dutch", "old-module-kept"),
        ("pkg.plugins.nl.labels", "pkg.plugins.nl.marks", "old-name-kept"),
        ("pkg.other.nl", "pkg.other.dutch", ""),
    ],
)
def test_what_a_prefix_may_load_stays(unchanged_by: Program, old: str, new: str, code: str) -> None:
    after = unchanged_by(blocks(PLUGINS), rename=(old, new), script=RUN, may_go=["pkg.other.nl"])
    assert [one for *_, one in after.refusals] == ([code] if code else [])


@pytest.mark.parametrize(
    "how",
    [{"rename": ("pkg.b.escape", "pkg.b.quote")}, {"move": ("pkg.b.escape", "pkg.other")}],
)
def test_the_end_of_a_path_in_code_that_is_written(
    unchanged_by: Program, how: dict[str, tuple[str, str]]
) -> None:
    files = blocks("""
=== pkg/__init__.py
=== pkg/b.py
def escape(text):
    return text + "!"
=== pkg/run.py
FILTERS = {"h": "b.escape(%s)"}
def run(text):
    from pkg import b
    return eval(FILTERS["h"] % repr(text))
=== main.py
from pkg.run import run
print(run("x"))
""")
    after = unchanged_by(files, **how, script=RUN)
    assert any("-kept" in code for *_, code in after.refusals)


def test_a_quoted_type_of_a_namesake_reads_nothing(unchanged_by: Program) -> None:
    files = blocks("""
=== pkg/__init__.py
=== pkg/b.py
class Thing:
    x = 1
=== pkg/c.py
class Thing:
    y = 2
def make() -> "Thing":
    return Thing()
=== main.py
import pkg.b
from pkg.c import make
def read(module, name):
    return getattr(module, name).x
print(read(pkg.b, "Th" + "ing") if hasattr(pkg.b, "Th" + "ing") else 1, make().y, pkg.b.Thing.x)
""")
    after = unchanged_by(files, rename=("pkg.b.Thing", "pkg.b.Other"), script=RUN)
    assert all("c.py" not in path for path, *_ in after.refusals)
    assert "class Other" in after.files["pkg/b.py"]
