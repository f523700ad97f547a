"""Documents that lead to the file of a module follow where that goes."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.plan.test_moves import move

FILES = {
    "p/__init__.py": "",
    "p/mod.py": "VALUE = 1\n",
    "p/sub/__init__.py": "",
    "p/sub/README.md": "[inner](deep.py)\n",
    "p/sub/deep.py": "VALUE = 2\n",
    "q/__init__.py": "",
}
LINKS = {
    "docs/a.rst": [
        ".. literalinclude:: ../p/mod.py",
        ".. include:: ../p/mod.py",
        "See `it <../p/mod.py>`_.",
        "See `it <p/mod.py#L3>`_.",
        ".. _it: ../p/mod.py",
    ],
    "docs/b.md": [
        "[it](../p/mod.py) and [this](./../p/mod.py#L1)",
        "[it]: ../p/mod.py",
        "```{literalinclude} ../p/mod.py\n```",
    ],
    "README.md": ["[it](p/mod.py)", "[it](./p/mod.py)"],
}
OTHERS = ["The file p/mod.py is gone.", "[it](other/mod.py)", "[it](https://x/p/mod.py)"]


@pytest.mark.parametrize(
    ("path", "link"), [(path, link) for path, links in LINKS.items() for link in links]
)
@pytest.mark.parametrize("where", ["p/named.py", "q/"])
def test_a_link_to_a_module_follows(
    make_repository: Callable[..., Any], path: str, link: str, where: str
) -> None:
    plan = move(make_repository({**FILES, path: f"{link}\n"}).path, "p/mod.py", where)
    changes = {one.path: one.new for one in plan.phases[0].changeset.changes}
    there = "q/mod.py" if where == "q/" else where
    expected = link.replace("p/mod.py", there)
    assert (changes[path] or b"").decode() == f"{expected}\n"


@pytest.mark.parametrize("text", OTHERS)
def test_other_texts_stay(make_repository: Callable[..., Any], text: str) -> None:
    plan = move(make_repository({**FILES, "docs/b.md": f"{text}\n"}).path, "p/mod.py", "q/")
    assert "docs/b.md" not in {one.path for one in plan.phases[0].changeset.changes}


def test_a_document_that_moves_along_keeps_its_links(make_repository: Callable[..., Any]) -> None:
    plan = move(make_repository(FILES).path, "p.sub", "q")
    changes = {one.path: one.new for one in plan.phases[0].changeset.changes}
    assert changes["q/sub/README.md"] == b"[inner](deep.py)\n"
    assert not plan.phases[0].changeset.refusals


def test_links_are_listed_where_documents_are(make_repository: Callable[..., Any]) -> None:
    files = {**FILES, "README.md": "x\n[it](p/mod.py)\n"}
    plan = move(make_repository(files).path, "p/mod.py", "q/", 'documents = "list"\n')
    [refusal] = plan.phases[0].changeset.refusals
    assert refusal[:3] == ("README.md", 2, "mentioned")
