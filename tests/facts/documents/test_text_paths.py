"""Dotted paths in files that are not Python."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onepath.facts.documents.text_paths import Mention, path_mentions

OLDS = ("pkg.old", "pkg.old.Manager", "solo")


def found(path: str, text: str | bytes) -> list[tuple[str, bool]]:
    data = text.encode() if isinstance(text, str) else text
    return [(mention.text, mention.certain) for mention in path_mentions(path, data, OLDS)]


@pytest.mark.parametrize(
    "text",
    [
        "pkg.older",
        "pkg.old_thing",
        "my_pkg.old",
        "my.pkg.old",
        "épkg.old",
        "pkg . old",
        "pkg:old_thing",
        "solo",
        "solo.py",
        "",
        "a-mpkg.old",
        "-xpkg.old",
        "pytest -msolo",
    ],
)
def test_what_only_looks_like_the_path_is_no_mention(text: str) -> None:
    assert found("notes.txt", text) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.toml", '# uses "pkg.old"'),
        ("a.toml", 'text = "see pkg.old for more"'),
        ("a.toml", '"pkg.old" = 1'),
        ("a.toml", "[pkg.old]"),
        ("a.cfg", "; name = pkg.old"),
        ("a.cfg", "description = reads pkg.old"),
        ("a.cfg", "name = 1  # pkg.old"),
        ("a.yaml", "# - pkg.old"),
        ("a.yaml", "text: reads pkg.old"),
        ("a.yaml", "pkg.old: 1"),
        ("a.yaml", "text: 'it says \"pkg.old\" here'"),
        ("a.json", '{"pkg.old": 1}'),
        ("a.json", r'{"a": "it says \"pkg.old\" here"}'),
        ("a.json", '{"a": "pkg.old is gone"}'),
        (".env", "# NAME=pkg.old"),
        ("Dockerfile", "# python -m pkg.old"),
        ("Dockerfile", "RUN pytest -m pkg.old"),
        ("Makefile", "test:\n\tpytest --p pkg.old tests"),
        ("run.sh", 'echo "pkg.old"'),
        ("README.md", "run `python -m pkg.old`"),
        ("README.md", "pkg.old"),
        ("notes.txt", "name = pkg.old:run"),
        ("data.xml", "<a>pkg.old</a>"),
        ("a.rst", "Use :code:`pkg.old`."),
        ("a.rst", ".. note:: pkg.old is gone"),
        ("a.rst", ".. autosummary::\n\n   a.b\n\nOf old:\n\n   pkg.old\n"),
        ("a.rst", "   pkg.old\n"),
        ("a.md", "::: pkg.old and more"),
        ("a.md", "See [pkg.old](x.md)."),
        ("a.yaml", "x: {pkg.old: 1}"),
        ("a.yaml", "x: see {pkg.old} there"),
        ("a.yaml", "x: '{class: pkg.old}'"),
        ("run.sh", "name=pkg.old run"),
    ],
)
def test_talk_about_the_path_is_not_certain(path: str, text: str) -> None:
    assert [certain for _, certain in found(path, text)] == [False]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", 'run = "pkg.old:main"'),
        ("pyproject.toml", "modules = ['a', 'pkg.old']  # both"),
        ("setup.cfg", "console_scripts =\n    run = pkg.old:main"),
        ("setup.cfg", "known =\n    pkg.old\n    other"),
        ("pytest.ini", "DJANGO_SETTINGS_MODULE = pkg.old"),
        ("tox.ini", "commands = python -m pkg.old --fast"),
        ("pytest.ini", "addopts = -q -p pkg.old"),
        ("pyproject.toml", 'addopts = ["-p", "pkg.old"]'),
        ("Makefile", "test:\n\tpytest -p pkg.old tests"),
        ("entry_points.txt", "run = pkg.old:main [extra]"),
        ("a.yaml", "handler: pkg.old  # the one"),
        ("a.yml", "- pkg.old\r\n"),
        ("a.yml", "  - class: 'pkg.old.Manager'"),
        ("a.yml", "all: [a.b, pkg.old, c]"),
        ("a.yml", "- SETTINGS=pkg.old"),
        ("a.yml", "run: |\n  cd x; python3 -X dev -m pkg.old"),
        ("a.json", '{"target":"pkg.old"}'),
        ("a.json", '["python", "-m", "pkg.old"]'),
        (".env.local", "export NAME=pkg.old"),
        (".env", 'NAME="pkg.old"'),
        ("Dockerfile", 'CMD ["python", "-m", "pkg.old"]'),
        ("api.Dockerfile", "CMD exec gunicorn pkg.old:app --reload"),
        ("Dockerfile.dev", "ENV SETTINGS pkg.old"),
        ("Dockerfile", "ENV A=1 SETTINGS=pkg.old B=2"),
        ("run.sh", '"$PYTHON" -u -m pkg.old && true'),
        ("Makefile", "\t$(PYTHON) -m pkg.old"),
        ("Procfile", "web: uvicorn pkg.old:app"),
        ("run.sh", "python -m solo"),
        ("run.sh", "python -msolo"),
        ("run.sh", "exec python3 -u -mpkg.old $@"),
        ("run.sh", "python -Im pkg.old"),
        ("run.sh", "python -Wd -X dev -Impkg.old"),
        ("a.yml", "run: |\n  python -mpkg.old"),
        ("Makefile", "\t$(PYTHON) -mpkg.old"),
        ("Dockerfile", 'CMD ["python", "-mpkg.old"]'),
        ("noxfile.py", 'session.run("python", "-mpkg.old")'),
        ("tox.ini", "commands = coverage run -mpkg.old"),
        ("pytest.ini", "addopts = -ppkg.old"),
        ("Procfile", "worker: celery -A pkg.old worker"),
        ("Procfile", "worker: celery --app=pkg.old worker"),
        ("run.sh", "celery -Apkg.old worker"),
        ("Dockerfile", 'CMD ["celery", "-A", "pkg.old"]'),
        ("run.sh", "run model._target_=pkg.old.Manager x=1"),
        ("run.sh", "run '+x._target_=\"pkg.old\"'"),
        ("run.sh", "DJANGO_SETTINGS_MODULE=pkg.old pytest"),
        ("a.yaml", "x: {_target_: pkg.old.Manager, _partial_: true}"),
        ("a.yaml", "x: {a: {class: pkg.old}}"),
        ("a.yaml", "- {a: [pkg.old, b]}"),
        ("a.yaml", "x: {\n  class: pkg.old}"),
        ("a.yaml", "x: [{class: pkg.old}, {class: b}]"),
        ("a.yaml", "{class: pkg.old}"),
        ("a.rst", ".. autoclass:: pkg.old.Manager"),
        ("a.rst", "   .. py:module:: pkg.old\n"),
        ("a.rst", ".. automodule:: pkg.old\r\n   :members:"),
        ("a.rst", ".. autofunction:: pkg.old.run(a, b=None)"),
        ("a.rst", ".. inheritance-diagram:: a.b pkg.old\n"),
        ("a.rst", ".. autosummary::\n   :toctree: x\n\n   a.b\n   ~pkg.old.Manager\n"),
        ("a.rst", "See :class:`pkg.old.Manager`."),
        ("a.rst", "See :py:meth:`~pkg.old.Manager.run()`."),
        ("a.rst", "See :py:class:`the manager <pkg.old.Manager>`."),
        ("a.md", "See {py:class}`~pkg.old.Manager`."),
        ("a.md", "See [the manager][pkg.old.Manager]."),
        ("a.md", "::: pkg.old.Manager"),
        ("a.md", ":::{autoclass} pkg.old.Manager\n:::"),
        ("a.md", "```{automodule} pkg.old\n```"),
        ("a.md", "```{eval-rst}\n.. autoclass:: pkg.old.Manager\n```"),
    ],
)
def test_a_value_that_is_the_path_is_certain(path: str, text: str) -> None:
    assert [certain for _, certain in found(path, text)] == [True]


def test_the_longest_path_is_the_mention() -> None:
    assert found("a.txt", "pkg.old.Manager.run and pkg.old.Other") == [
        ("pkg.old.Manager", False),
        ("pkg.old", False),
    ]


def test_the_entry_point_form_of_a_symbol_is_found_as_written() -> None:
    assert found("a.toml", 'x = "pkg.old:Manager"') == [("pkg.old:Manager", True)]


def test_a_longer_path_as_value_makes_its_beginning_certain() -> None:
    assert found("a.json", '["pkg.old.more.Thing"]') == [("pkg.old", True)]


def test_a_single_name_counts_at_the_beginning_of_a_path() -> None:
    assert found("a.yaml", "solo: solo.more") == [("solo", True)]


def test_offsets_and_lines_are_those_of_the_bytes() -> None:
    data = "é “pkg.old”\r\n\r\nü pkg.old:Manager\n".encode()
    assert path_mentions("a.md", data, OLDS) == (
        Mention(6, 13, 1, "pkg.old", False, True),
        Mention(23, 38, 3, "pkg.old:Manager", False, True),
    )
    assert data[23:38] == b"pkg.old:Manager"


def test_bytes_that_are_not_utf8_keep_their_offsets() -> None:
    data = b"# caf\xe9\nkey = pkg.old\n"
    (mention,) = path_mentions("a.ini", data, OLDS)
    assert (data[mention.start : mention.end], mention.certain) == (b"pkg.old", True)


def test_a_very_long_line_is_read_in_its_place() -> None:
    line = '{"a": [' + '"x", ' * 5000 + '"pkg.old"]}'
    assert found("a.json", line) == [("pkg.old", True)]
    assert found("a.yaml", line) == [("pkg.old", False)]


def test_hundreds_of_paths_in_megabytes_take_one_pass() -> None:
    olds = [f"pkg.module{number}.Name" for number in range(500)]
    data = b"pkg.other is not meant, nor packages of pkg\n" * 50_000 + b"pkg.module7.Name"
    before = time.perf_counter()
    assert len(path_mentions("a.log", data, olds)) == 1
    assert time.perf_counter() - before < 2


@given(
    st.lists(st.sampled_from(["pkg.old", "pkg.old:Manager", "é", " ", '"', "\n", "x", ".", ":"])),
    st.sampled_from(["a.json", "a.yaml", "a.toml", "a.cfg", "a.md", ".env", "Dockerfile", "a.sh"]),
)
def test_replacing_the_spans_changes_nothing_else(parts: list[str], path: str) -> None:
    data = "".join(parts).encode()
    result = path_mentions(path, data, OLDS)
    at = 0
    kept = b""
    for mention in result:
        assert data[mention.start : mention.end].decode() == mention.text
        assert mention.line == data[: mention.start].count(b"\n") + 1
        assert mention.start >= at
        kept += data[at : mention.start]
        at = mention.end
    assert path_mentions(path, kept + data[at:], ["pkg.old.nowhere"]) == ()
    assert len(kept + data[at:]) == len(data) - sum(m.end - m.start for m in result)


def test_a_directive_takes_the_module_that_is_documented_there() -> None:
    text = """\
