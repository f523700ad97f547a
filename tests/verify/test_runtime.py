"""Routes that are really imported, each check in two processes of its own."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.errors import OutsideError
from onepath.run import SerialExecutor
from onepath.snapshot import open_snapshot
from onepath.verify.imports.routes import RuntimeCheck, RuntimeGroup, RuntimeRoute, runtime_check
from onepath.verify.imports.runtime import (
    RouteVerdict,
    RuntimeResult,
    choose_python,
    verify_runtime,
)

NEW = "class Manager:\n    def __init__(self, user, *, limit=3):\n        pass\n"
SHIM = "from pkg.new import Manager\n"


class Project:
    """Files in a folder, and the check of `pkg.new.Manager` over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("pkg/__init__.py", "")
        self.write("pkg/new.py", NEW)

    def write(self, path: str, content: str) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)

    def check(self, config: str) -> RuntimeCheck:
        snapshot = open_snapshot(self.folder, "WORKTREE")
        return runtime_check(
            snapshot, parse_config(config, "migrate.toml"), executor=SerialExecutor()
        )

    def run(self, *modules: str, timeout: float = 20) -> RuntimeResult:
        lines = (f'"pkg.{module}.Manager" = "pkg.new.Manager"\n' for module in modules)
        check = self.check("[imports]\n" + "".join(lines))
        return verify_runtime(self.folder, check, python=sys.executable, timeout=timeout)

    def one(self, content: str, timeout: float = 20) -> RouteVerdict:
        """The verdict on `pkg.old.Manager`, in a module of this content."""
        self.write("pkg/old.py", content)
        canonical, old = self.run("old", timeout=timeout).verdicts
        assert (canonical.route, canonical.canonical) == ("pkg.new.Manager",) * 2
        assert (old.route, old.canonical) == ("pkg.old.Manager", "pkg.new.Manager")
        return old


class Watch:
    """A pipe that a process holds open, so that its end is seen without waiting for a time."""

    def __init__(self, project: Project) -> None:
        path = project.folder / "pipe"
        os.mkfifo(path)
        self._pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self.child = (
            "import subprocess, sys\n"
            f"pipe = open({str(path)!r}, 'wb', buffering=0)\n"
            "pipe.write(b'started')\n"
            "code = 'import time; time.sleep(600)'\n"
            "child = subprocess.Popen([sys.executable, '-c', code], stdout=pipe)\n"
        )

    def has_ended(self) -> bool:
        """Whether it was started and has ended, or does so at once."""
        assert os.read(self._pipe, 100).startswith(b"started")
        readable, _, _ = select.select([self._pipe], [], [], 10)
        return bool(readable) and os.read(self._pipe, 1) == b""

    def __enter__(self) -> "Watch":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._pipe)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


def route(module: str, *names: str) -> RuntimeRoute:
    return RuntimeRoute(module, names)


# --------------------------------------------------------- no interpreter to use


def test_an_interpreter_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(OutsideError, match="no such Python"):
        choose_python(tmp_path, str(tmp_path / "python"))


def test_no_interpreter_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OutsideError, match="no Python is on the PATH"):
        choose_python(tmp_path, None)


def test_the_interpreter_of_the_project_comes_first(tmp_path: Path) -> None:
    inner = tmp_path / ".venv" / "bin" / "python"
    inner.parent.mkdir(parents=True)
    inner.symlink_to(sys.executable)
    assert choose_python(tmp_path, None) == str(inner)
    assert choose_python(tmp_path, sys.executable) == sys.executable


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("#!/bin/sh\necho 'too old' >&2\nexit 1\n", "too old"),
        ("#!/bin/sh\nexit 7\n", "ended with status 7"),
        ("#!/nowhere/python\n", "can't be started: No such file"),
    ],
)
def test_an_interpreter_that_does_not_work(project: Project, script: str, reason: str) -> None:
    python = project.folder / "python"
    python.write_text(script)
    python.chmod(0o755)
    check = RuntimeCheck(("",), (RuntimeGroup(route("pkg.new", "Manager"), ()),), ())
    with pytest.raises(OutsideError, match=reason):
        verify_runtime(project.folder, check, python=str(python), timeout=20)


# --------------------------------------------------------------- what is wrong


