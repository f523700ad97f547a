"""Events whose kind has a name, or that `dict` makes: they keep their form, and are listed.

`{"type": STARTED, ...}`, where `STARTED` names a kind, and `dict(type="agent_started", ...)`.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from onepath.codemod import Needles, Refusal, World
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.file import module_tree
from onepath.facts.extract.shapes import word_for
from onepath.symbols.resolve import Step
from onepath_packs.websocket.events.canonical_form import EventForm, departures
from onepath_packs.websocket.events.unsure.composed_kinds import composed_events

_TEXTS = ("str", "StrEnum")
"""Bases by which the members of an enumeration are strings."""


def unsure_events(world: World, form: EventForm, paths: Iterable[str]) -> Iterator[Refusal]:
    """List the events whose kind has a name or is put together, and those that `dict` makes.

    Args:
        world: The code.
        form: The canonical form.
        paths: The Python files that spell a kind.
    """
    kinds = b"|".join(re.escape(kind.encode()) for kind in form.kinds)
    types = b"|".join(re.escape(key.encode()) for key in sorted(form.spellings(form.type_key)))
    assigned = re.compile(rb"\w[ \t]*(?::[^=\n]+)?=[ \t]*[\"'](?:%b)[\"']" % kinds)
    made = re.compile(rb"\bdict\((?:[^()]|\([^()]*\))*?\b(?:%b)[ \t]*=[ \t]*[\"']" % types)
    named: dict[Step, str] = {}
    for path, data in world.read([*paths]).items():
        is_made, is_named = made.search(data), assigned.search(data)
        if world.facts(path).failure is None and (is_made or is_named):
            tree = module_tree(data)
            named.update({(path, name): kind for name, kind in _named_kinds(tree.body, form)})
            yield from _made_by_dict(path, tree, form) if is_made else ()
    yield from _with_named_kind(world, form, named)
    yield from composed_events(world, form)


def _named_kinds(body: Iterable[ast.stmt], form: EventForm) -> Iterator[Step]:
    """The names of a module, and what is read of its classes, that are kinds: (name, kind)."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            bases = {dotted(base).rpartition(".")[2] for base in node.bases}
            for name, kind in _assigned_kinds(node.body, form):
                if not bases or not bases.isdisjoint(_TEXTS):
                    yield f"{node.name}.{name}", kind
                yield f"{node.name}.{name}.value", kind
    yield from _assigned_kinds(body, form)


def _assigned_kinds(body: Iterable[ast.stmt], form: EventForm) -> Iterator[Step]:
    for node in body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and node.value.value in form.kinds:
                    yield target.id, str(node.value.value)


def _made_by_dict(path: str, tree: ast.Module, form: EventForm) -> Iterator[Refusal]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and word_for(node) == "call dict"):
            continue
        keys = {
            keyword.arg: word_for(keyword.value)
            for keyword in node.keywords
            if keyword.arg is not None
        }
        kind = next((keys[one] for one in keys if form.canonical(one) == form.type_key), "")
        is_complete = len(keys) == len(node.keywords) and not node.args
        problems = departures(keys, is_complete, form)
        if kind.removeprefix("str ") in form.kinds and problems:
            reason = f"event {kind.removeprefix('str ')}: {'; '.join(problems)}"
            yield Refusal(path, node.lineno, "made-by-dict", reason)


def _with_named_kind(world: World, form: EventForm, named: Mapping[Step, str]) -> Iterator[Refusal]:
    """The displays whose kind is one of some names."""
    words = {name.removesuffix(".value").rpartition(".")[2] for _, name in named}
    types = form.spellings(form.type_key)
    for path in world.fact_store.mentioning(Needles.of(words)) if words else ():
        facts = world.facts(path)
        for display in facts.dicts if facts.failure is None else ():
            keys = dict(display.keys)
            spelled = next((keys[key] for key in keys if key in types), "")
            shape, _, value = spelled.partition(" ")
            if shape != "name":
                continue
            parts = value.split(".")
            resolution = world.resolver.attributes(path, parts)
            kind = named.get((resolution.path, ".".join((resolution.name, *resolution.rest))))
            problems = departures(keys, display.complete, form)
            if kind is not None and problems:
                reason = f"event {kind}, by the name '{'.'.join(parts)}': {'; '.join(problems)}"
                yield Refusal(path, display.line, "kind-by-name", reason)
