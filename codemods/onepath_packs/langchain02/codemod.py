"""Version 1: what langchain 0.1 only passes on is imported from where it is."""

from onepath_packs.moves import Moves


class MovesToLangchain02(Moves):
    """Imports by the paths of langchain-community, langchain-core and langchain-text-splitters."""

    number = 1
    name = "moves"
    phase = "langchain02"
    title = "Import by the paths of langchain 0.2"
    why = (
        "langchain 0.2 leaves integrations to langchain-community, and the base to langchain-core."
    )
