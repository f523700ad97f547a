import errno
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from onepath.errors import (
    ConfigError,
    InputError,
    OnepathError,
    OutsideError,
    RefusedError,
)
from onepath_cli.guard import guarded


def end_of(error: BaseException | None) -> tuple[int, str, str]:
    """Run a command that raises `error`: its exit code, stdout and stderr."""
    app = typer.Typer()

    @app.command()
    @guarded
    def command() -> None:
        sys.stdout.write("result\n")
        if error is not None:
            raise error

    done = CliRunner().invoke(app, [])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture(autouse=True)
def _tracebacks_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (InputError("wrong", hint="try this"), 2, "wrong\nhint: try this\n"),
        (RefusedError("refused"), 3, "refused\n"),
        (OutsideError("git failed"), 4, "git failed\n"),
        (
            ConfigError("migrate.toml", [(3, "bad"), (0, "worse")]),
            2,
            "migrate.toml:3: bad\nmigrate.toml: worse\n",
        ),
    ],
)
def test_an_expected_error_is_its_message_and_nothing_else(
    error: OnepathError, code: int, told: str
) -> None:
    assert end_of(error) == (code, "result\n", told)


def test_an_interrupt_is_one_short_line() -> None:
    assert end_of(KeyboardInterrupt()) == (130, "result\n", "\ninterrupted\n")
    assert end_of(typer.Abort()) == (130, "result\n", "\ninterrupted\n")


def test_a_full_disk_is_something_outside() -> None:
    code, _, told = end_of(OSError(errno.ENOSPC, "No space left on device", "file"))
    assert code == 4
    assert told == "[Errno 28] No space left on device: 'file'\n"


@pytest.mark.parametrize("error", [ZeroDivisionError("by zero"), BrokenPipeError(), KeyError("x")])
def test_a_defect_leaves_a_traceback_file(error: Exception, tmp_path: Path) -> None:
    code, out, told = end_of(error)
    assert (code, out) == (70, "result\n")
    assert "Traceback" not in told
    match = re.search(r"^traceback: (.+)$", told, re.MULTILINE)
    assert match is not None
    path = Path(match[1])
    assert path.parent == tmp_path
    text = path.read_text()
    assert type(error).__name__ in text
    assert "test_guard.py" in text
    assert text.startswith("onepath ")
    assert "report it" in told


def test_an_exit_code_of_the_command_passes() -> None:
    assert end_of(typer.Exit(1)) == (1, "result\n", "")
    assert end_of(None) == (0, "result\n", "")


_WRITES_TOO_MUCH = """
import sys, typer
from onepath_cli.guard import guarded
from onepath_cli.output import Output
app = typer.Typer()
@app.command()
@guarded
def command() -> None:
    output = Output(quiet=False, verbose=False, no_color=False)
    for number in range(100000):
        output.{call}
app()
"""


@pytest.mark.parametrize("call", ["result('line\\n')", "result_bytes(b'line\\n')"])
def test_a_reader_that_stops_reading_is_no_trouble(call: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _WRITES_TOO_MUCH.format(call=call)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"line\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=20) == 141


def test_output_that_fits_the_buffer_finds_its_reader_gone_at_the_end() -> None:
    program = _WRITES_TOO_MUCH.format(call="result('x')").replace("100000", "1")
    with subprocess.Popen(
        [sys.executable, "-c", f"import sys; sys.stdin.read()\n{program}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=20) == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_device_is_told() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", _WRITES_TOO_MUCH.format(call="result('line\\n')")],
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert done.returncode == 4
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr
