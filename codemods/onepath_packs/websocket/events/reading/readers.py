"""Who may read keys of an event: a search through a whole repository for how reads are written.

An event that leaves its function may come to any of them, so whatever is not certainly a read of
something else counts, in Python and in the languages in which the other side of a connection is
written. The search is by text: a read that the syntax tree shows to be of a display of the same
file is told by its place.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from onepath.facts.prefilter.words import Needles
from onepath.symbols.tree.scoped import ScopedTree
from onepath.symbols.world import World, read_files
from onepath_packs.websocket.events.canonical_form import EventForm
from onepath_packs.websocket.events.reading.names import EventNames

_SCRIPTS = (
    ".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte", ".html",
    ".jinja", ".jinja2", ".j2", ".ipynb", ".kt", ".swift", ".dart", ".go", ".rb", ".java",
)  # fmt: skip
_OWN = ("node_modules/", "/dist/", ".min.js")
"""Parts of paths of what nobody has written here."""
_RECEIVES = re.compile(
    rb"onmessage|JSON\.parse|EventSource|WebSocket|['\"]message['\"]|socket\.on|json\.Unmarshal"
)
_SPEAKS = re.compile(rb"event|message", re.IGNORECASE)
_FORMATS = re.compile(rb"\.format\(\s*\*\*|\.format_map\(")
_PARAMETERS = re.compile(rb"\bdef\s+\w+\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_BATCH = 200
SpansByPath = Mapping[str, Collection[tuple[int, int]]]


class KeyReader(NamedTuple):
    """A place that may read a key of an event."""

    path: str
    line: int
    key: str


def _is_script(path: str) -> bool:
    return path.endswith(_SCRIPTS) and not any(part in f"/{path}" for part in _OWN)


class EventReaders:
    """Finds readers of keys.

    Args:
        world: The code.
        form: The canonical form of events.
        known: By path, the spans of reads that are certainly of displays of the same file. Other
            files are looked into when a read is found in them.
    """

    def __init__(self, world: World, form: EventForm, known: SpansByPath) -> None:
        self._world = world
        self._form = form
        self._known = dict(known)
        self._found: dict[str, KeyReader | None] = {}
        self._kinds = re.compile(b"|".join(re.escape(kind.encode()) for kind in form.kinds))

    def first(self, keys: Collection[str]) -> KeyReader | None:
        """A place that may read one of some keys; None if there is none in the repository.

        One search answers for all keys of a call, so the first call had better have them all.
        """
        unknown = sorted(set(keys) - self._found.keys())
        if unknown:
            self._search(unknown)
        return min(filter(None, (self._found[key] for key in keys)), default=None)

    def _search(self, keys: Collection[str]) -> None:
        self._found.update(dict.fromkeys(keys))
        needles = Needles.of(keys)
        store = self._world.fact_store
        # By their text alone: facts of every file with such a common word would cost minutes.
        paths = sorted(
            (
                *store.others_mentioning(store.python, needles),
                *store.texts_mentioning(_is_script, needles),
            )
        )
        for start in range(0, len(paths), _BATCH):
            data = read_files(self._world.snapshot, paths[start : start + _BATCH])
            for path in sorted(data):
                missing = [key for key in keys if self._found[key] is None]
                if not missing:
                    return
                for key in missing:
                    line = self._line(path, data[path], key)
                    if line:
                        self._found[key] = KeyReader(path, line, key)

    def _line(self, path: str, data: bytes, key: str) -> int:
        """Where a file may read a key of an event; 0 if it does not."""
        if key.encode() not in data:
            return 0
        is_python = path.endswith((".py", ".pyi"))
        for at in self._python(path, data, key) if is_python else self._script(data, key):
            return data.count(b"\n", 0, at) + 1
        return 0

    def _script(self, data: bytes, key: str) -> Iterator[int]:
        if not (self._kinds.search(data) or _RECEIVES.search(data)):
            return
        yield from (match.start() for match in _script_reads(key).finditer(data))

    def _python(self, path: str, data: bytes, key: str) -> Iterator[int]:
        speaks = bool(self._kinds.search(data) or _SPEAKS.search(data))
        for form in _python_reads(key, speaks):
            for match in form.finditer(data):
                at = match.start("key")
                end = match.end("key")
                if not self._is_known(path, data, at) and not self._is_inside(data, at, end):
                    yield at
        for name in {one["name"] for one in _constants(key).finditer(data)}:
            used = re.search(rb"[\[(,]\s*%b\s*[\]),]|\b%b\s+in\b" % (name, name), data)
            if used:
                yield used.start()
        if speaks and _FORMATS.search(data):
            yield from (match.start() for match in _placeholders(key).finditer(data))
        if speaks:
            yield from self._parameters(data, key)
        yield from self._declared(path, data, key)

    def _parameters(self, data: bytes, key: str) -> Iterator[int]:
        """Functions that may be given the keys of an event as the names of arguments."""
        types = self._form.spellings(self._form.type_key)
        for match in _PARAMETERS.finditer(data):
            names = {word.decode() for word in re.findall(rb"[A-Za-z_]\w*", match[1])}
            if key in names and names & types:
                yield match.start()

    def _is_inside(self, data: bytes, start: int, end: int) -> bool:
        """Whether a key is read of the inner dict, where the form has such keys."""
        inner = re.escape(self._form.data_key.encode())
        index = rb"""\[\s*["']%b["']\s*\]""" % inner
        taken = rb"""(?:%b|\.get\(\s*["']%b["'][^()]*\))""" % (index, inner)
        before, after = data[max(0, start - 80) : start], data[end : end + 80]
        return bool(
            re.search(taken + rb"\s*(?:\[\s*|\.\w+\(\s*)$", before)
            or re.match(rb"\s*(?:not\s+)?in\s+[\w.]+" + taken, after)
        )

    def _is_known(self, path: str, data: bytes, at: int) -> bool:
        if path not in self._known:
            self._known[path] = tuple(self._known_in(path, data))
        return any(start <= at < end for start, end in self._known[path])

    def _known_in(self, path: str, data: bytes) -> Iterator[tuple[int, int]]:
        facts = self._world.facts(path)
        if facts.failure is not None or not any(display.target for display in facts.dicts):
            return
        tree = ScopedTree(data, facts)
        for read in EventNames(tree, self._form, {}).known():
            yield tree.place(read.node)

    def _declared(self, path: str, data: bytes, key: str) -> Iterator[int]:
        """Classes with a field of that name beside one that says the kind: a schema of events."""
        field = rb"^[ \t]+%b[ \t]*[:=]" % re.escape(key.encode())
        if not self._kinds.search(data) or not re.search(field, data, re.MULTILINE):
            return
        facts = self._world.facts(path)
        if facts.failure is not None:
            return
        fields: dict[str, set[str]] = {}
        for definition in facts.definitions:
            owner, _, name = definition.qualname.rpartition(".")
            if owner:
                fields.setdefault(owner, set()).add(name)
        types = self._form.spellings(self._form.type_key)
        for definition in facts.definitions:
            owner, _, name = definition.qualname.rpartition(".")
            if name == key and fields.get(owner, set()) & types:
                yield definition.start


@cache
def _python_reads(key: str, elements: bool) -> tuple[re.Pattern[bytes], ...]:
    """Reads of a key; with `elements` also a key in a collection of keys or given to a function."""
    word = rb"""(?P<key>[rRuU]?["']%b["'])""" % re.escape(key.encode())
    forms = [
        rb"""(?P<before>[\w)\]}"'])\s*\[\s*KEY\s*\]""",
        rb"""(?P<before>\w*)(?:get|pop|setdefault|pluck|glom|dig|require)\w*\([^()\n]*?KEY""",
        rb"""(?P<before>)KEY\s*(?:not\s+)?in\b""",
        rb"""(?P<before>)\bcase\s[^:\n]*?\{[^{}]*?KEY\s*:""",
    ]
    if elements:
        forms.append(rb"""(?P<before>)[\[({,]\s*KEY\s*(?=[,\])}])""")
    return tuple(re.compile(form.replace(b"KEY", word)) for form in forms)


@cache
def _script_reads(key: str) -> re.Pattern[bytes]:
    word = re.escape(key.encode())
    return re.compile(
        rb"""\.%b\b(?!\s*\()|["']%b["']\s*\]|[{,]\s*%b\s*(?=[,}:=])|["']%b["']\s+in\b"""
        % (word, word, word, word)
    )


@cache
def _constants(key: str) -> re.Pattern[bytes]:
    return re.compile(
        rb"""^[ \t]*(?:\w+\.)?(?P<name>\w+)(?:\s*:[^=\n]+)?\s*=\s*["']%b["']\s*(?:#.*)?$"""
        % re.escape(key.encode()),
        re.MULTILINE,
    )


@cache
def _placeholders(key: str) -> re.Pattern[bytes]:
    return re.compile(rb"\{%b[}!:\[.]" % re.escape(key.encode()))
