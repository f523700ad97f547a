"""`migrate review`: answers from a pipe, kept for later, and what lands then."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.review.conftest import REPLACE, USE, planned

IMPORTS = """
[imports]
"pkg.lib.old" = "pkg.lib.new"
"""


def test_without_git_there_is_nowhere_to_keep_answers(tmp_path: Path, migrate: Any) -> None:
    (tmp_path / "lib.py").write_text("len(x)\n")
    done = migrate("replace", "len($X)", "str($X)", "--review", "--rev", "WORKTREE", cwd=tmp_path)
    assert done.code == 2
    assert "nowhere to keep the answers" in done.err


@pytest.mark.parametrize("option", ["--dry-run", "--yes", "--worktree"])
def test_a_review_lands_nothing(repository: Any, migrate: Any, option: str) -> None:
    done = migrate(*REPLACE, "--review", option, cwd=repository.path)
    assert (done.code, f"leave {option} out" in done.err) == (2, True)


def test_nothing_is_left_out_before_the_first_answer(
    repository: Any, migrate: Any, answer: Any
) -> None:
    before = planned(repository, migrate)
    for answers in ((), ("q",), ("x", "p", "?", "u", "q"), ("y", "u", "q")):
        done = answer(repository, *answers)
        assert (done.exit_code, "4 not decided\n" in done.stdout) == (0, True), done.stderr
        assert planned(repository, migrate) == before


def test_what_was_accepted_lands_and_nothing_else(
    repository: Any, migrate: Any, answer: Any
) -> None:
    done = answer(repository, "y", "y", "n", "y")
    assert "reviewed: 3 accepted, 1 skipped" in done.stdout
    wanted, phase = planned(repository, migrate)
    assert f"plan {wanted}" in done.stdout
    assert f"--plan {wanted[:12]}` in the place of `--review` lands just this" in done.stderr
    assert [(one["path"], one["line"], one["code"]) for one in phase["refusals"]] == [
        ("pkg/use.py", 6, "skipped")
    ]
    assert migrate(*REPLACE, "--plan", wanted, cwd=repository.path).code == 0
    landed = repository.git("show", "migrate/replace/pkg-lib-old-X:pkg/use.py")
    # The import of what was skipped stays.
    assert landed.strip() == USE.strip().replace("import old", "import old, new").replace(
        "old(1)", "new(1)"
    ).replace("old(3)", "new(3)")


def test_a_review_goes_on_where_it_was_left(repository: Any, migrate: Any, answer: Any) -> None:
    assert "hunk 1 of 4" in answer(repository, "y", "n", "q").stdout
    _, phase = planned(repository, migrate)
    codes = sorted(one["code"] for one in phase["refusals"])
    assert codes == ["not-reviewed", "not-reviewed", "skipped"]
    done = answer(repository, "y", "y")
    assert "hunk 3 of 4, replace, pattern: pkg/use.py:6   2 of 4 decided" in done.stdout
    assert "hunk 1 of 4" not in done.stdout
    assert "reviewed: 3 accepted, 1 skipped" in done.stdout
    # What others change does not undo it.
    repository.commit({"pkg/more.py": "x = 1\n", "pkg/use.py": f"import os\n{USE}"})
    assert "reviewed: 3 accepted, 1 skipped" in answer(repository).stdout


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (("f", "y", "y", "y"), "3 accepted, 1 skipped"),
        (("/use.py", "f", "y"), "1 accepted, 3 skipped"),
        (("k",), "4 skipped"),
        (("a",), "4 accepted"),
        (("n", "a"), "3 accepted, 1 skipped"),
        (("k", "u", "a"), "4 accepted"),
        (("n", "n", "u", "u", "a"), "4 accepted"),
        (("/old(3)", "n", "a"), "3 accepted, 1 skipped"),
        (("/nothing", "/", "strange", "a"), "4 accepted"),
        (("n", "/4", "y", "a"), "4 accepted"),
    ],
)
def test_answers(repository: Any, answer: Any, answers: tuple[str, ...], told: str) -> None:
    done = answer(repository, *answers)
    assert f"reviewed: {told}\n" in done.stdout, done.stdout


def test_the_reasons_say_where_names_led(repository: Any, answer: Any) -> None:
    shown = answer(repository, "x", "q").stdout
    assert "before: pkg.lib.old is old of pkg/lib.py:1" in shown
    assert "after: pkg.lib.new is new of pkg/lib.py:4" in shown


def test_what_was_edited_lands_as_it_was_edited(repository: Any, migrate: Any, answer: Any) -> None:
    done = answer(repository, "e", "k", editor="sed -i 's/4/40 + 2/'")
    assert "reviewed: 1 edited, 3 skipped" in done.stdout
    wanted, phase = planned(repository, migrate)
    assert phase["changes"] == [{"path": "pkg/other.py", "edits": 1}]
    assert migrate(*REPLACE, "--plan", wanted, cwd=repository.path).code == 0
    landed = repository.git("show", "migrate/replace/pkg-lib-old-X:pkg/other.py")
    assert landed.strip() == "import pkg.lib\n\npkg.lib.new(40 + 2)"


def test_a_review_can_be_forgotten_and_is_for_one_configuration(
    repository: Any, migrate: Any, answer: Any
) -> None:
    repository.commit({"migrate.toml": IMPORTS})
    assert answer(repository, "y", "k", command=("review",)).exit_code == 0
    _, phase = planned(repository, migrate, "--phase", "canonical-imports")
    assert {one["code"] for one in phase["refusals"]} == {"skipped"}
    repository.commit({"migrate.toml": f'exclude = ["other.py"]\n{IMPORTS}'})
    _, phase = planned(repository, migrate, "--phase", "canonical-imports")
    assert "skipped" not in {one["code"] for one in phase["refusals"]}
    repository.commit({"migrate.toml": IMPORTS})
    assert migrate("review", "--forget", cwd=repository.path).code == 0
    _, phase = planned(repository, migrate, "--phase", "canonical-imports")
    assert "skipped" not in {one["code"] for one in phase["refusals"]}


def test_what_was_left_out_is_in_the_ledger_so_that_others_plan_the_same(
    repository: Any, migrate: Any, answer: Any
) -> None:
    repository.commit({"migrate.toml": IMPORTS})
    answer(repository, "y", "k", command=("review",))
    wanted, phase = planned(repository, migrate, "--phase", "canonical-imports")
    assert [one["path"] for one in phase["changes"]] == ["pkg/other.py"]
    assert migrate("apply", "--plan", wanted[:12], cwd=repository.path).code == 0
    assert "1 accepted, 1 skipped" in answer(repository, command=("review",)).stdout
    assert migrate("review", "--forget", cwd=repository.path).code == 0
    done = migrate("verify", cwd=repository.path)
    assert done.code == 0, done.err
    branch = repository.git("for-each-ref", "--format=%(refname)", "refs/heads/*/**").strip()
    repository.git("merge", branch)
    assert "skipped = [" in repository.git("grep", "-h", "skipped", "HEAD")
    _, phase = planned(repository, migrate, "--phase", "canonical-imports")
    assert {one["code"] for one in phase["refusals"]} == {"skipped"}


def test_on_a_terminal_and_without_colours(repository: Any, migrate: Any) -> None:
    for extra, colours in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
        code, shown = migrate.on_terminal(
            *REPLACE, "--review", cwd=repository.path, answer=b"y\nu\nq\n", extra=extra
        )
        assert (code, bool(re.search(rb"\x1b\[3[12]m", shown))) == (0, colours), shown


RENAME = ("rename", "pkg.lib.old", "pkg.lib.newer")
MOVE = ("move", "pkg.lib.old", "pkg.place")


@pytest.mark.parametrize("command", [RENAME, MOVE])
def test_a_definition_changes_with_those_that_need_it_or_not_at_all(
    repository: Any, migrate: Any, answer: Any, command: tuple[str, ...]
) -> None:
    whole = planned(repository, migrate, *command)[1]
    paths = [one["path"] for one in whole["changes"]]
    skipped = paths.index("pkg/lib.py")
    answers = ["n" if at == skipped else "y" for at in range(len(paths))]
    done = answer(repository, *answers, command=command)
    assert done.exit_code == 0, done.stderr
    phase = planned(repository, migrate, *command)[1]
    assert phase["changes"] == []
    told = {one["path"]: one["code"] for one in phase["refusals"]}
    assert told == dict.fromkeys(paths, "needs-what-was-left") | {"pkg/lib.py": "skipped"}


@pytest.mark.parametrize("command", [RENAME, MOVE])
def test_a_reader_that_was_skipped_keeps_the_old_path(
    repository: Any, migrate: Any, answer: Any, command: tuple[str, ...]
) -> None:
    whole = planned(repository, migrate, *command)[1]
    paths = [one["path"] for one in whole["changes"]]
    answers = ["n" if path == "pkg/use.py" else "y" for path in paths]
    answer(repository, *answers, command=command)
    phase = planned(repository, migrate, *command)[1]
    assert "pkg/use.py" not in [one["path"] for one in phase["changes"]]
    codes = {one["code"] for one in phase["refusals"]}
    assert "skipped" in codes
    assert codes & {"old-name-kept", "old-path-kept"}


LIB = "old = new = print\n"
LOCAL = """def f():
    from pkg.lib import old

    return old(1) + old(2)


