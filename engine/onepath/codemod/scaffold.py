"""`migrate new`: a pack, or a version of one, that works as it is and shows what is to be changed.

What is written is a small codemod that renames a keyword argument, with its table, a rule, an
example of a change and one of a refusal. `docs/packs.md` goes on from there.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from string import Template

from onepath.errors import InputError

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CODEMODS = re.compile(r"^CODEMODS = \((?P<listed>[^)]*)\)$", re.MULTILINE)

_PACK = Template('''\
"""The pack `$pack`."""

from onepath.codemod import Pack

CODEMODS = ()

PACK = Pack("$pack", CODEMODS, rules=tuple(codemod.RULE for codemod in CODEMODS))
''')

_TABLE = Template('''\
"""`[$table]`: what the codemod is told."""

from collections.abc import Mapping
from dataclasses import dataclass

from onepath.codemod import Table, setting


def _name_problem(name: str) -> str:
    return "" if name.isidentifier() else f"'{name}' is no name of an argument"


@dataclass(frozen=True, slots=True)
class $class_name(Table):
    """Keyword arguments that have a new name."""

    table_name = "$table"

    function: str = ""
    """The dotted path of the function that is called."""
    keywords: Mapping[str, str] = setting({}, check=_name_problem)
    """Old name -> new name."""
''')

_CODEMOD = Template('''\
"""Version $number: keyword arguments are passed by their new names."""

from onepath.codemod import Call, CallCodemod, Config, Refused
from .rule import RULE
from .table import $class_name as Settings


class $class_name(CallCodemod):
    """Renames keyword arguments of the calls of one function."""

    number = $number
    name = "$name"
    phase = "$phase"
    title = "Pass keyword arguments by their new names"
    why = "The old names are deprecated."
    table = Settings
    RULE = RULE

    @classmethod
    def functions(cls, config: Config) -> list[str]:
        """The dotted paths of the functions whose calls are rewritten."""
        return [config.table(Settings).function]

    def rewrite(self, call: Call) -> Call:
        """The call with the new names; it is given every call of the functions.

        Raises:
            Refused: The call is left alone, and this is why.
        """
        keywords = self.config.table(Settings).keywords
        if call.has_double_star:
            raise Refused("double-star", "what `**` passes is not known here")
        return call.with_keywords(keywords)
''')
