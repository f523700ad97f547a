import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onepath.facts.extract.file import extract_raw
from onepath.facts.store import cache as cache_module
from onepath.facts.store.cache import FactsCache
from onepath.facts.store.packed import is_sound, pack, unpack
from onepath.model import Facts

OID = "ab" * 20
OTHER = "cd" * 20
RAW = extract_raw(b"from a import b\n\n\ndef f(x: b = 'c.d'): return b.c(x)\n")
PACKED = pack(RAW)
"""Once: marshal writes an object that is referred to elsewhere in another way."""


def database(folder: Path) -> Path:
    [path] = folder.glob("*.sqlite")
    return path


def known(folder: Path | None, *oids: str) -> dict[str, object]:
    with FactsCache(folder) as cache:
        return {oid: unpack(packed) for oid, packed in cache.facts(oids)}


def keep(folder: Path | None, *oids: str) -> None:
    with FactsCache(folder) as cache:
        cache.put((oid, pack(RAW)) for oid in oids)


def execute(folder: Path, query: str, *values: object) -> None:
    connection = sqlite3.connect(database(folder))
    with connection:
        connection.execute(query, values)
    connection.close()


# --------------------------------------------------------- what goes wrong


def test_no_folder_keeps_nothing() -> None:
    with FactsCache(None) as cache:
        cache.put([(OID, pack(RAW))])
        cache.put_scan("x", [b"a" * 20], [])
        cache.put_outcome("x", {"a": 1})
        assert dict(cache.facts([OID])) == {}
        assert cache.scanned("x", 20) == (set(), set())
        assert cache.outcome("x") is None


def test_file_in_place_of_the_folder_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("mine")
    keep(tmp_path / "cache", OID)
    assert known(tmp_path / "cache", OID) == {}
    assert (tmp_path / "cache").read_text() == "mine"


def test_folder_whose_parent_is_missing_is_no_cache(tmp_path: Path) -> None:
    keep(tmp_path / "a" / "b", OID)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be one" * 30, b"x"])
def test_file_that_is_no_database_is_replaced(tmp_path: Path, content: bytes) -> None:
    keep(tmp_path, OID)
    path = database(tmp_path)
    path.write_bytes(content)
    path.with_name(path.name + "-wal").write_bytes(b"left over")
    assert known(tmp_path, OID) == {}
    keep(tmp_path, OID)
    assert set(known(tmp_path, OID)) == {OID}


def test_truncated_database_costs_its_content_and_no_more(tmp_path: Path) -> None:
    keep(tmp_path, *(f"{n:040x}" for n in range(300)))
    path = database(tmp_path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with FactsCache(tmp_path) as cache:
        list(cache.facts([f"{n:040x}" for n in range(300)]))
        cache.put([(OID, pack(RAW))])
    keep(tmp_path, OID)
    assert set(known(tmp_path, OID)) == {OID}


def test_broken_row_is_a_miss_and_the_others_are_not(tmp_path: Path) -> None:
    keep(tmp_path, OID, OTHER)
    execute(tmp_path, "UPDATE facts SET data = ? WHERE oid = ?", b"\x00\x01", bytes.fromhex(OID))
    assert set(known(tmp_path, OID, OTHER)) == {OTHER}


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_row_with_one_wrong_byte_is_never_taken_for_facts(data: st.DataObject) -> None:
    packed = bytearray(PACKED)
    at = data.draw(st.integers(0, len(packed) - 1))
    packed[at] ^= data.draw(st.integers(1, 255))
    assert not is_sound(bytes(packed))


@given(st.integers(0, len(PACKED) - 1))
@settings(max_examples=30, deadline=None)
def test_row_that_is_cut_off_is_never_taken_for_facts(length: int) -> None:
    assert not is_sound(PACKED[:length])


def test_broken_plan_is_none(tmp_path: Path) -> None:
    with FactsCache(tmp_path) as cache:
        cache.put_outcome("k", {"a": 1})
    execute(tmp_path, "UPDATE outcomes SET data = ?", b"broken")
    with FactsCache(tmp_path) as cache:
        assert cache.outcome("k") is None


def test_scan_of_another_size_of_ids_is_not_taken(tmp_path: Path) -> None:
    with FactsCache(tmp_path) as cache:
        cache.put_scan("n", [b"a" * 20], [b"b" * 20])
        assert cache.scanned("n", 32) == (set(), set())


def test_locked_database_is_no_cache_and_stays_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "_PATIENCE", 0.05)
    keep(tmp_path, OID)
    other = sqlite3.connect(database(tmp_path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with FactsCache(tmp_path) as cache:
        assert set(dict(cache.facts([OID]))) == {OID}
        cache.put([(OTHER, pack(RAW))])
        assert dict(cache.facts([OID])) == {}
    other.execute("ROLLBACK")
    other.close()
    assert set(known(tmp_path, OID, OTHER)) == {OID}


FULL = """
import resource, sys
from pathlib import Path
from onepath.facts.store.cache import FactsCache
from onepath.facts.store.packed import pack
from onepath.facts.extract.file import extract_raw
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
with FactsCache(Path(sys.argv[1])) as cache:
    big = bytes(range(256)) * 400
    cache.put((f"{n:040x}", pack(extract_raw(b"")) + big) for n in range(50))
    cache.put_outcome("k", {"a": big})
    print(list(cache.facts(["ab" * 20])))
"""


def test_full_disk_is_no_error(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, timeout=30
    )
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
    keep(tmp_path, OID)
    assert set(known(tmp_path, OID)) == {OID}
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


WRITER = """
import sys
from pathlib import Path
from onepath.facts.store.cache import FactsCache
from onepath.facts.store.packed import pack
from onepath.facts.extract.file import extract_raw
first = int(sys.argv[2])
with FactsCache(Path(sys.argv[1])) as cache:
    for n in range(first, first + 60):
        cache.put([(f"{n:040x}", pack(extract_raw(b"import a%d" % n)))])
        cache.put_outcome(str(n), {"n": n})
"""


def test_two_processes_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), start], stderr=-1)
        for start in ("0", "60")
    ]
    for process in running:
        assert process.communicate(timeout=30)[1] == b""
        assert process.returncode == 0
    found = known(tmp_path, *(f"{n:040x}" for n in range(120)))
    assert len(found) == 120
    assert Facts(found[f"{61:040x}"]).imports[0].names[0].name == "a61"


