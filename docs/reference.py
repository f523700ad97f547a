"""Writes the pages of the reference from what they are about: rules, phases, commands, keys.

Each shows the examples that are the tests of it, so that no page can say what is not so.
"""

import difflib
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from typer.main import get_command

from onepath.audit import rules
from onepath.codemod.examples import Example, examples_of
from onepath.codemod.packs.configuration import parse_config
from onepath.codemod.packs.installed import load_packs
from onepath.codemod.packs.pack import chosen_pack
from onepath.config.document import config_schema
from onepath_cli.app import app


def write_reference(folder: Path) -> None:
    """Write all pages.

    Args:
        folder: Where to; what is there already is replaced.
    """
    folder.mkdir(exist_ok=True)
    pages = {**_phases(), "rules": _rules(), "commands": _commands(), "configuration": _keys()}
    for name, lines in pages.items():
        (folder / f"{name}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    listed = [name for name in pages if name.startswith("phase-")]
    index = ["# Reference", "", "```{toctree}", ":maxdepth: 1", ""]
    index += [*listed, "rules", "commands", "configuration", "```"]
    (folder / "index.md").write_text("\n".join(index) + "\n", encoding="utf-8")


# ------------------------------------------------------------------- phases


def _phases() -> dict[str, list[str]]:
    pack = load_packs()["websocket"]
    examples = examples_of(pack)
    pages = {}
    for version in pack.versions:
        own = [one for one in examples if one.codemod is version.codemod and not one.rule]
        title = f"# {version.phase}: {version.title[0].lower()}{version.title[1:]}"
        lines = [title, "", f"Version {version.number}, `{version.name}`.", ""]
        lines += [*_prose(version.codemod.__doc__), ""]
        refused = [one for one in own if one.path.stem.startswith("refused")]
        kinds = (
            ("What it does", [one for one in own if one not in refused]),
            ("What it leaves alone", refused),
        )
        for heading, chosen in kinds:
            lines += [f"## {heading}", ""]
            for example in chosen:
                lines += _example(example)
        pages[f"phase-{version.phase}"] = lines
    return pages


def _example(example: Example) -> Iterator[str]:
    yield f"### {example.title.rstrip('.')}"
    yield ""
    if example.config:
        yield from _block(example.config, "toml")
    texts = [line for path in _own_files(example) for line in _change(example, path)]
    yield from _block("\n".join(texts), "diff")
    for refused in example.refused:
        yield f"- left alone: `{refused}`"
    for remark in example.remarks:
        yield f"- said besides: {_plain(remark)}"
    yield ""


def _own_files(example: Example) -> list[str]:
    """The files that an example speaks of itself, less those that all examples share."""
    heads = re.findall(r"^=== (?:before|after|deleted) (\S+)", example.path.read_text(), re.M)
    return sorted({*heads})


def _change(example: Example, path: str) -> Iterator[str]:
    """A file as it becomes: a diff with everything around, or as it stays."""
    before = _lines(example.before.get(path))
    if path in example.deleted:
        after: list[str] = []
    else:
        after = _lines(example.after.get(path)) if path in example.after else before
    changed = list(difflib.unified_diff(before, after, n=1000, lineterm=""))
    yield f"=== {path}{' (deleted)' if path in example.deleted else ''}"
    yield from changed[3:] or (f" {line}" for line in before)


def _lines(data: bytes | None) -> list[str]:
    return [] if data is None else data.decode("utf-8", "replace").splitlines()


# -------------------------------------------------------------------- rules


def _rules() -> list[str]:
    pack = chosen_pack(load_packs(), parse_config("", ""))
    lines = ["# Rules of the audit", ""]
    for name, rule in sorted(pack.audit_rules.items()):
        mender = pack.mender(rule.phase)
        mended = f"Mended by the phase `{rule.phase}`." if mender else "Mended by hand."
        lines += [f"## {name}", "", f"{rule.summary}. {mended}", ""]
        lines += _sections(rule.explanation)
        shown = _first_example(name)
        if shown:
            title, _, files = shown.partition("\n")
            lines += [f"An example that is tested: {_plain(title)}", "", *_block(files, "text")]
    return lines


def _first_example(rule: str) -> str:
    """The first example of a rule in which it finds something; empty if there is none."""
    folder = Path(rules.__file__).parent / "examples" / rule
    texts = (path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.example")))
    return next((text for text in texts if "\n=== finding " in text), "")


def _sections(explanation: str) -> Iterator[str]:
    """A rule's explanation: headings at the margin, and what they are about set in."""
    heading = ""
    body: list[str] = []
    for line in [*explanation.splitlines()[1:], "End"]:
        if line and not line.startswith(" "):
            if heading:
                text = textwrap.dedent("\n".join(body)).strip("\n")
                yield f"**{heading}**"
                yield ""
                if heading == "Example":
                    yield from _block(text, "text")
                else:
                    yield from (*text.splitlines(), "")
            heading, body = line.strip(), []
        else:
            body.append(line)


# ------------------------------------------------------- commands and keys


def _commands() -> list[str]:
    group: Any = get_command(app)
    lines = ["# Commands", ""]
    context = group.make_context("migrate", [], resilient_parsing=True)
    lines += ["## migrate", "", *_block(_help(group, context), "text")]
    for name, command in sorted(group.commands.items()):
        inner = type(context)(command.loaded, info_name=f"migrate {name}")
        lines += [f"## migrate {name}", "", *_block(_help(command.loaded, inner), "text")]
    return lines


def _help(command: Any, context: Any) -> str:
    """The help as a pipe gets it, also where the pages are built on a terminal."""
    command.rich_markup_mode = None
    text: str = command.get_help(context)
    return text


def _keys() -> list[str]:
    pack = chosen_pack(load_packs(), parse_config("", ""))
    schema = config_schema(pack.all_tables)
    lines = ["# Keys of migrate.toml", "", "`migrate schema` prints the same for editors.", ""]
    lines += _table(schema["properties"], "")
    return lines


def _table(properties: Mapping[str, Any], above: str) -> Iterator[str]:
    tables = []
    yield "| key | | |"
    yield "|---|---|---|"
    for key, value in properties.items():
        inner = value.get("properties")
        said = _plain(value.get("description", "")).replace("|", "\\|")
        yield f"| `{above}{key}` | {value.get('type', '')} | {said} |"
        if inner:
            tables.append((key, inner))
    yield ""
    for key, inner in tables:
        yield from (f"## {above}{key}", "")
        yield from _table(inner, f"{above}{key}.")


# ------------------------------------------------------------------- words


def _prose(text: str | None) -> list[str]:
    """A docstring without its indentation, its sections as paragraphs."""
    return textwrap.dedent(f"{' ' * 4}{text or ''}").strip().splitlines()


def _plain(text: str) -> str:
    """Text in which nothing is markup but what stands between back quotes."""
    parts = text.split("`")
    outside = (part.replace("*", r"\*").replace("_", r"\_").replace("<", r"\<") for part in parts)
    return "`".join(
        part if number % 2 else escaped
        for number, (part, escaped) in enumerate(zip(parts, outside, strict=True))
    )


def _block(text: str, language: str) -> Iterable[str]:
    return (f"````{language}", text.rstrip("\n"), "````", "")
