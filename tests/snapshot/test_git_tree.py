"""The files of a commit, read from git's objects."""

import hashlib
import os
import pickle
import shutil

import pytest

from onepath.errors import InputError, OutsideError
from onepath.model import Entry, Note
from onepath.snapshot import GitSource, GitTree, Repository, blob_id, classify, open_snapshot

LFS_POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n"


def loose_object(repository, oid):
    return repository.path / ".git/objects" / oid[:2] / oid[2:]


# ----------------------------------------------------------- what can't be had


def test_an_unknown_revision_is_refused(make_repository):
    with pytest.raises(InputError, match="no such revision"):
        open_snapshot(make_repository({"a.py": ""}).path, "nope")


def test_an_empty_repository_is_refused(make_repository):
    with pytest.raises(InputError, match="no commit yet"):
        open_snapshot(make_repository().path)


def test_a_missing_object_is_none_and_noted_and_the_rest_is_read(make_repository, contents):
    repository = make_repository({"a.py": "a", "b.py": "b", "c.py": "c", "d.bin": "d"})
    for path in ("b.py", "d.bin"):
        loose_object(repository, repository.git("rev-parse", f"HEAD:{path}")).unlink()
        (repository.path / path).unlink()
    snapshot = open_snapshot(repository.path)
    read = contents(snapshot)
    assert read == {"a.py": b"a", "b.py": None, "c.py": b"c", "d.bin": None}
    notes = [classify(snapshot.entries[path], data) for path, data in read.items()]
    assert [note and (note.path, note.kind) for note in notes] == [
        None,
        ("b.py", "missing-object"),
        None,
        None,
    ]


def test_a_damaged_object_ends_the_reading_in_gits_words(make_repository, contents, processes):
    noise = b"".join(hashlib.sha1(b"%d" % number).digest() for number in range(2000))
    repository = make_repository({"a.py": "a", "b.py": noise})
    oid = repository.git("rev-parse", "HEAD:b.py")
    damaged = loose_object(repository, oid)
    damaged.chmod(0o644)
    damaged.write_bytes(damaged.read_bytes()[:20_000])
    (repository.path / "b.py").unlink()
    with pytest.raises(OutsideError, match=rf"git cat-file .* failed: (.|\n)*{oid}"):
        contents(open_snapshot(repository.path))
    assert all(process.poll() is not None for process in processes)


def test_a_missing_tree_is_an_error_not_an_empty_snapshot(make_repository):
    repository = make_repository({"pkg/a.py": "a"})
    loose_object(repository, repository.git("rev-parse", "HEAD:pkg")).unlink()
    with pytest.raises(OutsideError, match=r"git ls-tree .* failed"):
        _ = open_snapshot(repository.path).entries


def test_a_partial_clone_is_never_completed_over_the_network(partial_clone, contents):
    path, asked = partial_clone("blob:none")
    assert contents(open_snapshot(path)) == {".gitignore": None, "b.py": None, "pkg/a.py": None}
    with pytest.raises(InputError):
        open_snapshot(path, "1" * 40)
    assert not asked.exists()


def test_a_clone_without_trees_is_an_error_not_a_download(partial_clone):
    path, asked = partial_clone("tree:0")
    with pytest.raises(OutsideError, match=r"git ls-tree .* failed"):
        _ = open_snapshot(path).entries
    assert not asked.exists()


# ------------------------------------------------------------ what is listed


def test_a_snapshot_is_the_commit_and_not_the_work_tree(make_repository, contents):
    repository = make_repository({"a.py": "old\n", "gone.py": "x\n"})
    commit = repository.git("rev-parse", "HEAD")
    repository.commit({"a.py": "new\n"})
    repository.write({"a.py": "dirty\n", "untracked.py": ""})
    before = repository.state()
    snapshot = open_snapshot(repository.path, "HEAD~1")
    assert snapshot.name == snapshot.commit == commit
    assert contents(snapshot) == {"a.py": b"old\n", "gone.py": b"x\n"}
    assert snapshot.notes() == ()
    assert repository.state() == before


def test_a_snapshot_from_a_subfolder_is_the_whole_repository(make_repository):
    repository = make_repository({"a.py": "", "pkg/b.py": ""})
    assert list(open_snapshot(repository.path / "pkg").entries) == ["a.py", "pkg/b.py"]


def test_modes_and_oids_are_gits(make_repository):
    repository = make_repository({"run.py": "#!\n", "plain.py": "#!\n"})
    (repository.path / "run.py").chmod(0o755)
    repository.commit()
    entries = open_snapshot(repository.path).entries
    assert entries["run.py"] == Entry("run.py", blob_id(b"#!\n"), 0o100755)
    assert entries["plain.py"] == Entry("plain.py", blob_id(b"#!\n"), 0o100644)


def test_entries_cannot_be_changed(make_repository):
    entries = open_snapshot(make_repository({"a.py": ""}).path).entries
    with pytest.raises(TypeError):
        entries["b.py"] = entries["a.py"]


def test_a_commit_without_files(make_repository, contents):
    repository = make_repository({})
    assert contents(open_snapshot(repository.path)) == {}


