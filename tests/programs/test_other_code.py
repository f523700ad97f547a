"""Code in no Python file: Cython, templates, programs without a suffix. It keeps working."""

import pytest
from tests.programs.conftest import Program

PACKAGE = {"pkg/__init__.py": "", "pkg/new.py": "class Name:\n    k = 1\n"}
RUN = """\
for path in ("fast.pyx", "tool", "page.j2"):
    print(exec(open(path).read()))
"""
READERS = {
    "fast.pyx": "from pkg.old import Name\nprint(Name.k)\n",
    "tool": "#!/usr/bin/env python\nimport pkg.old\nprint(pkg.old.Name.k)\n",
    "page.j2": "from pkg import old\nprint(old.Name.k)\n",
}


@pytest.mark.parametrize(
    "wanted",
    [
        {"rename": ("pkg.old", "pkg.fresh")},
        {"rename": ("pkg.old.Name", "pkg.old.Fresh")},
        {"move": ("pkg.old.Name", "pkg.other")},
        {"init": ("pkg.new.Name",)},
    ],
    ids=str,
)
def test_what_it_imports_stays(unchanged_by: Program, wanted: dict[str, tuple[str, ...]]) -> None:
    is_shim = "init" in wanted
    old = "from pkg.new import Name\n" if is_shim else "class Name:\n    k = 1\n"
    files = {
        **PACKAGE, **READERS, "pkg/old.py": old,
        "use.py": "from pkg.old import Name\n\nprint(Name.k)\n",
    }  # fmt: skip
    after = unchanged_by(files, script=RUN, **wanted)  # type: ignore[arg-type]
    assert after.files["use.py"] != files["use.py"]
    assert after.printed.split() == ["1", "None"] * 3
