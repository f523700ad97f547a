"""What a cache keeps, taken elsewhere as one file: a zip of sealed entries."""

import zipfile
from pathlib import Path
from typing import NamedTuple

from onepath.errors import InputError, OutsideError
from onepath.facts.store.cache import KINDS, FactsCache
from onepath.facts.store.shared import entry_name, extractor, opened, sealed

_AT_ONCE = 500


class ImportSummary(NamedTuple):
    """What an import came to."""

    taken: int
    """Entries that are kept now."""
    broken: int
    """Entries that are not what their names say."""
    foreign: int
    """Entries of another extractor."""


def export_cache(cache: FactsCache, file: Path, key: bytes) -> int:
    """Write all that is kept to a file; return how many entries that are.

    Args:
        cache: Has them.
        file: Is made, or replaced when the new one is whole.
        key: Of the HMAC; empty for none.

    Raises:
        OutsideError: The file can't be written.
    """
    half = file.with_name(f"{file.name}.half")
    count = 0
    try:
        with zipfile.ZipFile(half, "w", zipfile.ZIP_STORED) as archive:
            for kind in KINDS:
                for of, data in cache.entries(kind):
                    name = entry_name(kind, of)
                    archive.writestr(name, sealed(name, data, key))
                    count += 1
        half.replace(file)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise OutsideError(f"{file} can't be written: {error.strerror}") from error
    return count


def import_cache(cache: FactsCache, file: Path, key: bytes) -> ImportSummary:
    """Keep what a file of `export_cache` holds, as far as it is sound.

    Raises:
        InputError: The file can't be read, or is no such file.
    """
    taken = broken = foreign = 0
    entries: dict[str, dict[str, bytes]] = {kind: {} for kind in KINDS}
    try:
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                kind, _, rest = name.partition("/")
                of = rest.rpartition("/")[2]
                if kind not in KINDS or rest.partition("/")[0] != extractor():
                    foreign += 1
                    continue
                data = opened(name, archive.read(name), key)
                if data is None or name != entry_name(kind, of):
                    broken += 1
                    continue
                entries[kind][of] = data
                taken += 1
                if len(entries[kind]) >= _AT_ONCE:
                    cache.take(kind, entries[kind])
                    entries[kind] = {}
    except OSError as error:
        raise InputError(f"{file} can't be read: {error.strerror}") from error
    except zipfile.BadZipFile as error:
        raise InputError(f"{file} is no export of a cache: {error}") from error
    for kind, rest_of_kind in entries.items():
        cache.take(kind, rest_of_kind)
    return ImportSummary(taken, broken, foreign)
