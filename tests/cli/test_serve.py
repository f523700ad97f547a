"""`migrate serve --mcp`, asked by a real client over its stdin and stdout."""

import asyncio
import builtins
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters, stdio_client

from onepath_cli.serve.calls import CallAnswer, CommandRunner, State
from onepath_cli.serve.skill import skill_file
from onepath_cli.serve.tools import PAGE, Tools

FILES = {
    "pkg/__init__.py": "",
    "pkg/new.py": "class Manager:\n    pass\n",
    "pkg/old.py": "from pkg.new import Manager\n",
    "pkg/odd name.py": "from pkg.old import Manager\nx = '# phase 9: none'\n",
    "app.py": "from pkg.old import Manager\n\nmanager = Manager()\n",
    "kept.py": "import pkg.old\n\npkg.old.Manager = None\n",
    "migrate.toml": '[imports]\n"pkg.old.Manager" = "pkg.new.Manager"\n',
    # What lies in the folder that is served is not imported.
    "onepath_cli/__init__.py": "raise SystemExit('the code of the user was run')\n",
    "json.py": "raise SystemExit('the code of the user was run')\n",
}
BRANCH = "migrate/websocket/01-canonical-imports"
Ask = Callable[..., Awaitable[Any]]


@pytest.fixture
def repository(make_repository: Callable[..., Any]) -> Any:
    return make_repository(FILES)


def session(path: Path, talk: Callable[[Ask], Awaitable[None]]) -> None:
    """Talk to a server of its own process that serves a folder."""

    async def run() -> None:
        server = StdioServerParameters(
            command=sys.executable,
            args=["-P", "-m", "onepath_cli", "serve", "--mcp"],
            cwd=path,
            env=dict(os.environ),
        )
        async with Client(stdio_client(server), read_timeout_seconds=60) as client:

            async def ask(tool: str, **arguments: Any) -> Any:
                result = await client.call_tool(tool, arguments)
                assert not result.is_error, result.content
                return result.structured_content

            await talk(ask)

    asyncio.run(run())


# ------------------------------------------------------------------ refused


