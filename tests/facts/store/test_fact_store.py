import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha1
from pathlib import Path

import pytest

from onepath.facts.prefilter.words import CodeNeedles, Needles
from onepath.facts.store import fact_store as store_module
from onepath.facts.store.cache import FactsCache
from onepath.facts.store.fact_store import FactStore, no_facts
from onepath.model import Entry
from onepath.progress import Progress, ProgressStep
from onepath.run import make_executor
from onepath.run.serial import SerialExecutor

FILES = {
    "a.py": b"from m import Name\n",
    "b.py": b"import os\n",
    "c/d.pyi": b"Name: int\n",
    "copy.py": b"from m import Name\n",
    "notes.md": b"Name\n",
    "other.md": b"nothing\n",
}


class SpySnapshot:
    """A snapshot that notes what is read; content None can't be had."""

    def __init__(self, files: Mapping[str, bytes | None]) -> None:
        self.name, self.commit = "spy", None
        self.contents = dict(files)
        self.read_paths: list[str] = []
        self.entries = {
            path: Entry(path, sha1(path.encode() if d is None else d).hexdigest(), 0o100644)
            for path, d in sorted(files.items())
        }

    def source(self) -> "SpySnapshot":
        return self

    def part(self, entries: Iterable[Entry]) -> "SpySnapshot":
        return self

    def notes(self) -> tuple[()]:
        return ()

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes | None]]:
        for entry in entries:
            self.read_paths.append(entry.path)
            yield entry, self.contents[entry.path]


def store_of(
    files: Mapping[str, bytes | None], cache: FactsCache | None = None
) -> tuple[FactStore, SpySnapshot]:
    snapshot = SpySnapshot(files)
    return FactStore(snapshot, cache or FactsCache(None), SerialExecutor()), snapshot


NAME = Needles.of(["Name"])


def test_missing_object_has_no_facts_and_is_asked_for_once() -> None:
    store, snapshot = store_of({**FILES, "gone.py": None})
    assert store.mentioning(NAME) == ("a.py", "c/d.pyi", "copy.py")
    for _ in range(3):
        assert store.facts("gone.py") is no_facts()
    store.load(["gone.py"])
    assert store.missing == {snapshot.entries["gone.py"].oid}
    assert snapshot.read_paths.count("gone.py") == 1


def test_missing_object_is_asked_for_again_by_the_next_run(tmp_path: Path) -> None:
    with FactsCache(tmp_path) as cache:
        store_of({"gone.py": None}, cache)[0].mentioning(NAME)
        store, snapshot = store_of({"gone.py": None}, cache)
        snapshot.contents["gone.py"] = b"Name\n"
        assert store.mentioning(NAME) == ("gone.py",)


def test_path_that_is_not_there_or_no_file_has_no_facts() -> None:
    store, snapshot = store_of(FILES)
    snapshot.entries["link.py"] = Entry("link.py", "ab" * 20, 0o120000)
    assert store.facts("nowhere.py") is no_facts()
    assert store.facts("link.py") is no_facts()
    store.load(["nowhere.py", "link.py"])
    assert snapshot.read_paths == []


def test_files_that_do_not_hit_are_searched_and_not_read_as_python() -> None:
    store, _ = store_of(FILES)
    assert store.mentioning(NAME) == ("a.py", "c/d.pyi", "copy.py")
    assert [path for path, _ in store.read_files()] == ["a.py", "c/d.pyi", "copy.py"]
    assert store.loaded == 2  # `copy.py` is the same blob as `a.py`


def test_one_blob_is_read_once_however_many_paths_it_has() -> None:
    store, snapshot = store_of(FILES)
    store.mentioning(NAME)
    assert snapshot.read_paths.count("a.py") + snapshot.read_paths.count("copy.py") == 1
    assert store.facts("copy.py") is store.facts("a.py")


def test_warm_run_reads_nothing(tmp_path: Path) -> None:
    with FactsCache(tmp_path) as cache:
        cold, _ = store_of(FILES, cache)
        cold.mentioning(NAME)
        assert cold.others_mentioning(["notes.md", "other.md"], NAME) == ("notes.md",)
    with FactsCache(tmp_path) as cache:
        warm, snapshot = store_of(FILES, cache)
        assert warm.mentioning(NAME) == ("a.py", "c/d.pyi", "copy.py")
        assert warm.others_mentioning(["notes.md", "other.md"], NAME) == ("notes.md",)
        assert warm.facts("a.py").imports[0].module == "m"
        assert snapshot.read_paths == []


