"""Documents that lead to the file of a module follow where that goes."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.plan.test_definitions import rename
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
        ".. literalinclude:: /../p/mod.py",
    ],
    "docs/sub/a.rst": [".. literalinclude:: /../p/mod.py", ".. include:: ../../p/mod.py"],
    "docs/b.md": [
        "[it](../p/mod.py) and [this](./../p/mod.py#L1)",
        "[it]: ../p/mod.py",
        "```{literalinclude} ../p/mod.py\n```",
    ],
    "README.md": ["[it](p/mod.py)", "[it](./p/mod.py)", "[it](/p/mod.py)"],
}
OTHERS = [
    "The file p/mod.py is gone.",
    "[it](other/mod.py)",
    "[it](https://x/p/mod.py)",
    "[it](//p/mod.py)",
]


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


INCLUDED = {
    "docs/a.rst": ".. literalinclude:: ../p/mod.py\n   :language: python\n   :pyobject: {}\n",
    "docs/b.rst": ".. literalinclude:: ../p/mod.py\n   :pyobject: {}.method\n\nText\n",
    "docs/c.md": "```{{literalinclude}} ../p/mod.py\n:pyobject: {}\n```\n",
    "d.rst": ".. literalinclude:: p/mod.py\n   :pyobject: {}",
    "docs/sub/e.rst": ".. literalinclude:: /../p/mod.py\n   :pyobject: {}\n",
}
OLD = "class Old:\n    def method(self):\n        pass\n"


@pytest.mark.parametrize("path", INCLUDED)
def test_a_definition_that_a_document_includes_follows(
    make_repository: Callable[..., Any], path: str
) -> None:
    document = INCLUDED[path].format("Old")
    files = {**FILES, "p/mod.py": OLD, path: document, "docs/other.rst": INCLUDED["d.rst"]}
    plan = rename(make_repository(files).path, "p.mod.Old", "p.mod.New")
    changes = {one.path: one.new for one in plan.phases[0].changeset.changes}
    assert (changes[path] or b"").decode() == INCLUDED[path].format("New")
    assert "docs/other.rst" not in changes


def test_one_of_the_same_name_in_another_file_is_another_one(
    make_repository: Callable[..., Any],
) -> None:
    document = ".. literalinclude:: ../other/mod.py\n   :pyobject: Old\n"
    files = {**FILES, "p/mod.py": OLD, "other/mod.py": OLD, "docs/a.rst": document}
    plan = rename(make_repository(files).path, "p.mod.Old", "p.mod.New")
    assert "docs/a.rst" not in {one.path for one in plan.phases[0].changeset.changes}


@pytest.mark.parametrize("path", INCLUDED)
def test_what_includes_a_definition_goes_to_its_new_module(
    make_repository: Callable[..., Any], path: str
) -> None:
    document = INCLUDED[path].format("Old") + "\n.. literalinclude:: p/mod.py\n   :lines: 1-2\n"
    plan = move(
        make_repository({**FILES, "p/mod.py": OLD, path: document}).path, "p.mod.Old", "q.fresh"
    )
    changes = {one.path: one.new for one in plan.phases[0].changeset.changes}
    expected = document.replace("p/mod.py", "q/fresh.py", 1)
    assert (changes[path] or b"").decode() == expected
