"""How an agent works with the tools, as a file that ships with them."""

from pathlib import Path

_FILE = Path(__file__).with_name("SKILL.md")


def skill_file() -> str:
    """The whole file, with the header by which agents find it."""
    return _FILE.read_text("utf-8")


def skill() -> str:
    """The file without its header: what the server tells about itself."""
    return skill_file().split("---\n", 2)[2].lstrip()
