"""Pickles: files that keep the path of what they hold, and need it to be read again."""

import bz2
import lzma
import zlib
from collections.abc import Container, Iterator, Mapping
from posixpath import splitext

from onepath.facts.prefilter.words import Needles
from onepath.snapshot.asked import entries_of_kind
from onepath.symbols.find_references.targets import Holder, SoughtTargets
from onepath.symbols.world import World

_SUFFIXES = (".dump", ".joblib", ".p", ".pck", ".pcl", ".pickle", ".pkl")
_GZIP = 31
"""What zlib calls a stream with the header of gzip."""
_COMPRESSED = (".bz2", ".gz", ".lzma", ".xz")
_MOST = 64 << 20
"""So many bytes of what is compressed are read: a path is written out where it first occurs."""


def pickle_holders(world: World, sought: SoughtTargets, skip: Container[str]) -> Iterator[Holder]:
    """The pickles that name some targets: a module, and a name of it apart.

    Args:
        world: The code.
        sought: The targets.
        skip: Files that are not looked at.
    """
    pickles = entries_of_kind(world.snapshot.entries, _is_pickle)
    paths = [entry.path for entry in pickles if entry.is_regular and entry.path not in skip]
    if not paths:
        return
    modules = {dotted: dotted.removesuffix(f".{to.name}") for dotted, to in sought.dotted.items()}
    # The first protocols put a letter right before the path of the module.
    spelled = {
        dotted: Needles.of([to.name] if to.name else [dotted, f"c{dotted}"])
        for dotted, to in sought.dotted.items()
    }
    every = Needles.of(word.decode() for needles in spelled.values() for word in needles.words)
    for path, data in _texts(world, paths, every).items():
        for dotted, to in sought.dotted.items():
            if modules[dotted].encode() in data and spelled[dotted].hit(data):
                yield Holder(path, 1, "text", dotted, to)


def _is_pickle(path: str) -> bool:
    stem, suffix = splitext(path)
    return (splitext(stem)[1] if suffix in _COMPRESSED else suffix) in _SUFFIXES


def _texts(world: World, paths: list[str], words: Needles) -> Mapping[str, bytes]:
    """What some pickles hold: of those that are compressed all, of others those with a word."""
    packed = [path for path in paths if path.endswith(_COMPRESSED)]
    plain = [path for path in paths if not path.endswith(_COMPRESSED)]
    found = dict(world.read([*world.fact_store.others_mentioning(plain, words)]))
    for path, data in world.read(packed).items():
        found[path] = _unpacked(data, splitext(path)[1])
    return found


def _unpacked(data: bytes, suffix: str) -> bytes:
    """The beginning of what is compressed; nothing if it is not what its name says."""
    try:
        if suffix == ".gz":
            return zlib.decompressobj(_GZIP).decompress(data, _MOST)
        if suffix == ".bz2":
            return bz2.BZ2Decompressor().decompress(data, _MOST)
        return lzma.LZMADecompressor().decompress(data, _MOST)
    except (zlib.error, OSError, lzma.LZMAError):
        return b""
