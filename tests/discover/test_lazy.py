"""The canonical path may be an attribute that a lazy module makes when it is asked for."""

from typing import Any

import pytest

from onepath.codemod.packs.configuration import parse_config
from onepath.discover.discover import discover
from onepath.errors import InputError
from onepath.run.serial import SerialExecutor
from onepath.snapshot import GitTree, Repository

IMPORTING = (
    "import importlib\n"
    "{table}\n"
    "def __getattr__(name):\n"
    "    return getattr(importlib.import_module(_TABLE[name], __name__), name)\n"
)
ATTACHED = """\
import lazy_loader
__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={"llm": ["Chain"]})
"""
FILES = {
    "lib/llm.py": "class Chain: pass\n",
    "lib/other.py": "class Chain: pass\n",
    "app.py": "from lib.llm import Chain\nChain()\n",
}


def init(repository: Any, *canonical: str) -> str:
    ours = Repository.discover(repository.path)
    return discover(GitTree(ours, "HEAD"), canonical, executor=SerialExecutor(), repository=ours)


@pytest.mark.parametrize(
    "table",
    [
        '_TABLE = {"Chain": "lib.elsewhere"}',
        '_TABLE = {"Chains": "lib.llm"}',
        '_TABLE = {"Chain": "json"}',
        '_TABLE = {"Chain": "lib.llm"}\n_MORE = {"Chain": "lib.other"}',
        "_TABLE = make()",
    ],
)
def test_a_name_of_which_no_table_says_what_it_is_leads_nowhere(
    make_repository: Any, table: str
) -> None:
    repository = make_repository({**FILES, "lib/__init__.py": IMPORTING.format(table=table)})
    with pytest.raises(InputError, match="does not lead to a definition: dynamic"):
        init(repository, "lib.Chain")


@pytest.mark.parametrize(
    "lazy",
    [
        IMPORTING.format(table='_TABLE = {"Chain": "lib.llm"}'),
        IMPORTING.format(table='_TABLE = {"Chain": ".llm"}'),
        IMPORTING.format(table='_TABLE = {"Chain": ("lib.llm", "Chain")}'),
        ATTACHED,
    ],
)
def test_a_lazy_table_says_what_a_name_leads_to(make_repository: Any, lazy: str) -> None:
    repository = make_repository({**FILES, "lib/__init__.py": lazy})
    text = init(repository, "lib.Chain")
    assert dict(parse_config(text, "migrate.toml").imports) == {"lib.llm.Chain": "lib.Chain"}
