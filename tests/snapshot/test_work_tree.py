"""The files as they lie: every oid must name the bytes on the disk."""

import os
import pickle
import shutil

import pytest

from onepath.errors import InputError, OutsideError
from onepath.model import Entry, Note
from onepath.snapshot import WORKTREE, blob_id, open_snapshot


@pytest.fixture
def work_tree(contents):
    """Open a repository's work tree, check each oid against the bytes read, return both."""

    def open_checked(path):
        snapshot = open_snapshot(path, WORKTREE)
        read = contents(snapshot)
        for entry in snapshot.entries.values():
            if entry.mode != 0o160000:
                assert blob_id(read[entry.path], len(entry.oid)) == entry.oid
        return snapshot, read

    return open_checked


# ----------------------------------------------------------------- refusals


def test_a_bare_repository_has_no_work_tree(make_repository, tmp_path):
    repository = make_repository({"a.py": ""})
    repository.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    with pytest.raises(InputError, match="bare repository"):
        open_snapshot(tmp_path / "bare.git", WORKTREE)


# -------------------------------------------------------- what lies there


def test_what_lies_there_is_what_is_read_and_nothing_is_touched(make_repository, work_tree):
    repository = make_repository(
        {
            "kept.py": "kept\n", "edited.py": "old\n", "staged.py": "old\n", "both.py": "old\n",
            "deleted.py": "x\n", "removed.py": "x\n", "touched.py": "same\n",
            ".gitignore": "ignored.py\nbuild/\n",
        }
    )  # fmt: skip
    repository.write({"edited.py": "new\n", "staged.py": "new\n", "both.py": "staged\n"})
    repository.git("add", "staged.py", "both.py")
    repository.write({"both.py": "lies\n", "untracked.py": "u\n", "pkg/new.py": "n\n"})
    repository.write({"ignored.py": "i\n", "build/b.py": "b\n"})
    (repository.path / "deleted.py").unlink()
    repository.git("rm", "-q", "removed.py")
    os.utime(repository.path / "touched.py", (1, 1))
    index = (repository.path / ".git/index").read_bytes()

    snapshot, read = work_tree(repository.path / "pkg")

    assert read == {
        ".gitignore": b"ignored.py\nbuild/\n",
        "both.py": b"lies\n",
        "edited.py": b"new\n",
        "kept.py": b"kept\n",
        "pkg/new.py": b"n\n",
        "staged.py": b"new\n",
        "touched.py": b"same\n",
        "untracked.py": b"u\n",
    }
    assert (snapshot.name, snapshot.commit) == (WORKTREE, repository.git("rev-parse", "HEAD"))
    assert snapshot.notes() == ()
    assert (repository.path / ".git/index").read_bytes() == index


def test_before_the_first_commit_there_are_files_but_no_commit(make_repository, work_tree):
    repository = make_repository()
    repository.write({"a.py": "a"})
    snapshot, read = work_tree(repository.path)
    assert read == {"a.py": b"a"}
    assert snapshot.commit is None


def test_an_empty_work_tree(make_repository, work_tree):
    assert work_tree(make_repository().path)[1] == {}


def test_a_file_that_is_only_announced_is_read(make_repository, work_tree):
    repository = make_repository({"a.py": ""})
    repository.write({"b.py": "b\n"})
    repository.git("add", "--intent-to-add", "b.py")
    assert work_tree(repository.path)[1]["b.py"] == b"b\n"


def test_modes_are_those_of_the_disk(make_repository, work_tree):
    repository = make_repository({"a.py": "", "b.py": ""})
    repository.write({"new.py": "", "script.py": ""})
    for path in ("b.py", "script.py"):
        (repository.path / path).chmod(0o755)
    entries = work_tree(repository.path)[0].entries
    assert {path: oct(entry.mode) for path, entry in entries.items()} == {
        "a.py": "0o100644",
        "b.py": "0o100755",
        "new.py": "0o100644",
        "script.py": "0o100755",
    }


def test_modes_are_those_of_the_index_where_the_disk_has_none(make_repository, work_tree):
    repository = make_repository({"a.py": "", "run.py": ""})
    repository.git("update-index", "--chmod=+x", "run.py")
    repository.git("config", "core.fileMode", "false")
    repository.write({"new.py": "", "run.py": "changed"})
    (repository.path / "new.py").chmod(0o755)
    (repository.path / "a.py").chmod(0o755)
    entries = work_tree(repository.path)[0].entries
    assert {path: oct(entry.mode) for path, entry in entries.items()} == {
        "a.py": "0o100644",
        "new.py": "0o100644",
        "run.py": "0o100755",
    }


