"""Dotted paths in files that are not Python: configuration, scripts and prose.

A mention is certain where the kind of the file makes it a reference: the whole value of a key or
list item, the argument of `python -m`, with a blank before it or none, or `a.b:attr`. Everything
else may be talk about the path. In the strings and comments of a Python file that is `python -m`, a
filter of warnings, and what documentation tools look up.
"""

import re
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

from onepath.facts.documents.directives import is_marked_up, short_names
from onepath.facts.documents.kinds import CODE, PROSE, PYTHON, kind_of
from onepath.facts.prefilter.words import LONGEST_OPTION, is_option

_LONGEST_HEAD = 2000
"""Characters before a mention, on its line, beyond which its place is not judged."""

_QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")
_COMMENT = re.compile(r"(?:^|\s)#")
_COMMENTS = {"ini": re.compile(r"(?:^|\s)[#;]"), "json": re.compile(r"(?:^|\s)//")}
_COMMENT_SIGNS = {"ini": "#;", "json": "/"}
_FLAGS = "[bBdEhiIOPqsSuvx]*"
"""The options of Python that take no argument, as they stand before `m` in `-Im`."""
_RUN = re.compile(
    r"(?:\b(?:python|pypy|coverage run|uv run)[\w.]*|\bpy|\$[({]?\w*PYTHON\w*[)}]?|%s|\{[\w.!]*\})"
    r"(?:\.exe)?[\"']?"
    rf"(?:\s+-[XW]\s+\S+|\s+-(?!{_FLAGS}m)\S+)*\s+-{_FLAGS}m\s*[\"']?\Z"
)
_RUN_AS_ARGUMENT = re.compile(rf"[\"']-{_FLAGS}m\Z")
"""`"-mpkg.mod"`, an argument by itself."""
_FILTER = re.compile(
    r"(?:\A|[\s\"'=,])(?:default|error|ignore|always|all|module|once):(?:[^:\"'\\]|\\.)*:"
    r"(?:[\w.]*:)?\Z"
)
_FILTER_AFTER = re.compile(r"[\s\"':,]|\Z")
_PLUGIN = re.compile(r"(?:\A|[\s\"'=\[,])-p(?:\s+|[\"']\s*,\s*[\"']|=)?\Z")
_APPLICATION = re.compile(r"(?:\A|[\s\"'\[,])(?:-A|--app)(?:\s+|[\"']\s*,\s*[\"']|=)?\Z")
_VARIABLE = re.compile(r"(?:^|[\s\"'])[A-Z_][A-Z0-9_]*=[\"']?\Z")
_WORD_BEFORE = re.compile(r"(?:^|[\s\"'=\[(,|])\Z")
_WORD_AFTER = re.compile(r"[\s\"',;\])&|\\]|\Z")
_REST = re.compile(r"\s*(?:\s[#;].*)?\Z")

_INI_VALUE = re.compile(r"\s*[^\s=:#;\[][^=:]*[=:]\s*\Z|\s+\Z")
_ENV_VALUE = re.compile(r"\s*(?:export\s+|Environment=|ENV\s+|ARG\s+)?[A-Za-z_]\w*(?:=|\s+)\Z")
_YAML_VALUE = re.compile(r"\s*(?:-\s+)*(?:-\s+|[^\s#:][^#:]*:\s+)(?:[!&]\S+\s+)?\Z")
_YAML_FLOW = re.compile(r"\s*(?:-\s+)*(?:-\s+|[^\s#:][^#:]*:\s+)\[(?:[^\[\]{}]*,)?\s*\Z")
_FLOW_AFTER = re.compile(r"\s*[,\]}]")
_FLOW_KEY = re.compile(r"(?:\A|[{,]|\s)\s*[^\s{}\[\],:#][^{}\[\],#]*:\s+(?:[!&]\S+\s+)?\Z")
_FLOW_ITEM = re.compile(r"[\[,]\s*\Z")
_FLOW_END = re.compile(r"\s*[}\]][\s,}\]]*(?:\s#.*)?\Z")
_TARGET = re.compile(
    r"(?:\A|[\s\"'=.+~])(?:_target_|class_path|[A-Z_]+_(?:MODULE|CLASS|BACKEND|URLCONF))"
    r"=\\?[\"']?\Z"
)
_TARGET_AFTER = re.compile(r"[\s\"'\\;&|)]|\Z")


class Mention(NamedTuple):
    """A dotted path in a text, by its byte offsets."""

    start: int
    end: int
    line: int
    text: str
    """As written: `a.b.C` or `a.b:C`."""
    certain: bool
    talk: bool = False
    """Whether it is where nothing reads it: in prose, in a comment, inside a JSON text."""
    is_member: bool = False
    """Whether only the last name is written, in a list of what its module has."""
    within: str = ""
    """The module that the markup gives, if only what is in it is written."""

    def respelled(self, new: str) -> str | None:
        """Another path as it is written in this place; None if it can't stand there."""
        if self.within and new.startswith(f"{self.within}."):
            short, written = (path[len(self.within) + 1 :] for path in (new, self.text))
            # A directive takes what is before a dot for a module, wherever it is written.
            if short.count(".") <= written.count("."):
                return short
        return None if self.is_member else new


