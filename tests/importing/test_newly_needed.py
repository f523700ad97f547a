"""Packages that a changed file comes to need, and that may be missing."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from onepath.facts.store.cache import FactsCache
from onepath.importing.loaded.newly_needed import newly_needed
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World

FILES = {
    "app.py": "import pkg.plain\n",
    "pkg/__init__.py": "",
    "pkg/plain.py": "",
    "pkg/heavy.py": "import json\n\nimport lib\n",
}
CHANGED = b"import pkg.heavy\n"
NEEDED = ["would need 'lib', which may be missing (pkg/heavy.py:3)"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, NEEDED),
        ({"one.py": "import lib\n"}, NEEDED),
        ({"one.py": "import lib\n", "two.py": "from lib import x\n"}, []),
        ({"one.py": "import lib\n", "tests/test_two.py": "import lib\n"}, NEEDED),
        ({"one.py": "import lib\n", "two.py": "import lib\n",
          "three.py": "try:\n    import lib\nexcept ImportError:\n    lib = None\n"}, NEEDED),
        ({"one.py": "import lib\n", "two.py": "import lib\n",
          "three.py": "def f():\n    import lib\n"}, NEEDED),
        ({"requirements.txt": "lib\n"}, []),
        ({"app.py": "import lib\nimport pkg.plain\n"}, []),
    ],
)  # fmt: skip
def test_a_package_is_there_if_it_is_required_or_others_count_on_it(
    tmp_path: Path, files: Mapping[str, str], expected: list[str]
) -> None:
    for path, text in {**FILES, **files}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    before = World.open(Folder(tmp_path), FactsCache(None), SerialExecutor())
    old = before.read(["app.py"])["app.py"]
    after = before.after({"app.py": old.replace(FILES["app.py"].encode(), CHANGED)})
    assert [one.reason for one in newly_needed(before, after, ["app.py"])] == expected
