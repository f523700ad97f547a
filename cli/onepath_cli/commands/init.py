"""`migrate init`: discover, and write `migrate.toml` for review."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer

from onepath.errors import InputError, OutsideError
from onepath_cli.context import HEAD, Options, Workspace, near, open_workspace

_LONGEST = 60
"""Seconds after which nobody is writing a file any more."""


def init(
    context: typer.Context,
    canonical: Annotated[
        list[str] | None,
        typer.Option(
            "--canonical",
            metavar="DOTTED",
            help="The one path a symbol shall have, pkg.mod.Name; may be repeated. "
            "Without it the most fragmented symbols are ranked and nothing is written.",
        ),
    ] = None,
    canonical_factory: Annotated[
        list[str] | None,
        typer.Option(
            "--canonical-factory",
            metavar="DOTTED",
            help="The function by which instances of a canonical class shall be made; may be "
            "repeated. Without it one is proposed where calls show that there is one.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="Write here; by default to --config, else to migrate.toml.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Discover the paths to a symbol and write migrate.toml."""
    options: Options = context.obj
    with open_workspace(options, writes=bool(canonical)) as workspace:
        if not canonical:
            if canonical_factory:
                raise InputError(
                    "--canonical-factory needs --canonical, the class that it makes",
                    hint="add --canonical pkg.mod.Class",
                )
            if output or force:
                raise InputError("without --canonical nothing is written", hint="add --canonical")
            options.output.result(_discovered(options, workspace, [], []))
            return
        # A file named as the configuration is the one to write: `--config X init`, then
        # `--config X --dry-run`.
        named = output or options.config
        target = _target(workspace.folder, named, force)
        text = _discovered(options, workspace, canonical, canonical_factory or [])
        _write(target, text, force)
        _tell(options, target, text, named is not None)


def _discovered(
    options: Options, workspace: Workspace, canonical: list[str], factories: list[str]
) -> str:
    from onepath.discover.discover import discover
    from onepath.run import make_executor
    from onepath.snapshot import open_snapshot

    snapshot = open_snapshot(workspace.folder, options.rev or HEAD)
    with make_executor(options.jobs, options.scheduler) as executor:
        return discover(
            snapshot,
            canonical,
            executor=executor,
            cache_dir=workspace.cache_dir,
            repository=workspace.repository,
            progress=options.output.progress,
            canonical_factory=factories,
        )


def _target(folder: Path, named: Path | None, force: bool) -> Path:
    """Where to write; known before the work is done whether that can be.

    Raises:
        InputError: There is something that would be overwritten or contradicted.
    """
    from onepath.config.migrate_toml import CONFIG_NAME, find_config

    target = named or near(folder) / CONFIG_NAME
    if target.name == "pyproject.toml":
        raise InputError(
            f"{target} holds more than the configuration of migrate; it is not written",
            hint="add --output FILE and take from it what you need",
        )
    if os.path.lexists(target) and not force:
        raise _exists(target)
    if not target.parent.is_dir():
        raise InputError(f"{target.parent}: no such folder")
    if named is None and not target.exists():
        other = find_config(near(folder), None)
        if other is not None:
            raise InputError(
                f"{other} has [tool.migrate] already; a {CONFIG_NAME} would contradict it",
                hint="add --output FILE and take from it what you need",
            )
    return target


def _exists(target: Path) -> InputError:
    return InputError(f"{target} exists already", hint="add --force, or --output FILE")


def _write(target: Path, text: str, force: bool) -> None:
    """Write the file whole or not at all."""
    _sweep(target)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with _uninterrupted():
            try:
                with partial.open("x", encoding="utf-8", newline="\n") as file:
                    file.write(text)
                if force:
                    partial.replace(target)
                else:
                    # A link, unlike a rename, does not overwrite what came in the meantime.
                    os.link(partial, target)
            finally:
                partial.unlink(missing_ok=True)
    except FileExistsError:
        raise _exists(target) from None
    except OSError as error:
        raise OutsideError(f"{target} can't be written: {error.strerror}") from error


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let a signal that ends the program wait until a file is written, which takes milliseconds.

    Handlers and not a mask: a mask holds for one thread, and any other one would take the signal.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _: waiting.append(number))
        for name in ("SIGINT", "SIGTERM", "SIGHUP")
        if (number := getattr(signal, name, None)) is not None
        and signal.getsignal(number) not in (signal.SIG_IGN, None)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in waiting:
            signal.raise_signal(number)


def _sweep(target: Path) -> None:
    """Remove what runs have left that were killed while they wrote."""
    for left in target.parent.glob(f".{target.name}.*"):
        with suppress(OSError):
            is_old = time.time() - left.stat().st_mtime > _LONGEST
            if is_old and left.suffix[1:].isdigit() and not left.is_symlink():
                left.unlink()


def _tell(options: Options, target: Path, text: str, is_elsewhere: bool) -> None:
    from onepath.codemod.packs.configuration import parse_config
    from onepath.report.text import counted

    imports = parse_config(text, str(target)).imports
    options.output.result(f"wrote {target} with {counted(len(imports), 'rename')}\n")
    chosen = f"--config {target} " if is_elsewhere else ""
    options.output.note(f"review it, then run `migrate {chosen}--dry-run`\n")
