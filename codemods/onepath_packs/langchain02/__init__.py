"""The pack `langchain02`: from the imports of langchain 0.1 to those of 0.2.

`moves.csv` says which path takes the place of which. Each row is what langchain 0.1.20 itself does:
its tables of deprecated names, and the modules that pass on names of langchain-community 0.0.38,
langchain-core 0.1.53 and langchain-text-splitters 0.0.2, where each new path was looked up;
`benchmarks/recipes.py` made the table. Integrations that have left for packages of their own since
(langchain-openai, langchain-anthropic, ...) still are in langchain-community, deprecated there.
"""

from onepath.codemod import Pack
from onepath_packs.langchain02.codemod import MovesToLangchain02

PACK = Pack("langchain02", (MovesToLangchain02,))
"""Published under the entry point group `onepath.packs`."""
