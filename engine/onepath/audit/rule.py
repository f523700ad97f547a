"""What a rule is, and how those of the engine are found: one module of `audit.rules` each."""

import importlib
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from onepath.audit.finding import Violation
from onepath.config.settings import Settings

if TYPE_CHECKING:
    from onepath.analysis.index import Index
    from onepath.audit.changes import Rests
    from onepath.facts.prefilter.words import Search


def _always(_: Settings) -> bool:
    return True


@dataclass(frozen=True)
class Rule:
    """One rule.

    Args:
        name: As on the command line; the module is named the same with underscores.
        summary: One line, without a full stop.
        check: Finds the violations in an index of the code.
        phase: The phase that mends them, `canonical-imports`, in whatever pack has it; empty if
            nothing does.
        local: Whether what is found in a file rests on that file and what it imports alone, so
            that one changed file can be checked without reading all others.
        by_uses: Whether it goes by `Index.uses`, which take long to make: rules of this kind run
            in one process and the others beside it.
        by_day: Whether what it finds depends on the day. It is then asked anew each time, and goes
            by the whole repository however little has changed.
        by_default: Whether its findings are shown where nobody has named it, with these settings.
            What is not shown is counted, and the count is said.
        of_files: What it asks of each file by itself, by `Index.of_files`. The audit asks the
            questions of all rules in one pass, as each pass unpacks the facts of all files.
        searches: What it searches all files for; they are answered while the files are read.
        rests: How it follows changes; a local rule without is asked again for changed files, and
            any other one for the whole repository.
    """

    name: str
    summary: str
    check: Callable[["Index", Settings], Iterable[Violation]]
    phase: str = ""
    local: bool = False
    by_uses: bool = False
    by_day: bool = False
    by_default: Callable[[Settings], bool] = _always
    of_files: "tuple[Callable[[Index, str], object], ...]" = ()
    searches: "tuple[Search, ...]" = ()
    rests: "Rests | None" = None

    @property
    def explanation(self) -> str:
        """What `migrate explain` prints: the docstring of the rule's module."""
        return inspect.getdoc(inspect.getmodule(self.check)) or ""


@cache
def engine_rules() -> Mapping[str, Rule]:
    """Every rule of the engine by name; packs bring more.

    Raises:
        ValueError: Two rules have one name, or a module holds none.
    """
    import pkgutil

    package = importlib.import_module("onepath.audit.rules")
    rules: dict[str, Rule] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(package.__path__)):
        if module.startswith("_"):
            continue
        rule = getattr(importlib.import_module(f"onepath.audit.rules.{module}"), "RULE", None)
        if not isinstance(rule, Rule) or rule.name != module.replace("_", "-"):
            raise ValueError(f"onepath.audit.rules.{module} holds no rule of its name")
        rules[rule.name] = rule
    return rules
