"""Documentation that has a definition by its name alone: :class:`Old`, code without an import."""

import re
from collections.abc import Iterator, Mapping

from onepath.codemod import Config, Edit, Needles, Refusal, World
from onepath.config.globs import Globs
from onepath.edit.edits import apply_edits
from onepath.facts.documents.directives import PROSE, linked_names
from onepath.facts.documents.piece import DocumentError
from onepath.facts.documents.pieces import pieces
from onepath.facts.extract.file import extract
from onepath.facts.spelling.texts import Texts, is_behind_prompt
from onepath.symbols.resolve import Step
from onepath.symbols.tree.syntax import SyntaxTree
from onepath_packs.canonical.definitions.old_paths.by_own_name.shown_names import ShownNames
from onepath_packs.canonical.definitions.own_paths.linked_files import led_on

_INCLUDE = re.compile(
    rb"^[ \t]*(?:\.\.[ \t]+literalinclude::|(?:`{3,}|:{3,})\{literalinclude\})[ \t]+"
    rb"(?P<path>[\w./-]+)[ \t]*\r?\n(?P<options>(?:[ \t]*:[^\n]*(?:\n|\Z))*)",
    re.MULTILINE,
)
_OBJECT = re.compile(rb"(?m)^[ \t]*:pyobject:[ \t]+([^\W\d]\w*)")


def linked_by_name(
    world: World, config: Config, home: Step, new: str, contents: Mapping[str, bytes | None]
) -> ShownNames:
    """Give what docstrings link to its new name, where the old one means it in their module.

    Documentation tools look such a name up in the module that is documented. Where a module takes
    the name from elsewhere, the author means the same.

    Args:
        world: The code as it was.
        config: Which files are left out, and whether documents are rewritten or only listed.
        home: (path, name) of the definition.
        new: Its new name.
        contents: The files that change for the new name: what they are then.
    """
    name, excluded = home[1], Globs(config.exclude)
    linked: dict[str, bytes] = {}
    refusals = []
    paths = [*world.fact_store.mentioning(Needles.of([name]))]
    for path, was in world.read(paths).items():
        data = contents.get(path, was)
        places = [*_links(data, name.encode())] if data is not None else []
        if data is None or not places or not _means(world, path, home):
            continue
        if config.documents == "rewrite" and not excluded.match(path):
            edits = [Edit(start, end, new.encode(), "document", 1) for start, end in places]
            linked[path] = apply_edits(data, edits)
            continue
        for start, _ in _links(was, name.encode()):
            line = was.count(b"\n", 0, start) + 1
            refusals.append(Refusal(path, line, "mentioned", f"'{name}' appears in the text"))
    refusals += _in_code_of_documents(world, name, contents)
    included = including(world, config, home, new=new, contents=contents)
    linked |= included.contents
    return ShownNames(linked, (*refusals, *included.refusals))


def including(
    world: World,
    config: Config,
    home: Step,
    *,
    new: str = "",
    file: str = "",
    contents: Mapping[str, bytes | None],
) -> ShownNames:
    """The documents that include a definition out of its module: `:pyobject: Old`.

    Args:
        world: The code.
        config: Which files are left out, and whether documents are rewritten or only listed.
        home: (path, name) of the definition, as it was.
        new: Its new name, if it gets another one.
        file: The file to which it goes, if it does.
        contents: The files that have changed for it.
    """
    name, excluded = home[1], Globs(config.exclude)
    found: dict[str, bytes] = {}
    refusals: list[Refusal] = []
    for path, was in world.read(_documents(world, name, PROSE)).items():
        data = contents.get(path) or was
        edits = [*_included(path, data, home, new, file)]
        if edits and config.documents == "rewrite" and not excluded.match(path):
            found[path] = apply_edits(data, edits)
            continue
        for edit in edits:
            reason = f"'{name}' appears in the text"
            refusals.append(Refusal(path, edit.line, "mentioned", reason))
    return ShownNames(found, tuple(refusals))


def _included(path: str, data: bytes, home: Step, new: str, file: str) -> Iterator[Edit]:
    moving = {home[0]: file or home[0]}
    for include in _INCLUDE.finditer(data):
        there = led_on(path, include["path"].decode(), moving)
        for named in _OBJECT.finditer(data, *include.span("options")) if there else ():
            if named[1].decode() == home[1]:
                span, text = (include.span("path"), there) if file else (named.span(1), new)
                yield Edit(*span, str(text).encode(), "document", data.count(b"\n", 0, span[0]) + 1)


def _in_code_of_documents(
    world: World, name: str, contents: Mapping[str, bytes | None]
) -> Iterator[Refusal]:
    """The code blocks of documents that read the name and don't bind it: an import is implied."""
    for path, was in world.read(_documents(world, name, (*PROSE, ".ipynb"))).items():
        for line in sorted({*_read_unbound(path, contents.get(path) or was, name)}):
            yield Refusal(path, line, "mentioned", f"'{name}' appears in an example")


def _documents(world: World, name: str, endings: tuple[str, ...]) -> list[str]:
    """The documents with some endings that mention a name."""
    texts = [
        path
        for path, entry in world.snapshot.entries.items()
        if entry.is_regular and path.endswith(endings)
    ]
    return [*world.fact_store.others_mentioning(texts, Needles.of([name]))]


def _read_unbound(path: str, data: bytes, name: str) -> Iterator[int]:
    """The lines of a document whose code reads a name that none of its code binds."""
    try:
        every = [(piece, extract(piece.source)) for piece in pieces(path, data)]
    except DocumentError:
        return
    if any(facts.failure is None and name in facts.scopes[0].bound for _, facts in every):
        return
    for piece, facts in every:
        if facts.failure is None and name.encode() in piece.source:
            example = SyntaxTree(piece.source)
            for node in example.words.get(name, ()):
                start, end = example.place(node)
                edit = Edit(start, end, b"", "name", node.lineno)
                yield from (carried.line for carried in piece.to_document((edit,)))


def _links(data: bytes, name: bytes) -> Iterator[tuple[int, int]]:
    """Where docstrings of a file link to a name."""
    texts = Texts(data)
    # Each byte is one character here, so that the offsets are those of the bytes.
    for start, end, _ in sorted(linked_names(data.decode("latin-1"))):
        if (
            data[start:end] == name
            and texts.is_docstring(start)
            and not is_behind_prompt(data, start)
        ):
            yield start, end


def _means(world: World, path: str, home: Step) -> bool:
    """Whether the name of a definition means it at the top of a module."""
    resolution = world.resolver.attributes(path, [home[1]])
    return (resolution.path, resolution.name) == home and not resolution.rest