def path_mentions(path: str, data: bytes, olds: Collection[str]) -> tuple[Mention, ...]:
    """Every place where one of the dotted paths `olds` is written, in order.

    Where a longer path begins with one of them, the span is that of the longest one of `olds`. A
    single name counts only as the beginning of a longer path or as the argument of `python -m`.

    Args:
        path: Says what kind of file it is; it is not opened.
        data: The file's bytes, UTF-8 or else read as Latin-1.
        olds: Dotted paths, with dots only.
    """
    wanted = frozenset(olds)
    heads = frozenset(head for head in _heads(wanted) if head.encode() in data)
    if not heads:
        return ()
    try:
        text, encoding = data.decode(), "utf-8"
    except UnicodeDecodeError:
        text, encoding = data.decode("latin-1"), "latin-1"
    kind = kind_of(path)
    mentions = [*_mentions(text, encoding, wanted, heads, kind)]
    if kind == PROSE:
        mentions += _short_mentions(text, encoding, wanted)
        mentions.sort()
    return tuple(mentions)


def _short_mentions(text: str, encoding: str, wanted: frozenset[str]) -> Iterator[Mention]:
    """Names to which the markup around them gives the module."""
    at = offset = 0
    line = 1
    for short in short_names(text):
        path = f"{short.module}.{short.name}{short.rest}"
        written = path
        while len(written) > len(short.module) and written not in wanted:
            written = written.rpartition(".")[0]
        if len(written) > len(short.module):
            offset += len(text[at : short.start].encode(encoding))
            line += text.count("\n", at, short.start)
            at = short.start
            size = len(written[len(short.module) + 1 :].encode(encoding))
            yield Mention(
                offset, offset + size, line, written, True,
                is_member=short.is_member, within=short.module,
            )  # fmt: skip


def _mentions(
    text: str, encoding: str, wanted: frozenset[str], heads: frozenset[str], kind: str
) -> Iterator[Mention]:
    at = offset = 0
    line = 1
    for match in _pattern(heads).finditer(text):
        last = _longest(match, wanted)
        if last is None or _continues_before(text, match.start()):
            continue
        place = _Place.of(text, match)
        if kind in (PROSE, PYTHON):
            certain = is_marked_up(text, match.start(), place.head, place.tail) or (
                kind == PYTHON and (place.is_run or place.is_filtered)
            )
        else:
            certain = bool(kind) and _is_certain(kind, place)
        is_single = match[0].removesuffix(".py").isidentifier()
        if is_single and not (certain and place.is_run):
            continue
        offset += len(text[at : match.start()].encode(encoding))
        line += text.count("\n", at, match.start())
        at = match.start()
        written = text[at:last]
        end = offset + len(written.encode(encoding))
        is_talk = kind in ("", "json", PROSE, PYTHON) or _in_comment(kind, place.head)
        yield Mention(offset, end, line, written, certain, not certain and is_talk)


@lru_cache(maxsize=4)
def _heads(wanted: frozenset[str]) -> frozenset[str]:
    return frozenset(old.partition(".")[0] for old in wanted)


def _continues_before(text: str, start: int) -> bool:
    """Whether what starts here is the rest of a longer name or path."""
    before = text[start - 1 : start]
    if before == "." and text[start - 2 : start - 1] in ("`", "~", "!", "<"):
        return False  # a role looks for whatever ends in what follows
    is_within = before.isalnum() or before in ("_", ".")
    return is_within and not is_option(text[max(0, start - LONGEST_OPTION) : start].encode())


@lru_cache(maxsize=64)
def _pattern(heads: frozenset[str]) -> re.Pattern[str]:
    """A whole path that begins with one of `heads`; which one it is, is looked up afterwards.

    It starts with plain text, without a look behind, because `re` then searches much faster.
    """
    either = "|".join(
        re.escape(head) for head in sorted(heads, key=lambda head: (-len(head), head))
    )
    name = r"[^\W\d]\w*"
    return re.compile(rf"(?:{either})(?!\w)(?:\.{name})*(?::{name}(?:\.{name})*)?")


def _longest(match: re.Match[str], wanted: frozenset[str]) -> int | None:
    """Where the longest wanted path that begins here ends."""
    path = match[0].replace(":", ".")
    size = len(path)
    while size > 0:
        if path[:size] in wanted:
            return match.start() + size
        size = path.rfind(".", 0, size)
    return None