@pytest.mark.parametrize("arguments", [(), ("--mcp", "--skill"), ("--lsp", "--mcp")])
def test_options_that_say_nothing_or_two_things(
    migrate: Any, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = migrate("serve", *arguments, cwd=tmp_path)
    assert (done.code, done.out) == (2, b"")
    assert "one of --mcp, --lsp and --skill" in done.err


@pytest.mark.parametrize(("option", "package"), [("--mcp", "mcp"), ("--lsp", "pygls")])
def test_an_extra_that_is_not_installed(
    migrate: Any, repository: Any, monkeypatch: Any, option: str, package: str
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] in (package, "lsprotocol")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("onepath_cli.serve.mcp", "onepath_cli.serve.lsp"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    real = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name.split(".")[0] == package:
            raise ModuleNotFoundError(f"No module named {name!r}", name=package)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    done = migrate("serve", option, cwd=repository.path)
    assert (done.code, done.out) == (2, b"")
    assert f"needs the package {package}" in done.err
    assert f"pip install 'onepath[{option[2:]}]'" in done.err


def test_a_folder_that_does_not_exist(migrate: Any, tmp_path: Path) -> None:
    assert migrate("--repo", "none", "serve", "--mcp", cwd=tmp_path).code == 2


def test_only_what_was_shown_lands_or_is_withdrawn(repository: Any) -> None:
    async def talk(ask: Ask) -> None:
        shown = await ask("plan_phases")
        plan = shown["plan"]
        for wrong in ("0" * 64, plan[:12], ""):
            assert (await ask("apply", plan=wrong))["state"] == "bad-input"
            assert (await ask("diff", plan=wrong, path="app.py"))["state"] == "bad-input"
        repository.commit({"more.py": "from pkg.old import Manager\n"})
        before = repository.state()
        moved = await ask("apply", plan=plan)
        assert moved["state"] == "refused"
        assert "not what would land now" in moved["message"]
        assert (await ask("diff", plan=plan, path="app.py"))["state"] == "refused"
        assert repository.state() == before
        plan = (await ask("plan_phases"))["plan"]
        assert (await ask("apply", plan=plan))["state"] == "done"
        commit = repository.git("rev-parse", BRANCH)
        withdrawn = await ask("roll_back", phase="canonical-imports", commit=commit)
        assert withdrawn["state"] == "refused"
        assert repository.git("rev-parse", BRANCH) == commit

    session(repository.path, talk)


def test_what_makes_no_sense_is_answered_in_words(repository: Any) -> None:
    async def talk(ask: Ask) -> None:
        wrong = await ask("plan_rename", old="pkg.old.Manager", new="pkg.new.Manger")
        assert wrong["state"] == "bad-input"
        assert "did you mean 'pkg.new.Manager'?" in wrong["message"]
        assert (await ask("explain", name="pkg.nothing.Here"))["state"] == "bad-input"
        assert (await ask("audit", rules=["none"]))["state"] == "bad-input"
        # What is given is never an option of the command.
        for name in ("--version", "--help", "--repo=/"):
            assert (await ask("explain", name=name))["state"] == "bad-input"
            assert (await ask("plan_phases", phases=[name]))["state"] == "bad-input"
            assert (await ask("plan_rename", old=name, new="a.b"))["state"] == "bad-input"
            answer = await ask("audit", paths=[name])
            assert (answer["state"], name in answer["message"]) == ("bad-input", True)

    session(repository.path, talk)


def test_a_call_that_takes_too_long_is_ended(repository: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(repository.path)

    async def run() -> CallAnswer:
        return await CommandRunner(options(), 0.01).run("audit", "--format", "json")

    answer = asyncio.run(run())
    assert (answer.state, answer.message) == (State.TIMED_OUT, "not done after 0.01 s")


# -------------------------------------------------------------------- done


def test_from_the_audit_to_the_branch_and_back(repository: Any) -> None:
    async def talk(ask: Ask) -> None:
        audit = await ask("audit", rules=["deprecated-import"])
        assert (audit["state"], audit["page"], audit["pages"]) == ("found", 1, 1)
        paths = {finding["path"] for finding in audit["findings"]}
        assert paths == {"app.py", "kept.py", "pkg/odd name.py"}
        told = await ask("explain", name="pkg.old.Manager")
        assert told["answer"]["symbol"]["canonical"] == "pkg.new.Manager"

        before = repository.state()
        shown = await ask("plan_phases")
        [phase] = [one for one in shown["phases"] if one["name"] == "canonical-imports"]
        assert (phase["files_changed"], phase["before"]) == (2, {"deprecated-import": 3})
        [code] = phase["left_alone"]
        assert phase["left_alone"] == {code: 1}
        refused = await ask("refusals", plan=shown["plan"], code=code, path="kept")
        [place] = refused["refusals"]
        assert (place["path"], place["phase"]) == ("kept.py", "canonical-imports")
        assert (await ask("refusals", plan=shown["plan"], path="app.py"))["total"] == 0
        changes = await ask("changes", plan=shown["plan"], phase="canonical-imports")
        assert [one["path"] for one in changes["changes"]] == ["app.py", "pkg/odd name.py"]
        for path in ("app.py", "pkg/odd name.py"):
            text = (await ask("diff", plan=shown["plan"], path=path))["diff"]
            assert text.startswith("# phase 1: canonical-imports\ndiff --git ")
            assert text.count("diff --git") == 1
            assert "+from pkg.new import Manager\n" in text
        none = await ask("diff", plan=shown["plan"], path="kept.py")
        assert none["state"] == "bad-input"
        assert repository.state() == before

        landed = await ask("apply", plan=shown["plan"])
        assert landed["state"] == "done"
        commit = repository.git("rev-parse", BRANCH)
        assert json.dumps(landed["answer"]).count(commit)
        await ask("status")
        done = await ask("roll_back", phase="canonical-imports", commit=commit)
        assert done["state"] == "done"
        assert not repository.git("branch", "--list", "migrate/*")

    session(repository.path, talk)


def test_a_rename_is_planned_and_lands(repository: Any) -> None:
    async def talk(ask: Ask) -> None:
        shown = await ask("plan_rename", old="pkg.old.Manager", new="pkg.new.Manager")
        assert [phase["files_changed"] for phase in shown["phases"]] == [2]
        text = (await ask("diff", plan=shown["plan"], path="app.py"))["diff"]
        assert "+from pkg.new import Manager\n" in text
        assert (await ask("apply", plan=shown["plan"]))["state"] == "done"
        assert repository.git("branch", "--list", "migrate/rename/*")

    session(repository.path, talk)


def test_long_lists_come_in_pages() -> None:
    findings = [{"path": f"{number}.py"} for number in range(2 * PAGE + 1)]

    class Given:
        async def run(self, *_: str) -> CallAnswer:
            document = {"revision": "x", "rules": {}, "findings": findings}
            return CallAnswer(State.FOUND, document, "", "")

    async def run() -> None:
        tools = Tools(Given())  # type: ignore[arg-type]
        seen = []
        for page in (1, 2, 3):
            answer = await tools.audit(page=page)
            assert (answer["total"], answer["page"], answer["pages"]) == (2 * PAGE + 1, page, 3)
            seen += answer["findings"]
        assert seen == findings
        assert (await tools.audit(page=99))["page"] == 3
        assert (await tools.audit(page=-1))["page"] == 1

    asyncio.run(run())


def test_the_skill_names_every_tool_and_every_state(migrate: Any, tmp_path: Path) -> None:
    done = migrate("serve", "--skill", cwd=tmp_path)
    assert done.out.decode() == skill_file()
    assert skill_file().startswith("---\nname: onepath\ndescription: ")
    tools = [name for name in vars(Tools) if not name.startswith("_") and name != "calls"]
    for name in (*tools, *State):
        assert f"`{name}`" in skill_file(), name
    assert f"pages of {PAGE} rows" in skill_file()


def options() -> Any:
    from onepath_cli.context import Options
    from onepath_cli.output import Output

    return Options(None, None, None, None, Output(quiet=True, verbose=False, no_color=True))
