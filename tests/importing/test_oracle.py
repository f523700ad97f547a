"""Programs are generated and really imported: what the machine says is what CPython did."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings

from .programs import Program, Python, differences, programs, write


@pytest.fixture(scope="module")
def python() -> Iterator[Python]:
    process = Python()
    yield process
    process.close()


def compare(python: Python, program: Program) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(program, Path(folder))
        text = "".join(f"=== {name}\n{body}" for name, body in program.items() if body)
        assert not differences(program, python.imports(Path(folder))), text


@given(program=programs())
@settings(max_examples=300)
def test_the_machine_agrees_with_cpython(python: Python, program: Program) -> None:
    compare(python, program)


@pytest.mark.slow
@given(program=programs())
@settings(max_examples=5_000)
def test_the_machine_agrees_with_cpython_on_thousands(python: Python, program: Program) -> None:
    compare(python, program)
