"""The tables that come with onepath, and the command that takes a repository by one."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from onepath.codemod.examples import Example, examples_of, lacking
from onepath.config.tables.rename_files import read_rename_file
from onepath_cli.app import app
from onepath_packs import airflow3, langchain02
from onepath_packs.moves import recipes

PACKS = {pack.name: pack for pack in (airflow3.PACK, langchain02.PACK)}
EXAMPLES = [(name, one) for name, pack in PACKS.items() for one in examples_of(pack)]


def test_every_table_is_that_of_a_pack() -> None:
    assert recipes().keys() == PACKS.keys()
    assert [lacking(pack, examples_of(pack)) for pack in PACKS.values()] == [[], []]


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=str)
def test_example(name: str, example: Example, check_example: Callable[..., None]) -> None:
    check_example(example, PACKS[name])


@pytest.mark.parametrize("name", PACKS)
def test_a_table_leads_to_where_it_leads_nowhere_else(name: str) -> None:
    table = read_rename_file(recipes()[name])
    assert table.followed == ()
    assert not table.renames.keys() & set(table.renames.values())


def run(repository: Any, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["--repo", str(repository.path), *words])
    return result.exit_code, result.output


def test_the_command_writes_what_the_table_says(make_repository: Any) -> None:
    repository = make_repository({"app.py": "from langchain.llms import OpenAI\n\nOpenAI()\n"})
    code, said = run(repository, "recipe", "langchain02", "--worktree", "--yes")
    assert code == 0, said
    text = (repository.path / "app.py").read_text(encoding="utf-8")
    assert text == "from langchain_community.llms import OpenAI\n\nOpenAI()\n"


def test_a_recipe_that_is_not_there_is_told_with_those_that_are(make_repository: Any) -> None:
    code, said = run(make_repository({"app.py": ""}), "recipe", "airflow", "--dry-run")
    assert (code, "did you mean 'airflow3'?" in said) == (2, True)


FOLDERS: Mapping[str, str] = {
    "airflow/dags/daily.py": "from airflow.models.dag import DAG\n\ndag = DAG('daily')\n",
    "airflow/plugins/own.py": "X = 1\n",
}


def test_a_folder_of_the_librarys_name_does_not_stand_in_its_way(make_repository: Any) -> None:
    repository = make_repository(FOLDERS)
    code, said = run(repository, "recipe", "airflow3", "--worktree", "--yes")
    assert code == 0, said
    text = Path(repository.path / "airflow/dags/daily.py").read_text(encoding="utf-8")
    assert text.startswith("from airflow.sdk import DAG\n")
