"""A file that can do without a package from outside goes on being able to."""

import sys
from collections.abc import Callable

import pytest
from tests.conftest import Repository
from tests.programs.conftest import Program
from typer.testing import CliRunner

from onepath_cli.app import app

RENAME = ("app.hub.Hub", "app.facade.Hub")
FILES = {
    "app/__init__.py": "",
    "app/hub.py": "class Hub:\n    def __init__(self, user=1):\n        self.user = user\n",
    "app/facade.py": "import not_there\nfrom app.hub import Hub\n",
    "use.py": "from app.hub import Hub\n\n\ndef go():\n    return Hub().user\n",
}
SCRIPT = "import use\nprint(use.go())\n"
NEEDING = {
    "itself": "import not_there\nfrom app.hub import Hub\n",
    "below it": "from not_there.deep import thing\nfrom app.hub import Hub\n",
    "by a third": "import app.third\nfrom app.hub import Hub\n",
    "one of several": "import json, not_there\nfrom app.hub import Hub\n",
}


@pytest.mark.parametrize("facade", NEEDING.values(), ids=NEEDING)
def test_an_import_that_would_need_a_package_stays(unchanged_by: Program, facade: str) -> None:
    files = {**FILES, "app/facade.py": facade, "app/third.py": "import not_there\n"}
    files["other.py"] = "from app.hub import Hub\nimport app.hub\n\n\nclass Own(app.hub.Hub): ...\n"
    after = unchanged_by(files, rename=RENAME, script=SCRIPT)
    assert {path: after.files[path] for path in ("use.py", "other.py")} == {
        path: files[path] for path in ("use.py", "other.py")
    }
    assert ("use.py", 1, "import-order") in after.refusals


def test_a_module_of_another_platform_may_be_missing(unchanged_by: Program) -> None:
    other = "fcntl" if sys.platform == "win32" else "winreg"
    files = {**FILES, "app/facade.py": f"import {other}\nfrom app.hub import Hub\n"}
    after = unchanged_by(files, rename=RENAME, script=SCRIPT)
    assert after.files["use.py"] == FILES["use.py"]


ASKING = {
    "a try": "try:\n    import not_there\nexcept ImportError:\n    not_there = None\n"
    "from app.hub import Hub\n",
    "a function": "from app.hub import Hub\n\n\ndef later():\n    import not_there\n",
    "types": "from typing import TYPE_CHECKING\n\nfrom app.hub import Hub\n\n"
    "if TYPE_CHECKING:\n    import not_there\n",
    "a try around what needs it": "try:\n    from app.third import Third\nexcept ImportError:\n"
    "    from app.hub import Hub as Third\nfrom app.hub import Hub\n",
    "a branch": "import sys\n\nfrom app.hub import Hub\n\n"
    "if sys.platform == 'other':\n    import app.third\n",
}


@pytest.mark.parametrize("facade", ASKING.values(), ids=ASKING)
def test_a_module_that_asks_for_a_package_holds_nothing(unchanged_by: Program, facade: str) -> None:
    files = {**FILES, "app/facade.py": facade, "app/third.py": "import not_there\nThird = 1\n"}
    after = unchanged_by(files, rename=RENAME, script=SCRIPT)
    assert after.files["use.py"].startswith("from app.facade import Hub\n")


def test_what_a_file_can_do_without_is_not_what_it_needs(unchanged_by: Program) -> None:
    tried = "try:\n    import app.facade\nexcept ImportError:\n    pass\n"
    files = {**FILES, "app/facade.py": NEEDING["itself"], "use.py": tried + FILES["use.py"]}
    after = unchanged_by(files, rename=RENAME, script=SCRIPT)
    assert after.files["use.py"] == files["use.py"]


@pytest.mark.parametrize("of", ["app/__init__.py", "app/inner/__init__.py"])
def test_a_module_needs_what_its_packages_need(unchanged_by: Program, of: str) -> None:
    files = {
        "app/__init__.py": "",
        "app/inner/__init__.py": "",
        "app/hub.py": FILES["app/hub.py"],
        "app/facade.py": "import typer\nfrom app.hub import Hub\n\nTyper = typer.Typer\n",
        "app/inner/use.py": FILES["use.py"],
        of: "import app.facade\n",
    }
    after = unchanged_by(
        files, rename=RENAME, script="import app.inner.use as use; print(use.go())"
    )
    assert after.files["app/inner/use.py"].startswith("from app.facade import Hub\n")