def test_an_import_error(project: Project) -> None:
    verdict = project.one("import nowhere_to_be_found\n" + SHIM)
    assert not verdict.holds
    assert verdict.given.error == "ModuleNotFoundError: No module named 'nowhere_to_be_found'"
    assert verdict.first == verdict.given
    assert verdict.given.same is None


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("raise RuntimeError('one\\ntwo')\n" + SHIM, "RuntimeError: one"),
        ("import sys\n" + SHIM + "sys.exit('enough')\n", "SystemExit: enough"),
        (SHIM + "exec('def broken(')\n", "SyntaxError: '(' was never closed"),
        (SHIM + "del Manager\n", "AttributeError: module 'pkg.old' has no attribute 'Manager'"),
        (SHIM + "import os\nos._exit(5)\n", "the process ended with status 5"),
        (
            SHIM + "import os\nos.kill(os.getpid(), 9)\n",
            "the process was ended by SIGKILL",
        ),
    ],
)
def test_an_import_that_does_not_come_to_its_end(
    project: Project, content: str, error: str
) -> None:
    verdict = project.one(content)
    assert not verdict.holds
    assert verdict.given.error == verdict.first.error == error


def test_what_comes_after_the_end_of_the_process_is_not_reached(project: Project) -> None:
    project.write("pkg/old.py", SHIM + "import os\nos._exit(0)\n")
    project.write("pkg/older.py", SHIM)
    canonical, old, older = project.run("old", "older").verdicts
    assert canonical.given.same
    assert canonical.first.same
    assert old.given.error == "the process ended with status 0"
    assert older.given.error == "not reached"
    assert older.first.error == ""
    assert not older.holds


def test_an_import_that_hangs_is_ended_with_all_it_has_started(project: Project) -> None:
    with Watch(project) as watch:
        verdict = project.one(watch.child + "import time\ntime.sleep(600)\n" + SHIM, timeout=2)
        assert verdict.given.error == verdict.first.error == "not done after 2 s"
        assert watch.has_ended()


def test_another_object_with_the_same_signature(project: Project) -> None:
    verdict = project.one(NEW)
    assert not verdict.holds
    assert verdict.given.same is verdict.first.same is False
    assert verdict.same_signature == (True, True)
    assert verdict.given.what == "class pkg.old.Manager"
    assert not verdict.depends_on_order


@pytest.mark.parametrize(
    "content",
    [
        "class Manager:\n    pass\n",
        "class Manager:\n    def __init__(self, user, limit=3): pass\n",
        "def Manager(user, *, limit=4): pass\n",
        "Manager = 5\n",
    ],
)
def test_another_object_with_another_signature(project: Project, content: str) -> None:
    verdict = project.one(content)
    assert not verdict.holds
    assert verdict.given.same is verdict.first.same is False
    assert verdict.same_signature == (False, False)


def test_a_route_that_depends_on_what_was_imported_before(project: Project) -> None:
    project.write("pkg/other.py", "class Manager:\n    pass\n")
    verdict = project.one(
        "import sys\n"
        "if 'pkg.new' in sys.modules:\n    from pkg.new import Manager\n"
        "else:\n    from pkg.other import Manager\n"
    )
    assert verdict.depends_on_order
    assert (verdict.given.same, verdict.first.same) == (True, False)
    assert verdict.same_signature == (True, False)
    assert not verdict.holds


def test_a_canonical_object_that_depends_on_the_order_though_all_routes_agree(
    project: Project,
) -> None:
    project.write("pkg/__init__.py", "first = []\n")
    project.write(
        "pkg/new.py",
        "import pkg\npkg.first.append(1)\nclass Manager:\n"
        "    def __init__(self, *args, **kwargs): pass\n"
        "if pkg.first == [2, 1]:\n    class Manager: pass\n",
    )
    project.write("pkg/old.py", "import pkg\npkg.first.append(2)\nfrom pkg.new import Manager\n")
    canonical, old = project.run("old").verdicts
    assert canonical.holds
    assert (old.given.same, old.first.same) == (True, True)
    assert old.depends_on_order
    assert not old.holds


def test_each_module_is_imported_first(project: Project) -> None:
    """Neither in the order given nor in reverse is the one in the middle the first one."""
    project.write("pkg/__init__.py", "loaded = []\n")
    for name in ("older", "middle", "newer"):
        check = "    assert pkg.loaded\n" if name == "middle" else "    pass\n"
        project.write(
            f"pkg/{name}.py", f"import pkg\nif True:\n{check}pkg.loaded.append({name!r})\n{SHIM}"
        )
    canonical, *others = project.run("older", "middle", "newer").verdicts
    assert canonical.holds
    assert [verdict.holds for verdict in others] == [True, False, True]
    assert others[1].given.same
    assert others[1].first.error == "AssertionError"


