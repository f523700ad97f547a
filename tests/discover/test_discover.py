from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.codemod.packs.installed import load_packs
from onepath.discover.discover import discover
from onepath.discover.lost_names import history
from onepath.errors import InputError
from onepath.plan.planner import make_plan
from onepath.run.serial import SerialExecutor
from onepath.snapshot import GitTree, Repository

NEW = "class Manager:\n    def send(self): pass\n"
FILES = {
    "app/__init__.py": "",
    "app/core/__init__.py": "",
    "app/core/manager.py": NEW,
    "app/shim.py": "'''Old.'''\nfrom app.core.manager import Manager\n__all__ = ['Manager']\n",
    "app/facade.py": "from app.shim import Manager as WebManager\nimport app\napp.start()\n",
    "app/a.py": "from app.shim import Manager\nManager()\n",
    "app/b.py": "import app.shim\nfrom app.facade import WebManager\napp.shim.Manager()\n",
    "app/c.py": "from app.core.manager import Manager\n\n\ndef make(): return Manager()\n",
    "tests/test_a.py": "from app.core.manager import Manager\nMgr = Manager\n",
}
CANONICAL = "app.core.manager.Manager"

Init = Callable[..., str]


@pytest.fixture
def init() -> Init:
    def run(repository: Any, *canonical: str, opened: Path | None = None) -> str:
        ours = Repository.discover(opened or repository.path)
        return discover(
            GitTree(ours, "HEAD"), canonical, executor=SerialExecutor(), repository=ours
        )

    return run


def renames(text: str) -> dict[str, str]:
    return dict(parse_config(text, "migrate.toml").imports)


def above(text: str, line: str) -> list[str]:
    """The comment lines right above a line."""
    lines = text.splitlines()
    at = lines.index(line)
    found = []
    while lines[at - 1].startswith("#"):
        at -= 1
        found.insert(0, lines[at])
    return found


