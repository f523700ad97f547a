"""Fails unless a tag, the package and the changelog name one version."""

import re
import sys
import tomllib
from pathlib import Path


def problems(tag: str, top: Path) -> list[str]:
    """Say what stands against a release.

    Args:
        tag: As it was pushed, `v1.2.3`.
        top: The folder with `pyproject.toml`.
    """
    version = tag.removeprefix("v")
    declared = tomllib.loads((top / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    package = (top / "engine" / "onepath" / "__init__.py").read_text("utf-8")
    changelog = top / "CHANGELOG.md"
    told = changelog.read_text("utf-8") if changelog.exists() else ""
    left = [path.name for path in (top / "changes").glob("*.md") if path.name != "README.md"]
    checks = (
        (declared != version, f"pyproject.toml says {declared}, the tag {tag}"),
        (f'__version__ = "{version}"' not in package, f"onepath.__version__ is not {version}"),
        (
            re.search(rf"^## {re.escape(version)} \(", told, re.MULTILINE) is None,
            f"CHANGELOG.md has no section {version}: `towncrier build --version {version}`",
        ),
        (bool(left), f"{len(left)} fragments in changes/ are in no changelog yet"),
    )
    return [text for wrong, text in checks if wrong]


def main() -> None:
    """Print what stands against it, and fail if there is anything."""
    found = problems(sys.argv[1], Path(__file__).resolve().parents[1])
    sys.stderr.write("".join(f"{text}\n" for text in found))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
