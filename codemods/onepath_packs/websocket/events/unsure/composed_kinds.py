"""Events whose kind is put together: `f"agent_{state}"`. They keep their form, and are listed."""

import ast
import re
from collections.abc import Iterator, Sequence

from onepath.codemod import Refusal, World
from onepath.facts.extract.file import module_tree
from onepath.facts.extract.shapes import word_for
from onepath.facts.prefilter.words import SearchByItself
from onepath_packs.websocket.events.canonical_form import EventForm, departures

_COMPOSED = (
    rb"[\"'](?:%b)[\"']\s*:\s*(?:[fF][\"']|[\"'][^\"'\n]*[\"']\s*(?:[+%%]|\.(?:format|join)\()"
    rb"|[\w.]+\s*\+\s*[\"'])"
)
_HOLE = re.compile(r"%[sdr]|\{[^{}]*\}")
_ANY = ".+"
_SHORTEST = 3
"""So many characters of a kind must be known; less is found in too much else."""


class ComposedKinds(SearchByItself):
    """The search for Python files with a display whose kind is put together.

    Args:
        form: The canonical form.
    """

    def __init__(self, form: EventForm) -> None:
        types = sorted(form.spellings(form.type_key))
        self._plain = [key.encode() for key in types]
        self._pattern = re.compile(_COMPOSED % b"|".join(map(re.escape, self._plain)))
        self.digest = f"composed kinds by {' '.join(types)}"

    def hit(self, data: bytes) -> bool:
        """Whether there is one."""
        return any(key in data for key in self._plain) and self._pattern.search(data) is not None


def composed_events(world: World, form: EventForm) -> Iterator[Refusal]:
    """List the displays whose kind is put together, where that may give a kind of the form.

    Args:
        world: The code.
        form: The canonical form.
    """
    store = world.fact_store
    for path, data in world.read(
        [*store.others_mentioning(store.python, ComposedKinds(form))]
    ).items():
        for node in ast.walk(module_tree(data)):
            if isinstance(node, ast.Dict):
                yield from _composed_event(path, node, form)


def _composed_event(path: str, display: ast.Dict, form: EventForm) -> Iterator[Refusal]:
    values = {
        key.value: value
        for key, value in zip(display.keys, display.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
    kind = next((values[key] for key in values if form.canonical(key) == form.type_key), None)
    pattern = _spelled(kind) if kind is not None and not isinstance(kind, ast.Constant) else ""
    if kind is None or len(pattern.replace(_ANY, "")) < _SHORTEST:
        return
    kinds = [one for one in form.kinds if re.fullmatch(pattern, one)]
    keys = {key: word_for(value) for key, value in values.items()}
    problems = departures(keys, len(values) == len(display.keys), form)
    if kinds and problems:
        reason = f"its kind is put together, {ast.unparse(kind)}: {'; '.join(problems)}"
        yield Refusal(path, display.lineno, "kind-put-together", reason)


def _spelled(node: ast.expr) -> str:
    """A pattern of the texts that an expression may be; what is not known may be anything."""
    match node:
        case ast.Constant(value=str() as text):
            return re.escape(text)
        case ast.JoinedStr(values=parts):
            return "".join(map(_spelled, parts))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _spelled(left) + _spelled(right)
        case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Mod()):
            return _filled(text)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="format")):
            return _filled(text)
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str() as text), attr="join"),
            args=[ast.Tuple(elts=items) | ast.List(elts=items)],
        ):
            return _joined(text, items)
    return _ANY


def _filled(text: str) -> str:
    return _ANY.join(map(re.escape, _HOLE.split(text)))


def _joined(between: str, items: Sequence[ast.expr]) -> str:
    return re.escape(between).join(map(_spelled, items))
