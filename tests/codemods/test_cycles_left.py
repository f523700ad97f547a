"""What is said of the imports that would have to move together to open a cycle."""

from pathlib import Path

from onepath.codemod.packs.configuration import parse_config
from onepath.config.migrate_toml import settings
from onepath.facts.store.cache import FactsCache
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder
from onepath.symbols.world import World
from onepath_packs.canonical.cycles.codemod import BreakCycles
from onepath_packs.canonical.cycles.rule import RULE

CONFIG = '[cycles]\npaths = ["app/**"]\n'
DEFER = f"{CONFIG}defer = true\n"
BACK = "".join(f"import app.a as a{number}\n\nkept{number} = a{number}\n" for number in range(4))
"""Imports that need what they import at once, and too many of them to be the fewest."""
USES = "\n\nclass A(B):\n    pass\n\n\ndef made():\n    return C()\n"


def told(folder: Path, text: str) -> list[str]:
    """What is said of each import of a module that is in a cycle with another one."""
    (folder / "app").mkdir()
    other = f"{BACK}\n\nclass B:\n    pass\n\n\nclass C:\n    pass\n"
    for name, content in {"__init__": "", "a": text, "b": other}.items():
        (folder / f"app/{name}.py").write_text(content)
    return reasons(folder, DEFER)


def reasons(folder: Path, config: str) -> list[str]:
    """Why each import of a module stays."""
    world = World.open(Folder(folder), FactsCache(None), SerialExecutor())
    refusals = BreakCycles(parse_config(config, "migrate.toml")).plan(world).changeset.refusals
    assert {(refusal.path, refusal.code) for refusal in refusals} == {("app/a.py", "cycle-left")}
    return [refusal.reason for refusal in refusals]


def test_a_single_import_speaks_of_itself_alone(tmp_path: Path) -> None:
    assert told(tmp_path, "from app.b import B\n\n\nclass A(B):\n    pass\n") == [
        (
            "'B' imports 'app.b'; moving this would open the cycle; it stays: "
            "line 4 uses 'B' outside of functions"
        )
    ]


def test_an_import_that_only_functions_need_says_what_would_move_it(tmp_path: Path) -> None:
    text = "from app.b.c import C\n\n\ndef made():\n    return C()\n"
    (tmp_path / "app/b").mkdir(parents=True)
    (tmp_path / "app/__init__.py").touch()
    (tmp_path / "app/a.py").write_text(text)
    (tmp_path / "app/b/__init__.py").write_text("from app.b.c import C\n")
    (tmp_path / "app/b/c.py").write_text("import app.a\n\n\nclass C(app.a.Base):\n    pass\n")
    assert reasons(tmp_path, CONFIG)[0] == (
        "'C' imports 'app.b.c'; moving this would open the cycle; it stays: only functions use "
        "'C', first on line 5; `defer = true` in [cycles] lets it move into them"
    )


def test_an_import_that_could_move_says_that_it_waits_for_the_other_one(tmp_path: Path) -> None:
    together = "moving this and 1 other import would open the cycle"
    assert told(tmp_path, f"from app.b import B\nfrom app.b import C\n{USES}") == [
        f"'B' imports 'app.b'; {together}; it stays: line 5 uses 'B' outside of functions",
        (
            f"'C' imports 'app.b'; {together}; it stays: it could move, but the other one can't, "
            "and without that the cycle stays closed here"
        ),
    ]


def test_of_more_it_says_how_many_it_waits_for(tmp_path: Path) -> None:
    text = f"from app.b import B\nfrom app.b import C\nimport app.b as b\n\nkept = b\n{USES}"
    could_move = [reason for reason in told(tmp_path, text) if "could move" in reason]
    assert could_move == [
        (
            "'C' imports 'app.b'; moving this and 2 other imports would open the cycle; it stays: "
            "it could move, but 2 of the others can't, and without that the cycle stays closed here"
        )
    ]


def test_the_rule_of_late_cycles_is_shown_where_its_table_is() -> None:
    assert RULE.by_default(settings(parse_config(CONFIG, "migrate.toml")))
    assert not RULE.by_default(settings(parse_config("", "migrate.toml")))
