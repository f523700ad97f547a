"""`migrate pr` as a user runs it: real plans, a real git server, and a forge that is judged."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.publish.git_server import GitServer
from tests.publish.github_server import TOKEN, GitHubServer
from tests.publish.web import Fault
from typer.testing import CliRunner

from onepath.publish.forges import http
from onepath_cli.app import app

FILES = {
    "migrate.toml": '[imports]\n"shop.old.Name" = "shop.new.Name"\n"shop.gone" = "shop.new"\n\n'
    '[shims]\n"shop.old" = "delete"\n',
    "shop/__init__.py": "",
    "shop/new.py": "class Name:\n    pass\n",
    "shop/old.py": "from shop.new import Name\n",
    "shop/web/__init__.py": "",
    "shop/web/views.py": "from shop.old import Name\n\nNAME = Name()\n",
    "shop/core/__init__.py": "",
    "shop/core/work.py": "from shop.old import Name as N\n\n\ndef run():\n    return N()\n",
    "tests/test_shop.py": "import shop.old\n\n\ndef test_it():\n    assert shop.old.Name()\n",
    ".github/CODEOWNERS": "* @ada\n/shop/web/ @shop/web\n/shop/core/ @shop/core @ben\n",
}
FIRST = "migrate/websocket/01-canonical-imports"
SHIMS = "migrate/websocket/03-shims"


@dataclass
class Shop:
    """A small repository with an origin, and the command line."""

    project: Any
    github: GitHubServer
    git: GitServer
    origin: Path

    def __call__(self, *arguments: str) -> Any:
        return CliRunner().invoke(app, ["--repo", str(self.project.path), *arguments])

    def pr(self, *arguments: str) -> Any:
        return self("pr", *arguments)

    def document(self, *arguments: str) -> Any:
        done = self.pr("--format", "json", *arguments)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)


@pytest.fixture
def shop(
    make_repository: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shop]:
    project = make_repository(FILES)
    origin = tmp_path / "served" / "shop" / "app.git"
    origin.parent.mkdir(parents=True)
    project.git("clone", "--quiet", "--bare", str(project.path), str(origin))
    git, github = GitServer(tmp_path / "served"), GitHubServer(origin, stacks=False)
    project.git("remote", "add", "origin", f"{git.url}/shop/app.git")
    for name in ("GH_TOKEN", "GITHUB_SERVER_URL", "NO_COLOR", "CI_SERVER_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GITHUB_API_URL", github.url)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setattr(http, "_BETWEEN_WRITES", 0.0)
    with git.running(), github.running():
        project.git("fetch", "--quiet", "origin")
        project.git("remote", "set-head", "origin", "main")
        yield Shop(project, github, git, origin)
    assert github.problems == []


def test_from_nothing_to_pull_requests_and_again(shop: Shop) -> None:
    done = shop.pr("--forge", "github", "--label", "migration")
    assert done.exit_code == 0, done.output
    first, second = shop.github.open_pulls()
    assert done.stdout == (
        f"created    {FIRST}  https://example.test/shop/app/pull/{first['number']}\n"
        f"created    {SHIMS}  https://example.test/shop/app/pull/{second['number']}\n"
    )
    assert (first["base"], second["base"]) == ("main", FIRST)
    assert "| `shop.old.Name` | `shop.new.Name` |" in first["body"]
    assert "- `shop/old.py`" in second["body"]
    assert first["teams"] == ["web", "core"] or set(first["teams"]) == {"web", "core"}
    again = shop.pr("--forge", "github", "--label", "migration")
    assert [line.split()[0] for line in again.stdout.splitlines()] == ["unchanged"] * 2


def test_a_commit_on_main_that_changes_nothing_keeps_what_was_approved(shop: Shop) -> None:
    shop.document("--forge", "github")
    tips = shop.project.git("for-each-ref", "refs/heads/migrate")
    shop.project.commit({"shop/later.py": "x = 1\n"}, "later")
    done = shop.document("--forge", "github")  # main was not even pushed
    assert [one["status"] for one in done["pull_requests"]] == ["unchanged", "unchanged"]
    assert shop.project.git("for-each-ref", "refs/heads/migrate") == tips


def test_a_commit_on_main_that_matters_moves_the_branches(shop: Shop) -> None:
    shop.document("--forge", "github")
    shop.project.commit({"lib/later.py": "from shop.old import Name\n"}, "later")
    refused = shop.pr("--forge", "github")
    assert refused.exit_code == 3
    assert "is not on main of origin" in refused.stderr
    shop.project.git("push", "--quiet", "origin", "main")
    done = shop.document("--forge", "github")
    assert [one["status"] for one in done["pull_requests"]] == ["updated", "updated"]
    assert done["pushed"] == [FIRST, SHIMS]
    assert "| `lib` | 1 |" in shop.github.pulls[7]["body"]


def test_appended_commits_are_pushed_on_top_of_what_was_approved(shop: Shop) -> None:
    shop.document("--forge", "github")
    before = shop.project.git(
        "for-each-ref", "--format=%(objectname)", "refs/heads/migrate"
    ).split()
    shop.project.commit({"lib/later.py": "from shop.old import Name\n"}, "later")
    shop.project.git("push", "--quiet", "origin", "main")
    assert shop("apply", "--append").exit_code == 0
    done = shop.document("--forge", "github")
    assert [one["status"] for one in done["pull_requests"]] == ["updated", "updated"]
    for branch, old in zip((FIRST, SHIMS), before, strict=True):
        tip = shop.project.git("ls-remote", "origin", f"refs/heads/{branch}").split()[0]
        assert shop.project.git("merge-base", tip, old) == old
    assert "| `lib` | 1 |" in shop.github.pulls[7]["body"]
    again = shop.document("--forge", "github")
    assert [one["status"] for one in again["pull_requests"]] == ["unchanged", "unchanged"]
    assert shop("verify").exit_code == 0


def test_commits_that_people_pushed_come_along(shop: Shop, tmp_path: Path) -> None:
    """Somebody commits to the branch at the forge, then main moves the branch."""
    shop.document("--forge", "github")
    other = tmp_path / "other"
    shop.project.git("clone", "--quiet", "--branch", FIRST, str(shop.origin), str(other))
    (other / "shop" / "new.py").write_text("class Name:\n    x = 1\n")
    shop.project.git("-C", str(other), "commit", "--quiet", "--all", "--message", "a person's")
    shop.project.git("-C", str(other), "push", "--quiet")
    refused = shop.pr("--forge", "github")
    assert refused.exit_code == 3
    assert "git fetch" in refused.stderr
    shop.project.git("fetch", "--quiet", "origin")
    shop.project.commit({"lib/later.py": "from shop.old import Name\n"}, "later")
    shop.project.git("push", "--quiet", "origin", "main")
    done = shop.document("--forge", "github")
    assert [one["people"] for one in done["pull_requests"]] == [1, 0]
    log = shop.project.git("--git-dir", str(shop.origin), "log", "--format=%s", f"main..{SHIMS}")
    assert log.splitlines()[1] == "a person's"
    assert "1 commit of people on top of it" in shop.github.pulls[7]["body"]


def test_a_branch_with_a_conflict_is_left_alone_and_the_exit_code_says_so(shop: Shop) -> None:
    shop.document("--forge", "github")
    shop.project.git("switch", "--quiet", FIRST)
    shop.project.commit({"shop/web/views.py": "NAME = None\n"}, "mine")
    shop.project.git("switch", "--quiet", "main")
    text = "from shop.old import Name\n\nNAME = Name(1)\n"
    shop.project.commit({"shop/web/views.py": text}, "later")
    shop.project.git("push", "--quiet", "origin", "main")
    remote = shop.project.git("ls-remote", "origin", FIRST)
    done = shop.pr("--forge", "github")
    assert done.exit_code == 3
    assert "frozen" in done.stderr
    assert shop.project.git("ls-remote", "origin", FIRST) == remote


def test_what_the_body_says_can_be_done(shop: Shop, tmp_path: Path) -> None:
    """A reviewer with a clone copies the commands to verify."""
    shop.document("--forge", "github")
    text = shop.github.pulls[7]["body"].partition("### How to verify")[2]
    commands = text.split("```sh\n")[1].split("\n```")[0].splitlines()
    clone = tmp_path / "clone"
    shop.project.git("clone", "--quiet", f"{shop.git.url}/shop/app.git", str(clone))
    assert commands[0].split()[:2] == ["git", "fetch"]
    subprocess.run(commands[0].split(), cwd=clone, check=True, capture_output=True)
    done = CliRunner().invoke(app, ["--repo", str(clone), *commands[1].split()[1:]])
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("same ")


def test_a_rollback_closes_the_pull_requests_and_the_next_run_opens_new_ones(shop: Shop) -> None:
    shop.document("--forge", "github")
    shop.github.faults = [Fault("PATCH", ".*", "answer", 403, body={"message": "no"}, skip=1)]
    failed = shop("rollback", "canonical-imports")
    assert failed.exit_code == 4
    assert shop.project.git("for-each-ref", "refs/heads/migrate") == ""
    again = shop("rollback", "canonical-imports")
    assert again.exit_code == 0, again.output
    assert shop.github.open_pulls() == []
    assert shop.project.git("ls-remote", "origin", "refs/heads/migrate/*") == ""
    done = shop.document("--forge", "github")
    assert [one["number"] for one in done["pull_requests"]] == [9, 10]


def test_a_rollback_deletes_branches_that_moved_here_alone(shop: Shop) -> None:
    shop.document("--forge", "github")
    shop.project.commit({"shop/late.py": "from shop.old import Name\n"})
    assert shop("apply").exit_code == 0
    done = shop("rollback", "canonical-imports")
    assert done.exit_code == 0, done.output
    assert shop.project.git("ls-remote", "origin", "refs/heads/migrate/*") == ""


def reviewed(shop: Shop, content: str) -> None:
    """A reviewer adds a file to the first branch, and it is published with those above it."""
    assert shop("apply").exit_code == 0
    shop.project.git("switch", "--quiet", FIRST)
    shop.project.commit({"review.txt": content}, "reviewed")
    shop.project.git("switch", "--quiet", "main")
    shop.project.commit({"shop/late.py": "from shop.old import Name\n"})
    shop.project.git("push", "--quiet", "origin", "main")
    shop.document("--forge", "github")
    assert "review.txt" in shop.project.git("ls-tree", "--name-only", SHIMS)


@pytest.mark.parametrize("content", ["reviewed\n", "reviewed\nagain\n"])
def test_a_reviewers_commit_that_was_squashed_with_the_phase_below_is_not_lost(
    shop: Shop, content: str
) -> None:
    reviewed(shop, content)
    shop.project.git("merge", "--quiet", "--squash", FIRST)
    shop.project.commit({"shop/old.py": FILES["shop/old.py"] + "# moved\n"}, "Squashed (#7)")
    shop.project.git("push", "--quiet", "origin", "main")
    pulls = shop.document("--forge", "github")["pull_requests"]
    assert [one["branch"] for one in pulls] == [SHIMS]


def test_a_reviewers_commit_that_was_left_out_of_the_squash_is_kept(shop: Shop) -> None:
    reviewed(shop, "reviewed\n")
    shop.project.git("merge", "--quiet", "--squash", f"{FIRST}~1")
    shop.project.commit({"shop/old.py": FILES["shop/old.py"] + "# moved\n"}, "Squashed (#7)")
    shop.project.git("push", "--quiet", "origin", "main")
    done = shop.pr("--forge", "github")
    assert done.exit_code == 3
    assert f"{SHIMS} at the remote has the commit" in done.stderr


def test_a_rollback_leaves_a_branch_with_others_commits(shop: Shop, tmp_path: Path) -> None:
    shop.document("--forge", "github")
    other = tmp_path / "other"
    shop.project.git("clone", "--quiet", "--branch", SHIMS, str(shop.origin), str(other))
    shop.project.git("-C", str(other), "commit", "--quiet", "--allow-empty", "-m", "a person's")
    shop.project.git("-C", str(other), "push", "--quiet")
    theirs = shop.project.git("-C", str(other), "rev-parse", "HEAD")
    done = shop("rollback", "shims")
    assert done.exit_code == 3
    assert f"{SHIMS} at origin has other commits; left there" in done.stderr
    assert shop.project.git("ls-remote", "origin", SHIMS).split()[0] == theirs
    assert [pull["head"] for pull in shop.github.open_pulls()] == [FIRST]


def test_status_knows_the_pull_requests(shop: Shop) -> None:
    shop.document("--forge", "github", "--draft")
    known = json.loads(shop("status", "--format", "json").stdout)
    pulls = [one["pull_request"] for one in known["phases"] if one["pull_request"]]
    assert [(one["number"], one["state"]) for one in pulls] == [(7, "draft"), (8, "draft")]


def test_a_dry_run_asks_nobody_and_writes_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    before = shop.project.state()
    done = shop.pr("--dry-run", "--draft", "--label", "x")
    assert done.exit_code == 0, done.output
    assert (
        f"# {FIRST} into main, a draft: Import by the canonical paths\n# labels: x\n" in done.stdout
    )
    assert "# reviewers: @ada, @ben, @shop/core, @shop/web\n" in done.stdout
    assert f"# {SHIMS} into {FIRST}, a draft: " in done.stdout
    assert "- commit `not landed`" in done.stdout
    document = shop.document("--dry-run")
    assert [one["status"] for one in document["pull_requests"]] == ["planned", "planned"]
    assert document["pull_requests"][0]["body"].startswith("<!-- onepath: ")
    assert shop.project.state() == before
    assert shop.github.requests == []


def test_everything_as_files(shop: Shop, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shop.project.git("config", "--unset", "remote.origin.url")
    done = shop.pr("--forge", "files", "--out", str(out))
    assert done.exit_code == 0, done.output
    names = {path.name for path in out.iterdir()}
    assert names == {
        "01-01-canonical-imports.md",
        "01-01-canonical-imports.patch",
        "02-03-shims.md",
        "02-03-shims.patch",
        "branches.txt",
        "commands.sh",
        "pull-requests.json",
    }
    tip = shop.project.git("rev-parse", FIRST)
    assert (out / "branches.txt").read_text().splitlines()[0] == f"{tip} {FIRST} main"
    # The patches give what the branches have.
    shop.project.git("switch", "--quiet", "--detach", "main")
    patches = sorted(map(str, out.glob("*.patch")))
    shop.project.git("am", "--quiet", *patches)
    assert shop.project.git("rev-parse", "HEAD^{tree}") == shop.project.git(
        "rev-parse", f"{SHIMS}^{{tree}}"
    )


def test_the_commands_of_the_files_do_it(shop: Shop, tmp_path: Path) -> None:
    out, said = tmp_path / "out", tmp_path / "said"
    assert shop.pr("--forge", "files", "--out", str(out), "--draft").exit_code == 0
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text(f'#!/bin/sh\n[ "$2" = view ] && exit 1\nprintf "%s\\n" "$@" >> {said}\n')
    gh.chmod(0o755)
    path = f"{gh.parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        ["sh", str(out / "commands.sh")], cwd=shop.project.path, check=True,
        env={**os.environ, "PATH": path}, capture_output=True,
    )  # fmt: skip
    assert shop.project.git("ls-remote", "origin", f"refs/heads/{SHIMS}").split()[0] == (
        shop.project.git("rev-parse", SHIMS)
    )
    lines = said.read_text().splitlines()
    assert lines[:5] == [
        "pr",
        "create",
        f"--head={FIRST}",
        "--base=main",
        "--title=Import by the canonical paths",
    ]
    assert lines[5] == f"--body-file={out}/01-01-canonical-imports.md"
    assert "--draft" in lines
    assert "--reviewer=shop/web" in lines


@pytest.mark.parametrize("by", ["owners", "folder", "size"])
def test_shards_of_a_real_plan(shop: Shop, by: str) -> None:
    done = shop.document("--forge", "github", "--shard", by, "--shard-size", "2")
    assert done["waiting"] == ["shims"]
    names = [one["shard"] for one in done["pull_requests"]]
    assert len(names) > 1
    assert names == sorted(names)
    assert {pull["base"] for pull in shop.github.open_pulls()} == {"main"}
    if by == "owners":
        assert names == ["part-ada", "part-ben-shop-core", "part-shop-web"]
        assert [pull["teams"] for pull in shop.github.open_pulls()] == [[], ["core"], ["web"]]
    # Each passes alone: on its branch, everything can be imported, and planning finds the rest.
    for one in done["pull_requests"]:
        shop.project.git("switch", "--quiet", "--detach", one["branch"])
        check = "import shop.web.views, shop.core.work, tests.test_shop as t; t.test_it()"
        subprocess.run([sys.executable, "-c", check], cwd=shop.project.path, check=True)
    # Together they are the phase, in any order.
    shop.project.git("switch", "--quiet", "--detach", "main")
    for one in reversed(done["pull_requests"]):
        shop.project.git("merge", "--quiet", "--no-edit", one["branch"])
    differs = shop.project.git("diff", "--name-only", "HEAD", FIRST)
    assert differs == ".migrate/ledger/websocket/0001_canonical_imports.toml"
    shop.project.git("switch", "--quiet", "main")
    again = shop.document("--forge", "github", "--shard", by, "--shard-size", "2")
    assert {one["status"] for one in again["pull_requests"]} == {"unchanged"}


GATE = "import pathlib, sys; sys.exit('shop.new' in pathlib.Path('shop/web/views.py').read_text())"


def test_each_shard_is_gated_by_itself(shop: Shop) -> None:
    command = shlex.join([sys.executable, "-c", GATE])
    config = f"verify = [{json.dumps(command)}]\n" + FILES["migrate.toml"]
    shop.project.commit({"migrate.toml": config})
    shop.project.git("push", "--quiet", "origin", "main")
    by_size = ("--forge", "github", "--shard", "size", "--shard-size", "1")
    done = shop.pr(*by_size)
    assert done.exit_code == 3
    assert "newly fails" in done.stderr
    [failing] = [line.partition(": ")[0] for line in done.stderr.splitlines() if ".parts/" in line]
    changed = shop.project.git("diff", "--name-only", f"{failing}~", failing)
    assert changed == "shop/web/views.py"
    assert shop.github.open_pulls() == []
    assert shop.project.git("ls-remote", "origin", "refs/heads/migrate/*") == ""
    assert shop.pr(*by_size, "--no-gates").exit_code == 0
    # What `verify` finds is left out, and the parts of the rest pass.
    assert shop("verify", FIRST).exit_code == 3
    again = shop.pr(*by_size)
    assert again.exit_code == 0, again.output


def test_shards_in_a_dry_run_have_no_branches(shop: Shop) -> None:
    done = shop.document("--dry-run", "--shard", "folder")
    assert len(done["pull_requests"]) == 2
    assert shop.project.git("for-each-ref", "refs/heads/migrate") == ""


def test_a_phase_whose_files_need_each_other_stays_whole(shop: Shop) -> None:
    done = shop.pr("--dry-run", "--phase", "shims", "--shard", "size", "--shard-size", "1")
    assert done.exit_code == 0, done.output
    assert f"# {SHIMS} into {FIRST}" in done.stdout


def test_one_phase(shop: Shop) -> None:
    assert shop("apply").exit_code == 0
    done = shop.document("--forge", "github", "--phase", "shims")
    assert [one["branch"] for one in done["pull_requests"]] == [SHIMS]
    assert done["pushed"] == [FIRST, SHIMS]
    unknown = shop.pr("--forge", "github", "--phase", "factories")
    assert (unknown.exit_code, "no phase 'factories'" in unknown.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "nothing says whether '127.0.0.1' is GitHub or GitLab"),
        (("--forge", "files"), "go together"),
        (("--out", "x"), "go together"),
        (("--forge", "github", "--remote", "upstream"), "no remote 'upstream'"),
        (("--shard", "owners", "--dry-run", "--phase", "nothing"), "no phase 'nothing'"),
    ],
)
def test_the_user_s_mistakes(shop: Shop, arguments: tuple[str, ...], said: str) -> None:
    done = shop.pr(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert shop.github.requests == []


def test_without_owners_there_is_nothing_to_split_by(shop: Shop) -> None:
    (shop.project.path / ".github" / "CODEOWNERS").unlink()
    shop.project.commit(message="no owners")
    done = shop.pr("--dry-run", "--shard", "owners")
    assert done.exit_code == 2
    assert "--shard folder and --shard size need no owners" in done.stderr


def test_a_token_that_is_not_accepted(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_wrong")
    done = shop.pr("--forge", "github")
    assert done.exit_code == 4
    assert "status 401: Bad credentials" in done.stderr
    assert "ghp_wrong" not in done.output
    assert shop.project.git("ls-remote", "origin", "refs/heads/migrate/*") == ""


def test_a_branch_that_somebody_changed(shop: Shop) -> None:
    assert shop("apply").exit_code == 0
    shop.project.git("switch", "--quiet", FIRST)
    shop.project.git("commit", "--quiet", "--amend", "--allow-empty", "-m", "Mine")
    shop.project.git("switch", "--quiet", "main")
    done = shop.pr("--forge", "github")
    assert done.exit_code in (2, 3), done.output
    assert shop.github.pulls == {}


def test_a_defect_does_not_show_the_token(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http.Client, "_pace", lambda self: self.nothing_of_that_name)
    done = shop.pr("--forge", "github")
    assert done.exit_code == 70
    trace = Path(done.stderr.split("traceback: ")[1].splitlines()[0])
    assert TOKEN not in done.output + trace.read_text()
    trace.unlink()


def test_it_goes_on_where_it_stopped(shop: Shop) -> None:
    shop.github.faults = [Fault("POST", ".*/pulls", "answer", 422, times=9, skip=1)]
    done = shop.pr("--forge", "github")
    assert done.exit_code == 4
    assert len(shop.github.open_pulls()) == 1
    shop.github.faults = []
    done = shop.pr("--forge", "github")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["updated", "created"]
    assert len(shop.github.pulls) == 2


def test_help_does_not_load_a_client() -> None:
    check = (
        "import sys\nfrom typer.testing import CliRunner\nfrom onepath_cli.app import app\n"
        "done = CliRunner().invoke(app, ['pr', '--help'])\nassert done.exit_code == 0\n"
        "print(sorted({'requests', 'gitlab', 'onepath.publish.publish'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
