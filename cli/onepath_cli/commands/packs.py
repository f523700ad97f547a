"""`migrate new` and `migrate test`: packs of one's own, and their examples."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onepath.errors import ConfigError, InputError, PackDefectError
from onepath.report.text import counted, printable
from onepath_cli.commands.phases.status import Form, TextOrJson
from onepath_cli.context import Options, Workspace, find_and_read_config, near, open_workspace

if TYPE_CHECKING:
    from onepath.codemod.examples import Example
    from onepath.codemod.packs.pack import Pack

_FAILED = 1
_FOLDER = Path("codemods")

Folder = Annotated[
    Path, typer.Option("--folder", metavar="DIR", help="Where packs are, below the top folder.")
]


def new(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="PACK[/NAME]", help="The pack, and its codemod.")],
    folder: Folder = _FOLDER,
) -> None:
    """Write a new pack, or a new version of one, that runs as it is."""
    from onepath.codemod.packs.scaffold import scaffold

    options: Options = context.obj
    with open_workspace(options, writes=True) as workspace:
        if not workspace.is_checked_out:
            raise InputError(f"{workspace.folder} is bare: a pack is written into files")
        top = workspace.folder / folder
        made = scaffold(top, name)
        for path, text in sorted(made.files.items()):
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).write_text(text, encoding="utf-8")
            options.output.result(f"wrote  {near(top / path)}\n")
        for line in made.by_hand:
            options.output.note(f"still to do: {line}\n")
        pack = (folder / name.partition("/")[0]).as_posix()
        options.output.note(
            f"`migrate test {pack}` runs its examples; to use it, name it in migrate.toml: "
            f'packs = ["canonical", "{pack}"]\n'
        )


def run_examples(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="PACK", help="A name or a path; by default the packs of the configuration."
        ),
    ] = None,
    form: Form = TextOrJson.TEXT,
) -> None:
    """Run the examples of packs, and tell what has none."""
    from onepath.codemod.examples import examples_of, lacking

    options: Options = context.obj
    with open_workspace(options) as workspace:
        packs = _packs(options, workspace, name)
    problems: dict[str, Sequence[str]] = {}
    count = 0
    for pack in packs:
        examples = examples_of(pack)
        for example in examples:
            options.output.progress(f"{pack.name}: {example}")
            count += 1
            if found := _problems(example, pack):
                problems[str(near(example.path))] = found
        if missing := lacking(pack, examples):
            problems[pack.name] = missing
    if form is TextOrJson.JSON:
        options.output.document({"schema": 1, "examples": count, "problems": problems})
    else:
        options.output.result("".join(_lines(problems)))
        said = counted(len(problems), "problem") if problems else "all as they say"
        options.output.result(f"{counted(count, 'example')}: {said}\n")
    if problems:
        raise typer.Exit(_FAILED)


def _packs(options: Options, workspace: Workspace, name: str | None) -> "list[Pack]":
    from onepath.codemod.packs.configuration import parse_config
    from onepath.codemod.packs.installed import load_packs, local_pack, packs_of
    from onepath.codemod.packs.pack import no_pack
    from onepath.config.reader import is_pack_path

    if name is None:
        config = find_and_read_config(options, workspace) or parse_config("", "")
        packs = packs_of(config)
        return [packs[pack] for pack in config.packs]
    if is_pack_path(name):
        return [local_pack(workspace.folder / name)]
    installed = load_packs()
    if name not in installed:
        raise no_pack(name, installed)
    return [installed[name]]


def _problems(example: "Example", pack: "Pack") -> Sequence[str]:
    from onepath.codemod.examples import problems_of
    from onepath.run.serial import SerialExecutor

    with tempfile.TemporaryDirectory(prefix="onepath-example-") as folder:
        try:
            return problems_of(example, pack, Path(folder), SerialExecutor())
        except ConfigError as error:
            return error.message.splitlines()
        except PackDefectError as error:
            cause = error.__cause__
            return [f"{error}: {type(cause).__name__}: {cause}"]


def _lines(problems: dict[str, Sequence[str]]) -> Iterator[str]:
    for where, texts in problems.items():
        yield f"FAILED  {printable(where)}\n"
        for text in texts:
            yield from (f"    {printable(line)}\n" for line in text.splitlines())
