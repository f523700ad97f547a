"""The commands that are compared: onepath, its peers, and what only searching or reading costs."""

import compileall
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from measure import Measurement, measure
from outcome import Outcome, outcome
from subject import Scratch, Subject, git, sample

MIGRATE = (sys.executable, str(Path(sysconfig.get_path("scripts"), "migrate")))
"""As a user calls it: with `-m`, modules are looked for in the folder in which it runs as well."""
SCAN = "lint.flake8-tidy-imports.banned-api={{'{0}'={{msg='old'}}}}"
OWN = ("onepath", "onepath_packs", "onepath_cli")
_CANDIDATES = 20
"""So many classes are tried, until one can be renamed without a refusal."""
BOWLER = """
import sys
from bowler import Query

old_module, old, new_module, new, *paths = sys.argv[1:]
query = Query(paths).select_module(old_module).rename(new_module).select_var(old).rename(new)
query.execute(write=True, interactive=False, silent=True)
"""
ROPE = """
import sys
from rope.base.project import Project
from rope.refactor.rename import Rename

folder, path, name, new = sys.argv[1:]
project = Project(folder, ropefolder=None, ignore_syntax_errors=True)
resource = project.get_resource(path)
offset = resource.read().index(f"class {name}") + len("class ")
project.do(Rename(project, resource, offset).get_changes(new))
"""
GRIMP = "import sys, grimp; grimp.build_graph(*sys.argv[1:], cache_dir=None)"
READ = """
import sys

for path in sys.stdin.read().splitlines():
    open(path, "rb").read()
"""
PARSE = """
import ast
import sys
import warnings

warnings.simplefilter("ignore")
for path in sys.stdin.read().splitlines():
    try:
        ast.parse(open(path, "rb").read())
    except (SyntaxError, ValueError):
        pass
"""
AST_GREP = """
id: alone
language: python
rule:
  pattern: from {module} import {name}
  not: {{regex: ","}}
fix: from {new_module} import {new} as {name}
---
id: with-an-alias
language: python
rule:
  pattern: from {module} import {name} as $ALIAS
fix: from {new_module} import {new} as $ALIAS
---
id: among-others
language: python
rule:
  pattern: $STATEMENT
  kind: import_from_statement
  regex: ","
  all:
    - has: {{field: module_name, regex: "^{module}$"}}
    - has: {{field: name, regex: "^{name}$"}}
transform:
  REST:
    replace: {{source: $STATEMENT, replace: '\\b{name}\\b,\\s*|,\\s*\\b{name}\\b', by: ""}}
fix: |-
  from {new_module} import {new} as {name}
  $REST
---
id: attribute
language: python
rule:
  pattern: {module}.{name}
fix: {new_module}.{new}
"""


def compile_sources() -> None:
    """Compile onepath's own modules, as installing a wheel does.

    An editable install has them compiled by its first run, unless the environment forbids to write
    them; then each run would compile them all.
    """
    for package in OWN:
        spec = find_spec(package)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            compileall.compile_dir(folder, quiet=1)


@dataclass
class Tool:
    """One command, run again and again."""

    name: str
    command: Sequence[str]
    folder: Path
    accepted: tuple[int, ...] = (0,)
    prepare: Callable[[], object] = lambda: None
    outcome: Callable[[], Outcome] | None = None
    """What the last run has done, for one that rewrites."""
    fed: bytes = b""
    """What is written to it."""
    factor: float = 1.0
    start: Sequence[str] = ()
    """The same command with nothing to do, where it got only a part of the work."""
    is_peer: bool = True
    """Whether it may fail in a repository, and is left out there."""
    runs: list[Measurement] = field(default_factory=list)

    def run(self) -> Measurement:
        """Prepare, and run it once."""
        self.prepare()
        return measure(self.command, self.folder, self.accepted, fed=self.fed)


def ruff_scan(folder: Path, banned: str = "nowhere.to.be.found") -> Tool:
    """What a scan of all files for one path costs: the measure of all others."""
    command = [
        sys.executable, "-m", "ruff", "check", "--no-cache", "--isolated", "--select", "TID251",
        "--config", SCAN.format(banned), ".",
    ]  # fmt: skip
    return Tool("ruff, one banned path, no cache", command, folder, (0, 1), is_peer=False)


