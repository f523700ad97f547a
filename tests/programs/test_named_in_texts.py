"""What docstrings link to and filters of warnings name follows; what they only say is listed."""

import pytest

from .conftest import Program

PACKAGE = {
    "pkg/__init__.py": "",
    "pkg/core.py": "class Late(UserWarning):\n    pass\n",
    "pkg/old.py": "from pkg.core import Late\n",
}
RENAME = ("pkg.old.Late", "pkg.core.Late")


@pytest.mark.parametrize(
    "text",
    [
        "See :class:`pkg.old.Late`.",
        "See :py:class:`~pkg.old.Late` and :exc:`the warning <pkg.old.Late>`.",
        ".. autoclass:: pkg.old.Late",
        ":rtype: pkg.old.Late",
        ":param warning: what to raise\n    :type warning: pkg.old.Late",
        ":raises pkg.old.Late: at night",
    ],
)
def test_a_docstring_links_to_the_new_path(unchanged_by: Program, text: str) -> None:
    source = f'def run():\n    """Run.\n\n    {text}\n    """\n'
    after = unchanged_by({**PACKAGE, "app.py": source}, rename=RENAME)
    assert after.files["app.py"] == source.replace("pkg.old", "pkg.core")
    assert after.refusals == ()


def test_a_comment_that_documents_an_attribute_links_to_the_new_path(unchanged_by: Program) -> None:
    source = "#: one of :class:`pkg.old.Late`\nKIND = 1  # not of pkg.old.Late\n"
    after = unchanged_by({**PACKAGE, "app.py": source}, rename=RENAME)
    assert after.files["app.py"].splitlines() == [
        "#: one of :class:`pkg.core.Late`",
        "KIND = 1  # not of pkg.old.Late",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "This was pkg.old.Late.",
        "Use :class:`pkg.core.Late`, never :class:`pkg.old.Late`.",
        ".. code-block:: python\n\n        from pkg.old import Late",
    ],
)
def test_a_docstring_that_only_tells_is_listed(unchanged_by: Program, text: str) -> None:
    source = f'def run():\n    """Run.\n\n    {text}\n    """\n'
    after = unchanged_by({**PACKAGE, "app.py": source}, rename=RENAME)
    assert after.files["app.py"] == source
    assert [path for path, _, _ in after.refusals] == ["app.py"]


def test_the_modules_of_a_package_go_on_to_link_from_inside(unchanged_by: Program) -> None:
    source = '"""See :class:`lib.core.Late`."""\n'
    after = unchanged_by(
        {
            "lib/__init__.py": "from lib.core import Late\n",
            "lib/core.py": PACKAGE["pkg/core.py"],
            "lib/user.py": source,
            "app.py": source,
        },
        rename=("lib.core.Late", "lib.Late"),
    )
    assert after.files["lib/user.py"] == source
    assert after.files["app.py"] == source.replace("lib.core", "lib")
    assert after.refusals == ()


def test_filters_of_warnings_follow(unchanged_by: Program) -> None:
    test = (
        "import warnings\n\nimport pytest\n\nfrom pkg.old import Late\n\n\n"
        '@pytest.mark.filterwarnings("error:some text:pkg.old.Late")\n'
        '@pytest.mark.filterwarnings("ignore::pkg.old.Late")\n'
        "def test_late():\n    warnings.warn(Late())\n"
    )
    after = unchanged_by(
        {
            **PACKAGE,
            "test_app.py": test,
            "pytest.ini": "[pytest]\nfilterwarnings =\n    error\n    ignore::pkg.old.Late\n"
            "addopts = -W ignore::pkg.old.Late\n",
            "migrate.toml": '[imports]\n"pkg.old.Late" = "pkg.core.Late"\n\n'
            '[shims]\n"pkg.old" = "delete"\n',
        },
        tests=".",
        may_go=["pkg.old"],
    )
    assert "1 passed" in after.printed
    assert "pkg/old.py" not in after.files
    assert after.refusals == ()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Makefile", "check:\n\tpython -c 'from pkg.old import Late; Late()'\n"),
        ("tox.ini", '[testenv]\ncommands = python -c "from pkg import old"\n'),
        (".github/ci.yml", "run: |\n  python - <<EOF\n  from pkg.old import (\n      Late,\n  )\n"),
        ("guide.rst", "Write::\n\n    from pkg.old import Late\n"),
        ("guide.md", "Write `from pkg.old import Late` at the top.\n"),
    ],
)  # fmt: skip
def test_imports_in_other_files_are_listed(unchanged_by: Program, path: str, text: str) -> None:
    rename = ("pkg.old", "pkg.new") if "import old" in text else RENAME
    after = unchanged_by({**PACKAGE, path: text}, rename=rename, may_go=["pkg.old"])
    assert (path, "mentioned") in {(one, code) for one, _, code in after.refusals}
