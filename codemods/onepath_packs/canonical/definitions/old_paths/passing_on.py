"""Modules that stay where others were that have moved as a whole, and pass their names on."""

import ast
from collections.abc import Iterator, Sequence

from onepath.audit.rules.overdue_shim import marker
from onepath.codemod import World
from onepath.edit.imports.statements import Name, new_from
from onepath.facts.computed.nodes import DefinitionNode
from onepath.facts.extract.file import parse
from onepath.facts.source import SourceText
from onepath.model import Facts
from onepath.symbols.destinations import Destination
from onepath_packs.canonical.definitions.old_paths.shim import Shim, module_shim
from onepath_packs.canonical.definitions.own_paths.found_by_path import runs_as_script
from onepath_packs.canonical.shims.module import USED

_PERHAPS = """\
try:
    {statement}  # noqa: F401
except ImportError:
    pass"""
_RUN = """\
if __name__ == "__main__":
    import runpy

    runpy.run_module("{module}", run_name="__main__", alter_sys=True)
    raise SystemExit

"""
_OF_SHIMS = frozenset(("warnings", "import_module", "TYPE_CHECKING", "Any"))
_BLOCKS = ast.If | ast.Try | ast.TryStar | ast.For | ast.AsyncFor | ast.While | ast.With


def passing_on(world: World, path: str, module: str) -> bytes:
    """A module that passes on every name of one that has moved.

    Args:
        world: The code as it was.
        path: The file of the module.
        module: Its new path.
    """
    facts = world.facts(path)
    futures = [
        alias for fact in facts.imports if fact.module == "__future__" for alias in fact.names
    ]
    unlike = {"__all__", *(alias.bound for alias in futures)}
    perhaps = _perhaps_bound(world.read([path])[path])
    names = [name for name in facts.scopes[0].bound if name not in unlike]
    certain = tuple(Name(name) for name in names if name not in perhaps)
    lines = [f'"""What was here is in `{module}` now."""', "", *_run_as_script(world, path, module)]
    if any(alias.name == "*" for fact in facts.imports for alias in fact.names):
        lines.append(f"from {module} import *  # noqa: F403")
    lines.append(_unused(new_from(module, certain) if certain else f"import {module}"))
    for name in names:
        if name in perhaps:
            lines += ["", _PERHAPS.format(statement=new_from(module, (Name(name),)))]
    if facts.exports is not None and facts.exports.complete and facts.exports.names:
        inner = ", ".join(f'"{name}"' for name, _, _ in facts.exports.names)
        lines += ["", f"__all__ = [{inner}]"]
    return "\n".join([*lines, ""]).encode()


def _run_as_script(world: World, path: str, module: str) -> list[str]:
    """The lines that run the new module where the old one was run: before they import it."""
    is_run = path.endswith("__main__.py") or runs_as_script(world.read([path])[path])
    return _RUN.format(module=module).splitlines() if is_run else []


def _unused(statement: str) -> str:
    """An import that linters let be: they look for the mark on its first line."""
    first, newline, rest = statement.partition("\n")
    return f"{first}  # noqa: F401{newline}{rest}"


def wanted_shim(
    world: World, path: str, module: str, shim: Shim, data: bytes | None
) -> bytes | None:
    """The shim that a user wants in the place of a module.

    Args:
        world: The code as it was.
        path: The file of the module.
        module: Its new path.
        shim: What is wanted.
        data: What passes all names on, with what has followed in it.
    """
    facts = world.facts(path)
    names = {
        name: Destination(module, name)
        for name in facts.scopes[0].bound
        if not (name.startswith("__") and name.endswith("__")) and name not in _own(facts)
    }
    perhaps = _perhaps_bound(world.read([path])[path])
    exported = [name for name in names if not name.startswith("_") and name not in perhaps]
    if facts.exports is not None and facts.exports.complete:
        exported = [name for name, _, _ in facts.exports.names]
    found = module_shim(names, exported, shim, module)
    if found is None and data is not None and shim.until:
        first, _, rest = data.partition(b"\n\n")
        found = first + b"\n\n" + marker(shim.until, module).encode() + b"\n" + rest
    return found or data


def _own(facts: Facts) -> frozenset[str]:
    """The names that a module imports from where its shim imports them for itself."""
    return frozenset(
        alias.bound
        for fact in facts.imports
        if fact.scope == 0
        for alias in fact.names
        if alias.bound in _OF_SHIMS and (fact.module if fact.is_from else alias.name) in USED
    )


def _perhaps_bound(data: bytes) -> frozenset[str]:
    """The names that a module may not have in the end: of a branch, of a function, or deleted."""
    tree = parse(SourceText(data).utf8)
    body = tree.body
    certain = {
        name
        for statement in body
        if not isinstance(statement, _BLOCKS)
        for name in _names(statement)
    }
    perhaps = {name for node in _in_blocks(body) for name in _names(node)}
    perhaps |= {
        name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names
    }
    deleted = {
        target.id
        for node in (*body, *_in_blocks(body))
        if isinstance(node, ast.Delete)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    declared = {
        statement.target.id
        for statement in body
        if isinstance(statement, ast.AnnAssign) and statement.value is None
        if isinstance(statement.target, ast.Name)
    }
    if any(_replaces_itself(statement) for statement in body):
        return frozenset(perhaps | declared | certain)
    return frozenset(((perhaps | declared) - certain) | deleted)


def _replaces_itself(statement: ast.stmt) -> bool:
    """Whether a statement is `sys.modules[__name__] = ...`, after which another object is found."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return any(
        isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("modules")
        for node in targets
    )


def _in_blocks(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """What may run while a module is imported: the inside of blocks, and their heads."""
    for statement in body:
        if isinstance(statement, _BLOCKS):
            for child in ast.iter_child_nodes(statement):
                if isinstance(child, ast.ExceptHandler):
                    yield child
                    yield from _flat(child.body)
                elif isinstance(child, ast.stmt):
                    yield from _flat([child])
                else:
                    yield child


def _flat(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    yield from (statement for statement in body if not isinstance(statement, _BLOCKS))
    yield from _in_blocks(body)


def _names(node: ast.AST) -> Iterator[str]:
    """The names that a statement without a block, or the head of one, binds."""
    if isinstance(node, DefinitionNode):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ExceptHandler):
        yield node.name or ""
    elif not isinstance(node, ast.AnnAssign) or node.value is not None:
        for child in ast.walk(node):
            if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
                yield child.id
