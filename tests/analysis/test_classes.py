"""Who is a candidate for a role, and what each one turns out to be."""

from collections.abc import Callable, Iterable
from typing import get_args

import pytest

from onepath.analysis.classes import RoleVerdict, candidates, role_classes
from onepath.analysis.factories.construction import factories
from onepath.analysis.factories.factory import makers
from onepath.analysis.index import Index
from onepath.analysis.interfaces import EXTRA, MISSING, SAME, compare_interfaces, matrix
from onepath.config.settings import CanonicalSymbol, Settings

METHODS = "".join(
    f"    def {name}(self, peer):\n        return peer\n"
    for name in ("attach_peer", "detach_peer", "fan_out", "replay_lost")
)
BASE = "class HubBase:\n    def settle(self):\n        return 1\n"
KINDS = f"""
import enum
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol
from unittest.mock import MagicMock

from pkg.hub import Hub


class HubMode(Enum):
    PLAIN = 1


class HubState(enum.Enum):
    PLAIN = 1


class HubLike(Protocol):
{METHODS}

class FakeHub:
{METHODS}

class HubDouble(MagicMock):
    pass


class HubError(ValueError):
    pass


class HubGone(HubError):
    pass


@dataclass(frozen=True)
class HubStats:
    peers: int


class HubPlace(NamedTuple):
    peers: int


class LoudHub(Hub):
    pass


class UsbHub:
    def plug(self):
        return 1


class HubFactory:
    def create(self):
        return Hub()


class Switchboard:
{METHODS}

OldHub = Hub
"""
SETTINGS = Settings(canonical=(CanonicalSymbol("pkg.hub.Hub"),))

MakeIndex = Callable[..., Index]


def world(make_index: MakeIndex, **files: str) -> Index:
    return make_index(
        {
            "pkg/__init__.py": "",
            "pkg/hub.py": f"class Hub:\n{METHODS}",
            **{f"{name.replace('__', '/')}.py": text for name, text in files.items()},
        },
        SETTINGS,
    )


def test_a_canonical_symbol_that_is_no_class_has_no_candidates(make_index: MakeIndex) -> None:
    settings = Settings(canonical=(CanonicalSymbol("pkg.hub"), CanonicalSymbol("pkg.hub.make")))
    index = make_index({"pkg/__init__.py": "", "pkg/hub.py": "def make():\n    pass\n"}, settings)
    assert role_classes(index) == ()
    assert [candidates(index, one) for one in index.canonical] == [()]
    assert [factories(index, one) for one in index.canonical] == [()]


def test_every_kind_of_candidate_is_told_apart(make_index: MakeIndex) -> None:
    index = world(
        make_index,
        pkg__base=BASE,
        pkg__hub=f"from pkg.base import HubBase\n\nclass Hub(HubBase):\n{METHODS}",
        pkg__kinds=KINDS,
        tests__test_hub=f"class HubForTests:\n{METHODS}",
    )
    canonical = index.canonical[0]
    making = makers(factories(index, canonical))
    found = {one.name: one.verdict for one in candidates(index, canonical, making)}
    assert found == {
        "HubMode": "enum",
        "HubState": "enum",
        "HubLike": "protocol",
        "FakeHub": "mock",
        "HubDouble": "mock",
        "HubError": "exception",
        "HubGone": "exception",
        "HubStats": "data",
        "HubPlace": "data",
        "LoudHub": "subclass",
        "UsbHub": "namesake",
        "HubFactory": "factory",
        "HubBase": "base",
        "Switchboard": "implementation",
        "OldHub": "alias",
        "HubForTests": "test",
    }
    assert set(found.values()) == set(get_args(RoleVerdict))


def test_the_canonical_class_is_no_candidate_for_its_own_role(make_index: MakeIndex) -> None:
    index = world(make_index)
    assert candidates(index, index.canonical[0]) == ()


def test_two_classes_of_one_name_in_one_file_keep_their_methods_apart(
    make_index: MakeIndex,
) -> None:
    text = f"class Board:\n{METHODS}\n\nclass Board:\n    def plug(self):\n        return 1\n"
    index = world(make_index, pkg__board=text)
    assert index.classes["pkg/board.py", "Board"].interface == {"plug"}
    assert candidates(index, index.canonical[0]) == ()


