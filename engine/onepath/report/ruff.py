"""The renames as a setting of ruff, whose rule TID251 then keeps the old paths out."""

import json
from collections.abc import Mapping


def banned_api(imports: Mapping[str, str]) -> str:
    """The TOML table `banned-api` for a `pyproject.toml`: old path -> what to use instead."""
    lines = ["[tool.ruff.lint.flake8-tidy-imports.banned-api]"]
    for old, new in sorted(imports.items()):
        lines.append(f"{_quoted(old)} = {{ msg = {_quoted(f'Use {new} instead.')} }}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # A JSON string without escapes of its own for what lies beyond ASCII is a TOML string.
    return json.dumps(text, ensure_ascii=False)
