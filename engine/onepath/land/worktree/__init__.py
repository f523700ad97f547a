"""Landing in the files as they lie: a journal first, so that a run that was killed is undone."""
