"""A file that was read is not digested again, and never taken for what it is not any more."""

import os
import time

import pytest

from onepath.model import Entry
from onepath.snapshot import blob_id, disk
from onepath.snapshot.disk import FILE, DiskSource

_OLD, _NEW = b"x = 1\n", b"x = 2\n"


@pytest.fixture
def digested(monkeypatch):
    """The contents that are digested from now on; what this process knows of files is forgotten."""
    found = []

    def counting(data, length):
        found.append(data)
        return blob_id(data, length)

    monkeypatch.setattr(disk, "blob_id", counting)
    monkeypatch.setattr(disk, "_verified", {})
    return found


@pytest.fixture
def settled(monkeypatch):
    """Files count as settled at once."""
    monkeypatch.setattr(disk, "_SETTLED", -1)


def _read(top):
    ((_, data),) = DiskSource(top, None).read([Entry("a.py", blob_id(_OLD), FILE)])
    return data


def test_a_file_that_has_settled_is_digested_once(tmp_path, digested, settled):
    (tmp_path / "a.py").write_bytes(_OLD)
    assert [_read(tmp_path) for _ in range(3)] == [_OLD] * 3
    assert digested == [_OLD]


def test_a_file_that_was_just_written_is_digested_each_time(tmp_path, digested):
    (tmp_path / "a.py").write_bytes(_OLD)
    assert [_read(tmp_path) for _ in range(2)] == [_OLD] * 2
    assert digested == [_OLD] * 2


@pytest.mark.parametrize("way", ["in place", "another file"])
def test_a_change_that_keeps_size_and_time_is_noticed(tmp_path, digested, settled, way):
    place = tmp_path / "a.py"
    place.write_bytes(_OLD)
    assert _read(tmp_path) == _OLD
    before = place.stat()
    time.sleep(0.05)  # more than the clock of a file system needs to go on
    changed = place if way == "in place" else tmp_path / "b.py"
    changed.write_bytes(_NEW)
    os.utime(changed, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.replace(changed, place)
    assert _read(tmp_path) is None
    assert digested == [_OLD, _NEW]


def test_what_is_known_of_one_content_does_not_vouch_for_another(tmp_path, digested, settled):
    (tmp_path / "a.py").write_bytes(_OLD)
    assert _read(tmp_path) == _OLD
    ((_, data),) = DiskSource(tmp_path, None).read([Entry("a.py", blob_id(_NEW), FILE)])
    assert data is None
