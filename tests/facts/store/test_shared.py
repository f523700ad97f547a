"""Facts that several repositories share: what is torn, changed or exchanged is made anew."""

import json
import logging
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from onepath.errors import InputError
from onepath.facts.extract.file import extract_raw
from onepath.facts.store import batches
from onepath.facts.store.cache import FactsCache
from onepath.facts.store.exchange import import_cache
from onepath.facts.store.packed import pack
from onepath.facts.store.places import BytesStore, Stored, _modified, open_place
from onepath.facts.store.shared import (
    KEY,
    WHERE,
    Shared,
    entry_name,
    extractor,
    opened,
    outdated,
    sealed,
)
from onepath_cli.app import app

FILES = {
    f"m{number}.py": f"import os\n\n\ndef f{number}():\n    return os\n" for number in range(8)
}
OID = "ab" * 20


@pytest.fixture(params=["folder", "file", "memory", pytest.param("s3", marks=pytest.mark.slow)])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A folder, the same behind fsspec, and stores behind fsspec; one of them on a server."""
    if request.param == "folder":
        yield str(tmp_path / "shared")
        return
    if request.param == "file":
        pytest.importorskip("fsspec")
        yield (tmp_path / "shared").as_uri()
        return
    if request.param == "s3":
        yield f"{request.getfixturevalue('bucket')}/facts"
        return
    fsspec = pytest.importorskip("fsspec")
    yield "memory://shared/facts"
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    memory.pseudo_dirs[:] = [""]


@pytest.fixture
def clones(make_repository: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """`clones()` gives another clone of one repository; nothing that it was asked before."""
    origin = make_repository(FILES)

    def make() -> Path:
        made: Path = make_repository().path
        origin.git("clone", "--quiet", str(origin.path), str(made / "clone"))
        return made / "clone"

    return make


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every file that is parsed in this process."""
    seen: list[bytes] = []

    def watched(data: bytes) -> dict[str, Any]:
        seen.append(data)
        return extract_raw(data)

    monkeypatch.setattr(batches, "extract_raw", watched)
    return seen


def audit(folder: Path) -> Any:
    done = CliRunner().invoke(
        app, ["--repo", str(folder), "--jobs", "1", "audit", "--format", "json"]
    )
    assert done.exit_code in (0, 1), done.output
    return json.loads(done.stdout)


def entries(place: BytesStore, kind: str) -> list[str]:
    return sorted(one.name for one in place.list() if one.name.startswith(f"{kind}/"))


