"""TOML taken apart: every key with its line, every problem collected."""