def test_warm_run_reads_only_what_changed(tmp_path: Path) -> None:
    with FactsCache(tmp_path) as cache:
        store_of(FILES, cache)[0].mentioning(NAME)
        store, snapshot = store_of({**FILES, "b.py": b"Name = 1\n"}, cache)
        assert store.mentioning(NAME) == ("a.py", "b.py", "c/d.pyi", "copy.py")
        assert snapshot.read_paths == ["b.py"]


def test_other_search_reads_again_what_only_was_searched(tmp_path: Path) -> None:
    with FactsCache(tmp_path) as cache:
        store_of(FILES, cache)[0].mentioning(NAME)
        store, _ = store_of(FILES, cache)
        assert store.mentioning(Needles.of(["os"])) == ("b.py",)
        assert store.facts("b.py").imports[0].names[0].name == "os"


def test_texts_are_searched_apart_from_python(tmp_path: Path) -> None:
    with FactsCache(tmp_path) as cache:
        store, _ = store_of({"a.py": b"Name\n"}, cache)
        assert store.others_mentioning(["a.py"], NAME) == ("a.py",)
        assert store.loaded == 0
        assert store.mentioning(NAME) == ("a.py",)
        assert store.loaded == 1


def test_fact_store_over_another_snapshot_shares_what_was_read() -> None:
    store, _ = store_of({**FILES, "gone.py": None})
    store.mentioning(NAME)
    other = SpySnapshot({**FILES, "gone.py": None, "a.py": b"import new\n"})
    over = store.over(other)
    assert over.facts("a.py").imports[0].names[0].name == "new"
    assert over.facts("copy.py") is store.facts("a.py")
    assert over.facts("gone.py") is no_facts()
    assert other.read_paths == ["a.py"]
    assert over.missing == store.missing


def test_needles_of_nothing_let_every_file_through() -> None:
    store, _ = store_of(FILES)
    assert store.mentioning(Needles.of(())) == ("a.py", "b.py", "c/d.pyi", "copy.py")


@pytest.mark.parametrize("enabled", [True, False])
def test_reading_leaves_the_garbage_collector_as_it_was(enabled: bool) -> None:
    was = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        store_of(FILES)[0].load(["a.py"])
        assert gc.isenabled() == enabled
    finally:
        (gc.enable if was else gc.disable)()


def test_progress_is_told() -> None:
    told: list[ProgressStep] = []
    store = FactStore(SpySnapshot(FILES), FactsCache(None), SerialExecutor(), Progress(told.append))
    store.load(store.python)
    assert told[-1] == ProgressStep("reading files", 0.5, 3, 3)  # two of the four are the same


def test_a_narrower_search_reads_only_what_a_wider_one_hit() -> None:
    store, snapshot = store_of(FILES)
    store.others_mentioning(store.python, Needles.of(["Name", "absent"]))
    snapshot.read_paths.clear()
    assert store.others_mentioning(store.python, NAME) == ("a.py", "c/d.pyi", "copy.py")
    assert "b.py" not in snapshot.read_paths


def test_searches_that_will_follow_are_answered_by_one_pass() -> None:
    store, snapshot = store_of(FILES)
    other, narrower = Needles.of(["Name", "os"]), Needles.of(["os"])
    store.search_along([other])
    store.mentioning(NAME)
    snapshot.read_paths.clear()
    assert store.others_mentioning(store.python, other) == (*store.python,)
    assert snapshot.read_paths == []
    assert store.others_mentioning(store.python, narrower) == ("b.py",)
    later = store.over(SpySnapshot({**FILES, "b.py": b"x\n", "e.py": b"import os\n"}))
    assert "b.py" not in later.others_mentioning(later.python, other)
    assert "e.py" in later.others_mentioning(later.python, other)