.. autoclass:: Manager

.. currentmodule:: pkg.old

.. autoclass:: Manager
   :members:

.. automethod:: Manager.run

.. py:currentmodule:: pkg.new

.. autoclass:: Manager
"""
    full = [
        one for one in path_mentions("a.rst", text.encode(), OLDS) if one.text == "pkg.old.Manager"
    ]
    assert [(one.line, one.certain) for one in full] == [(5, True), (8, True)]
    assert {text.encode()[one.start : one.end] for one in full} == {b"Manager"}


def test_entries_and_roles_take_the_module_that_is_documented_there() -> None:
    text = """\
:class:`Manager`

.. currentmodule:: pkg.old

.. autosummary::
   :toctree:

   Manager
   ~Manager.run
   Other

See :class:`Manager`, :py:meth:`~Manager.run` and :func:`Manager()`, but no Manager.

   Manager

.. currentmodule:: pkg.new

See :class:`Manager`.
"""
    full = [one for one in path_mentions("a.rst", text.encode(), OLDS) if "Manager" in one.text]
    assert [(one.line, one.certain) for one in full] == [
        (8, True), (9, True), (12, True), (12, True), (12, True),
    ]  # fmt: skip
    assert {text.encode()[one.start : one.end] for one in full} == {b"Manager"}


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("a.rst", ".. automodule:: pkg.old\n   :members: First, Manager\n", 2),
        (
            "a.rst",
            ".. automodule:: pkg.old\n   :show-inheritance:\n   :exclude-members: Manager\n",
            3,
        ),
        ("a.md", "```{automodule} pkg.old\n:members: Manager\n```\n", 2),
        (
            "a.md",
            "::: pkg.old\n    options:\n      members:\n        - First\n        - Manager\n",
            5,
        ),
        ("a.md", "::: pkg.old\n    options:\n      members:\n      - Manager\n", 4),
        ("a.md", "::: pkg.old\n    options:\n      members: [First, 'Manager']\n", 3),
    ],
)
def test_members_are_those_of_the_module_that_is_shown(path: str, text: str, line: int) -> None:
    found = [one for one in path_mentions(path, text.encode(), OLDS) if "Manager" in one.text]
    assert [(one.line, one.text, one.certain) for one in found] == [(line, "pkg.old.Manager", True)]
    assert text.encode()[found[0].start : found[0].end] == b"Manager"
    assert found[0].respelled("pkg.old.Boss") == "Boss"
    assert found[0].respelled("pkg.new.Manager") is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.rst", ".. autoclass:: pkg.old.Other\n   :members: Manager\n"),
        ("a.rst", ".. automodule:: pkg.new\n   :members: Manager\n"),
        ("a.rst", ".. automodule:: pkg.old\n\ntext\n   :members: Manager\n"),
        ("a.md", "::: pkg.old\n    options:\n      filters:\n        - Manager\n"),
        ("a.md", "::: pkg.old\n\n- Manager\n"),
        ("a.md", "members:\n  - Manager\n"),
    ],
)
def test_members_of_something_else_are_no_mention(path: str, text: str) -> None:
    found = path_mentions(path, text.encode(), OLDS)
    assert not [one for one in found if one.text == "pkg.old.Manager"]


def test_a_directive_takes_the_module_only_where_sphinx_does() -> None:
    text = """\
.. module:: pkg

.. autofunction:: old.run(a, b)

.. autoclass:: old.Manager

.. automethod:: old.Manager.run

.. autoattribute:: old.attribute

.. autofunction:: old

.. autoclass:: Client

   .. automethod:: old
"""
    # A module's members are looked up by what is written, unless it is one name; a class's by what
    # is written, unless it is the class and the member.
    completed = path_mentions("a.rst", text.encode(), frozenset({"pkg.old"}))
    assert [one.line for one in completed] == [9, 11]
    assert {text.encode()[one.start : one.end] for one in completed} == {b"old"}


def test_a_function_of_a_module_whose_name_is_also_that_of_a_function() -> None:
    text = b".. module:: attr\n\n.. autofunction:: attr.s(these=None)\n\n.. autofunction:: attr\n"
    found = path_mentions("api.rst", text, frozenset({"attr.attr"}))
    assert [(one.line, one.text) for one in found] == [(5, "attr.attr")]
