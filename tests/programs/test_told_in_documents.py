"""What docstrings and templates say of a definition that gets another name."""

from collections.abc import Callable

import pytest
from tests.conftest import Repository
from tests.programs.conftest import Program
from typer.testing import CliRunner

from onepath_cli.app import app

_TEXT = '''"""Text: :func:`p.text.slugify`."""


def slugify(x):
    """Like :func:`~p.text.slugify`."""
    return x.lower()
'''


def test_docstrings_of_its_own_module_follow_also_where_the_old_name_begins_with_the_new(
    unchanged_by: Program,
) -> None:
    more = '"""See :func:`~p.text.slugify` and :func:`p.text.slugify`."""\n'
    files = {"p/__init__.py": "", "p/text.py": _TEXT, "p/more.py": more}

    after = unchanged_by(files, rename=("p.text.slugify", "p.text.slug"))

    assert after.refusals == ()
    assert after.files["p/text.py"] == _TEXT.replace("slugify", "slug")
    assert after.files["p/more.py"] == more.replace("slugify", "slug")


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("<p>{{ name|slugify }}</p>\n", 3),
        ("{% if slugify(name) %}{% endif %}\n", 3),
        ("<p>slugify {{ name }}</p>\n", 0),
        ("{{ name|other.slugify }}\n", 0),
    ],
)
def test_what_a_template_asks_for_by_its_own_name_keeps_it(
    make_repository: Callable[..., Repository],
    monkeypatch: pytest.MonkeyPatch,
    template: str,
    code: int,
) -> None:
    filed = "from p import text\n\nFILTERS = {f.__name__: f for f in (text.slugify,)}\n"
    files = {"p/__init__.py": "", "p/text.py": _TEXT, "p/use.py": filed, "t/a.html": template}
    monkeypatch.chdir(make_repository(files).path)

    done = CliRunner().invoke(app, ["rename", "p.text.slugify", "p.text.slug", "--dry-run"])

    assert done.exit_code == code, done.output
    assert ("t/a.html:1 may ask for it" in done.output) == (code == 3)