def test_role_patterns_match_in_any_case(make_index: MakeIndex) -> None:
    index = world(make_index, pkg__other="class myHUBthing:\n    pass\n")
    assert [one.verdict for one in candidates(index, index.canonical[0])] == ["namesake"]


def test_the_matrix_has_a_cell_for_every_method_and_class(make_index: MakeIndex) -> None:
    other = (
        "class Switchboard:\n"
        "    async def attach_peer(self, peer): ...\n"
        "    def detach_peer(self, peer): ...\n"
        "    def fan_out(self, peer): ...\n"
        "    def replay_lost(self, peer): ...\n"
        "    def count(self): ...\n"
    )
    few = (
        "class SmallHub:\n"
        "    def attach_peer(self, peer): ...\n"
        "    def fan_out(self, peer): ...\n"
        "    def replay_lost(self): ...\n"
    )
    index = world(make_index, pkg__other=other, pkg__few=few)
    found = matrix(index, index.canonical[0])
    assert found.reference == ("pkg/hub.py", "Hub")
    assert found.methods == ("attach_peer", "count", "detach_peer", "fan_out", "replay_lost")
    cells = {
        column.place[1]: [found.cell(name, column) for name in found.methods]
        for column in found.columns
    }
    assert cells == {
        "SmallHub": [SAME, "", MISSING, SAME, "without peer"],
        "Switchboard": ["async", EXTRA, SAME, SAME, SAME],
    }


def test_any_two_classes_can_be_compared_either_way(make_index: MakeIndex) -> None:
    index = world(make_index, pkg__usb="class UsbHub:\n    def plug(self):\n        return 1\n")
    hub, usb = index.classes["pkg/hub.py", "Hub"], index.classes["pkg/usb.py", "UsbHub"]
    there, back = (
        compare_interfaces(index, hub, usb, required=("plug", "count")),
        compare_interfaces(index, usb, hub),
    )
    assert (len(there.missing), len(there.extra)) == (4, 1)
    assert (len(back.missing), len(back.extra)) == (1, 4)
    assert there.lacking == ("count",)


def methods_of(names: Iterable[str]) -> str:
    return "".join(f"    def {name}(self):\n        return 1\n" for name in names) or "    pass\n"


SHARED = ("attach_peer", "detach_peer", "fan_out", "replay_lost")


@pytest.mark.parametrize(
    ("name", "shared", "own", "verdict"),
    [
        ("Switchboard", 4, 0, "implementation"),
        ("Switchboard", 4, 2, "implementation"),
        ("Switchboard", 4, 4, ""),  # the other half weighs more: nobody else has it
        ("Switchboard", 3, 0, ""),
        ("WideHub", 3, 0, "implementation"),
        ("WideHub", 3, 4, "implementation"),
        ("WideHub", 3, 5, "namesake"),
        ("WideHub", 2, 0, "namesake"),
    ],
)
def test_how_much_a_class_must_share(
    make_index: MakeIndex, name: str, shared: int, own: int, verdict: str
) -> None:
    hub = [*SHARED, *(f"hub_{number}" for number in range(own))]
    other = [*SHARED[:shared], *(f"other_{number}" for number in range(own))]
    index = make_index(
        {
            "pkg/__init__.py": "",
            "pkg/hub.py": f"class Hub:\n{methods_of(hub)}",
            "pkg/other.py": f"class {name}:\n{methods_of(other)}",
        },
        SETTINGS,
    )
    found = {one.name: one.verdict for one in candidates(index, index.canonical[0])}
    assert found == ({name: verdict} if verdict else {})


@pytest.mark.parametrize(("others", "is_found"), [(18, True), (19, False)])
def test_methods_that_many_classes_have_say_nothing(
    make_index: MakeIndex, others: int, *, is_found: bool
) -> None:
    common = "\n".join(f"class One{number}:\n{methods_of(SHARED[:1])}" for number in range(others))
    index = world(make_index, pkg__other=f"class Switchboard:\n{METHODS}", pkg__common=common)
    found = [one.name for one in candidates(index, index.canonical[0])]
    assert found == (["Switchboard"] if is_found else [])
