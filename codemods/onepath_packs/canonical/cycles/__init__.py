"""Version 5: import cycles are opened by moving imports."""
