"""Writes the ledger by hand: what somebody says is applied, or what the history shows."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from onepath.codemod.packs.pack import Pack
from onepath.errors import InputError, OutsideError
from onepath.land.tree import FileTree
from onepath.model import VersionId
from onepath.snapshot.repository import Repository
from onepath.state.applied.ledger import LedgerEntry, ledger_path, ledger_text, parse_entry
from onepath.state.history import read_history


class Stamped(NamedTuple):
    """A file of the ledger that was written or removed."""

    path: str
    version: str
    removed: bool


def stamp(top: Path, folder: str, versions: Iterable[VersionId]) -> list[Stamped]:
    """Write the ledger's files that say these versions are applied, into the work tree.

    Raises:
        InputError: The configuration keeps no ledger, or a link is in the way.
        OutsideError: The disk failed.
    """
    texts = {version: ledger_text(version, stamped=True) for version in versions}
    return _write(top, folder, texts)


def unstamp(top: Path, folder: str, versions: Iterable[VersionId]) -> list[Stamped]:
    """Remove the ledger's files about these versions from the work tree, where there are any.

    Raises:
        InputError: The configuration keeps no ledger, or a link is in the way.
        OutsideError: The disk failed.
    """
    removed = []
    for version in versions:
        path = _checked(top, folder, version)
        try:
            (top / path).unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise OutsideError(f"{path}: {error.strerror}") from error
        removed.append(Stamped(path, str(version), removed=True))
    return removed


def rebuild(repository: Repository, folder: str, pack: Pack, base: str) -> list[Stamped]:
    """Write the ledger's files that are missing, from the trailers in the history of `base`.

    The places that a version leaves alone because of a gate are those of the ledger's file that
    the commit brought, in whatever folder it was then.

    Raises:
        InputError: The configuration keeps no ledger, or a link is in the way.
        OutsideError: The disk failed.
    """
    history = read_history(repository, base)
    top, texts = repository.top, {}
    for version in map(pack.identify, pack.versions):
        merged = history.merged([str(version)], None)
        if merged is None or merged.reverted_by or (top / _checked(top, folder, version)).exists():
            continue
        known = _landed(repository, merged.commit, version)
        withheld, review = (known.withheld, known.review) if known else ((), None)
        texts[version] = ledger_text(version, withheld=withheld, review=review)
    return _write(top, folder, texts)


def _landed(repository: Repository, commit: str, version: VersionId) -> LedgerEntry | None:
    """What the ledger's file says of a version that came with a commit."""
    tree = FileTree(repository, commit)
    ending = ledger_path("", version)
    oids = [file.oid for path, file in tree.files.items() if f"/{path}".endswith(ending)]
    for data in tree.read(oids).values():
        entry = parse_entry(data)
        if entry is not None and entry.version == str(version):
            return entry
    return None


def _write(top: Path, folder: str, texts: dict[VersionId, bytes]) -> list[Stamped]:
    paths = {version: _checked(top, folder, version) for version in texts}
    for version, text in texts.items():
        target = top / paths[version]
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = target.with_name(f".{target.name}.new")
            temporary.write_bytes(text)
            temporary.replace(target)
        except OSError as error:
            raise OutsideError(f"{paths[version]}: {error.strerror}") from error
    return [Stamped(paths[version], str(version), removed=False) for version in texts]


def _checked(top: Path, folder: str, version: VersionId) -> str:
    """The path of the ledger's file, which must be inside the work tree however links lead."""
    if not folder:
        raise InputError(
            "the configuration keeps no ledger (ledger = false), so nothing can be stamped",
            hint="give `ledger` a folder",
        )
    path = ledger_path(folder, version)
    for place in (Path(path), *Path(path).parents[:-1]):
        if (top / place).is_symlink():
            raise InputError(f"{place} is a link, and the ledger is not written through it")
    return path