def test_a_blob_is_parsed_once_for_all_clones(
    where: str, clones: Any, parsed: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = audit(clones())
    assert len(parsed) == len(FILES)
    monkeypatch.setenv(WHERE, where)
    assert audit(clones()) == alone
    assert len(parsed) == 2 * len(FILES)
    assert len(entries(open_place(where), "facts")) == len(FILES)
    place = open_place(where)
    place.remove(entries(place, "outcomes"))
    assert audit(clones()) == alone
    place.remove(entries(place, "outcomes") + entries(place, "dependencies"))
    assert audit(clones()) == alone
    assert len(parsed) == 2 * len(FILES)


@pytest.mark.parametrize("spoiled", [b"", b"onepath\1", b"x" * 200, None])
def test_what_is_broken_is_read_anew(
    where: str,
    clones: Any,
    parsed: list[bytes],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    spoiled: bytes | None,
) -> None:
    monkeypatch.setenv(WHERE, where)
    right = audit(clones())
    place = open_place(where)
    names = entries(place, "facts")
    whole = dict(place.read(names))
    if spoiled is None:  # each has the bytes of another one
        moved = dict(zip(names, [*names[1:], names[0]], strict=True))
        place.write({name: whole[other] for name, other in moved.items()})
    else:
        place.write(dict.fromkeys(names, spoiled))
    place.remove(entries(place, "outcomes") + entries(place, "dependencies"))
    del parsed[:]
    with caplog.at_level(logging.WARNING):
        assert audit(clones()) == right
    assert len(parsed) == len(FILES)
    assert sum("a broken entry" in one.message for one in caplog.records) == len(FILES)
    assert dict(place.read(names)) == whole


@given(st.data())
def test_an_entry_with_any_other_byte_name_or_key_is_none(data: st.DataObject) -> None:
    content, key = data.draw(st.binary(max_size=60)), data.draw(st.binary(max_size=8))
    entry = sealed("facts/x", content, key)
    assert opened("facts/x", entry, key) == content
    at = data.draw(st.integers(0, len(entry) - 1))
    other = bytes([entry[at] ^ data.draw(st.integers(1, 255))])
    assert opened("facts/x", entry[:at] + other + entry[at + 1 :], key) is None
    assert opened("facts/x", entry[:at], key) is None
    assert opened("facts/y", entry, key) is None
    assert opened("facts/x", entry, key + b"k") is None


def test_only_who_has_the_key_can_make_what_is_taken(where: str) -> None:
    place = open_place(where)
    Shared(place, b"ours").put("facts", {OID: b"content"})
    assert dict(Shared(place, b"ours").get("facts", [OID])) == {OID: b"content"}
    assert dict(Shared(place).get("facts", [OID])) == {}
    Shared(place, b"theirs").put("facts", {OID: b"poison"})
    assert dict(Shared(place, b"ours").get("facts", [OID])) == {}


def test_a_place_that_fails_ends_its_use_and_nothing_else(
    tmp_path: Path, clones: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    right = audit(clones())
    (tmp_path / "file").write_text("no folder")
    for where in (str(tmp_path / "file"), "nothing-of-that-kind://a/b"):
        monkeypatch.setenv(WHERE, where)
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            assert audit(clones()) == right
        assert "shared" in caplog.text


class ReadOnly:
    """A place that may be read and not written."""

    def __init__(self, place: BytesStore) -> None:
        self._place = place
        self.read, self.list = place.read, place.list
        self.tries = 0

    def write(self, entries: Mapping[str, bytes]) -> None:
        self.tries += 1
        raise PermissionError("AccessDenied")

    def remove(self, names: Collection[str]) -> None:
        raise PermissionError("AccessDenied")


def test_who_may_only_read_goes_on_reading(where: str, caplog: pytest.LogCaptureFixture) -> None:
    place = open_place(where)
    Shared(place).put("facts", {OID: b"content"})
    guarded = ReadOnly(place)
    only = Shared(guarded)
    with caplog.at_level(logging.WARNING, "onepath"):
        for number in range(3):
            only.put("facts", {"cd" * 20: b"more"})
            assert dict(only.get("facts", [OID])) == {OID: b"content"}, number
    assert guarded.tries == 1
    said = [one.message for one in caplog.records if one.levelno == logging.WARNING]
    assert said == ["nothing is written to the shared cache: PermissionError: AccessDenied"]


@pytest.mark.slow
def test_a_bucket_that_is_not_there_is_told_and_not_made(
    bucket: str, caplog: pytest.LogCaptureFixture
) -> None:
    shared = Shared(open_place("s3://misspelled-facts/a"))
    with caplog.at_level(logging.WARNING):
        shared.put("facts", {OID: b"content"})
        assert dict(shared.get("facts", [OID])) == {}
    assert "nothing is written to the shared cache: FileNotFoundError" in caplog.text
    boto3 = pytest.importorskip("boto3")
    client = boto3.client("s3")
    assert [one["Name"] for one in client.list_buckets()["Buckets"]] == [bucket[len("s3://") :]]
    client.close()


@pytest.mark.parametrize(
    ("told", "modified"),
    [
        ({"mtime": 12.5}, 12.5),
        ({"LastModified": datetime(2026, 1, 1, tzinfo=UTC)}, 1767225600.0),
        ({"last_modified": datetime(2026, 1, 1, tzinfo=UTC)}, 1767225600.0),
        ({"updated": "2026-01-01T00:00:00Z"}, 1767225600.0),
        ({"updated": "yesterday"}, 0.0),
        ({"size": 3}, 0.0),
    ],
)
def test_the_time_of_an_entry_is_read_from_what_a_system_tells(
    told: dict[str, Any], modified: float
) -> None:
    assert _modified(told) == modified


def test_an_entry_of_which_nobody_knows_the_time_is_not_outdated() -> None:
    old, unknown = Stored("a", 1, 5.0), Stored("b", 1, 0.0)
    assert outdated([old, unknown], 6.0) == [old]
    assert outdated([old, unknown], 5.0) == []


def test_a_half_written_entry_is_none(tmp_path: Path) -> None:
    """Nobody sees an entry before it is whole; what a killed writer leaves is no entry."""
    place = open_place(str(tmp_path))
    place.write({"facts/a/b": b"content"})
    (tmp_path / "facts" / "a" / ".half-x").write_bytes(b"con")
    assert dict(place.read(["facts/a/b", "facts/a/c"])) == {"facts/a/b": b"content"}
    assert {one.name for one in place.list()} == {"facts/a/b", "facts/a/.half-x"}


def cache(folder: Path, *arguments: str, code: int = 0) -> Any:
    done = CliRunner().invoke(app, ["--repo", str(folder), "cache", *arguments, "--format", "json"])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout) if code == 0 else done.stderr


def test_show_and_prune(where: str, clones: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clone = clones()
    assert cache(clone, "show")["shared"] == {"place": None}
    assert "nothing is shared" in cache(clone, "prune", code=2)
    monkeypatch.setenv(WHERE, where)
    audit(clone)
    place = open_place(where)
    place.write({"facts/another-version/ab/abcd": b"old"})
    shown = cache(clone, "show")
    assert shown["own"]["facts"] == len(FILES)
    assert shown["shared"]["place"] == where
    assert shown["shared"]["entries"] > len(FILES)
    assert shown["shared"]["entries of other versions"] == 1
    assert cache(clone, "prune", "--days", "1")["removed"]["entries"] == 0
    removed = cache(clone, "prune", "--days", "0")["removed"]
    assert removed["entries"] == shown["shared"]["entries"] + 1
    assert list(place.list()) == []


def test_an_export_takes_everything_elsewhere(
    tmp_path: Path, clones: Any, parsed: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = clones(), clones()
    monkeypatch.setenv(KEY, "secret")
    right = audit(first)
    file = tmp_path / "facts.zip"
    count = cache(first, "export", str(file))["exported"]["entries"]
    assert count > len(FILES)
    assert cache(second, "import", str(file))["imported"] == {
        "taken": count,
        "broken": 0,
        "foreign": 0,
    }
    del parsed[:]
    assert audit(second) == right
    assert parsed == []
    monkeypatch.setenv(KEY, "another")
    assert cache(clones(), "import", str(file))["imported"]["broken"] == count
    (tmp_path / "no.zip").write_bytes(b"PK")
    assert "no export of a cache" in cache(second, "import", str(tmp_path / "no.zip"), code=2)
    assert "FILE goes with" in cache(second, "export", code=2)


def test_what_is_unpickled_never_comes_from_elsewhere(
    where: str, clones: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(WHERE, where)
    with FactsCache(tmp_path / "one") as kept:
        kept.put_reads("plan", {"searches": b"pickled"})
        assert kept.reads("plan") == {"searches": b"pickled"}
        ((_, data),) = kept.entries("reads")
    place = open_place(where)
    assert entries(place, "reads") == []
    name = entry_name("reads", "plan")
    place.write({name: sealed(name, data, b"")})
    archive = tmp_path / "facts.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr(name, sealed(name, data, b""))
    with FactsCache(tmp_path / "other") as kept:
        assert import_cache(kept, archive, b"").taken == 0
        assert kept.reads("plan") is None


def test_a_key_is_of_this_very_extractor() -> None:
    assert entry_name("facts", OID) == f"facts/{extractor()}/ab/{OID}"
    assert len(extractor()) == 16


def test_an_unknown_kind_of_url_is_told() -> None:
    with pytest.raises(InputError, match="can't be reached"):
        open_place("nothing-of-that-kind://a/b")


def test_nothing_is_shared_unless_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(WHERE, raising=False)
    with FactsCache(tmp_path) as kept:
        kept.put([(OID, pack(extract_raw(b"x = 1\n")))])
        assert [oid for oid, _ in kept.facts([OID])] == [OID]
    assert [one.name for one in tmp_path.iterdir()] == [f"{Path(kept._path).name}"]
