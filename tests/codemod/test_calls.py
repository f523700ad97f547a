"""A codemod of calls finds them by what they mean; what may be one of them is refused."""

from pathlib import Path

import pytest

from onepath.codemod import Pack
from onepath.codemod.examples import Example, ExampleResult, run_example
from onepath.codemod.packs.installed import local_pack
from onepath.codemod.packs.scaffold import scaffold
from onepath.run.serial import SerialExecutor

CONFIG = """\
[rename_keyword]
function = "app.mail.{function}"
keywords = {{ retries = "attempts" }}
"""
FILES = {
    "app/__init__.py": b"",
    "app/mail.py": b"def send(text, attempts=1):\n    return text\n\n\n"
    b"class Box:\n    def __init__(self, attempts=0):\n        pass\n\n"
    b"    @staticmethod\n    def put(text, attempts=0):\n        return text\n\n\n"
    b"class Crate(Box):\n    pass\n",
    "app/old.py": b"from app.mail import send as post\n",
}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("packs")
    for path, text in scaffold(folder, "for_calls").files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return local_pack(folder / "for_calls")


def run(pack: Pack, folder: Path, text: str, function: str = "send") -> ExampleResult:
    files = {**FILES, "use.py": text.encode()}
    config = CONFIG.format(function=function)
    example = Example(folder, config=config, before=files, codemod=pack.codemods[0])
    return run_example(example, pack, folder, SerialExecutor())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("from app.mail import send\nsend('a', **{})\n", "double-star"),
        ("from app.mail import send\nsend('a', retries=1, attempts=2)\n", "keyword-twice"),
        ("from app.mail import send\nx = [send]\n", "handed-on"),
        ("from app.mail import send\nx = send\n", "handed-on"),
        ("import app.mail as m\ngetattr(m, 'send')('a', retries=1)\n", "looked-up"),
        ("from app.mail import send\nsend('a', retries=1)\ndef (\n", "unparseable"),
        (
            "try:\n  from app.mail import send\nexcept:\n  send = 0\nsend(1, retries=1)\n",
            "name-not-certain",
        ),
        (
            "from app.mail import send\ndef f():\n  global send\n  send = 0\nsend(1, retries=1)\n",
            "name-not-certain",
        ),
        ("from app.mail import send\nx = (send\n  ('a', retries=1))\n", "layout-unusual"),
    ],
)
def test_what_may_be_a_call_is_refused(pack: Pack, tmp_path: Path, text: str, code: str) -> None:
    result = run(pack, tmp_path, text)
    assert result.files["use.py"] == text.encode()
    assert [one.partition(" ")[2] for one in result.refused] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "def send(text, retries=1):\n    return text\nsend('a', retries=1)\n",
        "from app.mail import send\ndef f(send):\n    return send('a', retries=1)\n",
        "from app.mail import send\nx = \"send('a', retries=1)\"  # send('a', retries=1)\n",
        "import app.mail\napp.mail.other('a', retries=1)\n",
        "from app.mail import send\nsend('a', attempts=1)\n",
    ],
)
def test_what_is_no_call_of_it_is_left_alone(pack: Pack, tmp_path: Path, text: str) -> None:
    result = run(pack, tmp_path, text)
    assert (result.files["use.py"], result.refused) == (text.encode(), ())


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("import app.mail\napp.mail.send('a', retries=1)\n", "send"),
        ("from app.old import post\npost(post('é', retries=2), retries=1)  # twice\n", "send"),
        ("from app import old as o\nx = f\"{o.post('a', retries=1)!r:>{9}}\"\n", "send"),
        ("from app.mail import send\nsend(\n    'a',\n    # why\n    retries=1,\n)\n", "send"),
        (
            "from app.mail import send\n@send('a', retries=1)\ndef f(x=send(1, retries=2)): ...\n",
            "send",
        ),
        ("from app.mail import Box\nx: Box = Box(retries=1)\n", "Box"),
        ("from app import mail\nmail.Box.put('a', retries=1)\nmail.Box(attempts=1)\n", "Box.put"),
        ("from app.mail import Crate\nCrate.put('a', retries=1)\n", "Box.put"),
    ],
)
def test_calls_follow_however_they_are_written(
    pack: Pack, tmp_path: Path, text: str, function: str
) -> None:
    result = run(pack, tmp_path, text, function)
    assert result.files["use.py"].decode() == text.replace("retries=", "attempts=")
    inherits = ("app/mail.py:14 handed-on",) if function == "Box" else ()
    assert (result.refused, result.again) == (inherits, ())