THERE = {
    "in pyproject.toml": {
        "pyproject.toml": '[project]\nname = "app"\nversion = "1"\ndependencies = ["typer>=0.1"]\n'
    },
    "in requirements": {"requirements.txt": "# what it needs\ntyper[all]>=0.1  # the commands\n"},
    "in setup.cfg": {"setup.cfg": "[options]\ninstall_requires =\n    click\n    typer>=0.1\n"},
    "in setup.py": {
        "tools/setup.py": "from setuptools import setup\n\n"
        "if __name__ == '__main__':\n    setup(install_requires=['typer'])\n"
    },
    "imported before": {"use.py": f"import typer\n\n{FILES['use.py']}\n\nOwn = typer.Typer\n"},
    "imported by others": {
        "one.py": "import typer\n\nTyper = typer.Typer\n",
        "two.py": "from typer import Typer\n\nOwn = Typer\n",
    },
}  # fmt: skip


@pytest.mark.parametrize("files", THERE.values(), ids=THERE)
def test_a_package_that_is_there_holds_nothing(
    unchanged_by: Program, files: dict[str, str]
) -> None:
    facade = "import typer\nfrom app.hub import Hub\n\nTyper = typer.Typer\n"
    after = unchanged_by({**FILES, "app/facade.py": facade, **files}, rename=RENAME, script=SCRIPT)
    assert "from app.facade import Hub\n" in after.files["use.py"]


def test_a_lazy_module_imports_what_it_is_asked_for(unchanged_by: Program) -> None:
    files = {
        "app/__init__.py": "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
        "    from app.hub import Hub\n\n_LAZY = {'Hub': 'app.hub'}\n\n\ndef __getattr__(name):\n"
        "    import importlib\n\n    if name in _LAZY:\n"
        "        return getattr(importlib.import_module(_LAZY[name]), name)\n"
        "    raise AttributeError(name)\n",
        "app/hub.py": f"import typer\n\n\n{FILES['app/hub.py']}\n\nTyper = typer.Typer\n",
        "use.py": "from app import Hub\n\n\ndef go():\n    return Hub().user\n",
    }
    after = unchanged_by(files, rename=("app.Hub", "app.hub.Hub"), script=SCRIPT)
    assert after.files["use.py"].startswith("from app.hub import Hub\n")


def test_extras_are_no_requirements(unchanged_by: Program) -> None:
    project = '[project]\nname = "app"\nversion = "1"\n[project.optional-dependencies]\n'
    files = {**FILES, "pyproject.toml": f'{project}more = ["not_there"]\n'}
    after = unchanged_by(files, rename=RENAME, script=SCRIPT)
    assert after.files["use.py"] == FILES["use.py"]


def test_a_factory_that_imports_late_what_needs_a_package_keeps_its_calls(
    unchanged_by: Program,
) -> None:
    files = {
        **FILES,
        "app/facade.py": "import not_there\n\n\n"
        "class Big:\n    def __init__(self, user):\n        self.user = user\n",
        "app/make.py": "def make(user):\n    from app.facade import Big\n\n    return Big(user)\n",
        "use.py": "from app.make import make\n\n\ndef go():\n    return make\n\n\n"
        "def late(user):\n    return make(user)\n",
        "migrate.toml": '[factories."app.make.make"]\nto = "app.facade.Big"\n',
    }
    after = unchanged_by(files, script="import use\nprint(use.go().__name__)\n")
    assert "make(user)" in after.files["use.py"]


def test_nothing_moves_to_where_its_users_would_need_a_package(
    make_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        **FILES,
        "app/facade.py": "import not_there\n\n\ndef big():\n    return not_there\n",
        "app/hub.py": FILES["app/hub.py"] + "\n\ndef helper():\n    return 2\n",
        "use.py": "from app.hub import helper\n\n\ndef go():\n    return helper()\n",
    }
    monkeypatch.chdir(make_repository(files).path)
    done = CliRunner().invoke(app, ["move", "app.hub.helper", "app.facade", "--dry-run"])
    assert done.exit_code == 3
    assert "would need 'not_there', which may be missing (app/facade.py:1)" in done.stderr


def test_a_package_that_needs_another_one_moves_with_its_shims(
    make_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "app/__init__.py": "",
        "app/web/__init__.py": "import app.web.fetch\n",
        "app/web/fetch.py": "import not_there\n",
        "app/web/request.py": "class Request: ...\n",
        "use.py": "try:\n    import app.web\nexcept ImportError:\n    pass\n",
    }
    monkeypatch.chdir(make_repository(files).path)
    command = ["move", "app.web", "app.new", "--shim", "forward", "--dry-run"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.stderr