def test_modules_are_imported_side_by_side(project: Project) -> None:
    names = [f"old{number}" for number in range(6)]
    for name in names:
        project.write(f"pkg/{name}.py", SHIM)
    lines = (f'"pkg.{name}.Manager" = "pkg.new.Manager"\n' for name in names)
    check = project.check("[imports]\n" + "".join(lines))
    result = verify_runtime(project.folder, check, python=sys.executable, timeout=20, jobs=3)
    assert result.holds
    assert [verdict.route for verdict in result.verdicts[1:]] == [
        f"pkg.{name}.Manager" for name in names
    ]


# --------------------------------------------------------------- what is right


def test_one_object_by_all_routes(project: Project) -> None:
    project.write("pkg/old.py", SHIM)
    project.write("pkg/older.py", "import pkg.old\nManager = pkg.old.Manager\n")
    result = project.run("old", "older")
    assert result.holds
    assert result.python == ".".join(map(str, sys.version_info[:3]))
    for verdict in result.verdicts:
        assert verdict.given.what == "class pkg.new.Manager"
        assert verdict.given.signature == "(user, *, limit=3)"
        assert verdict.same_signature == (True, True)


def test_what_modules_print_and_start_disturbs_nothing(project: Project) -> None:
    verdict = project.one(
        "import atexit, os, subprocess, sys, threading, time\n"
        "print('{\"done\": true}', flush=True)\n"
        "os.write(1, b'noise\\n')\n"
        "os.write(2, b'noise\\n')\n"
        "subprocess.run(['echo', 'noise'])\n"
        "sys.stdout.close()\n"
        "sys.stdin.read()\n"
        "atexit.register(time.sleep, 60)\n"
        "threading.Thread(target=time.sleep, args=(60,)).start()\n" + SHIM
    )
    assert verdict.holds


def test_a_child_that_is_left_behind_is_ended(project: Project) -> None:
    with Watch(project) as watch:
        assert project.one(watch.child + SHIM).holds
        assert watch.has_ended()


def test_a_child_that_an_import_forks_has_nothing_to_say(project: Project) -> None:
    assert project.one("import os\nos.fork()\n" + SHIM).holds
    verdict = project.one("import os\nif os.fork():\n    os.wait()\n    os._exit(0)\n" + SHIM)
    assert verdict.given.error == verdict.first.error == "the process ended with status 0"


def test_exit_handlers_are_not_run(project: Project) -> None:
    assert project.one("import atexit\natexit.register(open, 'left', 'w')\n" + SHIM).holds
    assert not (project.folder / "left").exists()


def test_deprecation_warnings_are_counted_for_every_route_through_the_module(
    project: Project,
) -> None:
    project.write(
        "pkg/old.py",
        "import warnings\n"
        "warnings.warn('old', DeprecationWarning)\nwarnings.warn('other', UserWarning)\n"
        "from pkg.new import Manager\nAlso = Again = Manager\n",
    )
    check = project.check(
        "[imports]\n"
        + "".join(f'"pkg.old.{n}" = "pkg.new.Manager"\n' for n in ("Manager", "Also", "Again"))
    )
    result = verify_runtime(project.folder, check, python=sys.executable, timeout=20)
    assert [verdict.given.warnings for verdict in result.verdicts] == [0, 1, 1, 1]
    assert result.holds


def test_a_lazy_module_attribute_counts_its_own_warning(project: Project) -> None:
    verdict = project.one(
        "def __getattr__(name):\n    import warnings, pkg.new\n"
        "    warnings.warn(name, FutureWarning)\n    return getattr(pkg.new, name)\n"
    )
    assert verdict.holds
    assert verdict.given.warnings == 1


