"""A name that its module may not have is imported from where it certainly is."""

import pytest

from .conftest import Program

DEFINED = {"p/win.py": "class Pipe:\n    pass\n", "p/__init__.py": ""}
USE = "from p.win import Pipe\n\nmade = Pipe()\n"


@pytest.mark.parametrize(
    "facade",
    [
        "import sys\n\nif sys.platform == 'nowhere':\n    from p.win import Pipe\n",
        "try:\n    import lost\nexcept ImportError:\n    pass\nelse:\n    from p.win import Pipe\n",
        "import os\n\nif os.environ.get('NOT_SET'):\n    from p.win import Pipe\n",
        "import os\n\nfor _ in os.environ.get('NOT_SET', ''):\n    from p.win import Pipe\n",
        "try:\n    import lost\n    from p.win import Pipe\nexcept ImportError:\n    pass\n",
    ],
)
@pytest.mark.parametrize("use", [USE, "import p.win\n\nmade = p.win.Pipe()\n"])
def test_what_may_be_missing_is_no_source(unchanged_by: Program, facade: str, use: str) -> None:
    after = unchanged_by(
        {**DEFINED, "p/facade.py": facade, "use.py": use}, rename=("p.win.Pipe", "p.facade.Pipe")
    )
    assert after.files["use.py"] == use
    assert "conditional-name" in {code for path, _, code in after.refusals if path == "use.py"}


@pytest.mark.parametrize(
    "facade",
    [
        "import sys\n\nif sys.version_info >= (3, 1):\n    from p.win import Pipe\n",
        "try:\n    from p.win import Pipe\nexcept ImportError:\n    Pipe = None\n",
        "import os\n\nif os.name:\n    from p.win import Pipe\nelse:\n    from p.win import Pipe\n",
    ],
)
def test_what_is_there_in_every_case_is_taken(unchanged_by: Program, facade: str) -> None:
    after = unchanged_by(
        {**DEFINED, "p/facade.py": facade, "use.py": USE}, rename=("p.win.Pipe", "p.facade.Pipe")
    )
    assert after.files["use.py"].startswith("from p.facade import Pipe")


def test_a_name_that_was_as_conditional_before_is_taken(unchanged_by: Program) -> None:
    switch = "import sys\n\nif sys.platform == 'nowhere':\n    from p.{} import Pipe\n"
    after = unchanged_by(
        {
            **DEFINED,
            "p/old.py": switch.format("win"),
            "p/facade.py": switch.format("win"),
            "use.py": switch.format("old"),
        },
        rename=("p.old.Pipe", "p.facade.Pipe"),
    )
    assert after.files["use.py"] == switch.format("facade")


NAMED = {
    "p/win.py": (
        'class Pipe:\n    """A pipe.\n\n    >>> from p.win import Pipe\n    >>> Pipe.__name__\n'
        '    \'Pipe\'\n    """\n'
    ),
    "use.py": (
        "from importlib import import_module\nfrom pkgutil import resolve_name\n\n\n"
        "print(resolve_name('p.win.Pipe').__name__)\n"
        "print(getattr(import_module('p.win'), 'Pipe').__name__)\n"
        "print(resolve_name('.'.join(['p.win', 'Pipe'])).__name__)\n"
    ),
    "run.yaml": "made: p.win.Pipe\n",
    "pyproject.toml": "[project.scripts]\npipe = 'p.win:Pipe'\n",
}
TESTED = "import doctest, p.win, use\nprint(doctest.testmod(p.win))\n"


def test_strings_and_documents_name_what_is_certainly_there(unchanged_by: Program) -> None:
    facade = "import sys\n\nif sys.platform == 'nowhere':\n    from p.win import Pipe\n"
    files = {**DEFINED, **NAMED, "p/facade.py": facade}
    after = unchanged_by(files, rename=("p.win.Pipe", "p.facade.Pipe"), script=TESTED)
    assert after.files["use.py"] == NAMED["use.py"]
    told = {(path, line) for path, line, code in after.refusals if code == "conditional-name"}
    expected = {("p/win.py", 4), ("run.yaml", 1), ("pyproject.toml", 2)}
    assert told >= {*expected, ("use.py", 5), ("use.py", 6), ("use.py", 7)}


def test_strings_and_documents_follow_to_what_is_there_in_every_case(unchanged_by: Program) -> None:
    facade = "import sys\n\nif sys.version_info >= (3, 1):\n    from p.win import Pipe\n"
    files = {**DEFINED, **NAMED, "p/facade.py": facade}
    after = unchanged_by(files, rename=("p.win.Pipe", "p.facade.Pipe"), script=TESTED)
    assert "resolve_name('p.facade.Pipe')" in after.files["use.py"]
    assert "import_module('p.facade')" in after.files["use.py"]
    assert "conditional-name" not in {code for *_, code in after.refusals}
