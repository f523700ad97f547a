"""Types in quotes are code like any other, as long as they can be written there."""

from collections.abc import Callable
from typing import Any

import pytest

LIST = ("typing.List[$T]", "list[$T]")
CLIENT = ("lib.Client", "lib.Session")
LIB = "class Client: ...\nclass Session: ...\n"


@pytest.mark.parametrize(
    ("code", "rule", "new"),
    [
        (
            "from typing import List\ndef f(x: 'List[int]') -> 'dict[str, List[List[int]]]': ...\n",
            LIST,
            "def f(x: 'list[int]') -> 'dict[str, list[list[int]]]': ...\n",
        ),
        (
            "from typing import List, cast\ncast(' List[int]', x)\ncast(typ='List[int]', val=x)\n",
            LIST,
            "from typing import cast\ncast(' list[int]', x)\ncast(typ='list[int]', val=x)\n",
        ),
        ("import typing\nx: '''typing.List[int]'''\n", LIST, "x: '''list[int]'''\n"),
        (
            "from __future__ import annotations\nimport lib\nx: 'lib.Client | None'\n",
            CLIENT,
            "from __future__ import annotations\nimport lib\nx: 'lib.Session | None'\n",
        ),
        (
            'if TYPE_CHECKING:\n    from lib import Client\ny: "Client"\n',
            CLIENT,
            'if TYPE_CHECKING:\n    from lib import Session\ny: "Session"\n',
        ),
        (
            "import typing\ny: 'typing.Tuple[int, ...]'\n",
            ("typing.Tuple[$$$T]", "tuple[$$$T]"),
            "y: 'tuple[int, ...]'\n",
        ),
        ("import typing\nx: typing.List['typing.List[int]']\n", LIST, "x: list['list[int]']\n"),
        (
            "import typing\nx: dict['typing.List[\"A\"]', typing.List['B']]\n",
            LIST,
            "x: dict['list[\"A\"]', list['B']]\n",
        ),
        (
            "import typing\nx: \"typing.List['typing.List[A]']\"\ny: \"dict['typing.List[A]']\"\n",
            LIST,
            "x: \"list['list[A]']\"\ny: \"dict['list[A]']\"\n",
        ),
        (
            "from typing import Optional\nx: 'Optional[A]'\n",
            ("typing.Optional[$T]", "$T | None"),
            "x: 'A | None'\n",
        ),
    ],
)
def test_a_quoted_type_follows(
    replace: Callable[..., Any], code: str, rule: tuple[str, str], new: str
) -> None:
    done = replace({"lib.py": LIB, "use.py": code}, rule)
    assert (done.files, done.refused) == ({"use.py": new}, [])


def test_what_is_in_the_quotes_follows_where_the_code_around_can_not(
    replace: Callable[..., Any],
) -> None:
    code = "from typing import List, Optional\nx: Optional['List[A]']\ny: Optional['A']\n"
    done = replace({"use.py": code}, LIST, ("typing.Optional[$T]", "$T | None"))
    assert done.files == {
        "use.py": "from typing import Optional\nx: Optional['list[A]']\ny: Optional['A']\n"
    }
    assert done.refused == ["use.py:2 no-type", "use.py:3 no-type"]


@pytest.mark.parametrize("quote", ["", "'"])
@pytest.mark.parametrize(
    "code",
    [
        "type X = {}\n",
        "type X[T: {}] = int\n",
        "class A[T: {}]: ...\n",
        "class A[T = {}]: ...\n",
        "def f[T: {}](): ...\n",
    ],
)
def test_types_of_newer_syntax_follow(replace: Callable[..., Any], code: str, quote: str) -> None:
    old, new = (code.format(f"{quote}{text}{quote}") for text in ("typing.List[int]", "list[int]"))
    done = replace({"use.py": f"import typing\n{old}x: typing.Any\n"}, LIST)
    assert done.files == {"use.py": f"import typing\n{new}x: typing.Any\n"}


@pytest.mark.parametrize(
    "code",
    [
        "import typing\nx = 'typing.List[int]'\n",
        "import typing\nx: typing.Literal['typing.List[int]']\n",
        "import typing\nx: 'typing.Literal[\"typing.List[int]\"]'\n",
        "import typing\nx: 'other.typing.List[int]'\n",
        "class typing: ...\nx: 'typing.List[int]'\n",
        "import typing\nx: 'typing.List[int'\n",
        "import typing\nx: 'typing.List' '[int]'\n",
    ],
)
def test_a_string_that_is_no_type_stays(replace: Callable[..., Any], code: str) -> None:
    done = replace({"use.py": code}, LIST)
    assert (done.files, done.refused) == ({}, [])


@pytest.mark.parametrize(
    ("code", "rule", "refused"),
    [
        (
            "import typing\nx: 'typing.List[int]'\n",
            ("typing.List[$T]", "typing.Annotated[list[$T], 'x']"),
            "use.py:2 layout-unusual",
        ),
        # A string has no `|`: this would end the import, or the evaluation of the type.
        (
            "from typing import Optional\nx: Optional['A']\n",
            ("typing.Optional[$T]", "$T | None"),
            "use.py:2 no-type",
        ),
        (
            "from typing import Optional\nx: 'Optional[\"A\"]'\n",
            ("typing.Optional[$T]", "None | $T"),
            "use.py:2 no-type",
        ),
    ],
)
def test_a_type_that_would_be_none_is_listed(
    replace: Callable[..., Any], code: str, rule: tuple[str, str], refused: str
) -> None:
    done = replace({"use.py": code}, rule)
    assert (done.files, done.refused) == ({}, [refused])
