"""Strings that name a deprecated path and are certainly looked up."""
