"""The facts of a snapshot: searched, extracted in parallel, cached, and handed out by path."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import cache, cached_property, partial

from onepath.facts.extract.file import extract
from onepath.facts.prefilter.words import AllOf, Search
from onepath.facts.store.answers import Answers
from onepath.facts.store.batches import Batch, BlobHit, carried, read_batch
from onepath.facts.store.by_blob import FactsByBlob
from onepath.facts.store.cache import FactsCache
from onepath.facts.store.readahead import read_ahead
from onepath.facts.store.reads import Reads
from onepath.model import Entry, Executor, Facts, Snapshot
from onepath.model.snapshot import R
from onepath.progress import Progress, quiet
from onepath.snapshot.asked import PathKind, RecordedPaths, is_python, plain_entries

_SEARCHED = 150
"""Files in a batch where most are only searched."""
_FEWEST, _EXTRACTED = 6, 240
"""Files in a batch where each is parsed, at least and at most."""
_SHARE = 4
"""So many batches of one size there would be for each process: they shrink towards the end."""
_WORTH_PARTS, _MOST_PARTS = 60, 4
"""Files that are worth another process, and processes that are worth their memory."""
_WORTH_AHEAD = 1000
"""Files that are worth another process which extracts some of them ahead of time."""
_KEPT = 1000
"""So many files' facts are written to the cache at once."""
Along = tuple[tuple[Search, ...], tuple[bytes, ...]]
"""Searches that go along with another one, and words that are noted on the way."""
_NOTHING: Along = ((), ())
_TOLD = 0.05
"""Reading so large a share of the Python files is a step of its own for those who watch."""


@cache
def no_facts() -> Facts:
    """What is known of a file that is not there: what an empty one has."""
    return extract(b"")


def python_paths(entries: Mapping[str, Entry]) -> tuple[str, ...]:
    """The paths of the Python files of a snapshot, in its order."""
    return tuple(path for path, entry in entries.items() if is_python(path) and entry.is_regular)


class _Keys(dict[str, bytes]):
    """Blob ids as the cache has them; each is asked for by every search."""

    def __missing__(self, oid: str) -> bytes:
        self[oid] = key = bytes.fromhex(oid)
        return key


