"""Modules of which only the stub is here: a build makes them."""

import pytest
from tests.programs.conftest import Program

FILES = {
    "pk/__init__.py": "from pk.zone import UTC, Zone\nfrom pk.moment import Moment\n",
    "pk/zone.py": "class Zone:\n    pass\n\n\nUTC = Zone()\n",
    "pk/moment.py": "from pk import UTC\n\ntry:\n    from pk._fast import parse\n"
    "except ImportError:\n    parse = None\n\n\nclass Moment:\n    zone = UTC\n",
    "pk/_fast.pyi": "from pk import Zone\nfrom pk.moment import Moment\n\n"
    "def parse(text: str, zone: Zone = ...) -> Moment: ...\n",
}
SCRIPT = "import pk\nprint(pk.Moment.zone is pk.UTC, pk.moment.parse)\n"


def test_a_stub_in_a_cycle_is_not_imported(unchanged_by: Program) -> None:
    after = unchanged_by(FILES, rename=("pk.UTC", "pk.zone.UTC"), script=SCRIPT)
    assert after.files["pk/moment.py"].startswith("from pk.zone import UTC\n")
    assert after.refusals == ()


@pytest.mark.parametrize("user", ["pk/moment.py", "use.py"])
def test_what_a_compiled_module_has_is_there(unchanged_by: Program, user: str) -> None:
    files = {**FILES, "use.py": "from pk import UTC, Moment\n\nprint(UTC, Moment)\n"}
    files["pk/moment.py"] = (
        "import sys\nimport types\n\n"
        "fast = sys.modules['pk._fast'] = types.ModuleType('pk._fast')\n"
        "fast.parse = str\n\nfrom pk import UTC\nfrom pk._fast import parse\n\n\n"
        "class Moment:\n    zone = UTC\n"
    )
    after = unchanged_by(files, rename=("pk.UTC", "pk.zone.UTC"), script=SCRIPT)
    assert "from pk.zone import UTC\n" in after.files[user]