def test_a_conflicted_file_is_one_entry_with_its_markers(make_repository, work_tree):
    repository = make_repository({"a.py": "base\n", "gone.py": "base\n"})
    repository.git("switch", "-q", "-c", "other")
    repository.commit({"a.py": "theirs\n", "gone.py": "theirs\n"})
    repository.git("switch", "-q", "main")
    (repository.path / "gone.py").unlink()
    repository.commit({"a.py": "ours\n"})
    repository.git("merge", "other", check=False)
    (repository.path / "gone.py").unlink()
    _, read = work_tree(repository.path)
    assert list(read) == ["a.py"]
    assert read["a.py"].startswith(b"<<<<<<< HEAD\nours\n")


def test_a_linked_work_tree_is_read_where_it_lies(make_repository, tmp_path, work_tree):
    repository = make_repository({"a.py": "1"})
    repository.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))
    (tmp_path / "linked/a.py").write_text("linked")
    assert work_tree(tmp_path / "linked")[1] == {"a.py": b"linked"}
    assert work_tree(repository.path)[1] == {"a.py": b"1"}


def test_a_sha256_repository_has_sha256_oids(make_repository, work_tree):
    repository = make_repository()
    shutil.rmtree(repository.path / ".git")
    repository.git("init", "-q", "--object-format=sha256")
    repository.commit({"a.py": "a"})
    repository.write({"b.py": "b"})
    entries = work_tree(repository.path)[0].entries
    assert {len(entry.oid) for entry in entries.values()} == {64}


def test_names_with_anything_in_them(make_repository, work_tree):
    repository = make_repository({"sp ace.py": "s", "tab\t.py": "t", "new\nline.py": "n"})
    try:
        repository.write({os.fsdecode(b"caf\xe9.py"): "odd"})
    except OSError:
        pytest.skip("this disk does not take such a name")
    snapshot, read = work_tree(repository.path)
    assert set(read) == {"sp ace.py", "tab\t.py", "new\nline.py", "caf\udce9.py"}
    assert [(note.path, note.kind) for note in snapshot.notes()] == [("caf\udce9.py", "odd-name")]


# ----------------------------------- where the disk differs from an unchanged blob


def unchanged(repository):
    """Git sees nothing to commit."""
    return repository.git("status", "--porcelain") == ""


def checked_out_again(repository):
    for path in repository.git("ls-files").splitlines():
        (repository.path / path).unlink()
    repository.git("checkout", "--", ".")


def test_line_ends_that_git_converts_are_read_as_they_lie(make_repository, work_tree):
    repository = make_repository({"a.py": "a\nb\n", "one.py": "no end"})
    repository.git("config", "core.autocrlf", "true")
    checked_out_again(repository)
    assert unchanged(repository)
    snapshot, read = work_tree(repository.path)
    assert read == {"a.py": b"a\r\nb\r\n", "one.py": b"no end"}
    assert snapshot.entries["a.py"].oid != repository.git("rev-parse", "HEAD:a.py")
    assert snapshot.entries["one.py"].oid == repository.git("rev-parse", "HEAD:one.py")


def test_line_ends_by_attribute(make_repository, work_tree):
    repository = make_repository({".gitattributes": "*.py text eol=lf\n"})
    repository.commit({"a.py": b"a\r\nb\r\n", "b.py": b"a\nb\n"})
    assert unchanged(repository)
    assert work_tree(repository.path)[1]["a.py"] == b"a\r\nb\r\n"


def test_an_expanded_id(make_repository, work_tree):
    repository = make_repository({".gitattributes": "*.py ident\n", "a.py": "# $Id$\n"})
    checked_out_again(repository)
    assert unchanged(repository)
    assert work_tree(repository.path)[1]["a.py"].startswith(b"# $Id: ")


def test_a_filter_that_keeps_the_size_does_not_deceive(make_repository, work_tree):
    repository = make_repository({".gitattributes": "*.py filter=swap\n"})
    repository.git("config", "filter.swap.clean", "tr a b")
    repository.git("config", "filter.swap.smudge", "tr b a")
    repository.commit({"x.py": "aaa\n"})
    assert unchanged(repository)
    assert repository.git("show", "HEAD:x.py") == "bbb"
    assert work_tree(repository.path)[1]["x.py"] == b"aaa\n"


