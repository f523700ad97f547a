import pytest
from hypothesis import given
from hypothesis import strategies as st

from onepath.facts.prefilter.modules import ModuleNeedles
from onepath.facts.prefilter.words import Needles

NEEDLES = ModuleNeedles.of(["manager"], ["pkg", "alias"])

MEANT = [
    "import pkg.manager",
    "import pkg . manager",
    "import pkg.\\\n  manager",
    "import top.pkg.manager as m",
    "from pkg.manager import Manager",
    "from pkg import manager",
    "from pkg import other, manager as m",
    "from pkg import (\n    other,  # (not this)\n    # nor this )\n    manager,\n)",
    "from pkg import(manager)",
    "from pkg import \\\n    other, \\\n    manager",
    "from pkg import other; from pkg import manager",
    "import pkg\npkg.manager.run()",
    "import pkg as alias\nalias.manager.run()",
    "import pkg\n(pkg).manager.run()",
    "import pkg\n(pkg\n  # the old one\n  .manager)",
    "import pkg\n(pkg  # the old one\n  .manager)",
    "import pkg\ngetattr(pkg, 'manager')",
    "patch('pkg.manager.run')",
    "patch('pkg:manager')",
    "patch('pkg.'\n  'manager.run')",
    "patch('pkg' '.manager.run')",
    "import_module('.manager', 'pkg')",
    '"""We import (see below\n"""\nfrom pkg import (manager)',
    "from pkg import a\rfrom pkg import (  # one)\r    manager)",
    "from pkg import (  # we import\n    # and import (the rest\n    manager,\n)",
    "from pkg import (importlib, reimport,\n    manager)",
    "import pkg\nfrom manager import Manager",
    "import pkg\nfrom .manager import Manager",
    "import pkg\npatch.object(pkg, 'manager')",
    "import pkg\npatch.object(pkg, (b'manager'))",
    "import pkg\npatch.object(pkg,  # the module\n    'manager')",
    "import pkg\npatch.object(pkg, 'manager'  # the module\n)",
    "import pkg\nsetattr(pkg, 'manager', None)",
    "import pkg\ngetattr(pkg, 'other' if x else 'manager')",
    "import pkg\ngetattr(pkg, 'manager' if x else 'other')",
    "import pkg\npatch.object(target=pkg, attribute = 'manager')",
    "import pkg\ngetattr(pkg, name := 'manager')",
    "import pkg\nimport_module('manager')",
    "import pkg\n__import__( 'manager' )",
    "import pkg\npatch('manager.run')",
    "import pkg\npatch('manager:run')",
    "import pkg\npatch('manager' \n  '.run')",
    "import pkg\npatch('manager' f'.{run}')",
    "import pkg\npatch('' 'manager')",
    "import pkg\npatch('manager\\\n.run')",
]
NOT_MEANT = [
    "",
    "import pkg",
    "manager = pkg.create()",
    "import pkg\ndef run(manager):\n    self.manager.send(manager)",
    "from pkg import create as make\nmanager = make()\n",
    "from pkg import create  # the manager\n",
    "import pkg.managers",
    "import other.manager",
    "from other import manager",
    "import pkg\nx.manager = pkg\n",
    "import pkg\nrun('manager')",
    "import pkg\nrun(role='manager')",
    "import pkg\nx = 'manager'",
    "import pkg\nx['manager'] == 'manager'",
    "import pkg\nx = {'role': 'manager', 'manager': 1}",
    "import pkg\nx = ['other', 'manager']",
    "import pkg\nx = 'manager is here'",
    "import pkg\nx = '''manager is here'''",
    "import pkg\nimportlib.reload(manager)",
    "import pkg  # we import it\nmanager = 1",
]


@pytest.mark.parametrize("text", NOT_MEANT)
def test_a_variable_of_the_same_name_does_not_hit(text: str) -> None:
    assert not NEEDLES.hit(text.encode())


@pytest.mark.parametrize("text", MEANT)
def test_every_way_to_mean_the_module_hits(text: str) -> None:
    assert NEEDLES.hit(text.encode())


GAPS = st.sampled_from(["", " ", "\t", "\\\n", " \\\r\n "])
LINES = st.sampled_from(["x = 1", "manager = 2", "'import ('", "# import (pkg", "f(a, manager)"])


@given(GAPS, GAPS, st.lists(LINES, max_size=4), st.lists(LINES, max_size=2))
def test_neither_blanks_nor_what_is_around_hide_an_import(
    before: str, after: str, above: list[str], below: list[str]
) -> None:
    imports = [
        f"import pkg{before}.{after}manager",
        f"from pkg{before}.{after}manager import x",
        f"from pkg import{before or ' '}manager",
        f"from pkg import ({before}a,{after}manager)",
    ]
    for one in imports:
        assert NEEDLES.hit("\n".join([*above, one, *below]).encode())


def test_digest_depends_on_modules_and_packages() -> None:
    others = [ModuleNeedles.of(["manager"], ["pkg"]), ModuleNeedles.of(["pkg"], ["manager"])]
    assert len({NEEDLES.digest, *(one.digest for one in others)}) == 3
    assert ModuleNeedles.of(["manager"], ["alias", "pkg"]).digest == NEEDLES.digest


def test_fewer_modules_in_fewer_packages_are_within() -> None:
    both = ModuleNeedles.of(["manager", "other"], ["pkg", "alias"])
    assert NEEDLES.within(both)
    assert not both.within(NEEDLES)
    assert NEEDLES.within(Needles.of(["manager", "x"]))
    assert NEEDLES.within(Needles.of(["pkg", "alias"]))
    assert not NEEDLES.within(Needles.of(["pkg"]))
