"""`patch.multiple("module", name=...)`, of which the name is a keyword of the call."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import Program

FILES = blocks(
    """
=== um/__init__.py
=== um/mail.py
def send(): return "real"
=== um/old.py
from um.mail import send
other = 1
=== um/svc.py
import um.old
def said(): return um.old.send()
"""
)
RENAME = ("um.old.send", "um.mail.send")
FOLLOWING = blocks(
    """
=== what the function is given
@mock.patch.multiple("um.old", send=mock.DEFAULT)
def test_it(send):
    send.return_value = 6
    assert um.svc.said() == 6
=== a value
def test_it():
    with mock.patch.multiple("um.old", send=lambda: 3): assert um.svc.said() == 3
=== two of them
@mock.patch.multiple("um.old", send=lambda: 3)
@mock.patch.multiple('um.old', create=True, send=lambda: 4)
def test_it(): assert um.svc.said() == 4
"""
)
TEST = "from unittest import mock\nimport um.svc\n"


@pytest.mark.parametrize("shape", FOLLOWING)
def test_its_module_follows_with_who_reads_it(unchanged_by: Program, shape: str) -> None:
    after = unchanged_by(
        {**FILES, "test_u.py": TEST + FOLLOWING[shape]}, rename=RENAME, tests="test_u.py"
    )
    assert "um.old" not in after.files["test_u.py"] + after.files["um/svc.py"]
    assert not after.refusals


STAYING = blocks(
    """
=== another name of the module
def test_it():
    with mock.patch.multiple("um.old", send=lambda: 3, other=4): assert um.svc.said() == 3
=== a module that has a name of its own
MODULE = "um.old"
def test_it():
    with mock.patch.multiple(MODULE, send=lambda: 3): assert um.svc.said() == 3
"""
)


@pytest.mark.parametrize("shape", STAYING)
def test_what_names_more_stays_with_who_reads_it(unchanged_by: Program, shape: str) -> None:
    after = unchanged_by(
        {**FILES, "test_u.py": TEST + STAYING[shape]}, rename=RENAME, tests="test_u.py"
    )
    assert "um.old.send()" in after.files["um/svc.py"]
    assert {path for path, *_ in after.refusals} == {"test_u.py", "um/svc.py"}


def test_another_name_can_not_follow(unchanged_by: Program) -> None:
    files = {**FILES, "um/mail.py": 'def post(): return "real"\n'}
    files["um/old.py"] = "from um.mail import post as send\n"
    text = TEST + FOLLOWING["a value"]
    after = unchanged_by(
        {**files, "test_u.py": text}, rename=("um.old.send", "um.mail.post"), tests="test_u.py"
    )
    assert after.files["test_u.py"] == text
    assert {path for path, *_ in after.refusals} == {"test_u.py", "um/svc.py"}
