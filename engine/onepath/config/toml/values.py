"""What single values of the configuration must be like; each check gives a problem or ""."""

import ast
import re

_NOT_IN_A_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]")
_VERSION = re.compile(r"\d+(?:\.\d+)*")
_CHARACTER_CLASS = re.compile(r"\[!?\]?[^\]/]*\]")


def branch_problem(name: str) -> str:
    """Say why git takes no branch below `name`, by the rules of `git check-ref-format`."""
    forbidden = _NOT_IN_A_REF.search(name)
    checks = (
        (not name, "it is empty"),
        (name.startswith("-"), "it begins with '-'"),
        (name.startswith("refs/"), "leave out 'refs/heads/'"),
        (name.startswith("/") or name.endswith("/") or "//" in name, "a part of it is empty"),
        (name.startswith(".") or "/." in name, "a part of it begins with '.'"),
        (f"{name}/".find(".lock/") >= 0, "a part of it ends with '.lock'"),
        (name.endswith("."), "it ends with '.'"),
        (".." in name, "it has '..'"),
        ("@{" in name, "it has '@{'"),
        (forbidden is not None, f"it has {forbidden[0]!r}" if forbidden else ""),
    )
    return next((problem for wrong, problem in checks if wrong), "")


def glob_problem(glob: str) -> str:
    """Say why `glob` can't match a path relative to the repository's top folder."""
    parts = glob.removeprefix("!").removeprefix("/").removesuffix("/").split("/")
    checks = (
        (not glob.strip(), "is empty"),
        (glob.startswith("#"), "begins with '#', as a comment does; write '[#]' for it"),
        ("\\" in glob, "has a backslash; folders are separated by '/'"),
        ("" in parts or "." in parts or ".." in parts, "has an empty part, '.' or '..'"),
        (any("**" in part and part != "**" for part in parts), "has '**' beside other text"),
        ("[" in _CHARACTER_CLASS.sub("", glob), "has a '[' that is not closed"),
        ("\0" in glob, "has a null byte"),
    )
    return next((problem for wrong, problem in checks if wrong), "")


def root_problem(root: str) -> str:
    """Say why `root` is no folder relative to the repository's top folder."""
    checks = (
        ("\\" in root, "has a backslash; folders are separated by '/'"),
        (root.startswith("/"), "begins with '/'; roots are relative to the top folder"),
        (".." in root.split("/"), "leads out of the top folder"),
        ("\0" in root, "has a null byte"),
    )
    return next((problem for wrong, problem in checks if wrong), "")


def file_problem(path: str) -> str:
    """Say why `path` is no file relative to the configuration's folder."""
    checks = (
        (not path.strip(), "it is empty"),
        ("\\" in path, "it has a backslash; folders are separated by '/'"),
        (path.startswith("/"), "it begins with '/'; it is relative to this file's folder"),
        (path.endswith("/"), "it ends with '/', as a folder does"),
        ("\0" in path, "it has a null byte"),
    )
    return next((problem for wrong, problem in checks if wrong), "")


def version_problem(version: str) -> str:
    """Say why `version` is not one that another can be compared with."""
    return "" if _VERSION.fullmatch(version) else f"'{version}' is no version, such as 3.0"


def command_problem(command: str) -> str:
    """Say why `command` is no command that can be run without a shell."""
    import shlex

    try:
        words = shlex.split(command)
    except ValueError:
        return "has a quotation mark or a backslash with nothing after it"
    if not words:
        return "is empty"
    return "has a null byte" if "\0" in command else ""


def expression_problem(text: str) -> str:
    """Say why `text` is no Python literal that a call could be given."""
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return f"'{text}' is no Python literal; a string needs its own quotes: \"'text'\""
    return ""
