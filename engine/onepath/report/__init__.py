"""Plans and audits as diffs, patches, text, JSON and other formats."""
