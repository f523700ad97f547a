"""Types in comments, and stubs: they follow, or are listed and hold what they name."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.programs.conftest import Program

from onepath.facts.extract.type_comments import type_comments

PROGRAM = {
    "lib/__init__.py": "",
    "lib/old.py": "from .core import Thing\n",
    "lib/core.py": "class Thing:\n    pass\n",
}
RENAME = ("lib.old.Thing", "lib.core.Thing")
COMMENTS = {
    "lib.old.Thing": "lib.core.Thing",
    "(lib.old.Thing) -> lib.old.Thing": "(lib.core.Thing) -> lib.core.Thing",
    "(int, *lib.old.Thing, **str) -> None": "(int, *lib.core.Thing, **str) -> None",
    "dict[str, lib.old.Thing]  # noqa": "dict[str, lib.core.Thing]  # noqa",
    "o.Thing": "Thing",
    "lib.old.Thing.Inner": "lib.core.Thing.Inner",
}


@pytest.mark.parametrize("comment", COMMENTS)
def test_types_in_comments_follow(unchanged_by: Program, comment: str) -> None:
    source = (
        "import lib\nfrom lib import old as o\nfrom lib.old import Thing\n\n\ndef go(x=None):\n"
        f"    # type: {comment}\n    y = 'é', x  # type: {comment}\n    return y, o, Thing\n"
    )
    after = unchanged_by({**PROGRAM, "lib/use.py": source}, rename=RENAME)
    assert after.files["lib/use.py"].count(f"# type: {COMMENTS[comment]}\n") == 2
    assert "from lib.core import Thing" in after.files["lib/use.py"]


def test_a_type_without_a_name_of_its_own_in_the_file_goes_by_its_package(
    unchanged_by: Program,
) -> None:
    source = "import lib\n\n\ndef go(x):\n    # type: (lib.old.Thing) -> None\n    return lib\n"
    after = unchanged_by({**PROGRAM, "use.py": source}, rename=RENAME)
    assert "# type: (lib.core.Thing) -> None" in after.files["use.py"]


@pytest.mark.parametrize(
    ("head", "comment"),
    [
        ("import lib", "a lib.old.Thing or so"),
        ("from lib import old", "old.Thing"),
        ("import lib.old as old", "old.Thing"),
    ],
)
def test_what_can_not_follow_is_listed(unchanged_by: Program, head: str, comment: str) -> None:
    source = f"{head}\n\nx = None  # type: {comment}\n"
    after = unchanged_by({**PROGRAM, "use.py": source}, rename=RENAME)
    assert ("use.py", 3, "type-comment") in after.refusals
    assert after.files["use.py"] == source


def test_a_type_in_a_comment_holds_the_module(unchanged_by: Program) -> None:
    config = '[shims]\n"lib.old" = "delete"\n'
    source = "import lib\n\nx = None  # type: lib.old.Thing\n"
    after = unchanged_by({**PROGRAM, "migrate.toml": config, "use.py": source})
    assert "lib/old.py" in after.files
    assert ("use.py", 3, "held") in after.refusals


def test_a_stub_stays_the_module_s_own(unchanged_by: Program, tmp_path: Path) -> None:
    files = {
        **PROGRAM,
        "migrate.toml": (
            f'[imports]\n"{RENAME[0]}" = "{RENAME[1]}"\n[shims]\n"lib.old" = "delete"\n'
        ),
        "lib/__init__.py": "from .old import Thing as Thing\n",
        "lib/__init__.pyi": "from .old import Thing as Thing\n",
        "lib/old.pyi": "from .core import Thing as Thing\n",
        "lib/core.pyi": "class Thing: ...\n",
        "use.pyi": 'import lib.old\ndef go(x: lib.old.Thing = ...) -> "lib.old.Thing": ...\n',
    }
    after = unchanged_by(files, may_go=["lib.old"])
    assert after.files["lib/__init__.py"] == "from .core import Thing as Thing\n"
    assert "lib/old.py" not in after.files


def test_ignored_lines_and_texts_are_no_types() -> None:
    source = b"x = 1  # type: ignore\ny = '# type: a.B'\n# type:\nz = 1  # type: int\n"
    assert [one.text for one in type_comments(source)] == ["int"]


@given(st.binary(max_size=40), st.sampled_from([b"\n", b"\r\n", b"\r", b"\x0c"]))
def test_no_file_is_too_odd(noise: bytes, end: bytes) -> None:
    data = noise + end + b"x = 1  # type: (a.B, *c) -> d" + end + noise
    for comment in type_comments(data):
        for name in comment.names or ():
            assert data[name.start : name.start + 1].isalpha() or noise
