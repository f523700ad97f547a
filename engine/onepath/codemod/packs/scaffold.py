"""`migrate new`: a pack, or one more version of it, that runs as it is and shows what to change.

What is written is a small codemod of calls, which passes keyword arguments by new names, with its
table, a rule, and examples of both. `docs/packs.md` goes on from there.
"""

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import NamedTuple

from onepath.codemod.packs.installed import local_pack
from onepath.errors import InputError

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LISTED = re.compile(r"^CODEMODS = \((?P<listed>[^)]*)\)$", re.MULTILINE)
_IMPORT = re.compile(r"^from \..* import .*\n", re.MULTILINE)


class Scaffold(NamedTuple):
    """What is to be written."""

    files: Mapping[str, str]
    """Path below the folder of packs -> content."""
    by_hand: tuple[str, ...]
    """What the user has to add to a file that is not written."""


def scaffold(folder: Path, name: str) -> Scaffold:
    """A new pack, or a new version of one that is there.

    Args:
        folder: The folder of packs.
        name: `pack` or `pack/codemod`.

    Raises:
        InputError: The name is none, or there is such a codemod.
    """
    pack, _, codemod = name.partition("/")
    codemod = codemod or "rename_keyword"
    for part in (pack, codemod):
        if not _NAME.fullmatch(part):
            raise InputError(
                f"'{part}' is no name of a pack or a codemod",
                hint="a small letter, then small letters, digits and underscores",
            )
    own = folder / pack
    if (own / codemod).exists():
        raise InputError(f"{own / codemod} exists already")
    number = 1
    if (own / "__init__.py").exists():
        number += max((one.number for one in local_pack(own).codemods), default=0)
    words = {
        "pack": pack, "name": codemod, "phase": codemod.replace("_", "-"), "number": f"{number}",
        "Class": "".join(word.capitalize() for word in codemod.split("_")),
    }  # fmt: skip
    made = {f"{pack}/{codemod}/{path}": text for path, text in _filled("codemod", words).items()}
    if number == 1 and not (own / "__init__.py").exists():
        made |= {f"{pack}/{path}": text for path, text in _filled("pack", words).items()}
        return Scaffold(made, ())
    init = (own / "__init__.py").read_text(encoding="utf-8")
    listed = _with_codemod(init, words)
    if listed is None:
        line = Template("add $Class of .$name.codemod to the codemods of the pack")
        return Scaffold(made, (line.substitute(words),))
    return Scaffold({**made, f"{pack}/__init__.py": listed}, ())


def _filled(kind: str, words: Mapping[str, str]) -> dict[str, str]:
    """The templates of a kind, by path, with their words."""
    top = files(__package__) / "templates" / kind
    made = {}
    for folder in ("", "examples/", "examples/rule/"):
        place = top.joinpath(*folder.split("/")[:-1])
        for entry in place.iterdir() if place.is_dir() else ():
            if entry.name.endswith(".template"):
                text = Template(entry.read_text(encoding="utf-8")).substitute(words)
                made[f"{folder}{entry.name.removesuffix('.template')}"] = text
    return made


def _with_codemod(init: str, words: Mapping[str, str]) -> str | None:
    """The module of a pack with one more codemod; None if it is not written as it was made."""
    listed, imports = _LISTED.search(init), list(_IMPORT.finditer(init))
    if listed is None or not imports:
        return None
    names = [name for name in re.split(r"[\s,]+", listed["listed"]) if name]
    new = f"CODEMODS = ({', '.join([*names, words['Class']])})"
    line = Template("from .$name.codemod import $Class\n").substitute(words)
    text = init[: listed.start()] + new + init[listed.end() :]
    after = [match.end() for match in imports if match[0] < line]
    at = after[-1] if after else imports[0].start()
    return text[:at] + line + text[at:]
