from collections.abc import Sequence
from pathlib import Path

import pytest

from onepath.edit.edits import apply_edits
from onepath.model import Edit, FileChange
from onepath.snapshot.blobs import blob_id


class Changes:
    """Makes file changes from what is replaced by what."""

    def edited(self, path: str, old: bytes, edits: Sequence[Edit]) -> FileChange:
        new = apply_edits(old, edits)
        return FileChange(path, 0o100644, blob_id(old), old, new, tuple(edits))

    def replaced(self, path: str, old: bytes, *pairs: tuple[bytes, bytes]) -> FileChange:
        """Replace each `before` (found once) by its `after`."""
        edits = []
        for before, after in pairs:
            assert old.count(before) == 1, before
            start = old.index(before)
            edits.append(Edit(start, start + len(before), after, "import", 1))
        return self.edited(path, old, edits)

    def rewritten(self, path: str, old: bytes, new: bytes) -> FileChange:
        """One edit over the whole file, as a whole-module codemod makes it."""
        return self.edited(path, old, [Edit(0, len(old), new, "document", 1)])

    def deleted(self, path: str, old: bytes) -> FileChange:
        return FileChange(path, 0o100644, blob_id(old), old, None, ())


@pytest.fixture(scope="session")
def changes() -> Changes:
    return Changes()


@pytest.fixture
def lay_out(tmp_path: Path) -> "LayOut":
    return LayOut(tmp_path)


class LayOut:
    """Writes the old bytes of changes, and reads what became of the files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, changes: Sequence[FileChange]) -> None:
        for change in changes:
            target = self.folder / change.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(change.old)

    def read(self, changes: Sequence[FileChange]) -> list[bytes | None]:
        targets = [self.folder / change.path for change in changes]
        return [target.read_bytes() if target.exists() else None for target in targets]
