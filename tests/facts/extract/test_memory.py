"""A tree is let go as soon as its facts are read: files are read with the collector off."""

import ast
import gc

import pytest

from onepath.facts.extract.file import extract_raw
from onepath.facts.store.collecting import without_collecting

PLAIN = b"import a\n\nclass C(a.B):\n    def f(self, x=a.y):\n        return [a.z for a.w in x]\n"
COMPOSED = b"""from unittest.mock import patch
PACKAGE = "pkg"
MODULE = f"{PACKAGE}.mod"

class C:
    target = MODULE + ".Name"

    def test(self):
        with patch(f"{MODULE}.Name"), patch("%s.Other" % self.target):
            pass
"""
NAMED = b"""import importlib
TABLE = {"A": ".a", "B": ".b"}

def __getattr__(name):
    for key, module in TABLE.items():
        if key == name:
            return getattr(importlib.import_module(f"{__package__}{module}"), key)
    raise AttributeError(name)
"""


@pytest.mark.parametrize("data", [PLAIN, COMPOSED, NAMED, b"def broken(:\n"])
def test_nothing_of_a_tree_outlives_the_facts(data):
    def nodes() -> int:
        return sum(isinstance(one, ast.AST) for one in gc.get_objects())

    extract_raw(data)  # what is made once and for all
    gc.collect()
    with without_collecting():
        before = nodes()
        extract_raw(data)
        assert nodes() == before