def test_the_users_filters_do_not_make_warnings_errors(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    verdict = project.one("import warnings\nwarnings.warn('old', DeprecationWarning)\n" + SHIM)
    assert verdict.holds


def test_a_class_method_is_the_same_by_two_paths(project: Project) -> None:
    project.write(
        "pkg/new.py", "class M:\n    @classmethod\n    def make(cls): pass\nmake = M.make\n"
    )
    project.write("pkg/old.py", "from pkg.new import M\nmake = M.make\n")
    check = project.check('[imports]\n"pkg.old.make" = "pkg.new.make"\n')
    assert verify_runtime(project.folder, check, python=sys.executable, timeout=20).holds


def test_modules_named_like_those_of_the_standard_library_are_no_matter(project: Project) -> None:
    for name in ("json", "inspect", "types", "runtime"):
        project.write(f"{name}.py", "raise SystemExit\n")
    assert project.one(SHIM).holds


def test_the_modules_of_this_tool_are_not_importable_for_the_user(project: Project) -> None:
    verdict = project.one("import runtime_probe\n" + SHIM)
    assert verdict.given.error == "ModuleNotFoundError: No module named 'runtime_probe'"


def test_source_roots_are_importable_and_nothing_is_written(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    project.write("src/lib/__init__.py", "from lib.new import Name\n")
    project.write("src/lib/new.py", "class Name:\n    pass\n")
    check = project.check('[imports]\n"lib.Name" = "lib.new.Name"\n')
    assert check.roots == ("", "src")
    before = sorted(project.folder.rglob("*"))
    assert verify_runtime(project.folder, check, python=sys.executable, timeout=20).holds
    assert sorted(project.folder.rglob("*")) == before


def test_the_probe_needs_nothing_but_the_standard_library(tmp_path: Path) -> None:
    import onepath.verify.imports

    probe = Path(onepath.verify.imports.__file__).with_name("runtime_probe.py")
    request = {"top": str(tmp_path), "roots": [], "routes": []}
    done = subprocess.run(
        [sys.executable, "-I", "-S", os.fspath(probe)],
        input=json.dumps(request).encode(),
        capture_output=True,
        check=True,
    )
    first, last = map(json.loads, done.stdout.splitlines())
    assert first["executable"] == sys.executable
    assert last == {"done": True}


# ------------------------------------------------------------ what is imported


def test_only_routes_that_exist_are_imported(project: Project) -> None:
    project.write("pkg/old.py", SHIM)
    check = project.check(
        "[imports]\n"
        '"pkg.old.Manager" = "pkg.new.Manager"\n'
        '"pkg.old.Gone" = "pkg.new.Manager"\n'
        '"pkg.gone.Manager" = "pkg.new.Manager"\n'
        '"elsewhere.Manager" = "pkg.new.Manager"\n'
    )
    canonical = route("pkg.new", "Manager")
    assert check.groups == (RuntimeGroup(canonical, (route("pkg.old", "Manager"),)),)
    assert check.gone == ("pkg.old.Gone", "pkg.gone.Manager", "elsewhere.Manager")


def test_a_name_that_is_made_at_run_time_is_imported(project: Project) -> None:
    project.write("pkg/old.py", "def __getattr__(name): ...\n")
    check = project.check('[imports]\n"pkg.old.Manager" = "pkg.new.Manager"\n')
    assert check.groups[0].others == (route("pkg.old", "Manager"),)


def test_a_package_attribute_is_found_by_its_package(project: Project) -> None:
    project.write("pkg/__init__.py", "from pkg.new import Manager as old\n")
    project.write("pkg/old.py", "raise SystemExit\n")
    check = project.check('[imports]\n"pkg.old" = "pkg.new.Manager"\n')
    assert check.groups[0].others == (route("pkg", "old"),)
    assert verify_runtime(project.folder, check, python=sys.executable, timeout=20).holds


def test_a_module_stands_for_the_names_it_shares_with_its_canonical_module(
    project: Project,
) -> None:
    project.write("pkg/new.py", NEW + "import os\nLIMIT = 3\n")
    project.write("pkg/old.py", "import os\nfrom pkg.new import LIMIT, Manager\nown = 1\n")
    check = project.check('[imports]\n"pkg.old" = "pkg.new"\n')
    assert check.groups == (
        RuntimeGroup(route("pkg.new", "LIMIT"), (route("pkg.old", "LIMIT"),)),
        RuntimeGroup(route("pkg.new", "Manager"), (route("pkg.old", "Manager"),)),
    )


def test_a_package_stands_for_its_modules_too(project: Project) -> None:
    project.write("new/__init__.py", "")
    project.write("new/deep.py", "class Name:\n    pass\n")
    project.write("old/__init__.py", "")
    project.write("old/deep.py", "from new.deep import *\n")
    check = project.check('[imports]\n"old" = "new"\n')
    assert check.groups == (RuntimeGroup(route("new.deep", "Name"), (route("old.deep", "Name"),)),)
    assert verify_runtime(project.folder, check, python=sys.executable, timeout=20).holds


def test_the_work_tree_of_a_repository_is_what_is_read(
    make_repository: Callable[..., Any],
) -> None:
    repository = make_repository({"pkg/__init__.py": "", "pkg/new.py": NEW})
    repository.write({"pkg/old.py": SHIM})
    check = Project(repository.path).check('[imports]\n"pkg.old.Manager" = "pkg.new.Manager"\n')
    assert check.gone == ()
    assert len(check.groups) == 1
