"""Classes that come and go make methods rarer or not: roles stand where that changes nothing."""

import random
from collections.abc import Iterator

import pytest
from tests.audit.test_dependencies import Audits, Files, without

from onepath.codemod.packs.configuration import parse_config
from onepath.config.migrate_toml import settings
from onepath.facts.store.cache import FactsCache

METHODS = ("attach", "detach", "deliver", "drain", "close", "status")
WANTED = settings(
    parse_config('schema = 1\n[imports]\n"app.old.Hub" = "app.hub.Hub"\n', "migrate.toml")
)


def a_class(name: str, methods: tuple[str, ...], base: str = "") -> str:
    lines = "".join(f"    def {method}(self): ...\n" for method in methods)
    return f"class {name}{base}:\n    x = 1\n{lines}"


def code() -> Files:
    """A role, look-alikes of it that share more or less, and classes around the limit of 20."""
    files = {
        "app/__init__.py": "",
        "app/hub.py": a_class("Hub", METHODS),
        "app/old.py": a_class("Hub", (*METHODS[:4], "other")),
        "app/base.py": a_class("Base", ("close",)) + a_class("Plain", ("walk",)),
        "app/derived.py": "from app.base import Base, Plain\n"
        + a_class("One", ("run",), "(Base)")
        + a_class("Two", ("run",), "(Plain)"),
        "app/using.py": "from app.hub import Hub\n\n\ndef use():\n    return Hub().attach()\n",
    }
    for number in range(2, 6):
        own = tuple(f"own{letter}" for letter in "abcdefg"[: 3 * (number - 2)])
        files[f"app/like{number}.py"] = a_class(f"Like{number}", METHODS[:number] + own)
        files[f"app/hub{number}.py"] = a_class(f"MyHub{number}", METHODS[2 : 2 + number] + own)
    for number in range(12):
        files[f"app/plain{number}.py"] = a_class(f"Plain{number}", ("close", "walk"))
    files["app/many.py"] = "".join(a_class(f"Many{number}", ("walk",)) for number in range(400))
    return files


CODE = code()


def changed(dice: random.Random) -> Files:
    """The code after a class or two came to be or are gone."""
    files = dict(CODE)
    for number in range(dice.choice((1, 1, 1, 2, 4))):
        folder = dice.choice(("app", "app", "app/tests", "app/more"))
        if dice.random() < 0.3:
            path = dice.choice([path for path in files if "plain" in path or "like" in path])
            files = dict(without(files, path))
            continue
        count = dice.choice((0, 1, 1, 2, 3, 4))
        methods = ("run", *dice.sample((*METHODS, "walk", "owna"), count))
        base = dice.choice(("", "", "", "(Base)", "(Plain)", "(Known)", "(Hub)", "(Hub, Base)"))
        name = dice.choice(("Quite", "Quite", "Quite", "HubOfMine"))
        imports = "from app.base import Base, Plain\nfrom app.hub import Hub\n"
        known = a_class("Known", methods[:2], dice.choice(("", "(Plain)")))
        text = imports + known + a_class(f"{name}{number}", methods, base)
        if dice.random() < 0.3:
            files["app/derived.py"] += text
        else:
            files[f"{folder}/new{number}.py"] = text
    return files


@pytest.fixture(scope="module")
def audits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audits]:
    with FactsCache(tmp_path_factory.mktemp("cache")) as cache:
        audits = Audits(tmp_path_factory.mktemp("empty"), cache)
        audits.whole(CODE, WANTED, KEY)
        yield audits


KEY = "constructor-divergence/counted"


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in range(20))])
def test_what_comes_and_goes_is_followed_to_what_a_whole_audit_finds(
    audits: Audits, seed: int
) -> None:
    dice = random.Random(seed)
    worlds = [changed(dice) for _ in range(40)]
    for world in worlds:
        audits.check(KEY, world, WANTED)
    outcomes = [audits.followed(KEY, world, WANTED) is not None for world in worlds]
    assert 0 < sum(outcomes) < len(worlds)


def test_an_ordinary_class_is_followed_and_one_that_makes_a_method_common_is_not(
    audits: Audits,
) -> None:
    def is_followed(text: str) -> bool:
        world = {**CODE, "app/new.py": text}
        audits.check(KEY, world, WANTED)
        return audits.followed(KEY, world, WANTED) is not None

    having = sum("def close(" in text for text in CODE.values()) + 1  # one inherits it
    assert having < 20
    classes = [a_class(f"New{number}", ("close",)) for number in range(21 - having)]
    assert is_followed(a_class("New", ("walk", "jump")))
    assert is_followed(classes[0])
    assert not is_followed("".join(classes))
