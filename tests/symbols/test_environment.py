"""A stamp tells what is installed, and neither where nor when that was done."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from onepath.symbols.outside import environment
from onepath.symbols.outside.environment import Environment, running_environment

RECORD = (
    "six.py,sha256=aaa,10\nsix-1.0.dist-info/RECORD,,\npkg/__init__.py,sha256=bbb,1\n"
    "../../../bin/six,sha256=ccc,20\n"
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of installed packages, of one distribution and one copied by hand."""
    folder = tmp_path / "site-packages"
    for path, text in {
        "six.py": "x = 1",
        "pkg/__init__.py": "",
        "six-1.0.dist-info/RECORD": RECORD,
        "copied/__init__.py": "",
        "plain.py": "y = 1",
        "README.txt": "",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def stamp(*folders: Path) -> str:
    return Environment(tuple(map(str, folders)), ()).stamp


def touch(path: Path) -> None:
    os.utime(path, ns=(1, 1))


@pytest.mark.parametrize("path", ["", "six.py", "pkg", "pkg/__init__.py", "README.txt"])
def test_when_it_was_installed_does_not_matter(site: Path, path: str) -> None:
    before = stamp(site)
    touch(site / path)
    assert stamp(site) == before


def test_where_it_is_does_not_matter(site: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    shutil.copytree(site, other)
    assert stamp(site) == stamp(other)


@pytest.mark.parametrize(
    "change",
    [
        lambda site: (site / "six-1.0.dist-info/RECORD").write_text(RECORD.replace("aaa", "ddd")),
        lambda site: (site / "six-1.0.dist-info").rename(site / "six-1.1.dist-info"),
        lambda site: shutil.rmtree(site / "six-1.0.dist-info"),
        lambda site: (site / "more.py").write_text(""),
        lambda site: (site / "more.so").write_text(""),
        lambda site: (site / "more.pth").write_text(""),
        lambda site: (site / "more").mkdir(),
        lambda site: shutil.rmtree(site / "copied"),
        lambda site: touch(site / "plain.py"),
        lambda site: touch(site / "copied/__init__.py"),
        lambda site: (
            (site / "other-1.0.dist-info").mkdir()
            or (site / "other-1.0.dist-info/RECORD").write_text("other.py,sha256=eee,1\n")
        ),
    ],
)
def test_what_is_installed_does(site: Path, change: Callable[[Path], object]) -> None:
    before = stamp(site)
    change(site)
    assert stamp(site) != before


@pytest.mark.parametrize(("settled", "reads"), [(2_000_000_000, 2), (-(10**19), 1)])
def test_a_record_is_read_again_where_it_may_have_changed(
    site: Path, monkeypatch: pytest.MonkeyPatch, settled: int, reads: int
) -> None:
    read: list[str] = []
    plainly = environment._read_record
    monkeypatch.setattr(environment, "_SETTLED", settled)
    monkeypatch.setattr(
        environment, "_read_record", lambda path: (read.append(path), plainly(path))[1]
    )
    first = stamp(site)
    assert stamp(site) == first
    assert len(read) == reads
    (site / "six-1.0.dist-info/RECORD").unlink()
    (site / "six-1.0.dist-info/RECORD").write_text(RECORD.replace("aaa", "dddd"))
    assert stamp(site) != first
    assert len(read) == reads + 1


def test_onepath_itself_and_folders_without_modules_do_not(site: Path, tmp_path: Path) -> None:
    before = stamp(site)
    scripts = tmp_path / "bin"
    scripts.mkdir()
    (scripts / "migrate").write_text("#!python")
    (site / "onepath").mkdir()
    (site / "onepath-1.0.dist-info").mkdir()
    (site / "onepath-1.0.dist-info/RECORD").write_text("onepath/__init__.py,sha256=fff,1\n")
    assert stamp(scripts, site) == before


def test_the_order_of_folders_does(site: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "six.py").write_text("")
    assert stamp(site, other) != stamp(other, site)


def test_the_standard_library_counts_by_its_folder() -> None:
    folder = Path(os.__file__).parent
    assert stamp(folder).count("('', ") == 1
    assert running_environment().stamp == running_environment().stamp