def g():
    from pkg.lib import old as it

    return it(3)
"""
EXAMPLE = '''def h():
    """
    >>> from pkg.lib import old
    >>> old(4)
    """
'''


def landed(repository: Any, migrate: Any, command: tuple[str, ...], path: str) -> str:
    """A file as the plan leaves it."""
    wanted, _ = planned(repository, migrate, *command)
    assert migrate(*command, "--plan", wanted, cwd=repository.path).code == 0
    branch = repository.git("for-each-ref", "--format=%(refname)", "refs/heads/migrate").strip()
    return str(repository.git("show", f"{branch}:{path}"))


@pytest.mark.parametrize("command", [RENAME, MOVE])
@pytest.mark.parametrize("skipped", ["/as it", "/import old"])
def test_an_import_is_a_hunk_with_its_uses(
    repository: Any, migrate: Any, answer: Any, command: tuple[str, ...], skipped: str
) -> None:
    repository.commit({"pkg/use.py": LOCAL})
    done = answer(repository, skipped, "n", "a", command=command)
    assert ", 1 skipped" in done.stdout
    phase = planned(repository, migrate, *command)[1]
    assert {one["code"] for one in phase["refusals"]} & {"old-name-kept", "old-path-kept"}
    text = landed(repository, migrate, command, "pkg/use.py")
    moved = "import newer" if command is RENAME else "from pkg.place import"
    first, second = text.split("def g")
    changed, kept = (first, second) if skipped == "/as it" else (second, first)
    assert moved in changed
    assert moved not in kept
    assert "from pkg.lib import old" in kept


@pytest.mark.parametrize("command", [RENAME, MOVE])
def test_an_example_is_a_hunk_with_all_its_lines(
    repository: Any, migrate: Any, answer: Any, command: tuple[str, ...]
) -> None:
    repository.commit({"pkg/use.py": f"{LOCAL}\n\n{EXAMPLE}"})
    done = answer(repository, "/>>> from", "n", "a", command=command)
    assert ", 1 skipped" in done.stdout
    assert landed(repository, migrate, command, "pkg/use.py").endswith(EXAMPLE.strip())


CLASSES = {
    "pkg/__init__.py": "",
    "pkg/lib.py": "class Old:\n    def run(self):\n        return 1\n",
    "pkg/use.py": "from pkg.lib import Old\n\nprint(Old().run())\nprint(Old().run)\n",
}
MEMBER = ("rename", "pkg.lib.Old.run", "pkg.lib.Old.start")


def test_a_use_of_a_member_is_a_hunk(
    make_repository: Callable[..., Any], migrate: Any, answer: Any
) -> None:
    repository = make_repository(CLASSES)
    done = answer(repository, "y", "n", "y", command=MEMBER)
    assert "reviewed: 2 accepted, 1 skipped" in done.stdout
    text = landed(repository, migrate, MEMBER, "pkg/use.py")
    assert "print(Old().run())" in text
    assert "print(Old().start)" in text
    text = str(repository.git("show", "migrate/rename/run-to-start:pkg/lib.py"))
    assert text.endswith("    run = start")


@pytest.mark.parametrize("command", [REPLACE, ("run", "--exec", "sed -i s/old(/new(/ {file}")])
def test_hunks_that_look_alike_are_told_apart(
    repository: Any, migrate: Any, answer: Any, command: tuple[str, ...]
) -> None:
    lines = ["from pkg.lib import new, old", *("old(1)\nprint()" for _ in range(3))]
    repository.commit({"pkg/use.py": "\n".join(lines), "pkg/other.py": "", "pkg/lib.py": LIB})
    answer(repository, "n", "y", "n", command=command)
    calls = landed(repository, migrate, command, "pkg/use.py").split("\n")[1:6:2]
    assert calls == ["old(1)", "new(1)", "old(1)"]


def test_a_parameter_changes_everywhere_or_nowhere(
    make_repository: Callable[..., Any], migrate: Any, answer: Any
) -> None:
    files = {"lib.py": "def f(old): return old\n", "use.py": "import lib\n\nlib.f(old=1)\n"}
    repository = make_repository(files)
    command = ("rename", "lib.f.old", "lib.f.new")
    answer(repository, "y", "n", command=command)
    phase = planned(repository, migrate, *command)[1]
    assert phase["changes"] == []
    assert {one["path"]: one["code"] for one in phase["refusals"]} == {
        "lib.py": "needs-what-was-left",
        "use.py": "skipped",
    }


def test_an_import_of_a_phase_is_a_hunk_with_its_uses(
    repository: Any, migrate: Any, answer: Any
) -> None:
    repository.commit({"migrate.toml": IMPORTS, "pkg/use.py": LOCAL})
    done = answer(repository, "/as it", "n", "a", command=("review",))
    assert ", 1 skipped" in done.stdout
    wanted, phase = planned(repository, migrate, "--phase", "canonical-imports")
    assert {one["code"] for one in phase["refusals"]} == {"skipped"}
    assert migrate("apply", "--plan", wanted, cwd=repository.path).code == 0
    branch = repository.git("for-each-ref", "--format=%(refname)", "refs/heads/*/**").strip()
    first, second = repository.git("show", f"{branch}:pkg/use.py").split("def g")
    assert "from pkg.lib import new" in first
    assert "from pkg.lib import old as it" in second


def test_lines_of_a_table_of_renames_are_hunks_of_their_own(
    repository: Any, migrate: Any, answer: Any
) -> None:
    table = repository.path / "names.csv"
    table.write_text("old,new\npkg.lib.old,pkg.lib.newer\npkg.lib.new,pkg.lib.newest\n")
    repository.commit({"pkg/use.py": f"{LOCAL}\n\ndef h():\n    from pkg.lib import new\n"})
    command = ("rename", "--from", str(table))
    answer(repository, "/as it", "n", "a", command=command)
    text = landed(repository, migrate, command, "pkg/use.py")
    assert "from pkg.lib import newer\n" in text
    assert "from pkg.lib import old as it" in text
    assert "from pkg.lib import newest" in text


def test_an_edit_in_a_move_is_proven_like_everything_else(
    repository: Any, migrate: Any, answer: Any
) -> None:
    editor = "sed -i s/newer/other/"
    done = answer(repository, "/old(4)", "e", "a", command=RENAME, editor=editor)
    assert "1 edited" in done.stdout
    phase = planned(repository, migrate, *RENAME)[1]
    told = {one["path"]: one["code"] for one in phase["refusals"]}
    assert told["pkg/other.py"].startswith("proof-")
    answer(repository, "/newer(4)", "e", command=RENAME, editor="sed -i s/other/new/")
    assert "pkg.lib.new(4)" in landed(repository, migrate, RENAME, "pkg/other.py")


def test_what_a_command_does_to_a_file_is_reviewed_line_by_line(
    make_repository: Callable[..., Any], migrate: Any, answer: Any
) -> None:
    repository = make_repository({"use.py": "x = 1\n\n\ny = 1\n\n\nprint(x)\n"})
    command = ("run", "--exec", "sed -i 's/x/z/;s/y = 1/y = 2/' {file}")
    done = answer(repository, "n", "y", "y", command=command)
    assert "reviewed: 2 accepted, 1 skipped" in done.stdout
    phase = planned(repository, migrate, *command)[1]
    assert phase["changes"] == []
    assert {one["code"] for one in phase["refusals"]} == {"skipped", "needs-what-was-left"}
    answer(repository, "/print", "n", command=command)
    assert landed(repository, migrate, command, "use.py") == "x = 1\n\n\ny = 2\n\n\nprint(x)"