def test_an_encoding_of_the_work_tree(make_repository, work_tree):
    repository = make_repository({".gitattributes": "*.py working-tree-encoding=UTF-16LE\n"})
    text = "a = 1\n".encode("utf-16-le")
    repository.commit({"a.py": text})
    assert unchanged(repository)
    assert work_tree(repository.path)[1]["a.py"] == text


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_a_file_that_git_was_told_not_to_look_at(make_repository, work_tree, flag):
    repository = make_repository({"a.py": "old\n", "b.py": "b\n"})
    repository.git("update-index", flag, "a.py")
    repository.write({"a.py": "new\n"})
    assert unchanged(repository)
    snapshot, read = work_tree(repository.path)
    assert read["a.py"] == b"new\n"
    assert snapshot.notes() == ()


def test_a_deleted_file_that_git_was_told_not_to_look_at(make_repository, work_tree):
    repository = make_repository({"a.py": "", "b.py": ""})
    repository.git("update-index", "--assume-unchanged", "a.py")
    (repository.path / "a.py").unlink()
    assert list(work_tree(repository.path)[1]) == ["b.py"]


# ------------------------------------------------------------- sparse checkouts


def test_files_outside_a_sparse_checkout_come_from_gits_objects(make_repository, work_tree):
    repository = make_repository({"in/a.py": "a\n", "out/b.py": "b\n", "out/c.py": "c\n"})
    repository.git("sparse-checkout", "set", "--cone", "in")
    assert not (repository.path / "out").exists()
    repository.write({"in/a.py": "edited\n"})
    snapshot, read = work_tree(repository.path)
    assert read == {"in/a.py": b"edited\n", "out/b.py": b"b\n", "out/c.py": b"c\n"}
    (note,) = snapshot.notes()
    assert (note.path, note.kind) == ("", "sparse")
    assert note.text.endswith(": 2")


def test_a_sparse_index_is_read_file_by_file(make_repository, work_tree):
    repository = make_repository({"in/a.py": "a\n", "out/b.py": "b\n", "out/deep/c.py": "c\n"})
    repository.git("sparse-checkout", "set", "--cone", "--sparse-index", "in")
    assert list(work_tree(repository.path)[1]) == ["in/a.py", "out/b.py", "out/deep/c.py"]