class FactStore:
    """Facts by path, read from the cache or extracted when first asked for.

    Args:
        snapshot: Where the files come from.
        cache: Where facts are kept between runs.
        executor: Runs the extraction.
        progress: Told, in words, what goes on.
        reads: Takes the record of what is read.
        python: The paths of its Python files, where they are known already.
        most_open: How many files' facts may be unpacked at a time; None for all.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        cache: FactsCache,
        executor: Executor,
        progress: Progress = quiet,
        reads: Reads | None = None,
        python: tuple[str, ...] | None = None,
        most_open: int | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.reads = reads or Reads()
        # The store records what it is asked for itself.
        self._entries = plain_entries(snapshot.entries)
        self._python = python if python is not None else python_paths(self._entries)
        self.python = RecordedPaths(self._python, self.reads.paths)
        self._cache = cache
        self._executor = executor
        self.rest = executor.rest
        """Says that few files will be read for a while."""
        self.progress = progress
        self._by_oid = FactsByBlob(most_open)
        self._keys = _Keys()
        self.missing: set[str] = set()
        """Blob ids whose bytes can't be had."""
        self.set_aside: set[str] = set()
        """Blob ids of files that ended every process that read them; their facts say so."""
        self._answers = Answers()

    def facts(self, path: str) -> Facts:
        """The facts of one file; empty ones if the snapshot does not hold it."""
        entry = self._entries.get(path)
        if entry is None or not entry.is_regular:
            self.reads.paths.files.add(path)
            return no_facts()
        known = self._by_oid.get(entry.oid)
        if known is None:
            self.load((path,))
            known = self._by_oid.get(entry.oid) or no_facts()
        return known

    @property
    def count(self) -> int:
        """How many Python files there are: who only says so has not gone through them."""
        return len(self._python)

    @property
    def loaded(self) -> int:
        """How many different files have been read or remembered."""
        return len(self._by_oid)

    def read_files(self) -> Iterator[tuple[str, Facts]]:
        """Every file whose facts are known by now, in path order."""
        for path in self._python:
            if (facts := self._by_oid.get(self._entries[path].oid)) is not None:
                yield path, facts

    def files_of(self, oids: Set[str]) -> Iterator[str]:
        """The Python files with one of some contents, in path order."""
        return (path for path in self._python if self._entries[path].oid in oids)

    def load(self, paths: Iterable[str]) -> None:
        """Make sure of the facts of these files, all at once."""
        wanted = self._unknown(paths)
        for oid, packed in self._cache.facts(wanted):
            self._by_oid.put(oid, packed)
            del wanted[oid]
        along = self._going_along(len(wanted))
        self._note(along, self._read(list(wanted.values()), None, along))

    def recall(self, oids: Collection[str]) -> bool:
        """Take the facts of these blobs from the cache alone; whether all of them were there."""
        for oid, packed in self._cache.facts(oid for oid in oids if oid not in self._by_oid):
            self._by_oid.put(oid, packed)
        return all(oid in self._by_oid for oid in oids)

    def mentioning(self, needles: Search) -> tuple[str, ...]:
        """The Python files that hold one of the needles, in path order, with their facts loaded.

        What was searched or extracted before, in any run, is not read again.
        """
        self.reads.searches_in(needles, is_python)
        chosen = self._search(self._python, needles, needles.digest, extracting=True)
        self.load(chosen)
        return chosen

    def others_mentioning(self, paths: Sequence[str], needles: Search) -> tuple[str, ...]:
        """Those of `paths` that hold one of the needles, whose facts nobody need know.

        Of all Python files, as `python` has them, nothing else is asked.
        """
        if isinstance(paths, RecordedPaths):
            self.reads.searches_in(needles, is_python)
            return self._search_texts(paths.base, needles)
        self.reads.searches_in(needles, None)
        return self._search_texts(paths, needles)

    def texts_mentioning(self, kind: PathKind, needles: Search) -> tuple[str, ...]:
        """The files of a kind that hold one of the needles: nothing else is asked of any other."""
        entries = self._entries.items()
        paths = [path for path, entry in entries if kind(path) and entry.is_regular]
        self.reads.searches_in(needles, kind)
        return self._search_texts(paths, needles)

    def _search_texts(self, paths: Sequence[str], needles: Search) -> tuple[str, ...]:
        for part in needles.parts if isinstance(needles, AllOf) else (needles,):
            paths = self._search(paths, part, f"text-{part.digest}", extracting=False)
        return tuple(paths)

    def search_along(self, searches: Iterable[Search]) -> None:
        """Answer searches that are certain to follow in the next pass over the Python files."""
        self._answers.expect(searches)

    def note_along(self, words: Iterable[str]) -> None:
        """Note in that pass which of some words each file holds: some are searched for later."""
        self._answers.expect_each(words)

    def spread(self, function: Callable[[Sequence[str]], R], paths: Sequence[str]) -> list[R]:
        """What a function returns for parts of some files, in processes of their own.

        These see all that is known here; what they come to know is not kept. Few files are not
        worth it.
        """
        count = min(self._executor.jobs, _MOST_PARTS) if len(paths) >= _WORTH_PARTS else 1
        tasks = [partial(self._part, function, paths[at::count]) for at in range(count)]
        results = self._executor.apart(tasks)
        for _, reads in results:
            self.reads.add(reads)
        return [result for result, _ in results]

    def _part(
        self, function: Callable[[Sequence[str]], R], paths: Sequence[str]
    ) -> tuple[R, Reads]:
        """What a function returns, and what it has read."""
        blobs, searches = {*self.reads.blobs}, {*self.reads.searches}
        paths_asked = self.reads.paths.copy()
        asked = {oid: len(keys) for oid, keys in self._by_oid.asked()}
        result = function(paths)
        return result, Reads(
            self.reads.blobs - blobs,
            {oid: {*keys} for oid, keys in self._by_oid.asked() if len(keys) != asked.get(oid)},
            {key: search for key, search in self.reads.searches.items() if key not in searches},
            self.reads.searched,
            self.reads.paths.since(paths_asked),
            {*self._by_oid.oids()},
        )

    def all_reads(self) -> Reads:
        """The record of everything that was read so far."""
        for oid, keys in self._by_oid.asked():
            self.reads.asked(oid, keys)
        self.reads.loaded.update(self._by_oid.oids())
        return self.reads

    def expect(self, searches: Sequence[Search], now: Search) -> None:
        """Get ready for searches: have what they will hit extracted.

        A process beside does that if nothing is known yet.

        Args:
            searches: Those that will follow, as far as they can be told.
            now: What is searched for at once, and needs no other process.
        """
        if self._cache.folder is None or len(self._python) < _WORTH_AHEAD or self._cache.known():
            return
        entries = {(entry := self._entries[path]).oid: entry for path in self._python}
        with self.reads.searching():  # what comes of it is asked for again
            source = self.snapshot.source().part(entries.values())
        wanted = tuple(entries.values())
        task = partial(read_ahead, self._cache.folder, source, wanted, tuple(searches), now)
        self._executor.beside(task)

    def over(self, snapshot: Snapshot) -> "FactStore":
        """A fact store of another snapshot that shares what this one has read."""
        # Nothing but regular files is given other content.
        same = plain_entries(snapshot.entries).keys() == self._entries.keys()
        python = self._python if same else None
        store = FactStore(snapshot, self._cache, self._executor, self.progress, self.reads, python)
        store._by_oid, store._keys = self._by_oid, self._keys
        store.missing, store.set_aside = self.missing, self.set_aside
        store._answers = self._answers
        return store

    def _search(
        self, paths: Sequence[str], needles: Search, key: str, *, extracting: bool
    ) -> tuple[str, ...]:
        entries, keys = self._python_listed if paths is self._python else self._listed(paths)
        hits, misses = self._cache.scanned(key, len(keys[0]) if keys else 20)
        known_before = len(hits) + len(misses)
        unknown = {*keys}.difference(hits, misses)
        if unknown:
            found, elsewhere = self._answers.known(needles, unknown)
            hits |= found
            misses |= elsewhere
            unknown.difference_update(found, elsewhere)
        unscanned = {
            entry.oid: entry
            for blob, entry in (zip(keys, entries, strict=True) if unknown else ())
            if blob in unknown and entry.oid not in self.missing
        }
        self._answers.is_asked(needles)
        along = self._going_along(len(unscanned)) if paths is self._python else _NOTHING
        looked_at = [*self._look([*unscanned.values()], needles, along, extracting=extracting)]
        for hit in looked_at:
            if not hit.missing:
                (hits if hit.hit else misses).add(self._keys[hit.oid])
        self._note(along, looked_at)
        if len(hits) + len(misses) > known_before:
            self._cache.put_scan(key, hits, misses)
        self._answers.searched(key, needles, misses)
        return tuple([path for path, blob in zip(paths, keys, strict=True) if blob in hits])

    def _listed(self, paths: Sequence[str]) -> tuple[list[Entry], list[bytes]]:
        """The entries of some files, and the ids of their blobs as the cache has them."""
        entries = [self._entries[path] for path in paths]
        return entries, [self._keys[entry.oid] for entry in entries]

    @cached_property
    def _python_listed(self) -> tuple[list[Entry], list[bytes]]:
        return self._listed(self._python)

    def _going_along(self, count: int) -> Along:
        """The searches to be answered where so many files are gone through, and words to note."""
        return self._answers.going_along() if count > len(self._python) // 2 else _NOTHING

    def _note(self, along: Along, hits: Sequence[BlobHit]) -> None:
        """Know the answers to searches that went along."""
        self._answers.take(*along, ((self._keys[hit.oid], hit) for hit in hits))

    def _look(
        self,
        entries: Sequence[Entry],
        needles: Search,
        along: Along,
        *,
        extracting: bool,
    ) -> Iterator[BlobHit]:
        """Search files, and read those that hit and are not known if they are to be extracted."""
        known = self._known(entries) if extracting else frozenset()
        new: list[Entry] = []
        old: list[Entry] = []
        for entry in entries:
            (old if entry.oid in known or not extracting else new).append(entry)
        yield from self._read(new, needles, along)
        yield from self._read(old, needles, along, extracting=False)

    def _known(self, entries: Sequence[Entry]) -> frozenset[str]:
        """The blob ids of these entries whose facts need no reading, and are at hand by now."""
        if not entries:
            return frozenset()
        kept = self._cache.known()
        found = {
            entry.oid
            for entry in entries
            if entry.oid in self._by_oid or bytes.fromhex(entry.oid) in kept
        }
        lacking = [entry.oid for entry in entries if entry.oid not in found]
        return frozenset((*found, *self._cache.bring(lacking)))

    def _parts(self, entries: Sequence[Entry], size: int) -> Iterator[Sequence[Entry]]:
        """Parts of some files for one process each, all of one size unless it is 0.

        Where each file is parsed, the first parts are large, as each costs a start of git, and
        the last are small, so that all processes end at one time.
        """
        at = 0
        while at < len(entries):
            share = (len(entries) - at) // (_SHARE * self._executor.jobs)
            count = size or max(_FEWEST, min(_EXTRACTED, share))
            yield entries[at : at + count]
            at += count

    def _unknown(self, paths: Iterable[str]) -> dict[str, Entry]:
        entries = self._entries
        found = {}
        for path in paths:
            entry = entries.get(path)
            if entry is None or not entry.is_regular:
                continue
            if entry.oid not in self._by_oid and entry.oid not in self.missing:
                found[entry.oid] = entry
        return found

    def _read(
        self,
        entries: Sequence[Entry],
        needles: Search | None,
        along: Along = _NOTHING,
        *,
        extracting: bool = True,
    ) -> list[BlobHit]:
        if not entries:
            return []
        source = self.snapshot.source()
        parts = self._parts(entries, 0 if needles is None else _SEARCHED)
        with self.reads.searching():
            batches: Iterable[Batch] = [
                Batch(source.part(part), tuple(part), needles, extracting, *along) for part in parts
            ]
        if extracting and self._executor.carries:
            batches = carried(batches)
        results: list[BlobHit] = []
        packed: list[tuple[str, bytes]] = []
        told = len(self._python) * _TOLD
        if len(entries) >= told:
            self.progress.files("reading files", 0, len(entries))
        try:
            for part in self._executor.map(read_batch, batches):
                if len(entries) >= told:
                    done = len(results) + len(part)
                    self.progress.files("reading files", done, len(entries))
                for hit in part:
                    self._take(hit)
                    if hit.packed is not None and not hit.lost:
                        packed.append((hit.oid, hit.packed))
                    results.append(hit._replace(packed=None))
                if len(packed) >= _KEPT:  # while the workers read on
                    self._cache.put(packed)
                    packed.clear()
        finally:  # however this ends, what was read need not be read again
            self._cache.put(packed)
        return results

    def _take(self, hit: BlobHit) -> None:
        """Know what was found in a blob."""
        if hit.packed is not None:
            self._by_oid.put(hit.oid, hit.packed)
        if hit.missing:
            self.missing.add(hit.oid)
        if hit.lost:
            self.set_aside.add(hit.oid)
