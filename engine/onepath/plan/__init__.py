"""From a snapshot, a configuration and a pack to phases with proven changesets."""