class Peers:
    """The tools that do, or only search, the one rename of a repository.

    Args:
        subject: The repository and the rename.
        folder: Where copies are made.
        libcst_files: LibCST gets so many of its files, and its time is scaled; None for all.
    """

    def __init__(self, subject: Subject, folder: Path, libcst_files: int | None) -> None:
        self._subject = subject
        self._folder = folder
        self._libcst_files = libcst_files
        self._old_module, _, self._old = subject.old.rpartition(".")
        self._new_module, _, self._new = subject.new.rpartition(".")

    def tools(self) -> list[Tool]:
        """All of them; the first is the measure of the others."""
        repository = self._subject.repository
        listed = "\n".join(git(repository, "ls-files", "--", "*.py")).encode()
        search = ["git", "grep", "-lw", self._old, "--", "*.py"]
        return [
            ruff_scan(repository, self._subject.old),
            *self._onepath(),
            self._libcst(),
            self._rewriting("Bowler", [sys.executable, "-c", BOWLER, self._old_module, self._old,
                                       self._new_module, self._new]),
            self._rewriting("ast-grep, 4 rules", self._ast_grep()),
            Tool("git grep -lw (search only)", search, repository, (0, 1)),
            Tool("grimp, graph of all modules, no cache", self._grimp(), repository),
            Tool("read all files", [sys.executable, "-c", READ], repository, fed=listed),
            Tool("ast.parse of all files", [sys.executable, "-c", PARSE], repository, fed=listed),
        ]  # fmt: skip

    def _onepath(self) -> list[Tool]:
        config = self._folder / "one-rename.toml"
        config.write_text(f'[imports]\n"{self._subject.old}" = "{self._subject.new}"\n')
        clone = clone_of(self._subject.repository, self._folder / "onepath")
        cache = clone / ".git" / "onepath"
        plan = [*MIGRATE, "--repo", str(clone), "--config", str(config)]
        plan += ["--dry-run", "--format", "stat"]
        cold = Tool("onepath, cold", plan, self._folder, is_peer=False)
        cold.prepare = lambda: shutil.rmtree(cache, ignore_errors=True)
        cold.outcome = lambda: self._landed(clone, config)
        return [cold, Tool("onepath, again", plan, self._folder, is_peer=False)]

    def _landed(self, clone: Path, config: Path) -> Outcome:
        """What onepath's branch has in the files that the others got."""
        command = [*MIGRATE, "--repo", str(clone), "--config", str(config), "apply"]
        subprocess.run(command, check=True, capture_output=True)
        [branch] = git(clone, "branch", "--list", "migrate/*", "--format", "%(refname)")
        before = Scratch(self._subject.repository, self._subject.mentioned, clone).before
        after = {
            path: subprocess.run(
                ["git", "-C", clone, "show", f"{branch}:{path}"], check=False, capture_output=True
            ).stdout
            for path in before
        }
        return outcome(before, after, self._subject.old, self._subject.new)

    def _libcst(self) -> Tool:
        subject = self._subject
        paths = sample(subject.mentioned, self._libcst_files)
        rename = ["--old_name", subject.old, "--new_name", f"{self._new_module}:{self._new}"]
        command = [
            sys.executable, "-m", "libcst.tool", "codemod", "rename.RenameCommand", *rename,
            "--no-format", "--hide-progress", "--jobs", "2",
        ]  # fmt: skip
        tool = self._rewriting("LibCST rename, 2 jobs", command, paths)
        if len(paths) < len(subject.mentioned):
            tool.name += f", scaled from {len(paths)} of {len(subject.mentioned)} files"
            tool.factor = subject.size(subject.mentioned) / subject.size(paths)
            empty = tool.folder / "nothing_to_rename.py"
            empty.touch()
            tool.start = [*command, empty.name]
        tool.accepted = (0, 1)  # it ends with 1 when it could not parse one of the files
        return tool

    def _ast_grep(self) -> list[str]:
        rules = AST_GREP.format(
            module=self._old_module, name=self._old, new_module=self._new_module, new=self._new
        )
        program = str(Path(sys.executable).with_name("ast-grep"))
        return [program, "scan", "--inline-rules", rules, "--update-all"]

    def _grimp(self) -> list[str]:
        """Of the packages at the top that it can import by their names."""
        inits = git(self._subject.repository, "ls-files", "--", "*/__init__.py")
        tops = sorted(path.split("/")[0] for path in inits if path.count("/") == 1)
        return [sys.executable, "-c", GRIMP, *tops]

    def _rewriting(
        self, name: str, command: Sequence[str], paths: Sequence[str] | None = None
    ) -> Tool:
        """A tool that writes in place, in a copy of its own of the files that matter."""
        paths = self._subject.mentioned if paths is None else paths
        folder = self._folder / name.split()[0].rstrip(",")
        folder.mkdir()
        files = Scratch(self._subject.repository, paths, folder)
        tool = Tool(name, [*command, *paths], folder, prepare=files.restore)
        tool.outcome = lambda: outcome(
            files.before, files.now(), self._subject.old, self._subject.new
        )
        return tool


