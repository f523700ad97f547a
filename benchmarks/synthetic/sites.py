"""Import statements, dotted strings and factory calls, in the mix that a shape file counts."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import target

PARAMETERS = "candidate=None, user_context=None, connection_id=None, thread_id=None"
POSITIONAL = ("user_context", "connection_id", "thread_id")
MAIN_NAME = 0.8
"""How often a statement imports the main name of its module."""


@dataclass
class Site:
    """One thing to find: lines for the top of a file, and a definition for further down."""

    top: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)


@dataclass
class Statement:
    """One import statement, before it is text."""

    form: str
    context: str
    module: str
    names: list[tuple[str, str]]
    """Each name with its alias, or an empty string."""
    calls: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def bindings(self) -> list[str]:
        """What the statement binds."""
        if self.form == "import":
            return [self.module]
        if self.form == "import as":
            return ["ws_module"]
        return [alias or name for name, alias in self.names]

    @property
    def expressions(self) -> list[str]:
        """How the imported names are spelled where they are used."""
        if self.form.startswith("import"):
            return [f"{self.bindings[0]}.{name}" for name, _ in self.names]
        return self.bindings

    def lines(self, random_: random.Random) -> list[str]:
        """The statement as source lines."""
        if self.form == "import":
            return [f"import {self.module}"]
        if self.form == "import as":
            return [f"import {self.module} as ws_module"]
        if "star" in self.form:
            return [f"from {self.module} import *"]
        names = [f"{name} as {alias}" if alias else name for name, alias in self.names]
        if "paren" not in self.form:
            return [f"from {self.module} import {', '.join(names)}"]
        comments = ["  # kept for older callers" if random_.random() < 0.1 else "" for _ in names]
        inner = [f"    {name},{comment}" for name, comment in zip(names, comments, strict=True)]
        return [f"from {self.module} import (", *inner, ")"]


def apportion(counts: Mapping[str, int], scale: float) -> dict[str, int]:
    """`counts` times `scale` in whole numbers that add up, each off by less than one."""
    exact = {key: count * scale for key, count in counts.items()}
    shares = {key: int(value) for key, value in exact.items()}
    missing = round(sum(exact.values())) - sum(shares.values())
    by_remainder = sorted(exact, key=lambda key: (shares[key] - exact[key], key))
    for key in by_remainder[:missing]:
        shares[key] += 1
    return shares


def statements(shape: Mapping[str, Any], scale: float, random_: random.Random) -> list[Statement]:
    """The import statements of a repository `scale` times as large as the shape's.

    Those that the target package itself has are counted already and left out.
    """
    forms = apportion(shape["import_statements_by_form_and_context"], scale)
    weights = {name: entry["statements"] for name, entry in shape["modules_imported"].items()}
    kinds = _expand({k: n - target.FORMS.get(k, 0) for k, n in forms.items()}, random_)
    share = sum(forms.values()) / sum(weights.values())
    wanted = apportion(weights, share)
    modules = _expand({m: n - target.MODULES.get(m, 0) for m, n in wanted.items()}, random_)
    while len(modules) < len(kinds):
        modules.append(random_.choice(list(weights)))
    made = []
    for kind, module in zip(kinds, modules, strict=False):
        form, context = kind.split(" | ")
        made.append(Statement(form, context, module, _names(form, module, random_)))
    return made


def _expand(counts: Mapping[str, int], random_: random.Random) -> list[str]:
    items = [key for key, count in counts.items() for _ in range(count)]
    random_.shuffle(items)
    return items


def _names(form: str, module: str, random_: random.Random) -> list[tuple[str, str]]:
    """Which names a statement imports, and under which aliases."""
    main, *others = target.names_of(module)
    if "multi" in form:
        names = [main, *random_.sample(others, random_.randint(1, len(others)))]
    else:
        names = [main if random_.random() < MAIN_NAME else random_.choice(others)]
    if " as" not in form or form == "import as":
        return [(name, "") for name in names]
    return [(name, f"Legacy{name}" if i == 0 else "") for i, name in enumerate(names)]


def attach_calls(
    made: Sequence[Statement], shape: Mapping[str, Any], scale: float, random_: random.Random
) -> None:
    """Give each factory call to a statement that imports its name; one without goes anywhere."""
    records = {str(i): record for i, record in enumerate(shape["calls_of_factory_variants"])}
    counts = apportion({key: record["calls"] for key, record in records.items()}, scale)
    by_name: dict[str, list[Statement]] = defaultdict(list)
    for statement in made:
        if not statement.context.startswith("TYPE_CHECKING"):
            for name in statement.bindings:
                by_name[name].append(statement)
    for key, count in counts.items():
        record = records[key]
        hosts = by_name.get(record["name"]) if record["through"] == "name" else None
        for _ in range(count):
            random_.choice(hosts or made).calls.append(record)


def render(statement: Statement, number: int, random_: random.Random) -> Site:
    """The statement in its context, and a function that uses what it imports."""
    lines = statement.lines(random_)
    body = [*_uses(statement), *_calls(statement), "return found"]
    local = "local" in statement.context
    if not local:
        site = Site(top=_at_top(statement, lines))
    else:
        site = Site()
        body = [*_in_function(statement, lines), *body]
    if statement.context == "TYPE_CHECKING":
        names = enumerate(statement.expressions)
        body = [*(f'checked_{i}: "{name}" = candidate' for i, name in names), "return found"]
    is_async = any(call["awaited"] for call in statement.calls)
    parameters = f"{PARAMETERS}, factory=None, **options"
    definition = f"{'async ' if is_async else ''}def check_websocket_{number}"
    if local and random_.random() < 0.5:
        site.body = [
            f"class WebSocketCheck{number}:",
            f"    {definition}(self, {parameters}):",
            *_indent(["found = []", *body], 8),
        ]
    else:
        site.body = [f"{definition}({parameters}):", *_indent(["found = []", *body], 4)]
    return site


def _at_top(statement: Statement, lines: list[str]) -> list[str]:
    if statement.context == "top":
        return lines
    if statement.context == "TYPE_CHECKING":
        return ["if TYPE_CHECKING:", *_indent(lines, 4)]
    fallback = [f"{name} = None" for name in statement.bindings if "." not in name]
    if "star" in statement.form:
        fallback = []
    guarded = [
        "try:", *_indent(lines, 4), "except ImportError:", *_indent(fallback or ["pass"], 4)
    ]  # fmt: skip
    if statement.context == "if try":
        return ["if not TYPE_CHECKING:", *_indent(guarded, 4)]
    return guarded


def _in_function(statement: Statement, lines: list[str]) -> list[str]:
    if "try" in statement.context:
        lines = ["try:", *_indent(lines, 4), "except ImportError:", "    return None"]
    if statement.context.startswith("if"):
        lines = ["if user_context is None:", "    return found", "else:", *_indent(lines, 4)]
    return lines


def _uses(statement: Statement) -> Iterable[str]:
    for expression in statement.expressions:
        if expression.rpartition(".")[2][0].isupper():
            yield f"if isinstance(candidate, {expression}):"
            yield "    found.append(candidate)"
        else:
            yield f"found.append({expression})"


def _calls(statement: Statement) -> Iterable[str]:
    for i, call in enumerate(statement.calls):
        arguments = list(POSITIONAL[: call["positional"]])
        for keyword in call["keywords"]:
            arguments.append(
                "**options" if keyword == "None" else f'{keyword}=options.get("{keyword}")'
            )
        callee = call["name"] if call["through"] == "name" else f"factory.{call['name']}"
        wait = "await " if call["awaited"] else ""
        yield f"made_{i} = {wait}{callee}({', '.join(arguments)})"
        yield f"found.append(made_{i})"


def strings(shape: Mapping[str, Any], scale: float, random_: random.Random) -> list[Site]:
    """Definitions that hold dotted strings: patch targets, registries, logger names."""
    weights = {name: entry["statements"] for name, entry in shape["modules_imported"].items()}
    kinds = _expand(apportion(shape["strings"], scale), random_)
    modules = random_.choices(list(weights), list(weights.values()), k=len(kinds))
    return [
        Site(body=_string(kind, module, number, random_))
        for number, (kind, module) in enumerate(zip(kinds, modules, strict=True))
    ]


def _string(kind: str, module: str, number: int, random_: random.Random) -> list[str]:
    path = f"{module}.{target.names_of(module)[0]}"
    if kind == "patch target":
        if random_.random() < 0.3:
            return [
                f'@patch("{path}")',
                f"def check_patched_{number}(replaced):",
                "    return replaced.return_value",
            ]
        return [
            f"def check_patched_{number}(candidate=None):",
            f'    with patch("{path}") as replaced:',
            "        replaced.return_value = candidate",
            "        return replaced.mock_calls",
        ]
    if kind == "other":
        return [f'EXPECTED_PATH_{number} = "{random_.choice((path, module))}"']
    callee = {
        "getLogger": "logging.getLogger",
        "startswith": "logger.name.startswith",
        "get": "sys.modules.get",
        "import_module": "importlib.import_module",
    }.get(kind, kind)
    return [f"def check_by_name_{number}():", f'    return {callee}("{module}")']


def _indent(lines: Iterable[str], by: int) -> list[str]:
    return [" " * by + line for line in lines]
