"""Where the peers' suites come from: source distributions, or a snapshot of a repository."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

CACHE = Path(__file__).resolve().parents[2] / "build" / "peers"


class NotReachable(Exception):
    """A suite can't be had here."""


def sdist(release: str) -> Path:
    """The unpacked source distribution of a release.

    Args:
        release: `name==version`.

    Raises:
        NotReachable: It can't be downloaded.
    """
    folder = CACHE / release.replace("==", "-")
    if not folder.exists():
        down = CACHE / "down"
        shutil.rmtree(down, ignore_errors=True)
        _pip("download", "--no-deps", "--no-binary", ":all:", "--dest", str(down), release)
        [archive] = down.iterdir()
        shutil.unpack_archive(archive, down / "unpacked", filter="data")
        [inner] = (down / "unpacked").iterdir()
        shutil.move(inner, folder)
        shutil.rmtree(down)
    return folder


def wheel(release: str) -> Path:
    """The unpacked built distribution of a release, as it is installed.

    Raises:
        NotReachable: It can't be downloaded.
    """
    folder = CACHE / f"{release.replace('==', '-')}-wheel"
    if not folder.exists():
        down = CACHE / "down-wheel"
        shutil.rmtree(down, ignore_errors=True)
        _pip("download", "--no-deps", "--only-binary", ":all:", "--dest", str(down), release)
        [archive] = down.iterdir()
        shutil.unpack_archive(archive, folder, "zip")
        shutil.rmtree(down)
    return folder


def library(release: str) -> Path:
    """A folder from which a release can be imported, with what it requires.

    Raises:
        NotReachable: It can't be installed.
    """
    folder = CACHE / f"{release.replace('==', '-')}-library"
    if not folder.exists():
        _pip("install", "--target", f"{folder}.part", release)
        shutil.move(f"{folder}.part", folder)
    return folder


def snapshot(url: str, tag: str, under: str, variable: str) -> Path:
    """The files of a folder of a repository at a tag.

    Args:
        url: Where the repository is.
        tag: Which commit; a local repository is read at its HEAD.
        under: The folder.
        variable: An environment variable that may name a local repository instead.

    Raises:
        NotReachable: There is neither.
    """
    folder = CACHE / f"{url.rpartition('/')[2]}-{tag}"
    if folder.exists():
        return folder / under
    local = os.environ.get(variable)
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    if not local:
        local = str(CACHE / "clone")
        shutil.rmtree(local, ignore_errors=True)
        clone = ["clone", "--quiet", "--bare", "--depth", "1", "--branch", tag]
        _run(["git", *clone, "--filter=blob:none", url, local])
    archive = part / "archive.tar"
    _run(["git", "--git-dir", local, "archive", "-o", str(archive), "HEAD", under])
    shutil.unpack_archive(archive, part, filter="data")
    archive.unlink()
    part.rename(folder)
    return folder / under


def _pip(*arguments: str) -> None:
    _run([sys.executable, "-m", "pip", "--quiet", *arguments])


def _run(command: list[str]) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise NotReachable(f"{' '.join(command[:4])}: {done.stderr.strip()[-500:]}")