@pytest.mark.parametrize("paths", [4, 1])
def test_searches_that_will_follow_are_answered_while_all_files_are_read(paths: int) -> None:
    store, snapshot = store_of(FILES)
    store.search_along([NAME])
    store.load(store.python[:paths])
    snapshot.read_paths.clear()
    assert store.mentioning(NAME) == ("a.py", "c/d.pyi", "copy.py")
    # Few files are no pass: nobody knows which others will be asked for.
    assert bool(snapshot.read_paths) == (paths == 1)


def test_words_that_are_noted_on_the_way_answer_what_is_made_of_them() -> None:
    store, snapshot = store_of(FILES)
    store.note_along(["Name", "os", "nowhere"])
    store.others_mentioning(store.python, Needles.of(["b"]))
    snapshot.read_paths.clear()
    for words in (["Name"], ["os", "nowhere"], ["Name", "os"], ["nowhere"]):
        expected, _ = store_of(FILES)
        search = Needles.of(words)
        assert store.others_mentioning(store.python, search) == expected.others_mentioning(
            expected.python, search
        )
    assert snapshot.read_paths == []
    # What is more than a word is looked for where the word is; other words are looked for anew.
    assert store.others_mentioning(store.python, CodeNeedles.of(["os"])) == ("b.py",)
    assert {*snapshot.read_paths} == {"b.py"}
    store.others_mentioning(store.python, Needles.of(["os", "else"]))
    assert "c/d.pyi" in snapshot.read_paths
    later = store.over(SpySnapshot({**FILES, "b.py": b"x\n", "e.py": b"import os\n"}))
    assert later.others_mentioning(later.python, Needles.of(["os"])) == ("e.py",)


@pytest.mark.parametrize("jobs", [1, 2])
def test_parts_of_files_are_worked_on_apart(tmp_path: Path, jobs: int) -> None:
    files = {f"f{number:02}.py": b"import os\n" for number in range(80)}
    with FactsCache(tmp_path) as cache, make_executor(jobs) as executor:
        store = FactStore(SpySnapshot(files), cache, executor)

        def imports(paths: Sequence[str]) -> dict[str, str]:
            return {path: store.facts(path).imports[0].names[0].name for path in paths}

        found = store.spread(imports, store.python)
        assert len(found) == jobs
        assert {path: name for part in found for path, name in part.items()} == dict.fromkeys(
            files, "os"
        )
        assert store.facts("f00.py").imports[0].names[0].name == "os"


class SpyExecutor(SerialExecutor):
    """Does at once what it is asked to do beside."""

    def __init__(self) -> None:
        self.beside_tasks = 0

    def beside(self, task: Callable[[], None]) -> None:
        self.beside_tasks += 1
        task()


@pytest.fixture
def every_file_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_WORTH_AHEAD", 1)


def expecting(folder: Path | None, *searches: str, now: str) -> tuple[FactStore, SpyExecutor]:
    files = {**FILES, "os.py": b"import os, m\n", "gone.py": None}
    executor = SpyExecutor()
    store = FactStore(SpySnapshot(files), FactsCache(folder), executor)
    store.expect([Needles.of([word]) for word in searches], Needles.of([now]))
    return store, executor


@pytest.mark.usefixtures("every_file_worth_it")
def test_files_that_later_searches_hit_are_read_ahead(tmp_path: Path) -> None:
    store, _ = expecting(tmp_path, "os", "Name", now="Name")
    with FactsCache(tmp_path) as cache:
        oids = {store.snapshot.entries[path].oid for path in ("b.py", "os.py")}
        assert {key.hex() for key in cache.known()} == oids
    assert store.mentioning(Needles.of(["os"])) == ("b.py", "os.py")


@pytest.mark.usefixtures("every_file_worth_it")
def test_nothing_is_read_ahead_once_something_is_known(tmp_path: Path) -> None:
    expecting(tmp_path, "os", now="Name")
    assert expecting(tmp_path, "m", now="Name")[1].beside_tasks == 0


@pytest.mark.usefixtures("every_file_worth_it")
def test_nothing_is_read_ahead_without_a_cache() -> None:
    assert expecting(None, "os", now="Name")[1].beside_tasks == 0


def test_few_files_are_not_read_ahead(tmp_path: Path) -> None:
    assert expecting(tmp_path, "os", now="Name")[1].beside_tasks == 0