# -------------------------------------------------------------------- what works


def test_what_was_kept_is_found_and_nothing_else(tmp_path: Path) -> None:
    keep(tmp_path, OID)
    assert known(tmp_path, OTHER, OID, OID) == {OID: RAW}


def test_more_blobs_than_one_query_takes(tmp_path: Path) -> None:
    oids = [f"{n:040x}" for n in range(1200)]
    keep(tmp_path, *oids)
    assert list(known(tmp_path, *oids, "ff" * 20)) == oids


def test_longer_ids_of_sha256_repositories(tmp_path: Path) -> None:
    keep(tmp_path, "ef" * 32)
    assert set(known(tmp_path, "ef" * 32)) == {"ef" * 32}
    with FactsCache(tmp_path) as cache:
        cache.put_scan("n", [b"a" * 32], [b"b" * 32, b"c" * 32])
        assert cache.scanned("n", 32) == ({b"a" * 32}, {b"b" * 32, b"c" * 32})


def test_newer_scan_takes_the_place_of_the_older(tmp_path: Path) -> None:
    with FactsCache(tmp_path) as cache:
        cache.put_scan("n", [b"a" * 20], [])
        cache.put_scan("n", [], [b"a" * 20])
        assert cache.scanned("n", 20) == (set(), {b"a" * 20})


def test_database_of_another_version_is_removed_and_that_of_another_python_is_not(
    tmp_path: Path,
) -> None:
    tag = sys.implementation.cache_tag
    old, journal = tmp_path / f"facts-0-{tag}.sqlite", tmp_path / f"facts-0-{tag}.sqlite-wal"
    others = tmp_path / "facts-0-cpython-27.sqlite", tmp_path / "mine.txt"
    for path in (old, journal, *others):
        path.write_bytes(b"x")
    keep(tmp_path, OID)
    assert not old.exists()
    assert not journal.exists()
    assert all(path.exists() for path in others)


def test_only_the_newest_plans_are_kept(tmp_path: Path) -> None:
    with FactsCache(tmp_path) as cache:
        for number in range(30):
            cache.put_outcome(str(number), {"number": number})
        cache.put_outcome("10", {"number": "again"})
        cache.put_outcome("30", {"number": 30})
        left = [n for n in range(31) if cache.outcome(str(n)) is not None]
        assert left == [10, *range(12, 31)]
        assert cache.outcome("10") == {"number": "again"}


SOURCES = st.sampled_from(sorted(Path(cache_module.__file__).parent.glob("*.py")))


@given(SOURCES)
@settings(max_examples=15, deadline=None)
def test_what_is_unpacked_is_what_was_packed(path: Path) -> None:
    raw = extract_raw(path.read_bytes())
    assert unpack(pack(raw)) == raw
    late = unpack(pack(raw))
    assert late["scopes"] == raw["scopes"]  # asked for first
    assert set(late) == set(raw)
    assert len(late) == len(raw)
    assert Facts(late).uses == Facts(raw).uses
