"""A new name alone stands beside the old one: `migrate rename a.b.C.old new`."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.plan.test_definitions import rename

from onepath.errors import InputError

CODE = """\
class Base:
    def old(self, value=1):
        return value


class Child(Base):
    def old(self, value=2):
        return super().old(value)


def old(value):
    return Child().old(value=value)


def other(): ...
"""
FILES = {"pkg/__init__.py": "", "pkg/b.py": CODE, "use.py": "from pkg.b import old\n\nold(1)\n"}


@pytest.mark.parametrize(
    ("old", "new", "full"),
    [
        ("pkg.b.old", "new", "pkg.b.new"),
        ("pkg.b.Base.old", "new", "pkg.b.Base.new"),
        ("pkg.b.Child", "Kid", "pkg.b.Kid"),
        ("pkg.b.old.value", "given", "pkg.b.old.given"),
    ],
)
def test_it_means_the_whole_path(
    make_repository: Callable[..., Any], old: str, new: str, full: str
) -> None:
    folder = make_repository(FILES).path
    short, whole = rename(folder, old, new), rename(folder, old, full)
    assert short.phases[0].changeset.changes == whole.phases[0].changeset.changes != ()


def test_a_builtin_of_that_name_is_meant_itself(make_repository: Callable[..., Any]) -> None:
    files = {**FILES, "pkg/b.py": f"{CODE}\n\nclass integer(int): ...\n"}
    use = {"use.py": "from pkg.b import integer\n\ninteger(1)\n"}
    plan = rename(make_repository({**files, **use}).path, "pkg.b.integer", "int")
    assert [change.path for change in plan.phases[0].changeset.changes] == ["use.py"]


def test_a_name_that_is_there_is_not_taken(make_repository: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match=r"'pkg\.b\.other' exists already"):
        rename(make_repository(FILES).path, "pkg.b.old", "other")


@pytest.mark.parametrize("old", ["pkg.b.old", "pkg.b.Base", "pkg.b.Base.old", "pkg.b.old.value"])
@pytest.mark.parametrize("new", ["string", "pkg", "pkg.b", "use"])
def test_no_module_takes_the_place_of_what_is_none(
    make_repository: Callable[..., Any], old: str, new: str
) -> None:
    with pytest.raises(InputError, match=f"'{new}' is a module, which '{old}' is not") as error:
        rename(make_repository(FILES).path, old, new)
    beside = f"for a name beside it: {old.rpartition('.')[0]}.{new}"
    assert error.value.hint == ("" if "." in new else beside)


def test_a_name_that_hides_a_module_is_no_module(make_repository: Callable[..., Any]) -> None:
    files = {
        **FILES,
        "pkg/__init__.py": "from .echo import echo\n",
        "pkg/echo.py": "def echo(value): ...\n",
    }
    plan = rename(make_repository(files).path, "pkg.b.old", "pkg.echo")
    assert [change.path for change in plan.phases[0].changeset.changes] == ["use.py"]


@pytest.mark.parametrize(
    ("name", "top"), [("p", ""), ("py", "src/"), ("init", "src/"), ("it", "lib/"), ("y", "")]
)
def test_a_package_of_any_name_stays_in_its_folder(
    make_repository: Callable[..., Any], name: str, top: str
) -> None:
    files = {f"{top}{name}/__init__.py": "", f"{top}{name}/{name}.py": "x = 1\n"}
    setup = {"setup.cfg": f"[options]\npackage_dir =\n    = {top.rstrip('/')}\n"} if top else {}
    plan = rename(make_repository({**files, **setup}).path, name, "other")
    changed = {change.path for change in plan.phases[0].changeset.changes if change.new is not None}
    assert changed == {f"{top}other/__init__.py", f"{top}other/{name}.py"}


@pytest.mark.parametrize("name", ["p", "y", "py"])
def test_a_module_of_any_name_stays_in_its_folder(
    make_repository: Callable[..., Any], name: str
) -> None:
    plan = rename(make_repository({f"{name}.py": "x = 1\n"}).path, name, "other")
    assert [change.path for change in plan.phases[0].changeset.changes] == [
        "other.py",
        f"{name}.py",
    ]


@pytest.mark.parametrize("new", ["__init__", "__call__", "__private"])
def test_a_name_of_two_underscores_is_no_builtin(
    make_repository: Callable[..., Any], new: str
) -> None:
    with pytest.raises(InputError, match="two underscores"):
        rename(make_repository(FILES).path, "pkg.b.Base.old", new)
