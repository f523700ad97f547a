"""What documentation links to by a name alone, when that gets another name."""

import re

import pytest
from tests.programs.conftest import Program

RENAME = ("p.lib.Old", "p.lib.New")
TEXT = '":class:`Old` in a text that is no docstring"\n# :class:`Old` in a comment\n'
LINKS = '''\
class Old:
    """Like :class:`Old`, :py:class:`~Old` and :class:`!Old`, but Old as a word.

    :meth:`Old.run` is not :meth:`Bolder.run`; :class:`the one <Old>` has a title.
    """

    def run(self, other):
        """Run.

        :param Old other: Another Old.
        :type other: Old or None
        :rtype: list[Old]
        :returns: An Old.
        :raises Old, ValueError: Never.
        """


'''
LINKS += f"SAID = {TEXT}"
UNLIKE_WORDS = re.compile(
    r"(?<=[`~!<\[])Old|(?<=class )Old|(?<=param )Old|Old(?= or None)|(?<=raises )Old"
)
FOLLOWED = UNLIKE_WORDS.sub("New", LINKS.replace(TEXT, "TEXT")).replace("TEXT", TEXT)


def test_what_docstrings_link_to_follows(unchanged_by: Program) -> None:
    after = unchanged_by({"p/__init__.py": "", "p/lib.py": LINKS}, rename=RENAME)
    assert after.files["p/lib.py"] == FOLLOWED


@pytest.mark.parametrize(
    ("importing", "name"),
    [
        ("from p.lib import Old", "New"),
        ("from p import Old", "New"),
        ("from p.lib import *", "New"),
        ("from other import Old", "Old"),
        ("class Old: pass", "Old"),
        ("import p.lib", "Old"),
    ],
)
def test_links_of_other_modules_follow_where_they_mean_it(
    unchanged_by: Program, importing: str, name: str
) -> None:
    user = f'{importing}\n\n\ndef use():\n    """Use :class:`Old`.\n\n    :rtype: Old\n    """\n'
    files = {
        "p/__init__.py": "from p.lib import Old",
        "p/lib.py": "class Old: pass",
        "other.py": "class Old: pass",
        "user.py": user,
    }
    after = unchanged_by(files, rename=RENAME)
    assert f"Use :class:`{name}`." in after.files["user.py"]
    assert f":rtype: {name}\n" in after.files["user.py"]


def test_bytes_before_a_link_count(unchanged_by: Program) -> None:
    lib = 'class Old:\n    """Größe, ℵ: :class:`Old`, :class:`Old`."""\n'
    after = unchanged_by({"p/__init__.py": "", "p/lib.py": lib}, rename=RENAME)
    assert after.files["p/lib.py"] == lib.replace("Old", "New")


@pytest.mark.parametrize("configuration", ['documents = "list"', 'exclude = ["user.py"]'])
def test_what_may_not_change_is_listed(unchanged_by: Program, configuration: str) -> None:
    user = '"""See\n:class:`Old` or Old.\n\n:rtype: Old\n"""\nfrom p.lib import *\n'
    files = {
        "migrate.toml": f"{configuration}\n",
        "p/__init__.py": "",
        "p/lib.py": "class Old: pass",
        "user.py": user,
    }
    after = unchanged_by(files, rename=RENAME)
    listed = [refusal for refusal in after.refusals if refusal[0] == "user.py"]
    assert listed[:2] == [("user.py", 2, "mentioned"), ("user.py", 4, "mentioned")]
    assert after.files["user.py"] == user


def test_documents_keep_their_short_form(unchanged_by: Program) -> None:
    guide = """\
.. module:: p

See :class:`Old`, :meth:`~Old.run`.

.. function:: make(it)

   :type it: Old or None
   :param Old it: An Old.
   :rtype: Old
   :raises Old: never

.. autoclass:: Old

.. autoclass:: p.Old
"""
    files = {
        "p/__init__.py": "from p.lib import Old",
        "p/lib.py": "class Old:\n    def run(self): pass",
        "docs/guide.rst": guide,
    }
    after = unchanged_by(files, rename=RENAME)
    expected = guide.replace("Old", "New").replace("An New", "An Old")
    assert after.documents["docs/guide.rst"] == expected


