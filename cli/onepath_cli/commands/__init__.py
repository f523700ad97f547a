"""One module for each command: it parses, calls the engine and prints."""

SUMMARIES = {
    "init": "Discover the paths to a symbol and write migrate.toml.",
    "audit": "Find every violation of the rules, and fail on those that count.",
    "explain": (
        "Tell what a rule means, why a finding is there, or who reaches a symbol by which path."
    ),
    "implementations": (
        "Tell which classes play the role of a canonical one, who uses them, and what that needs."
    ),
    "history": "Show the findings of each revision over time, along the first parents.",
    "report": "Write one HTML page with paths, phases, history and findings; it needs no network.",
    "apply": (
        "Create a branch for each phase, stacked; bring those that exist to the base of today."
    ),
    "rename": "Take every reference to OLD to NEW, on a branch of its own.",
    "move": "Take a definition, a module or a file elsewhere, and all references with it.",
    "recipe": "Take every use of what an outside library has moved to where it is now.",
    "replace": (
        "Replace code like PATTERN by REPLACEMENT, imports included, on a branch of its own."
    ),
    "review": "Walk through the hunks of the phases: accept, skip, edit, explain, undo, search.",
    "run": "Run a codemod of your own over whole files, on a branch of its own.",
    "verify": (
        "Plan each landed phase again from its base and compare it, byte for byte, with its branch."
    ),
    "status": (
        "Show where each phase stands: its branch, what came into the base, people's commits."
    ),
    "stamp": "Mark a version as applied, in the ledger in the work tree, for you to commit.",
    "heads": (
        "List the newest version of each configured pack; two are a fork that somebody must join."
    ),
    "new": "Write a new pack, or a new version of one, that runs as it is.",
    "test": "Run the examples of packs, and tell what has none.",
    "rollback": (
        "Withdraw a phase and those above it; where it is merged, make a branch that reverts it."
    ),
    "pr": "Land the phases, push their branches, and open or update a pull request for each.",
    "fleet": "Do the same for every repository of a fleet; none of them keeps others from it.",
    "cache": "Show what is kept of files that were read; share it, take it elsewhere.",
    "schema": "Print the JSON Schema of migrate.toml, with the tables of the packs that it names.",
    "serve": "Serve an agent or an editor.",
}
"""The first sentence of each command's help, for which the command need not be imported."""

_FOLDERS = {
    "oneoff": ("move", "recipe", "rename", "replace", "run"),
    "phases": ("apply", "heads", "pr", "review", "rollback", "stamp", "status", "verify"),
    "reports": ("audit", "explain", "history", "implementations", "report"),
}
_FOLDER_OF = {name: folder for folder, names in _FOLDERS.items() for name in names}
_ELSEWHERE = {"heads": "stamp:heads", "new": "packs:new", "test": "packs:run_examples"}
"""Commands that are not in a module of their own name."""


def place_of(name: str) -> tuple[str, str]:
    """The module and the function of a command."""
    module, _, function = _ELSEWHERE.get(name, f"{name}:{name}").partition(":")
    folder = f".{_FOLDER_OF[name]}" if name in _FOLDER_OF else ""
    return f"{__name__}{folder}.{module}", function
