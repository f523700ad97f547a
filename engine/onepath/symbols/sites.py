"""Every place of one file that spells a deprecated path."""

from onepath.rewrite.sites import chain_start, find_sites

__all__ = ["chain_start", "find_sites"]
