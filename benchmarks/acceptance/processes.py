"""Runs other programs, with an end and an environment that is the same everywhere."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
    "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "NO_COLOR": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
       for what, value in (("NAME", "Acceptance"), ("EMAIL", "acceptance@example.invalid"))},
}  # fmt: skip
OUT_OF_TIME = 124


def run(
    arguments: Sequence[str],
    folder: Path,
    *,
    longest: float = 300,
    given: str = "",
    environment: Mapping[str, str] | None = None,
) -> tuple[int, str]:
    """Run a program and everything that it starts.

    Args:
        arguments: The program and its arguments.
        folder: Where it runs.
        longest: After so many seconds it is killed, with its children.
        given: What it reads.
        environment: Beyond what every program gets.

    Returns:
        Its exit status, and what it wrote to both streams; `OUT_OF_TIME` if it was killed.
    """
    process = subprocess.Popen(
        arguments, cwd=folder, env={**ENVIRONMENT, **(environment or {})}, text=True,
        errors="replace", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
    )  # fmt: skip
    try:
        said, _ = process.communicate(given, timeout=longest)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return OUT_OF_TIME, f"no end within {longest:.0f} s"
    return process.returncode, said
