"""One HTML file of a frame, the page's sections, style and scripts, and the contents.

The contents are JSON in a script element that no browser runs, and the page's script writes them as
text; a content security policy names the digest of every script and style, so that nothing else
runs and nothing is fetched, whatever a repository is called or contains.
"""

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from string import Template
from typing import Any

_PACKAGE = files("onepath.report.page")
_SCRIPTS = (
    "dom.js", "theme.js", "charts.js", "listing.js", "address.js", "summary.js", "symbols.js",
    "tree.js", "phases.js", "acceptance.js", "history.js", "places.js", "refusals.js",
    "findings.js", "main.js",
)  # fmt: skip
"""The page's own script, in the order in which its parts need each other."""
_FLEET_SCRIPTS = (
    "dom.js", "theme.js", "listing.js", "address.js", "fleet/fleet.js", "fleet/repositories.js",
    "fleet/main.js",
)  # fmt: skip
_IMPORT = "import { ascending, isString, DisallowedObjectProperties } from 'vega-util';"
_EXPORT = "export { expression as expressionInterpreter };"


def page(document: Mapping[str, Any]) -> str:
    """Return the page of a repository.

    Args:
        document: What `contents` returns.
    """
    libraries = [_vendored("vega.min.js"), _vendored("vega-lite.min.js"), _interpreter()]
    title = f"{document['title']}: paths, phases and findings"
    return _composed("page.html", title, libraries, _SCRIPTS, document)


def fleet_page(document: Mapping[str, Any]) -> str:
    """Return the page of a fleet, which has no charts.

    Args:
        document: What `onepath.fleet.page` makes of the results of a run.
    """
    title = f"{document['title']}: repositories and phases"
    return _composed("fleet/page.html", title, [], _FLEET_SCRIPTS, document)


def _composed(
    body: str,
    title: str,
    libraries: Sequence[str],
    own: Sequence[str],
    document: Mapping[str, Any],
) -> str:
    style = _asset("page.css")
    text = "\n".join(["'use strict';", *map(_asset, own)])
    scripts = [*libraries, f"(() => {{\n{text}}})();\n"]
    return Template(_asset("frame.html")).substitute(
        policy=html.escape(_policy(style, scripts)),
        title=html.escape(title),
        style=style,
        body=_asset(body),
        contents=_embedded(document),
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )


def _asset(name: str) -> str:
    return _PACKAGE.joinpath("assets", *name.split("/")).read_text("utf-8")


def _vendored(name: str) -> str:
    """A library, without the comment that sends a debugger to files that are not here."""
    text = _PACKAGE.joinpath("vendor", name).read_text("utf-8")
    return re.sub(r"^//# sourceMappingURL=.*$", "", text, flags=re.MULTILINE)


def _interpreter() -> str:
    """The interpreter as a plain script, after Vega, which has what the module imports."""
    module = _vendored("vega-interpreter.js")
    start, body = module.split(_IMPORT)
    body, end = body.split(_EXPORT)
    names = "const { ascending, isString, DisallowedObjectProperties } = vega;"
    return (
        f"const vegaInterpreter = (() => {{\n{start}{names}{body}"
        f"return {{ expressionInterpreter: expression }};\n}})();{end}"
    )


def _embedded(document: Mapping[str, Any]) -> str:
    """JSON that no text in it can end, open a tag in, or begin a comment in."""
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _policy(style: str, scripts: list[str]) -> str:
    allowed = " ".join(map(_digest, scripts))
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_digest(style)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
