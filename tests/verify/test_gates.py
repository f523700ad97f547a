"""Gates on landed phases: real branches, real commands, the user's repository left alone."""

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

CHECK = """
import pathlib
import pytest

@pytest.mark.parametrize("name", ["user1", "user2", "user3", "user4", "user5"])
def test_source(name):
    text = pathlib.Path("pkg", f"{name}.py").read_text()
    assert "pkg.old" in text or name != "user3"
"""
TWICE = """
import pathlib

def test_twice():
    assert "    from pkg.old" in pathlib.Path("pkg/twice.py").read_text()
"""


OLD = "import pathlib\nassert 'pkg.old' in pathlib.Path('pkg/user2.py').read_text()\n"


def python(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


# ------------------------------------------------------------------- refusals first


@pytest.mark.parametrize(
    ("commands", "said"),
    [
        ('verify = "pytest"', "verify: expected a list"),
        ('verify = [""]', "is empty"),
        ('verify = ["sh -c \'x"]', "has a quotation mark"),
    ],
)
def test_commands_that_are_none(gated: Any, commands: str, said: str) -> None:
    gated.repository.write({"migrate.toml": commands + "\n"})
    done = subprocess.run(
        [sys.executable, "-c", "from onepath_cli.app import main; main()",
         "--repo", gated.path, "verify"], capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert said in done.stderr


def test_a_command_that_does_not_exist(gated: Any) -> None:
    gated.land({}, "./nowhere --x")
    gated.migrate("verify", code=4)


def test_what_failed_before_does_not_count(gated: Any) -> None:
    gated.land(
        {"tests/test_before.py": "def test_before():\n    assert 0\n\n\nimport nowhere\n",
         "tests/test_ids.py": "import pathlib, pytest\nlines = pathlib.Path('pkg/user1.py')"
         ".read_text().splitlines()\n\n@pytest.mark.parametrize('line', lines[:1])\n"
         "def test_line(line):\n    assert 0\n"},
        gated.PYTEST, python("raise SystemExit(3)"),
    )  # fmt: skip
    branch = gated.verify()
    tests, other = branch["gates"]
    assert (tests["status"], tests["failing_before"], tests["passed"]) == ("holds", 2, 1)
    assert other["status"] == "unknown"
    assert "it fails without the phase too" in other["note"]
    assert branch["withheld"] == []


# --------------------------------------------------------------------- what breaks


def test_one_file_that_breaks_a_test_is_left_alone_and_the_rest_lands(gated: Any) -> None:
    gated.land({"tests/test_source.py": CHECK})
    before = gated.repository.state()
    branch = gated.verify(code=3)
    [gate] = branch["gates"]
    name = "tests/test_source.py::test_source[user3]"
    assert [one["test"] for one in gate["failures"]] == [name]
    assert gate["status"] == "fails"
    assert branch["withheld"] == [
        {"path": "pkg/user3.py", "scope": None, "name": None, "because": name}
    ]
    assert gated.repository.state() == before
    assert os.listdir(tempfile.gettempdir()) == []

    assert [(path, line) for path, line, _ in gated.refusals()] == [("pkg/user3.py", 1)]
    assert name in gated.refusals()[0][2]
    gated.migrate("apply")
    assert gated.changed() == ["pkg/twice.py", *(f"pkg/user{number}.py" for number in (1, 2, 4, 5))]
    again = gated.verify()
    assert (again["status"], again["withheld"]) == ("same", [])
    assert again["gates"][0]["status"] == "holds"


def test_what_breaks_is_found_where_commits_were_appended(gated: Any) -> None:
    gated.land({})
    gated.git("switch", "--quiet", gated.BRANCH)
    between = gated.repository.commit({"notes.txt": "mine\n"}, "mine")
    gated.git("switch", "--quiet", "main")
    gated.repository.commit({"tests/test_source.py": CHECK, "pkg/user6.py": gated.USER})
    gated.migrate("apply", "--append")
    name = "tests/test_source.py::test_source[user3]"
    branch = gated.verify(code=3)
    assert branch["problem"] is None
    assert branch["withheld"] == [
        {"path": "pkg/user3.py", "scope": None, "name": None, "because": name}
    ]
    gated.migrate("apply", "--append")
    assert gated.git("merge-base", gated.BRANCH, between) == between
    assert gated.changed() == [
        "notes.txt",
        "pkg/twice.py",
        *(f"pkg/user{number}.py" for number in (1, 2, 4, 5, 6)),
    ]
    again = gated.verify()
    assert (again["status"], again["gates"][0]["status"]) == ("same", "holds")
    tip = gated.git("rev-parse", gated.BRANCH)
    gated.migrate("apply", "--append")
    assert gated.git("rev-parse", gated.BRANCH) == tip


def test_a_ledger_that_is_rebuilt_keeps_what_was_left_alone(gated: Any) -> None:
    gated.land({"tests/test_source.py": CHECK})
    gated.verify(code=3)
    gated.migrate("apply")
    gated.git("merge", "--quiet", "--ff-only", gated.BRANCH)
    [path] = gated.git("ls-files", ".migrate").splitlines()
    before = (gated.path / path).read_bytes()
    assert b"pkg/user3.py" in before
    gated.git("rm", "--quiet", path)
    gated.git("commit", "--quiet", "--message", "lost")
    gated.migrate("stamp", "--rebuild")
    assert (gated.path / path).read_bytes() == before


def test_one_place_of_a_file_is_left_alone(gated: Any) -> None:
    gated.land({"tests/test_twice.py": TWICE})
    branch = gated.verify(code=3)
    assert branch["withheld"] == [
        {
            "path": "pkg/twice.py",
            "scope": "late",
            "name": "Late",
            "because": "tests/test_twice.py::test_twice",
        }
    ]
    gated.migrate("apply")
    text = gated.git("show", f"{gated.BRANCH}:pkg/twice.py")
    assert text.startswith("from pkg.new import Manager\n")
    assert "    from pkg.old import Manager as Late" in text
    assert [place[:2] for place in gated.refusals()] == [("pkg/twice.py", 9)]
    assert gated.verify()["gates"][0]["status"] == "holds"


def test_several_files_by_several_commands(gated: Any) -> None:
    code = "import pathlib, sys; sys.exit('pkg.new' in pathlib.Path('pkg/user5.py').read_text())"
    gated.land({"tests/test_source.py": CHECK, "tests/test_twice.py": TWICE},
               gated.PYTEST, python(code))  # fmt: skip
    branch = gated.verify(code=3)
    assert {(one["path"], one["name"]) for one in branch["withheld"]} == {
        ("pkg/twice.py", "Late"),
        ("pkg/user3.py", None),
        ("pkg/user5.py", None),
    }
    gated.migrate("apply")
    assert gated.changed() == ["pkg/twice.py", *(f"pkg/user{number}.py" for number in (1, 2, 4))]
    assert [gate["status"] for gate in gated.verify()["gates"]] == ["holds", "holds"]


def test_two_files_that_break_a_test_only_together(gated: Any) -> None:
    together = (
        "import pathlib\n\ndef test_one_is_old():\n    texts = [pathlib.Path(f'pkg/user{n}.py')"
        ".read_text() for n in (2, 4)]\n    assert any('pkg.old' in text for text in texts)\n"
    )
    gated.land({"tests/test_together.py": together})
    assert [one["path"] for one in gated.verify(code=3)["withheld"]] == ["pkg/user4.py"]


@pytest.mark.parametrize(
    ("path", "text", "failure"),
    [
        ("tests/conftest.py", OLD, None),
        ("tests/test_collected.py", OLD, "tests.test_collected"),
    ],
)  # fmt: skip
def test_what_keeps_tests_from_being_collected(
    gated: Any, path: str, text: str, failure: str | None
) -> None:
    gated.land({path: text})
    branch = gated.verify(code=3)
    [one] = branch["gates"][0]["failures"]
    assert one["test"] == (failure or gated.PYTEST)
    assert [place["path"] for place in branch["withheld"]] == ["pkg/user2.py"]


def test_a_flaky_test_is_named_and_does_not_count(gated: Any, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    flaky = (
        f"import pathlib\nmarker = pathlib.Path({str(marker)!r})\n\ndef test_flaky():\n"
        "    if 'pkg.new' in pathlib.Path('pkg/user1.py').read_text() and not marker.exists():\n"
        "        marker.touch()\n        assert 0\n"
    )
    gated.land({"tests/test_flaky.py": flaky})
    branch = gated.verify()
    assert branch["gates"][0]["flaky"] == ["tests/test_flaky.py::test_flaky"]
    assert (branch["gates"][0]["status"], branch["withheld"]) == ("holds", [])


def test_a_test_that_does_not_run_any_more_is_named(gated: Any) -> None:
    skips = (
        "import pathlib, pytest\n\ndef test_skips():\n"
        "    if 'pkg.new' in pathlib.Path('pkg/user1.py').read_text():\n        pytest.skip('x')\n"
    )
    gated.land({"tests/test_skips.py": skips})
    branch = gated.verify()
    assert branch["gates"][0]["missing"] == ["tests/test_skips.py::test_skips"]


def test_a_command_that_does_not_end(gated: Any) -> None:
    code = (
        "import pathlib, time\n"
        "if 'pkg.new' in pathlib.Path('pkg/user1.py').read_text(): time.sleep(600)"
    )
    gated.land({}, python(code))
    branch = gated.verify("--timeout", "1.5", code=3)
    assert branch["gates"][0]["failures"][0]["said"] == "not done after 1.5 s"
    assert [one["path"] for one in branch["withheld"]] == ["pkg/user1.py"]


# ----------------------------------------------------------------------- what is kept


def test_another_clone_regenerates_the_same(gated: Any, tmp_path: Path) -> None:
    gated.land({"tests/test_source.py": CHECK})
    gated.verify(code=3)
    gated.migrate("apply")
    clone = tmp_path / "clone"
    gated.git("clone", "--quiet", ".", str(clone))
    gated.git("-C", str(clone), "branch", gated.BRANCH, f"origin/{gated.BRANCH}")
    assert gated.verify("--no-gates", repo=clone)["status"] == "same"
    # What the base's ledger says counts for the next plan, too.
    gated.git("-C", str(clone), "merge", "--quiet", gated.BRANCH)
    assert "gate-failed" in gated.migrate("--dry-run", "--format", "json", repo=clone)


def test_without_a_ledger_it_is_kept_here(gated: Any) -> None:
    gated.land({"tests/test_source.py": CHECK}, more="ledger = false")
    gated.verify(code=3)
    gated.migrate("apply")
    assert "pkg/user3.py" not in gated.changed()
    assert gated.verify()["status"] == "same"


def test_places_are_tried_again_when_they_are_forgotten(gated: Any) -> None:
    gated.land({"tests/test_source.py": CHECK})
    gated.verify(code=3)
    gated.migrate("apply")
    assert "pkg/user3.py" not in gated.changed()
    gated.migrate("verify", "--forget")
    assert gated.refusals() == []
    gated.migrate("apply")
    assert "pkg/user3.py" in gated.changed()
    assert "withheld" not in gated.git(
        "show", f"{gated.BRANCH}:.migrate/ledger/websocket/0001_canonical_imports.toml"
    )


def test_a_file_that_has_nothing_left_to_do_is_not_listed(gated: Any) -> None:
    gated.land({"tests/test_source.py": CHECK})
    gated.verify(code=3)
    assert [place[0] for place in gated.refusals()] == ["pkg/user3.py"]
    gated.repository.commit({"pkg/user3.py": "def make():\n    return None\n"})
    assert gated.refusals() == []


# The document follows like code, and its test sees that.
GUIDE = "# Guide\n\n```python\nfrom pkg.old import Manager\n```\n"
READS = (
    "import pathlib\n\ndef test_guide():\n    assert 'pkg.old' in pathlib.Path('guide.md')"
    ".read_text()\n"
)


def test_a_document_is_left_alone(gated: Any) -> None:
    gated.land({"tests/test_guide.py": READS, "guide.md": GUIDE})
    assert [one["path"] for one in gated.verify(code=3)["withheld"]] == ["guide.md"]
    assert [place[0] for place in gated.refusals()] == ["guide.md"]
    gated.migrate("apply")
    assert "guide.md" not in gated.changed()
    assert gated.verify()["status"] == "same"


# ------------------------------------------------------------------------- people


def test_peoples_commits_count_and_are_not_traced(gated: Any) -> None:
    gated.land({})
    gated.git("switch", "--quiet", gated.BRANCH)
    gated.repository.commit({"tests/test_more.py": "def test_more():\n    assert 0\n"})
    gated.git("switch", "--quiet", "main")
    branch = gated.verify(code=3)
    assert branch["status"] == "same"
    assert [one["title"] for one in branch["people"]] == ["change"]
    assert "people's commits" in branch["problem"]
    assert branch["withheld"] == []


def test_a_person_can_mend_what_the_phase_breaks(gated: Any) -> None:
    gated.land({"tests/test_source.py": CHECK})
    gated.git("switch", "--quiet", gated.BRANCH)
    gated.repository.commit(
        {
            "tests/test_source.py": CHECK.replace(" or name != 'user3'", "").replace(
                'assert "pkg.old" in text', "assert text"
            )
        }
    )
    gated.git("switch", "--quiet", "main")
    assert gated.verify()["gates"][0]["status"] == "holds"


def test_gates_can_be_left_out(gated: Any) -> None:
    gated.land({}, "./nowhere")
    assert gated.verify("--no-gates")["gates"] == []


# ------------------------------------------------------------------- the environment


def test_the_commit_is_tested_and_not_what_is_installed_or_lies_there(
    gated: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As with an editable installation, the user's own folder is on Python's path."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(gated.path), str(tmp_path)]))
    monkeypatch.setenv("GIT_DIR", str(gated.path / ".git"))
    (tmp_path / "helper.py").write_text("")
    source = (
        "import os, pathlib, subprocess, helper, pkg.user1\n\ndef test_where():\n"
        "    top = subprocess.run(['git', 'rev-parse', '--show-toplevel'], capture_output=True,"
        " text=True).stdout.strip()\n"
        "    assert pathlib.Path(top) == pathlib.Path.cwd()\n"
        "    assert pathlib.Path(pkg.user1.__file__).is_relative_to(pathlib.Path.cwd())\n"
    )
    monkeypatch.delenv("GIT_DIR")
    gated.land({"tests/test_where.py": source})
    monkeypatch.setenv("GIT_PREFIX", "x/")
    assert gated.verify()["gates"][0]["status"] == "holds"
    gated.repository.write({"pkg/user1.py": "raise SystemExit\n"})
    assert gated.verify()["gates"][0]["failing_before"] == 0
