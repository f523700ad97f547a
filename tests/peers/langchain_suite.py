"""langchain's own table of what moved, each row in five forms of use."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.peers.cases import Case
from tests.peers.sources import sdist

RELEASE = "langchain-cli==0.0.25"
_TABLES = "langchain_cli/namespaces/migrate/codemods/migrations"
_FORMS = {
    "a name from the module": "from {module} import {name}\n\nprint({name})\n",
    "an alias of the name": "from {module} import {name} as Known\n\nprint(Known)\n",
    "an attribute of the module": "import {module}\n\nprint({module}.{name})\n",
    "an attribute of the module's alias": "import {module} as known\n\nprint(known.{name})\n",
    "an attribute of a module from its package": (
        "from {package} import {tail}\n\nprint({tail}.{name})\n"
    ),
}
_WHOLE = _FORMS["an attribute of the module"]


def cases() -> Iterator[Case]:
    """A case for each table and form: a file for each row, all renamed at once."""
    for path in sorted((sdist(RELEASE) / _TABLES).glob("*.json")):
        for form, text in _FORMS.items():
            yield _case(path, form, text)


def _case(path: Path, form: str, text: str) -> Case:
    renames: dict[str, str] = {}
    before: dict[str, str] = {}
    expected: dict[str, str | None] = {}
    for number, (old, new) in enumerate(_rows(path).items()):
        is_in_package = old.count(".") > 1
        if "{package}" in text and not is_in_package:
            continue
        renames[old] = new
        at = f"use_{number}.py"
        before[at] = text.format(**_parts(old))
        is_whole = "{package}" in text and new.count(".") == 1
        expected[at] = (_WHOLE if is_whole else text).format(**_parts(new))
    return Case(f"{path.stem}, {form}", before, renames, expected, counts_files=True)


def _rows(path: Path) -> dict[str, str]:
    """The rows of a table; where a path is there twice the first one counts."""
    rows: dict[str, str] = {}
    for old, new in json.loads(path.read_text()):
        if old != new:
            rows.setdefault(old, new)
    return rows


def _parts(dotted: str) -> Mapping[str, str]:
    module, _, name = dotted.rpartition(".")
    package, _, tail = module.rpartition(".")
    return {"module": module, "name": name, "package": package, "tail": tail}
