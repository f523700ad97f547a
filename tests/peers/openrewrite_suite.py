"""Five faults that were reported to OpenRewrite's Python recipes, each as three cases.

A case is what is before and what is after, with a line of dashes between.
"""

from collections.abc import Iterator
from textwrap import dedent

from tests.peers.cases import Case

_WORLD = {
    "pkg/__init__.py": "",
    "pkg/new.py": "class Name:\n    pass\n\n\nclass Other:\n    pass\n",
    "pkg/old.py": "from pkg.new import Name, Other\n",
}
_NAME, _LIST = {"pkg.old.Name": "pkg.new.Name"}, {"typing.List": "builtins.list"}
_FAULTS = {
    "an import before the docstring": (
        """\
        '''What it is.'''

        import pkg.old

        print(pkg.old.Name)
        ----
        '''What it is.'''

        import pkg.new

        print(pkg.new.Name)
        """,
        """\
        '''What it is.'''
        from pkg.old import Name, Other

        print(Name, Other, __doc__)
        ----
        '''What it is.'''
        from pkg.old import Other
        from pkg.new import Name

        print(Name, Other, __doc__)
        """,
        """\
        #!/usr/bin/env python
        '''What it is.'''
        from __future__ import annotations
        from pkg import old

        print(old.Name, old.Other)
        ----
        #!/usr/bin/env python
        '''What it is.'''
        from __future__ import annotations
        from pkg import old, new

        print(new.Name, old.Other)
        """,
    ),
    "uses that are left behind": (
        """\
        import pkg.old


        def make() -> pkg.old.Name:
            return [pkg.old.Name() for _ in '1'][0]
        ----
        import pkg.new


        def make() -> pkg.new.Name:
            return [pkg.new.Name() for _ in '1'][0]
        """,
        """\
        import pkg.old as o

        KNOWN = {o.Name: f'{o.Name}'}


        class Sub(o.Name):
            kind = o.Name
        ----
        import pkg.new as o

        KNOWN = {o.Name: f'{o.Name}'}


        class Sub(o.Name):
            kind = o.Name
        """,
        """\
        from pkg import old


        @old.Name
        def run(x=old.Name, *, y: old.Name = lambda: old.Name):
            return x
        ----
        from pkg import new


        @new.Name
        def run(x=new.Name, *, y: new.Name = lambda: new.Name):
            return x
        """,
    ),
    "an attribute or keyword of the same spelling": (
        """\
        from pkg.old import Name

        print(Name, dict(Name=1), object.Name)
        ----
        from pkg.new import Name

        print(Name, dict(Name=1), object.Name)
        """,
        """\
        import pkg.old


        def run(old, thing):
            return old.Name, thing.pkg.old.Name, pkg.old.Name
        ----
        import pkg.new


        def run(old, thing):
            return old.Name, thing.pkg.old.Name, pkg.new.Name
        """,
        """\
        from pkg.old import Name


        class Row:
            Name = 1

            def run(self, Name):
                return self.Name, Name


        print(Name)
        ----
        from pkg.new import Name


        class Row:
            Name = 1

            def run(self, Name):
                return self.Name, Name


        print(Name)
        """,
    ),
    "a nested import at the top": (
        """\
        def run():
            from pkg.old import Name

            return Name
        ----
        def run():
            from pkg.new import Name

            return Name
        """,
        """\
        class Row:
            def run(self):
                from pkg.old import Name, Other

                return Name, Other
        ----
        class Row:
            def run(self):
                from pkg.old import Other
                from pkg.new import Name

                return Name, Other
        """,
        """\
        import typing

        if typing.TYPE_CHECKING:
            from pkg.old import Name


        def run(x: 'Name'):
            import pkg.old

            return pkg.old.Name
        ----
        import typing

        if typing.TYPE_CHECKING:
            from pkg.new import Name


        def run(x: 'Name'):
            import pkg.new

            return pkg.new.Name
        """,
    ),
    "an import of a builtin": (
        """\
        from typing import List

        x: List[int] = []
        ----
        x: list[int] = []
        """,
        """\
        import typing

        x: typing.List[int] = []
        ----
        x: list[int] = []
        """,
        """\
        from typing import Any, List


        def run(x: List[Any]) -> List[int]:
            return x
        ----
        from typing import Any


        def run(x: list[Any]) -> list[int]:
            return x
        """,
    ),
}


def cases() -> Iterator[Case]:
    """Three cases of each fault."""
    for fault, texts in _FAULTS.items():
        renames = _LIST if "builtin" in fault else _NAME
        for number, text in enumerate(texts, 1):
            before, after = dedent(text).split("----\n")
            files = {**_WORLD, "app.py": before}
            yield Case(f"{fault} {number}", files, renames, {"app.py": after})
