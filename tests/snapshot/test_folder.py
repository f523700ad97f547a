"""A folder without git."""

import os
import pickle

import pytest

from onepath.errors import InputError, OutsideError
from onepath.model import Entry
from onepath.snapshot import WORKTREE, Folder, blob_id, open_snapshot


@pytest.fixture
def write(tmp_path):
    def write_below(files):
        for path, content in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(content)
        return tmp_path

    return write_below


def test_a_folder_has_no_revisions(tmp_path):
    with pytest.raises(InputError, match="in no git repository, so it has no revisions"):
        open_snapshot(tmp_path, "main")


def test_a_file_is_not_a_folder(write):
    with pytest.raises(InputError, match="not a folder"):
        open_snapshot(write({"a.py": ""}) / "a.py")


def test_a_path_that_does_not_exist(tmp_path):
    with pytest.raises(InputError, match="no such file or folder"):
        open_snapshot(tmp_path / "nowhere")


def test_a_folder_that_goes_away(tmp_path):
    folder = Folder(tmp_path / "gone")
    with pytest.raises(OutsideError, match="gone/: can't be listed"):
        _ = folder.entries


@pytest.mark.parametrize("rev", ["HEAD", WORKTREE])
def test_the_files_are_read_as_they_lie(write, contents, rev):
    top = write({"b.py": "b", "a.py": "a", "pkg/sub/c.py": "c", "pkg-x.py": "-"})
    (top / "a.py").chmod(0o755)
    snapshot = open_snapshot(top, rev)
    assert isinstance(snapshot, Folder)
    assert (snapshot.name, snapshot.commit) == (str(top), None)
    assert contents(snapshot) == {
        "a.py": b"a",
        "b.py": b"b",
        "pkg-x.py": b"-",
        "pkg/sub/c.py": b"c",
    }
    assert snapshot.entries["a.py"] == Entry("a.py", blob_id(b"a"), 0o100755)
    assert snapshot.notes() == ()


def test_an_empty_folder(tmp_path, contents):
    assert contents(open_snapshot(tmp_path)) == {}


def test_what_is_not_the_users_own_code_is_left_out(write):
    top = write(
        {
            "a.py": "", ".github/workflow.yml": "", ".pre-commit-config.yaml": "",
            "pkg/__pycache__/a.pyc": "", "web/node_modules/x/y.py": "", ".mypy_cache/x.json": "",
            ".tox/py311/x.py": "", ".venv/pyvenv.cfg": "", ".venv/lib/x.py": "",
            "venv/pyvenv.cfg": "", "venv/lib/x.py": "", "clone/.git/HEAD": "", "clone/b.py": "",
            "linked/.git": "gitdir: x", "linked/c.py": "", "env/venv/d.py": "",
        }
    )  # fmt: skip
    assert list(Folder(top).entries) == [
        ".github/workflow.yml",
        ".pre-commit-config.yaml",
        "a.py",
        "clone/b.py",
        "env/venv/d.py",
        "linked/c.py",
    ]


def test_a_virtual_environment_is_read_if_it_is_what_was_asked_for(write):
    assert list(Folder(write({"pyvenv.cfg": "", "a.py": ""})).entries) == ["a.py", "pyvenv.cfg"]


def test_links_are_entries_and_are_not_followed(write, contents):
    top = write({"pkg/a.py": "a"})
    (top / "loop").symlink_to(top)
    (top / "b.py").symlink_to("pkg/a.py")
    snapshot = Folder(top)
    assert contents(snapshot) == {"b.py": b"pkg/a.py", "loop": os.fsencode(top), "pkg/a.py": b"a"}
    assert [(note.path, note.kind) for note in snapshot.notes()] == [("b.py", "symlink")]


def test_a_pipe_does_not_block(write):
    top = write({"a.py": ""})
    os.mkfifo(top / "b.py")
    assert list(Folder(top).entries) == ["a.py"]


def test_names_that_are_not_utf8(tmp_path, contents):
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.py")).write_text("x")
    except OSError:
        pytest.skip("this disk does not take such a name")
    snapshot = Folder(tmp_path)
    assert contents(snapshot) == {"caf\udce9.py": b"x"}
    assert [note.kind for note in snapshot.notes()] == ["odd-name"]


def test_what_changes_later_cannot_be_had(write):
    top = write({"a.py": "old", "b.py": "b", "c.py": "c"})
    snapshot = Folder(top)
    entries = list(snapshot.entries.values())
    (top / "a.py").write_text("new")
    (top / "b.py").unlink()
    source = pickle.loads(pickle.dumps(snapshot.source()))
    assert [data for _, data in source.read(entries)] == [None, None, b"c"]
