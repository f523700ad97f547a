"""One file as a syntax tree whose nodes know their places and what names mean."""
