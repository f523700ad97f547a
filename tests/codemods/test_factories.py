"""What collapsing factories says of itself; what it does is shown by the examples of v0002."""

from pathlib import Path

import pytest

import onepath_packs.websocket
from onepath.codemod.packs.configuration import parse_config
from onepath.errors import ConfigError
from onepath.model import Phase
from onepath.plan.planner import make_plan
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder

FILES = {
    "hub.py": "class Hub:\n    def __init__(self, user): ...\n",
    "make.py": (
        "import log\nfrom hub import Hub\n\n\ndef make_hub(user):\n    return Hub(user)\n\n\n"
        "def logged(user):\n    log.info(user)\n    return Hub(user)\n"
    ),
    "app.py": "from make import logged, make_hub\n\nmake_hub(1), make_hub(2), logged(3)\n",
}
CONFIG = '[factories."make.make_hub"]\nto = "hub.Hub"\n[factories."make.logged"]\nto = "hub.Hub"\n'


def plan(folder: Path, config: str, files: dict[str, str] = FILES) -> Phase:
    for name, text in files.items():
        (folder / name).write_text(text)
    packs = {"websocket": onepath_packs.websocket.PACK}
    made = make_plan(
        Folder(folder),
        parse_config(config, "migrate.toml"),
        packs,
        executor=SerialExecutor(),
        phases=["factories"],
    )
    return made.phases[0]


@pytest.mark.parametrize("to", ["hub.Gone", "elsewhere.Hub"])
def test_what_is_to_stay_has_to_be_there(tmp_path: Path, to: str) -> None:
    with pytest.raises(ConfigError) as caught:
        plan(tmp_path, f'[factories."make.make_hub"]\nto = "{to}"\n')
    assert "is no class, function or class method" in str(caught.value)


def test_the_difference_is_told_and_left(tmp_path: Path) -> None:
    phase = plan(tmp_path, CONFIG)
    assert phase.remarks == ("make.logged: calls log.info",)
    (refusal,) = phase.changeset.refusals
    assert (refusal.path, refusal.line, refusal.code) == ("make.py", 9, "does-more")
    assert "calls log.info; accept = true gives that up" in refusal.reason


def test_variants_and_their_uses_are_counted(tmp_path: Path) -> None:
    phase = plan(tmp_path, CONFIG)
    assert phase.before == {"declared-factory": 2, "declared-factory-use": 3}
    assert phase.after == {"declared-factory": 1, "declared-factory-use": 1}


def test_a_variant_that_is_gone_is_told(tmp_path: Path) -> None:
    phase = plan(tmp_path, '[factories."make.old"]\nto = "hub.Hub"\n')
    assert phase.remarks == ("make.old: there is no such factory (any more)",)
    assert not phase.changeset.changes


def test_what_must_be_left_alone_keeps_the_definition(tmp_path: Path) -> None:
    phase = plan(tmp_path, 'exclude = ["app.py"]\n' + CONFIG)
    codes = [(one.path, one.code) for one in phase.changeset.refusals]
    assert ("app.py", "excluded") in codes
    assert ("make.py", "held") in codes
    assert not phase.changeset.changes


def test_an_argument_of_its_own_making_is_told_with_the_difference(tmp_path: Path) -> None:
    files = FILES | {"make.py": "from hub import Hub\n\n\ndef make_hub():\n    return Hub(who())\n"}
    files |= {"app.py": "from make import make_hub\n\nmake_hub()\n"}
    phase = plan(tmp_path, '[factories."make.make_hub"]\nto = "hub.Hub"\n', files)
    (refusal,) = phase.changeset.refusals
    assert refusal.code == "supplies-demand"
    files |= {"hub.py": "class Hub:\n    def __init__(self, user=None): ...\n"}
    phase = plan(tmp_path, '[factories."make.make_hub"]\nto = "hub.Hub"\n', files)
    (refusal,) = phase.changeset.refusals
    assert refusal.code == "does-more"
    assert "and add has to say what each call gives for 'user'" in refusal.reason
