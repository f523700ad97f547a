"""Codemods that the user names: libcst's and Bowler's, over whole files."""
