"""What documentation says of a member that gets another name."""

import pytest
from tests.programs.conftest import Program

RENAME = ("p.lib.Old.run", "start")
LIB = '''\
class Old:
    """It runs by :meth:`run`, :meth:`~Old.run`, :py:meth:`p.lib.Old.run()`, :func:`run`.

    :meth:`Other.run` and :meth:`q.run` are others; run is a word, ``run`` a literal.
    """

    def run(self):
        """See :meth:`.run` and :meth:`the method <Old.run>`."""


class Other:
    """Has its own :meth:`run`; :meth:`Old.run` is another one."""

    def run(self): pass


def make():
    """Makes it, for :meth:`run` of it."""
    return Old()
'''
FILES = {"p/__init__.py": "from p.lib import Old, make\n", "p/lib.py": LIB}


def test_docstrings_follow_where_they_mean_it(unchanged_by: Program) -> None:
    after = unchanged_by(FILES, rename=RENAME)
    expected = LIB.replace("def run", "def start", 1)
    for link in (
        "by :meth:`run`", "~Old.run", "p.lib.Old.run()", ":func:`run`", "`.run`", "<Old.run>",
        "`Old.run`",
    ):  # fmt: skip
        expected = expected.replace(link, link.replace("run", "start"))
    assert after.files["p/lib.py"] == expected


LISTED = '''\
import dataclasses


@dataclasses.dataclass
class Old:
    """Has a size.

    :ivar size: the size
    :param size: the size

    Attributes:
        size (int): The size.
    """

    size: int = 1


class Below(Old):
    """Has it too.

    Parameters
    ----------
    size : int
        The size.
    """


class Other:
    """Has its own.

    Attributes:
        size: Another one.
    """
'''


@pytest.mark.parametrize("name", ["size", "größe"])
def test_lists_of_attributes_follow(unchanged_by: Program, name: str) -> None:
    expected = LISTED.replace("size", name)
    files = {"p/__init__.py": "", "p/lib.py": expected}
    after = unchanged_by(files, rename=(f"p.lib.Old.{name}", "width"))
    for item in (":ivar {}", ":param {}", "{} (int)", "{}: int", "{} : int"):
        expected = expected.replace(item.format(name), item.format("width"))
    assert after.files["p/lib.py"] == expected


def test_docstrings_of_classes_below_follow(unchanged_by: Program) -> None:
    below = (
        "from p.lib import Old\n\n\nclass Below(Old):\n"
        '    """See :meth:`run`, :meth:`Below.run`, :meth:`p.Old.run`, :meth:`super.run`."""\n'
    )
    after = unchanged_by({**FILES, "p/below.py": below}, rename=RENAME)
    expected = below.replace("run", "start").replace("super.start", "super.run")
    assert after.files["p/below.py"] == expected


GUIDE = """\
.. currentmodule:: p

See :meth:`Old.run`, :meth:`~p.lib.Old.run` and :meth:`lib.Old.run`, or Old.run().

.. automethod:: Old.run

.. autoclass:: Old
   :members: run

   .. automethod:: run

.. currentmodule:: q

See :meth:`Old.run`, :meth:`run`.
"""


def test_links_of_documents_follow_and_the_rest_is_listed(unchanged_by: Program) -> None:
    after = unchanged_by({**FILES, "guide.rst": GUIDE}, rename=RENAME)
    first = "See :meth:`Old.run`, :meth:`~p.lib.Old.run` and :meth:`lib.Old.run`"
    expected = GUIDE.replace(first, first.replace("run", "start"))
    expected = expected.replace("automethod:: Old.run", "automethod:: Old.start")
    assert after.documents["guide.rst"] == expected
    lines = [line for path, line, _ in after.refusals if path == "guide.rst"]
    assert lines == [3, 8, 10, 14]


EXAMPLES = """\
>>> from p import Old, make
>>> Old().run()
>>> it = Old()
>>> it.run()

Later:

>>> it.run()
>>> {later}

.. code-block:: python

   from p.lib import Other
   Other().run()
   import p.lib
   p.lib.Old().run()
"""


@pytest.mark.parametrize(
    ("later", "is_listed"),
    [
        ("make().run()", True),
        ("unknown.run()", True),
        ("@unknown.run\n... def f(): pass", True),
        ("import subprocess; subprocess.run(['x'])  # doctest: +SKIP", False),
        ("from p.lib import Other; Other().run()", False),
    ],
)
def test_examples_in_documents(unchanged_by: Program, later: str, is_listed: bool) -> None:
    guide = EXAMPLES.format(later=later)
    after = unchanged_by({**FILES, "guide.rst": guide}, rename=RENAME)
    expected = guide.replace("it.run", "it.start").replace("Old().run", "Old().start")
    assert after.documents["guide.rst"] == expected
    lines = [line for path, line, _ in after.refusals if path == "guide.rst"]
    assert lines == ([9] if is_listed else [])
    # What a doctest may go on to call is still there.
    assert ("run = start" in after.files["p/lib.py"]) == is_listed


@pytest.mark.parametrize("configuration", ['documents = "list"', 'exclude = ["*.rst"]'])
def test_documents_that_may_not_change_are_listed(
    unchanged_by: Program, configuration: str
) -> None:
    files = {**FILES, "migrate.toml": f"{configuration}\n", "guide.rst": GUIDE}
    after = unchanged_by(files, rename=RENAME)
    assert after.documents["guide.rst"] == GUIDE
    lines = {line for path, line, _ in after.refusals if path == "guide.rst"}
    assert lines == {3, 5, 8, 10, 14}
