"""The whole picture as one page that needs no server and no network."""
