"""Tables whose keys are dotted paths, each with a string."""

from collections.abc import Callable, Mapping
from typing import Any

from onepath.config.tables.renames import leaves, normal
from onepath.config.toml.checks import Checks


def strings_by_path(
    value: Any,
    table_name: str,
    checks: Checks,
    *,
    key_problem: Callable[[str], str],
    value_problem: Callable[[str, str], str],
) -> Mapping[str, str]:
    """Read `"dotted.path" = "string"`, however the dots are written.

    Args:
        value: What is written under the name of the table, as TOML has it.
        table_name: Its name.
        checks: Takes every problem, with the keys that lead to it; reading goes on.
        key_problem: Says what is wrong with a path; returns "" if nothing is.
        value_problem: The same for a string, of which the path is given as well.

    Returns:
        The strings by path, in the order of the file; of two with one path, the first.
    """
    read: dict[str, str] = {}
    for keys, text in leaves(checks.table(value, table_name)):
        place = (table_name, *keys)
        path = normal(".".join(keys))
        if problem := key_problem(path):
            checks.add(f"{table_name}: {problem}", *place)
        if not isinstance(text, str):
            checks.wrong_type(text, "a string", *place)
        elif problem := value_problem(path, text):
            checks.add(f"{table_name}: {problem}", *place)
        elif path in read:
            checks.add(f"{table_name}: '{path}' appears twice", *place)
        else:
            read[path] = text
    return read
