"""Global options after the command, and names that are nearly right."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from onepath_cli.app import app

FILES = {
    "old.py": "from new import Name\n",
    "new.py": "class Name:\n    pass\n",
    "use.py": "from old import Name\n\nName()\n",
    "migrate.toml": '[imports]\n"old.Name" = "new.Name"\n',
}


@pytest.fixture
def migrate(make_repository: Callable[..., Any]) -> Callable[..., Any]:
    repository = make_repository(FILES)

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(app, arguments)

    run.path = repository.path  # type: ignore[attr-defined]
    run.repository = repository  # type: ignore[attr-defined]
    return run


@pytest.mark.parametrize(
    "arguments",
    [
        ["rename", "old.Name", "new.Name", "--dry-run", "--repo", "HERE"],
        ["rename", "old.Name", "new.Name", "--dry-run", "--repo=HERE", "--verbose", "--no-color"],
        ["rename", "--repo", "HERE", "old.Name", "--jobs", "1", "new.Name", "--dry-run"],
        ["--rev", "nowhere", "rename", "old.Name", "new.Name", "--dry-run", "--repo", "HERE",
         "--rev", "HEAD"],
        ["--quiet", "rename", "--rev", "HEAD", "--repo", "HERE", "--dry-run", "old.Name",
         "new.Name", "--environment", "PYTHON"],
    ],
)  # fmt: skip
def test_they_mean_what_they_mean_before_the_command(migrate: Any, arguments: list[str]) -> None:
    import sys

    plain = migrate("--repo", str(migrate.path), "rename", "old.Name", "new.Name", "--dry-run")
    given = {"HERE": str(migrate.path), "--repo=HERE": f"--repo={migrate.path}"}
    given["PYTHON"] = sys.executable
    done = migrate(*(given.get(word, word) for word in arguments))
    assert done.exit_code == 0, done.stderr
    assert done.stdout == plain.stdout
    assert "+from new import Name" in done.stdout


def test_a_configuration_may_be_named_after_the_command(migrate: Any, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text('[imports]\n"gone.Name" = "new.Name"\n')
    there = ["--repo", str(migrate.path)]
    done = migrate("audit", "--config", str(other), "--format", "json", *there)
    assert done.stdout == migrate("--config", str(other), *there, "audit", "--format=json").stdout
    assert done.stdout != migrate(*there, "audit", "--format=json").stdout


def test_quiet_after_the_command_leaves_notes_out(migrate: Any) -> None:
    (migrate.path / "use.py").write_text("import new\n")
    there = ["rename", "old.Name", "new.Name", "--dry-run", "--repo", str(migrate.path)]
    assert "not in this" in migrate(*there).stderr
    assert migrate(*there, "--quiet").stderr == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["status", "--rev"], "option '--rev' requires an argument"),
        (["status", "--quiet=yes"], "--quiet"),
        (["status", "--quiet", "--verbose"], "contradict each other"),
        (["status", "--verbos"], "--verbose"),
        (["status", "--"], ""),
        (["rename", "a.b", "c.d", "--", "--verbose"], "unexpected extra argument"),
        (["status", "--dry-run"], "no such option: --dry-run"),
        (["audti"], "hint: did you mean 'audit'?"),
        (["--verbos", "status"], "--verbose"),
    ],
)
def test_what_is_wrong_is_said(migrate: Any, arguments: list[str], told: str) -> None:
    done = migrate("--repo", str(migrate.path), *arguments)
    assert told in done.stderr
    assert done.exit_code == (2 if told else 0)


def test_a_value_that_looks_like_an_option_is_a_value(migrate: Any) -> None:
    done = migrate("--repo", str(migrate.path), "audit", "--rule", "--verbose")
    assert "no rule '--verbose'" in done.stderr


def test_what_the_codemod_is_given_stays_its_own(migrate: Any, tmp_path: Path) -> None:
    codemod = tmp_path / "tool.py"
    codemod.write_text(
        "import libcst\nfrom libcst.codemod import VisitorBasedCodemodCommand\n"
        "class Note(VisitorBasedCodemodCommand):\n"
        "    DESCRIPTION = 'says what it is given'\n"
        "    @staticmethod\n"
        "    def add_args(parser):\n"
        "        parser.add_argument('--rev')\n"
        "    def __init__(self, context, rev):\n"
        "        super().__init__(context)\n"
        "        self.rev = rev\n"
        "    def leave_Name(self, original, updated):\n"
        "        return updated.with_changes(value=self.rev) if updated.value == 'Name' "
        "else updated\n"
    )
    done = migrate(
        "run",
        f"{codemod}:Note",
        "use.py",
        "--dry-run",
        "--repo",
        str(migrate.path),
        "--rev",
        "HEAD",
        "--",
        "--rev",
        "Other",
    )
    assert done.exit_code == 0, done.stderr
    assert "+from old import Other" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--dry-run", "--phase", "canonical-import"], "did you mean 'canonical-imports'?"),
        (["apply", "--phase", "shim"], "did you mean 'shims'?"),
        (["rollback", "canonical-import"], "did you mean 'canonical-imports'?"),
        (["audit", "--rule", "deprecated-imports"], "did you mean 'deprecated-import'"),
        (["explain", "deprecated-imports"], "did you mean 'deprecated-import'"),
        (["explain", "new.Nane"], "did you mean 'new.Name'"),
        (["rename", "old.Name", "new.Nam"], "did you mean 'new.Name'"),
        (["audit", "--rule", "zzz"], "hint: rules: "),
    ],
)
def test_a_name_that_is_nearly_right_is_suggested(
    migrate: Any, arguments: list[str], told: str
) -> None:
    done = migrate("--repo", str(migrate.path), *arguments)
    assert done.exit_code == 2
    assert told in done.stderr


def test_completion_is_there() -> None:
    code = {"_MIGRATE_COMPLETE": "complete_bash", "COMP_WORDS": "migrate au", "COMP_CWORD": "1"}
    done = CliRunner().invoke(app, [], prog_name="migrate", env=code)
    assert done.stdout.split() == ["audit"]


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("Name", "did you mean 'new.Name'?"),
        ("Nam", "did you mean 'new.Name'?"),
        ("shimm", "did you mean 'shim'?"),
        ("xyzzy", "rules: "),
    ],
)
def test_a_word_that_names_nothing_is_looked_for(migrate: Any, word: str, told: str) -> None:
    done = migrate("--repo", str(migrate.path), "explain", word)
    assert (done.exit_code, told in done.stderr) == (2, True), done.stderr
