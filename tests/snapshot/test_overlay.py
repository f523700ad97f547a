"""Planned content over a snapshot."""

import pickle
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onepath.model import Entry
from onepath.snapshot import Folder, Overlay, blob_id, open_snapshot


def test_an_overlay_over_a_commit(make_repository, contents):
    repository = make_repository({"a.py": "a", "b.py": "b", "c.py": "c"})
    before = repository.state()
    base = open_snapshot(repository.path)
    overlay = Overlay(base, {"b.py": None, "a.py": b"new", "pkg/d.py": b"", "never.py": None})
    assert contents(overlay) == {"a.py": b"new", "c.py": b"c", "pkg/d.py": b""}
    assert overlay.entries["a.py"].oid == blob_id(b"new")
    assert overlay.entries["c.py"] is base.entries["c.py"]
    assert (overlay.name, overlay.commit) == (base.name, base.commit)
    assert contents(base) == {"a.py": b"a", "b.py": b"b", "c.py": b"c"}
    assert repository.state() == before


def test_a_changed_file_keeps_its_mode_and_a_new_one_is_regular(make_repository):
    repository = make_repository({"run.py": "a"})
    (repository.path / "run.py").chmod(0o755)
    (repository.path / "link.py").symlink_to("run.py")
    repository.commit()
    changes = {"run.py": b"b", "new.py": b"n", "link.py": b"a file now"}
    entries = Overlay(open_snapshot(repository.path), changes).entries
    assert {path: oct(entry.mode) for path, entry in entries.items()} == {
        "link.py": "0o100644",
        "new.py": "0o100644",
        "run.py": "0o100755",
    }


def test_oids_are_of_the_bases_kind(make_repository):
    class Sha256Base:
        name, commit = "x", None
        entries = {"a.py": Entry("a.py", "0" * 64, 0o100644)}  # noqa: RUF012

    assert Overlay(Sha256Base(), {"b.py": b"b"}).entries["b.py"].oid == blob_id(b"b", 64)


def test_notes_of_replaced_and_deleted_files_are_gone(make_repository):
    repository = make_repository({"a.py": "a"})
    for name in ("kept.py", "replaced.py", "deleted.py"):
        (repository.path / name).symlink_to("a.py")
    repository.commit()
    base = open_snapshot(repository.path)
    overlay = Overlay(base, {"replaced.py": b"x", "deleted.py": None})
    assert [note.path for note in base.notes()] == ["deleted.py", "kept.py", "replaced.py"]
    assert [note.path for note in overlay.notes()] == ["kept.py"]


def test_a_source_survives_pickling_and_reads_old_entries_too(make_repository):
    base = open_snapshot(make_repository({"a.py": "old", "b.py": "b"}).path)
    overlay = Overlay(base, {"a.py": b"new"})
    source = pickle.loads(pickle.dumps(overlay.source()))
    wanted = [overlay.entries["a.py"], base.entries["a.py"], overlay.entries["b.py"]]
    assert [data for _, data in source.read(wanted)] == [b"new", b"old", b"b"]


def test_a_part_holds_the_planned_content_of_its_entries_alone(make_repository):
    base = open_snapshot(make_repository({"a.py": "old", "b.py": "b", "c.py": "c"}).path)
    overlay = Overlay(base, {"a.py": b"new", "b.py": b"another" * 1000})
    source = overlay.source()
    for paths in (["a.py"], ["a.py", "c.py"], ["c.py"], []):
        wanted = [overlay.entries[path] for path in paths]
        part = pickle.dumps(source.part(iter(wanted)))
        assert b"another" not in part
        assert [*pickle.loads(part).read(wanted)] == [*source.read(wanted)]


def test_changes_made_to_the_mapping_later_do_not_count(make_repository, contents):
    changes = {"a.py": b"planned"}
    overlay = Overlay(open_snapshot(make_repository({"a.py": "a"}).path), changes)
    changes["a.py"] = b"later"
    assert contents(overlay) == {"a.py": b"planned"}


def test_a_reader_that_is_left_early_ends_the_bases_process(make_repository, processes):
    repository = make_repository({"a.py": "a", "b.py": "b", "c.py": "c"})
    overlay = Overlay(open_snapshot(repository.path), {"a.py": b"new"})
    entries = list(overlay.entries.values())
    for path in ("b.py", "c.py"):
        (repository.path / path).unlink()
    processes.clear()
    reader = overlay.source().read(entries)
    assert [next(reader)[1], next(reader)[1]] == [b"new", b"b"]
    reader.close()
    (process,) = processes
    assert process.poll() is not None


BASE = {"a.py": b"a", "b.py": b"b", "pkg/c.py": b"c"}


@pytest.fixture(scope="module")
def base():
    with tempfile.TemporaryDirectory() as folder:
        for path, data in BASE.items():
            (Path(folder) / path).parent.mkdir(exist_ok=True)
            (Path(folder) / path).write_bytes(data)
        (Path(folder) / "b.py").chmod(0o755)
        yield Folder(Path(folder))


CHANGES = st.dictionaries(
    st.sampled_from([*BASE, "d.py", "pkg/e.py"]),
    st.none() | st.sampled_from([b"a", b"x"]) | st.binary(max_size=3),
)


@given(st.lists(CHANGES, max_size=4))
def test_overlays_over_overlays_equal_one_merged_overlay(base, layers):
    stacked, merged = base, {}
    for layer in layers:
        stacked = Overlay(stacked, layer)
        merged |= layer
    flat = Overlay(base, merged)
    assert dict(stacked.entries) == dict(flat.entries)
    assert list(stacked.entries) == sorted(stacked.entries)
    read = {e.path: data for e, data in stacked.source().read(stacked.entries.values())}
    expected = {path: data for path, data in {**BASE, **merged}.items() if data is not None}
    assert read == expected
    assert {e.path: e.oid for e in stacked.entries.values()} == {
        path: blob_id(data) for path, data in expected.items()
    }
