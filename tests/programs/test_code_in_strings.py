"""Code in strings keeps the module that it imports, and is listed where it imports a name."""

import pytest

from .conftest import Program

PACKAGE = {
    "pkg/__init__.py": "",
    "pkg/core.py": "class Name:\n    pass\n",
    "pkg/old.py": "from pkg.core import Name\n",
}
SHIM = {
    **PACKAGE,
    "migrate.toml": '[imports]\n"pkg.old.Name" = "pkg.core.Name"\n[shims]\n"pkg.old" = "delete"\n',
}
RUN = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', {code!r}], check=True)\n"
FORMS = [
    "exec('from pkg.old import Name')\n",
    "exec('import sys\\nfrom pkg.old import Name\\nName()')\n",
    "exec('''\nfrom pkg import (\n    core,\n    old,\n)\n''')\n",
    "exec('from pkg import core, old as other; print(other.Name)')\n",
    "CODE = '''\\\nimport pkg.old\npkg.old.Name()\n'''\nexec(CODE)\n",
    "exec('import pkg\\n'\n     'import pkg.old as other\\n'\n     f'other.Name{()}')\n",
    "exec(  # it runs\n    # and is told\n    'import pkg.old'\n)\n",
    "import pkg.old  # read below\nprint(eval('pkg.old.Name()').__class__)\n",
    RUN.format(code="from pkg.old import Name; Name()"),
    "import os, sys\nassert not os.system(f'{sys.executable} -m pkg.old')\n",
    "import os, sys\nassert not os.system('%s -m pkg.old' % sys.executable)\n",
    "name = 'Name'\nexec(f'from pkg.old import {name}')\n",
    "import timeit\ntimeit.timeit('Name()', setup='from pkg.old import Name', number=1)\n",
]


@pytest.mark.parametrize("code", FORMS)
def test_a_module_that_code_in_a_string_imports_is_kept(unchanged_by: Program, code: str) -> None:
    after = unchanged_by({**SHIM, "run.py": code}, script="import run\n")
    assert "pkg/old.py" in after.files
    assert "held" in {code for _, _, code in after.refusals}


@pytest.mark.parametrize("code", FORMS)
def test_a_module_that_moves_is_there_for_code_in_a_string(
    unchanged_by: Program, code: str
) -> None:
    unchanged_by(
        {**PACKAGE, "run.py": code},
        rename=("pkg.old", "pkg.new"), script="import run\n", may_go=["pkg.old"],
    )  # fmt: skip


@pytest.mark.parametrize("code", FORMS[:2] + FORMS[8:9])
def test_a_definition_keeps_its_old_name_for_code_in_a_string(
    unchanged_by: Program, code: str
) -> None:
    unchanged_by(
        {**PACKAGE, "run.py": code.replace("pkg.old", "pkg.core")},
        rename=("pkg.core.Name", "pkg.core.Better"), script="import run\n",
    )  # fmt: skip


def test_code_in_a_string_is_listed_by_its_line(unchanged_by: Program) -> None:
    after = unchanged_by(
        {
            **PACKAGE,
            "run.py": "exec('from pkg.old import Name')\n\n\ndef f(test):\n"
            "    test.makepyfile('''\n        from pkg.old import Name\n    ''')\n",
        },
        rename=("pkg.old.Name", "pkg.core.Name"),
    )
    assert [(line, code) for path, line, code in after.refusals if path == "run.py"] == [
        (1, "string-not-certain"),
        (6, "string-not-certain"),
    ]


def test_messages_and_comments_tell_and_hold_nothing(unchanged_by: Program) -> None:
    text = "# pkg.old is gone\nraise_ = ValueError('use pkg.core.Name, not pkg.old.Name')\n"
    after = unchanged_by({**SHIM, "run.py": text}, script="import run\n", may_go=["pkg.old"])
    assert "pkg/old.py" not in after.files
    assert {code for _, _, code in after.refusals} == {"mentioned"}
