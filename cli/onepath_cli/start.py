"""Where `migrate` begins: it answers what needs nothing else, and loads the rest for all other."""

import sys

import onepath


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        # Importing Typer takes six times as long as starting Python.
        sys.stdout.write(f"onepath {onepath.__version__}\n")
        return
    from onepath_cli.app import main as run

    run()
