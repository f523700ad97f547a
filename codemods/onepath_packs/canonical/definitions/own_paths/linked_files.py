"""Documents that include a module, or link to it, by the path of its file.

`.. literalinclude:: ../p/mod.py`, `[the module](p/mod.py)`: such a path is relative to the
document, or to the top of the repository. What prose says of files stays as it is.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from posixpath import basename, dirname, normpath, relpath

from onepath.codemod import Config, Edit, Needles, Refusal, World
from onepath.config.globs import Globs
from onepath.edit.edits import apply_edits, in_order
from onepath.facts.documents.directives import PROSE

_PATH = rb"(?P<path>[\w./-]+\.pyi?)"
_LINKS = tuple(
    re.compile(link % _PATH, re.MULTILINE)
    for link in (
        rb"^[ \t]*\.\.[ \t]+(?:literal)?include::[ \t]+%b[ \t]*\r?$",
        rb"^[ \t]*(?:`{3,}|:{3,})\{(?:literal)?include\}[ \t]+%b[ \t]*\r?$",
        rb"\]\(%b(?:#[^)\s]*)?\)",
        rb"^[ \t]*\[[^\]\n]+\]:[ \t]+%b(?:#\S*)?[ \t]*\r?$",
        rb"<%b(?:#[^>\s]*)?>`_",
        rb"^[ \t]*\.\.[ \t]+_[^:\n]+:[ \t]+%b(?:#\S*)?[ \t]*\r?$",
    )
)


def linked_files(
    world: World, config: Config, files: Mapping[str, str]
) -> tuple[dict[str, bytes | None], list[Refusal]]:
    """The documents that lead to what moves, with its new path; and the places to list instead.

    Args:
        world: The code.
        config: What is excluded, and whether documents are rewritten.
        files: Old path -> new path, of all that moves.
    """
    found: dict[str, bytes | None] = {}
    refusals: list[Refusal] = []
    excluded = Globs(config.exclude)
    entries = world.snapshot.entries.items()
    texts = [one for one, entry in entries if entry.is_regular and one.endswith(PROSE)]
    names = Needles.of({basename(old) for old in files if old.endswith((".py", ".pyi"))})
    if not names.words:
        return found, refusals
    for path, data in world.read([*world.fact_store.others_mentioning(texts, names)]).items():
        if path in files:
            continue  # what moves along stays beside what it leads to
        edits = [*_edits(path, data, files)]
        if config.documents == "rewrite" and not excluded.match(path):
            if edits:
                found[path] = apply_edits(data, in_order(edits))
            continue
        for edit in edits:
            old = data[edit.start : edit.end].decode()
            refusals.append(Refusal(path, edit.line, "mentioned", f"'{old}' appears in the text"))
    return found, refusals


def _edits(path: str, data: bytes, files: Mapping[str, str]) -> Iterator[Edit]:
    """What leads to files that move, in one document."""
    seen: set[int] = set()
    for link in _LINKS:
        for match in link.finditer(data):
            start, end = match.span("path")
            new = None if start in seen else led_on(path, match["path"].decode(), files)
            seen.add(start)
            if new is not None:
                line = data.count(b"\n", 0, start) + 1
                yield Edit(start, end, new.encode(), "document", line)


def led_on(document: str, written: str, files: Mapping[str, str]) -> str | None:
    """What a document has to write in place of the path of a file that moves.

    Args:
        document: Its path.
        written: What it has: relative to itself, or to the top of the repository; after a `/` to a
            folder around it, which may be that of the documents or the top.
        files: Old path -> new path, of all that moves.

    Returns:
        None where it leads to nothing that moves.
    """
    folder = dirname(document)
    if written.startswith("//"):
        return None  # another host
    if written.startswith("/"):
        around = [folder, *map(str, PurePosixPath(folder).parents)] if folder else ["."]
        for top in around:
            if (old := normpath(f"{top}{written}")) in files:
                return f"/{relpath(files[old], top)}"
        return None
    near, top = normpath(f"{folder}/{written}" if folder else written), normpath(written)
    if near in files:
        new = relpath(files[near], folder or ".")
    elif top in files:
        new = files[top]
    else:
        return None
    return f"./{new}" if written.startswith("./") else new
