"""Gates: the user's commands on the files of a commit, and which places of a phase break them."""