class _Place(NamedTuple):
    """What surrounds a path on its line."""

    path: str
    head: str
    tail: str

    @classmethod
    def of(cls, text: str, match: re.Match[str]) -> "_Place":
        # Never further than that, so that a line of a million paths is read once.
        first = max(0, match.start() - _LONGEST_HEAD)
        start = max(first, text.rfind("\n", first, match.start()) + 1)
        end = text.find("\n", match.end(), match.end() + _LONGEST_HEAD)
        if end < 0:
            end = min(len(text), match.end() + _LONGEST_HEAD)
        return cls(match[0], text[start : match.start()], text[match.end() : end].rstrip("\r"))

    @property
    def is_run(self) -> bool:
        """Whether it is the argument of `python -m`."""
        is_argument = _RUN.search(self.head) or (
            "." in self.path and _RUN_AS_ARGUMENT.search(self.head)
        )
        return bool(is_argument and _WORD_AFTER.match(self.tail))

    @property
    def is_plugin(self) -> bool:
        """Whether it is a plugin that pytest is told to load, or a package for a tool: `-p a.b`."""
        return bool(_PLUGIN.search(self.head) and _WORD_AFTER.match(self.tail))

    @property
    def is_application(self) -> bool:
        """Whether it is what a command is told to run: `celery -A a.b`, `flask --app a.b`."""
        return bool(_APPLICATION.search(self.head) and _WORD_AFTER.match(self.tail))

    @property
    def is_object(self) -> bool:
        """Whether it is `a.b:attr`, on its own."""
        is_word = _WORD_BEFORE.search(self.head) and _WORD_AFTER.match(self.tail)
        return ":" in self.path and bool(is_word)

    @property
    def is_filtered(self) -> bool:
        """Whether a filter of warnings has it: `error:message:a.b.Warning`, `ignore:::a.b`."""
        return bool(_FILTER.search(self.head) and _FILTER_AFTER.match(self.tail))

    @property
    def is_variable(self) -> bool:
        """Whether it is all of the value in `NAME=a.b.C`."""
        return bool(_VARIABLE.search(self.head) and re.match(r"[\s\"'\\]|\Z", self.tail))

    @property
    def is_quoted(self) -> bool:
        """Whether it is all that is between two quotes, and not as a key."""
        quote = self.head[-1:]
        if not quote or quote not in "\"'" or not self.tail.startswith(quote):
            return False
        is_inside = re.search(r"[\"']", _QUOTED.sub("", self.head[:-1]))
        return not is_inside and not re.match(r"\s*[:=.]", self.tail[1:])


def _is_certain(kind: str, place: _Place) -> bool:
    if _in_comment(kind, place.head):
        return False
    if kind == "json":
        # An unescaped quote on both sides is a whole string, wherever the line began.
        is_string = place.head.endswith('"') and not place.head.endswith('\\"')
        if is_string and place.tail.startswith('"'):
            return not re.match(r"\s*:", place.tail[1:])
    if len(place.head) >= _LONGEST_HEAD:
        return False
    if place.is_run or place.is_plugin or place.is_application:
        return True
    if place.is_object or place.is_filtered:
        return True
    if kind == "script" and _TARGET.search(place.head):
        return bool(_TARGET_AFTER.match(place.tail))
    return kind not in ("script", CODE) and (
        place.is_variable or place.is_quoted or _VALUES[kind](place.head, place.tail)
    )


def _in_comment(kind: str, head: str) -> bool:
    if not any(sign in head for sign in _COMMENT_SIGNS.get(kind, "#")):
        return False
    return bool(_COMMENTS.get(kind, _COMMENT).search(_QUOTED.sub("", head)))


def _ini_value(head: str, tail: str) -> bool:
    return bool(_INI_VALUE.fullmatch(head) and _REST.match(tail))


def _env_value(head: str, tail: str) -> bool:
    return bool(_ENV_VALUE.fullmatch(head) and _REST.match(tail))


def _yaml_value(head: str, tail: str) -> bool:
    if _YAML_VALUE.fullmatch(head) and _REST.match(tail):
        return True
    if _YAML_FLOW.fullmatch(head) and _FLOW_AFTER.match(tail):
        return True
    bare = _QUOTED.sub("''", head)
    is_open = bare.count("{") + bare.count("[") > bare.count("}") + bare.count("]")
    if is_open and re.search(r"(?:\A|[:\-,\[{]|\s)\s*[{\[]", bare):
        is_value = _FLOW_KEY.search(bare) or (_FLOW_ITEM.search(bare) and "[" in bare)
        return bool(is_value and (_FLOW_AFTER.match(tail) or not tail.strip()))
    # A mapping over several lines, of which this is the last.
    return bool(_YAML_VALUE.fullmatch(head) and _FLOW_END.match(tail))


def _no_value(head: str, tail: str) -> bool:
    return False


_VALUES: dict[str, Callable[[str, str], bool]] = {
    "toml": _no_value,
    "json": _no_value,
    "ini": _ini_value,
    "env": _env_value,
    "docker": _env_value,
    "yaml": _yaml_value,
}