def test_a_bare_repository_is_read_like_any_other(make_repository, tmp_path, contents):
    repository = make_repository({"a.py": "a", "pkg/b.py": "b"})
    repository.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    snapshot = open_snapshot(tmp_path / "bare.git")
    assert contents(snapshot) == {"a.py": b"a", "pkg/b.py": b"b"}


def test_a_linked_work_tree_reads_its_own_head(make_repository, tmp_path, contents):
    repository = make_repository({"a.py": "1"})
    repository.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))
    repository.commit({"a.py": "2"})
    assert contents(open_snapshot(tmp_path / "linked")) == {"a.py": b"1"}


def test_a_clone_that_borrows_its_objects(make_repository, tmp_path, contents):
    repository = make_repository({"a.py": "1"})
    repository.git("clone", "-q", "--shared", ".", str(tmp_path / "shared"))
    assert contents(open_snapshot(tmp_path / "shared")) == {"a.py": b"1"}


def test_packed_objects(make_repository, contents):
    repository = make_repository({f"m{number}.py": f"x = {number}\n" * 50 for number in range(30)})
    repository.git("gc", "--quiet")
    read = contents(open_snapshot(repository.path))
    assert read["m7.py"] == b"x = 7\n" * 50
    assert None not in read.values()


def test_a_sha256_repository(make_repository, contents):
    repository = make_repository()
    shutil.rmtree(repository.path / ".git")
    repository.git("init", "-q", "--object-format=sha256")
    repository.commit({"a.py": "x = 1\n"})
    snapshot = open_snapshot(repository.path)
    assert len(snapshot.name) == 64
    assert snapshot.entries["a.py"].oid == blob_id(b"x = 1\n", 64)
    assert contents(snapshot) == {"a.py": b"x = 1\n"}


def test_a_replaced_blob_is_read_as_what_its_id_names(make_repository, contents):
    repository = make_repository({"a.py": "true", "b.py": "other"})
    repository.git("replace", *repository.git("rev-parse", "HEAD:a.py", "HEAD:b.py").split())
    assert contents(open_snapshot(repository.path))["a.py"] == b"true"


# --------------------------------------------------------------------- notes


def test_a_submodule_is_an_entry_without_content(make_repository, contents):
    repository = make_repository({"a.py": ""})
    commit = make_repository({"inner.py": ""}).git("rev-parse", "HEAD")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit},vendor/lib")
    repository.git("commit", "-q", "-m", "submodule")
    snapshot = open_snapshot(repository.path)
    assert snapshot.entries["vendor/lib"] == Entry("vendor/lib", commit, 0o160000)
    assert [(note.path, note.kind) for note in snapshot.notes()] == [("vendor/lib", "submodule")]
    assert contents(snapshot) == {"a.py": b"", "vendor/lib": None}
    assert classify(snapshot.entries["vendor/lib"], None) is None


def test_a_submodules_commit_is_no_content_even_if_it_is_in_the_repository(
    make_repository, contents
):
    repository = make_repository({"a.py": ""})
    commit = repository.git("rev-parse", "HEAD")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit},me")
    repository.git("commit", "-q", "-m", "submodule")
    assert contents(open_snapshot(repository.path)) == {"a.py": b"", "me": None}


def test_symbolic_links_are_listed_where_they_could_matter(make_repository, contents):
    repository = make_repository({"real.py": "x = 1\n"})
    for name in ("link.py", "link.png", "dir"):
        (repository.path / name).symlink_to("real.py")
    repository.commit()
    snapshot = open_snapshot(repository.path)
    assert snapshot.entries["link.py"].mode == 0o120000
    assert not snapshot.entries["link.py"].is_regular
    assert contents(snapshot)["link.py"] == b"real.py"
    assert [(note.path, note.kind) for note in snapshot.notes()] == [("link.py", "symlink")]


@pytest.mark.parametrize("name", ["data.json", "big.py", "docs/Dockerfile", "setup.cfg"])
def test_an_lfs_pointer_is_told_by_its_content(make_repository, contents, name):
    snapshot = open_snapshot(make_repository({name: LFS_POINTER}).path)
    (data,) = contents(snapshot).values()
    note = classify(snapshot.entries[name], data)
    assert isinstance(note, Note)
    assert (note.path, note.kind) == (name, "lfs-pointer")


def test_ordinary_content_has_no_note():
    entry = Entry("a.py", "0" * 40, 0o100644)
    assert classify(entry, b"") is None
    assert classify(entry, b"x = 'version https://git-lfs.github.com/spec/v1'\n") is None
    assert classify(entry, LFS_POINTER.encode() + b"# no pointer is this long\n" * 50) is None
    assert classify(entry._replace(path="a.bin"), LFS_POINTER.encode()) is None


