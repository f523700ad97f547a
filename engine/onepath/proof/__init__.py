"""What must hold before a changeset may be shown as ready."""
