"""Makes the tables of the recipes, from what the projects publish about their own moves.

    python benchmarks/recipes.py airflow3 FOLDER
    python benchmarks/recipes.py langchain02 FOLDER ENVIRONMENT

FOLDER is an unpacked source distribution of the version that is left (apache-airflow 2.9.3,
langchain 0.1.20): it says which public names there are. Where they have gone say, for Airflow, the
rules AIR301, AIR302, AIR311 and AIR312 of ruff, which follow Airflow's upgrade notes; and for
langchain, its own tables of deprecated names. ENVIRONMENT is a `site-packages` with
langchain-community 0.0.38, langchain-core 0.1.53 and langchain-text-splitters 0.0.2: a row whose
new path is in none of them is left out.
"""

import ast
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from keyword import iskeyword
from pathlib import Path

_LEFT_OUT = frozenset(("example_dags", "migrations", "_vendor", "tests"))
_DIRECTIONS = (
    re.compile(r"use `(?P<name>\w+)` from `(?P<module>[\w.]+)` instead", re.IGNORECASE),
    re.compile(r"^`(?P<name>\w+)` has been moved to `(?P<module>[\w.]+)`"),
)
_OTHERWISE = frozenset(("Connection", "Variable"))
"""Names that are used otherwise at the new path: `Variable.get(key, default_var=0)` calls its
argument otherwise there, and `session.query(Connection)` needs the table's class."""
_HEIRS = ("langchain_community", "langchain_core", "langchain_text_splitters")

Row = tuple[str, str]


def main() -> None:
    """Print a table as CSV."""
    recipe, folder, *more = sys.argv[1:]
    rows = _airflow(Path(folder)) if recipe == "airflow3" else _langchain(Path(folder), *more)
    table: dict[str, str] = {}
    for old, new in rows:
        table.setdefault(old, new)
    print("old,new")
    for old, new in sorted(table.items()):
        print(f"{old},{new}")


def _modules(folder: Path) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        inner = path.relative_to(folder.parent)
        if _LEFT_OUT.isdisjoint(inner.parts):
            name = ".".join(inner.with_suffix("").parts).removesuffix(".__init__")
            yield name, ast.parse(path.read_bytes())


def _texts(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The entries of every dict display in a node whose key is a string."""
    for one in ast.walk(node):
        if isinstance(one, ast.Dict):
            for key, value in zip(one.keys, one.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value


# ------------------------------------------------------------------- Airflow


def _airflow(folder: Path) -> Iterator[Row]:
    """What ruff says of an import of each public name."""
    names = sorted({one for one in _airflow_names(folder / "airflow") if _is_public(*one)})
    lines = [
        f"def f{at}():\n    from {module} import {name}\n    return {name}\n"
        for at, (module, name) in enumerate(names)
    ]
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "every.py"
        path.write_text("".join(lines), encoding="utf-8")
        command = [sys.executable, "-m", "ruff", "check", "--isolated", "--output-format", "json"]
        select = ["--preview", "--select", "AIR301,AIR302,AIR311,AIR312", str(path)]
        said = subprocess.run([*command, *select], capture_output=True, check=False).stdout
    # A name that was removed for another one comes before a name that has moved as well.
    for one in sorted(json.loads(said), key=lambda one: one["code"]):
        direction = (one["fix"] or {}).get("message") or ""
        found = next((m for m in (p.search(direction) for p in _DIRECTIONS) if m), None)
        module, name = names[(one["location"]["row"] - 1) // 3]
        if found and name not in _OTHERWISE:
            yield f"{module}.{name}", f"{found['module']}.{found['name']}"


def _airflow_names(folder: Path) -> Iterator[Row]:
    """(module, name) of what is defined, imported, or in a table of deprecated names."""
    for module, tree in _modules(folder):
        for node in tree.body:
            match node:
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    yield module, name
                case (
                    ast.Assign(targets=[ast.Name(id=name)])
                    | ast.AnnAssign(target=ast.Name(id=name))
                ):
                    yield module, name
                case ast.ImportFrom(names=aliases):
                    yield from ((module, one.asname or one.name) for one in aliases)
            for key, value in _texts(node):
                yield module, key
                for name, _ in _texts(value):
                    yield key if key.startswith("airflow.") else f"{module}.{key}", name


def _is_public(module: str, name: str) -> bool:
    words = (*module.split("."), name)
    is_path = all(one.isidentifier() and not iskeyword(one) for one in words)
    return is_path and not name.startswith("_")


# ----------------------------------------------------------------- langchain


def _langchain(folder: Path, environment: str) -> Iterator[Row]:
    """Where langchain itself takes each public name from."""
    modules = {name: tree for heir in _HEIRS for name, tree in _modules(Path(environment) / heir)}
    for module, tree in _modules(folder / "langchain"):
        if "._" in module:
            continue
        public = _exported(tree)
        # What langchain-community has from langchain-core is langchain-core's.
        for name, source in sorted(_sources(tree), key=lambda one: one[1], reverse=True):
            if name in public and name in _bound(modules.get(source)):
                yield f"{module}.{name}", f"{source}.{name}"
        # `__getattr__` of some packages asks the package of the same name.
        twin = module.replace("langchain.", "langchain_community.", 1)
        if any(isinstance(one, ast.FunctionDef) and one.name == "__getattr__" for one in tree.body):
            said = {name for name, _ in _sources(tree)}
            for name in public - said if f"from {twin}" in ast.unparse(tree) or _asks(tree) else ():
                if name in _exported(modules.get(twin)):
                    yield f"{module}.{name}", f"{twin}.{name}"


def _asks(tree: ast.Module) -> bool:
    """Whether a function of a module imports from langchain-community as a whole."""
    return any(
        isinstance(one, ast.ImportFrom) and one.module == "langchain_community"
        for one in ast.walk(tree)
    )


def _sources(tree: ast.Module) -> Iterator[Row]:
    """(name, module) of what a module passes on under the name that it has there."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_HEIRS):
            yield from ((one.name, node.module or "") for one in node.names if one.asname is None)
    for key, value in _texts(tree):
        if isinstance(value, ast.Constant) and str(value.value).startswith(_HEIRS):
            yield key, str(value.value)


def _exported(tree: ast.Module | None) -> set[str]:
    """The names in `__all__`."""
    for node in tree.body if tree else ():
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            strings = (one for one in ast.walk(node.value) if isinstance(one, ast.Constant))
            listed = {str(one.value) for one in strings}
            # `list(_module_lookup.keys())`
            return listed or {key for key, _ in _texts(tree)} if tree else set()
    return set()


def _bound(tree: ast.Module | None) -> set[str]:
    """Every name that a module has, as far as its text shows."""
    found = _exported(tree)
    for node in tree.body if tree else ():
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]):
                found.add(name)
            case ast.ImportFrom(names=aliases):
                found.update(one.asname or one.name for one in aliases)
    return found


if __name__ == "__main__":
    main()
