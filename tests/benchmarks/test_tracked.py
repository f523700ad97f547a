"""The table of what the reports track, on the demo: one figure moves when the code does."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OTHER = "### At 123456789\n\nanother table"
SHIM = "netra_backend/app/websocket/connection_info.py"


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    command = ["git", "-C", str(folder), *identity, *arguments]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page into which the table of the demo and of a commit after it was written."""
    folder = tmp_path_factory.mktemp("tracked") / "demo"
    build = [sys.executable, str(ROOT / "fixtures" / "build_demo.py"), str(folder)]
    subprocess.run(build, check=True, capture_output=True)
    git(folder, "rm", "-q", SHIM)
    git(folder, "commit", "-q", "-m", "Delete a shim")
    page = folder.with_name("page.md")
    page.write_text(f"# Page\n<!-- tracked: begin -->\n{OTHER}\n<!-- tracked: end -->\nrest\n")
    command = [sys.executable, str(ROOT / "benchmarks" / "tracked.py"), str(folder)]
    subprocess.run(
        [*command, "HEAD~1", "HEAD", "--write", str(page)], check=True, capture_output=True
    )
    return page.read_text()


def test_what_stands_around_the_table_stays(page: str) -> None:
    assert page.startswith(f"# Page\n<!-- tracked: begin -->\n\n{OTHER}\n\n### At ")
    assert page.endswith("|\n\n<!-- tracked: end -->\nrest\n")
    assert page.count("### At ") == 2


def test_a_module_that_goes_moves_its_figures_alone(page: str) -> None:
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    counts = {row[-3]: (row[-2], row[-1]) for row in rows[1:]}
    assert counts.pop("of the three, modules that are there") == ("3", "2")
    # The package of the module that went is one shim, as all of it forwards.
    assert counts.pop("modules that forward, in the WebSocket packages (`shim`)") == ("5", "5")
    dangling = counts.pop("imports that lead nowhere (`dangling-import`)")
    assert int(dangling[0]) < int(dangling[1])
    assert all(before == after for before, after in counts.values()), counts


def test_the_ways_to_an_instance_are_counted(page: str) -> None:
    assert "| ways to an instance besides the canonical one (`factory-variant`) | 8 | 8 |" in page