def clone_of(repository: Path, folder: Path) -> Path:
    """A clone that shares the objects of a repository, so that nothing is written there.

    A mirror may lack blobs that no Python file has: the other files are checked out all the same.
    """
    clone = ["git", "clone", "--quiet", "--shared", "--no-checkout"]
    subprocess.run([*clone, repository, folder], check=True)
    checkout = ["checkout", "--quiet", "--force"]
    subprocess.run(["git", "-C", folder, *checkout], check=False, stderr=subprocess.DEVNULL)
    # What was written in the second of the index is read again by every `git diff`, until somebody
    # asks for the status; by chance that is a few files or half of them.
    time.sleep(2)
    subprocess.run(["git", "-C", folder, "status", "--short"], check=True, capture_output=True)
    return folder


def definition_rename(subject: Subject, folder: Path) -> list[Tool]:
    """Renaming a class itself, with all that refers to it: onepath and rope.

    Of the classes beside the old name it is the one that the most files name and that onepath
    renames without a refusal; empty where there is none.
    """
    clone = clone_of(subject.repository, folder / "onepath")
    cache = clone / ".git" / "onepath"
    for path, name in _classes_beside(subject):
        module = path.removesuffix(".py").replace("/", ".")
        rename = ["rename", f"{module}.{name}", f"{module}.Renamed{name}", "--dry-run"]
        plan = [*MIGRATE, "--repo", str(clone), *rename, "--format", "stat"]
        if subprocess.run(plan, check=False, capture_output=True).returncode == 0:
            break
    else:
        return []
    ours = Tool(f"onepath rename of {name}, cold", plan, folder, is_peer=False)
    ours.prepare = lambda: shutil.rmtree(cache, ignore_errors=True)
    copy = clone_of(subject.repository, folder / "rope")
    script = [sys.executable, "-W", "ignore", "-c", ROPE, str(copy), path, name, f"Renamed{name}"]
    theirs = Tool("rope Rename", script, folder)
    theirs.prepare = lambda: git(copy, "checkout", "--quiet", "--force", "HEAD")
    return [ours, theirs]


def _classes_beside(subject: Subject) -> list[tuple[str, str]]:
    """The classes of the package that holds the old name, those that most files name first."""
    package = subject.old.rpartition(".")[0].rpartition(".")[0].replace(".", "/")
    lines = git(subject.repository, "grep", "-E", r"^class \w+", "--", f"{package}/*.py")
    found = []
    for line in lines:
        path, _, statement = line.partition(":class ")
        name = statement.partition(":")[0].partition("(")[0].strip()
        files = git(subject.repository, "grep", "-lw", name, "--", "*.py")
        found.append((len(files), path, name))
    return [(path, name) for _, path, name in sorted(found, reverse=True)[:_CANDIDATES]]
