"""The documentation as a site: `make docs` builds it and takes every warning for an error."""

import re
import sys
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_FILE = re.compile(r"^```(\w+) (\S+)$", re.MULTILINE)
sys.path.insert(0, str(_HERE))

import onepath  # noqa: E402

project = "onepath"
author = "the onepath authors"
version = release = onepath.__version__
extensions = ["myst_parser"]
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
source_suffix = {".md": "markdown"}
root_doc = "index"
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "onepath"
html_show_copyright = False
html_static_path = ["site"]
html_css_files = ["diagrams.css"]


def setup(app: Any) -> None:
    """Write the pages that are made from the code, before anything is read."""
    from pygments.lexers.special import TextLexer
    from reference import write_reference
    from sphinx.highlighting import lexers

    lexers["example"] = TextLexer()
    app.connect("config-inited", lambda *_: write_reference(_HERE / "reference"))
    app.connect("source-read", _name_files)
    app.connect("doctree-read", _draw)


def _name_files(_: Any, __: str, source: list[str]) -> None:
    """Show the path of a file that a page writes, which stands behind the language of its block."""
    source[0] = _FILE.sub(r"`\2`\n\n```\1", source[0])


def _draw(app: Any, tree: Any) -> None:
    """Draw the diagrams of a page: forges do it themselves, and the site needs no script for it."""
    from docutils import nodes
    from mermaidx import render

    blocks = [one for one in tree.findall(nodes.literal_block) if one["language"] == "mermaid"]
    for number, block in enumerate(blocks, 1):
        name = f"diagram-{app.env.docname.replace('/', '-')}-{number}"
        svg = render(block.astext()).svg().replace("my-svg", name)
        figure = f'<figure class="diagram">{svg}</figure>'
        block.replace_self(nodes.raw("", figure, format="html"))