# --------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("canonical", "message"),
    [
        (["app.core.manager"], "is a module"),
        (["app.core.manager.Manager.send"], "is an attribute of 'Manager'"),
        (["app.core.manager.Gone"], "no such name"),
        (["app.gone.Manager"], "does not lead to a definition: no such name"),
        (["requests.Session"], "no such module in this repository"),
        ([CANONICAL, "app.shim.Manager"], "are one definition"),
    ],
)
def test_canonical_path_that_is_no_definition_is_refused(
    make_repository: Any, init: Init, canonical: list[str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        init(make_repository(FILES), *canonical)


# ------------------------------------------------------------------------ routes


def test_every_other_path_is_found_with_its_uses(make_repository: Any, init: Init) -> None:
    text = init(make_repository(FILES), CANONICAL)
    assert renames(text) == {
        "app.shim.Manager": CANONICAL,
        "app.facade.WebManager": CANONICAL,
    }
    assert "# is Manager in app/core/manager.py:1; 3 times imported by this path." in text
    assert above(text, f'"app.shim.Manager" = "{CANONICAL}"') == [
        "# Used 3 times in 3 files.",
        "# By way of app.shim (shim) -> app.core.manager.",
    ]
    assert above(text, f'"app.facade.WebManager" = "{CANONICAL}"') == [
        "# Used once in 1 file.",
        "# By way of app.facade -> app.shim (shim) -> app.core.manager.",
    ]


def test_path_of_the_definition_is_a_route_where_another_is_canonical(
    make_repository: Any, init: Init
) -> None:
    text = init(make_repository(FILES), "app.shim.Manager")
    line = '"app.core.manager.Manager" = "app.shim.Manager"'
    assert above(text, line) == ["# Used 2 times in 2 files.", "# This is where it is defined."]


def test_name_with_one_path_has_nothing_to_do(make_repository: Any, init: Init) -> None:
    text = init(
        make_repository({"m.py": NEW, "u.py": "from m import Manager\nManager()\n"}), "m.Manager"
    )
    assert "There is no other path to it" in text
    assert renames(text) == {}


def test_unused_paths_are_put_together_at_the_end_and_those_of_tests_left_out(
    make_repository: Any, init: Init
) -> None:
    files = {
        **FILES,
        "app/x.py": "from app.core.manager import Manager\n__all__ = ['Manager']\n",
        "app/y.py": "from app.core.manager import Manager\nAlias = Manager\ndef f(): pass\n",
    }
    text = init(make_repository(files), CANONICAL)
    assert text.split("\n\n# Not proposed")[0].split("\n\n# Modules")[0].splitlines()[-3:] == [
        "# Not used inside this repository:",
        f'"app.x.Manager" = "{CANONICAL}"',
        f'"app.y.Alias" = "{CANONICAL}"',
    ]
    assert "Mgr" not in text


FAST = "def pack(): pass\n"
PICKED = {
    "a module that is tried first": "try:\n    from app.fast import pack\nexcept ImportError:\n"
    "    from app.slow import pack\n",
    "a compiled module": "try:\n    from ._compiled import pack\nexcept ImportError:\n"
    "    from .slow import pack\n",
    "a branch": "import os\nif os.environ.get('SLOW'):\n    from app.slow import pack\nelse:\n"
    "    from app.fast import pack\n",
}


@pytest.mark.parametrize("name", PICKED)
def test_a_path_that_may_lead_elsewhere_is_left_to_the_user(
    make_repository: Any, init: Init, name: str
) -> None:
    files = {"app/__init__.py": PICKED[name], "app/fast.py": FAST, "app/slow.py": FAST}
    files["use.py"] = "from app import pack\n"
    repository = make_repository(files)
    texts = [init(repository, f"app.{one}.pack") for one in ("slow", "fast")]
    assert all("app.pack" not in renames(text) for text in texts)
    # Of two branches alike none is taken for the definition at all.
    is_said = any("Not active: app/__init__.py:" in text for text in texts)
    assert is_said is (name != "a branch")


def test_a_path_that_leads_to_one_definition_by_two_ways_is_taken(
    make_repository: Any, init: Init
) -> None:
    files = {
        "app/__init__.py": "try:\n    from app.old import pack\nexcept ImportError:\n"
        "    from app.slow import pack\n",
        "app/old.py": "from app.slow import pack\n",
        "app/slow.py": FAST,
        "use.py": "from app import pack\n",
    }
    assert renames(init(make_repository(files), "app.slow.pack"))["app.pack"] == "app.slow.pack"


def test_long_ways_are_wrapped(make_repository: Any, init: Init) -> None:
    depth, files = 6, {"m0.py": NEW}
    for n in range(1, depth):
        last = f"a_module_with_a_long_name_{n - 1}" if n > 1 else "m0"
        files[f"a_module_with_a_long_name_{n}.py"] = f"from {last} import Manager\n"
    files["u.py"] = f"from a_module_with_a_long_name_{depth - 1} import Manager\n"
    text = init(make_repository(files), "m0.Manager")
    assert max(map(len, text.splitlines())) <= 100
    comment = above(text, f'"a_module_with_a_long_name_{depth - 1}.Manager" = "m0.Manager"')
    assert len(comment) > 2
    joined = " ".join(line.lstrip("# ") for line in comment[1:])
    for n in range(1, depth):
        assert f"a_module_with_a_long_name_{n} (shim)" in joined


def test_dry_run_with_the_text_settles_every_use(make_repository: Any, init: Init) -> None:
    repository = make_repository(FILES)
    config = parse_config(init(repository, CANONICAL), "migrate.toml")
    snapshot = GitTree(Repository.discover(repository.path), "HEAD")
    plan = make_plan(snapshot, config, load_packs(), executor=SerialExecutor())
    [phase] = [one for one in plan.phases if one.name == "canonical-imports"]
    assert phase.before["deprecated-import"] > 0
    left = {refusal.path for refusal in phase.changeset.refusals}
    assert phase.after["deprecated-import"] == len(left)
    again = init(repository, CANONICAL)
    assert again == init(repository, CANONICAL)


# ---------------------------------------------------------------------- dangling


@pytest.fixture
def gone(make_repository: Any) -> Any:
    """A repository whose `app/legacy.py`, and a name of `app/shim.py`, are gone but imported."""
    start = {
        **FILES,
        "app/legacy.py": "from app.core.manager import Manager\n",
        "app/rival.py": "class Manager: pass\n",
        "app/shim.py": "from app.core.manager import Manager\nOldManager = Manager\n",
        "app/u.py": "from app.legacy import Manager\nfrom app.rival import Manager as R\n"
        "from app.never.was import Manager as N\nfrom app.shim import OldManager\n",
    }
    repository = make_repository(start)
    for path in ("app/legacy.py", "app/rival.py"):
        (repository.path / path).unlink()
    repository.commit({"app/shim.py": FILES["app/shim.py"]}, "remove")
    repository.commit({"later.txt": "x"}, "later")
    return repository


def test_history_says_what_a_dangling_path_was(gone: Any, init: Init) -> None:
    text = init(gone, CANONICAL)
    line = f'"app.legacy.Manager" = "{CANONICAL}"'
    assert renames(text)["app.legacy.Manager"] == CANONICAL
    [first, second] = above(text, line)
    assert first == "# Dangling. Used once in 1 file."
    before = gone.git("rev-parse", "HEAD~2")[:10]
    assert second == (
        f"# Last there at {before}, where it was the same: Manager in app/core/manager.py."
    )


def test_other_definition_under_the_name_is_left_to_the_user(gone: Any, init: Init) -> None:
    text = init(gone, CANONICAL)
    assert "app.rival.Manager" not in renames(text)
    assert "another definition than the canonical one" in text.replace("\n#   ", " ")


def test_path_that_never_was_is_left_to_the_user(gone: Any, init: Init) -> None:
    text = init(gone, CANONICAL)
    assert "app.never.was.Manager" not in renames(text)
    assert f'# "app.never.was.Manager" = "{CANONICAL}"' in text
    assert "No revision in the history has it." in text


def test_name_that_is_gone_from_a_module_that_stays(gone: Any, init: Init) -> None:
    (gone.path / "app/y.py").write_text("from app.core.manager import Manager as OldManager\n")
    gone.commit(message="so that the old name is looked for")
    assert renames(init(gone, CANONICAL))["app.shim.OldManager"] == CANONICAL


def test_name_that_came_and_went_on_a_branch_that_is_merged(gone: Any, init: Init) -> None:
    main = gone.git("branch", "--show-current").strip()
    gone.git("checkout", "--quiet", "-b", "side")
    gone.commit({"app/brief.py": FILES["app/shim.py"]}, "there")
    (gone.path / "app/brief.py").unlink()
    gone.commit(message="gone again")
    gone.git("checkout", "--quiet", main)
    gone.commit({"app/z.py": "from app.brief import Manager\n"}, "beside it")
    gone.git("merge", "--quiet", "--no-ff", "--message", "both", "side")
    assert renames(init(gone, CANONICAL))["app.brief.Manager"] == CANONICAL


def test_shallow_clone_has_no_history_to_search(gone: Any, init: Init, tmp_path: Path) -> None:
    gone.git("clone", "--quiet", "--depth=1", f"file://{gone.path}", str(tmp_path / "shallow"))
    text = init(gone, CANONICAL, opened=tmp_path / "shallow")
    assert "app.legacy.Manager" not in renames(text)
    assert f'# "app.legacy.Manager" = "{CANONICAL}"' in text


@pytest.mark.parametrize("bound", ["REVISIONS", "BYTES"])
def test_search_of_the_history_is_bounded_by_numbers(
    gone: Any, init: Init, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    monkeypatch.setattr(history, bound, 0)
    text = init(gone, CANONICAL)
    assert "app.legacy.Manager" not in renames(text)
    assert f'# "app.legacy.Manager" = "{CANONICAL}"' in text


def test_commits_beyond_the_bound_are_not_looked_at(
    gone: Any, init: Init, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "COMMITS", 1)
    gone.commit(message="one more, so that the deletion is out of sight")
    gone.commit(message="and another one")
    assert "app.legacy.Manager" not in renames(init(gone, CANONICAL))


# ----------------------------------------------------------------------- ranking


def test_without_a_path_the_most_fragmented_names_are_ranked(
    make_repository: Any, init: Init
) -> None:
    files = {**FILES, "app/one.py": "class One: pass\n", "app/u.py": "from app.one import One\n"}
    lines = init(make_repository(files)).splitlines()
    assert lines[1].split() == ["4", "3", "7", "Manager", "in", "app/core/manager.py"]
    assert lines[2].strip() in ("app.shim.Manager", CANONICAL)
    assert not any("One" in line for line in lines)


def test_repository_without_fragmented_names_says_so(make_repository: Any, init: Init) -> None:
    text = init(make_repository({"m.py": NEW, "u.py": "from m import Manager\nManager()\n"}))
    assert text == "Every name is imported by one path only: nothing is fragmented.\n"


def test_ranking_is_cut_and_says_so(make_repository: Any, init: Init) -> None:
    names = [f"N{n}" for n in range(23)]
    files = {
        "m.py": "".join(f"class {name}: pass\n" for name in names),
        "s.py": f"from m import {', '.join(names)}\n",
        "u.py": f"from s import {', '.join(names)}\n",
    }
    text = init(make_repository(files))
    assert text.count(" in m.py\n") == 20
    assert "and 3 more names with several paths" in text