@pytest.mark.parametrize(
    ("new", "short"), [("New", "lib.New"), ("p.New", "New"), ("p.sub.New", "sub.New")]
)
def test_a_path_in_the_module_of_the_context_follows(
    unchanged_by: Program, new: str, short: str
) -> None:
    guide = (
        ".. currentmodule:: p\n\nSee :class:`~lib.Old`, :meth:`lib.Old.run()`, :mod:`lib`.\n\n"
        ":rtype: lib.Old\n\n.. currentmodule:: q\n\nSee :class:`lib.Old`.\n"
    )
    files = {
        "p/__init__.py": "from p.lib import Old\nNew = Old\n",
        "p/lib.py": "class Old:\n    def run(self): pass",
        "p/sub.py": "from p.lib import Old as New",
        "docs/guide.rst": guide,
    }
    if new == "New":
        files["p/__init__.py"] = ""
    after = unchanged_by(files, rename=("p.lib.Old", new))
    before, other = guide.split(".. currentmodule:: q")
    followed = before.replace("lib.Old", short) + ".. currentmodule:: q" + other
    assert after.documents["docs/guide.rst"] == followed


def test_roles_of_other_forms_follow(unchanged_by: Program) -> None:
    guide = ":class:`~.p.lib.Old` :class:`.Old` :meth:`!p.lib.Old.run` :class:`it <.p.lib.Old>`\n"
    myst = "{class}`~p.lib.Old` {py:class}`p.lib.Old`\n"
    lib = 'class Old:\n    """See {class}`Old` and :class:`.Old`."""\n    def run(self): pass\n'
    files = {"p/__init__.py": "", "p/lib.py": lib, "a.rst": guide, "b.rst": myst}
    after = unchanged_by(files, rename=RENAME)
    assert after.files["p/lib.py"] == lib.replace("Old", "New")
    # Which of all things that end in `.Old` a role in a document means, nobody knows.
    assert after.documents["a.rst"] == guide.replace("p.lib.Old", "p.lib.New")
    assert after.documents["b.rst"] == myst.replace("Old", "New")


DESCRIBED = """\
.. module:: p.lib

.. class:: Old(n=1, *, \\
               m=2)

   .. method:: run()

.. exception:: Old

.. py:class:: Older

.. class:: q.Old
"""


@pytest.mark.parametrize("new", ["p.lib.New", "p.New"])
def test_what_is_described_by_hand_follows_in_its_module(unchanged_by: Program, new: str) -> None:
    files = {
        "p/__init__.py": "" if new == "p.lib.New" else "from p.lib import Old as New\n",
        "p/lib.py": "class Old: pass\n",
        "guide.rst": DESCRIBED,
    }
    after = unchanged_by(files, rename=("p.lib.Old", new))
    described = DESCRIBED.replace(":: Old(", ":: New(").replace(":: Old\n", ":: New\n")
    stays = new == "p.New"
    assert after.documents["guide.rst"] == (DESCRIBED if stays else described)
    listed = [line for path, line, _ in after.refusals if path == "guide.rst"]
    assert listed == ([3, 8] if stays else [])


def test_code_blocks_that_imply_an_import_are_listed(unchanged_by: Program) -> None:
    implied = ".. code-block:: python\n\n   made = Old()\n   use(Old, old=1)\n"
    imported = ".. code-block:: python\n\n   from p.lib import Old\n   made = Old()\n"
    own = ".. code-block:: python\n\n   class Old:\n       pass\n   Old()\n"
    files = {
        "p/__init__.py": "", "p/lib.py": "class Old: pass\n",
        "implied.rst": implied, "imported.rst": imported, "own.rst": own,
    }  # fmt: skip
    after = unchanged_by(files, rename=RENAME)
    assert after.refusals == (("implied.rst", 3, "mentioned"), ("implied.rst", 4, "mentioned"))
    assert after.documents["implied.rst"] == implied
    assert after.documents["imported.rst"] == imported.replace("Old", "New")
    assert after.documents["own.rst"] == own
