"""The public interface of those who write codemods: what it promises is there."""

from pathlib import Path

import pytest

import onepath.codemod as interface


def test_each_name_is_where_the_table_says() -> None:
    assert sorted(interface._HOMES) == sorted(interface.__all__)
    for name in interface.__all__:
        assert getattr(interface, name) is not None
        assert name in dir(interface)


def test_type_checkers_are_told_the_same() -> None:
    text = Path(interface.__file__).read_text()
    for name, home in interface._HOMES.items():
        imported = [line for line in text.splitlines() if line.startswith(f"    from {home} ")]
        assert any(name in line.partition(" import ")[2].split(", ") for line in imported), name


def test_another_name_is_no_part_of_it() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = interface.Nothing
