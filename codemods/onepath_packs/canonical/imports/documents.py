"""Deprecated paths outside Python modules: documents, notebooks, configuration, doctests."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from onepath.codemod.refusals.own_text import own_text
from onepath.config.globs import Globs
from onepath.config.migrate_toml import Config
from onepath.facts.documents.kinds import holds_paths_as_text
from onepath.facts.documents.notebook_magic import is_in_shell_line
from onepath.facts.documents.piece import DocumentError, Piece
from onepath.facts.documents.pieces import pieces
from onepath.facts.documents.statements import names_in_from_imports
from onepath.facts.documents.text_paths import path_mentions
from onepath.facts.extract.file import extract
from onepath.facts.prefilter.words import CodeNeedles, Needles
from onepath.facts.spelling.document import shared_names
from onepath.facts.spelling.texts import is_behind_prompt
from onepath.model import Edit, Facts, Refusal
from onepath.symbols.renames import Renames
from onepath.symbols.sites import find_sites
from onepath.symbols.world import World
from onepath_packs.canonical.imports.file import Demand, Rewritten, rewrite_file
from onepath_packs.canonical.imports.kept.withheld import KeepReason
from onepath_packs.canonical.imports.strings.contrast import contrasted
from onepath_packs.canonical.imports.strings.meanings import meaning_of
from onepath_packs.canonical.imports.strings.prose import MENTIONED, plan_prose

_PYTHON = (".py", ".pyi")
_OPENING = re.compile(rb"(?:`{3,}|~{3,})[ \t]*[^\s`]|\.\.[ \t]+[\w-]+::|:[\w-]+:")


class Documents:
    """All files that may hold a deprecated path without being Python modules.

    What became of a document is kept by its content, for the code that the changes make.

    Args:
        config: Which files are left out, whether documents are rewritten or only listed, and the
            configuration file itself, in which the old paths have to stand.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._excluded = Globs(config.exclude)
        self._done: dict[tuple[str, str], Rewritten] = {}

    def rewritten(
        self, world: World, renames: Renames, uncertain: Mapping[str, KeepReason]
    ) -> dict[str, Rewritten]:
        """What becomes of each document of a world in which there is something to say.

        Args:
            world: The code.
            renames: What is deprecated.
            uncertain: Deprecated paths whose canonical path may not be there.
        """
        paths = self._mentioning(world, renames) if renames.olds else []
        keys = {path: (path, world.snapshot.entries[path].oid) for path in paths}
        unread = [path for path, key in keys.items() if key not in self._done]
        for path, content in world.read(unread).items():
            facts = world.facts(path) if path.endswith(_PYTHON) else None
            self._done[keys[path]] = self._rewritten(path, content, facts, renames, uncertain)
        done = ((path, self._done.get(key)) for path, key in keys.items())
        return {path: one for path, one in done if one and (one.edits or one.refusals)}

    def _mentioning(self, world: World, renames: Renames) -> list[str]:
        needles = Needles.of(renames.words)
        paths = [
            *world.fact_store.texts_mentioning(holds_paths_as_text, needles),
            *world.fact_store.mentioning(CodeNeedles(needles)),
        ]
        return [path for path in paths if not self._excluded.match(path)]

    def _rewritten(
        self,
        path: str,
        content: bytes,
        facts: Facts | None,
        renames: Renames,
        uncertain: Mapping[str, KeepReason],
    ) -> Rewritten:
        rewriting = self._config.documents == "rewrite"
        rewritten = rewrite_document(path, content, facts, renames, uncertain, rewriting=rewriting)
        return _without_own(rewritten, own_text(self._config, path, content))


def _without_own(rewritten: Rewritten, is_own: Callable[[int], bool]) -> Rewritten:
    """What becomes of a file without the lines in which the old paths have to stand."""
    edits = [edit for edit in rewritten.edits if not is_own(edit.line)]
    refusals = [refusal for refusal in rewritten.refusals if not is_own(refusal.line)]
    return Rewritten(tuple(edits), tuple(refusals), rewritten.renamed)