def test_a_link_in_place_of_a_skipped_folder_is_not_followed(make_repository, work_tree, tmp_path):
    repository = make_repository({"in/a.py": "a\n", "out/b.py": "b\n"})
    repository.git("update-index", "--skip-worktree", "out/b.py")
    (repository.path / "out").rename(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/b.py").write_text("not ours")
    (repository.path / "out").symlink_to(tmp_path / "elsewhere")
    assert work_tree(repository.path)[1]["out/b.py"] == b"b\n"


def test_a_partial_sparse_checkout_is_read_without_the_network(
    partial_clone, make_repository, contents
):
    path, asked = partial_clone("blob:none")
    git = make_repository().git
    git("-C", str(path), "sparse-checkout", "set", "--cone")
    git("-C", str(path), "checkout", "-q", "main")
    asked.unlink()
    read = contents(open_snapshot(path, WORKTREE))
    assert read == {".gitignore": b"*.log\n", "b.py": b"b = 2\n", "pkg/a.py": None}
    assert not asked.exists()


def test_what_git_ignores_is_not_guessed_where_it_would_have_to_be_fetched(
    partial_clone, make_repository
):
    path, asked = partial_clone("blob:none")
    git = make_repository().git
    git("-C", str(path), "sparse-checkout", "set", "--no-cone", "/pkg/*")
    git("-C", str(path), "checkout", "-q", "main")
    asked.unlink()
    with pytest.raises(OutsideError, match="promisor remote") as caught:
        _ = open_snapshot(path, WORKTREE).entries
    assert "partial clone" in caught.value.hint
    assert not asked.exists()


# ------------------------------------------------- links, submodules, other things


def test_symbolic_links_are_entries_and_are_not_followed(make_repository, work_tree, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.py").write_text("secret")
    repository = make_repository({"a.py": "a"})
    (repository.path / "tracked.py").symlink_to("a.py")
    repository.commit()
    (repository.path / "folder").symlink_to(tmp_path / "outside")
    (repository.path / "loop.py").symlink_to("loop.py")
    snapshot, read = work_tree(repository.path)
    assert set(read) == {"a.py", "tracked.py", "folder", "loop.py"}
    assert read["tracked.py"] == b"a.py"
    assert {snapshot.entries[path].mode for path in ("tracked.py", "folder", "loop.py")} == {
        0o120000
    }
    assert [note.path for note in snapshot.notes()] == ["loop.py", "tracked.py"]


def test_a_file_that_became_a_link_and_a_folder_that_became_one(
    make_repository, work_tree, tmp_path
):
    repository = make_repository({"a.py": "a", "pkg/b.py": "b"})
    (repository.path / "a.py").unlink()
    (repository.path / "a.py").symlink_to("pkg/b.py")
    (repository.path / "pkg").rename(tmp_path / "moved")
    (repository.path / "pkg").symlink_to(tmp_path / "moved")
    snapshot, read = work_tree(repository.path)
    assert read["a.py"] == b"pkg/b.py"
    assert snapshot.entries["a.py"].mode == 0o120000
    assert "pkg/b.py" not in read


def test_a_file_that_became_a_folder(make_repository, work_tree):
    repository = make_repository({"a": "file"})
    (repository.path / "a").unlink()
    repository.write({"a/b.py": "b"})
    assert work_tree(repository.path)[1] == {"a/b.py": b"b"}


def test_a_file_that_became_a_pipe_does_not_block(make_repository, work_tree):
    repository = make_repository({"a.py": "a", "b.py": "b"})
    (repository.path / "a.py").unlink()
    os.mkfifo(repository.path / "a.py")
    assert list(work_tree(repository.path)[1]) == ["b.py"]


def test_a_submodule_is_an_entry_and_its_files_are_not(make_repository, work_tree):
    repository = make_repository({"a.py": "a"})
    inner = make_repository({"inner.py": "i"})
    repository.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "lib"
    )
    (repository.path / "lib/inner.py").write_text("dirty")
    commit = inner.git("rev-parse", "HEAD")
    snapshot, read = work_tree(repository.path)
    assert set(read) == {".gitmodules", "a.py", "lib"}
    assert snapshot.entries["lib"] == Entry("lib", commit, 0o160000)
    assert read["lib"] is None
    assert [(note.path, note.kind) for note in snapshot.notes()] == [("lib", "submodule")]


def test_a_repository_inside_that_git_does_not_track_is_noted(make_repository, work_tree):
    repository = make_repository({"a.py": "a"})
    inner = make_repository({"inner.py": "i"})
    inner.path.rename(repository.path / "nested")
    snapshot, read = work_tree(repository.path)
    assert list(read) == ["a.py"]
    assert [(note.path, note.kind) for note in snapshot.notes()] == [("nested", "submodule")]


def test_a_file_that_cannot_be_read_is_noted(make_repository, work_tree, monkeypatch):
    repository = make_repository({"a.py": "a"})
    repository.write({"b.py": "b"})

    def denied(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("onepath.snapshot.disk.file_blob_id", denied)
    snapshot, read = work_tree(repository.path)
    assert list(read) == ["a.py"]
    assert snapshot.notes() == (
        Note("b.py", "missing-object", "it can't be read: Permission denied"),
    )


# ------------------------------------------------------------------ the reader


def test_what_changes_later_is_not_read_under_the_old_oid(make_repository):
    repository = make_repository({"edited.py": "old\n", "gone.py": "g\n", "same.py": "s\n"})
    repository.write({"untracked.py": "u\n"})
    snapshot = open_snapshot(repository.path, WORKTREE)
    entries = list(snapshot.entries.values())
    repository.write({"edited.py": "later\n", "untracked.py": "later\n"})
    (repository.path / "gone.py").unlink()
    read = {entry.path: data for entry, data in snapshot.source().read(entries)}
    assert read == {
        "edited.py": b"old\n",
        "gone.py": b"g\n",
        "same.py": b"s\n",
        "untracked.py": None,
    }


def test_a_missing_object_does_not_matter_while_the_file_lies_there(make_repository, work_tree):
    repository = make_repository({"a.py": "a", "b.py": "b"})
    oid = repository.git("rev-parse", "HEAD:a.py")
    (repository.path / ".git/objects" / oid[:2] / oid[2:]).unlink()
    assert work_tree(repository.path)[1] == {"a.py": b"a", "b.py": b"b"}


def test_a_source_survives_pickling_and_may_be_left_early(make_repository, processes, temporary):
    repository = make_repository({"in/a.py": "a\n", "out/b.py": "b\n", "out/c.py": "c\n"})
    repository.git("sparse-checkout", "set", "--cone", "in")
    snapshot = open_snapshot(repository.path, WORKTREE)
    entries = list(snapshot.entries.values())
    processes.clear()
    reader = pickle.loads(pickle.dumps(snapshot.source())).read(entries)
    assert [next(reader)[1], next(reader)[1]] == [b"a\n", b"b\n"]
    reader.close()
    (process,) = processes
    assert process.poll() is not None
    assert list(temporary.iterdir()) == []
