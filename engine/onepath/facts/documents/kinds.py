"""What kind of text a file is, by its name: configuration, scripts, prose, code of others."""

from functools import lru_cache
from pathlib import PurePosixPath

from onepath.facts.documents.directives import PROSE as PROSE_SUFFIXES
from onepath.snapshot import matters

_SUFFIXES = {
    ".toml": "toml",
    ".ini": "ini",
    ".cfg": "ini",
    ".conf": "ini",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
    ".jsonc": "json",
    ".env": "env",
    ".dockerfile": "docker",
    ".sh": "script",
    ".bash": "script",
    ".zsh": "script",
    ".mk": "script",
    ".service": "env",
}
PROSE = "prose"
PYTHON = "python"
CODE = "code"
"""Code in another language, or templates of code: it is never changed, and what it names stays."""
_SUFFIXES |= dict.fromkeys((
    ".bat", ".bzl", ".cmd", ".fish", ".j2", ".jinja", ".jinja2", ".mako", ".ps1", ".pxd", ".pxi",
    ".pyw", ".pyx", ".template", ".tmpl", ".tpl", ".wsgi",
), CODE)  # fmt: skip
_SUFFIXES |= {**dict.fromkeys(PROSE_SUFFIXES, PROSE), ".py": PYTHON, ".pyi": PYTHON}
_NAMES = {
    "pipfile": "toml",
    "entry_points.txt": "ini",
    ".flake8": "ini",
    ".coveragerc": "ini",
    ".pylintrc": "ini",
    ".importlinter": "ini",
    "dockerfile": "docker",
    "containerfile": "docker",
    ".env": "env",
    "procfile": "script",
    "makefile": "script",
    **dict.fromkeys(
        (
            "codeowners",
            "manifest.in",
            ".dockerignore",
            ".gitattributes",
            ".gitignore",
        ),
        "script",
    ),
    **dict.fromkeys(("jenkinsfile", "justfile", "sconscript", "sconstruct", "wscript"), CODE),
}


@lru_cache(maxsize=1 << 17)
def may_hold_paths(path: str) -> bool:
    """Whether a file that is no Python module may hold dotted paths, by its name."""
    return matters(path) or path.endswith(".markdown") or is_configuration(path)


def holds_paths_as_text(path: str) -> bool:
    """Whether a file is no Python module, and may hold dotted paths by its name."""
    return not path.endswith((".py", ".pyi")) and may_hold_paths(path)


def is_configuration(path: str) -> bool:
    """Whether a path is, by its name, that of a configuration file or a script."""
    return kind_of(path) not in ("", PROSE, PYTHON)


def is_other_code(path: str) -> bool:
    """Whether a file that is no Python module may be code that imports, by its name."""
    return kind_of(path) == CODE


def kind_of(path: str) -> str:
    """Which syntax a file has: `toml`, `ini`, ..., `script`, `code`, `prose`; empty for others."""
    file = PurePosixPath(path.lower())
    if file.name.startswith(".env."):
        return "env"
    if file.name.startswith("dockerfile."):
        return "docker"
    # A name in lower case without a suffix is that of a program; LICENSE and NEWS are prose.
    is_program = not file.suffix and path.rpartition("/")[2].islower()
    return _NAMES.get(file.name) or _SUFFIXES.get(file.suffix, CODE if is_program else "")
