"""What refers to a module, or to a name in one, outside of the code of Python files as well."""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping

from onepath.facts.documents.kinds import holds_paths_as_text, is_configuration, is_other_code
from onepath.facts.documents.notebook_magic import is_in_shell_line
from onepath.facts.documents.piece import DocumentError
from onepath.facts.documents.pieces import pieces
from onepath.facts.documents.statements import ImportsInStrings, names_in_from_imports
from onepath.facts.documents.text_paths import path_mentions
from onepath.facts.extract.file import extract
from onepath.facts.extract.type_comments import MARK, is_in_type_comment
from onepath.facts.prefilter.words import Needles, Search
from onepath.facts.spelling.texts import Texts, code_spans
from onepath.snapshot.blobs import decode_path, encode_path
from onepath.symbols.find_references.holders import holders_in, python_holders
from onepath.symbols.find_references.pickles import pickle_holders
from onepath.symbols.find_references.targets import (
    DANGLING,
    MENTION,
    Holder,
    HolderKind,
    KnownHolders,
    SoughtTargets,
    Target,
)
from onepath.symbols.modules import is_package
from onepath.symbols.world import World, read_files

_PYTHON = (".py", ".pyi")
_RUN = ("cell", "doctest")
"""Kinds of pieces that somebody runs."""
_BATCH = 200


def holders(
    world: World, targets: Iterable[Target], skip: Container[str] = ()
) -> tuple[Holder, ...]:
    """Everything that still refers to one of these targets, by file and line.

    Imports in all their forms, attribute chains, strings, entry points, configuration and data
    files, pickles, notebooks, doctests, documents and prose. A byte search picks the files.

    Args:
        world: The code.
        targets: Modules, and names in modules.
        skip: Files that are not looked at: those that go as well, and the one that says so.
    """
    sought = SoughtTargets.of(world, targets)
    if not sought.words:
        return ()
    return tuple(
        sorted(
            {
                *python_holders(world, sought, skip),
                *_text_holders(world, sought, skip),
                *pickle_holders(world, sought, skip),
            }
        )
    )


def searches_in_python(world: World, targets: Iterable[Target]) -> tuple[Search, ...]:
    """The searches over all Python files, for text that refers to some targets, of `holders`."""
    sought = SoughtTargets.of(world, targets)
    files = (target.path for target in sought.modules.values())
    spelled = (*_spelled(sought), *files)
    return Needles.of(spelled), ImportsInStrings(sought.dotted)


def _spelled(sought: SoughtTargets) -> tuple[str, ...]:
    """The dotted paths, and the same as entry points."""
    dotted = sought.dotted
    return (*dotted, *(entry for one in dotted for entry in _as_entry_points(one)))


def _text_holders(world: World, sought: SoughtTargets, skip: Container[str]) -> Iterator[Holder]:
    files = {target.path: target for target in sought.modules.values()}
    dotted = sought.dotted
    spelled = (*_spelled(sought), *files)
    in_texts = Needles.of((*spelled, *_imported(dotted)))
    chosen = [
        *world.fact_store.texts_mentioning(holds_paths_as_text, in_texts),
        *world.fact_store.others_mentioning(world.fact_store.python, Needles.of(spelled)),
        *world.fact_store.others_mentioning(world.fact_store.python, ImportsInStrings(dotted)),
    ]
    chosen = [path for path in dict.fromkeys(chosen) if path not in skip]
    known = KnownHolders(world, sought, "text")
    for at in range(0, len(chosen), _BATCH):
        batch = chosen[at : at + _BATCH]
        data = read_files(world.snapshot, [path for path in batch if path not in known])
        for path, text in data.items():
            known.keep(path, text_holders_in(world, path, text, sought, files))
        for path in batch:
            yield from known.of(path)


def _as_entry_points(dotted: str) -> Iterator[str]:
    """The ways to write a path with a colon: `a.b:C` and `a:b.C`."""
    parts = dotted.split(".")
    for at in range(1, len(parts)):
        yield f"{'.'.join(parts[:at])}:{'.'.join(parts[at:])}"


def _imported(dotted: Iterable[str]) -> Iterator[str]:
    """How a piece of Python in a document begins that refers to a path without spelling it."""
    for parent, _, name in (one.rpartition(".") for one in dotted):
        if parent:
            yield f"from {parent} import"
            yield f"import {parent} as"
        else:
            yield name