def rewrite_document(
    path: str,
    data: bytes,
    facts: Facts | None,
    renames: Renames,
    uncertain: Mapping[str, KeepReason],
    *,
    rewriting: bool,
) -> Rewritten:
    """Take the Python inside one document, and the paths in its text, to the canonical paths.

    Args:
        path: The document.
        data: Its bytes.
        facts: Its facts, if it is a Python file, which is a document for its strings and comments.
        renames: What is deprecated.
        uncertain: Deprecated paths whose canonical path may not be there.
        rewriting: Whether to change it, or only to list what would change.
    """
    edits: list[Edit] = []
    refusals: list[Refusal] = []
    needles = Needles.of(renames.words)
    every: Sequence[Piece] = ()
    spared = {renames.olds[old].dotted: why for old, why in uncertain.items()}
    try:
        every = pieces(path, data)
        shared = shared_names(path, data, every, renames.words)
        for index, piece in enumerate(every):
            if not needles.hit(piece.source):
                continue
            inner = _rewrite_piece(
                piece, data, renames, Demand(shared.get(index, ()), spared=spared)
            )
            refusals += (
                r._replace(path=path, line=piece.line + r.line - 1) for r in inner.refusals
            )
            try:
                edits += piece.to_document(inner.edits)
            except ValueError as error:
                refusals.append(Refusal(path, piece.line, "document", str(error)))
    except DocumentError as error:
        refusals.append(Refusal(path, error.line, "document", error.reason))
    if facts is None:
        _text_paths(path, data, renames, uncertain, edits, refusals)
        refusals += _imports(path, data, renames, every, refusals)
    else:
        for one in plan_prose(path, data, facts, renames):
            edits += [one] if isinstance(one, Edit) else []
            refusals += [one] if isinstance(one, Refusal) else []
    if not rewriting:
        refusals += (
            Refusal(path, edit.line, "listed", "a deprecated path in a document") for edit in edits
        )
        edits = []
    return Rewritten(tuple(_longest(edits)), tuple(sorted(set(refusals))), {})


def _longest(edits: Iterable[Edit]) -> Iterator[Edit]:
    """Edits in order; of those that overlap the one of the longest path, which says most."""
    end = 0
    for edit in sorted(set(edits), key=lambda one: (one.start, -one.end)):
        if edit.start >= end:
            yield edit
            end = edit.end


def _rewrite_piece(piece: Piece, data: bytes, renames: Renames, demand: Demand) -> Rewritten:
    """The edits and refusals of one piece, in its own offsets and lines."""
    facts = extract(piece.source)
    if facts.failure is not None:
        old = renames.spelled_in(piece.source)
        reason = f"{facts.failure.reason}; this piece seems to use '{old}'"
        refusal = Refusal("", facts.failure.line, "unparseable", reason)
        return Rewritten((), () if old is None else (refusal,), {})
    sites = find_sites("", facts, renames)
    if sites:
        before = _line_before(data, piece.line) if piece.kind in ("fenced", "code-block") else ""
        contrast = contrasted(piece.source, facts, sites, before)
        if contrast:
            return Rewritten((), contrast, {})
    return rewrite_file("", piece.source, facts, renames, demand, sites, document=True)


def _line_before(data: bytes, line: int) -> str:
    """The last line of prose before a code block, or nothing if another block ends there."""
    for text in reversed(data.splitlines()[: line - 1]):
        stripped = text.strip(b" \t>")
        if stripped and not _OPENING.match(stripped):
            return stripped.decode("utf-8", "replace")
    return ""


def _text_paths(
    path: str,
    data: bytes,
    renames: Renames,
    uncertain: Mapping[str, KeepReason],
    edits: list[Edit],
    refusals: list[Refusal],
) -> None:
    taken = sorted((edit.start, edit.end) for edit in edits)
    ends = [*accumulate((end for _, end in taken), max)]
    told = {refusal.line for refusal in refusals}
    for mention in path_mentions(path, data, renames.olds):
        before = bisect_left(taken, (mention.end,))
        if before and ends[before - 1] > mention.start:
            continue
        meaning = meaning_of("", mention.text, renames, {})
        if meaning is None:
            continue
        if mention.certain and meaning.match.old in uncertain:
            refusals.append(Refusal(path, mention.line, *uncertain[meaning.match.old][:2]))
        elif mention.certain and (new := mention.respelled(meaning.new)) is not None:
            edits.append(Edit(mention.start, mention.end, new.encode(), "document", mention.line))
        elif mention.line not in told:
            refusals.append(
                Refusal(path, mention.line, MENTIONED, f"'{mention.text}' appears in the text")
            )


def _imports(
    path: str, data: bytes, renames: Renames, every: Iterable[Piece], refusals: Iterable[Refusal]
) -> list[Refusal]:
    """The import statements of a document that are in none of its pieces: scripts, other blocks."""
    if any(refusal.code == "document" for refusal in refusals):
        return []
    lines = {refusal.line for refusal in refusals}
    for piece in every:
        lines.update(range(piece.line, piece.line + piece.source.count(b"\n") + 1))
    return [
        Refusal(path, mention.line, MENTIONED, f"'{mention.text}' appears in the text")
        for mention in names_in_from_imports(data, renames.olds)
        if (mention.line not in lines or _is_shell(path, data, mention.start))
        and not is_behind_prompt(data, mention.start)
    ]


def _is_shell(path: str, data: bytes, at: int) -> bool:
    """Whether a place is in a line of a notebook that is no Python."""
    return path.endswith(".ipynb") and is_in_shell_line(data, at)
