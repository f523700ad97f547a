"""Namespace packages over several roots, which the projects in sub-folders declare."""

import pytest
from tests.programs.conftest import Program

TOOL = "class Tool:\n    n = 1\n"
APP = (
    "from .legacy import Tool\nfrom . import legacy\n\n\ndef go():\n"
    "    return Tool.n, legacy.Tool.n\n"
)
OTHER = (
    "from ..legacy import Tool as T\nfrom acme import legacy as L\n\n\ndef go():\n"
    "    return T.n, L.Tool.n\n"
)
DECLARED = {
    "setuptools": ("", '[tool.setuptools.packages.find]\nwhere = ["."]\n'),
    "plain": ("", '[project]\nname = "x"\n'),
    "src": ("src/", '[project]\nname = "x"\n'),
    "poetry": ("lib/", '[tool.poetry]\npackages = [{include = "acme", from = "lib"}]\n'),
    "hatch": ("py/", '[tool.hatch.build.targets.wheel]\npackages = ["py/acme"]\n'),
}


@pytest.mark.parametrize("kind", DECLARED)
def test_a_rename_is_made_in_every_portion(unchanged_by: Program, kind: str) -> None:
    below, declared = DECLARED[kind]
    one, two = f"libs/one/{below}acme", f"libs/two/{below}acme"
    files = {
        f"{one}/legacy.py": "from acme.tools import Tool\n",
        f"{one}/app.py": APP,
        f"{two}/tools/__init__.py": "from .impl import Tool\n",
        f"{two}/tools/impl.py": TOOL,
        f"{two}/other/x.py": OTHER,
        "libs/one/pyproject.toml": declared,
        "libs/two/pyproject.toml": declared,
    }
    after = unchanged_by(
        files,
        rename=("acme.legacy.Tool", "acme.tools.Tool"),
        roots=(f"libs/one/{below}", f"libs/two/{below}"),
        script="import acme.app, acme.other.x; print(acme.app.go(), acme.other.x.go())",
    )
    assert "legacy" not in after.files[f"{one}/app.py"]
    assert "legacy" not in after.files[f"{two}/other/x.py"]
    assert after.printed == "(1, 1) (1, 1)\n"


def test_projects_with_packages_of_one_name_stay_apart(unchanged_by: Program) -> None:
    files = {
        "a/pyproject.toml": '[project]\nname = "a"\n',
        "b/pyproject.toml": '[project]\nname = "b"\n',
        "a/app/__init__.py": "",
        "a/app/old.py": "from app.new import X\n",
        "a/app/new.py": "X = 'a'\n",
        "a/app/use.py": "from app.old import X\n\nprint(X)\n",
        "b/app/__init__.py": "",
        "b/app/old.py": "X = 'b'\n",
        "b/app/new.py": "X = 'other'\n",
        "b/app/use.py": "from app.old import X\n\nprint(X)\n",
    }
    unchanged_by(
        files, rename=("a.app.old.X", "a.app.new.X"), roots=("a",), script="import app.use"
    )
    after = unchanged_by(
        files, rename=("a.app.old.X", "a.app.new.X"), roots=("b",), script="import app.use"
    )
    assert after.files["b/app/use.py"] == files["b/app/use.py"]
