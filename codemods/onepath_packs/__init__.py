"""What to migrate: packs of versioned codemods."""
