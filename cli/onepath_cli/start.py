"""Where `migrate` begins: it answers what needs nothing else, and loads the rest for all other."""

import gc
import sys

import onepath


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        # Importing Typer takes six times as long as starting Python.
        sys.stdout.write(f"onepath {onepath.__version__}\n")
        return
    # A command is short and what it holds has few cycles; collecting them costs a fifth of a run.
    gc.disable()
    try:
        from onepath_cli.app import main as run

        run()
    finally:
        gc.freeze()  # the last collection, at exit, would go through all that is left for nothing
