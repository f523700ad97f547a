"""Pairs of a source and what becomes of it, as text."""


def pairs(text: str) -> list[tuple[str, str | None]]:
    """Sources with what becomes of each; None for one that must stay as it is.

    Args:
        text: The pairs, parted by lines of `===`; in each the source, and after a line of `---`
            what it becomes.
    """
    found = []
    for part in text.split("===\n"):
        before, parted, after = part.partition("---\n")
        found.append((before, after if parted else None))
    return found
