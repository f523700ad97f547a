"""Patches that name a module by the object and what is replaced in it by a string.

`patch.object(old, "Name")` is `old.Name` written in two parts: it follows as that chain would, as
long as the new path is read from its module.
"""

from collections.abc import Iterator

from onepath.model import Facts
from onepath.symbols.find_references.callees import replaces
from onepath.symbols.renames import Renames
from onepath.symbols.sites import ChainSite, Sites
from onepath_packs.canonical.imports.strings.attributes import attribute_owner


def with_patched_objects(path: str, facts: Facts, renames: Renames, sites: Sites) -> Sites:
    """The sites of a file, with those of its patches that can follow as chains.

    Args:
        path: The file.
        facts: Its facts.
        renames: What is deprecated.
        sites: What it has besides.
    """
    taken = {site.use for site in sites.chains}
    chain_sites = [site for site in _sites(path, facts, renames) if site.use not in taken]
    return sites._replace(chains=(*sites.chains, *chain_sites)) if chain_sites else sites


def can_follow(path: str, facts: Facts, renames: Renames, string: int) -> bool:
    """Whether the patch that a string is a part of can follow as a chain."""
    return any(site.string == string for site in _sites(path, facts, renames))


def _sites(path: str, facts: Facts, renames: Renames) -> Iterator[ChainSite]:
    for index, string in enumerate(facts.strings):
        # `setattr` by itself is no patch of a test: what it sets stays.
        if string.target < 0 or not string.plain or "." not in string.callee:
            continue
        if not replaces(path, facts, renames.resolver, string):
            continue
        owner = attribute_owner(path, facts, renames.resolver, string)
        match = renames.symbol(owner, string.value) if owner else None
        if match is None or renames.is_rebound(match) or match.to.is_builtin or not match.to.name:
            continue
        use = facts.uses[string.target]
        if use.exact and not renames.is_outside(match.to.module):
            length = len(use.chain) + 1
            yield ChainSite(string.target, match._replace(length=length), index)