def text_holders_in(
    world: World, path: str, data: bytes, sought: SoughtTargets, files: Mapping[str, Target]
) -> Iterator[Holder]:
    """The references in one document, configuration or data file, or in a file's texts."""
    told: set[tuple[int, Target]] = set()
    for holder in _in_pieces(world, path, data, sought):
        told.add((holder.line, holder.target))
        yield holder
    is_setup, is_python = path.rpartition("/")[2] == "setup.py", path.endswith(_PYTHON)
    code = code_spans(world.facts(path), data) if is_python else None
    texts = Texts(data)
    is_code = is_other_code(path)
    is_notebook = path.endswith(".ipynb")
    has_code = is_python or is_code or is_notebook
    imported = names_in_from_imports(data, sought.dotted) if has_code else ()
    for mention in (*path_mentions(path, data, sought.dotted), *imported):
        if code is not None and code.holds(mention.start):
            continue  # code that was understood says nothing more by its spelling
        target = sought.dotted[mention.text.replace(":", ".")]
        if path == target.path or (mention.line, target) in told:
            continue
        if _goes_deeper(world, data, mention.end, target):
            continue
        if nowhere := _leads_nowhere(world, data, mention.end, target):
            yield Holder(path, mention.line, DANGLING, f"{mention.text}.{nowhere}", target)
            continue
        if is_python:
            is_run = texts.is_code(mention.start) or (
                mention.certain and texts.is_read(mention.start)
            )
            counts = is_run or is_setup or _in_type_comment(data, mention.start)
        elif is_notebook and is_in_shell_line(data, mention.start):
            counts = True
        elif is_code:
            counts = not data[data.rfind(b"\n", 0, mention.start) + 1 :].lstrip().startswith(b"#")
        else:
            counts = mention.certain or not mention.talk
        yield Holder(path, mention.line, "config" if counts else MENTION, mention.text, target)
    yield from _file_names(path, data, files)


def _in_type_comment(data: bytes, start: int) -> bool:
    line = data.rfind(b"\n", 0, start) + 1
    return MARK in data[line:start] and is_in_type_comment(
        data[line:start].decode("utf-8", "replace")
    )


def _in_pieces(world: World, path: str, data: bytes, sought: SoughtTargets) -> Iterator[Holder]:
    """The references in the pieces of Python that a document holds."""
    needles = Needles.of(sought.words)
    try:
        for piece in pieces(path, data):
            if not needles.hit(piece.source):
                continue
            kind: HolderKind = "example" if piece.kind in _RUN else MENTION
            for holder in holders_in(world, "", extract(piece.source), sought, piece.source):
                yield holder._replace(path=path, line=piece.line + holder.line - 1, kind=kind)
    except DocumentError:
        return  # prose is looked for in it all the same


def _goes_deeper(world: World, data: bytes, end: int, target: Target) -> bool:
    """Whether a path goes on to a module below the package that it seems to name."""
    more = re.match(rb"[.:]([^\W\d]\w*)", data[end : end + 200])
    if more is None or target.name or not is_package(target.path):
        return False
    return world.modules.submodule(target.path, more[1].decode()) is not None


def _leads_nowhere(world: World, data: bytes, end: int, target: Target) -> str:
    """The name that a path goes on with and that a module does not have; empty if it has it."""
    more = re.match(rb"\.([^\W\d]\w*)", data[end : end + 200])
    if more is None or target.name:
        return ""
    name = more[1].decode()
    resolution = world.resolver.name(target.path, name)
    return name if resolution.kind == "unresolved" and resolution.reason == "no such name" else ""


def _file_names(path: str, data: bytes, files: Mapping[str, Target]) -> Iterator[Holder]:
    """Places that name the file of a module by its path."""
    there = tuple(file for file in files if file != path and encode_path(file) in data)
    for match in _either(there).finditer(data) if there else ():
        file = decode_path(match[0])
        line = data.count(b"\n", 0, match.start()) + 1
        start = data.rfind(b"\n", 0, match.start()) + 1
        end = data.find(b"\n", match.end())
        head = data[start : match.start()]
        tail = data[match.end() : end if end >= 0 else len(data)]
        kind: HolderKind = "file" if _is_opened(path, head, tail) else MENTION
        yield Holder(path, line, kind, file, files[file])


def _either(files: Collection[str]) -> re.Pattern[bytes]:
    return re.compile(
        rb"(?<!\w)(?:%b)(?!\w)" % b"|".join(re.escape(encode_path(file)) for file in files)
    )


def _is_opened(path: str, head: bytes, tail: bytes) -> bool:
    """Whether a file's name is where something may open the file."""
    if head.lstrip().startswith((b"#", b"//", b";")):
        return False
    if path.endswith(_PYTHON):
        return bool(re.search(rb"[\"'][^\"'\s]*\Z", head) and re.match(rb"[^\"'\s]*[\"']", tail))
    return is_configuration(path) and not path.endswith((".json", ".jsonc"))
