"""Members that keep their old name beside the new one, in classes of any layout."""

import pytest
from tests.programs.conftest import Program

USE = "from lib import C\n\n\ndef read(c):\n    return c.old\n\n\nprint(read(C()))\n"
LAYOUTS = {
    "tabs": "class C:\n\told = 1\n\n\tdef go(self):\n\t\treturn self.old\n",
    "tabs, a method": "class C:\n\t@property\n\tdef old(self):\n\t\treturn 1\n",
    "tabs, of instances": "class C:\n\tdef __init__(self):\n\t\tself.old = 1\n",
    "two blanks": "class C:\n  def __init__(self): self.old = 1\n",
    "one line": "class C: old = 1  # one; old\n",
    "one line of several": "class C: x = 2; old = 1; y = 3\n",
    "a line of several": "class C:\n    x = 2; old = 1; y = 3\n",
    "a block": "class C:\n\tif True:\n\t\told = 1\n",
    "no line end": "class C:\n\told = 1",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_member_keeps_its_old_name(unchanged_by: Program, layout: str) -> None:
    files = {"lib.py": LAYOUTS[layout], "use.py": USE}
    after = unchanged_by(files, rename=("lib.C.old", "lib.C.new"), script="import use")
    assert [code for *_, code in after.refusals] == ["receiver-unknown"]
    assert "    " not in after.files["lib.py"] or "\t" not in LAYOUTS[layout]
