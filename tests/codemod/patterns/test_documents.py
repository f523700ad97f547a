"""Rules follow in stubs, examples, fenced code and notebooks, or say why not."""

import json
from pathlib import Path

import pytest
from tests.codemod.patterns.conftest import Replace

from onepath.codemod.packs.configuration import parse_config
from onepath.codemod.patterns.rule import PatternRule
from onepath.plan.replacing import plan_replacement
from onepath.run import SerialExecutor
from onepath.snapshot import open_snapshot

RULE = ("requests.get($URL, verify=False, $$$REST)", "pkg.http.get($URL, $$$REST)")
HTTP = {"pkg/__init__.py": "", "pkg/http.py": "def get(url): ...\n"}


def cells(*sources: str) -> str:
    made = [{"cell_type": "code", "source": one.splitlines(keepends=True)} for one in sources]
    return json.dumps({"cells": made, "nbformat": 4})


CASES = {
    "a stub": (
        "pkg/a.pyi",
        "import requests\ndef f(x=requests.get('u', verify=False)): ...\n",
        "import requests\nimport pkg.http\ndef f(x=pkg.http.get('u')): ...\n",
    ),
    "an example with its own import": (
        "a.py",
        '''
def f():
    """F.

    >>> import requests
    >>> requests.get("u", verify=False)
    >>> 1
    1
    """
''',
        '''
def f():
    """F.

    >>> import pkg.http
    >>> pkg.http.get("u")
    >>> 1
    1
    """
''',
    ),
    "an example of what its module has": (
        "a.py",
        '''
import pkg.http
import requests
requests

def f():
    """F.

    >>> pkg.http
    >>> requests.get("u", verify=False)
    """
''',
        '''
import pkg.http
import requests
requests

def f():
    """F.

    >>> pkg.http
    >>> pkg.http.get("u")
    """
''',
    ),
    "blocks that are read one after another": (
        "README.md",
        """
~~~python
import requests
requests.get('a', verify=False)
~~~

and

~~~python
requests.get('b', verify=False)
requests.post('b')
~~~
""",
        """
~~~python
import requests
import pkg.http
pkg.http.get('a')
~~~

and

~~~python
pkg.http.get('b')
requests.post('b')
~~~
""",
    ),
    "a block that needs nothing of others": (
        "docs/a.rst",
        """
.. code-block:: python

    import requests

.. code-block:: python

    from requests import get
    get('b', verify=False)
""",
        """
.. code-block:: python

    import requests

.. code-block:: python

    from pkg.http import get
    get('b')
""",
    ),
    "cells": (
        "a.ipynb",
        cells(
            "import requests\nrequests.get('a', verify=False)", "requests.get('b', verify=False)"
        ),
        cells("import pkg.http\npkg.http.get('a')", "pkg.http.get('b')"),
    ),
    "namesakes": (
        "README.md",
        "~~~python\nrequests = client()\nrequests.get('a', verify=False)\n~~~\n",
        None,
    ),
    "prose and other languages": (
        "README.md",
        "requests.get('a', verify=False)\n\n~~~sh\nrequests.get('a', verify=False)\n~~~\n",
        None,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_python_in_other_files_follows(replace: Replace, case: str) -> None:
    path, before, after = CASES[case]
    done = replace({**HTTP, path: before}, RULE)
    assert done.files == ({path: after} if after else {})
    assert not done.refused


def test_a_name_of_the_module_for_which_an_import_is_missing_is_listed(replace: Replace) -> None:
    text = '"""A.\n\n>>> requests.get(1, verify=False)\n"""\nimport requests\n'
    done = replace({**HTTP, "a.py": text}, RULE)
    assert (done.files, done.refused) == ({}, ["a.py:3 document"])


def test_a_notebook_that_can_not_be_read_is_listed(replace: Replace) -> None:
    text = '{"cells": requests.get("a", verify=False)'
    done = replace({**HTTP, "a.ipynb": text}, RULE)
    assert (done.files, done.refused) == ({}, ["a.ipynb:1 document"])


def test_documents_are_only_listed_on_request(tmp_path: Path) -> None:
    path, before, _ = CASES["blocks that are read one after another"]
    for name, text in {**HTTP, path: before}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    config = parse_config('documents = "list"\n', "migrate.toml")
    rules, snapshot = [PatternRule.read(*RULE)], open_snapshot(tmp_path)
    (phase,) = plan_replacement(snapshot, config, rules, executor=SerialExecutor()).phases
    assert not phase.changeset.changes
    assert {(one.path, one.code) for one in phase.changeset.refusals} == {(path, "listed")}


def test_a_second_match_reads_the_module_as_the_first_one_does(replace: Replace) -> None:
    text = "import requests\nrequests.get('a', verify=False)\nrequests.get('b', verify=False)\n"
    done = replace({**HTTP, "a.py": f"{text}requests.post('c')\n"}, RULE)
    new = "import requests\nimport pkg.http\npkg.http.get('a')\npkg.http.get('b')\n"
    assert done.files == {"a.py": f"{new}requests.post('c')\n"}


def test_an_example_has_what_its_own_module_defines(replace: Replace) -> None:
    example = '"""\n    >>> old({})\n    {}\n    """\n    return x\n\n\n'
    lib = f"def old(x):\n    {example.format(1, 1)}def new(x):\n    {example.format(2, 2)}"
    rules = ("lib.old($X)", "lib.new($X)"), ("sorted(list($X))", "sorted($X)")
    done = replace({"lib.py": lib}, *rules)
    assert done.files["lib.py"] == lib.replace(">>> old", ">>> new")
    assert done.phase.changeset.refusals == ()
