"""CPython that has started already, and forks for each script that it is to run.

A script sees what it sees when it is started as `python -c`: its own process, folder, environment,
path and `__main__`, and an interpreter that has loaded nothing but what is asked for. Starting four
interpreters took as long as a program's migration, and half a second each where pytest is loaded.
"""

import marshal
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_PATIENCE = 120
"""Seconds in which a script has to end."""

# No module is loaded here that the start of Python does not load: a program may have one of that
# name. The last lines run in the child, at the top, so that Python itself ends as it always does.
_SERVER = """
import marshal, os, sys
while True:
    try:
        _asked = marshal.load(sys.stdin.buffer)
    except EOFError:
        os._exit(0)
    _child = os.fork()
    if not _child:
        break
    _ended = os.waitstatus_to_exitcode(os.waitpid(_child, 0)[1])
    marshal.dump(_ended, sys.stdout.buffer)
    sys.stdout.buffer.flush()
_source, _arguments, _folder, _environment, _printed, _said = _asked
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
for _number, _file in ((1, _printed), (2, _said)):
    os.dup2(os.open(_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), _number)
os.chdir(_folder)
os.environ.clear()
os.environ.update(_environment)
sys.argv[1:] = _arguments
_folders = _environment.get("PYTHONPATH", "").split(os.pathsep)
sys.path[1:1] = [_one for _one in _folders if _one and _one not in sys.path]
del marshal, os, sys, _asked, _child, _arguments, _folder, _environment, _printed, _said
del _folders, _number, _file
exec(compile(_source, "<string>", "exec", dont_inherit=True))
"""
PYTEST = """
import gc
from _pytest.config import get_config
get_config()
gc.freeze()
del gc, get_config
"""
"""Loads pytest and the plugins that come with it, as every run of it does first."""
MIGRATE = """
import gc, importlib, pkgutil, onepath, onepath_cli.commands, onepath_packs
for _package in (onepath, onepath_packs, onepath_cli.commands):
    for _module in pkgutil.walk_packages(_package.__path__, f"{_package.__name__}."):
        if not {"cluster", "stores", "serve"} & {*_module.name.split(".")}:
            importlib.import_module(_module.name)
gc.freeze()
del gc, importlib, pkgutil, onepath, onepath_cli, onepath_packs, _package, _module
"""
"""Loads what the commands load one by one, but what needs an extra."""


class _Interpreter:
    """One that has started, with its own process group."""

    def __init__(self, loaded: str, environment: Mapping[str, str]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="warm-")
        self._process = subprocess.Popen(
            [sys.executable, "-c", loaded + _SERVER],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(environment),
            start_new_session=True,
        )  # fmt: skip

    def end(self) -> None:
        """Let it end: it has nothing more to read."""
        with self._process as process:
            assert process.stdin is not None
            process.stdin.close()
        self._folder.cleanup()

    def run(
        self, source: str, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> "subprocess.CompletedProcess[str]":
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        printed, said = (Path(self._folder.name, name) for name in ("printed", "said"))
        asked = (source, list(arguments), str(folder), dict(environment), str(printed), str(said))
        self._process.stdin.write(marshal.dumps(asked))
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], _PATIENCE)[0]:
            os.killpg(self._process.pid, signal.SIGKILL)
            for loaded in [loaded for loaded, one in _started.items() if one is self]:
                del _started[loaded]
            self.end()
            raise subprocess.TimeoutExpired(source, _PATIENCE)
        code = marshal.load(self._process.stdout)
        return subprocess.CompletedProcess(source, code, printed.read_text(), said.read_text())


_started: dict[str, _Interpreter] = {}
"""By what they have loaded."""


def _warm(loaded: str) -> _Interpreter:
    if loaded not in _started:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        if loaded != MIGRATE:
            kept.pop("PYTHONPATH", None)
        _started[loaded] = _Interpreter(loaded, {**kept, "PYTHONDONTWRITEBYTECODE": "1"})
    return _started[loaded]


def end_all() -> None:
    """End those that have started, and wait for them."""
    while _started:
        _, interpreter = _started.popitem()
        interpreter.end()


def run_warm(
    source: str,
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    *,
    loaded: str = "",
) -> "subprocess.CompletedProcess[str]":
    """What `python -c source arguments` gives in a folder and an environment.

    Args:
        source: The script.
        arguments: What it finds in `sys.argv`.
        folder: Where it runs.
        environment: All variables. PYTHONPATH is looked at; others that only the start of Python
            reads are those of the tests, and no file is compiled.
        loaded: PYTEST or MIGRATE where the script runs that.
    """
    return _warm(loaded).run(source, arguments, folder, environment)
