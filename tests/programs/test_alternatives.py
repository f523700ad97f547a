"""Choices between two definitions of the repository: neither side takes the other's place."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import Program

DEFINED = {
    "p/__init__.py": "",
    "p/slow.py": "def f():\n    return 'slow'\n",
    "p/fast.py": "def f():\n    return 'fast'\n",
}
CHOICES = blocks(
    """
=== guarded
try:
    from .fast import f
except ImportError:
    from .slow import f
=== guarded_inside
def f():
    try:
        from p import fast as chosen
        return chosen.f()
    except Exception:
        import p.slow
        return p.slow.f()
=== by_platform
import sys
if sys.platform == "nowhere":
    from p.slow import f
else:
    from p.fast import f
=== by_flag
import os
from p import fast, slow
f = slow.f if os.environ.get("NOT_SET") else fast.f
"""
)
RENAMES = [("p.slow.f", "p.fast.f"), ("p.fast.f", "p.slow.f")]


@pytest.mark.parametrize("rename", RENAMES)
def test_both_sides_of_a_choice_are_kept_and_listed(
    unchanged_by: Program, rename: tuple[str, str]
) -> None:
    files = {f"p/{name}.py": text for name, text in CHOICES.items()}
    script = "".join(f"import p.{name}\nprint(p.{name}.f())\n" for name in CHOICES)
    after = unchanged_by({**DEFINED, **files}, rename=rename, script=script)
    assert {path: after.files[path] for path in files} == files
    told = {(path, code) for path, _, code in after.refusals}
    assert told == {(path, "alternatives") for path in files}


def test_what_is_no_choice_between_the_two_moves(unchanged_by: Program) -> None:
    guarded = "try:\n    from p.slow import f\nexcept ImportError:\n    f = None\n"
    apart = "from p.slow import f\n\nif f:\n    from p import fast\n"
    files = {**DEFINED, "guarded.py": guarded, "apart.py": apart}
    after = unchanged_by(files, rename=RENAMES[0])
    assert after.files["guarded.py"] == guarded.replace("slow", "fast")
    assert after.files["apart.py"].startswith("from p.fast import f\n")
    assert after.refusals == ()


def test_a_guard_over_two_paths_of_one_definition_comes_down_to_one(unchanged_by: Program) -> None:
    files = {
        **DEFINED,
        "p/old.py": "from p.fast import f\n",
        "use.py": "try:\n    from p.fast import f\nexcept ImportError:\n    from p.old import f\n",
    }
    after = unchanged_by(files, rename=("p.old.f", "p.fast.f"))
    assert after.files["use.py"] == "from p.fast import f\n"


APART = blocks("""
=== p/__init__.py
=== p/a.py
class Mixin:
    def a(self):
        return 1


def work():
    return 1
=== p/b.py
class Mixin:
    def b(self):
        return 2


def work():
    return 2
=== bases.py
from p import a
from p.b import Mixin


class Both(a.Mixin, Mixin): ...
=== chosen.py
from p.a import Mixin as Old
from p.b import Mixin


def make(old):
    return Old() if old else Mixin()


types = {}
types[Old] = 1
types[Mixin] = 2
=== compared.py
import p.a as first
import p.b as second


def differ():
    return first.work() != second.work()
""")


def test_what_uses_two_definitions_keeps_both(unchanged_by: Program) -> None:
    script = (
        "import bases, chosen, compared\n"
        "print(bases.Both().a(), chosen.make(True).a(), len(chosen.types), compared.differ())\n"
    )
    renames = [("p.a.Mixin", "p.b.Mixin"), ("p.a.work", "p.b.work")]
    after = unchanged_by(APART, rename=renames, script=script)
    assert after.files == APART
    kept = [("bases.py", 5), ("chosen.py", 1), ("compared.py", 6)]
    assert after.refusals == tuple((path, line, "alternatives") for path, line in kept)


def test_another_definition_takes_the_place_where_the_two_are_used_apart(
    unchanged_by: Program,
) -> None:
    use = "from p import a\nfrom p.b import Mixin\n\n\nclass New(Mixin): ...\n"
    text = f"{use}class One(a.Mixin): ...\n"
    after = unchanged_by({**APART, "use.py": text}, rename=("p.a.Mixin", "p.b.Mixin"))
    assert "class One(b.Mixin)" in after.files["use.py"]
