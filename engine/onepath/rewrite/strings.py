"""String literals that are paths: changed where it is certain, listed where not."""

from collections.abc import Mapping
from typing import NamedTuple

from onepath.model import DottedString, Facts
from onepath.rewrite.draft import Draft
from onepath.rewrite.renames import Destination, Match, Renames, module_id
from onepath.symbols.resolve import Step

PATCHING = frozenset(("patch", "setattr", "delattr", "patch_object", "multiple"))
IMPORTING = frozenset((
    "import_module", "__import__", "importorskip", "import_string", "locate", "resolve_name",
    "find_spec", "load_object", "import_object", "import_by_path", "run_module", "reload",
))  # fmt: skip
TELLING = frozenset((
    "getLogger", "get_logger", "debug", "info", "warning", "warn", "error", "exception",
    "critical", "log", "print", "write", "startswith", "endswith", "get_central_logger",
))  # fmt: skip


class Meaning(NamedTuple):
    """What a dotted string refers to, if it is something that changes."""

    match: Match
    rest: tuple[str, ...]
    new: str
    binding: bool = False
    """Whether it is a binding of this repository's that another file of this run renames."""


def plan_strings(draft: Draft, renamed: Mapping[Step, str]) -> None:
    """Change the strings of a file that name a deprecated path.

    Args:
        draft: The file.
        renamed: Module-level names that other files of this run rename: (module, old) -> new.
    """
    words = frozenset(draft.renames.words)
    for string in draft.facts.strings:
        if not words.isdisjoint(string.value.replace(":", ".").split(".")):
            meaning = meaning_of(draft.path, string.value, draft.renames, renamed)
            if meaning is not None:
                _plan(draft, string, meaning)


def meaning_of(
    path: str, value: str, renames: Renames, renamed: Mapping[Step, str]
) -> Meaning | None:
    """The deprecated path at the beginning of a dotted string."""
    parts = value.replace(":", ".").split(".")
    for count in range(1, len(parts)):
        dotted = ".".join(parts[:count])
        module = module_id(renames.resolver, dotted, path)
        name, rest = parts[count], tuple(parts[count + 1 :])
        found = renames.symbol(module, name)
        if found is not None:
            head = found.to.module
            return Meaning(found, rest, _joined(value, dotted, head, (found.to.name, *rest)))
        new = renamed.get((module, name))
        if new is not None:
            match = Match(f"{dotted}.{name}", Destination(dotted, new))
            return Meaning(match, rest, _joined(value, dotted, dotted, (new, *rest)), True)
    whole = renames.module(value.partition(":")[0])
    if whole is not None:
        tail = value[len(value.partition(":")[0]) :]
        return Meaning(Match(value, whole), (), whole.module + tail)
    for count in range(len(parts) - 1, 0, -1):
        whole = renames.module(".".join(parts[:count]))
        if whole is not None:
            dotted = ".".join(parts[:count])
            new_text = _joined(value, dotted, whole.module, tuple(parts[count:]))
            return Meaning(Match(value, whole), tuple(parts[count:]), new_text)
    return None


def is_patch(string: DottedString) -> bool:
    """Whether the string is the target of a `mock.patch` or `monkeypatch.setattr`."""
    parts = string.callee.split(".")
    if parts[-1] == "multiple" and "patch" not in parts:
        return False
    return parts[-1] in PATCHING and string.argument in ("0", "target")


def is_certain(string: DottedString) -> bool:
    """Whether the call that a string sits in shows that it is a path that is looked up."""
    callee = string.callee.rpartition(".")[2]
    return is_patch(string) or (
        callee in IMPORTING and string.argument in ("0", "name", "modname", "dotted_path")
    )


def _plan(draft: Draft, string: DottedString, meaning: Meaning) -> None:
    callee = string.callee.rpartition(".")[2]
    if callee in TELLING:
        return
    if is_patch(string):
        stays = not meaning.binding and not meaning.rest
        if stays and _looked_up_at_home(draft.renames, meaning.match):
            draft.refuse(
                string.line, "patched-where-used",
                f"'{string.value}': the module itself looks the name up there",
            )  # fmt: skip
            return
    elif not is_certain(string):
        draft.refuse(
            string.line, "string-not-certain",
            f"'{string.value}' names a deprecated path, but nothing shows that it is imported",
        )  # fmt: skip
        return
    if not string.plain:
        draft.refuse(string.line, "string-not-plain", f"'{string.value}' is written in parts")
        return
    literal = draft.text(string.start, string.end)
    at = literal.index(string.value)
    start = string.start + len(literal[:at].encode())
    end = start + len(string.value.encode())
    draft.edit(start, end, meaning.new, "string")


def _looked_up_at_home(renames: Renames, match: Match) -> bool:
    """Whether the deprecated module reads the name itself when it runs, so that a patch counts."""
    module, _, name = match.old.rpartition(".")
    path = renames.resolver.modules.find(module)
    if path is None or path.endswith("/"):
        return False
    facts: Facts = renames.resolver.facts(path)
    return any(use.name == name and use.bound_in == 0 and use.scope != 0 for use in facts.uses)


def _joined(value: str, old_module: str, new_module: str, rest: tuple[str, ...]) -> str:
    """The new path in the form of the old: `a.b:C` keeps its colon."""
    colon = value.partition(":")[0]
    if ":" in value and colon == old_module:
        return f"{new_module}:{'.'.join(rest)}"
    return ".".join((new_module, *rest))
