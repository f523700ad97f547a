"""Configuration that names a package by a word or by its folder, when it gets another name."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import Program

SOURCES = """
=== src/acme/__init__.py
__version__ = "1"
=== src/acme/cli.py
import acme.sub
def main():
    return acme.sub.x
=== src/acme/sub/__init__.py
x = 1
=== src/use.py
from acme.cli import main
print(main())
"""
THERE = """
import os, re, use
print(all(map(os.path.exists, re.findall(r"src/\\w+", open({name!r}).read()))))
"""
"""Whether each folder that a file names is there."""
MODULES = ["acme", "acme.cli", "acme.sub"]
FOLLOWS = blocks("""
=== pyproject.toml packages = ["src/acme"]
[tool.hatch.build.targets.wheel]
packages = ["src/acme"]
=== pyproject.toml addopts = "--doctest-modules src/acme/sub ./src/acme"
[tool.pytest.ini_options]
addopts = "--doctest-modules src/acme/sub ./src/acme"
=== CODEOWNERS /src/acme/ @team
/src/acme/ @team
=== MANIFEST.in graft src/acme/data
graft src/acme/data
=== a.yaml exclude: ^(src/acme/sub/|docs/)
exclude: ^(src/acme/sub/|docs/)
=== .gitignore src/acme/made.py
src/acme/made.py
=== Dockerfile COPY src/acme/cli.py /app/src/acme/cli.py
COPY src/acme/cli.py /app/src/acme/cli.py
""")
LISTED = blocks("""
=== pyproject.toml [project]
[project]
name = "acme"
=== pyproject.toml [tool.coverage.run]
[tool.coverage.run]
source = ["acme"]
=== pyproject.toml [tool.setuptools.packages.find]
[tool.setuptools.packages.find]
include = ["acme*"]
=== pyproject.toml [tool.setuptools.package-data]
[tool.setuptools.package-data]
acme = ["*.txt"]
=== setup.cfg [isort]
[isort]
known_first_party = acme,other
=== tox.ini [testenv]
[testenv]
commands = pytest --cov=acme
=== a.yaml packages:
packages:
  - acme
""")
OTHERS = blocks("""
=== a.yaml text: see src/acmes and my/src/acme/ or acme-tools
text: see src/acmes and my/src/acme/ or acme-tools
""")


@pytest.mark.parametrize("case", FOLLOWS)
def test_its_folder_follows(unchanged_by: Program, case: str) -> None:
    name, _, _ = case.partition(" ")
    files = {**blocks(SOURCES), name: FOLLOWS[case]}
    how = {"rename": ("acme", "zenith"), "roots": ["src"], "may_go": MODULES}
    after = unchanged_by(files, **how, script=THERE.format(name=name))
    assert after.printed == "1\nTrue\n"
    assert not after.refusals


@pytest.mark.parametrize("case", LISTED)
def test_its_name_as_a_word_is_listed(unchanged_by: Program, case: str) -> None:
    name, _, _ = case.partition(" ")
    files = {**blocks(SOURCES), name: LISTED[case]}
    how = {"rename": ("acme", "zenith"), "roots": ["src"], "may_go": MODULES}
    after = unchanged_by(files, **how, script="import use\n")
    assert after.refusals == ((name, 2, "mentioned"),)


@pytest.mark.parametrize("case", OTHERS)
def test_another_word_is_left(unchanged_by: Program, case: str) -> None:
    files = {**blocks(SOURCES), "a.yaml": OTHERS[case]}
    how = {"rename": ("acme", "zenith"), "roots": ["src"], "may_go": MODULES}
    after = unchanged_by(files, **how, script="import use\n")
    assert not after.refusals
