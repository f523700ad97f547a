"""Loggers and tasks that are called after their module: who names them follows a module's move."""

import pytest
from tests.programs.blocks import blocks
from tests.programs.conftest import Program

LOGGING = {
    "p/__init__.py": "",
    "p/deep/__init__.py": "",
    "p/deep/work.py": (
        "import logging\n\nlog = logging.getLogger(__name__)\n\n\ndef go():\n    log.info('here')\n"
    ),
    "q/__init__.py": "",
}
OUT = """\
handlers = {"out": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout"}}
USED = {"handlers": ["out"], "level": "INFO"}
"""
CONFIGURED = blocks(
    """
=== a dictionary
import logging.config
OUT
logging.config.dictConfig({"version": 1, "handlers": handlers, "loggers": {"p.deep.work": USED}})
=== an entry that is added, for the package
import logging.config
OUT
LOGGING = dict(version=1, handlers=handlers, loggers={})
LOGGING["loggers"]["p.deep"] = USED
logging.config.dictConfig(LOGGING)
=== a call
import logging, sys
logging.basicConfig(stream=sys.stdout, format="%(message)s")
logging.getLogger("p.deep.work").setLevel("INFO")
=== a filter and a comparison
import logging, sys
logging.basicConfig(stream=sys.stdout, format="%(message)s", level="INFO")
logging.root.handlers[0].addFilter(logging.Filter("p.deep"))
logging.root.handlers[0].addFilter(lambda record: record.name == "p.deep.work")
""",
    OUT=OUT,
)
GOING = "import settings\nfrom p.deep import work\n\nwork.go()\n"


WHOLE = (("p.deep", "q"), ["p.deep", "p.deep.work"])
ALONE = (("p.deep.work", "q"), ["p.deep.work"])


@pytest.mark.parametrize(
    ("shape", "move"),
    [*((shape, WHOLE) for shape in CONFIGURED), ("a dictionary", ALONE), ("a call", ALONE)],
)
def test_what_names_a_logger_follows_its_module(
    unchanged_by: Program, shape: str, move: tuple[tuple[str, str], list[str]]
) -> None:
    files = {**LOGGING, "settings.py": CONFIGURED[shape], "use.py": GOING}
    after = unchanged_by(files, move=move[0], script="import use", may_go=move[1])
    assert after.printed == "here\n"
    assert '"p.deep' not in after.files["settings.py"]
    assert not after.refusals


def test_what_a_test_says_of_a_logger_follows(unchanged_by: Program) -> None:
    test = (
        "import logging\n\nfrom p.deep import work\n\n\ndef test_it(caplog):\n"
        "    with caplog.at_level(logging.INFO, logger='p.deep.work'):\n        work.go()\n"
        "    assert caplog.record_tuples == [('p.deep.work', logging.INFO, 'here')]\n"
    )
    files = {**LOGGING, "tests/test_work.py": test}
    after = unchanged_by(files, move=("p.deep.work", "q"), tests="tests", may_go=["p.deep.work"])
    assert after.printed == "1 passed\n"
    assert after.files["tests/test_work.py"].count("'q.work'") == 2


def test_a_logger_that_covers_the_module_no_more_is_listed(unchanged_by: Program) -> None:
    settings = "LOGGING = {'loggers': {'p': {'level': 'INFO'}}}\n"
    files = {**LOGGING, "settings.py": settings}
    after = unchanged_by(files, move=("p.deep.work", "q"), may_go=["p.deep.work"])
    assert after.refusals == (("settings.py", 1, "named-by-module"),)
    after = unchanged_by(files, move=("p.deep.work", "p"), may_go=["p.deep.work"])
    assert after.refusals == ()


def test_a_logger_with_a_name_of_its_own_is_left(unchanged_by: Program) -> None:
    settings = "import logging\n\nlogging.getLogger('p.deep.work').setLevel('INFO')\n"
    work = "import logging\n\nlog = logging.getLogger('p.deep.work')\n"
    files = {**LOGGING, "p/deep/work.py": work, "settings.py": settings}
    after = unchanged_by(files, move=("p.deep.work", "q"), may_go=["p.deep.work"])
    assert after.files["settings.py"] == settings
    assert after.files["q/work.py"] == work


TASKS = blocks(
    """
=== p/__init__.py
=== q/__init__.py
=== p/app.py
class App:
    tasks = {}

    def task(self, function):
        self.tasks[f"{function.__module__}.{function.__name__}"] = function
        return function


app = App()
ROUTES = {"p.work.add": 1, "p.work.*": 2}
=== p/work.py
from p.app import app


@app.task
def add(a, b):
    return a + b
=== beat.yaml
often:
  task: p.work.add
=== use.py
import p.work
from p.app import ROUTES, app

lines = [line.split() for line in open("beat.yaml")]
print(app.tasks["p.work.add"](1, 2), app.tasks[lines[1][1]](3, 4), [*ROUTES][0] in app.tasks)
"""
)


def test_what_names_a_task_follows_its_module(unchanged_by: Program) -> None:
    after = unchanged_by(TASKS, move=("p.work", "q"), script="import use", may_go=["p.work"])
    assert after.printed == "3 7 True\n"
    assert 'ROUTES = {"q.work.add": 1, "q.work.*": 2}' in after.files["p/app.py"]
    assert after.refusals == (("p/work.py", 5, "named-by-module"),)
