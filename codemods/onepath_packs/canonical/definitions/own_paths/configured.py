"""Configuration that names a module in quotes, or its files and folder by their paths."""

import re
from collections.abc import Iterable, Iterator, Mapping
from posixpath import dirname
from typing import NamedTuple

from onepath.codemod import Config, Needles, Refusal, World
from onepath.config.globs import Globs
from onepath.facts.documents.kinds import is_configuration, may_hold_paths
from onepath.symbols.modules import is_package

_PYTHON = (".py", ".pyi")
_INI = (".cfg", ".ini", ".coveragerc")
"""Files in which words stand without quotes: `[mypy-pkg.mod.*]`, `pkg.mod = *.txt`."""
_BEFORE = rb"(?:(?<![\w./-])|(?<=\A/)|(?<=[\s\"'=(^]/)|(?<=[\s\"'=(^]\./))"
"""Where a path of the repository begins, from its top or with `./`."""
_COPIED = rb"(?m)^([ \t]*(?:COPY|ADD)[ \t][^\n]*/)%b(?=[ \t]*\r?$)"
"""Where a Dockerfile puts a file: the path in the image ends as that in the repository."""


class MovedFiles(NamedTuple):
    """A module or package that gets another path."""

    old: str
    """Its dotted path."""
    new: str
    files: Mapping[str, str]
    """Old path -> new path, of everything in it."""


def configured(
    before: World, world: World, config: Config, moved: MovedFiles
) -> dict[str, bytes | None]:
    """The configuration files that follow, with the new paths.

    Args:
        before: The code as it was.
        world: The code as it is.
        config: What is excluded.
        moved: What moves.
    """
    spelled = _spelled(moved)
    either = _paths(spelled)
    name = re.escape(moved.old.encode())
    quoted = re.compile(rb"(?<=[\"'])%b(?:\.\w+)*(?:\.?\*)?(?=[\"'])" % name)
    bare = re.compile(rb"(?<![\w./\"'@])%b(?:\.\w+)*(?:\.?\*)?(?![\w/\"'@-])" % name)
    words = Needles.of((moved.old, *(path.decode() for path in spelled)))
    found: dict[str, bytes | None] = {}
    for path, data in _texts(world, config, words):
        new = either.sub(lambda match: spelled[match[0]], data)
        new = quoted.sub(lambda match: _quoted(before, moved, match[0]), new)
        if path.endswith(_INI):
            new = bare.sub(lambda match: _quoted(before, moved, match[0]), new)
        if b"COPY" in new or b"ADD" in new:
            for old, there in spelled.items():
                new = re.sub(
                    _COPIED % re.escape(old), rb"\g<1>" + there.replace(b"\\", rb"\\"), new
                )
        if new != data:
            found[path] = new
    return found


def single_names(world: World, config: Config, moved: MovedFiles) -> Iterator[Refusal]:
    """List where configuration has the name of a module at the top as a word of its own.

    `packages = ["old"]` is it, `name = "old"` may be that of the distribution.

    Args:
        world: The code after what follows has followed.
        config: What is excluded.
        moved: What moves.
    """
    if "." in moved.old:
        return
    name = re.escape(moved.old.encode())
    word = re.compile(
        rb"(?m)[\"']%b(?:\.?\*)?[\"']|--(?:cov|source|package)[= ]%b(?![\w.-])"
        rb"|^[ \t]*%b[ \t]*=|[=:,][ \t]*%b[ \t]*(?:,|\r?$)|^[ \t]+(?:-[ \t]+)?%b[ \t]*\r?$"
        % ((name,) * 5)
    )
    for path, data in _texts(world, config, Needles.of([moved.old])):
        lines = sorted({data.count(b"\n", 0, match.start()) + 1 for match in word.finditer(data)})
        for line in lines:
            yield Refusal(path, line, "mentioned", f"'{moved.old}' appears in the text")


def still_mentioned(
    world: World,
    followed: Mapping[str, bytes | None],
    moved: MovedFiles,
    refusals: Iterable[Refusal],
) -> Iterator[Refusal]:
    """Refusals without those of words in configuration that have followed.

    Args:
        world: The code that `configured` was asked of.
        followed: What it gave.
        moved: What moves.
        refusals: What was listed before that.
    """
    word = re.compile(rb"(?<![\w.])%b(?!\w)" % re.escape(moved.old.encode()))
    before = world.read(sorted(followed))
    done: set[tuple[str, int]] = set()
    for path, new in followed.items():
        lines = zip(before.get(path, b"").splitlines(), (new or b"").splitlines(), strict=True)
        for line, (old, now) in enumerate(lines, 1):
            if old != now and not word.search(now):
                done.add((path, line))
    for refusal in refusals:
        if refusal.code != "mentioned" or (refusal.path, refusal.line) not in done:
            yield refusal


def _texts(world: World, config: Config, words: Needles) -> Iterator[tuple[str, bytes]]:
    excluded = Globs(config.exclude)
    paths = [
        path
        for path, entry in world.snapshot.entries.items()
        if entry.is_regular
        and not path.endswith(_PYTHON)
        and may_hold_paths(path)
        and is_configuration(path)
        and not excluded.match(path)
    ]
    yield from world.read([*world.fact_store.others_mentioning(paths, words)]).items()


def _spelled(moved: MovedFiles) -> dict[bytes, bytes]:
    """How configuration spells the files that move, and their folder."""
    paths = {old: new for old, new in moved.files.items() if old.endswith(_PYTHON)}
    inits = [(old, new) for old, new in moved.files.items() if is_package(old)]
    if inits:
        old, new = (dirname(path) for path in min(inits, key=lambda pair: pair[0].count("/")))
        paths[f"{old}/"] = f"{new}/"
        if "/" in old:
            paths[old] = new
    return {old.encode(): new.encode() for old, new in paths.items()}


def _paths(spelled: Mapping[bytes, bytes]) -> re.Pattern[bytes]:
    choices = [
        re.escape(path) + (b"" if path.endswith(b"/") else rb"(?![\w.*-]|/)")
        for path in sorted(spelled, key=len, reverse=True)
    ]
    return re.compile(_BEFORE + rb"(?:%b)" % b"|".join(choices))


def _quoted(world: World, moved: MovedFiles, text: bytes) -> bytes:
    """A word of a configuration file, with the new path if it is that of a module, or of all below.

    A word without a dot is hardly ever one.
    """
    word = text.decode("utf-8", "replace")
    dotted = word.rstrip("*").rstrip(".")
    is_module = "." in dotted and world.modules.find(dotted) is not None
    return (moved.new + word.removeprefix(moved.old)).encode() if is_module else text
