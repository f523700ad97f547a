"""What is read of a function, and what counts as a way to an instance."""

from collections.abc import Callable

import pytest

from onepath.analysis.factories.construction import factories
from onepath.analysis.factories.factory import Factory, signature
from onepath.analysis.index import Index
from onepath.analysis.places import class_name
from onepath.config.settings import CanonicalSymbol, Settings

HUB = "class Hub:\n    def __init__(self, user=None):\n        self.user = user\n"

MakeIndex = Callable[..., Index]


def found(make_index: MakeIndex, text: str, hub: str = HUB, **files: str) -> dict[str, Factory]:
    every = {"pkg/__init__.py": "", "pkg/hub.py": hub, "pkg/make.py": text}
    every |= {f"{name}.py": content for name, content in files.items()}
    settings = Settings(canonical=(CanonicalSymbol("pkg.hub.Hub"),))
    index = make_index(every, settings)
    return {one.name: one for one in factories(index, index.canonical[0])}


@pytest.mark.parametrize(
    "body",
    [
        "return None",
        "hub = Hub(); return hub.user",
        "hub = Hub(); hub.user = 1",
        "return [Hub()]",
        "return unknown(Hub)",
        "return Hub",
        "def inner():\n        return Hub()\n    return inner",
        "return (lambda: Hub())",
    ],
)
def test_what_gives_no_instance_is_no_factory(make_index: MakeIndex, body: str) -> None:
    assert found(make_index, f"from pkg.hub import Hub\n\ndef make():\n    {body}\n") == {}


@pytest.mark.parametrize(
    "body",
    [
        "return Hub()",
        "return (Hub())",
        "return Hub() or None",
        "return None if quiet else Hub()",
        "return cast('Hub', Hub())",
        "return loop.run_until_complete(Hub())",
        "hub = Hub(); return hub",
        "hub: Hub = Hub(); return hub",
        "if (hub := Hub()): return hub",
        "cls = Hub; return cls()",
        "from pkg import hub; return hub.Hub()",
        "hubs[1] = Hub(); return hubs[1]",
        "hubs[1] = Hub(); return hubs.get(1)",
        "return hubs.setdefault(1, Hub())",
        "yield Hub()",
        "with Hub() as hub: return hub",
    ],
)
def test_every_way_of_giving_an_instance_is_read(make_index: MakeIndex, body: str) -> None:
    text = f"from pkg.hub import Hub\n\nhubs = {{}}\n\n\ndef make(quiet=0):\n    {body}\n"
    assert found(make_index, text)["make"].kind == "function_factory"


def test_names_that_go_round_in_a_cycle_are_read_to_an_end(make_index: MakeIndex) -> None:
    text = (
        "from pkg.hub import Hub\n\ndef make(n):\n    a = b = Hub()\n    a = b\n    b = a\n"
        "    c = c.d\n    c.d = c\n    return c.x() if n else a\n\n"
        "def one():\n    return two() or Hub()\n\n\ndef two():\n    return one()\n"
    )
    assert set(found(make_index, text)) == {"make", "one", "two"}


def test_a_factory_that_is_reached_by_its_import_alone_is_followed(make_index: MakeIndex) -> None:
    outer = "from pkg.make import make\n\ndef outer():\n    return make()\n"
    inner = "def far():\n    from outer import outer as inner\n    return inner()\n"
    text = "from pkg.hub import Hub\n\ndef make():\n    return Hub()\n"
    ways = found(make_index, text, outer=outer, inner=inner)
    assert {name: one.forwards_to for name, one in ways.items()} == {
        "make": ("Hub",),
        "outer": ("make",),
        "far": ("outer",),
    }


def test_what_a_factory_keeps_is_told(make_index: MakeIndex) -> None:
    text = (
        "from pkg.hub import Hub\n\nhubs = {}\n\n\ndef make(user):\n"
        "    if user not in hubs:\n        hubs[user] = Hub(user)\n    return hubs[user]\n"
    )
    one = found(make_index, text)["make"]
    assert (one.kind, one.beyond) == ("function_factory", ("branches", "keeps it in hubs"))


def test_what_a_context_manager_gives_is_an_instance(make_index: MakeIndex) -> None:
    text = "from pkg.hub import Hub\n\nclass Use:\n    def __enter__(self):\n        return Hub()\n"
    assert found(make_index, text)["Use.__enter__"].kind == "class_factory"


def test_an_instance_of_a_subclass_is_an_instance(make_index: MakeIndex) -> None:
    text = (
        "from pkg.hub import Hub\n\nclass Loud(Hub):\n    pass\n\ndef make():\n    return Loud()\n"
    )
    assert found(make_index, text)["make"].forwards_to == ("Loud",)


def test_a_definition_that_is_not_utf8_or_is_indented_by_tabs_is_read(
    make_index: MakeIndex,
) -> None:
    text = (
        "from pkg.hub import Hub\n\nif 1:\n\tclass Maker:\n\t\tdef make(self):\n"
        '\t\t\t"""\nde\u00e9dented\n"""\n\t\t\treturn Hub()\n'
    )
    assert found(make_index, text)["Maker.make"].kind == "class_factory"


def test_calls_are_found_in_a_function_that_calls_very_much(make_index: MakeIndex) -> None:
    text = "from pkg.hub import Hub\n\nclass Maker:\n    def make(self):\n        return Hub()\n"
    calls = "".join(f"    call_{number}()\n" for number in range(100))
    user = f"from pkg.make import Maker\n\ndef use(maker: Maker):\n{calls}    maker.make()\n"
    one = found(make_index, text, user=user)["Maker.make"]
    assert (one.calls, one.files) == (1, 1)


def test_a_signature_is_written_with_its_marks(make_index: MakeIndex) -> None:
    text = (
        "def f(a, /, b, c=1, *d, e, f=2, **g): ...\ndef g(a, *, b): ...\ndef h(a, /): ...\nx = 1\n"
    )
    index = make_index({"a.py": text})
    shown = {name: signature(one) for name, one in index.definitions("a.py").items()}
    assert shown == {
        "f": "(a, /, b, c=1, *d, e, f=2, **g)",
        "g": "(a, *, b)",
        "h": "(a, /)",
        "x": "",
    }


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        ("", ""),
        ("Hub", "Hub"),
        ('"pkg.Hub"', "pkg.Hub"),
        ("Optional[Hub]", "Hub"),
        ('Optional["Hub"]', "Hub"),
        ("Hub | None", "Hub"),
        ("None | Hub", "Hub"),
        ("Hub | Other", ""),
        ("list[Hub]", ""),
        ("type[Hub]", ""),
    ],
)
def test_the_class_of_an_annotation(annotation: str, name: str) -> None:
    assert class_name(annotation) == name
