"""Members of classes that a call makes: tuples with names, and enumerations in their short form."""

import pytest
from tests.programs.conftest import Program, Refused

TUPLES = {
    "words": "from collections import namedtuple\nP = namedtuple('P', 'old y')\n",
    "commas": "import collections\nP = collections.namedtuple('P', 'y,old', defaults=(1, 2))\n",
    "a list": "from collections import namedtuple as nt\nP = nt('P', ['old', 'y'])\n",
    "a keyword": "import collections as c\nP = c.namedtuple('P', field_names=('old', 'y'))\n",
    "alone": "from collections import namedtuple\nP = namedtuple('P', 'old', defaults=[0])\n",
    "types": "from typing import NamedTuple\nP = NamedTuple('P', [('old', int), ('y', int)])\n",
    "a base": "from collections import namedtuple\n\n\n"
    "class P(namedtuple('P', 'old y')):\n    __slots__ = ()\n\n"
    "    def both(self):\n        return self.old\n",
    "a base of a base": "from collections import namedtuple\n_P = namedtuple('P', 'old y')\n\n\n"
    "class P(_P):\n    def both(self):\n        return self.old\n",
}
USE = """\
from lib import P
from collections import namedtuple

Q = namedtuple("Q", "old z")
p = P(*[1, 2][:len(P._fields)])
print(p.old, p._replace(old=4).old, P(old=3, **dict.fromkeys({*P._fields} & {"y"}, 1)).old)
print(Q(old=2, z=1).old, Q(1, 2)._replace(old=3))
match p:
    case P(old=value):
        print(value)


def read(p: P):
    return p.old + (p.both() if hasattr(p, "both") else 0)


print(read(p))
"""


@pytest.mark.parametrize("form", TUPLES)
def test_a_field_follows(unchanged_by: Program, form: str) -> None:
    files = {"lib.py": TUPLES[form], "use.py": USE}
    is_spelled = "alone" not in form
    after = unchanged_by(files, rename=("lib.P.old", "lib.P.new"), script="import use")
    assert not after.refusals
    assert "old" not in after.files["lib.py"]
    assert is_spelled <= ("P(new=3" in after.files["use.py"])
    assert 'namedtuple("Q", "old z")' in after.files["use.py"]


@pytest.mark.parametrize("form", [*TUPLES][:-1])
def test_a_field_keeps_its_old_name_for_who_is_not_known(unchanged_by: Program, form: str) -> None:
    use = "from lib import P\n\n\ndef read(p):\n    return p.old\n\n\n"
    use += "print(read(P(*[1, 2][:len(P._fields)])))\n"
    files = {"lib.py": TUPLES[form], "use.py": use}
    after = unchanged_by(files, rename=("lib.P.old", "new"), script="import use")
    assert [code for *_, code in after.refusals] == ["receiver-unknown"]


ENUMS = {
    "words": "from enum import Enum\nE = Enum('E', 'OLD B')\n",
    "a list": "import enum as e\nE = e.IntEnum('E', names=['B', 'OLD'], start=3)\n",
    "pairs": "from enum import Enum as Base\nE = Base('E', [('OLD', 1), ('B', 2)])\n",
    "a table": "from enum import Flag\nE = Flag('E', {'OLD': 1, 'B': 2})\n",
    "another name": "from enum import Enum as Base\n\n\nclass E(Base):\n    OLD = 1\n    B = 2\n",
}


@pytest.mark.parametrize("form", ENUMS)
def test_a_member_follows(unchanged_by: Program, form: str) -> None:
    use = "from lib import E\n\nprint(E.OLD.value, E['OLD'].value, E.OLD is E(E.OLD.value))\n"
    use += "print(getattr(E, 'OLD').value, E.OLD in [E.OLD])\n"
    files = {"lib.py": ENUMS[form], "use.py": use}
    after = unchanged_by(files, rename=("lib.E.OLD", "lib.E.NEW"), script="import use")
    assert not after.refusals
    assert "OLD" not in after.files["lib.py"] + after.files["use.py"]


REFUSED = {
    "a value made of the name": (
        "from enum import StrEnum\nE = StrEnum('E', 'old B')\n", "print(E.old)\n",
        "lib.py:2: what 'old' is depends on its name here",
    ),
    "an unknown reader": (
        "from enum import Enum\nE = Enum('E', 'old B')\n", "def f(e):\n    return e.old\nf(E)\n",
        "use.py:3: this may be 'old', which can't stay beside another name (lib.py:2)",
    ),
    "other names in their place": (
        "from collections import namedtuple\nE = namedtuple('E', 'old class', rename=True)\n",
        "print(E(1, 2).old)\n", "lib.py:2: what 'old' is depends on its name here",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_stands_against_it_is_refused(refused: Refused, case: str) -> None:
    lib, use, said = REFUSED[case]
    files = {"lib.py": lib, "use.py": f"from lib import E\n{use}"}
    assert said in refused(files, "rename", "lib.E.old", "lib.E.new")
