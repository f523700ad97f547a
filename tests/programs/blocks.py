"""Files of a program as one text: `=== name` begins each of them."""


def blocks(text: str, **words: str) -> dict[str, str]:
    """The parts of a text by name; whole lines of `words` are replaced by their meaning."""
    for word, meaning in words.items():
        text = text.replace(f"\n{word}\n", f"\n{meaning}").replace(f" {word}\n", f" {meaning}")
    parts = (part.partition("\n") for part in text.split("=== ")[1:])
    return {name: body for name, _, body in parts}
