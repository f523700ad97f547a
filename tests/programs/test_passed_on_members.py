"""Objects that pass on what they do not have, and functions that are called by names from data."""

import pytest
from tests.programs.conftest import Program, Refused

LIB = "class C:\n    def old(self):\n        return 1\n"
PASSING = {
    "what it lacks": (
        "    def __getattr__(self, name):\n        return getattr(self._inner, name)\n"
    ),
    "everything": (
        "    def __getattribute__(self, name):\n"
        "        return getattr(object.__getattribute__(self, '_inner'), name)\n"
    ),
}
PROXY = """\
from lib import C


class Proxy:
    def __init__(self, inner):
        self._inner = inner

{0}

class Below(Proxy):
    pass


class Own(Proxy):
    def old(self):
        return 2


def read(proxy: Proxy, below: Below):
    return proxy.old(), below.old()


print(read(Proxy(C()), Below(C())), Proxy(C()).old(), {1})
"""


@pytest.mark.parametrize("passing", PASSING)
def test_who_passes_it_on_is_listed(unchanged_by: Program, passing: str) -> None:
    has_own = passing == "what it lacks"
    use = PROXY.format(PASSING[passing], "Own(C()).old()" if has_own else 1)
    after = unchanged_by({"lib.py": LIB, "use.py": use}, rename=("lib.C.old", "new"),
                         script="import use")  # fmt: skip
    assert {code for *_, code in after.refusals} == {"receiver-unknown"}
    assert "old = new" in after.files["lib.py"]
    assert len({line for path, line, _ in after.refusals if path == "use.py"}) == 2


CALLED = {
    "from a table": "call(parse, {'text': 1})",
    "from a table of tables": "TABLE = {'a': {'text': 1}}\ncall(parse, TABLE['a'])",
}
PARSE = "def parse(text):\n    return text\n\n\ndef other(text):\n    return text\n\n\n"
CALL = "def call(function, values):\n    return function(**values)\n"


@pytest.mark.parametrize("how", CALLED)
def test_a_table_may_give_what_is_handed_on_its_keywords(refused: Refused, how: str) -> None:
    files = {"lib.py": PARSE + CALL, "use.py": f"from lib import *\n\n{CALLED[how]}\n"}
    said = refused(files, "rename", "lib.parse.text", "source")
    assert "use.py:3: 'text' may be given from here" in said


@pytest.mark.parametrize(
    "use", ["call(other, {'text': 1})\nparse(text=2)", "def run():\n    call(parse, {'a': 1})"]
)
def test_what_is_not_handed_on_or_not_named_is_not(unchanged_by: Program, use: str) -> None:
    files = {"lib.py": PARSE + CALL, "use.py": f"from lib import *\n\n{use}\n"}
    after = unchanged_by(files, rename=("lib.parse.text", "source"), script="import use")
    assert "def parse(source)" in after.files["lib.py"]


def test_a_class_that_is_pickled_is_listed(unchanged_by: Program) -> None:
    lib = "import pickle\n\n\nclass Old:\n    pass\n\n\n"
    lib += "def save(file):\n    pickle.dump(Old(), file)\n"
    rename = ("lib.Old", "lib.New")
    after = unchanged_by({"lib.py": lib}, rename=rename, script="import lib")
    assert after.refusals == (("lib.py", 4, "pickled"),)


SETTING = """\
class Field: ...


class Meta(type):
    def __new__(mcs, name, bases, namespace):
        fields = [one for one, value in namespace.items() if isinstance(value, Field)]
        return super().__new__(mcs, name, bases, {**namespace, "fields": fields})


class Base(metaclass=Meta):
    def __init__(self, **values):
        for one in self.fields:
            setattr(self, one, values.get(one))


class Model(Base):
    old = Field()
"""
PLAIN = """\
class Base:
    def __init__(self, old=1, **values):
        self.given = old


class Model(Base):
    def old(self):
        return self.given
"""


def test_what_a_constructor_sets_by_its_keywords_is_refused(refused: Refused) -> None:
    use = "from lib import Model\n\nprint(Model(old=1).old)\n"
    said = refused({"lib.py": SETTING, "use.py": use}, "rename", "lib.Model.old", "new")
    assert "use.py:3: 'Model' may set 'old' by this keyword" in said


def test_a_parameter_of_the_same_name_is_another_thing(unchanged_by: Program) -> None:
    use = "from lib import Model\n\nprint(Model(old=3).old())\n"
    files = {"lib.py": PLAIN, "use.py": use}
    after = unchanged_by(files, rename=("lib.Model.old", "new"), script="import use")
    assert "Model(old=3).new()" in after.files["use.py"]
