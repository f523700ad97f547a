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


def setup(app: Any) -> None:
    """Write the pages that are made from the code, before anything is read."""
    from pygments.lexers.special import TextLexer
    from reference import write_reference
    from sphinx.highlighting import lexers

    lexers["example"] = TextLexer()
    app.connect("config-inited", lambda *_: write_reference(_HERE / "reference"))
    app.connect("source-read", _name_files)


def _name_files(_: Any, __: str, source: list[str]) -> None:
    """Show the path of a file that a page writes, which stands behind the language of its block."""
    source[0] = _FILE.sub(r"`\2`\n\n```\1", source[0])
