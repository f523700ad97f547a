"""Every command that a page lists runs, in a repository that has what it names.

Pages that tell a story, with what is printed, are run by `test_executed_pages.py`; `walk.md` is
written by running it. Here are all others, the README among them.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.docs.test_executed_pages import PAGES
from typer.testing import CliRunner

from onepath_cli.app import app

TOP = Path(__file__).resolve().parents[2]
STORIES = {*PAGES, "walk.md"}
READ = sorted({*TOP.glob("*.md"), *(TOP / "docs").glob("*.md")})
_LISTED = re.compile(r"^    ((?:migrate|pip|make|pytest|python) .*)$", re.MULTILINE)
_FENCED = re.compile(r"^```\w*.*?^```$", re.MULTILINE | re.DOTALL)

DEMO = {"MIGRATION.md", "ci.md", "report.md"}
"""These pages are about a migration; the demo is one. The others are about one-off refactors."""
ASKED = ("rename", "move", "replace", "run")
"""These would ask before they create a branch."""
HOUSE = {
    "pkg/__init__.py": "",
    "pkg/manager.py": "class Manager:\n    pass\n",
    "pkg/websocket.py": "from pkg.manager import Manager\n",
    "pkg/a.py": "class X:\n    pass\n",
    "pkg/b.py": "from typing import Optional\n\nfrom pkg.a import X\n\nx: Optional[X] = None\n",
    "pkg/sub/__init__.py": "",
    "pkg/http.py": "def get(url, **options):\n    return url\n",
    "pkg/mod.py": (
        "class Old:\n    pass\n\n\nclass Name:\n    pass\n\n\n"
        "class Class:\n    def old(self, old=1):\n        return old\n\n\n"
        "def function(old=1):\n    return old\n"
    ),
    "app.py": (
        "import requests\nfrom pkg.manager import Manager\nfrom pkg.mod import Class, Name, Old, "
        "function\n\nManager()\nOld()\nName()\nClass().old()\nfunction(old=2)\n\n\n"
        "def fetch(url):\n    return requests.get(url, timeout=3, verify=False)\n"
    ),
    "tests/test_send.py": "from app import send\n\nsend()\n",
    "moves.csv": "pkg.manager.Manager,pkg.websocket.Manager\n",
    "rules.toml": (
        '[[rule]]\npattern = "requests.get($URL, verify=False, $$$REST)"\n'
        'replacement = "pkg.http.get($URL, $$$REST)"\n'
    ),
    "tools/codemods.py": (
        "from libcst.codemod import VisitorBasedCodemodCommand\n\n\n"
        "class AddTimeouts(VisitorBasedCodemodCommand):\n    DESCRIPTION = 'Adds timeouts.'\n"
    ),
    "tools/queries.py": (
        "from bowler import Query\n\n\ndef rename_send(paths):\n"
        "    return Query(paths).select_function('send').rename('deliver')\n"
    ),
}


class Listed(NamedTuple):
    """A command, and the page that lists it."""

    page: str
    command: str

    def __str__(self) -> str:
        return f"{self.page}: {self.command}"


def listed() -> Iterator[Listed]:
    for path in READ:
        if path.name in STORIES:
            continue
        text = _FENCED.sub("", path.read_text("utf-8"))
        for command in _LISTED.findall(text):
            yield Listed(path.name, re.sub(r" +#.*", "", command))


LISTED = list(listed())
OURS = [*dict.fromkeys(one for one in LISTED if one.command.startswith("migrate "))]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo with its phases landed, at a remote, with owners and a tag."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    subprocess.run([sys.executable, TOP / "fixtures" / "build_demo.py", folder], check=True)
    git(folder, "remote", "add", "origin", "https://github.com/ada/house.git")
    (folder / "CODEOWNERS").write_text("* @ada\n/tests/ @eve\n")
    git(folder, "add", "CODEOWNERS")
    git(folder, "commit", "--quiet", "--message", "Owners")
    git(folder, "tag", "v2.0", "HEAD~2")
    run(folder, "migrate apply")
    git(folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    return folder


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house") / "house"
    for name, text in HOUSE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Code")
    return folder


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)


class Done(NamedTuple):
    code: int
    said: str


def run(folder: Path, command: str) -> Done:
    """Run a command; what loads code of a user has a process of its own."""
    words = shlex.split(command)
    assert words[0] == "migrate"
    if words[1] != "run":
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            invoked = CliRunner().invoke(app, words[1:])
        assert isinstance(invoked.exception, SystemExit | None), invoked.exception
        return Done(invoked.exit_code, invoked.output)
    program = [sys.executable, "-c", "from onepath_cli.start import main; main()"]
    done = subprocess.run(
        [*program, *words[1:]],
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Done(done.returncode, done.stdout + done.stderr)


def as_run(one: Listed) -> tuple[str, set[int]]:
    """The command without a question to a person or a forge, and the codes that it may end with."""
    _, name, *rest = shlex.split(one.command)
    command = one.command
    if name in ASKED and "--dry-run" not in rest:
        head, dashes, arguments = command.partition(" -- ")
        command = f"{head} --yes{dashes}{arguments}"
    if name == "pr" and not {"--dry-run", "--forge"} & {*rest}:
        command += " --dry-run"
    if name == "init":
        command = command.replace("pkg.websocket_core.", "netra_backend.app.websocket_core.")
        command += " --output other.toml"
    # An audit ends with 1 if it finds what counts.
    return command, {0, 1} if name == "audit" else {0}


def test_there_are_commands_to_run() -> None:
    assert len(OURS) > 40
    assert {one.page for one in OURS} >= {"README.md", *DEMO, "moves.md", "replace.md"}


@pytest.mark.parametrize("one", OURS, ids=str)
def test_a_command_runs_as_it_is_listed(
    one: Listed, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    command, codes = as_run(one)
    words = shlex.split(command)
    is_demo = one.page in DEMO or words[1] in ("init", "apply") or words[1].startswith("-")
    original: Path = request.getfixturevalue("demo" if is_demo else "house")
    folder = tmp_path / "copy"
    shutil.copytree(original, folder, symlinks=True)
    if words[1] == "move":  # to where the name is not yet; a rename wants it there
        (folder / "moves.csv").write_text("pkg.mod.Name,pkg.other\n")
        (folder / "pkg" / "websocket.py").write_text("")
        git(folder, "commit", "--quiet", "--all", "--message", "What moves")
    baseline = "migrate audit --write-baseline --baseline migrate-baseline.json"
    if "--fail-on" in words:
        run(folder, baseline)
    done = run(folder, command)
    assert done.code in codes, f"{command}\n{done.said}"
    assert done.said


def other(program: str) -> list[Listed]:
    return [one for one in LISTED if one.command.startswith(f"{program} ")]


def test_what_is_installed_is_an_extra_of_ours() -> None:
    extras = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = re.findall(r"onepath\[(\w+)\]", " ".join(one.command for one in other("pip")))
    assert wanted
    assert {*wanted} <= {*extras["optional-dependencies"]}


def test_what_is_made_is_a_target() -> None:
    targets = re.findall(r"^([a-z-]+):", (TOP / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {shlex.split(one.command)[1] for one in other("make")} <= {*targets}


def test_what_python_runs_is_there() -> None:
    for one in other("python"):
        words = shlex.split(one.command)
        path = words[2].replace(".", "/") + ".py" if words[1] == "-m" else words[1]
        assert (TOP / path).exists() or words[2].startswith("libcst"), str(one)


@pytest.fixture(autouse=True)
def _identity(monkeypatch: pytest.MonkeyPatch) -> None:
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "A")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "a@example.org")
