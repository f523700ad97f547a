import subprocess
import sys

import pytest

_MODULES = "print([one for one in ('typer', 'git', 'libcst', 'pydantic') if one in sys.modules])"


def run(*arguments: str) -> list[str]:
    code = (
        f"import atexit, sys; sys.argv = ['migrate', *{arguments!r}]\n"
        f"atexit.register(lambda: {_MODULES})\n"
        "from onepath_cli.start import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_told_without_loading_anything_else(option: str) -> None:
    version, modules = run(option)
    assert version.startswith("onepath ")
    assert modules == "[]"


@pytest.mark.parametrize("arguments", [("--version", "--quiet"), ("--quiet", "-V")])
def test_among_other_options_it_is_the_same(arguments: tuple[str, ...]) -> None:
    assert run(*arguments)[0] == run("--version")[0]


def test_help_loads_neither_git_nor_libcst_nor_pydantic() -> None:
    *text, modules = run("--help")
    assert any("--dry-run" in line for line in text)
    assert modules == "['typer']"
