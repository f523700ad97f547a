"""Where the packages come from: source distributions, and environments that can import them."""

import shutil
import sys
from pathlib import Path

from processes import run


def unpack(release: str, cache: Path, to: Path, *, is_wheel: bool = False) -> None:
    """Unpack a distribution; it is downloaded if the cache has none.

    Args:
        release: `name==version`.
        cache: Where distributions are kept.
        to: The folder to make.
        is_wheel: Whether to take the built distribution, which can be imported where the source
            would have to be compiled.

    Raises:
        SystemExit: There is no such distribution.
    """
    folder = cache / "sdists" / release.replace("==", "-")
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        # What a package is built with may well be a wheel.
        kind = ["--only-binary" if is_wheel else "--no-binary", release.partition("==")[0]]
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *kind]
        code, said = run([*pip, "--dest", str(folder), release], cache, longest=600)
        if code:
            raise SystemExit(f"{release} can't be downloaded:\n{said}")
    [archive] = folder.iterdir()
    unpacked = to.with_name(f"{to.name}.unpacked")
    if is_wheel:
        shutil.unpack_archive(archive, to, "zip")
        return
    shutil.unpack_archive(archive, unpacked, filter="data")
    [inner] = unpacked.iterdir()
    shutil.move(inner, to)
    unpacked.rmdir()


def environment(name: str, requirements: list[str], cache: Path) -> Path:
    """The Python of an environment that has the requirements; made if the cache has none.

    Raises:
        SystemExit: They can't be installed.
    """
    folder = cache / "environments" / name
    python = folder / "bin" / "python"
    done = folder / "requirements.txt"
    wanted = "\n".join(requirements)
    if done.exists() and done.read_text(encoding="utf-8") == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", "--prefer-binary", *requirements],
    ):
        code, said = run(command, cache, longest=1200)
        if code:
            raise SystemExit(f"no environment for {name}:\n{said}")
    done.write_text(wanted, encoding="utf-8")
    return python