def test_a_name_that_is_not_utf8_is_kept_and_noted(make_repository, contents):
    repository = make_repository({"a.py": "", "caf\N{LATIN SMALL LETTER E WITH ACUTE}.py": "u"})
    oid = repository.git("rev-parse", "HEAD:a.py")
    for path in (b"caf\xe9.py", b"caf\xe9.png", b'new\nline \t"q".py'):
        repository.git("update-index", "--add", "--cacheinfo", f"100644,{oid},{os.fsdecode(path)}")
    repository.git("commit", "-q", "-m", "odd")
    snapshot = open_snapshot(repository.path)
    assert set(snapshot.entries) == {
        "a.py",
        "café.py",
        "caf\udce9.py",
        "caf\udce9.png",
        'new\nline \t"q".py',
    }
    assert [(note.path, note.kind) for note in snapshot.notes()] == [("caf\udce9.py", "odd-name")]
    assert contents(snapshot)["caf\udce9.py"] == b""


# ---------------------------------------------------------------- the reader


def test_a_source_survives_pickling(make_repository):
    snapshot = open_snapshot(make_repository({"a.py": "x"}).path)
    source = pickle.loads(pickle.dumps(snapshot.source()))
    assert [data for _, data in source.read(snapshot.entries.values())] == [b"x"]


def test_reading_nothing_starts_nothing(make_repository, processes):
    repository = make_repository({"a.py": ""})
    processes.clear()
    assert list(GitSource(repository.path / ".git").read([])) == []
    assert processes == []


def test_more_ids_and_content_than_any_pipe_holds(make_repository):
    snapshot = open_snapshot(make_repository({"a.py": "x" * 2000, "b.py": "y\n"}).path)
    wanted = list(snapshot.entries.values()) * 8000
    count = size = 0
    for (entry, data), expected in zip(snapshot.source().read(wanted), wanted, strict=True):
        assert entry is expected
        count += 1
        size += len(data)
    assert (count, size) == (16000, 8000 * 2002)


def test_content_that_looks_like_the_protocol_is_content(make_repository, contents):
    files = {"a.py": "\n\n", "b.py": f"{'0' * 40} missing\n", "c.py": "", "d.py": b"\0\xff\r\n"}
    read = contents(open_snapshot(make_repository(files).path))
    assert read["b.py"] == f"{'0' * 40} missing\n".encode()
    assert (read["a.py"], read["c.py"], read["d.py"]) == (b"\n\n", b"", b"\0\xff\r\n")


@pytest.mark.parametrize("consumed", [1, 2])
def test_a_reader_that_is_left_early_ends_its_process(
    make_repository, processes, temporary, consumed
):
    repository = make_repository({"a.py": "x" * 100_000, "b.py": "y"})
    snapshot = open_snapshot(repository.path)
    wanted = list(snapshot.entries.values()) * 4000
    for path in snapshot.entries:
        (repository.path / path).unlink()
    processes.clear()
    reader = snapshot.source().read(wanted)
    for _ in range(consumed):
        next(reader)
    (process,) = processes
    reader.close()
    assert process.poll() is not None
    assert process.stdin.closed
    assert process.stdout.closed
    assert list(temporary.iterdir()) == []


def test_files_of_the_commit_that_lie_in_the_work_tree_need_no_git(
    make_repository, contents, processes
):
    repository = make_repository({"a.py": "a", "pkg/b.py": b"b\r\n\0"})
    snapshot = open_snapshot(repository.path)
    assert len(snapshot.entries) == 2
    processes.clear()
    assert contents(snapshot) == {"a.py": b"a", "pkg/b.py": b"b\r\n\0"}
    assert processes == []


def test_one_git_gives_whatever_does_not_lie_in_the_work_tree(make_repository, contents, processes):
    files = {name: f"{name}\n" for name in ("a.py", "b.py", "c.py", "d.py", "e.py")}
    repository = make_repository(files)
    snapshot = open_snapshot(repository.path)
    (repository.path / "a.py").write_text("A.py\n")
    (repository.path / "b.py").unlink()
    (repository.path / "c.py").unlink()
    (repository.path / "c.py").mkdir()
    (repository.path / "d.py").unlink()
    (repository.path / "d.py").symlink_to("e.py")
    assert snapshot.entries
    processes.clear()
    assert contents(snapshot) == {name: text.encode() for name, text in files.items()}
    assert len(processes) == 1


def test_line_ends_that_the_checkout_converted_are_those_of_the_commit(make_repository, contents):
    repository = make_repository({".gitattributes": "*.py text eol=crlf\n", "a.py": "x\ny\n"})
    (repository.path / "a.py").unlink()
    repository.git("checkout", "a.py")
    assert (repository.path / "a.py").read_bytes() == b"x\r\ny\r\n"
    assert contents(open_snapshot(repository.path))["a.py"] == b"x\ny\n"


def test_two_readers_at_once(make_repository):
    snapshot = open_snapshot(make_repository({"a.py": "a", "b.py": "b"}).path)
    one, two = (snapshot.source().read(snapshot.entries.values()) for _ in range(2))
    assert [(x[1], y[1]) for x, y in zip(one, two, strict=True)] == [(b"a", b"a"), (b"b", b"b")]


def test_a_tree_takes_a_revision_of_its_repository(make_repository):
    made = make_repository({"a.py": ""})
    with Repository.discover(made.path) as repository:
        assert GitTree(repository).commit == GitTree(repository, "main").name
