"""The configuration, with the tables of the packs that it names.

A pack that is named by a path is code of the user's repository. It runs because the user has
named it in a file on disk; no revision, and no repository without files, makes it run.
"""

from collections.abc import Callable, Collection
from pathlib import Path

from onepath.codemod.packs.installed import registry
from onepath.config import migrate_toml, revision
from onepath.config.migrate_toml import Config
from onepath.config.reader import is_pack_path
from onepath.errors import InputError
from onepath.snapshot.repository import Repository

RELATIVE = "packs that are named by a path lie beside the configuration file"


def load_config(path: Path) -> Config:
    """Read a configuration file; in a `pyproject.toml`, its table `[tool.migrate]`.

    A pack that it names by a path is loaded, which runs its code.

    Raises:
        InputError: The file can't be read, or a pack that it names can't be had.
        ConfigError: It has errors; all of them are in it.
    """
    return migrate_toml.load_config(path, registry(_beside(path.parent)))


def parse_config(text: str, name: str, *, table: tuple[str, ...] = ()) -> Config:
    """Read a configuration from its text; the packs that it names must be installed.

    Args:
        text: TOML.
        name: What messages call it.
        table: The keys below which the configuration stands.

    Raises:
        InputError: A pack that it names can't be had.
        ConfigError: It has errors; all of them are in it.
    """
    return migrate_toml.parse_config(text, name, registry(_nowhere(name)), table=table)


def read_config_at(
    repository: Repository, rev: str, on_disk: Collection[Path] = ()
) -> Config | None:
    """Read the configuration that a revision has at its top; None if it has none.

    Args:
        repository: Where the revision is.
        rev: The revision.
        on_disk: Folders of packs that the configuration on disk names as well; others don't run.

    Raises:
        InputError: `rev` names no commit, or a pack that it names can't be had.
        ConfigError: The configuration has errors, or there are two.
    """

    def resolve(name: str) -> Path:
        folder = (repository.top / name).resolve()
        if folder not in on_disk:
            raise InputError(
                f"{rev} names the pack '{name}', which is code of the repository: it runs only "
                "if the configuration on disk names it, too",
                hint="add it there, or choose that file with --config",
            )
        return folder

    return revision.read_config_at(repository, rev, registry(resolve))


def named_folders(path: Path) -> list[Path]:
    """The folders of packs that a configuration file names. Nothing in them runs.

    Raises:
        InputError: The file can't be read.
        ConfigError: It is no TOML.
    """
    names = filter(is_pack_path, migrate_toml.named_packs(path))
    return [(path.parent / name).resolve() for name in names]


def _beside(folder: Path) -> Callable[[str], Path]:
    return lambda name: folder / name


def _nowhere(where: str) -> Callable[[str], Path]:
    def resolve(name: str) -> Path:
        raise InputError(f"{where}: the pack '{name}' is no installed one; {RELATIVE}")

    return resolve
